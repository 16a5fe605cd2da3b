"""Intake: how files become photos. Other rooms enter by these names."""

from calotype.features.intake.errors import FileRefused
from calotype.features.intake.importing import FolderImport, Totals
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
from calotype.features.intake.walking import count_files

__all__ = [
    "Attached",
    "Duplicate",
    "Failed",
    "FileRefused",
    "FolderImport",
    "Intake",
    "IntakeLimits",
    "Offer",
    "Outcome",
    "Sidecar",
    "Skipped",
    "SourceFile",
    "Stored",
    "Swept",
    "Totals",
    "count_files",
]
