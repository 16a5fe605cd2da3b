"""From what the stages found to what the tables hold."""

from collections.abc import Collection
from typing import Any

from calotype.features.people import apply_face_decisions
from calotype.features.photos import QUALITY_PARTS, ProcessingStatus
from calotype.media.quality_score import Quality
from calotype.pipeline import face_rows, repository
from calotype.pipeline.work import PER_MILLE, Found, PhotoInWork
from calotype.ports.geocoder import Place


async def photo_columns(connection: repository.Connection, photo: PhotoInWork, done: Collection[str]) -> dict[str, Any]:
    """Return the columns of `photos` that the stages in `done` change."""
    found = photo.found
    columns: dict[str, Any] = _picture_columns(found)
    if "metadata" in done:
        columns |= await _metadata_columns(connection, found)
    if "place" in done:
        columns["place_id"] = None if found.place is None else await _place_id(connection, found.place)
    return columns


async def _place_id(connection: repository.Connection, place: Place) -> int:
    return await repository.place_id(
        connection,
        {
            "name": place.name,
            "region": place.region or "",
            "country": place.country,
            "country_code": place.country_code,
        },
    )


async def _metadata_columns(connection: repository.Connection, found: Found) -> dict[str, Any]:
    metadata, taken = found.metadata, found.taken
    if metadata is None or taken is None:
        return {}
    camera = None
    if metadata.make or metadata.model:
        camera = await repository.camera_id(connection, metadata.make or "", metadata.model or "")
    return {
        "taken_local": taken.local,
        "taken_source": taken.source,
        "utc_offset_min": taken.offset_min,
        "offset_source": taken.offset_source,
        "latitude": metadata.latitude,
        "longitude": metadata.longitude,
        "altitude_m": metadata.altitude_m,
        "camera_id": camera,
        "lens_id": await repository.lens_id(connection, metadata.lens) if metadata.lens else None,
        "exposure_s": metadata.exposure_s,
        "f_number": metadata.f_number,
        "iso": metadata.iso,
        "focal_mm": metadata.focal_mm,
        "focal_35mm": metadata.focal_35mm,
        "orientation": metadata.orientation,
        "rating": metadata.rating,
        "title": metadata.title,
        "description": metadata.description,
        "keywords": list(metadata.keywords) or None,
    }


def _picture_columns(found: Found) -> dict[str, Any]:
    columns: dict[str, Any] = {}
    if found.decoded is not None:
        head = found.decoded.head
        columns |= {
            "width": head.width,
            "height": head.height,
            "is_animated": head.is_animated,
            "is_damaged": found.decoded.damaged is not None,
        }
    if found.thumbhash is not None:
        columns |= {"phash": found.phash, "thumbhash": found.thumbhash}
    if found.colours is not None:
        columns["colours"] = found.colours.to_bytes()
    if found.quality is not None:
        columns |= _quality_columns(found.quality)
    return columns


def _quality_columns(quality: Quality) -> dict[str, int | None]:
    parts = {column: getattr(quality, part) for part, column in QUALITY_PARTS.items()}
    parts["quality"] = quality.total
    return {column: None if part is None else round(part * PER_MILLE) for column, part in parts.items()}


def status_columns(photo: PhotoInWork | None, reason: str | None, *, is_failed: bool, goes_on: bool) -> dict[str, Any]:
    """Return what the photo as a whole is to be called after a lane, and the sentence that goes with it."""
    if is_failed:
        status = ProcessingStatus.FAILED
    else:
        status = ProcessingStatus.PROCESSING if goes_on else ProcessingStatus.COMPLETED
    columns: dict[str, Any] = {"processing_status": int(status)}
    decoded = None if photo is None else photo.found.decoded
    if is_failed:
        columns["processing_reason"] = reason
    elif decoded is not None:
        columns["processing_reason"] = decoded.damaged
    return columns


async def write_found(connection: repository.Connection, photo: PhotoInWork) -> None:
    """Write what has a table of its own."""
    found = photo.found
    if found.labels is not None:
        await repository.write_labels(connection, photo.id, photo.owner_id, found.labels)
    if found.embeddings:
        await repository.write_embeddings(connection, photo.id, photo.owner_id, found.embeddings)
    await _write_faces(connection, photo)
    if found.text is not None:
        await repository.write_text(connection, photo.id, photo.owner_id, found.text)


async def _write_faces(connection: repository.Connection, photo: PhotoInWork) -> None:
    """Write faces, and the names that the file has for them; then what people said of them stands again."""
    found, is_new = photo.found, False
    if found.faces is not None:
        await face_rows.write_faces(connection, photo.id, photo.owner_id, found.faces)
        is_new = True
    if found.metadata is not None:
        is_new |= await face_rows.write_regions(connection, photo.id, photo.owner_id, found.metadata.regions)
    if is_new:
        await apply_face_decisions(connection, photo.owner_id, photo.id, photo.sha256)
