"""Importing folders: every file ends as exactly one of stored, duplicate, attached, skipped, failed."""

import asyncio
import itertools
import os
import stat
from collections import Counter
from collections.abc import AsyncIterator, Callable, Collection, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from uuid import UUID

from psycopg import OperationalError
from psycopg.errors import DiskFull

from calotype.db.engine import DatabaseUnavailable, is_database_lost
from calotype.features.intake import rules
from calotype.features.intake.errors import BadSidecar, FileEmpty, FileRefused, UnsupportedKind
from calotype.features.intake.schemas import (
    Attached,
    Duplicate,
    Failed,
    Offer,
    Outcome,
    Sidecar,
    Skipped,
    SourceFile,
    Stored,
)
from calotype.features.intake.service import Intake, check_sidecar
from calotype.features.intake.walking import FoundFile, PassedBy, Shot, walk, why
from calotype.kit.clock import Clock, now_utc
from calotype.kit.logs import Log
from calotype.ports.object_store import StoreAway, StoreFull

log = Log("calotype.intake")

READ_BYTES = 1 << 20
BATCH = 200  # shots that are looked up in the ledger at once
_NOTHING_WORKS = (StoreFull, StoreAway, DatabaseUnavailable, OperationalError)  # not for the next file either
Report = Callable[[str, Outcome], None]
Done = list[tuple[FoundFile, Outcome]]


class FileChanged(Exception):
    """The file was written to while it was read."""


@dataclass
class Totals:
    """How an import went. `found` is counted where files are found, the outcomes where they are reported."""

    found: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    halted_because: str | None = None
    is_stopped: bool = False

    @property
    def done(self) -> int:
        return self.outcomes.total()

    @property
    def left(self) -> int:
        """Files that were found and not looked at, because the import was stopped."""
        return self.found - self.done

    @property
    def adds_up(self) -> bool:
        """Every file that was found has an outcome, or the import was stopped before its turn."""
        return self.left == 0 or (self.left > 0 and (self.is_stopped or self.halted_because is not None))


class FolderImport:
    """One import of files and folders for one owner. Run again, it goes on where it was stopped."""

    def __init__(
        self,
        intake: Intake,
        owner_id: UUID,
        *,
        album: str | None = None,
        jobs: int = 4,
        avoid: Sequence[Path] = (),
        clock: Clock = now_utc,
    ) -> None:
        self.totals = Totals()
        self._intake = intake
        self._owner_id = owner_id
        self._album = album
        self._jobs = jobs
        self._avoid = avoid
        self._clock = clock
        self._report: Report = lambda _path, _outcome: None
        self._stop = asyncio.Event()

    async def run(self, paths: Sequence[Path], report: Report, stop: asyncio.Event) -> Totals:
        """Take in what lies at `paths`; `report` hears of each file once. After `stop` only what is in hand ends."""
        self._report, self._stop = report, stop
        waiting: asyncio.Queue[tuple[Shot, Mapping[str, Duplicate]] | None] = asyncio.Queue(self._jobs * 2)
        async with asyncio.TaskGroup() as group:
            for _ in range(self._jobs):
                group.create_task(self._work(waiting))
            found = walk(paths, self._avoid)
            while not self._is_over and (batch := await asyncio.to_thread(_next_batch, found)):
                async with self._halting():
                    await self._sort(batch, waiting)
            for _ in range(self._jobs):
                await waiting.put(None)
        self.totals.is_stopped = stop.is_set()
        return self.totals

    @property
    def _is_over(self) -> bool:
        return self._stop.is_set() or self.totals.halted_because is not None

    async def _sort(
        self, batch: Sequence[Shot | PassedBy], waiting: asyncio.Queue[tuple[Shot, Mapping[str, Duplicate]] | None]
    ) -> None:
        """Report what needs no reading: what is passed by, and what the ledger knows. Hand the rest to the workers."""
        shots = [found for found in batch if isinstance(found, Shot)]
        passed = [found for found in batch if isinstance(found, PassedBy)]
        self.totals.found += len(passed) + sum(len(shot.files) for shot in shots)
        await self._end([(FoundFile(each.path, 0, 0), each.outcome) for each in passed])
        files = [file for shot in shots for file in shot.files]
        known = await self._intake.find_known(self._owner_id, [_source(file) for file in files])
        settled = [shot for shot in shots if all(_source(file).path in known for file in shot.files)]
        if self._album and settled:
            ids = [known[_source(file).path].id for shot in settled for file in shot.files]
            await self._intake.put_into_album(self._owner_id, self._album, ids)
        for shot in shots:
            if shot in settled:
                for file in shot.files:
                    self._tell(file, known[_source(file).path])
            else:
                await waiting.put((shot, known))

    async def _work(self, waiting: asyncio.Queue[tuple[Shot, Mapping[str, Duplicate]] | None]) -> None:
        while (work := await waiting.get()) is not None:
            if not self._is_over:
                await self._take_shot(*work)

    async def _take_shot(self, shot: Shot, known: Mapping[str, Duplicate]) -> None:
        photos = {file.name: file for file in shot.files if not rules.is_named_sidecar(file.name)}
        belongings, done = await self._read_sidecars(shot, photos)
        ids: dict[str, UUID] = {}
        for name, file in photos.items():
            mine = belongings.get(name, [])
            outcome = await self._take_photo(file, [sidecar for _, sidecar in mine], known.get(_source(file).path))
            done.append((file, outcome))
            if outcome.id is not None:
                ids[name] = outcome.id
            done += [(sidecar_file, _sidecar_outcome(outcome, name)) for sidecar_file, _ in mine]
        async with self._halting():
            await self._link(ids)
        await self._end(done)

    async def _read_sidecars(
        self, shot: Shot, photos: Collection[str]
    ) -> tuple[dict[str, list[tuple[FoundFile, Sidecar]]], Done]:
        """Return the sidecars by the name of their photo, and the outcomes of those that have none or are none."""
        belongings: dict[str, list[tuple[FoundFile, Sidecar]]] = {}
        done: Done = []
        for file in shot.files:
            if not rules.is_named_sidecar(file.name):
                continue
            try:
                if file.size_bytes > rules.MAX_SIDECAR_BYTES:
                    raise BadSidecar("It is too large for a sidecar.")
                content = b"".join([chunk async for chunk in _read(file)])
                sidecar = check_sidecar(Sidecar(file.name, content))
            except FileRefused as refusal:
                done.append((file, Skipped(refusal.detail)))
            except (OSError, FileChanged) as error:
                done.append((file, Failed(_why(error))))
            else:
                photo = rules.find_owner_of_sidecar(file.name, photos)
                if photo is None:
                    done.append((file, Skipped("A sidecar without its photo: none of its name is in this folder.")))
                else:
                    belongings.setdefault(photo, []).append((file, sidecar))
        return belongings, done

    async def _take_photo(self, file: FoundFile, sidecars: Sequence[Sidecar], known: Duplicate | None) -> Outcome:
        try:
            if known is not None:
                return await self._take_known(known, sidecars)
            offer = Offer(
                file_name=file.name,
                file_time=rules.file_time_of(file.modified_ns, self._clock()),
                album=self._album,
                sidecars=tuple(sidecars),
                source=_source(file),
            )
            return await self._intake.take_in(self._owner_id, _read(file), offer)
        except Exception as error:  # noqa: BLE001 - the next file may go well, and this one must have its outcome
            return Failed(self._halt(error)) if _is_hopeless(error) else _outcome_of(error)

    @asynccontextmanager
    async def _halting(self) -> AsyncIterator[None]:
        """End the import, not the program, where what stands between files fails, though it was tried three times."""
        try:
            yield
        except _NOTHING_WORKS as error:
            self._halt(error)

    def _halt(self, error: Exception) -> str:
        self.totals.halted_because = " ".join(str(error).split())
        return self.totals.halted_because

    async def _take_known(self, known: Duplicate, sidecars: Sequence[Sidecar]) -> Duplicate:
        for sidecar in sidecars:
            await self._intake.attach_sidecar(self._owner_id, known.id, sidecar.content, sidecar.file_name)
        if self._album:
            await self._intake.put_into_album(self._owner_id, self._album, [known.id])
        return known

    async def _link(self, ids: Mapping[str, UUID]) -> None:
        """Link raw files to the pictures of the very same stem."""
        stems: dict[str, list[UUID]] = {}
        for name, photo_id in ids.items():
            stems.setdefault(PurePosixPath(name).stem, []).append(photo_id)
        for together in stems.values():
            if len(together) > 1:
                await self._intake.link_raw(self._owner_id, together)

    async def _end(self, done: Done) -> None:
        """Write what made no photo into the ledger (what did is there already), then tell of all."""
        entries = [(_source(file), outcome) for file, outcome in done if not isinstance(outcome, Stored | Duplicate)]
        if entries and self.totals.halted_because is None:
            async with self._halting():
                await self._intake.record(self._owner_id, entries)
        for file, outcome in done:
            self._tell(file, outcome)

    def _tell(self, file: FoundFile, outcome: Outcome) -> None:
        self.totals.outcomes[outcome.word] += 1
        self._report(file.path, outcome)


def _is_hopeless(error: Exception) -> bool:
    """Whether the next file would fail as well. A deadlock, say, concerns one file only."""
    if isinstance(error, OperationalError):
        return is_database_lost(error) or isinstance(error, DiskFull)
    return isinstance(error, _NOTHING_WORKS)


def _next_batch(found: Iterator[Shot | PassedBy]) -> list[Shot | PassedBy]:
    return list(itertools.islice(found, BATCH))


def _source(file: FoundFile) -> SourceFile:
    return SourceFile(rules.ledger_path(file.path), file.size_bytes, file.modified_ns)


def _sidecar_outcome(photo: Outcome, name: str) -> Outcome:
    if photo.id is not None:
        return Attached(photo.id)
    return Skipped(f"Its photo {rules.clean_file_name(name)} was not taken in.")


def _outcome_of(error: Exception) -> Skipped | Failed:
    if isinstance(error, UnsupportedKind | FileEmpty):
        return Skipped(error.detail)
    if isinstance(error, FileRefused):
        return Failed(error.detail)
    if isinstance(error, OSError | FileChanged):
        return Failed(_why(error))
    log.warning("a file could not be taken in", error=repr(error))
    return Failed(f"Something went wrong inside ({type(error).__name__}); the log says more.")


def _why(error: OSError | FileChanged) -> str:
    return why(error) if isinstance(error, OSError) else str(error)


async def _read(file: FoundFile) -> AsyncIterator[bytes]:
    """Yield the bytes of a file. Raises `FileChanged` where somebody writes to it meanwhile, and `OSError`."""
    descriptor = await asyncio.to_thread(_open, file)
    try:
        while chunk := await asyncio.to_thread(os.read, descriptor, READ_BYTES):
            yield chunk
        _check_unchanged(file, os.fstat(descriptor))
    finally:
        os.close(descriptor)


def _open(file: FoundFile) -> int:
    # No link that took the file's place is followed, and no pipe is waited for.
    descriptor = os.open(file.path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        _check_unchanged(file, os.fstat(descriptor))
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def _check_unchanged(file: FoundFile, status: os.stat_result) -> None:
    is_same = (status.st_size, status.st_mtime_ns) == (file.size_bytes, file.modified_ns)
    if not stat.S_ISREG(status.st_mode) or not is_same:
        raise FileChanged("The file was changed while it was read. Run the import again when nobody writes to it.")
