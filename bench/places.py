"""Places at a million photos: the map and the tree as a client sees them, and what keeping their counts costs.

The million of `bench/million.py` lies in 500 places, spread over 60 degrees each way at random. For the worst case of
the map, a part of the big owner's photos is moved to one house, as in real life.
"""

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg

from bench.ingest import percentile
from bench.million import _PHOTO_COLUMNS, Corpus, Loader, connect, times
from bench.queries import CLIENTS, _measure
from bench.service import Service
from calotype.kit.ids import uuid7

AT_HOME = 60_000  # photos within 60 metres
HOME = (48.1371, 11.5754)
SCREEN = (1920, 1080)  # pixels of the map
BOXES = {"world": 2, "continent": 5, "country": 7, "region": 9, "town": 12, "quarter": 15, "house": 18, "room": 20}
TRIGGERS = ("photos_cells_inserted", "photos_cells_updated", "photos_places_inserted", "photos_places_updated",
            "photos_own_place_inserted", "photos_own_place_updated")  # fmt: skip
_MOVE_HOME = """
    update photos set latitude = %s + (hashtext(id::text) %% 1000) * 4e-7,
                      longitude = %s + (hashtext(sha1::text) %% 1000) * 6e-7
    where id = any(array(select id from photos where owner_id = %s and latitude is not null order by id limit %s))
"""
_ONE = """
    update photos set latitude = %s, longitude = %s, place_id = %s, change = change + 1 where id = %s
"""


class PhotosAlone(Loader):
    """The rows of the million photos, and nothing else: what places are read from."""

    def load(self) -> dict[str, float]:
        """Fill `photos`; return seconds."""
        began = time.perf_counter()
        with connect(self._conninfo) as connection:
            names = ("photos_content", "photos_timeline", "photos_map", "photos_by_place")
            found = connection.execute("select indexdef from pg_indexes where indexname = any(%s)", (list(names),))
            definitions = [row[0] for row in found]
            for name in names:
                connection.execute(f"drop index {name}")
            connection.execute("alter table photos disable trigger all")
            self._load_small(connection)
            self._copy_photos(connection)
            for definition in definitions:
                connection.execute(definition)
            connection.execute("alter table photos enable trigger all")
            connection.execute("insert into change_counters (owner_id, value) select id, 1000000 from users "
                               "on conflict do nothing")  # fmt: skip
        return {"photos alone": time.perf_counter() - began}

    def _copy_photos(self, connection: psycopg.Connection[Any]) -> None:
        owners = self._corpus.owner_of_each()
        taken = times(self._random, len(owners))
        with connection.cursor().copy(f"copy photos ({_PHOTO_COLUMNS}) from stdin") as photos:
            for number, (owner, when) in enumerate(zip(owners.tolist(), taken, strict=True)):
                photos.write_row(self._photo_row(number, uuid7(), self._corpus.owners[owner][0], when))


def run_places(count: int) -> dict[str, Any]:
    """Fill a library with the rows of `count` photos, and measure places in it."""
    with (
        tempfile.TemporaryDirectory(prefix="calotype-bench-") as folder,
        Service(Path(folder), "--no-worker") as service,
    ):
        service.sign_up()
        owner = UUID(service.get_json("/api/v1/sessions/current")["user"]["id"])
        conninfo = service.conninfo()
        took = PhotosAlone(conninfo, Corpus(owner, count * 6 // 10)).load()
        took |= fill(conninfo, owner)
        return {
            "load_1": os.getloadavg()[0], "load_s": took, "sizes": sizes_of_places(conninfo),
            "reads": measure_places(service), "keeping_ms": measure_keeping(conninfo, owner),
            "load_1_after": os.getloadavg()[0],
        }  # fmt: skip


def fill(conninfo: str, owner: UUID) -> dict[str, float]:
    """Move photos home and count everything; return seconds."""
    took: dict[str, float] = {}
    with connect(conninfo) as connection:
        connection.execute("alter table photos disable trigger user")
        connection.execute(_MOVE_HOME, (*HOME, owner, AT_HOME))
        connection.execute("alter table photos enable trigger user")
        for table in ("place_counts", "geo_cells"):
            began = time.perf_counter()
            connection.execute(f"truncate {table}")
            connection.execute(f"insert into {table} select * from {table}_anew")
            took[table] = time.perf_counter() - began
        connection.execute("vacuum analyze photos, place_counts, geo_cells")
    return took


def box_of(zoom: int, number: int) -> str:
    """Return a screen of the map at a zoom: every second one at home, the others where other photos lie."""
    place = number * 31 % 500
    latitude, longitude = HOME if number % 2 else (place % 120 - 60 + 0.12, place * 7 % 340 - 170 + 0.12)
    width = min(360.0, SCREEN[0] / 256 * 360 / 2**zoom)
    height = min(80.0, SCREEN[1] / 256 * 230 / 2**zoom)
    south, north = max(-85.0, latitude - height / 2), min(85.0, latitude + height / 2)
    return f"{longitude - width / 2:.6f},{south:.6f},{longitude + width / 2:.6f},{north:.6f}"


def measure_places(service: Service) -> dict[str, Any]:
    """Measure the map at every zoom of `BOXES`, the tree, and pages of photos, with one client and with eight."""
    tree = service.get_json("/api/v1/places")["items"]
    country = max(tree, key=lambda node: int(node["photos"]))
    keys = {"country": country["key"], "place": country["children"][0]["children"][0]["key"]}

    def map_at(zoom: int) -> Callable[[int], str]:
        return lambda number: f"/api/v1/map?box={box_of(zoom, number)}&zoom={zoom}"

    reads = {f"map, {name}": map_at(zoom) for name, zoom in BOXES.items()}
    reads["map, world at 5"] = lambda _: "/api/v1/map?box=-180,-85,180,85&zoom=5"
    reads["(beside: months and counts)"] = lambda _: "/api/v1/timeline"
    reads["tree of places"] = lambda _: "/api/v1/places"
    for kind, key in keys.items():
        reads[f"a page of a {kind}"] = lambda _, key=key: f"/api/v1/places/{key}/photos?limit=100"  # type: ignore[misc]
    for path_of in reads.values():
        for number in range(12):
            service.request("GET", path_of(number))
    return {name: {clients: _measure(service, path, clients) for clients in CLIENTS} for name, path in reads.items()}


@contextmanager
def _without(connection: psycopg.Connection[Any], triggers: tuple[str, ...]) -> Iterator[None]:
    for trigger in triggers:
        connection.execute(f"alter table photos disable trigger {trigger}")
    try:
        yield
    finally:
        for trigger in triggers:
            connection.execute(f"alter table photos enable trigger {trigger}")


def _write(connection: psycopg.Connection[Any], photos: list[UUID], moved: float) -> dict[str, float]:
    """Give photos a position one by one, as the pipeline does, then something that moves nothing; return ms."""
    took: dict[str, list[float]] = {"position": [], "rating": []}
    connection.execute("set synchronous_commit = off")
    for number, photo in enumerate(photos):
        began = time.perf_counter()
        connection.execute(_ONE, (40 + number % 97 / 10 + moved, 10 + number % 89 / 10, number % 500 + 1, photo))
        took["position"].append(time.perf_counter() - began)
        began = time.perf_counter()
        connection.execute("update photos set rating = %s where id = %s", (number % 5, photo))
        took["rating"].append(time.perf_counter() - began)
    return {name: 1000 * percentile(values, 0.5) for name, values in took.items()}


def measure_keeping(conninfo: str, owner: UUID, count: int = 1000) -> dict[str, dict[str, float]]:
    """Return median ms of giving a photo a position, and of an update that moves nothing, with counts and without."""
    with connect(conninfo) as connection:
        photos = [row[0] for row in connection.execute(
            "select id from photos where owner_id = %s and latitude is null limit %s", (owner, count * 3))]  # fmt: skip
        kept = _write(connection, photos[:count], 0.01)
        with _without(connection, TRIGGERS):
            bare = _write(connection, photos[count : count * 2], 0.02)
        with _without(connection, TRIGGERS[:2]):
            no_cells = _write(connection, photos[count * 2 :], 0.03)
        connection.execute("truncate geo_cells, place_counts")
        for table in ("place_counts", "geo_cells"):
            connection.execute(f"insert into {table} select * from {table}_anew")
    return {"with all": kept, "without": bare, "without cells": no_cells}


def sizes_of_places(conninfo: str) -> dict[str, float]:
    """Return megabytes of what places have added, and rows of the cells."""
    with connect(conninfo) as connection:
        rows = connection.execute(
            "select relname, pg_total_relation_size(oid) / 1e6 from pg_class where relname in "
            "('geo_cells', 'place_counts', 'photos_by_place', 'photos_by_own_place')"
        ).fetchall()
        cells = connection.execute("select count(*) from geo_cells").fetchone()
        zooms = connection.execute("select cell >> 40, count(*) from geo_cells group by 1 order by 1").fetchall()
    assert cells is not None
    found = {str(name): float(size) for name, size in rows}
    return found | {"cells": float(cells[0])} | {f"cells at {zoom}": float(number) for zoom, number in zooms}
