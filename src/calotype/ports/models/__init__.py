"""The model files that vision works with: a manifest of pinned sources, and the folder that holds what was fetched."""

from .errors import (
    ManifestRefused,
    ModelFault,
    ModelHashMismatch,
    ModelMissing,
    ModelNotObtained,
    ModelUnknown,
)
from .manifest import ModelEntry, PackageSource, UrlSource, read_manifest
from .store import ModelState, ModelStatus, ModelStore, PullProgress

__all__ = [
    "ManifestRefused",
    "ModelEntry",
    "ModelFault",
    "ModelHashMismatch",
    "ModelMissing",
    "ModelNotObtained",
    "ModelState",
    "ModelStatus",
    "ModelStore",
    "ModelUnknown",
    "PackageSource",
    "PullProgress",
    "UrlSource",
    "read_manifest",
]
