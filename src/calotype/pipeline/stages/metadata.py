"""When, where and with what: EXIF, IPTC, XMP, sidecars; else the file name; else the file's own time."""

from calotype.features.photos import OffsetSource, TakenSource
from calotype.media.dates import choose_taken
from calotype.media.metadata import read_metadata
from calotype.pipeline.record import VERSIONS
from calotype.pipeline.work import PhotoInWork, Ports, TakenAt

TAKEN_SOURCES = {
    "exif": TakenSource.EXIF,
    "xmp": TakenSource.XMP,
    "iptc": TakenSource.IPTC,
    "sidecar": TakenSource.SIDECAR,
    "gps": TakenSource.GPS,
    "file_name": TakenSource.FILE_NAME,
    "file_time": TakenSource.FILE_TIME,
}
OFFSET_SOURCES = {
    None: OffsetSource.UNKNOWN,
    "offset_tag": OffsetSource.OFFSET_TAG,
    "gps_time": OffsetSource.GPS_TIME,
    "zone": OffsetSource.TIME_ZONE,
    "file_name": OffsetSource.FILE_NAME,
    "file_time": OffsetSource.FILE_TIME,
}
POSITION = {"latitude", "longitude"}


class MetadataStage:
    """Reads the original once more than the decoder does: 0.5 ms for what no print carries."""

    name, version = "metadata", VERSIONS["metadata"]

    def run(self, photo: PhotoInWork, ports: Ports) -> bool:
        now = ports.now()
        metadata = read_metadata(photo.original, photo.media_type, photo.sidecars, now=now)
        photo.found.metadata = metadata
        if not POSITION & photo.decided:
            is_known = metadata.latitude is not None and metadata.longitude is not None
            photo.coordinates = (metadata.latitude, metadata.longitude) if is_known else None  # type: ignore[assignment]

        def find_zone() -> str | None:
            return None if photo.coordinates is None else ports.geocoder.time_zone(*photo.coordinates)

        taken = choose_taken(metadata, photo.file_name, photo.file_time or photo.uploaded_at, find_zone, now)
        source = TAKEN_SOURCES[taken.source]
        if source is TakenSource.FILE_TIME and photo.file_time is None:
            source = TakenSource.UPLOAD_TIME
        photo.found.taken = TakenAt(taken.local, source, taken.offset_min, OFFSET_SOURCES[taken.offset_source])
        return bool(metadata.raw)
