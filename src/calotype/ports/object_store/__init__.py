"""Objects: bytes under a key, written once, durable before anyone is told so.

Obligations of every adapter (held by `tests/ports/object_store/contract.py`):

* `Incoming.commit` returns only when the bytes would survive a power cut. Before it, nobody can see the object.
* An object is never changed. A second commit under a key that exists leaves the first bytes and returns False.
* What is not committed leaves nothing behind but abandoned parts, which `sweep` removes.
* Keys are relative, made of `a-z A-Z 0-9 . _ - /`, no part begins with a dot or is longer than 255; anything else
  raises `BadKey`: no key can leave the store or reach what is still on its way in.
* A store that is not there says `StoreAway`, never `ObjectNotFound`: an empty mount point is no lost photo.
* A store without room says `StoreFull`, whichever call meets it, and what was half written is never seen.
"""

import re
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol, runtime_checkable

_KEY = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*")


class ObjectNotFound(Exception):
    """No object has this key."""


class BadKey(ValueError):
    """A key that could leave the store or that not every store can hold."""


class StoreFull(Exception):
    """The store has no room left: free some space, then try again."""


class StoreAway(Exception):
    """What lies at the store's place is not the store: its disk is not mounted, or the setting names another folder.

    It passes. Nothing is to be concluded from an object that is not found there, and nothing may be written.
    """


@dataclass(frozen=True)
class ObjectStat:
    """What is known of an object without reading it."""

    key: str
    size_bytes: int
    stored_at: datetime
    """When its bytes were written, in UTC."""


@dataclass(frozen=True)
class StoreFinding:
    """Something about a store that its keeper should know; `sentence` says what it is, or what mends it.

    `is_grave`: photos are in danger, or open to strangers.
    """

    subject: str
    sentence: str
    is_well: bool
    is_grave: bool = False


@runtime_checkable
class Inspectable(Protocol):
    """A store that can be asked how it is set up."""

    def inspect(self) -> Iterator[StoreFinding]:
        """Yield what is found. Blocks."""


class Incoming(Protocol):
    """Bytes on their way in. Leaving its context without `commit` forgets them."""

    size_bytes: int

    async def write(self, chunk: bytes) -> None:
        """Append `chunk`; best 1 MiB or more at a time. Raises `StoreFull`."""

    async def head(self, size_bytes: int) -> bytes:
        """Return the first bytes that were written, at most `size_bytes`."""

    def as_file(self) -> AbstractAsyncContextManager[Path]:
        """Give what was written so far as a readable file, for those who must look into it before the commit."""

    async def commit(self, key: str) -> bool:
        """Make the bytes durable under `key`; return False where the key was there already (its bytes stay)."""


class ObjectStore(Protocol):
    """Where originals and prints lie."""

    def receive(self) -> AbstractAsyncContextManager[Incoming]:
        """Begin to receive an object whose key is not known yet (it comes from the hash of its bytes)."""

    async def put(self, key: str, content: bytes) -> None:
        """Write a derived object, replacing what was there. It is disposable: it need not survive a power cut."""

    async def read(self, key: str) -> bytes:
        """Return all bytes. Raises `ObjectNotFound`."""

    def stream(self, key: str, start: int = 0, stop: int | None = None) -> AsyncIterator[bytes]:
        """Yield the bytes from `start` up to, not including, `stop`. Raises `ObjectNotFound` at the first step."""

    def as_file(self, key: str) -> AbstractAsyncContextManager[Path]:
        """Give the object as a readable file: the object itself or a copy that goes away. Raises `ObjectNotFound`."""

    async def stat(self, key: str) -> ObjectStat | None:
        """Return what is known of an object, or None."""

    async def delete(self, key: str) -> None:
        """Remove an object; one that is not there is no error."""

    def list_keys(self, prefix: str) -> AsyncIterator[ObjectStat]:
        """Yield the objects whose key begins with `prefix`, in no special order.

        What is stored or deleted meanwhile may be there or not.
        """

    async def sweep(self, older_than_s: float) -> int:
        """Remove what was received, never committed, and not touched for `older_than_s`; return how many."""


def check_key(key: str) -> str:
    """Return `key` if every store can hold it; raise `BadKey` otherwise."""
    if not _KEY.fullmatch(key) or len(key) > 512 or max(map(len, key.split("/"))) > 255:
        raise BadKey(f"{key!r} is not a key of the object store.")
    return key


def original_key(sha256: bytes) -> str:
    """Return the key of an original: its SHA-256 in hexadecimal, in one of 256 folders.

    One level, because every new folder must be made durable before what lies in it is: with two, nearly each
    of the first 60,000 originals would pay for one.
    """
    name = sha256.hex()
    return f"originals/{name[:2]}/{name}"


def print_key(sha256: bytes, name: str) -> str:
    """Return the key of a print (`600.webp`) of the original with this SHA-256."""
    digest = sha256.hex()
    return f"prints/{digest[:2]}/{digest[2:4]}/{digest}/{name}"
