"""Local vision with the real models: the contract, and that it sees what is there."""

import csv
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

from calotype.ports.models import ModelStore
from calotype.ports.vision import Image, Vision, VisionUnavailable
from calotype.ports.vision.local import open_local_vision
from calotype.ports.vision.local.conse import concept_texts
from calotype.ports.vision.local.face_vectors import DlibResNet, FaceVectors, MobileFaceNet
from calotype.ports.vision.local.faces import FaceEngine
from calotype.ports.vision.local.imagenet import imagenet_concepts
from calotype.ports.vision.local.sentences import SentenceModel
from calotype.ports.vision.local.spaces import DLIB_SCALE, MOBILEFACENET_SCALE
from tests.ports.vision.conftest import read_image
from tests.ports.vision.contract import VisionContract

pytestmark = pytest.mark.models


class TestLocalVision(VisionContract):
    @pytest.fixture
    def vision(self, local_vision: Vision) -> Vision:
        return local_vision

    @pytest.fixture
    def photo(self, sample: dict[str, Image]) -> Image:
        return sample["coffee"]


@pytest.mark.parametrize(
    ("picture", "word"),
    [("chelsea", "cat"), ("coffee", "coffee"), ("rocket", "rocket"), ("motorcycle_left", "motorcycle")],
)
def test_labels_and_their_wider_names(local_vision: Vision, sample: dict[str, Image], picture: str, word: str) -> None:
    assert local_vision.labels
    result = local_vision.labels.read_labels(sample[picture])

    words = " ".join(" ".join((label.name, *label.synonyms, *label.parents)) for label in result.labels)
    assert word in words
    assert len(result.raw["top"]) == 20


async def test_sentences_find_their_pictures(local_vision: Vision, sample: dict[str, Image]) -> None:
    assert local_vision.image_embedding
    assert local_vision.text_embedding
    names = ["chelsea", "coffee", "rocket", "brick", "astronaut"]
    pictures = [local_vision.image_embedding.embed_image(sample[name]).search.vector for name in names]

    for text, name in (("a ginger cat", "chelsea"), ("a cup of coffee", "coffee"), ("a space rocket", "rocket")):
        sentence = await local_vision.text_embedding.embed_text(text)
        cosines = [float(sentence @ picture) for picture in pictures]
        assert names[int(np.argmax(cosines))] == name
        assert local_vision.text_embedding.scale.judge(max(cosines)) == "sure"
    nothing = await local_vision.text_embedding.embed_text("kids playing football")
    assert all(local_vision.text_embedding.scale.judge(float(nothing @ picture)) is None for picture in pictures)


def test_a_face_is_found_where_it_is(local_vision: Vision, sample: dict[str, Image]) -> None:
    assert local_vision.faces
    (face,) = local_vision.faces.read_faces(sample["astronaut"]).faces

    # the astronaut looks at us from the upper left of the middle
    assert 0.3 < face.box.x + face.box.width / 2 < 0.55
    assert 0.1 < face.box.y + face.box.height / 2 < 0.3
    left_eye, right_eye, nose, *mouth = face.landmarks
    assert left_eye[0] < nose[0] < right_eye[0]
    assert max(left_eye[1], right_eye[1]) < nose[1] < min(corner[1] for corner in mouth)
    assert face.score > 0.8
    assert face.embedding is not None


def test_a_small_face_has_no_embedding(local_vision: Vision, sample: dict[str, Image]) -> None:
    assert local_vision.faces
    tiny = np.asarray(cv2.resize(sample["astronaut"], (120, 120), interpolation=cv2.INTER_AREA), np.uint8)

    faces = local_vision.faces.read_faces(tiny).faces

    assert all(face.embedding is None for face in faces if face.size_px < 24)


def test_a_page_is_read(local_vision: Vision, sample: dict[str, Image]) -> None:
    assert local_vision.text
    result = local_vision.text.read_text(sample["page"])

    assert "segmentation" in result.text.lower()
    assert "background" in result.text.lower()
    assert [line.box.y for line in result.lines[:3]] == sorted(line.box.y for line in result.lines[:3])


def test_text_made_of_letters_is_read(local_vision: Vision) -> None:
    assert local_vision.text
    image = np.full((700, 1000, 3), 250, np.uint8)
    cv2.putText(image, "CALOTYPE 1841", (120, 300), cv2.FONT_HERSHEY_SIMPLEX, 3, (20, 20, 20), 8)

    (line,) = local_vision.text.read_text(image).lines

    assert line.text == "CALOTYPE 1841"
    assert line.box.x == pytest.approx(0.12, abs=0.02)
    assert line.box.y + line.box.height / 2 == pytest.approx(0.38, abs=0.03)


def test_the_packaged_concepts_are_those_of_the_model(models: ModelStore) -> None:
    from calotype.ports.vision.local.conse import VECTORS_PATH

    vectors = np.load(VECTORS_PATH).astype(np.float32)
    model = SentenceModel(models.get("minilm-l6"), models.get("minilm-l6-vocabulary"))
    for number in (0, 281, 999):
        total = sum(model.embed(text) for text in concept_texts(imagenet_concepts()[number]))
        expected = total / np.linalg.norm(total)
        assert float(expected @ vectors[number]) > 0.9999


def test_opening_is_cheap(models: ModelStore) -> None:
    program = (
        "import sys; from pathlib import Path; from calotype.ports.models import ModelStore;"
        "from calotype.ports.vision.local import open_local_vision;"
        f"vision = open_local_vision(ModelStore(Path({str(models.folder)!r}))); vision.faces.space; vision.close();"
        "sys.exit(bool({'cv2', 'onnxruntime', 'dlib', 'onnx'} & set(sys.modules)))"
    )

    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


async def test_missing_models_are_stated(tmp_path: Path) -> None:
    vision = open_local_vision(ModelStore(tmp_path))
    image = np.zeros((50, 50, 3), np.uint8)
    assert vision.labels
    assert vision.faces
    assert vision.text
    assert vision.text_embedding

    with pytest.raises(VisionUnavailable, match="calotype models pull efficientnet-lite0"):
        vision.labels.read_labels(image)
    with pytest.raises(VisionUnavailable, match="calotype models pull centerface"):
        vision.faces.read_faces(image)
    with pytest.raises(VisionUnavailable, match="calotype models pull ppocr-detection"):
        vision.text.read_text(image)
    with pytest.raises(VisionUnavailable, match="calotype models pull minilm-l6"):
        await vision.text_embedding.embed_text("a dog")


@pytest.mark.slow
@pytest.mark.photos
@pytest.mark.parametrize("name", ["mobilefacenet", "dlib-face-resnet"])
def test_pairs_of_faces_are_told_apart_at_the_one_cut_off(models: ModelStore, shared_photos: Path, name: str) -> None:
    path = models.find(name)
    if path is None:
        pytest.skip(f"{name} is not in the folder of models")
    vectors: FaceVectors = MobileFaceNet(path) if name == "mobilefacenet" else DlibResNet(path)
    scale = MOBILEFACENET_SCALE if name == "mobilefacenet" else DLIB_SCALE
    engine = FaceEngine(FaceEngine.open(models).detector, vectors)
    with (shared_photos / "pairs.csv").open(encoding="utf-8", newline="") as file:
        pairs = list(csv.DictReader(file))
    paths = {pair[side] for pair in pairs for side in ("path_a", "path_b")}
    found = {path: engine.read(read_image(shared_photos / path)).faces for path in paths}

    right = 0
    for pair in pairs:
        a, b = (found[pair[side]][0].embedding for side in ("path_a", "path_b"))
        assert a is not None
        assert b is not None
        is_same = scale.judge(float(a @ b)) == "sure"
        right += is_same == (pair["relation"] == "same")
    assert right / len(pairs) >= 0.97
