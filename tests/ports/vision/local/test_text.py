import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from calotype.ports.vision.local.text import in_reading_order, relative_box
from calotype.ports.vision.local.text_detection import TextBox
from calotype.ports.vision.local.text_recognition import _batches


def box(left: float, top: float, width: float = 50, height: float = 20) -> TextBox:
    right, bottom = left + width, top + height
    return TextBox(np.array([[left, top], [right, top], [right, bottom], [left, bottom]], np.float32), 0.9)


def test_lines_are_read_as_people_read() -> None:
    first, second, third, last = box(10, 12), box(80, 8), box(10, 40), box(200, 43)

    assert in_reading_order([last, second, third, first]) == [first, second, third, last]


@given(st.lists(st.tuples(st.floats(0, 900), st.floats(0, 900)), max_size=20))
def test_order_loses_nothing(places: list[tuple[float, float]]) -> None:
    boxes = [box(*place) for place in places]

    assert sorted(map(id, in_reading_order(boxes))) == sorted(map(id, boxes))


def test_a_box_at_the_border_stays_inside() -> None:
    image = np.zeros((100, 200, 3), np.uint8)

    assert relative_box(box(180, 90), image) == pytest.approx((0.9, 0.9, 0.1, 0.1))


@given(st.lists(st.integers(1, 3200), max_size=40))
def test_batches_hold_every_line_and_stay_within_bounds(widths: list[int]) -> None:
    lines = [np.zeros((48, width, 3), np.uint8) for width in widths]
    order = sorted(range(len(lines)), key=lambda number: widths[number])

    batches = list(_batches(order, lines))

    assert [number for batch in batches for number in batch] == order
    for batch in batches:
        assert 1 <= len(batch) <= 6
        assert len(batch) == 1 or len(batch) * max(320, *(widths[number] for number in batch)) <= 3200
