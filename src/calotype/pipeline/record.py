"""What is on record of each stage: version, outcome, milliseconds; four bytes a stage, in the photo's own row.

A row per stage and photo would be twelve million rows for a million photos (and a quarter of the database); these are
48 bytes. The order of `STAGES` is the layout: a new stage goes to the end, none is ever moved or removed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum

DEVELOP, UNDERSTAND = "develop", "understand"
NO_VISION = "off"  # the provider where nobody looks at the pictures
TRIES = 5  # of a job whose failure may pass

# Stage -> (lane, version). Raise a version and every photo is due again for that stage alone. `index` runs in both.
STAGES = {
    "metadata": (DEVELOP, 2),
    "previews": (DEVELOP, 1),
    "hashes": (DEVELOP, 1),
    "colours": (DEVELOP, 1),
    "quality": (DEVELOP, 2),
    "labels": (UNDERSTAND, 1),
    "embedding": (UNDERSTAND, 1),
    "faces": (UNDERSTAND, 1),
    "text": (UNDERSTAND, 1),
    "place": (DEVELOP, 1),
    "index": (DEVELOP, 1),
    "face_quality": (UNDERSTAND, 1),
}
FOLLOWS = {"faces": "face_quality"}  # a stage that has run -> one of its lane that reads what it found
STAGE_ORDER = tuple(STAGES)
LANE_OF = {name: lane for name, (lane, _) in STAGES.items()}
VERSIONS = {name: version for name, (_, version) in STAGES.items()}
_BYTES = 4
_LONGEST_MS = 0xFFFF


class Outcome(IntEnum):
    """How a stage ended for a photo. The numbers are stored."""

    DUE = 0
    DONE = 1
    NONE = 2  # ran, and there was nothing to find
    FAILED = 3  # for good; the reason stands in photo_failures
    RETRYING = 4  # failed in a way that may pass


_OUTCOMES = frozenset(int(outcome) for outcome in Outcome)


@dataclass(frozen=True)
class StageRecord:
    """The last run of one stage for one photo."""

    name: str
    version: int = 0
    outcome: Outcome = Outcome.DUE
    ms: int = 0


@dataclass(frozen=True)
class Failure:
    """Why a stage failed, in one sentence, and whether for good."""

    is_final: bool
    reason: str


def decode_stages(stored: bytes | None) -> list[StageRecord]:
    """Read the column `photos.stages`; stages that it does not reach are due."""
    stored = stored or b""
    records = []
    for place, name in enumerate(STAGE_ORDER):
        part = stored[place * _BYTES : (place + 1) * _BYTES]
        if len(part) < _BYTES:
            records.append(StageRecord(name))
        else:
            outcome = Outcome(part[1]) if part[1] in _OUTCOMES else Outcome.DUE  # written by a newer version
            records.append(StageRecord(name, part[0], outcome, int.from_bytes(part[2:], "big")))
    return records


def encode_stages(records: Mapping[str, StageRecord]) -> bytes:
    """Write the column `photos.stages`; durations over 65 s are stored as 65,535 ms."""
    return b"".join(
        bytes((record.version, record.outcome)) + min(record.ms, _LONGEST_MS).to_bytes(2, "big")
        for record in (records.get(name, StageRecord(name)) for name in STAGE_ORDER)
    )


# The column as if every stage had something on record: photos that a newer stage has not seen have a shorter one.
WHOLE_SQL = f"substring(stages || '\\x{'00' * len(STAGES) * _BYTES}'::bytea for {len(STAGES) * _BYTES})"


def outcome_byte(stage: str) -> int:
    """Return where in the column the outcome of `stage` stands, for `get_byte` of `WHOLE_SQL`."""
    return STAGE_ORDER.index(stage) * _BYTES + 1


def version_byte(stage: str) -> int:
    """Return where in the column the version of `stage` stands, for `get_byte` of `WHOLE_SQL`."""
    return STAGE_ORDER.index(stage) * _BYTES
