"""The stages, in the order in which they run, in two lanes.

`develop` makes what a person waits for; every photo goes through it before any photo is understood. `understand` has
the expensive stages, text last of them; it works from the print that `develop` made.
"""

from calotype.pipeline.record import DEVELOP, UNDERSTAND
from calotype.pipeline.stages.colours import ColoursStage
from calotype.pipeline.stages.embedding import EmbeddingStage
from calotype.pipeline.stages.face_quality import FaceQualityStage
from calotype.pipeline.stages.faces import FacesStage
from calotype.pipeline.stages.hashes import HashesStage
from calotype.pipeline.stages.labels import LabelsStage
from calotype.pipeline.stages.metadata import MetadataStage
from calotype.pipeline.stages.place import PlaceStage
from calotype.pipeline.stages.previews import PreviewsStage
from calotype.pipeline.stages.quality import QualityStage
from calotype.pipeline.stages.text import TextStage
from calotype.pipeline.work import Stage

LANES: dict[str, tuple[Stage, ...]] = {
    DEVELOP: (MetadataStage(), PlaceStage(), PreviewsStage(), HashesStage(), ColoursStage(), QualityStage()),
    UNDERSTAND: (LabelsStage(), EmbeddingStage(), FacesStage(), TextStage(), FaceQualityStage()),
}
