"""The technical score, and the parts that it is made of."""

from dataclasses import fields, replace

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from calotype.media.degraded import DAMAGES, Damage, degrade
from calotype.media.face_quality import FaceInPicture, FaceParts, measure_faces
from calotype.media.quality import measure
from calotype.media.quality_score import WEIGHTS, Quality

EYES = np.array([(0.4, 0.4), (0.6, 0.4), (0.5, 0.52), (0.42, 0.6), (0.58, 0.6)], np.float32)


def scene(seed: int = 5) -> np.ndarray:
    """Plain shapes with hard edges: sharp and clean."""
    rng = np.random.default_rng(seed)
    image = np.full((600, 800, 3), 120, np.uint8)
    for _ in range(1500):
        y, x, size = rng.integers(0, 590), rng.integers(0, 790), rng.integers(6, 40)
        image[y : y + size, x : x + size] = rng.integers(20, 235, 3)
    return image


def blurred(image: np.ndarray, sigma: float) -> np.ndarray:
    return np.asarray(cv2.GaussianBlur(image, (0, 0), sigma))


def test_parts_are_shares_and_make_the_total() -> None:
    found = measure(scene(), megapixels=12)
    assert all(
        0 <= getattr(found, field.name) <= 1 for field in fields(found) if getattr(found, field.name) is not None
    )
    assert (found.face_sharpness, found.eyes_open, found.faces_in_frame) == (None, None, None)
    assert found.resolution == 1
    known = {name: weight for name, weight in WEIGHTS.items() if getattr(found, name) is not None}
    expected = sum(weight * getattr(found, name) for name, weight in known.items()) / sum(known.values())
    assert found.total == pytest.approx(expected)


def test_sharpness_counts_where_it_matters() -> None:
    plain = Quality(0.5, 1, 1, 1, 1, subject_sharpness=0.9)
    assert replace(plain, face_sharpness=0.2).total < plain.total
    assert replace(plain, face_sharpness=0.9).total == pytest.approx(plain.total)
    assert replace(plain, sharpness=0.1).total == plain.total, "how much detail there is is shown and does not count"


shares = st.floats(0, 1)
perhaps = st.none() | shares
qualities = st.builds(Quality, *[shares] * 6, perhaps, perhaps, perhaps)


@given(
    qualities, st.sampled_from(["exposure", "contrast", "noise", "resolution", "eyes_open", "faces_in_frame"]), shares
)
def test_a_better_part_is_a_better_photo(quality: Quality, part: str, better: float) -> None:
    assert 0 <= quality.total <= 1
    known = getattr(quality, part)
    if known is not None and better > known:
        assert replace(quality, **{part: better}).total >= quality.total


def test_blur_lowers_both_kinds_of_sharpness_step_by_step() -> None:
    found = [measure(blurred(scene(), sigma)) for sigma in (0.3, 0.7, 1.5, 3, 6)]
    for part in ("sharpness", "subject_sharpness"):
        scores = [getattr(each, part) for each in found]
        assert scores == sorted(scores, reverse=True)
        assert scores[0] > 0.7
        assert scores[-1] < 0.4


def test_a_sharp_face_before_a_blurred_wall_is_sharp() -> None:
    image = blurred(scene(), 8)
    image[150:450, 250:550] = scene()[150:450, 250:550]
    assert measure(image).sharpness > 0.7
    assert measure(image).subject_sharpness > 0.7


def test_noise_is_seen_and_is_no_sharpness() -> None:
    rng = np.random.default_rng(1)
    soft = blurred(scene(), 6)
    noisy = np.clip(soft + rng.normal(0, 12, soft.shape), 0, 255).astype(np.uint8)
    assert measure(noisy).noise < measure(soft).noise - 0.2
    assert measure(noisy).sharpness < 0.6
    assert measure(noisy).subject_sharpness < 0.4


def test_noise_that_white_paper_hides_is_seen_beside_it() -> None:
    rng = np.random.default_rng(1)
    paper = np.full((600, 800, 3), 255, np.uint8)
    paper[:200] = 128
    noisy = np.clip(paper + rng.normal(0, 10, paper.shape), 0, 255).astype(np.uint8)
    assert measure(noisy).noise < 0.5


def test_exposure_and_contrast() -> None:
    normal = measure(scene())
    dark = measure((scene() * 0.15).astype(np.uint8))
    burnt = measure(np.clip(scene().astype(int) * 3, 0, 255).astype(np.uint8))
    flat = measure((scene() * 0.2 + 100).astype(np.uint8))
    assert normal.exposure > 0.5
    assert dark.exposure < normal.exposure / 2
    assert burnt.exposure < normal.exposure / 2
    assert flat.contrast < normal.contrast / 2


def test_what_is_burnt_stays_burnt_when_the_picture_is_made_darker() -> None:
    burnt = np.clip(scene().astype(int) * 3, 0, 255).astype(np.uint8)
    assert measure((burnt * 0.7).astype(np.uint8)).exposure <= measure(burnt).exposure


def test_a_darker_copy_is_as_sharp() -> None:
    darker = measure((scene() * 0.6).astype(np.uint8)).subject_sharpness
    assert darker == pytest.approx(measure(scene()).subject_sharpness, abs=0.05)


def test_more_pixels_are_better() -> None:
    scores = [measure(scene(), megapixels=m).resolution for m in (0.1, 0.5, 3, 12, 50)]
    assert scores == sorted(scores)
    assert scores[0] == 0


pictures = arrays.arrays(np.uint8, st.tuples(st.integers(1, 70), st.integers(1, 70), st.just(3)))


@given(pictures)
def test_any_array_has_a_score(image: np.ndarray) -> None:
    found = measure(image)
    assert 0 <= found.total <= 1
    assert all(0 <= getattr(found, name) <= 1 for name in ("sharpness", "exposure", "contrast", "noise", "resolution"))


boxes = st.tuples(*[st.floats(-0.2, 1.2)] * 4)
points = arrays.arrays(np.float32, (5, 2), elements=st.floats(-0.5, 1.5, width=32))


@given(pictures, st.lists(st.tuples(boxes, st.none() | points), max_size=4))
def test_any_face_in_any_picture_is_measured_or_not(image: np.ndarray, drawn: list) -> None:
    parts = measure_faces(image, [FaceInPicture(*face) for face in drawn])
    for part in (parts.sharpness, parts.eyes_open, parts.in_frame):
        assert part is None or 0 <= part <= 1


def test_without_faces_nothing_is_made_up() -> None:
    assert measure_faces(scene(), []) == FaceParts()


def test_a_blurred_face_in_a_sharp_picture_is_not_sharp() -> None:
    image, face = scene(), FaceInPicture((0.3, 0.3, 0.3, 0.4), None)
    sharp = measure_faces(image, [face]).sharpness
    image[180:420, 240:480] = blurred(image, 5)[180:420, 240:480]
    soft = measure_faces(image, [face]).sharpness
    assert sharp is not None
    assert soft is not None
    assert soft < sharp / 2


def test_small_faces_behind_do_not_count() -> None:
    large, small = (0.3, 0.3, 0.3, 0.4), (0.0, 0.0, 0.05, 0.05)
    alone = measure_faces(scene(), [FaceInPicture(large, None)])
    assert measure_faces(scene(), [FaceInPicture(large, None), FaceInPicture(small, None)]) == alone
    assert alone.in_frame == 1


@pytest.mark.parametrize(
    ("box", "expected"),
    [((0.3, 0.3, 0.2, 0.2), 1), ((0, 0.3, 0.2, 0.2), 0.5), ((0.8, 0.8, 0.2, 0.2), 0), ((0, 0, 1, 1), 0)],
)
def test_faces_that_are_cut_by_the_border(box: tuple[float, float, float, float], expected: float) -> None:
    assert measure_faces(scene(), [FaceInPicture(box, None)]).in_frame == expected


def portrait(*, iris: bool, size: int = 600) -> np.ndarray:
    """Skin, and at the eyes an iris in white, or the line of a shut lid."""
    image = np.full((size, size, 3), 190, np.uint8)
    for x, y in EYES[:2] * size:
        centre, unit = (round(float(x)), round(float(y))), size // 30
        if iris:
            cv2.ellipse(image, centre, (unit * 3 // 2, unit * 3 // 4), 0, 0, 360, (245, 245, 245), -1)
            cv2.circle(image, centre, unit * 5 // 8, (40, 40, 40), -1)
        else:
            cv2.ellipse(image, centre, (unit * 2, 3), 0, 0, 360, (60, 60, 60), -1)
    return blurred(image, 1.5)


def test_eyes_are_called_open_where_an_iris_is_seen() -> None:
    face = FaceInPicture((0.2, 0.1, 0.6, 0.8), EYES)
    seen = measure_faces(portrait(iris=True), [face]).eyes_open
    assert seen is not None
    assert seen >= 0.5


def test_of_shut_small_and_turned_eyes_nothing_is_said() -> None:
    face = FaceInPicture((0.2, 0.1, 0.6, 0.8), EYES)
    assert measure_faces(portrait(iris=False), [face]).eyes_open is None
    assert measure_faces(cv2.resize(portrait(iris=True), (150, 150)), [face]).eyes_open is None
    turned = EYES + np.array([(0, 0), (0, 0), (0.08, 0), (0, 0), (0, 0)], np.float32)
    assert measure_faces(portrait(iris=True), [replace(face, landmarks=turned)]).eyes_open is None


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: f"{damage.kind} {damage.strength}")
def test_a_spoilt_scene_is_worse(damage: Damage) -> None:
    picture = blurred(scene(), 0.8)

    def score(content: bytes) -> float:
        return measure(cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR)[:, :, ::-1].copy()).total

    assert score(degrade(picture, damage)) < score(degrade(picture, None))
