"""Decisions of the intake that need nothing but their arguments."""

import os
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from pathlib import PurePosixPath

from calotype.features.intake.errors import BadFileTime
from calotype.media.sniff import MediaType
from calotype.media.text import clean_text

MAX_NAME_CHARS = 255
MAX_SIDECAR_BYTES = 4 << 20
MAX_SIDECARS_BYTES = 8 << 20  # of one photo together: they are held in memory
OLDEST_FILE_TIME = datetime(1971, 1, 1, tzinfo=UTC)  # what is older is a clock that was never set
_SUFFIX_CHARS = 12
_RAW_ENDINGS = frozenset(kind.extension for kind in MediaType if kind.is_raw)
_PICTURE_ENDINGS = frozenset(kind.extension for kind in MediaType) | {"jpeg", "jpe", "tiff", "heif", "hif"}


def clean_file_name(name: str) -> str:
    """Return a name that is safe to keep and to show: no folders, no control characters, at most 255 characters.

    It is text and never becomes a path. The ending survives the cut.
    """
    last = clean_text(name.rpartition("/")[2], MAX_NAME_CHARS * 4)
    if len(last) > MAX_NAME_CHARS:
        stem, dot, suffix = last.rpartition(".")
        ending = dot + suffix if stem and len(suffix) <= _SUFFIX_CHARS else ""
        last = last[: MAX_NAME_CHARS - len(ending)].rstrip() + ending
    return last or "unnamed"


def read_file_time(text: str, now: datetime) -> datetime | None:
    """Read ISO 8601 (UTC where it has no offset) or milliseconds since 1970; None for a time that cannot be one.

    Raises `BadFileTime` for what is neither.
    """
    text = text.strip()
    if not text:
        return None
    try:
        if text.removeprefix("-").isascii() and text.removeprefix("-").isdigit():
            moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=int(text[:20]))
        else:
            moment = datetime.fromisoformat(text)
            moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except OverflowError:
        return None
    except ValueError as error:
        raise BadFileTime from error
    return plausible_file_time(moment, now)


def plausible_file_time(moment: datetime, now: datetime) -> datetime | None:
    """Return `moment`, or None where no file can have that time: a clock that was never set, or one far ahead."""
    return moment if OLDEST_FILE_TIME <= moment <= now + timedelta(days=1) else None


def file_time_of(modified_ns: int, now: datetime) -> datetime | None:
    """Return the time of a file (nanoseconds since 1970) or None where it cannot be right."""
    try:
        return plausible_file_time(datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=modified_ns // 1000), now)
    except OverflowError:
        return None


def ledger_path(path: str) -> str:
    """Return an absolute path as text that a database can hold, different for different paths.

    Names need not be UTF-8 on a disk. One that is not is written in hexadecimal, which no absolute path looks like.
    """
    try:
        path.encode("utf-8")
    except UnicodeEncodeError:
        return "bytes:" + os.fsencode(path).hex()
    return path


def stem_of(file_name: str) -> str:
    """Return what photos, raw files and sidecars of one shot share: `IMG_1` for IMG_1.dng, IMG_1.xmp, IMG_1.dng.xmp."""
    name = PurePosixPath(file_name)
    if name.suffix.casefold() == ".xmp":
        name = PurePosixPath(name.stem)
    return name.stem


def is_named_sidecar(file_name: str) -> bool:
    """Say whether a file is named like an XMP sidecar."""
    return file_name.casefold().endswith(".xmp")


def find_owner_of_sidecar(sidecar: str, files: Collection[str]) -> str | None:
    """Return the name of the photo that a sidecar belongs to, of `files` in the same folder.

    `x.jpg.xmp` belongs to x.jpg; `x.xmp` to x.* where raw files go first, because programs write such sidecars for
    what they cannot write into. Letters of another case will do where none has the same.
    """
    without = sidecar[: -len(".xmp")]
    for same in (str, str.casefold):
        full = [name for name in files if same(name) == same(without)]
        short = [name for name in files if same(PurePosixPath(name).stem) == same(without)]
        for candidates in (full, short):
            if candidates:
                return min(candidates, key=lambda name: (_rank(name), name))
    return None


def _rank(file_name: str) -> int:
    """Say how likely a file is the one that a sidecar of the same stem means: raw, picture, anything else."""
    ending = PurePosixPath(file_name).suffix.casefold()[1:]
    return 0 if ending in _RAW_ENDINGS else 1 if ending in _PICTURE_ENDINGS else 2


# What systems and programs leave beside photos, in small letters.
_CLUTTER = frozenset({"thumbs.db", "ehthumbs.db", "desktop.ini", "picasa.ini", "zbthumbnail.info", "icon\r"})
_CLUTTER_FOLDERS = frozenset(
    {"@eadir", "#recycle", "$recycle.bin", "__macosx", "lost+found", "recycler", "system volume information"}
)


def why_hidden(name: str) -> str | None:
    """Return why a file of this name is passed by, or None for one that is to be looked at."""
    if name.startswith("._"):
        return "A companion file of macOS, not the photo itself."
    if name.startswith(".trashed-"):
        return "It is in the trash of the phone."
    if _is_dotted(name):
        return "A hidden file."
    return "A file of the system, not a photo." if name.casefold() in _CLUTTER else None


def why_hidden_folder(name: str) -> str | None:
    """Return why all in a folder of this name is passed by, or None."""
    if _is_dotted(name):
        return f"It is in the hidden folder {clean_file_name(name)}."
    return f"It is in the system's folder {clean_file_name(name)}." if name.casefold() in _CLUTTER_FOLDERS else None


def _is_dotted(name: str) -> bool:
    """`.hidden` is; `....jpg` is an odd name."""
    return name.startswith(".") and not name.startswith("..")
