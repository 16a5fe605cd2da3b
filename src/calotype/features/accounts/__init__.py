"""Accounts: who may come in. Other rooms enter by these names."""

from calotype.features.accounts.errors import (
    AlreadySetUp,
    NoOwner,
    OwnerNotChosen,
    SetupLinkNotValid,
    TooManyAttempts,
    UserNotFound,
    WrongEmailOrPassword,
)
from calotype.features.accounts.schemas import Session, SetupLink, User
from calotype.features.accounts.service import Accounts

__all__ = [
    "Accounts",
    "AlreadySetUp",
    "NoOwner",
    "OwnerNotChosen",
    "Session",
    "SetupLink",
    "SetupLinkNotValid",
    "TooManyAttempts",
    "User",
    "UserNotFound",
    "WrongEmailOrPassword",
]
