"""The 1,000 names of ImageNet-1k with what WordNet 3.0 says of them (see WORDNET-NOTICE beside the file)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

NAMES_PATH = Path(__file__).with_name("imagenet1k_wordnet.json")


@dataclass(frozen=True)
class Concept:
    """`names` are synonyms, the usual one first; `hypernyms` are the wider concepts, the nearest first."""

    wnid: str
    names: tuple[str, ...]
    hypernyms: tuple[str, ...]


@cache
def imagenet_concepts() -> tuple[Concept, ...]:
    """In the order of the classifier's outputs."""
    rows = json.loads(NAMES_PATH.read_text("utf-8"))
    return tuple(Concept(row["wnid"], tuple(row["names"]), tuple(row["hypernyms"])) for row in rows)
