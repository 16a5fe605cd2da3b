"""Images: who may have them, in which parts, and what the headers promise."""

import base64
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from calotype.features.photos.errors import BadImageKey
from calotype.features.photos.image_keys import WINDOW_S, ImageKeys, read_or_make_secret
from calotype.ports.object_store import original_key, print_key
from tests.features.app import SmallLibrary, is_problem
from tests.features.conftest import make_photo

SHA256 = b"s" * 32
PRINT = bytes(range(256)) * 4
OWNER = UUID("01a1fa9b-9733-75a8-96e2-f8e7828a4fb7")
SECRET = b"k" * 32


@pytest.fixture
async def photo_id(library: SmallLibrary, owner: UUID) -> UUID:
    for name in ("150.webp", "1200.jpg"):
        await library.objects.put(print_key(SHA256, name), PRINT)
    await library.objects.put(original_key(SHA256), PRINT * 3000)
    return await make_photo(library.database, owner, sha256=SHA256, file_name='kätzchen";\r\n.html')


def address(library: SmallLibrary, owner_id: UUID, photo_id: UUID, size: str) -> str:
    template = library.photos.images.access(owner_id)["template"]
    return template.replace("{id}", str(photo_id)).replace("{size}", size)


async def test_a_print_is_served_without_a_session(
    library: SmallLibrary, owner: UUID, photo_id: UUID, visitor: httpx.AsyncClient
) -> None:
    answer = await visitor.get(address(library, owner, photo_id, "150"))
    assert answer.status_code == 200
    assert answer.content == PRINT
    headers = answer.headers
    assert headers["content-type"] == "image/webp"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["content-security-policy"].startswith("sandbox; default-src 'none'")
    assert headers["cache-control"].startswith("private, max-age=")
    assert headers["cache-control"].endswith(", immutable")
    assert WINDOW_S <= int(headers["cache-control"].split("=")[1].split(",")[0]) <= 2 * WINDOW_S
    assert headers["accept-ranges"] == "bytes"
    assert (await visitor.get(address(library, owner, photo_id, "1200"))).headers["content-type"] == "image/jpeg"


async def test_head_and_known_versions_have_no_body(
    library: SmallLibrary, owner: UUID, photo_id: UUID, visitor: httpx.AsyncClient
) -> None:
    for size in ("150", "original"):
        url = address(library, owner, photo_id, size)
        whole = await visitor.get(url)
        head = await visitor.head(url)
        assert (head.status_code, head.content) == (200, b"")
        for name in ("content-length", "etag", "content-type", "cache-control"):
            assert head.headers[name] == whole.headers[name]
        known = await visitor.get(url, headers={"If-None-Match": f'"other", W/{whole.headers["etag"]}'})
        assert (known.status_code, known.content) == (304, b"")
        assert known.headers["etag"] == whole.headers["etag"]


async def test_the_original_is_saved_and_never_a_page(
    library: SmallLibrary, owner: UUID, photo_id: UUID, visitor: httpx.AsyncClient
) -> None:
    answer = await visitor.get(address(library, owner, photo_id, "original"))
    assert answer.content == PRINT * 3000
    assert answer.headers["content-type"] == "image/jpeg"
    disposition = answer.headers["content-disposition"]
    assert disposition == "attachment; filename*=UTF-8''k%C3%A4tzchen%22%3B%0D%0A.html"
    full = await visitor.get(address(library, owner, photo_id, "full"))
    assert full.headers["content-disposition"] == "inline"
    assert full.content == answer.content


@pytest.mark.parametrize("start", [0, 1, 255, 767_900, 767_999, 768_000, 900_000])
async def test_parts_of_the_original(
    library: SmallLibrary, owner: UUID, photo_id: UUID, visitor: httpx.AsyncClient, start: int
) -> None:
    url = address(library, owner, photo_id, "original")
    whole = PRINT * 3000
    answer = await visitor.get(url, headers={"Range": f"bytes={start}-{start + 99}"})
    if start >= len(whole):
        assert answer.status_code == 416
        assert answer.headers["content-range"] == f"bytes */{len(whole)}"
        return
    assert answer.status_code == 206
    assert answer.content == whole[start : start + 100]
    stop = min(start + 100, len(whole))
    assert answer.headers["content-range"] == f"bytes {start}-{stop - 1}/{len(whole)}"
    stale = await visitor.get(url, headers={"Range": f"bytes={start}-", "If-Range": '"older"'})
    assert stale.status_code == 200
    fresh = await visitor.get(url, headers={"Range": f"bytes={start}-", "If-Range": answer.headers["etag"]})
    assert fresh.content == whole[start:]


async def test_what_is_not_there_yet_says_when_to_ask_again(
    library: SmallLibrary, owner: UUID, photo_id: UUID, visitor: httpx.AsyncClient
) -> None:
    waiting = await visitor.get(address(library, owner, photo_id, "600"))
    assert is_problem(waiting, 404)
    assert waiting.headers["retry-after"] == "1"
    async with library.database.connection() as connection:
        await connection.execute("update photos set processing_status = 3, processing_reason = 'It is torn.'")
    failed = await visitor.get(address(library, owner, photo_id, "600"))
    assert is_problem(failed, 404)
    assert "It is torn" in failed.json()["detail"]
    assert "retry-after" not in failed.headers
    await library.objects.delete(original_key(SHA256))
    assert is_problem(await visitor.get(address(library, owner, photo_id, "original")), 404)


async def test_a_photo_in_the_trash_can_be_seen_by_its_owner(
    library: SmallLibrary, owner: UUID, photo_id: UUID, visitor: httpx.AsyncClient
) -> None:
    await library.photos.trash.put(owner, photo_id)
    assert (await visitor.get(address(library, owner, photo_id, "150"))).status_code == 200


async def test_nobody_else_gets_it(
    library: SmallLibrary, owner: UUID, stranger: UUID, photo_id: UUID, stranger_client: httpx.AsyncClient
) -> None:
    assert is_problem(await stranger_client.get(address(library, stranger, photo_id, "150")), 404)
    plain = f"/api/v1/photos/{photo_id}/images/150"
    assert is_problem(await stranger_client.get(plain), 403)
    assert is_problem(await stranger_client.get(f"{plain}?k=%00"), 403)
    assert is_problem(await stranger_client.get(address(library, owner, uuid4(), "150")), 404)
    assert is_problem(await stranger_client.get(address(library, owner, photo_id, "77")), 422)
    url = address(library, owner, photo_id, "150")
    library.clock.now += timedelta(seconds=2 * WINDOW_S)
    assert is_problem(await stranger_client.get(url), 403)


@given(now=st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)))
def test_a_key_lives_from_one_to_two_windows_and_stays_the_same_meanwhile(now: datetime) -> None:
    keys = ImageKeys(SECRET)
    key, expires_at = keys.make(OWNER, now)
    owner_id, left_s = keys.read(key, now)
    assert owner_id == OWNER
    assert WINDOW_S <= left_s <= 2 * WINDOW_S
    assert keys.read(key, expires_at - timedelta(seconds=1)) == (OWNER, 1)
    with pytest.raises(BadImageKey):
        keys.read(key, expires_at)
    window_ends = expires_at - timedelta(seconds=WINDOW_S)
    assert keys.make(OWNER, window_ends - timedelta(seconds=1))[0] == key
    assert keys.make(OWNER, window_ends)[0] != key


@given(place=st.integers(0, 295), mask=st.integers(1, 255))
def test_no_bit_of_a_key_can_be_changed(place: int, mask: int) -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    key = ImageKeys(SECRET).make(OWNER, now)[0]
    packed = bytearray(base64.urlsafe_b64decode(key + "=="))
    packed[place % len(packed)] ^= mask
    with pytest.raises(BadImageKey):
        ImageKeys(SECRET).read(base64.urlsafe_b64encode(packed).rstrip(b"=").decode(), now)


@given(st.text(max_size=80) | st.binary(max_size=60).map(lambda octets: octets.hex()))
def test_what_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(BadImageKey):
        ImageKeys(SECRET).read(text, datetime(2026, 1, 1, tzinfo=UTC))


def test_the_keys_of_another_library_do_not_open_this_one() -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    with pytest.raises(BadImageKey):
        ImageKeys(SECRET).read(ImageKeys(b"o" * 32).make(OWNER, now)[0], now)


def test_the_secret_is_made_once_and_kept_private(tmp_path: Path) -> None:
    path = tmp_path / "home" / "image-secret"
    secret = read_or_make_secret(path)
    assert len(secret) == 32
    assert read_or_make_secret(path) == secret
    assert path.stat().st_mode & 0o777 == 0o600
    assert [entry.name for entry in path.parent.iterdir()] == ["image-secret"]
    path.write_bytes(b"cut")
    with pytest.raises(ValueError, match="damaged"):
        read_or_make_secret(path)
