"""From upload to done: answers while the jobs wait behind, CPU of all processes, photos a second, memory."""

import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

from bench.processes import PeakMemory, cpu_s, family, pss_mb
from bench.service import Service

CONNECTIONS = 4
SETTLE_S = 4.0  # the first worker is up by then; what a start costs is another figure
REST_S = 45.0  # as the peer was measured; the models are let go before it


def percentile(values: list[float], share: float) -> float:
    """Return the value below which `share` (0..1) of the values lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def measure_limit(photos: list[Path]) -> dict[str, float]:
    """Run the bare chain over the same files in a process of its own."""
    output = subprocess.run(
        [sys.executable, "-m", "bench.limit", *map(str, photos)], check=True, capture_output=True, text=True
    ).stdout.split()
    return {"cpu_ms": float(output[0]), "photos_s_one_process": len(photos) / float(output[1])}


def _upload_all(service: Service, photos: list[Path]) -> list[float]:
    waiting: SimpleQueue[Path] = SimpleQueue()
    for photo in photos:
        waiting.put(photo)
    took: list[float] = []

    def work() -> None:
        connection = service.connect()
        while True:
            try:
                photo = waiting.get_nowait()
            except Empty:
                return
            took.append(service.upload(photo, connection))

    threads = [threading.Thread(target=work) for _ in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return took


def measure_ingest(photos: list[Path], *, vision: str, workers: int, rests: bool = True) -> dict[str, Any]:
    """Take the photos in through HTTP and wait until all of them are done."""
    with tempfile.TemporaryDirectory(prefix="calotype-bench-") as folder:
        home = Path(folder)
        with Service(home, "--workers", str(workers), vision=vision, rest_s=10) as service:
            service.sign_up()
            time.sleep(SETTLE_S)
            cpu_before, began = cpu_s(family(home, service.process.pid)), time.perf_counter()
            with PeakMemory(home, service.process.pid) as memory:
                took = _upload_all(service, photos)
                answered_s = time.perf_counter() - began
                service.wait_until_done(len(photos))
                done_s = time.perf_counter() - began
            cpu = cpu_s(family(home, service.process.pid)) - cpu_before
            time.sleep(REST_S if rests else 0)
            at_rest_mb = pss_mb(family(home, service.process.pid))
            counts = service.get_json("/api/v1/pipeline")["photos"]
        with Service(home, "--workers", str(workers), vision=vision) as again:
            start_s = again.started_in_s
    return {
        "photos": len(photos), "workers": workers, "vision": vision, "failed": counts["failed"],
        "cpu_ms": 1000 * cpu / len(photos), "photos_s": len(photos) / done_s,
        "uploads_s": len(photos) / answered_s, "upload_p50_ms": 1000 * percentile(took, 0.5),
        "upload_p99_ms": 1000 * percentile(took, 0.99), "peak_mb": memory.peak_mb, "rest_mb": at_rest_mb,
        "start_s": start_s,
    }  # fmt: skip
