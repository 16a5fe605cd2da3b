"""The service must be small while nobody asks anything."""

import subprocess
import sys

HEAVY = ("numpy", "rapidfuzz", "cv2", "dateutil", "fastapi")


def test_the_door_brings_nothing_heavy_along() -> None:
    code = f"import sys, calotype.features.search; print([one for one in {HEAVY!r} if one in sys.modules])"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
