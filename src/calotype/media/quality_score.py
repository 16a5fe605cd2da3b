"""How the measured parts of quality make one score. A hand-made score: people chose the weights, no model learned it.

The parts are measured by `quality` and `face_quality`. Each is 0 (bad) to 1 (good); those of the faces are None where
there is no face, or where it cannot be told. The total is the weighted mean of the parts that are known; sharpness
counts where it matters: on the faces, else on the subject.
"""

from __future__ import annotations

from dataclasses import dataclass

MADE_BY = "hand-made score"

WEIGHTS = {
    "sharpest": 0.42,  # face_sharpness, else subject_sharpness
    "exposure": 0.35,
    "contrast": 0.03,
    "noise": 0.20,
    "resolution": 0.05,
    "eyes_open": 0.05,
    "faces_in_frame": 0.05,
}
PARTS_OF_ALL = ("sharpness", "exposure", "contrast", "noise", "resolution", "subject_sharpness")


@dataclass(frozen=True)
class Quality:
    """All parts are 0..1; more is better, for `noise` too (1: none)."""

    sharpness: float
    exposure: float
    contrast: float
    noise: float
    resolution: float
    subject_sharpness: float
    face_sharpness: float | None = None
    eyes_open: float | None = None
    faces_in_frame: float | None = None

    @property
    def sharpest(self) -> float:
        """The sharpness of what a person looks at."""
        return self.subject_sharpness if self.face_sharpness is None else self.face_sharpness

    @property
    def total(self) -> float:
        """Return the score, 0..1."""
        known: dict[str, float] = {name: part for name in WEIGHTS if (part := getattr(self, name)) is not None}
        return sum(WEIGHTS[name] * part for name, part in known.items()) / sum(WEIGHTS[name] for name in known)
