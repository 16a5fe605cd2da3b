"""The stages, in the order in which they run, in two lanes.

`develop` makes what a person waits for; every photo goes through it before any photo is understood. `understand` has
the expensive stages, text last; it works from the print that `develop` made.
"""

from calotype.pipeline.stages.colours import ColoursStage
from calotype.pipeline.stages.embedding import EmbeddingStage
from calotype.pipeline.stages.faces import FacesStage
from calotype.pipeline.stages.hashes import HashesStage
from calotype.pipeline.stages.labels import LabelsStage
from calotype.pipeline.stages.metadata import MetadataStage
from calotype.pipeline.stages.place import PlaceStage
from calotype.pipeline.stages.previews import PreviewsStage
from calotype.pipeline.stages.quality import QualityStage
from calotype.pipeline.stages.text import TextStage
from calotype.pipeline.work import Stage

DEVELOP, UNDERSTAND = "develop", "understand"
INDEX_VERSION = 1  # of the stage `index`, which is SQL and runs inside the transaction of either lane

LANES: dict[str, tuple[Stage, ...]] = {
    DEVELOP: (MetadataStage(), PreviewsStage(), HashesStage(), ColoursStage(), QualityStage(), PlaceStage()),
    UNDERSTAND: (LabelsStage(), EmbeddingStage(), FacesStage(), TextStage()),
}
VERSIONS: dict[str, int] = {stage.name: stage.version for lane in LANES.values() for stage in lane} | {
    "index": INDEX_VERSION
}


def lane_of(stage: str) -> str:
    """Return the lane that a stage runs in. `index` runs in both; by itself it is a matter of `develop`."""
    return UNDERSTAND if any(each.name == stage for each in LANES[UNDERSTAND]) else DEVELOP
