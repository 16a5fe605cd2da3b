"""Accounts: who may come in. Other rooms enter by these names."""

from calotype.features.accounts.errors import (
    AlreadySetUp,
    EmailTaken,
    NoOwner,
    OwnerNotChosen,
    SetupLinkNotValid,
    TooManyAttempts,
    UserNotFound,
    WrongEmailOrPassword,
)
from calotype.features.accounts.schemas import Role, Session, SetupLink, User
from calotype.features.accounts.service import Accounts

__all__ = [
    "Accounts",
    "AlreadySetUp",
    "EmailTaken",
    "NoOwner",
    "OwnerNotChosen",
    "Role",
    "Session",
    "SetupLink",
    "SetupLinkNotValid",
    "TooManyAttempts",
    "User",
    "UserNotFound",
    "WrongEmailOrPassword",
]
