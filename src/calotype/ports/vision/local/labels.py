"""Labels by EfficientNet-Lite0, named and widened by WordNet."""

from __future__ import annotations

import numpy as np

from calotype.ports.vision.results import Label, LabelOptions, LabelResult, Vector

from .imagenet import imagenet_concepts

PROVIDER = "local"
MODEL = "efficientnet-lite0/1"
_RAW_COUNT = 20


def name_labels(probabilities: Vector, options: LabelOptions) -> LabelResult:
    """`raw["top"]` has the 20 likeliest as [wnid, probability], whatever the options say."""
    concepts = imagenet_concepts()
    order = np.argsort(-probabilities, kind="stable")[: max(_RAW_COUNT, options.max_labels)]
    certain = [(concepts[i], min(1.0, float(probabilities[i]))) for i in order]
    labels = tuple(
        Label(concept.names[0], confidence, concept.hypernyms, concept.names[1:])
        for concept, confidence in certain[: options.max_labels]
        if confidence >= options.min_confidence
    )
    raw = {"top": [[concept.wnid, round(confidence, 5)] for concept, confidence in certain[:_RAW_COUNT]]}
    return LabelResult(labels, PROVIDER, MODEL, raw)
