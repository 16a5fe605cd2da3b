"""What people say of stacks holds through every run and another embedding space, and can be taken back."""

from datetime import timedelta
from uuid import UUID

import pytest

from calotype.features.photos import PhotoState
from calotype.features.stacks.repository import looks
from tests.features.stacks.conftest import NOON, Shelf, flip, look_vector, telling_hash

LIBRARY, TRASH, HIDDEN, VARIANT = (int(state) for state in PhotoState)


async def two_copies(shelf: Shelf) -> tuple[UUID, UUID]:
    one = await shelf.add("a.jpg", seed=1, size_bytes=5000)
    other = await shelf.add("b.jpg", seed=1, width=1000, height=750)
    await shelf.organise()
    assert await shelf.found() == [("same", [one, other])]
    return one, other


async def run_again_in_another_space(shelf: Shelf, *photo_ids: UUID) -> None:
    await shelf.organise()
    await shelf.organise(is_whole=True)
    async with shelf.database.transaction() as connection:
        for photo_id in photo_ids:
            await shelf.give_vector(connection, photo_id, "look/2", look_vector(7))
    await shelf.organise()
    await shelf.organise(is_whole=True)


@pytest.mark.parametrize("word", ["undo_stack", "keep_all"])
async def test_what_was_told_apart_stays_apart_until_it_is_taken_back(shelf: Shelf, word: str) -> None:
    one, other = await two_copies(shelf)
    await getattr(shelf.stacks, word)(shelf.owner, await shelf.stack_id())
    assert await shelf.found() == []
    await run_again_in_another_space(shelf, one, other)
    assert await shelf.found() == []
    third = await shelf.add("c.jpg", seed=1, width=500, height=375, space="look/2", vector=look_vector(7))
    await shelf.organise()
    for _, members in await shelf.found():
        assert not {one, other} <= set(members)
    await shelf.journal.undo_last(shelf.owner, shelf.owner)
    assert await shelf.found() == [("same", [one, other, third])]


async def test_a_stack_by_hand_shows_as_one_and_comes_apart_again(shelf: Shelf) -> None:
    one, other, third = [await shelf.add(f"{name}.jpg", seed=seed) for seed, name in enumerate("abc")]
    made = await shelf.stacks.put_together(shelf.owner, [one, other, third], other)
    assert made.stack.lead == other
    assert await shelf.states(one, other, third) == [VARIANT, LIBRARY, VARIANT]
    await run_again_in_another_space(shelf, one, other, third)
    [(kind, members)] = await shelf.found()
    assert (kind, members[0], set(members)) == ("variants", other, {one, other, third})
    await shelf.stacks.undo_stack(shelf.owner, await shelf.stack_id())
    assert await shelf.states(one, other, third) == [LIBRARY] * 3
    await shelf.organise(is_whole=True)
    assert await shelf.found() == []
    await shelf.journal.undo_last(shelf.owner, shelf.owner)
    assert await shelf.states(one, other, third) == [VARIANT, LIBRARY, VARIANT]
    entries = (await shelf.journal.list_entries(shelf.owner, cursor=None, limit=10)).entries
    first = next(entry for entry in entries if entry.kind == "stacks.make")
    await shelf.journal.undo(shelf.owner, shelf.owner, [first.id])
    assert await shelf.states(one, other, third) == [LIBRARY] * 3


async def raw_and_jpeg(shelf: Shelf) -> tuple[UUID, UUID]:
    jpeg = await shelf.add("DSC_1.jpg", seed=1, camera="Nikon")
    raw = await shelf.add("DSC_1.NEF", seed=1, media_type=21, camera="Nikon")
    await shelf.organise()
    assert await shelf.found() == [("variants", [jpeg, raw])]
    assert await shelf.states(jpeg, raw) == [LIBRARY, VARIANT]
    return jpeg, raw


async def test_variants_go_where_their_lead_goes(shelf: Shelf) -> None:
    jpeg, raw = await raw_and_jpeg(shelf)
    await shelf.photos.trash.put(shelf.owner, jpeg)
    assert await shelf.states(jpeg, raw) == [TRASH, TRASH]
    await shelf.organise(is_whole=True)
    assert await shelf.states(jpeg, raw) == [TRASH, TRASH]
    await shelf.photos.trash.restore(shelf.owner, jpeg)
    assert await shelf.states(jpeg, raw) == [LIBRARY, VARIANT]
    await shelf.photos.trash.put(shelf.owner, jpeg)
    await shelf.photos.trash.restore(shelf.owner, raw)
    assert await shelf.states(jpeg, raw) == [TRASH, LIBRARY]
    await shelf.photos.trash.restore(shelf.owner, jpeg)
    assert await shelf.states(jpeg, raw) == [LIBRARY, VARIANT]


async def test_a_variant_in_the_trash_by_itself_stays_there(shelf: Shelf) -> None:
    jpeg, raw = await raw_and_jpeg(shelf)
    await shelf.photos.trash.put(shelf.owner, raw)
    await shelf.organise(is_whole=True)
    assert await shelf.states(jpeg, raw) == [LIBRARY, TRASH]
    await shelf.photos.trash.restore(shelf.owner, raw)
    assert await shelf.states(jpeg, raw) == [LIBRARY, VARIANT]


async def test_undoing_a_stack_of_variants_brings_them_back_for_good(shelf: Shelf) -> None:
    jpeg, raw = await raw_and_jpeg(shelf)
    await shelf.stacks.undo_stack(shelf.owner, await shelf.stack_id())
    assert await shelf.states(jpeg, raw) == [LIBRARY, LIBRARY]
    await run_again_in_another_space(shelf, jpeg, raw)
    assert await shelf.states(jpeg, raw) == [LIBRARY, LIBRARY]
    await shelf.journal.undo_last(shelf.owner, shelf.owner)
    assert await shelf.states(jpeg, raw) == [LIBRARY, VARIANT]


async def test_nothing_stands_behind_a_photo_that_is_gone(shelf: Shelf) -> None:
    jpeg, raw = await raw_and_jpeg(shelf)
    await shelf.photos.trash.put(shelf.owner, jpeg)
    await shelf.photos.trash.restore(shelf.owner, raw)
    async with shelf.database.transaction() as connection:
        await connection.execute("update photos set trashed_at = now() - interval '40 days' where status = 1")
    await shelf.photos.purge_expired(30)
    assert await shelf.states(jpeg, raw) == [-1, LIBRARY]
    assert await shelf.found() == []


async def test_keeping_one_joins_all_that_was_known_into_it_and_one_undo_brings_it_back(shelf: Shelf) -> None:
    keeper = await shelf.add("a.jpg", seed=1, tags=["sea"], rating=2)
    other = await shelf.add("b.jpg", seed=1, width=1000, height=750, tags=["Sea", "sun"], rating=4, is_favourite=True,
                            title="The bay", latitude=38.7, longitude=-9.1)  # fmt: skip
    await shelf.organise()
    album, _ = await shelf.library.albums.make_album(shelf.owner, "Summer")
    await shelf.library.albums.add_photos(shelf.owner, album.id, [other])
    await shelf.stacks.keep(shelf.owner, await shelf.stack_id(), [keeper])
    assert await shelf.states(keeper, other) == [LIBRARY, TRASH]
    columns = "select tags, rating, is_favourite, title, round(latitude::numeric)::int from photos where id = %s"
    in_album = "select photo_id from album_photos where album_id = %s"
    async with shelf.database.connection() as connection:
        assert await (await connection.execute(columns, (keeper,))).fetchone() == (
            ["sea", "sun"], 4, True, "The bay", 39)  # fmt: skip
        assert {row[0] for row in await (await connection.execute(in_album, (album.id,))).fetchall()} >= {keeper}
    assert await shelf.found() == []
    await shelf.journal.undo_last(shelf.owner, shelf.owner)
    async with shelf.database.connection() as connection:
        assert await (await connection.execute(columns, (keeper,))).fetchone() == (["sea"], 2, False, None, None)
        assert [row[0] for row in await (await connection.execute(in_album, (album.id,))).fetchall()] == [other]
    await shelf.organise()
    assert await shelf.states(keeper, other) == [LIBRARY, LIBRARY]
    assert await shelf.found() == [("same", [keeper, other])]


async def test_kinds_are_told_apart(shelf: Shelf) -> None:
    shots = [
        await shelf.add(
            f"IMG_000{n}.jpg", camera="Canon", phash=flip(telling_hash(1), *range(2 * n)), vector=look_vector(1),
            taken_local=NOON + timedelta(seconds=n),
        ) for n in range(3)
    ]  # fmt: skip
    original = await shelf.add("IMG_9000.jpg", seed=5, camera="Canon", taken_local=NOON + timedelta(days=1))
    edited = await shelf.add("IMG_9000-edited.jpg", seed=5, taken_local=NOON + timedelta(days=1))
    await shelf.add("other.jpg", seed=9)
    for name in ("black1.jpg", "black2.jpg"):
        await shelf.add(name, phash=-(2**63), contrast=0, vector=look_vector(3))
    await shelf.organise()
    found = dict(await shelf.found())
    assert set(found) == {"burst", "variants"}
    assert set(found["burst"]) == set(shots)
    assert found["variants"] == [edited, original]


async def test_a_run_looks_only_at_what_is_new(shelf: Shelf) -> None:
    await two_copies(shelf)
    assert (await shelf.organise()).startswith("Looked at 0 photos.")
    third = await shelf.add("c.jpg", seed=1, width=500, height=375)
    assert (await shelf.organise()).startswith("Looked at 1 photos.")
    [(_, members)] = await shelf.found()
    assert third in members
    assert len(members) == 3


async def test_a_large_library_scans_signs_first(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = [await shelf.add(f"{seed}.jpg", seed=seed, vector=look_vector(1, seed, seed / 10)) for seed in range(5)]
    async with shelf.database.transaction() as connection:
        await connection.execute(
            "insert into embedding_bits (owner_id, space_id, photo_id, bits) "
            "select owner_id, space_id, photo_id, binary_quantize(vector) from embeddings"
        )
        for limit in (20_000, 0):
            monkeypatch.setattr(looks, "_SCANNED_WHOLE", limit)
            space = await looks.find_space(connection, shelf.owner)
            assert await looks.list_near_vectors(connection, shelf.owner, space, ids[0], 3) == ids[1:4]
