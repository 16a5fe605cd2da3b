import numpy as np
import pytest

from calotype.ports.vision import Image, Vision
from calotype.ports.vision.fake import COLOURS, FACE_COLOUR, open_fake_vision

from .contract import VisionContract, plain


@pytest.fixture
def vision() -> Vision:
    return open_fake_vision()


class TestFakeVision(VisionContract):
    @pytest.fixture
    def photo(self) -> Image:
        ramp = np.linspace(0, 255, 400).astype(np.uint8)
        return np.stack([np.tile(ramp, (300, 1)), np.full((300, 400), 90), np.tile(ramp[::-1], (300, 1))], 2).astype(
            np.uint8
        )


@pytest.mark.parametrize("name", COLOURS)
async def test_a_picture_of_one_colour_is_labelled_and_found_by_its_word(vision: Vision, name: str) -> None:
    assert vision.labels
    assert vision.image_embedding
    assert vision.text_embedding
    image = plain(40, 60, COLOURS[name])

    first = vision.labels.read_labels(image).labels[0]
    picture = vision.image_embedding.embed_image(image).search.vector
    right = await vision.text_embedding.embed_text(f"a {name} bus")
    wrong = await vision.text_embedding.embed_text("a bus")

    assert first.name == name
    assert vision.text_embedding.scale.judge(float(right @ picture)) == "sure"
    assert vision.text_embedding.scale.judge(float(wrong @ picture)) is None


def test_stripes_read_as_words(vision: Vision) -> None:
    assert vision.text
    stripes = [plain(90, 30, COLOURS[name]) for name in ("yellow", "black", "blue")]

    lines = vision.text.read_text(np.concatenate(stripes, axis=1)).lines

    assert [line.text for line in lines] == ["yellow black blue"]


def test_magenta_squares_are_faces_of_people(vision: Vision) -> None:
    assert vision.faces
    image = plain(200, 300, COLOURS["white"])
    for left, side, person in ((10, 60, "red"), (100, 90, "green"), (210, 60, "red")):
        image[50 : 50 + side, left : left + side] = FACE_COLOUR
        third = side // 3
        image[50 + third : 50 + 2 * third + 1, left + third : left + 2 * third + 1] = COLOURS[person]

    faces = vision.faces.read_faces(image).faces

    assert [round(face.size_px) for face in faces] == [90, 60, 60]
    largest, *others = (face.embedding for face in faces)
    assert largest is not None
    assert vision.faces.scale.judge(float(others[0] @ others[1])) == "sure"
    assert vision.faces.scale.judge(float(largest @ others[0])) is None
    assert faces[0].box.x == pytest.approx(100 / 300)
