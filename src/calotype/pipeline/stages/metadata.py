"""When, where and with what: EXIF, IPTC, XMP, sidecars; else the file name; else the file's own time."""

from calotype.features.photos import OffsetSource, TakenSource
from calotype.media.dates import choose_taken
from calotype.media.metadata import read_metadata
from calotype.pipeline.work import PhotoInWork, Ports, TakenAt


class MetadataStage:
    name, version = "metadata", 1

    def run(self, photo: PhotoInWork, ports: Ports) -> bool:
        now = ports.now()
        metadata = read_metadata(photo.original, photo.media_type, photo.sidecars, now=now)
        photo.found.metadata = metadata
        if metadata.latitude is not None and metadata.longitude is not None and photo.coordinates is None:
            photo.coordinates = (metadata.latitude, metadata.longitude)
        raise NotImplementedError(choose_taken, OffsetSource, TakenSource, TakenAt)
