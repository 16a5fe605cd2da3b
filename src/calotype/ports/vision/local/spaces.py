"""The spaces that vectors of this provider live in, and what a cosine means in each. Change a space's version whenever
a vector would come out different: vectors of two versions must never be compared."""

from __future__ import annotations

from calotype.ports.vision.results import LikenessScale

SEARCH_SPACE = "conse-minilm-l6-lite0/1"
SEARCH_SCALE = LikenessScale(sure=0.45, maybe=0.36)

LOOK_SPACE = "efficientnet-lite0/1"
LOOK_SCALE = LikenessScale(sure=0.93, maybe=0.6)

MOBILEFACENET_SPACE = "mobilefacenet-mirror/1"
MOBILEFACENET_SCALE = LikenessScale(sure=0.4, maybe=0.3)

DLIB_SPACE = "dlib-resnet/1"
DLIB_SCALE = LikenessScale(sure=0.918, maybe=0.9)
"""Of vectors brought to length 1, which dlib's own are not."""
