"""Local vision with the real models, where they are."""

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Pillow

from calotype.ports.models import ModelStore
from calotype.ports.vision import Image, Vision
from calotype.ports.vision.local import open_local_vision
from calotype.settings import Settings

BESIDE = Path(__file__).resolve().parents[4] / "shared" / "models"
"""Some machines have MobileFaceNet there."""


@pytest.fixture(scope="session")
def models() -> ModelStore:
    """The folder of models that the settings name (`make models` fills it)."""
    named = os.environ.get("CALOTYPE_MODELS")
    folder = Path(named) if named else Settings().models_folder
    store = ModelStore(folder, extra_folders=[BESIDE])
    missing = [status.entry.name for status in store.list() if status.entry.default and status.path is None]
    if missing:
        pytest.skip(f"{', '.join(missing)} not in {folder}: run `calotype models pull`")
    return store


@pytest.fixture(scope="session")
def local_vision(models: ModelStore) -> Iterator[Vision]:
    vision = open_local_vision(models)
    yield vision
    vision.close()


@pytest.fixture(scope="session")
def sample() -> dict[str, Image]:
    """A few photos that scikit-image carries, at most 1200 px."""
    import skimage

    folder = Path(skimage.__file__).parent / "data"
    return {path.stem: read_image(path) for path in folder.glob("*.*") if path.suffix in {".png", ".jpg"}}


def read_image(path: Path) -> Image:
    with Pillow.open(path) as opened:
        picture = opened.convert("RGB")
        picture.thumbnail((1200, 1200))
        return np.asarray(picture)
