"""What is kept stays, whatever its lead does and whoever asks at the same time."""

import asyncio

import pytest

from calotype.features.stacks.errors import StackNotFound, ThrownAway
from tests.features.stacks.conftest import Shelf
from tests.features.stacks.test_decisions import LIBRARY, TRASH, VARIANT, raw_and_jpeg, two_copies


async def test_a_kept_raw_file_stays_when_the_picture_before_it_goes(shelf: Shelf) -> None:
    jpeg, raw = await raw_and_jpeg(shelf)
    await shelf.stacks.keep(shelf.owner, await shelf.stack_id(), [raw])
    assert await shelf.states(jpeg, raw) == [TRASH, LIBRARY]
    await shelf.organise(is_whole=True)
    assert await shelf.states(jpeg, raw) == [TRASH, LIBRARY]
    await shelf.journal.undo_last(shelf.owner, shelf.owner)
    assert await shelf.states(jpeg, raw) == [LIBRARY, VARIANT]


async def test_what_is_kept_outlives_the_purge(shelf: Shelf) -> None:
    jpeg, raw = await raw_and_jpeg(shelf)
    await shelf.stacks.keep(shelf.owner, await shelf.stack_id(), [raw])
    async with shelf.database.transaction() as connection:
        await connection.execute("update photos set trashed_at = now() - interval '40 days' where status = 1")
    await shelf.photos.purge_expired(30)
    assert await shelf.states(jpeg, raw) == [-1, LIBRARY]


async def test_several_variants_that_are_kept_stay(shelf: Shelf) -> None:
    photos = [await shelf.add(f"{name}.jpg", seed=seed) for seed, name in enumerate("abc")]
    made = await shelf.stacks.put_together(shelf.owner, photos, photos[0])
    await shelf.stacks.keep(shelf.owner, made.id, photos[1:])
    assert await shelf.states(*photos) == [TRASH, LIBRARY, LIBRARY]
    await shelf.journal.undo_last(shelf.owner, shelf.owner)
    assert await shelf.states(*photos) == [LIBRARY, VARIANT, VARIANT]


async def test_what_is_in_the_trash_already_is_not_kept(shelf: Shelf) -> None:
    jpeg, raw = await raw_and_jpeg(shelf)
    stack = await shelf.stack_id()
    await shelf.stacks.keep(shelf.owner, stack, [raw])
    with pytest.raises(ThrownAway):
        await shelf.stacks.keep(shelf.owner, stack, [jpeg])
    assert await shelf.states(jpeg, raw) == [TRASH, LIBRARY]


async def test_of_two_who_keep_at_once_the_second_is_told(shelf: Shelf) -> None:
    one, other = await two_copies(shelf)
    stack = await shelf.stack_id()
    answers = await asyncio.gather(
        *(shelf.stacks.keep(shelf.owner, stack, [photo]) for photo in (one, other)), return_exceptions=True
    )
    assert sorted(await shelf.states(one, other)) == [LIBRARY, TRASH]
    assert [type(answer) for answer in answers if answer is not None] == [StackNotFound]


async def test_of_two_who_keep_variants_at_once_the_second_is_told(shelf: Shelf) -> None:
    jpeg, raw = await raw_and_jpeg(shelf)
    stack = await shelf.stack_id()
    answers = await asyncio.gather(
        *(shelf.stacks.keep(shelf.owner, stack, [photo]) for photo in (jpeg, raw)), return_exceptions=True
    )
    assert sorted(await shelf.states(jpeg, raw)) == [LIBRARY, TRASH]
    assert [type(answer) for answer in answers if answer is not None] == [ThrownAway]
