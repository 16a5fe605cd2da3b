"""Ready-made answers: JSON that is already bytes, ETags, `304 Not Modified`."""

import hashlib
from collections.abc import Mapping
from typing import Any

import orjson
from fastapi import Request, Response

JSON_TYPE = "application/json"
NEVER_STORED = {"Cache-Control": "no-store"}
_ASK_EACH_TIME = {"Cache-Control": "private, no-cache"}


def json_answer(content: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Answer with JSON; UUIDs and datetimes become text (RFC 3339). Not stored by anybody on the way."""
    return Response(orjson.dumps(content), status, {**NEVER_STORED, **(headers or {})}, JSON_TYPE)


def make_etag(*parts: object) -> str:
    """Return a strong ETag made of what the content depends on."""
    digest = hashlib.blake2b("\0".join(map(str, parts)).encode(), digest_size=12)
    return f'"{digest.hexdigest()}"'


def is_known(request: Request, etag: str) -> bool:
    """Say whether the client has this version (`If-None-Match`, RFC 9110 section 13.1.2, weak comparison)."""
    header = request.headers.get("if-none-match")
    if header is None:
        return False
    return header.strip() == "*" or etag in (known.strip().removeprefix("W/") for known in header.split(","))


def tagged_json(request: Request, body: bytes | str, etag: str) -> Response:
    """Answer with JSON that the client may keep and ask again about, or with 304 where it has it."""
    headers = {"ETag": etag, **_ASK_EACH_TIME}
    if is_known(request, etag):
        return Response(status_code=304, headers=headers)
    return Response(body, 200, headers, JSON_TYPE)
