"""The demo from its first to its last step, without models and without waiting for Ctrl-C."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

HOUSE = Path(__file__).resolve().parents[2]


@pytest.mark.slow
def test_the_demo_runs_and_leaves_nothing(tmp_path: Path, photos: Path) -> None:
    mine = {name: value for name, value in os.environ.items() if not name.startswith("CALOTYPE_")}
    environment = mine | {"CALOTYPE_VISION": "fake", "TMPDIR": str(tmp_path), "COLUMNS": "100"}
    command = [sys.executable, str(HOUSE / "scripts/demo.py"), "--once", str(photos)]
    said = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300, check=False)
    assert said.returncode == 0, said.stdout + said.stderr
    total = re.search(r"(\d+) files: ", said.stdout)
    assert total is not None
    assert int(total[1]) > 3  # the samples, and the folder that was named
    assert "a cup of coffee" in said.stdout
    assert [path.name for path in tmp_path.iterdir()] == ["photos"]
