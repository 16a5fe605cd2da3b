"""`make bench`: run the benchmarks, print a table, write JSON under `bench/results/`.

python -m bench [--photos 300] [--million 1000000] [--only ingest,vision,queries,people]
"""

import argparse
import json
import os
import platform
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from rich.console import Console
from rich.table import Table

from bench.corpus import find_corpus
from bench.curation import run_curation
from bench.ingest import measure_ingest, measure_limit
from bench.learning import measure_learning
from bench.million import Corpus, Loader, sizes
from bench.moments import measure_moments
from bench.people import measure_people
from bench.places import run_places
from bench.queries import measure_queries
from bench.report import rows
from bench.service import Service
from bench.stacks import measure_stacks
from bench.vision import measure_engines, measure_worker

HERE = Path(__file__).parent
PARTS = ("ingest", "vision", "queries", "places", "curation", "moments", "people", "stacks", "learning")
CORES = len(os.sched_getaffinity(0))


def run_ingest(photos: list[Path]) -> dict[str, Any]:
    """Measure the ingest without vision beside the bare chain, with one worker and with one a core."""
    return {
        "limit": measure_limit(photos[: max(20, len(photos) // 3)]),
        "all cores": measure_ingest(photos, vision="off", workers=CORES),
        "one worker": measure_ingest(photos[: max(20, len(photos) // 2)], vision="off", workers=1, rests=False),
        "limit again": measure_limit(photos[: max(20, len(photos) // 3)]),
    }


def run_vision(photos: list[Path]) -> dict[str, Any]:
    """Measure what understanding adds, beside bare calls of the same engines on decoded arrays."""
    some = photos[: max(20, len(photos) // 4)]
    return {
        "engines": measure_engines(some),
        "without": measure_ingest(some, vision="off", workers=1, rests=False),
        "with": measure_ingest(some, vision="local", workers=1, rests=False),
        "worker": measure_worker(photos, 1000),
    }


def run_queries(count: int) -> dict[str, Any]:
    """Fill a library with `count` photos and measure the hot reads."""
    with tempfile.TemporaryDirectory(prefix="calotype-bench-") as folder:
        home = Path(folder)
        with Service(home, "--no-worker") as service:
            service.sign_up()
            user = service.get_json("/api/v1/sessions/current")["user"]["id"]
            conninfo = service.conninfo()
            began = time.perf_counter()
            took = Loader(conninfo, Corpus(UUID(user), count * 6 // 10)).load()
            took["vector index"] = service.build_vector_index()
            return {
                "photos": count, "load_s": took, "all_s": time.perf_counter() - began, "tables_mb": sizes(conninfo),
                "reads": measure_queries(service),
            }  # fmt: skip


def main() -> None:  # noqa: C901 - a branch a part
    parser = argparse.ArgumentParser(prog="make bench", description="Measure Calotype on this machine.")
    parser.add_argument("--photos", type=int, default=300, help="photos of the ingest (12 megapixels each)")
    parser.add_argument("--million", type=int, default=1_000_000, help="rows of the big library")
    parser.add_argument("--only", default=",".join(PARTS), help=f"parts, with commas: {','.join(PARTS)}")
    arguments = parser.parse_args()
    parts = arguments.only.split(",")
    results: dict[str, Any] = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": {"cores": CORES, "processor": platform.processor() or platform.machine()},
    }
    if {"ingest", "vision"} & set(parts):
        photos = find_corpus(arguments.photos, HERE / "corpus")
    if "ingest" in parts:
        results["ingest"] = run_ingest(photos)
    if "vision" in parts:
        results["vision"] = run_vision(photos)
    if "queries" in parts:
        results["queries"] = run_queries(arguments.million)
    if "places" in parts:
        results["places"] = run_places(arguments.million)
    if "curation" in parts:
        results["curation"] = run_curation()
    if "moments" in parts:
        results["moments"] = [measure_moments(count) for count in (10_000, 100_000, arguments.million)]
    if "people" in parts:
        results["people"] = measure_people()
    if "stacks" in parts:
        results["stacks"] = measure_stacks(arguments.million)
    if "learning" in parts:
        results["learning"] = [measure_learning(count) for count in (10_000, 100_000)]
    write(results)


def write(results: dict[str, Any]) -> None:
    """Print the figures beside their goals, and write all that was measured."""
    table = Table(title=f"Calotype on {results['machine']['cores']} cores, {results['at']}")
    for name in ("figure", "measured", "goal", ""):
        table.add_column(name, justify="right" if name == "measured" else "left")
    for figure, measured, goal, is_met in rows(results):
        table.add_row(figure, measured, goal, "" if is_met is None else "met" if is_met else "[bold red]missed[/]")
    Console(width=120).print(table)
    folder = HERE / "results"
    folder.mkdir(exist_ok=True)
    path = folder / f"{results['at'].replace(':', '')}.json"
    path.write_text(json.dumps(results, indent=1), encoding="utf-8")
    Console().print(f"Written: {path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path}")


if __name__ == "__main__":
    main()
