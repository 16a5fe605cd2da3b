"""The spaces that vectors of this provider live in, and what a cosine means in each. Change a space's version whenever
a vector would come out different: vectors of two versions must never be compared."""

from __future__ import annotations

from calotype.ports.vision.results import LikenessScale

SEARCH_SPACE = "conse-minilm-l6-lite0/1"
SEARCH_SCALE = LikenessScale(sure=0.52, maybe=0.38)
"""Measured on 277 sentences against 594 photos: a wrong photo reaches 0.22 in the middle and 0.46 once in a hundred, a
right one 0.43 in the middle. Sentences for which there is no photo end between 0.20 and 0.46, and higher only where
something close to it is there.
"""

LOOK_SPACE = "efficientnet-lite0/1"
LOOK_SCALE = LikenessScale(sure=0.8, maybe=0.55)
"""Copies (half the size, quality 25, brighter, mirrored, 5 % cropped) have 0.92 and more, with a quarter cropped off
0.83; two pictures of beaches or of cats 0.5 to 0.65; any two pictures 0.21 in the middle.
"""

MOBILEFACENET_SPACE = "mobilefacenet-mirror/1"
MOBILEFACENET_SCALE = LikenessScale(sure=0.4, maybe=0.3)
"""On 259 pairs: the same person from 0.51, different people up to 0.24."""

DLIB_SPACE = "dlib-resnet/1"
DLIB_SCALE = LikenessScale(sure=0.918, maybe=0.9)
"""On 259 pairs: the same person from 0.924, different people up to 0.913. The vectors are brought to length 1, which
dlib's own are not.
"""
