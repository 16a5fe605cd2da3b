"""Intake: how files become photos. Other rooms enter by these names."""

from calotype.features.intake.errors import FileRefused
from calotype.features.intake.schemas import (
    Attached,
    Duplicate,
    Failed,
    IntakeLimits,
    Offer,
    Outcome,
    Sidecar,
    Skipped,
    SourceFile,
    Stored,
    Swept,
)
from calotype.features.intake.service import Intake

__all__ = [
    "Attached",
    "Duplicate",
    "Failed",
    "FileRefused",
    "Intake",
    "IntakeLimits",
    "Offer",
    "Outcome",
    "Sidecar",
    "Skipped",
    "SourceFile",
    "Stored",
    "Swept",
]
