"""One of everything that an owner can have, and what to put into the address and the body of each route."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from calotype.bootstrap import Calotype
from calotype.features.journal import Fact
from calotype.kit.ids import uuid7
from tests.features.conftest import make_photo

MONTH, SIZE, PLACE_KEY, LABEL = "2023-07", "150", "nowhere", "dog"
SECRET = "harbour"  # in every name
QUERIES = {
    "/api/v1/photos/search": "?q=jpg",
    "/api/v1/search/suggest": "?q=harb",
    "/api/v1/map": "?box=-180,-85,180,85&zoom=3",
}  # fmt: skip
_BOX = {"x": 0.1, "y": 0.1, "width": 0.2, "height": 0.2}
ELSEWHERE = str(UUID(int=7))
BODIES: dict[str, Any] = {
    "PATCH /api/v1/photos/{photo_id:uuid}": {"title": "mine now"},
    "POST /api/v1/albums/{album_id:uuid}/photos": {"photo_ids": [ELSEWHERE]},
    "DELETE /api/v1/albums/{album_id:uuid}/photos": {"photo_ids": [ELSEWHERE]},
    "POST /api/v1/curated/{album_id:uuid}/photos/{photo_id:uuid}": {"pick": "pin"},
    "POST /api/v1/people/review/{question_id:uuid}": {"answer": "same"},
    "PATCH /api/v1/people/{person_id:uuid}": {"name": "Mine"},
    "POST /api/v1/people/{person_id:uuid}/merge": {"others": [ELSEWHERE]},
    "POST /api/v1/people/{person_id:uuid}/split": {"face_ids": [ELSEWHERE]},
    "POST /api/v1/faces/{face_id:uuid}/assign": {"name": "Mine"},
    "POST /api/v1/faces/{face_id:uuid}/reject": {"not_a_face": True},
    "POST /api/v1/photos/{photo_id:uuid}/faces": {"box": _BOX, "name": "Mine"},
    "POST /api/v1/photos/{photo_id:uuid}/labels": {"label": "dog", "is_right": True},
    "POST /api/v1/photos/{photo_id:uuid}/wrong-hit": {"query": "dog"},
    "PATCH /api/v1/own-places/{own_place_id:uuid}": {"name": "Mine"},
    "PATCH /api/v1/moments/{moment_id:uuid}": {"title": "Mine"},
    "POST /api/v1/moments/{moment_id:uuid}/merge": {"others": [ELSEWHERE]},
    "POST /api/v1/moments/{moment_id:uuid}/split": {"photo_ids": [ELSEWHERE]},
    "POST /api/v1/stacks/{stack_id:uuid}/keep": {"keep": [ELSEWHERE]},
    "POST /api/v1/journal/undo": {"ids": [ELSEWHERE]},
}


@dataclass(frozen=True)
class Things:
    """Ids of things of one owner, by the name of the parameter in an address."""

    ids: dict[str, UUID]

    def fill(self, path: str) -> str:
        """Return an address of these things."""
        ids = {**self.ids, "album_id": self.ids["curated_id"]} if "/curated/" in path else self.ids
        for name, value in ids.items():
            path = path.replace(f"{{{name}:uuid}}", str(value))
        for name, text in (("month", MONTH), ("size", SIZE), ("key", PLACE_KEY), ("label", LABEL)):
            path = path.replace(f"{{{name}}}", text)
        assert "{" not in path, f"say in tests/server/things.py what to put into {path}"
        return path


async def make_things(calotype: Calotype, owner: UUID) -> Things:
    """Make one of everything for an owner, as the features would."""
    photo = await make_photo(calotype.database, owner, file_name="harbour.jpg")
    other = await make_photo(calotype.database, owner)
    names = ("album_id", "curated_id", "person_id", "face_id", "question_id", "own_place_id", "moment_id", "stack_id")
    ids = {"photo_id": photo, **{name: uuid7() for name in names}}
    values = {**ids, "owner": owner, "other": other, "other_face": uuid7(), "other_person": uuid7()}
    async with calotype.database.transaction() as connection:
        for query in _ROWS:
            await connection.execute(query, values)
        ids["entry_id"] = await calotype.journal.record(
            connection,
            owner,
            owner,
            "photos.change",
            "Changed harbour.jpg",
            [Fact("photo", "00" * 32, "title", "Quay")],
        )
    return Things(ids)


_ROWS = (
    "insert into albums (id, owner_id, title) values (%(album_id)s, %(owner)s, 'Harbour album')",
    "insert into album_photos (album_id, photo_id, owner_id) values (%(album_id)s, %(photo_id)s, %(owner)s)",
    "insert into curated_albums (id, owner_id, key, title) "
    "values (%(curated_id)s, %(owner)s, 'year:2023', 'Harbour best')",
    "insert into curated_photos (album_id, photo_id, owner_id, is_pick, reason) "
    "values (%(curated_id)s, %(photo_id)s, %(owner)s, true, 'harbour')",
    "insert into people (id, owner_id, name) values (%(person_id)s, %(owner)s, 'Harbour Anna'), "
    "(%(other_person)s, %(owner)s, 'Ben')",
    "insert into faces (id, photo_id, owner_id, x, y, width, height, score, sharpness, size_px, landmarks, provider, "
    "person_id) values "
    "(%(face_id)s, %(photo_id)s, %(owner)s, 0, 0, 0.1, 0.1, 0.9, 0.5, 60, '{}', 'fake', %(person_id)s), "
    "(%(other_face)s, %(other)s, %(owner)s, 0, 0, 0.1, 0.1, 0.9, 0.5, 60, '{}', 'fake', %(other_person)s)",
    "insert into face_questions (id, owner_id, person_id, other_person_id, likeness) "
    "values (%(question_id)s, %(owner)s, %(person_id)s, %(other_person)s, 0.5)",
    "insert into own_places (id, owner_id, name, latitude, longitude, radius_m, south, north, west, east, area_m2) "
    "values (%(own_place_id)s, %(owner)s, 'Harbour home', 47, 15, 100, 46.9, 47.1, 14.9, 15.1, 31415)",
    "insert into moments (id, owner_id, kind, title, starts_local, ends_local, photos) "
    "values (%(moment_id)s, %(owner)s, 'event', 'Harbour day', '2023-07-01', '2023-07-01', 1)",
    "insert into moment_photos (moment_id, photo_id, owner_id) values (%(moment_id)s, %(photo_id)s, %(owner)s)",
    "insert into stacks (id, owner_id, kind, lead_photo_id, reason) "
    "values (%(stack_id)s, %(owner)s, 'same', %(photo_id)s, 'harbour')",
    "insert into stack_photos (stack_id, photo_id, owner_id, role, reason) "
    "values (%(stack_id)s, %(photo_id)s, %(owner)s, 'lead', ''), "
    "(%(stack_id)s, %(other)s, %(owner)s, 'copy', 'alike')",
)  # fmt: skip
TABLES = (
    "photos", "decisions", "journal", "albums", "album_photos", "curated_albums", "curated_photos", "people", "faces",
    "face_questions", "own_places", "place_names", "moments", "moment_photos", "stacks", "stack_photos",
    "label_verdicts", "hit_verdicts", "photo_views", "procrastinate_jobs",
)  # fmt: skip
