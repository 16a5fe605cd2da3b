"""One upload from the network: the parts of a multipart body become an offer, the file goes straight to the store."""

from collections.abc import AsyncIterable
from contextlib import AsyncExitStack
from uuid import UUID

from calotype.features.intake import rules
from calotype.features.intake.errors import BadSidecar, BrokenUpload, FileTooLarge, SidecarsTooLarge
from calotype.features.intake.multipart import Event, MultipartReader, PartBegun, PartBytes
from calotype.features.intake.receiving import Arrival
from calotype.features.intake.schemas import Duplicate, Offer, Sidecar, Stored
from calotype.features.intake.service import Intake
from calotype.kit.clock import now_utc

MAX_FIELD_BYTES = 4096
OVERHEAD_BYTES = rules.MAX_SIDECARS_BYTES + (1 << 20)  # what a body may hold beside the photo
_FIELDS = ("file_time", "album")


class Upload:
    """Reads one body, which holds one photo. Fields may stand before the file or after it."""

    def __init__(self, intake: Intake, owner_id: UUID) -> None:
        self._intake = intake
        self._owner_id = owner_id
        self._stack = AsyncExitStack()
        self._arrival: Arrival | None = None
        self._file_name = ""
        self._part: PartBegun | None = None
        self._content = bytearray()
        self._fields: dict[str, str] = {}
        self._sidecars: list[Sidecar] = []
        self._sidecar_bytes = 0
        self._body_bytes = 0

    def check_length(self, content_length: str | None) -> None:
        """Raise `FileTooLarge` where the header `Content-Length` says so already, before a byte is read."""
        if content_length is not None and content_length.isdecimal():
            self._check_body(int(content_length[:20]))

    async def read(self, content_type: str, body: AsyncIterable[bytes]) -> Stored | Duplicate:
        """Take the photo in. Raises `BrokenUpload`, `BadFileTime`, `FileRefused`, `StoreFull`."""
        reader = MultipartReader(content_type)
        async with self._stack:
            async for chunk in body:
                self._body_bytes += len(chunk)
                self._check_body(self._body_bytes)
                for event in reader.feed(chunk):
                    await self._take(event)
            reader.close()
            if self._arrival is None:
                raise BrokenUpload("There is no photo in the upload. Send it in a part called file.")
            return await self._intake.settle(self._arrival, self._offer())

    def _check_body(self, size_bytes: int) -> None:
        max_bytes = self._intake.limits.max_upload_bytes
        if size_bytes > max_bytes + OVERHEAD_BYTES:
            raise FileTooLarge(max_bytes)

    async def _take(self, event: Event) -> None:
        if isinstance(event, PartBegun):
            self._part = event
            self._content.clear()
            if event.name == "file":
                await self._begin_file(event)
        elif isinstance(event, PartBytes):
            await self._take_bytes(event.content)
        else:
            self._end_part()

    async def _begin_file(self, part: PartBegun) -> None:
        if self._arrival is not None:
            raise BrokenUpload("There are two parts called file in the upload. Send one photo a request.")
        self._file_name = part.file_name or ""
        self._arrival = await self._stack.enter_async_context(
            self._intake.receive(self._owner_id, rules.clean_file_name(self._file_name))
        )

    async def _take_bytes(self, content: bytes) -> None:
        assert self._part is not None
        if self._part.name == "file":
            assert self._arrival is not None
            await self._arrival.write(content)
            return
        if self._part.name == "sidecar":
            if len(self._content) + len(content) > rules.MAX_SIDECAR_BYTES:
                raise BadSidecar(f"The sidecar is too large: the limit is {rules.MAX_SIDECAR_BYTES / 1e6:.1f} MB.")
            self._sidecar_bytes += len(content)
            if self._sidecar_bytes > rules.MAX_SIDECARS_BYTES:
                raise SidecarsTooLarge(rules.MAX_SIDECARS_BYTES)
            self._content += content
        elif self._part.name in _FIELDS:
            if len(self._content) + len(content) > MAX_FIELD_BYTES:
                raise BrokenUpload(f"The field {self._part.name} is too long: the limit is {MAX_FIELD_BYTES} bytes.")
            self._content += content

    def _end_part(self) -> None:
        assert self._part is not None
        if self._part.name == "sidecar":
            self._sidecars.append(Sidecar(self._part.file_name or "sidecar.xmp", bytes(self._content)))
        elif self._part.name in _FIELDS:
            self._fields[self._part.name] = self._content.decode("utf-8", "replace")

    def _offer(self) -> Offer:
        return Offer(
            file_name=self._file_name,
            file_time=rules.read_file_time(self._fields.get("file_time", ""), now_utc()),
            album=self._fields.get("album", "").strip() or None,
            sidecars=tuple(self._sidecars),
        )
