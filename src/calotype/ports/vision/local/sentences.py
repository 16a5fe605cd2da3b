"""MiniLM on a sentence, in this process. The server uses `HostedTextEmbedder` in its place."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from calotype.ports.models import ModelStore
from calotype.ports.vision.results import Vector

from .sessions import open_session
from .wordpiece import WordPieces

MAX_TOKENS = 128


class SentenceModel:
    def __init__(self, model: Path, vocabulary: Path) -> None:
        self._pieces = WordPieces.read(vocabulary)
        self._session = open_session(model)

    @classmethod
    def from_folder(cls, folder: Path) -> SentenceModel:
        """Raises ModelMissing."""
        models = ModelStore(folder)
        return cls(models.get("minilm-l6"), models.get("minilm-l6-vocabulary"))

    def embed(self, text: str) -> Vector:
        """float32 [384], length 1."""
        numbers = np.array(self._pieces.numbers(text, max_length=MAX_TOKENS), np.int64)
        vector: Vector = self._session.run(["embedding"], {"tokens": numbers})[0]
        return vector
