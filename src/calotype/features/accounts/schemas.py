"""Users, and what they are given."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

SHORTEST_PASSWORD = 8
LONGEST_PASSWORD = 1024  # argon2 takes more, but nobody needs the server to hash a book


def _check_email(email: str) -> str:
    """Only the shape: one @ with something on both sides. The library sends no mail, so the address is a name."""
    name, at, host = email.rpartition("@")
    if not (name and at and host) or any(letter.isspace() or not letter.isprintable() for letter in email):
        raise ValueError("write it like ada@example.org")
    return email


Email = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=3, max_length=254), AfterValidator(_check_email)
]
Password = Annotated[str, StringConstraints(min_length=SHORTEST_PASSWORD, max_length=LONGEST_PASSWORD)]
PersonName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]


class SetupRequest(BaseModel):
    """Who becomes the first owner."""

    model_config = ConfigDict(extra="forbid")
    token: str = Field(max_length=200)
    email: Email
    name: PersonName
    password: Password


class SignInRequest(BaseModel):
    """Who signs in; `name` says from where ("Firefox on Linux")."""

    model_config = ConfigDict(extra="forbid")
    email: str = Field(max_length=254)
    password: str = Field(max_length=LONGEST_PASSWORD)
    name: str | None = Field(default=None, max_length=100)


class Role(StrEnum):
    """What somebody may do. A viewer changes nothing; the others do as they like with their own photos."""

    OWNER = "owner"
    ADMIN = "admin"
    MEMBER = "member"
    VIEWER = "viewer"


@dataclass(frozen=True)
class User:
    """Somebody with an account. `role` is one of `Role`."""

    id: UUID
    email: str
    name: str
    role: str


@dataclass(frozen=True)
class SetupLink:
    """A secret that makes the first owner, once, until `expires_at`."""

    token: str
    expires_at: datetime


@dataclass(frozen=True)
class Session:
    """A token that stands for a user until `expires_at`. The token is shown once and stored nowhere."""

    token: str
    expires_at: datetime
    user: User
