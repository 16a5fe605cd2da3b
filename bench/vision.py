"""What the vision engines cost by themselves, and what one vision worker keeps in memory."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from bench.processes import PeakMemory, pss_mb
from bench.service import Service
from calotype.worker.group import ONE_THREAD


def measure_engines(photos: list[Path]) -> dict[str, float]:
    """Call the bare engines on decoded arrays, in a process of its own; CPU milliseconds a photo."""
    output = subprocess.run(
        [sys.executable, "-m", "bench.engines", *map(str, photos)],
        check=True, capture_output=True, text=True, env={**os.environ, **ONE_THREAD},
    ).stdout  # fmt: skip
    return {"cpu_ms": float(output.split()[-1])}


def measure_worker(photos: list[Path], count: int) -> dict[str, Any]:
    """Let one worker understand `count` photos (the same ones again and again) and look at its memory on the way."""
    with tempfile.TemporaryDirectory(prefix="calotype-bench-") as folder:
        home = Path(folder)
        with Service(home, "--workers", "1", vision="local", rest_s=3600) as service:
            service.sign_up()
            connection = service.connect()
            for photo in photos:
                service.upload(photo, connection)
            service.wait_until_done(len(photos))
            after: dict[int, float] = {}
            done = len(photos)
            with PeakMemory(home, service.process.pid, every_s=2.0) as memory:
                while done < count:
                    for stage in ("labels", "embedding", "faces", "text"):
                        service.request("POST", "/api/v1/pipeline/reprocess", {"stage": stage})
                    service.wait_until_empty()
                    done += len(photos)
                    after[done] = max(map(_worker_mb, service.worker_pids()))
            return {"photos": done, "worker_mb_after": after, "peak_of_all_mb": memory.peak_mb}


def _worker_mb(pid: int) -> float:
    return pss_mb([pid])
