"""The picture as vectors: one in the space of sentences, for search; one in the space of looks, for likeness."""

from calotype.pipeline.record import VERSIONS
from calotype.pipeline.work import PhotoInWork, Ports


class EmbeddingStage:
    name, version = "embedding", VERSIONS["embedding"]

    def run(self, photo: PhotoInWork, ports: Ports) -> bool:
        embedder = ports.vision().image_embedding
        if embedder is None:
            return False
        embeddings = embedder.embed_image(photo.image())
        photo.found.embeddings = [embeddings.search, embeddings.look]
        return True
