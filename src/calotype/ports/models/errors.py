"""What can go wrong with models. Each sentence says what to do."""

from __future__ import annotations


class ModelFault(Exception):
    """Any trouble with a model file."""


class ModelUnknown(ModelFault):
    """The manifest has no model of that name."""

    def __init__(self, name: str, known: list[str]) -> None:
        super().__init__(f"There is no model named {name!r}. Known are: {', '.join(known)}.")


class ModelMissing(ModelFault):
    """The model's file is not in the folder of models."""

    def __init__(self, name: str, folder: object) -> None:
        super().__init__(f"The model {name} is not in {folder}: run `calotype models pull {name}`.")
        self.name = name


class ModelHashMismatch(ModelFault):
    """What was fetched is not what the manifest pins. It has been deleted."""


class ModelNotObtained(ModelFault):
    """The model could not be fetched (no network, no such package in the configured index, a broken archive)."""


class ManifestRefused(ModelFault):
    """The manifest itself is wrong."""
