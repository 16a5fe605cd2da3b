"""Fill a library with a million photos of twenty owners, one of whom has 600,000: rows, documents, clustered vectors.

The bytes of the photos do not exist; the rows are what real ones would leave. Vectors come from Gaussian centres with
a decaying spectrum, used in a Zipf manner, as in the trial behind the design (mean cosine 0.64 within a centre).
"""

import json
import struct
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from hashlib import sha256
from importlib.resources import files
from typing import Any
from uuid import UUID

import numpy as np
import psycopg
from psycopg.types.numeric import Int2

from calotype.features.search.document import PhotoFacts, build_document
from calotype.kit.ids import uuid7
from calotype.pipeline.record import VERSIONS, Outcome, StageRecord, encode_stages

DIMENSIONS = 384
CENTRES = 2000
OTHERS = (80_000, 60_000, 50_000, 40_000, 30_000, 30_000, 25_000, 20_000, 15_000, 11_000, 10_000, 8_000, 6_000, 5_000,
          3_000, 2_500, 2_000, 1_500, 1_000)  # fmt: skip
FIRST_DAY = datetime(2009, 1, 1)  # noqa: DTZ001 - a wall clock
DAYS = 16 * 365
CAMERAS, PLACES = 40, 500
SCORES = (0.7, 0.35, 0.1)
SPACE = "conse-minilm-l6-lite0/1"
LABELS = files("calotype.ports.vision.local") / "imagenet1k_wordnet.json"
_STAGES = encode_stages({name: StageRecord(name, version, Outcome.DONE, 5) for name, version in VERSIONS.items()})
_RAW = "bytea"  # a halfvec in its binary form passes through as bytes


class Corpus:
    """The million photos, made in order; the same seed gives the same photos."""

    def __init__(self, big_owner: UUID, big_count: int = 600_000, seed: int = 7) -> None:
        self._random = np.random.default_rng(seed)
        self.owners: list[tuple[UUID, int]] = [(big_owner, big_count)]
        self.owners += [(uuid7(), count * big_count // 600_000) for count in OTHERS]
        spectrum = 1 / np.sqrt(np.arange(1, DIMENSIONS + 1, dtype=np.float32))
        self._centres = self._random.standard_normal((CENTRES, DIMENSIONS), np.float32) * spectrum
        self._spread = spectrum * 0.75

    def owner_of_each(self) -> np.ndarray[Any, Any]:
        """Return the owner's number of each photo, interleaved as in real life."""
        numbers = np.repeat(np.arange(len(self.owners)), [count for _, count in self.owners])
        self._random.shuffle(numbers)
        return numbers

    def vectors(self, count: int) -> np.ndarray[Any, Any]:
        """Return unit vectors (count, 384), float32."""
        centres = np.minimum(self._random.zipf(1.3, count), CENTRES) - 1
        vectors = self._centres[centres] + self._random.standard_normal((count, DIMENSIONS), np.float32) * self._spread
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def halfvec_binary(vector: np.ndarray[Any, Any]) -> bytes:
    """Return pgvector's binary form of a halfvec: dimensions, zero, big-endian float16."""
    return struct.pack(">HH", len(vector), 0) + vector.astype(">f2").tobytes()


def bits_binary(vector: np.ndarray[Any, Any]) -> bytes:
    """Return PostgreSQL's binary form of the signs of a vector: bit count, then bits, first one highest."""
    return struct.pack(">i", len(vector)) + np.packbits(vector > 0).tobytes()


def times(random: np.random.Generator, count: int) -> Iterator[datetime]:
    """Yield times of photos: spread over sixteen years, in days of several."""
    days = random.integers(0, DAYS, count)
    seconds = np.clip(random.normal(14 * 3600, 4 * 3600, count), 0, 86_399)
    for day, second in zip(days.tolist(), seconds.tolist(), strict=True):
        yield FIRST_DAY + timedelta(days=day, seconds=int(second))


def digest(number: int) -> bytes:
    return sha256(str(number).encode()).digest()


def _palette(content: bytes) -> bytes:
    """Return colours as a photo has them: one that is everywhere, one of the thing in the middle, some of the rest."""
    regions = bytearray(34)
    everywhere, thing = content[4] % 11, content[5] % 11
    for region in range(3):
        regions[region * 11 + everywhere] = 150
        regions[region * 11 + (thing if region == 1 else everywhere)] += 70
    return bytes(regions)


def connect(conninfo: str) -> psycopg.Connection[Any]:
    return psycopg.connect(conninfo, autocommit=True)


_PHOTO_COLUMNS = (
    "id, owner_id, taken_local, uploaded_at, file_time, change, size_bytes, phash, width, height, latitude, longitude, "
    "camera_id, lens_id, place_id, exposure_s, f_number, iso, focal_mm, utc_offset_min, processing_status, media_type, "
    "taken_source, offset_source, orientation, quality, sharpness, exposure_quality, contrast, noise, sha256, sha1, "
    "thumbhash, stages, colours, file_name"
)
_STAGED_DOCUMENT = """
    insert into search_documents (photo_id, owner_id, words)
    select photo_id, owner_id, setweight(to_tsvector('english', a), 'A') || setweight(to_tsvector('english', b), 'B')
           || setweight(to_tsvector('english', d), 'D') || array_to_tsvector(scopes) from staged_documents
"""
_INDEXES = (
    "photos_content", "photos_timeline", "photos_map", "photos_by_place", "search_documents_words",
    "embedding_bits_scan", "embedding_bits_photo",
)  # fmt: skip


class Loader:
    """Writes a `Corpus` by COPY; indexes are dropped first and built afterwards."""

    def __init__(self, conninfo: str, corpus: Corpus) -> None:
        self._conninfo, self._corpus = conninfo, corpus
        self._random = np.random.default_rng(11)
        names = [entry["names"][0] for entry in json.loads(LABELS.read_text(encoding="utf-8"))]
        self._labels = [names[number] for number in self._random.permutation(len(names))]

    def load(self) -> dict[str, float]:
        """Fill the library; return the seconds of each part."""
        took: dict[str, float] = {}
        with connect(self._conninfo) as connection:
            definitions = [
                row[0] for row in connection.execute(
                    "select indexdef from pg_indexes where indexname = any(%s)", (list(_INDEXES),)
                )
            ]  # fmt: skip
            for index in _INDEXES:
                connection.execute(f"drop index {index}")
            connection.execute("alter table photos disable trigger all")
            steps: dict[str, Callable[[], object]] = {
                "owners, cameras, places": lambda: self._load_small(connection),
                "photos and documents": lambda: self._load_photos(connection),
                "labels": lambda: self.load_labels(connection, self._ids),
                "vectors": lambda: self._load_vectors(connection),
                "text vectors": lambda: connection.execute(_STAGED_DOCUMENT),
                "indexes": lambda: [connection.execute(definition) for definition in definitions],
                "counts and lexicon": lambda: self._count(connection),
            }
            for name, step in steps.items():
                began = time.perf_counter()
                step()
                took[name] = time.perf_counter() - began
            connection.execute("alter table photos enable trigger all")
            connection.execute("drop table staged_documents")
            connection.execute("vacuum analyze")
        return took

    def _load_small(self, connection: psycopg.Connection[Any]) -> None:
        for owner, _ in self._corpus.owners[1:]:
            connection.execute(
                "insert into users (id, email, name, password_hash, role) values (%s, %s, 'x', 'x', 'member')",
                (owner, f"{owner}@example.org"),
            )
        for number in range(CAMERAS):
            connection.execute("insert into cameras (make, model) values ('Camera', %s)", (str(number),))
        for number in range(PLACES):
            connection.execute(
                "insert into places (name, region, country, country_code) values (%s, %s, %s, 'XX')",
                (f"Town {number}", f"Region {number // 10}", f"Country {number // 50}"),
            )
        connection.execute(
            "create unlogged table staged_documents "
            "(photo_id uuid, owner_id uuid, a text, b text, d text, scopes text[])"
        )

    def _load_photos(self, connection: psycopg.Connection[Any]) -> None:
        owners = self._corpus.owner_of_each()
        taken = times(self._random, len(owners))
        self._ids: list[tuple[UUID, UUID]] = []
        with (
            psycopg.connect(self._conninfo) as second,
            second.cursor().copy("copy staged_documents (photo_id, owner_id, a, b, d, scopes) from stdin") as documents,
            connection.cursor().copy(f"copy photos ({_PHOTO_COLUMNS}) from stdin") as photos,
        ):
            for number, (owner_number, when) in enumerate(zip(owners.tolist(), taken, strict=True)):
                owner, photo = self._corpus.owners[owner_number][0], uuid7()
                self._ids.append((photo, owner))
                photos.write_row(self._photo_row(number, photo, owner, when))
                documents.write_row(self._document_row(number, photo, owner, when))

    def load_labels(self, connection: psycopg.Connection[Any], ids: Iterable[tuple[UUID, UUID]]) -> None:
        """Write what the labels stage leaves, for photos in the order of their numbers."""
        with connection.cursor().copy(
            "copy photo_labels (photo_id, owner_id, names, scores, provider, model, raw) from stdin"
        ) as labels:
            for number, (photo, owner) in enumerate(ids):
                labels.write_row(self._label_row(number, photo, owner))

    def _photo_row(self, number: int, photo: UUID, owner: UUID, when: datetime) -> tuple[Any, ...]:
        content = digest(number)
        place = number * 31 % (PLACES * 10 // 7)  # seven in ten have coordinates
        has_place = place < PLACES
        return (
            photo, owner, when, when, when, number + 1, 3_400_000, int.from_bytes(content[:8], "big", signed=True),
            4000, 3000, place % 120 - 60 + content[0] / 999 if has_place else None,
            place * 7 % 340 - 170 + content[1] / 999 if has_place else None, number % CAMERAS + 1, None,
            place + 1 if has_place else None, 0.01, 1.8, 100, 4.2, 60, 2, 1, 1, 1, 1, 700, 700, 700, 700, 700, content,
            content[:20], content[:25], _STAGES, _palette(content), f"IMG_{number % 10_000:04d}.JPG",
        )  # fmt: skip

    def _labels_of(self, number: int) -> list[str]:
        ranks = (min(int(abs(part - 128) ** 1.3), len(self._labels) - 1) for part in digest(number)[:3])
        return [self._labels[rank] for rank in ranks]

    def _label_row(self, number: int, photo: UUID, owner: UUID) -> tuple[Any, ...]:
        names = self._labels_of(number)
        raw = {"top": [[place * 37 % 1000, round(0.5 / (place + 1), 4)] for place in range(20)]}
        return photo, owner, names, list(SCORES), "local", "efficientnet-lite0/1", json.dumps(raw)

    def _document_row(self, number: int, photo: UUID, owner: UUID, when: datetime) -> tuple[Any, ...]:
        content = digest(number)
        place = number * 31 % (PLACES * 10 // 7)
        has_place = place < PLACES
        facts = PhotoFacts(
            owner_id=owner, taken_local=when, width=4000, height=3000, media_type=1, is_favourite=number % 50 == 0,
            is_animated=False, is_live=False, file_name=f"IMG_{number % 10_000:04d}.JPG", title=None, description=None,
            tags=(), keywords=(), albums=(), make="Camera", model=str(number % CAMERAS),
            place=f"Town {place}" if has_place else None, region=f"Region {place // 10}" if has_place else None,
            country=f"Country {place // 50}" if has_place else None, colours=_palette(content), focal_35mm=26.0,
            label_names=self._labels_of(number), label_scores=SCORES, text=None,
            faces=content[3] % 4,
        )  # fmt: skip
        document = build_document(facts)
        a, b, _, d = document.weighted
        return photo, owner, a, b, d, list(document.scopes)

    def _load_vectors(self, connection: psycopg.Connection[Any]) -> None:
        space = self._space(connection)
        for start in range(0, len(self._ids), 20_000):
            part = self._ids[start : start + 20_000]
            vectors = self._corpus.vectors(len(part))
            with connection.cursor().copy(
                "copy embeddings (photo_id, owner_id, space_id, vector) from stdin (format binary)"
            ) as copy:
                copy.set_types(["uuid", "uuid", "int2", _RAW])
                for (photo, owner), vector in zip(part, vectors, strict=True):
                    copy.write_row((photo, owner, space, halfvec_binary(vector)))
        connection.execute(
            "insert into embedding_bits (owner_id, space_id, photo_id, bits) "
            "select owner_id, space_id, photo_id, binary_quantize(vector) from embeddings"
        )

    def _space(self, connection: psycopg.Connection[Any]) -> Int2:
        row = connection.execute(
            "insert into embedding_spaces (name, dimensions) values (%s, %s) returning id", (SPACE, DIMENSIONS)
        ).fetchone()
        assert row is not None
        return Int2(row[0])

    def _count(self, connection: psycopg.Connection[Any]) -> None:
        connection.execute(
            "insert into month_counts select owner_id, date_trunc('month', taken_local)::date, count(*) from photos "
            "where status = 0 group by 1, 2"
        )
        for table in ("place_counts", "geo_cells"):
            connection.execute(f"insert into {table} select * from {table}_anew")
        connection.execute(
            "insert into lexicon (owner_id, kind, term, uses) select u.id, 'label', l.name, 1000 from users u, "
            "unnest(%s::text[]) l(name) on conflict do nothing",
            (self._labels,),
        )
        connection.execute(
            "insert into lexicon (owner_id, kind, term, uses) select u.id, 'camera', 'camera ' || n, 1000 "
            "from users u, generate_series(0, %s) n on conflict do nothing",
            (CAMERAS - 1,),
        )
        connection.execute(
            "insert into lexicon (owner_id, kind, term, uses) select u.id, 'place', lower(p.name), 1000 "
            "from users u, places p on conflict do nothing"
        )
        connection.execute(
            "insert into change_counters (owner_id, value) select id, 1000000 from users on conflict do nothing"
        )


def sizes(conninfo: str) -> dict[str, float]:
    """Return megabytes of each table with its indexes."""
    with connect(conninfo) as connection:
        rows = connection.execute(
            "select relname, pg_total_relation_size(oid) / 1e6 from pg_class where relkind = 'r' "
            "and relnamespace = 'public'::regnamespace and pg_total_relation_size(oid) > 1e6 order by 2 desc"
        ).fetchall()
    return {str(name): float(size) for name, size in rows}
