"""What every object store promises. An adapter passes by giving the `objects` fixture."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import timedelta

import pytest

from calotype.kit.clock import now_utc
from calotype.ports.object_store import (
    BadKey,
    ObjectNotFound,
    ObjectStore,
    StoreFull,
)

KEY = "originals/ab/abcd"
BAD_KEYS = [
    "", "/", "/etc/passwd", "../x", "a/../b", "a//b", "a/", ".hidden", "a/.hidden", "a\\b", "a b", "a\0b", "ä", "a\n",
    "~/x", "a" * 600, "b" * 256, ".incoming/x", "C:/x", "%2e%2e/x", ".", "..",
]  # fmt: skip


async def store(objects: ObjectStore, key: str, *chunks: bytes) -> bool:
    """Receive `chunks` and commit them under `key`."""
    async with objects.receive() as incoming:
        for chunk in chunks:
            await incoming.write(chunk)
        return await incoming.commit(key)


async def keys_of(objects: ObjectStore, prefix: str = "") -> set[str]:
    return {found.key async for found in objects.list_keys(prefix)}


async def joined(chunks: AsyncIterator[bytes]) -> bytes:
    return b"".join([chunk async for chunk in chunks])


class ObjectStoreContract:
    """Inherit, and give a fixture `objects` (empty) and one `small_store` with room for fewer than 3 MiB."""

    async def test_what_is_committed_can_be_read(self, objects: ObjectStore) -> None:
        assert await store(objects, KEY, b"one ", b"two ", b"three") is True
        assert await objects.read(KEY) == b"one two three"
        found = await objects.stat(KEY)
        assert found is not None
        assert (found.key, found.size_bytes) == (KEY, 13)
        assert abs(now_utc() - found.stored_at) < timedelta(minutes=5)

    async def test_nothing_is_seen_before_the_commit(self, objects: ObjectStore) -> None:
        async with objects.receive() as incoming:
            await incoming.write(b"x" * 3_000_000)
            assert await keys_of(objects) == set()
            assert await objects.stat(KEY) is None
            with pytest.raises(ObjectNotFound):
                await objects.read(KEY)
            await incoming.commit(KEY)
            assert await keys_of(objects) == {KEY}

    async def test_what_is_not_committed_is_forgotten(self, objects: ObjectStore) -> None:
        with suppress(ConnectionError):
            async with objects.receive() as incoming:
                await incoming.write(b"half a photo")
                raise ConnectionError
        assert await keys_of(objects) == set()
        assert await objects.sweep(older_than_s=-1) == 0

    async def test_an_object_is_written_once(self, objects: ObjectStore) -> None:
        assert await store(objects, KEY, b"first") is True
        assert await store(objects, KEY, b"second") is False
        assert await objects.read(KEY) == b"first"

    async def test_one_of_many_writers_at_the_same_instant_is_the_first(self, objects: ObjectStore) -> None:
        contents = [bytes([number]) * 200_000 for number in range(12)]
        outcomes = await asyncio.gather(*(store(objects, KEY, content) for content in contents))
        assert sum(outcomes) == 1
        assert await objects.read(KEY) == contents[outcomes.index(True)]

    async def test_a_commit_may_be_repeated(self, objects: ObjectStore) -> None:
        async with objects.receive() as incoming:
            await incoming.write(b"bytes")
            assert await incoming.commit(KEY) is True
            assert await incoming.commit(KEY) is False
        assert await objects.read(KEY) == b"bytes"

    async def test_the_head_and_the_file_can_be_looked_into_before_the_commit(self, objects: ObjectStore) -> None:
        async with objects.receive() as incoming:
            await incoming.write(b"abc")
            await incoming.write(b"def")
            assert incoming.size_bytes == 6
            assert await incoming.head(4) == b"abcd"
            assert await incoming.head(100) == b"abcdef"
            async with incoming.as_file() as path:
                assert path.read_bytes() == b"abcdef"
            await incoming.write(b"ghi")
            async with incoming.as_file() as path:
                assert path.read_bytes() == b"abcdefghi"
            await incoming.commit(KEY)
        assert await objects.read(KEY) == b"abcdefghi"

    async def test_an_empty_object_is_an_object(self, objects: ObjectStore) -> None:
        assert await store(objects, KEY) is True
        assert await objects.read(KEY) == b""
        assert await joined(objects.stream(KEY)) == b""

    async def test_a_put_replaces(self, objects: ObjectStore) -> None:
        key = "prints/ab/cd/abcd/600.webp"
        await objects.put(key, b"old")
        await objects.put(key, b"new one")
        assert await objects.read(key) == b"new one"

    @pytest.mark.parametrize(("start", "stop"), [(0, None), (0, 10), (5, 9), (1_999_990, None), (0, 9_000_000), (7, 7)])
    async def test_any_range_can_be_streamed(self, objects: ObjectStore, start: int, stop: int | None) -> None:
        content = bytes(range(250)) * 8_000
        await store(objects, KEY, content)
        assert await joined(objects.stream(KEY, start, stop)) == content[start:stop]

    async def test_an_object_can_be_had_as_a_file(self, objects: ObjectStore) -> None:
        await store(objects, KEY, b"content")
        async with objects.as_file(KEY) as path:
            assert path.read_bytes() == b"content"

    async def test_what_is_not_there_is_said(self, objects: ObjectStore) -> None:
        await store(objects, "a/b", b"below a")
        for key in (KEY, "a", "a/b/c"):  # a folder is no object, and an object is no folder
            assert await objects.stat(key) is None
            with pytest.raises(ObjectNotFound):
                await objects.read(key)
            with pytest.raises(ObjectNotFound):
                await joined(objects.stream(key))
            with pytest.raises(ObjectNotFound):
                async with objects.as_file(key):
                    pass
        await objects.delete("nothing/there")

    async def test_what_is_deleted_is_gone_and_can_come_again(self, objects: ObjectStore) -> None:
        await store(objects, KEY, b"first")
        await objects.delete(KEY)
        await objects.delete(KEY)
        assert await objects.stat(KEY) is None
        assert await store(objects, KEY, b"second") is True
        assert await objects.read(KEY) == b"second"

    async def test_keys_are_listed_by_prefix(self, objects: ObjectStore) -> None:
        for key in ("originals/aa/bb/aabb", "originals/aa/cc/aacc", "originals/ab/bb/abbb", "prints/aa/bb/150.webp"):
            await store(objects, key, b"x")
        assert await keys_of(objects, "originals/") == {
            "originals/aa/bb/aabb", "originals/aa/cc/aacc", "originals/ab/bb/abbb"
        }  # fmt: skip
        assert await keys_of(objects, "originals/aa/b") == {"originals/aa/bb/aabb"}
        assert len(await keys_of(objects, "")) == 4
        assert await keys_of(objects, "nothing/") == set()

    @pytest.mark.parametrize("key", BAD_KEYS)
    async def test_no_key_leaves_the_store(self, objects: ObjectStore, key: str) -> None:
        with pytest.raises(BadKey):
            await store(objects, key, b"x")
        for refused in (objects.read(key), objects.stat(key), objects.put(key, b"x"), objects.delete(key)):
            with pytest.raises(BadKey):
                await refused
        with pytest.raises(BadKey):
            await joined(objects.stream(key))
        with pytest.raises(BadKey):
            async with objects.as_file(key):
                pass
        assert await keys_of(objects) == set()

    async def test_no_prefix_leaves_the_store(self, objects: ObjectStore) -> None:
        with pytest.raises(BadKey):
            await keys_of(objects, "../")

    async def test_a_full_store_says_so_and_keeps_what_it_has(self, small_store: ObjectStore) -> None:
        await store(small_store, KEY, b"x" * 100_000)
        with pytest.raises(StoreFull, match="Free some space"):
            await store(small_store, "originals/ff/ff/ffff", *[b"y" * (1 << 20)] * 4)
        with pytest.raises(StoreFull):
            await small_store.put("prints/a", b"z" * (4 << 20))
        assert await keys_of(small_store) == {KEY}
        assert await small_store.sweep(older_than_s=-1) == 0, "a refused upload holds no room"
        assert await small_store.read(KEY) == b"x" * 100_000
        assert await store(small_store, "originals/aa/aa/aaaa", b"small") is True
