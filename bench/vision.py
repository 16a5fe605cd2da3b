"""What the vision engines cost by themselves, and what one vision worker keeps in memory."""

import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from bench.processes import PeakMemory, pss_mb
from bench.service import Service


def measure_engines(photos: list[Path]) -> dict[str, float]:
    """Call the bare engines on decoded arrays, in a process of its own; CPU milliseconds a photo."""
    output = subprocess.run(
        [sys.executable, "-m", "bench.vision", *map(str, photos)], check=True, capture_output=True, text=True
    ).stdout
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


def main(paths: list[str]) -> None:
    """Print the CPU milliseconds that the engines take for a photo, decoding not counted."""
    from calotype.media.decode import decode
    from calotype.media.sniff import sniff_file
    from calotype.ports.models import ModelStore
    from calotype.ports.vision import LabelOptions
    from calotype.ports.vision.local import open_local_vision
    from calotype.settings import read_settings

    vision = open_local_vision(ModelStore(read_settings().models_folder))
    images = [decode(Path(path), sniff_file(Path(path))).image for path in paths]

    def look(image: Any) -> None:
        assert vision.labels and vision.image_embedding and vision.faces and vision.text
        vision.labels.read_labels(image, LabelOptions())
        vision.image_embedding.embed_image(image)
        vision.faces.read_faces(image)
        vision.text.read_text(image)

    look(images[0])
    before = resource.getrusage(resource.RUSAGE_SELF)
    for image in images[1:]:
        look(image)
    after = resource.getrusage(resource.RUSAGE_SELF)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(f"{1000 * cpu / (len(images) - 1):.2f}")


if __name__ == "__main__":
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "VIPS_CONCURRENCY"):
        os.environ[name] = "1"
    main(sys.argv[1:])
