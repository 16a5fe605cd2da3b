"""Taste is learned from what an owner does, and used only if it beats chance on photos that it has not seen."""

from typing import Any
from uuid import UUID

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from calotype.features.learning.rules import LIKED, liking
from tests.features.app import SmallLibrary
from tests.features.learning.shelf import Shelf, learn

TASTES = "select taste from photos where owner_id = %s and id = any(%s)"


async def favour(client: httpx.AsyncClient, photos: list[UUID], **changes: Any) -> None:
    for photo in photos:
        assert (await client.patch(f"/api/v1/photos/{photo}", json=changes)).status_code == 200


async def taste_of(client: httpx.AsyncClient) -> dict[str, Any]:
    return (await client.get("/api/v1/learning")).json()["taste"]


async def test_who_likes_mountains_will_like_another_mountain(
    client: httpx.AsyncClient, library: SmallLibrary, shelf: Shelf
) -> None:
    mountains, screens = await shelf.add("mountain", 40), await shelf.add("screen", 40)
    await shelf.add("nothing", 60)
    await favour(client, mountains[:15], is_favourite=True)
    await favour(client, mountains[15:25], rating=5)
    await favour(client, screens[:10], rating=1)
    await learn(library.learning, shelf.owner, is_whole=True)
    taste = await taste_of(client)
    assert (taste["state"], taste["liked"]) == ("in force", 25)
    assert taste["in_force"]["auc"] >= 0.8
    liked, not_liked = [await shelf.column(TASTES, photos) for photos in (mountains[25:], screens[10:])]
    assert all(0 <= taste <= 1000 for taste in [*liked, *not_liked])
    assert min(liked) > max(not_liked)
    (new,) = await shelf.add("mountain")
    await learn(library.learning, shelf.owner)
    assert await shelf.column(TASTES, [new]) > [700], "new photos get their taste without a whole run"
    await learn(library.learning, shelf.owner, is_whole=True)
    assert len((await taste_of(client))["versions"]) == 1, "the same signs are not learned from twice"


async def test_with_few_signs_nothing_is_claimed(
    client: httpx.AsyncClient, library: SmallLibrary, shelf: Shelf
) -> None:
    photos = await shelf.add("mountain", 40)
    await favour(client, photos[:19], is_favourite=True)
    await learn(library.learning, shelf.owner, is_whole=True)
    taste = await taste_of(client)
    assert (taste["state"], taste["in_force"], taste["versions"]) == ("needs more examples", None, [])
    assert taste["message"] == "Needs more signs: 19 of 20 photos are favourites or rated 4 or 5."
    assert set(await shelf.column(TASTES, photos)) == {None}


async def test_favourites_of_all_kinds_are_no_better_than_chance(
    client: httpx.AsyncClient, library: SmallLibrary, shelf: Shelf
) -> None:
    photos = await shelf.add("nothing", 120)
    await favour(client, photos[::4], is_favourite=True)
    await learn(library.learning, shelf.owner, is_whole=True)
    taste = await taste_of(client)
    assert (taste["state"], len(taste["versions"])) == ("not better", 1)
    assert "too near to chance" in taste["message"]
    assert set(await shelf.column(TASTES, photos)) == {None}


signs = st.fixed_dictionaries(
    {
        "is_favourite": st.booleans(),
        "rating": st.none() | st.integers(-1, 5),
        "views": st.integers(0, 10_000),
        "is_edited": st.booleans(),
    }
)


@given(signs)
def test_liking_has_its_bounds_and_looks_alone_are_no_liking(signs: dict[str, Any]) -> None:
    assert -1 <= liking(signs) <= 1
    looks = {**signs, "is_favourite": False, "rating": None, "is_edited": False}
    assert liking(looks) < LIKED
    assert liking({**signs, "is_favourite": True}) >= liking({**signs, "is_favourite": False})


@given(signs, st.integers(0, 4))
def test_more_stars_are_never_less_liking(signs: dict[str, Any], stars: int) -> None:
    if stars:  # 0 is "not rated" to many cameras
        assert liking({**signs, "rating": stars}) <= liking({**signs, "rating": stars + 1})


@pytest.mark.parametrize(("rating", "is_liked"), [(5, True), (4, True), (3, False), (-1, False)])
def test_which_ratings_say_liked(rating: int, is_liked: bool) -> None:
    signs = {"is_favourite": False, "rating": rating, "views": 0, "is_edited": False}
    assert (liking(signs) >= LIKED) is is_liked
