"""The photos that the benchmarks take in: deterministic, 12 megapixels, JPEG, with EXIF."""

import datetime
import os
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
from PIL import Image

SIZE = (4000, 3000)
SEED = 20260101


def find_corpus(count: int, folder: Path) -> list[Path]:
    """Return `count` photos below `folder`, made where they are missing.

    The maker beside the checkout (`../shared/bench/make_corpus.py`) is used where it is there: its photos come from
    real photographs. Otherwise this module makes photos of the same size, entropy and EXIF from noise.
    """
    photos = sorted(folder.rglob("*.jpg"))
    if len(photos) >= count:
        return photos[:count]
    maker = Path(__file__).resolve().parents[2] / "shared" / "bench" / "make_corpus.py"
    folder.mkdir(parents=True, exist_ok=True)
    if maker.is_file():
        subprocess.run([sys.executable, maker, folder, "--count", str(count)], check=True, stdout=subprocess.DEVNULL)
    else:
        with ProcessPoolExecutor() as pool:
            list(pool.map(_make_photo, [(folder, number) for number in range(count)]))
    return sorted(folder.rglob("*.jpg"))[:count]


def _make_photo(task: tuple[Path, int]) -> None:
    folder, number = task
    random = np.random.default_rng(SEED + number)
    image = np.zeros((SIZE[1], SIZE[0], 3), np.float32)
    for octave, weight in ((512, 60), (128, 30), (32, 16), (8, 8), (2, 5), (1, 3)):
        small = random.standard_normal((SIZE[1] // octave + 2, SIZE[0] // octave + 2, 3), np.float32) * weight
        channels = [
            np.asarray(Image.fromarray(small[..., channel]).resize(SIZE, Image.Resampling.BICUBIC))
            for channel in range(3)
        ]
        image += np.stack(channels, axis=-1)
    picture = Image.fromarray(np.clip(image + 128, 0, 255).astype(np.uint8))
    exif = Image.Exif()
    taken = datetime.datetime(2018, 1, 1, 12, tzinfo=datetime.UTC) + datetime.timedelta(hours=31 * number)
    exif[0x010F], exif[0x0110], exif[0x0112] = "Calotype", "Bench", 6 if number % 5 == 0 else 1
    exif.get_ifd(0x8769)[0x9003] = taken.strftime("%Y:%m:%d %H:%M:%S")
    picture.save(folder / f"{number:05d}.jpg", quality=90, exif=exif)
    os.utime(folder / f"{number:05d}.jpg", (taken.timestamp(), taken.timestamp()))
