"""The hot reads at a million photos, as a client sees them: loopback, one and eight connections, percentiles."""

import threading
import time
from collections.abc import Callable
from typing import Any

from bench.ingest import percentile
from bench.service import Service

SECONDS = 4.0
CLIENTS = (1, 8)
WORDS = ("dog", "dog on the beach", "snow in the mountains", "red car", "a lighthouse at sunset", "birthday cake",
         "cat sleeping", "waterfall", "bicycle in the city", "a cup of coffee", "flowers", "train station")  # fmt: skip


def _measure(service: Service, path_of: Callable[[int], str], clients: int) -> dict[str, float]:
    took: list[float] = []
    size = [0]
    end = time.perf_counter() + SECONDS

    def work(client: int) -> None:
        connection = service.connect()
        number = client * 1_000
        while time.perf_counter() < end:
            began = time.perf_counter()
            status, content = service.request("GET", path_of(number), connection=connection)
            took.append(time.perf_counter() - began)
            if status != 200:
                raise RuntimeError(f"{path_of(number)}: {status} {content[:300]!r}")
            size[0] = max(size[0], len(content))
            number += 1

    threads = [threading.Thread(target=work, args=(client,)) for client in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return {
        "p50_ms": 1000 * percentile(took, 0.5), "p99_ms": 1000 * percentile(took, 0.99),
        "requests_s": len(took) / SECONDS, "kb": size[0] / 1000,
    }  # fmt: skip


def measure_queries(service: Service) -> dict[str, Any]:
    """Measure every hot read with one client and with eight."""
    months = [month["month"] for month in service.get_json("/api/v1/timeline")["months"]]
    cursors: list[str | None] = [None]
    for _ in range(20):
        cursor = f"&cursor={cursors[-1]}" if cursors[-1] else ""
        cursors.append(service.get_json(f"/api/v1/photos?limit=100{cursor}")["next_cursor"])
    years = [2010 + number % 15 for number in range(40)]
    search = "/api/v1/photos/search?"
    words = [f"q={sentence.replace(' ', '+')}" for sentence in WORDS]
    reads: dict[str, Callable[[int], str]] = {
        "months and counts": lambda _: "/api/v1/timeline",
        "one month": lambda number: f"/api/v1/timeline/{months[number * 7 % len(months)]}",
        "a page of 100": lambda number: (
            "/api/v1/photos?limit=100" + (f"&cursor={cursors[number % 20]}" if cursors[number % 20] else "")
        ),
        "metadata search": lambda number: f"{search}year={years[number % 40]}&camera=Camera+{number % 30}&limit=100",
        "plain words": lambda number: f"{search}{words[number % len(words)]}+{years[number % 40]}",
        "plain words, all years": lambda number: f"{search}{words[number % len(words)]}",
    }
    for path_of in reads.values():  # once each, so that plans and pages are warm
        for number in range(len(WORDS)):
            service.request("GET", path_of(number))
    return {
        name: {clients: _measure(service, path_of, clients) for clients in CLIENTS} for name, path_of in reads.items()
    }
