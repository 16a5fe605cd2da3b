"""How right the groups are, told by pairs of photos of which it is known whether they show the same person.

What is counted. A photo stands for one face: its largest (the widest box), as the pairs name one person a photo.

* `pairs_right`: of the rows whose photos both have a face with a vector of the same space, the share that the cosine of
  the two faces decides rightly: `same` at `threshold` or above, `different` below. `pairs` counts these rows.
* The groups. The photos of all rows, each once by its content, are joined to persons by their names. Every two of them
  are a pair: `same` where they have one name; `different` where the names differ and a row says so of the two names, or
  both names occur within one source (`source_repo`; "a + b": the first person is from a, the second from b), which
  calls each of its people by one name. Two names from different sources that no row tells apart may be one person
  ("person-A" of one collection is somebody of another one), so such pairs are not counted but told as `not_told`;
  `precision_of_names` is what precision would be if they were different.
* `precision`: of the counted pairs that stand in one group (have the same person in the library), the share that are
  `same`. `recall`: of the `same` pairs, the share that stand in one group; a face that was not found, or is nobody's,
  stands in none. `faces` counts the photos with a face, `clusters` the groups that these stand in.
"""

import csv
import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np

from calotype.db.engine import Database
from calotype.features.people.errors import BadPairs
from calotype.features.people.repository import vectors
from calotype.features.people.repository.faces import find_photos, list_faces_of_photos
from calotype.features.people.schemas import Face
from calotype.features.people.thresholds import scale_of

COLUMNS = ("path_a", "path_b", "relation", "person_a", "person_b")


@dataclass(frozen=True)
class Pair:
    """A row: the contents of two photos, who is on them, whether that is one person, and who says so."""

    contents: tuple[bytes, bytes]
    people: tuple[str, str]
    is_same: bool
    sources: tuple[str, ...]


def read_pairs(path: Path) -> tuple[list[Pair], int]:
    """Return the rows of a CSV whose files are beside it, and how many rows name a file that is not there.

    Raises `BadPairs`.
    """
    pairs, absent = [], 0
    contents: dict[Path, bytes | None] = {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file)
        if missing := [name for name in COLUMNS if name not in (rows.fieldnames or ())]:
            raise BadPairs(missing)
        for row in rows:
            both = tuple(_content(path.parent / row[name], contents) for name in ("path_a", "path_b"))
            if None in both:
                absent += 1
                continue
            sources = tuple(part.strip() for part in (row.get("source_repo") or "").split(" + ") if part.strip())
            people = (row["person_a"].strip(), row["person_b"].strip())
            pairs.append(Pair(both, people, row["relation"].strip() == "same", sources))  # type: ignore[arg-type]
    return pairs, absent


def _content(path: Path, known: dict[Path, bytes | None]) -> bytes | None:
    if path not in known:
        known[path] = hashlib.sha256(path.read_bytes()).digest() if path.is_file() else None
    return known[path]


async def evaluate_people(path: Path, database: Database, owner_id: UUID) -> dict[str, Any]:
    """Return the figures that the head of this file explains. Raises `BadPairs`."""
    pairs, absent = read_pairs(path)
    contents = {content for pair in pairs for content in pair.contents}
    async with database.connection() as connection:
        photos = await find_photos(connection, owner_id, contents)
        faces = await list_faces_of_photos(connection, owner_id, photos.values())
        spaces = await vectors.read_of_photos(connection, owner_id, list(photos.values()))
    largest: dict[bytes, Face] = {}
    for face in faces:
        known = largest.get(bytes(face.sha256))
        if not face.is_hidden and (known is None or face.width * face.height > known.width * known.height):
            largest[bytes(face.sha256)] = face
    return {
        **_count_pairs(pairs, largest, spaces),
        **_count_groups(pairs, largest),
        "photos": len(contents),
        "photos_not_in_library": len(contents - photos.keys()),
        "photos_without_face": len(photos.keys() - largest.keys()),
        "rows_without_file": absent,
    }


def _count_pairs(
    pairs: Sequence[Pair], largest: Mapping[bytes, Face], spaces: Mapping[str, vectors.Faces]
) -> dict[str, Any]:
    vector_of = {
        face_id: (space, known.vectors[place])
        for space, known in spaces.items()
        for place, face_id in enumerate(known.ids)
    }
    right = counted = 0
    used: set[str] = set()
    for pair in pairs:
        both = [vector_of.get(largest[content].id) for content in pair.contents if content in largest]
        one, other = (*both, None, None)[:2]
        if one is None or other is None or one[0] != other[0]:
            continue
        counted += 1
        used.add(one[0])
        right += (float(np.dot(one[1], other[1])) >= scale_of(one[0]).sure) == pair.is_same
    thresholds = {space: scale_of(space).sure for space in sorted(used)}
    return {
        "pairs_right": _share(right, counted),
        "pairs": counted,
        "pairs_in_file": len(pairs),
        "threshold": next(iter(thresholds.values()), None),
        "spaces": sorted(used),
    }


def _count_groups(pairs: Sequence[Pair], largest: Mapping[bytes, Face]) -> dict[str, Any]:
    name_of = {content: name for pair in pairs for content, name in zip(pair.contents, pair.people, strict=True)}
    group_of = {content: face.person_id for content, face in largest.items() if content in name_of}
    is_told_apart = _apart(pairs)
    together = wrong = same = unknown = doubtful = 0
    for one, other in combinations(sorted(name_of), 2):
        names = frozenset((name_of[one], name_of[other]))
        is_same = len(names) == 1
        is_grouped = group_of.get(one) is not None and group_of.get(one) == group_of.get(other)
        if not is_same and names not in is_told_apart:
            unknown += 1
            doubtful += is_grouped
            continue
        same += is_same
        together += is_grouped and is_same
        wrong += is_grouped and not is_same
    return {
        "precision": _share(together, together + wrong),
        "recall": _share(together, same),
        "precision_of_names": _share(together, together + wrong + doubtful),
        "faces": len(group_of),
        "clusters": len({person for person in group_of.values() if person is not None}),
        "people": len(set(name_of.values())),
        "same_pairs": same,
        "wrong_pairs": wrong,
        "not_told": unknown,
    }


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def _apart(pairs: Sequence[Pair]) -> set[frozenset[str]]:
    """Return the pairs of names that are known to be two people's."""
    told = {frozenset(pair.people) for pair in pairs if not pair.is_same}
    names_of: dict[str, set[str]] = defaultdict(set)
    for pair in pairs:
        sources = pair.sources * 2 if len(pair.sources) == 1 else pair.sources
        if len(sources) == 2:
            for source, name in zip(sources, pair.people, strict=True):
                names_of[source].add(name)
    for names in names_of.values():
        told |= {frozenset(two) for two in combinations(sorted(names), 2)}
    return {names for names in told if len(names) == 2}
