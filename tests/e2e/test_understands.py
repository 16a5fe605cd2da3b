"""It understands: a new user names people, finds them, sees trips and the best, corrects, merges, changes a mind."""

import hashlib
import shutil
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import exiv2
import pytest
from PIL import Image

from tests.e2e.conftest import OWNER, CommandLine
from tests.e2e.service import Service, running_service

pytestmark = [pytest.mark.slow, pytest.mark.photos, pytest.mark.models]

HOME, LISBON = (47.0707, 15.4395), (38.7167, -9.1333)  # Graz; Lisbon
NAMES = ("Anna", "Ben", "Carla", "David", "Emma")
BEACH = "objects/beach_sand.jpg"


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def stamp(source: Path, target: Path, taken: datetime, place: tuple[float, float] | None) -> Path:
    """Copy a JPEG with another time and place in its EXIF, as a camera would write them."""
    shutil.copyfile(source, target)
    image = exiv2.ImageFactory.open(str(target))
    image.readMetadata()
    exif = exiv2.ExifData()
    exif["Exif.Photo.DateTimeOriginal"] = taken.strftime("%Y:%m:%d %H:%M:%S")
    for name, degrees, marks in zip(("Latitude", "Longitude"), place or (), ("NS", "EW"), strict=False):
        exif[f"Exif.GPSInfo.GPS{name}Ref"] = marks[degrees < 0]
        exif[f"Exif.GPSInfo.GPS{name}"] = f"{round(abs(degrees) * 1e6)}/1000000 0/1 0/1"
    image.setExifData(exif)
    image.writeMetadata()
    return target


def put_on_the_beach(face: Path, beach: Path, target: Path) -> Path:
    """Paste somebody into a picture of a beach: nobody in the shared photos stands on one with a face to be seen."""
    with Image.open(beach) as sand, Image.open(face) as portrait:
        picture = sand.convert("RGB")
        side = picture.height // 3
        scale = side / max(portrait.size)
        small = portrait.convert("RGB").resize((round(portrait.width * scale), round(portrait.height * scale)))
        picture.paste(small, (picture.width // 8, picture.height - small.height))
        picture.save(target, quality=92)
    return target


def make_life(shared: Path, folder: Path) -> dict[str, Path]:
    """Lay out the photos of somebody who lives in Graz and was five days in Lisbon; return the special ones."""
    folder.mkdir()
    scenes = sorted(path for path in (shared / "objects").glob("*.jpg") if "beach" not in path.name)
    for number, scene in enumerate(scenes[15:]):  # at home: once a week
        stamp(scene, folder / f"home{number}.jpg", datetime(2023, 1, 9, 18) + timedelta(days=7 * number), HOME)
    for number, scene in enumerate(scenes[:15]):  # away: five days, three photos each, one of them without a position
        taken = datetime(2023, 5, 3, 10) + timedelta(days=number // 3, hours=3 * (number % 3))
        stamp(scene, folder / f"lisbon{number}.jpg", taken, None if number % 3 == 2 else LISBON)
    anna = put_on_the_beach(
        shared / "people/public-figures/rose_leslie-img1.jpg", shared / BEACH, folder / "somebody.jpg"
    )
    return {"anna": stamp(anna, folder / "anna-there.jpg", datetime(2023, 5, 5, 17), LISBON), "draft": anna}


@pytest.fixture
def life(command: CommandLine, shared_photos: Path, tmp_path: Path) -> dict[str, Path]:
    """A library in which everything is understood: a life, and the people of the shared photos."""
    special = make_life(shared_photos, tmp_path / "life")
    special["draft"].unlink()
    for folder in (tmp_path / "life", shared_photos / "people", shared_photos / "neardup"):
        command.run("import", folder)
    command.run("worker", "--until-idle")
    return special


def find_photo(service: Service, path: Path) -> dict[str, Any]:
    """Return the detail of the photo with the bytes of a file."""
    wanted = digest(path)
    for card in service.pages("/photos", limit=500):
        detail = service.get(f"/photos/{card['id']}")
        if detail["sha256"] == wanted:
            return dict(detail)
    raise AssertionError(f"{path.name} is not in the library")


def person_on(service: Service, photo_id: str) -> str:
    """Return who is on a photo."""
    for person in service.pages("/people", limit=100):
        faces = service.get(f"/people/{person['id']}/faces", limit=500)["items"]
        if photo_id in {face["photo_id"] for face in faces}:
            return str(person["id"])
    raise AssertionError("nobody is on the photo")


def test_a_new_user_is_understood(
    command: CommandLine, life: dict[str, Path], shared_photos: Path, tmp_path: Path
) -> None:
    figures = command.json("evaluate", "people", shared_photos / "pairs.csv")
    assert figures["precision"] >= 0.98, figures
    assert figures["recall"] >= 0.85, figures
    with running_service(command.home, OWNER[0], OWNER[2]) as service:
        anna_photo = find_photo(service, life["anna"])["id"]
        anna = person_on(service, anna_photo)
        name_five(service, anna)
        answer_a_question(service)
        find_her_at_the_beach(service, anna_photo)
        see_trips_and_the_best(service)
        correct_a_label(service, anna_photo)
        merge_and_change_ones_mind(service)
        before = {person["name"]: person["faces"] for person in service.pages("/people", named="true", limit=100)}
    keep_through_a_rerun(command, before, anna_photo)


def name_five(service: Service, anna: str) -> None:
    others = [person["id"] for person in service.pages("/people", limit=100) if person["id"] != anna]
    for person, name in zip([anna, *others], NAMES, strict=False):
        assert service.patch(f"/people/{person}", {"name": name})["name"] == name
    named = {person["name"] for person in service.pages("/people", named="true", limit=100)}
    assert named == set(NAMES)


def answer_a_question(service: Service) -> None:
    asked = service.get("/people/review", limit=5)["items"]
    for question in asked[:1]:
        assert len(question["faces"]) >= 2
        left = service.post(f"/people/review/{question['id']}", {"answer": "different"})["next"]
        assert question["id"] not in {other["id"] for other in left}


def find_her_at_the_beach(service: Service, anna_photo: str) -> None:
    found = service.get("/photos/search", q="Anna at the beach")
    assert found["items"][0]["id"] == anna_photo
    reasons = {reason["kind"] for reason in found["items"][0]["reasons"]}
    assert "person" in reasons
    assert anna_photo not in {hit["id"] for hit in service.get("/photos/search", q="beach without Anna")["items"]}


def see_trips_and_the_best(service: Service) -> None:
    trips = service.pages("/moments", kind="trip", limit=50)
    (lisbon,) = [trip for trip in trips if trip["starts_local"].startswith("2023-05-03")]
    assert lisbon["title"] == "Lisbon, 3–7 May 2023"
    assert lisbon["photos"] == 16
    best = {album["title"]: album for album in service.get("/curated")["items"]}
    album = service.get(f"/curated/{best['Best of 2023']['id']}")
    assert album["items"]
    assert all(pick["reason"] for pick in album["items"])


def correct_a_label(service: Service, photo_id: str) -> None:
    service.post(
        f"/photos/{photo_id}/labels", {"label": "seashore", "is_right": False, "instead": "sandcastle contest"}
    )
    detail = service.get(f"/photos/{photo_id}")
    assert detail["labels"][0]["name"] == "sandcastle contest"
    assert "seashore" not in {label["name"] for label in detail["labels"]}
    found = service.get("/photos/search", q="sandcastle contest")["items"]
    assert found[0]["id"] == photo_id
    assert "sandcastle contest (you said so)" in {reason["text"] for reason in found[0]["reasons"]}


def merge_and_change_ones_mind(service: Service) -> None:
    people = {person["name"]: person for person in service.pages("/people", named="true", limit=100)}
    ben, carla = people["Ben"], people["Carla"]
    merged = service.post(f"/people/{ben['id']}/merge", {"others": [carla["id"]], "confirm": True})
    assert merged["faces"] == ben["faces"] + carla["faces"]
    service.post("/journal/undo-last")
    after = {person["name"]: person["faces"] for person in service.pages("/people", named="true", limit=100)}
    assert after == {name: person["faces"] for name, person in people.items()}


def keep_through_a_rerun(command: CommandLine, before: dict[str, int], anna_photo: str) -> None:
    """Look at every face anew and group from the ground up: what was said stays."""
    command.run("reprocess", "--stage", "faces")
    command.run("worker", "--until-idle")
    command.run("people", "recluster")
    with running_service(command.home, OWNER[0], OWNER[2]) as service:
        after = {person["name"]: person["faces"] for person in service.pages("/people", named="true", limit=100)}
        assert after == before
        assert service.get("/photos/search", q="Anna at the beach")["items"][0]["id"] == anna_photo
