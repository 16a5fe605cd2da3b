"""Walking through folders of strangers: every file is named once, nothing outside the tree is touched.

Links are never followed, so that no walk can leave its tree or run in a circle. Names are bytes that the system made
text of (`os.fsdecode`); they may be anything.
"""

import os
import stat
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from calotype.features.intake import rules
from calotype.features.intake.schemas import Failed, Skipped

_NOT_REGULAR = Skipped("Not a regular file but a pipe, a socket or a device.")


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A regular file; `modified_ns` is nanoseconds since 1970."""

    path: str
    size_bytes: int
    modified_ns: int

    @property
    def name(self) -> str:
        return os.path.basename(self.path)  # noqa: PTH119 - text of any bytes, and a hundred thousand of them


@dataclass(frozen=True, slots=True)
class Shot:
    """Files of one folder whose names differ only in their endings: a photo, its raw file, its sidecars."""

    files: tuple[FoundFile, ...]


@dataclass(frozen=True, slots=True)
class PassedBy:
    """Something that is not even opened, and why."""

    path: str
    outcome: Skipped | Failed


@dataclass
class _Walk:
    avoid: frozenset[str]
    seen: set[tuple[int, int]] = field(default_factory=set)
    files: set[str] = field(default_factory=set)  # those that were named one by one


def walk(paths: Sequence[Path], avoid: Sequence[Path] = ()) -> Iterator[Shot | PassedBy]:
    """Yield what lies at `paths` and below, each thing once, folder by folder in the order of names.

    `avoid` are folders of the library itself: what lies there was taken in already.
    """
    walked = _Walk(frozenset(os.path.realpath(folder) for folder in avoid))
    for path in paths:
        start = os.path.realpath(path)  # a link that a person names is meant
        if os.path.isdir(start):  # noqa: PTH112
            yield from _walk_folder(start, walked)
        elif start not in walked.files:
            walked.files.add(start)
            yield from _take_named(start)


def count_files(paths: Sequence[Path]) -> int:
    """Count what `walk` will name, roughly and fast: for a bar that shows how much is left."""
    count, folders = 0, [os.path.realpath(path) for path in paths]
    while folders:
        try:
            with os.scandir(folders.pop()) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        folders.append(entry.path)
                    else:
                        count += 1
        except OSError:  # a file that was named itself, or a folder that cannot be read
            count += 1
    return count


def _take_named(path: str) -> Iterator[Shot | PassedBy]:
    try:
        found = os.lstat(path)
    except OSError as error:
        yield PassedBy(path, Failed(why(error)))
        return
    if os.path.isfile(path):  # noqa: PTH113
        yield Shot((FoundFile(path, found.st_size, found.st_mtime_ns),))
    else:
        yield PassedBy(path, _NOT_REGULAR)


def _walk_folder(start: str, walked: _Walk) -> Iterator[Shot | PassedBy]:
    folders: list[tuple[str, str | None]] = [(start, None)]
    while folders:
        folder, hidden = folders.pop()
        if folder in walked.avoid:
            yield PassedBy(folder, Skipped("The folder of the library itself."))
            continue
        try:
            entries = _list_folder(folder, walked)
        except OSError as error:
            yield PassedBy(folder, Failed(f"The folder cannot be read: {why(error)}"))
            continue
        below = [name for name, found in entries if isinstance(found, os.stat_result) and stat.S_ISDIR(found.st_mode)]
        folders += [
            (f"{folder.rstrip('/')}/{name}", hidden or rules.why_hidden_folder(name)) for name in reversed(below)
        ]
        inside = set(below)
        yield from _take_folder(folder, [each for each in entries if each[0] not in inside], hidden)


def _list_folder(folder: str, walked: _Walk) -> list[tuple[str, os.stat_result | OSError]]:
    """Return what is in a folder by name; nothing where it was walked already (named twice, mounted below itself)."""
    # By descriptor, so that a link that takes the folder's place meanwhile leads nowhere.
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        own = os.fstat(descriptor)
        if (own.st_dev, own.st_ino) in walked.seen:
            return []
        walked.seen.add((own.st_dev, own.st_ino))
        with os.scandir(descriptor) as entries:
            return sorted(((entry.name, _status_of(entry)) for entry in entries), key=lambda found: found[0])
    finally:
        os.close(descriptor)


def _status_of(entry: os.DirEntry[str]) -> os.stat_result | OSError:
    try:
        return entry.stat(follow_symlinks=False)
    except OSError as error:
        return error


def _take_folder(
    folder: str, entries: Sequence[tuple[str, os.stat_result | OSError]], hidden: str | None
) -> Iterator[Shot | PassedBy]:
    shots: dict[str, list[FoundFile]] = defaultdict(list)
    for name, found in entries:
        path = f"{folder.rstrip('/')}/{name}"
        outcome = _why_passed_by(name, found, hidden)
        if outcome is not None:
            yield PassedBy(path, outcome)
        elif isinstance(found, os.stat_result):
            shots[rules.stem_of(name).casefold()].append(FoundFile(path, found.st_size, found.st_mtime_ns))
    for files in shots.values():
        yield Shot(tuple(files))


def _why_passed_by(name: str, found: os.stat_result | OSError, hidden: str | None) -> Skipped | Failed | None:
    if (reason := hidden or rules.why_hidden(name)) is not None:
        return Skipped(reason)
    if isinstance(found, OSError):
        return Failed(why(found))
    if stat.S_ISLNK(found.st_mode):
        return Skipped("A link. Import what it points to by its own name.")
    return None if stat.S_ISREG(found.st_mode) else _NOT_REGULAR


def why(error: OSError) -> str:
    """Return a sentence for what the system said."""
    if isinstance(error, FileNotFoundError):
        return "There is no such file or folder (any more)."
    if isinstance(error, PermissionError):
        return "You have no permission to read it."
    return f"The system refuses: {error.strerror or error}."
