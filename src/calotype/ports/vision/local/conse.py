"""ConSE (Norouzi et al. 2013): a picture's place in the space of sentences, from what the classifier thinks it is.

Each of the 1,000 concepts has a MiniLM vector, the mean of five ways to say it. A picture is the sum of the vectors of
its likeliest concepts, each weighted by the square root of its probability. A typed sentence is compared with that.
The concepts' vectors are kept in a file beside this one, so that every installation has the same space; `python -m
calotype.ports.vision.local.conse FOLDER_OF_MODELS` writes it anew.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from calotype.ports.vision.results import Vector

from .imagenet import Concept, imagenet_concepts

VECTORS_PATH = Path(__file__).with_name("concept_vectors.npy")
TOP_CONCEPTS = 40
EXPONENT = 0.5


def concept_texts(concept: Concept) -> tuple[str, ...]:
    """Five ways to say what it is, from "pug" to "pug, dog, domestic animal, animal"; people search in all of them."""
    name, wider = concept.names[0], concept.hypernyms
    return (
        name,
        ", ".join((name, *wider[:2])),
        ", ".join((name, *wider[:4])),
        f"a photo of a {name}",
        f"a photo of a {name}, a kind of {wider[0] if wider else 'thing'}",
    )


class ConceptSpace:
    """Holds the vectors of the concepts, float32 [1000, 384]."""

    def __init__(self, vectors: Vector) -> None:
        self._vectors = vectors

    @classmethod
    def packaged(cls) -> ConceptSpace:
        return cls(np.load(VECTORS_PATH).astype(np.float32))

    def place(self, probabilities: Vector) -> Vector:
        """The picture's vector of length 1."""
        top = np.argpartition(probabilities, -TOP_CONCEPTS)[-TOP_CONCEPTS:]
        weights = np.maximum(probabilities[top], 1e-12) ** np.float32(EXPONENT)
        vector: Vector = (weights @ self._vectors[top]).astype(np.float32)
        return vector / np.float32(np.linalg.norm(vector))


def write_concept_vectors(folder: Path, target: Path = VECTORS_PATH) -> None:
    """Embeds the concepts' texts with the MiniLM in a folder of models. Half floats: a cosine is off by under 0.001."""
    from .sentences import SentenceModel  # noqa: PLC0415 (onnxruntime, for this one occasion)

    model = SentenceModel.from_folder(folder)
    sums = [sum(model.embed(text) for text in concept_texts(concept)) for concept in imagenet_concepts()]
    vectors = np.stack(sums)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    np.save(target, vectors.astype(np.float16))


if __name__ == "__main__":
    write_concept_vectors(Path(sys.argv[1]))
