"""The figures beside their goals: one line each."""

from collections.abc import Iterator
from typing import Any

Row = tuple[str, str, str, bool | None]


def rows(results: dict[str, Any]) -> Iterator[Row]:
    """Yield figure, measured, goal, and whether it is met (None where it only informs)."""
    if "ingest" in results:
        yield from _ingest(results["ingest"])
    if "vision" in results:
        yield from _vision(results["vision"])
    if "queries" in results:
        yield from _queries(results["queries"])
    if "people" in results:
        yield from _people(results["people"])
    if "places" in results:
        yield from _places(results["places"])
    if "curation" in results:
        yield from _curation(results["curation"])
    for part in results.get("moments", ()):
        yield from _moments(part)
    for part in results.get("learning", ()):
        yield from _learning(part)
    for part in results.get("stacks", ()):
        yield from _stacks(part)


def _row(figure: str, measured: float, unit: str, goal: float, *, at_least: bool = False, digits: int = 0) -> Row:
    is_met = measured >= goal if at_least else measured <= goal
    return (
        figure,
        f"{measured:,.{digits}f} {unit}".strip(),
        f"{'≥' if at_least else '≤'} {goal:g} {unit}".strip(),
        is_met,
    )


def _ingest(part: dict[str, Any]) -> Iterator[Row]:
    limits = [part[name]["cpu_ms"] for name in ("limit", "limit again")]
    limit, both, one = sum(limits) / 2, part["all cores"], part["one worker"]
    yield ("bare chain (decode, four prints)", f"{limits[0]:.1f} / {limits[1]:.1f} ms", "", None)
    yield _row("CPU a photo, upload to done", both["cpu_ms"], "ms", 100, digits=1)
    yield _row("… over the bare chain", both["cpu_ms"] / limit, "×", 1.35, digits=2)
    yield _row("photos a second, all jobs done", both["photos_s"], "/s", 18, at_least=True, digits=1)
    yield _row("uploads answered, 4 connections", both["uploads_s"], "/s", 60, at_least=True, digits=1)
    yield _row("… p99", both["upload_p99_ms"], "ms", 150)
    yield _row("all workers over one", both["photos_s"] / one["photos_s"], "×", 1.8, at_least=True, digits=2)
    yield _row("memory, peak of the ingest", both["peak_mb"], "MB", 600)
    yield _row("memory at rest", both["rest_mb"], "MB", 250)
    yield _row("start to healthy", both["start_s"], "s", 1.5, digits=2)


def _vision(part: dict[str, Any]) -> Iterator[Row]:
    limit = part["without"]["cpu_ms"] + part["engines"]["cpu_ms"]
    yield ("bare engines on decoded arrays", f"{part['engines']['cpu_ms']:.1f} ms", "", None)
    yield ("CPU a photo with vision", f"{part['with']['cpu_ms']:.1f} ms", "", None)
    yield _row("… over (without + engines)", part["with"]["cpu_ms"] / limit, "×", 1.15, digits=2)
    after = part["worker"]["worker_mb_after"]
    yield _row(f"one vision worker after {part['worker']['photos']} photos", list(after.values())[-1], "MB", 1200)
    yield ("… on the way", " ".join(f"{mb:.0f}" for mb in after.values()), "flat", None)


def _queries(part: dict[str, Any]) -> Iterator[Row]:
    goals = {
        "months and counts": (5, 20), "one month": (20, 80), "a page of 100": (None, None),
        "metadata search": (15, None), "plain words": (20, None), "plain words, all years": (20, None),
    }  # fmt: skip
    p99_goals = {"a page of 100": (10, 40), "metadata search": (50, None), "plain words": (80, None),
                 "plain words, all years": (80, None)}  # fmt: skip
    for name, by_clients in part["reads"].items():
        for place, clients in enumerate(by_clients):
            found = by_clients[clients]
            for key, goal in (("p50_ms", goals[name][place]), ("p99_ms", p99_goals.get(name, (None, None))[place])):
                title = f"{name}, {clients} client{'s' if int(clients) > 1 else ''}, {key[:3]}"
                if goal is None:
                    yield title, f"{found[key]:.1f} ms", "", None
                else:
                    yield _row(title, found[key], "ms", goal, digits=1)
        if name == "one month":
            yield _row("one month, size", by_clients[next(iter(by_clients))]["kb"], "kB", 300)
    without_vectors = sum(
        mb for table, mb in part["tables_mb"].items() if not table.startswith("embedding")
    )  # the tables that hold vectors
    yield _row(
        "database without vectors, a million photos", without_vectors * 1e6 / part["photos"] / 1000, "GB", 1.0, digits=2
    )


def _places(part: dict[str, Any]) -> Iterator[Row]:
    for name, by_clients in part["reads"].items():
        for clients, found in by_clients.items():
            title = f"{name}, {clients} client{'s' if int(clients) > 1 else ''}"
            yield f"{title}, p50", f"{found['p50_ms']:.1f} ms", "", None
            if name.startswith("map"):
                yield _row(f"{title}, p99", found["p99_ms"], "ms", 50, digits=1)
            else:
                yield f"{title}, p99", f"{found['p99_ms']:.1f} ms", "", None
    for name, took in part["keeping_ms"].items():
        yield f"a photo gets its position, {name}", f"{took['position']:.2f} ms", "", None
        yield f"a photo gets its rating, {name}", f"{took['rating']:.2f} ms", "", None
    for name, size in part["sizes"].items():
        yield name, f"{size:,.0f}{'' if name.startswith('cells') else ' MB'}", "", None


def _curation(part: dict[str, Any]) -> Iterator[Row]:
    titles = {
        "first": f"{part['albums']} albums of {part['photos']:,} photos, for the first time", "whole": "… all again",
        "one more": "… one new photo", "nothing new": "… nothing new",
    }  # fmt: skip
    for name, title in titles.items():
        yield title, f"{part[name]['seconds']:.1f} s, {part[name]['peak_mb']:.0f} MB", "", None


def _moments(part: dict[str, Any]) -> Iterator[Row]:
    titles = {
        "first": f"events and trips of {part['photos']:,} photos", "again": "… all again",
        "around new photos": "… 20 new photos",
    }  # fmt: skip
    for name, title in titles.items():
        yield title, f"{part[name]['seconds']:.1f} s, {part[name]['mib']:.0f} MiB", "", None


def _people(part: dict[str, Any]) -> Iterator[Row]:
    for found in part.values():
        where = ", rows to rows in PostgreSQL" if "again" in found else ""
        faces, is_largest = f"{found['faces']:,} faces into people{where}", found["faces"] == 100_000
        if is_largest:
            yield _row(faces, found["seconds"], "s", 180, digits=1)
            yield _row("… memory, peak", found["peak_mb"], "MB", 1500)
        else:
            yield faces, f"{found['seconds']:.1f} s, {found['peak_mb']:.0f} MB", "", None
        yield _row("… precision of pairs", found["precision"], "", 0.98, at_least=True, digits=4)
        yield _row("… recall of pairs", found["recall"], "", 0.85, at_least=True, digits=4)
        for name in ("again", "new faces") if where else ():
            yield f"… {name}", f"{found[name]['seconds']:.1f} s, {found[name]['peak_mb']:.0f} MB", "", None


def _stacks(part: dict[str, Any]) -> Iterator[Row]:
    name = f"stacks: {part['hashes']:,} hashes ({part['set']})"
    yield _row(name, part["cpu_s"], "s of CPU", 300 if part["set"] == "usual" else 60, digits=1)
    yield f"{name}, memory", f"{part['highest_mb']:,} MB", "", None


def _learning(part: dict[str, Any]) -> Iterator[Row]:
    name = f"learning: {part['photos']:,} photos, {part['labels']} labels"
    yield f"{name}, learn and look", f"{part['train_and_predict_s']:.1f} s", "", None
    yield _row("… look at all of them again", part["predict_s"], "s", 60, digits=1)
    yield _row("… with nothing new", part["nothing_new_s"], "s", 5, digits=1)
    yield _row("… memory", part["after_mb"], "MB", 800)
