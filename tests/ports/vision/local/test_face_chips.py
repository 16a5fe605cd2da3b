import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from calotype.ports.vision.local.face_chips import ARCFACE_POINTS, DLIB_EYES_PX, arcface_chip, dlib_chip, similarity

SPREAD = st.floats(0.05, 20)
ANGLE = st.floats(-3, 3)
SHIFT = st.floats(-500, 500)


def moved(points: np.ndarray, scale: float, angle: float, x: float, y: float) -> np.ndarray:
    turn = scale * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return (points @ turn.T + (x, y)).astype(np.float32)


@given(SPREAD, ANGLE, SHIFT, SHIFT)
def test_a_moved_face_is_moved_back(scale: float, angle: float, x: float, y: float) -> None:
    face = moved(ARCFACE_POINTS, scale, angle, x, y)

    matrix = similarity(face, ARCFACE_POINTS)

    np.testing.assert_allclose(face @ matrix[:, :2].T + matrix[:, 2], ARCFACE_POINTS, atol=0.1)


def test_an_uneven_face_is_met_as_well_as_can_be() -> None:
    face = ARCFACE_POINTS * (1.2, 0.9) + np.array([[3, -2], [0, 1], [-4, 0], [1, 1], [0, 2]])

    ours = similarity(face.astype(np.float32), ARCFACE_POINTS)

    def error(matrix: np.ndarray) -> float:
        return float(np.sum((face @ matrix[:, :2].T + matrix[:, 2] - ARCFACE_POINTS) ** 2))

    theirs, _inliers = cv2.estimateAffinePartial2D(face.astype(np.float32), ARCFACE_POINTS, method=cv2.LMEDS)
    assert error(ours) <= error(theirs) + 1e-3


@pytest.mark.parametrize("scale", [0.3, 1, 4, 9])
@pytest.mark.parametrize(("cut", "target"), [(arcface_chip, ARCFACE_POINTS[:2]), (dlib_chip, DLIB_EYES_PX)])
def test_the_eyes_land_in_their_place(scale: float, cut: object, target: np.ndarray) -> None:
    landmarks = moved(ARCFACE_POINTS, scale, 0.4, 130 * scale, 20 * scale)
    side = int(300 * scale)
    image = np.zeros((side, side, 3), np.uint8)
    for x, y in landmarks[:2]:
        cv2.circle(image, (round(float(x)), round(float(y))), max(1, round(4 * scale)), (255, 255, 255), -1)

    chip = cut(image, landmarks)  # type: ignore[operator]

    bright = np.argwhere(chip[:, :, 0] > 100)[:, ::-1]
    assert len(bright)
    for eye in target:
        assert np.linalg.norm(bright - eye, axis=1).min() < 2.5


def test_landmarks_in_one_point_do_no_harm() -> None:
    assert arcface_chip(np.zeros((50, 50, 3), np.uint8), np.full((5, 2), 25, np.float32)).shape == (112, 112, 3)
