"""Rows of the database in the words of the API."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC
from typing import Any, Protocol

from calotype.features.photos.rules import QUALITY_PARTS, OffsetSource, PhotoState, ProcessingStatus, TakenSource
from calotype.media.quality_score import MADE_BY
from calotype.media.sniff import MediaType

# The layout of `photos.colours`: shares of the names in each region, then a byte of tones (bit 0 first).
COLOUR_NAMES = ("black", "white", "grey", "red", "orange", "yellow", "green", "blue", "purple", "pink", "brown")
COLOUR_REGIONS = ("whole", "middle", "border")
COLOUR_TONES = ("bright", "dark", "night", "black_and_white", "sepia")
_LEAST_SHARE = 0.08  # below that a colour does not strike anybody

_STATUS = {int(status): status.name.lower() for status in ProcessingStatus}
_MEDIA = {int(kind): kind for kind in MediaType}
_PER_MILLE = 1000


class StageRun(Protocol):
    """The last run of one stage: what `pipeline.record` keeps in `photos.stages`."""

    @property
    def name(self) -> str: ...
    @property
    def version(self) -> int: ...
    @property
    def outcome(self) -> Any: ...
    @property
    def ms(self) -> int: ...


ReadStages = Callable[[bytes | None], Sequence[StageRun]]


_FIELD_WORDS = {
    "taken_local": "time", "utc_offset_min": "time zone", "latitude": "position", "longitude": "position",
    "place": "place name", "is_favourite": "favourite", "is_hidden": "hiding",
}  # fmt: skip


def change_summary(said: Mapping[str, Any], file_name: str) -> str:
    """Return one sentence for the history: what was decided about which photo."""
    if said.keys() == {"is_favourite"}:
        return f"Made {file_name} a favourite" if said["is_favourite"] else f"Made {file_name} no favourite"
    if said.keys() == {"is_hidden"}:
        return f"Hid {file_name}" if said["is_hidden"] else f"Showed {file_name} again"
    names = list(dict.fromkeys(_FIELD_WORDS.get(field, field) for field in said))
    listed = " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
    return f"Changed {listed} of {file_name}"


def media_name(media_type: int) -> str:
    """Return the kind of a file in small letters: `jpeg`, `heic`, `cr2`."""
    kind = _MEDIA.get(media_type)
    return kind.name.lower() if kind else "unknown"


def media_mime(media_type: int) -> str:
    """Return the MIME type of an original; one that no browser interprets where it is not known."""
    kind = _MEDIA.get(media_type)
    return kind.mime if kind else "application/octet-stream"


def is_browser_safe(media_type: int) -> bool:
    """Say whether browsers show the original as it is."""
    kind = _MEDIA.get(media_type)
    return kind is not None and kind.browser_safe


def card(row: Sequence[Any]) -> dict[str, Any]:
    """Return a PhotoCard from a row of `repository.reading.CARD_COLUMNS`."""
    return {
        "id": row[0],
        "taken_local": row[1],
        "width": row[2],
        "height": row[3],
        "thumbhash": row[4],
        "is_favourite": row[5],
        "media_type": media_name(row[6]),
        "duration_ms": row[7],
        "status": _STATUS[row[8]],
        "file_name": row[9],
        "title": row[10],
    }


def detail(row: dict[str, Any], read_stages: ReadStages) -> dict[str, Any]:
    """Return a PhotoDetail, but for its `images`, from a row of `repository.reading.find_detail`."""
    return {
        "id": row["id"],
        "taken_local": row["taken_local"],
        "width": row["width"],
        "height": row["height"],
        "thumbhash": row["thumbhash_text"],
        "is_favourite": row["is_favourite"],
        "media_type": media_name(row["media_type"]),
        "duration_ms": row["duration_ms"],
        "status": _STATUS[row["processing_status"]],
        "file_name": row["file_name"],
        "title": row["title"],
        **_time(row),
        **_file(row),
        **_camera(row),
        **_position(row),
        "rating": row["rating"],
        "description": row["description"],
        "tags": row["tags"] or [],
        "keywords": row["keywords"] or [],
        "labels": labels(row["label_names"], row["label_scores"], row["label_verdicts"], row["learned_labels"]),
        "rejected_labels": [name for name, is_right in (row["label_verdicts"] or {}).items() if not is_right],
        "faces": row["faces"] or [],
        "text": row["text_content"],
        "colours": colours(row["colours"]),
        "tones": tones(row["colours"]),
        "quality": _quality(row, read_stages),
        "processing": {
            "status": _STATUS[row["processing_status"]],
            "reason": row["processing_reason"],
            "provider": row["label_provider"],
            "stages": stages(row["stages"], row["failures"] or {}, read_stages),
        },
        "albums": row["albums"] or [],
        "linked": row["linked"] or [],
        "is_animated": row["is_animated"],
        "is_damaged": row["is_damaged"],
        "trashed_at": row["trashed_at"],
        "is_hidden": row["status"] == PhotoState.HIDDEN,
        "change": row["change"],
    }


def _time(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "taken_at": row["taken_utc"].replace(tzinfo=UTC) if row["taken_utc"] is not None else None,
        "utc_offset_min": row["utc_offset_min"],
        "taken_source": TakenSource(row["taken_source"]).name.lower(),
        "offset_source": OffsetSource(row["offset_source"]).name.lower(),
        "uploaded_at": row["uploaded_at"],
        "file_time": row["file_time"],
    }


def _file(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "file_size": row["size_bytes"],
        "sha256": row["sha256"].hex(),
        "sha1": row["sha1"].hex(),
        "mime": media_mime(row["media_type"]),
    }


def _camera(row: dict[str, Any]) -> dict[str, Any]:
    is_known = row["make"] is not None
    facts = ("lens", "exposure_s", "f_number", "iso", "focal_mm", "focal_35mm")
    camera = {"make": row["make"], "model": row["model"]} if is_known else None
    return {"camera": camera, **{name: row[name] for name in facts}}


def _position(row: dict[str, Any]) -> dict[str, Any]:
    place = None
    if row["place_name"] is not None:
        place = {
            "name": row["place_name"],
            "region": row["place_region"],
            "country": row["place_country"],
            "country_code": row["place_code"],
        }
    return {
        "latitude": row["latitude"],
        "longitude": row["longitude"],
        "altitude_m": row["altitude_m"],
        "place": place,
        "own_place_id": row["own_place_id"],
    }


def _quality(row: dict[str, Any], read_stages: ReadStages) -> dict[str, Any] | None:
    """Return the score and its parts, 0..1 (null: cannot be told), who made it, and by which version of the measure."""
    if row["quality"] is None:
        return None
    parts = {
        name: None if row[column] is None else row[column] / _PER_MILLE
        for name, column in {"total": "quality", **QUALITY_PARTS}.items()
    }
    version = next((run.version for run in read_stages(row["stages"]) if run.name == "quality"), 0)
    return {**parts, "made_by": MADE_BY, "version": version}


def labels(
    names: Sequence[str] | None,
    scores: Sequence[float] | None,
    verdicts: Mapping[str, bool] | None = None,
    learned: Mapping[str, float] | None = None,
) -> list[dict[str, Any]]:
    """Return labels with their confidence, 0..1: those that the owner gave first, then learned ones, then found ones.

    What the owner rejected is not among them; `verdicts` and `learned` go by the label without case.
    """
    verdicts, learned = verdicts or {}, learned or {}
    said = [{"name": name, "confidence": 1.0, "by": "you"} for name, is_right in verdicts.items() if is_right]
    likely = [
        {"name": name, "confidence": round(score, 4), "by": "learned"}
        for name, score in sorted(learned.items(), key=lambda one: -one[1])
        if name not in verdicts
    ]
    found = [
        {"name": name, "confidence": round(score, 4)}
        for name, score in zip(names or (), scores or (), strict=True)
        if " ".join(name.casefold().split()) not in {*verdicts, *learned}
    ]
    return [*said, *likely, *found]


def colours(stored: bytes | None) -> list[dict[str, Any]]:
    """Return the colours that strike, by region, the largest share (0..1) first."""
    if not stored or len(stored) < len(COLOUR_NAMES) * len(COLOUR_REGIONS):
        return []
    found = []
    for place, region in enumerate(COLOUR_REGIONS):
        part = stored[place * len(COLOUR_NAMES) : (place + 1) * len(COLOUR_NAMES)]
        shares = [(share / 255, name) for share, name in zip(part, COLOUR_NAMES, strict=True)]
        found += [
            {"name": name, "share": round(share, 3), "region": region}
            for share, name in sorted(shares, key=lambda one: -one[0])
            if share >= _LEAST_SHARE
        ]
    return found


def tones(stored: bytes | None) -> list[str]:
    """Return what can be said of the light: `bright`, `night`, `black_and_white`..."""
    at = len(COLOUR_NAMES) * len(COLOUR_REGIONS)
    if not stored or len(stored) <= at:
        return []
    return [name for bit, name in enumerate(COLOUR_TONES) if stored[at] >> bit & 1]


def stages(stored: bytes | None, failures: dict[str, str], read_stages: ReadStages) -> list[dict[str, Any]]:
    """Return the last run of each stage, with the reason where there is one."""
    return [
        {
            "name": run.name,
            "version": run.version,
            "outcome": run.outcome.name.lower(),
            "ms": run.ms,
            "reason": failures.get(run.name),
        }
        for run in read_stages(stored)
    ]
