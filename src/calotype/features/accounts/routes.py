"""The first owner, and sessions."""

from typing import Any

from fastapi import APIRouter, Request, Response

from calotype.api.answers import json_answer
from calotype.api.signed_in import SESSION_COOKIE, SignedInUser, User, find_token
from calotype.features.accounts.schemas import Session, SetupRequest, SignInRequest
from calotype.features.accounts.service import SESSION_LASTS, Accounts

open_router = APIRouter(tags=["accounts"])  # for who is not signed in yet
router = APIRouter(tags=["accounts"])


def _accounts(request: Request) -> Accounts:
    accounts: Accounts = request.app.state.calotype.accounts
    return accounts


def _user_json(user: User) -> dict[str, Any]:
    return {"id": user.id, "email": user.email, "name": user.name, "role": user.role}


def _signed_in(request: Request, session: Session) -> Response:
    """Answer with the token, and set it as a cookie that no script can read and no other site can send."""
    content = {"token": session.token, "expires_at": session.expires_at, "user": _user_json(session.user)}
    response = json_answer(content, 201)
    response.set_cookie(
        SESSION_COOKIE,
        session.token,
        max_age=int(SESSION_LASTS.total_seconds()),
        path="/",
        httponly=True,
        samesite="strict",
        secure=_is_https(request),
    )
    return response


def _is_https(request: Request) -> bool:
    public_url = getattr(request.app.state, "public_url", None)
    return request.url.scheme == "https" or bool(public_url and public_url.startswith("https:"))


@open_router.get("/setup")
async def is_setup_needed(request: Request) -> Response:
    """Say whether the library waits for its first owner."""
    return json_answer({"needed": await _accounts(request).setup_needed()})


@open_router.post("/setup", status_code=201)
async def accept_setup(request: Request, said: SetupRequest) -> Response:
    """Make the first owner, with the secret of the one-time link."""
    accounts = _accounts(request)
    session = await accounts.accept_setup(said.token, email=said.email, name=said.name, password=said.password)
    return _signed_in(request, session)


@open_router.post("/sessions", status_code=201)
async def sign_in(request: Request, said: SignInRequest) -> Response:
    """Sign in with e-mail address and password."""
    address = request.client.host if request.client else ""
    name = said.name or request.headers.get("user-agent", "")[:100]
    session = await _accounts(request).sign_in(said.email, said.password, address=address, name=name)
    return _signed_in(request, session)


@router.get("/sessions/current")
async def get_session(request: Request, user: SignedInUser) -> Response:
    """Say who is signed in, and how large the library is."""
    library = await request.app.state.calotype.photos.count_photos(user.id)
    return json_answer({"user": _user_json(user), "library": library})


@router.delete("/sessions/current", status_code=204)
async def sign_out(request: Request, user: SignedInUser) -> Response:  # noqa: ARG001 - only who is signed in
    """End the session of this token."""
    found = find_token(request)
    assert found is not None, "somebody is signed in"
    await _accounts(request).sign_out(found[0])
    response = Response(status_code=204)
    response.delete_cookie(SESSION_COOKIE, path="/", httponly=True, samesite="strict")
    return response
