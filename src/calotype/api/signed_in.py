"""Who is asking: the bearer token or the session cookie of a request."""

from typing import Annotated, Protocol
from urllib.parse import urlsplit
from uuid import UUID

from fastapi import Depends, Request

from calotype.api.problems import Forbidden, Unauthenticated

SESSION_COOKIE = "calotype_session"
VIEWER = "viewer"
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class User(Protocol):
    """Somebody who is signed in."""

    @property
    def id(self) -> UUID: ...
    @property
    def email(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def role(self) -> str: ...


def find_token(request: Request) -> tuple[str, bool] | None:
    """Return the token of a request and whether it came by cookie; a bearer token goes before a cookie."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token.strip():
        return token.strip(), False
    cookie = request.cookies.get(SESSION_COOKIE)
    return (cookie, True) if cookie else None


def is_same_origin(request: Request) -> bool:
    """Say whether the browser sent the request from one of our own pages.

    `Sec-Fetch-Site` is set by the browser and cannot be forged by a page (Fetch Metadata); browsers without it send
    `Origin` with every unsafe request. A request that carries neither did not come from a page of ours.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("origin")
    return origin is not None and urlsplit(origin).netloc == request.headers.get("host")


async def signed_in_user(request: Request) -> User:
    """Return who is signed in. Raises `Unauthenticated`; `Forbidden` where another site's page sent our cookie."""
    found = find_token(request)
    if found is None:
        raise Unauthenticated
    token, is_cookie = found
    if is_cookie and request.method not in _SAFE_METHODS and not is_same_origin(request):
        raise Forbidden("This request did not come from a page of this library. Open the library and try again there.")
    user: User | None = await request.app.state.calotype.accounts.find_user_by_token(token)
    if user is None:
        raise Unauthenticated("The session has ended or the token is not valid. Sign in again.")
    return user


SignedInUser = Annotated[User, Depends(signed_in_user)]


async def allowed_user(request: Request, user: SignedInUser) -> User:
    """Return who is signed in, and may do this. Raises `Forbidden` where a viewer would change something."""
    if user.role == VIEWER and request.method not in _SAFE_METHODS:
        raise Forbidden("A viewer may look at this library, not change it. Ask whoever keeps it for another role.")
    return user
