"""The bare limit, in the same run: the same files through one scaled decode and the four prints, and nothing else.

Written against libvips alone, without a line of Calotype's, so that what is compared is really the limit.
"""

import os

os.environ.setdefault("VIPS_CONCURRENCY", "1")

import resource
import sys
import time
from pathlib import Path

import pyvips

SIDES = (1200, 600, 300, 150)


def bare_chain(path: Path) -> int:
    """Decode at the smallest sufficient scale, upright, sRGB; 1200 px as JPEG, the smaller as WebP effort 2."""
    image = pyvips.Image.jpegload(str(path))
    shrink, long_side = 1, max(image.width, image.height)
    while shrink < 8 and long_side / (shrink * 2) >= SIDES[0]:
        shrink *= 2
    image = pyvips.Image.jpegload(str(path), shrink=shrink, access="sequential")
    if image.get_typeof("icc-profile-data"):
        profile = image.get("icc-profile-data")
        if b"sRGB" not in profile and b"s\0R\0G\0B" not in profile:
            image = image.icc_transform("srgb")
    image = image.resize(SIDES[0] / max(image.width, image.height), kernel="lanczos3").copy_memory().autorot()
    image = image.copy_memory()
    written = len(image.jpegsave_buffer(Q=82, keep="none"))
    for side in SIDES[1:]:
        image = image.resize(side / max(image.width, image.height), kernel="lanczos3").copy_memory()
        written += len(image.webpsave_buffer(Q=80, effort=2, keep="none"))
    return written


def main(paths: list[str]) -> None:
    """Print CPU milliseconds and wall seconds for the files on the command line."""
    pyvips.cache_set_max(0)
    bare_chain(Path(paths[0]))
    before, began = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter()
    for path in paths:
        bare_chain(Path(path))
    after = resource.getrusage(resource.RUSAGE_SELF)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(f"{1000 * cpu / len(paths):.2f} {time.perf_counter() - began:.3f}")


if __name__ == "__main__":
    main(sys.argv[1:])
