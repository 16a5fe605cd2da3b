"""The words of a photo: where a fact came from, how far it has come. Numbers are stored."""

from enum import IntEnum


class TakenSource(IntEnum):
    """How it is known when a photo was taken."""

    UPLOAD_TIME = 0
    EXIF = 1
    XMP = 2
    IPTC = 3
    SIDECAR = 4
    FILE_NAME = 5
    FILE_TIME = 6
    PERSON = 7
    GPS = 8


CAMERA_TIMES = frozenset(
    {TakenSource.EXIF, TakenSource.XMP, TakenSource.IPTC, TakenSource.SIDECAR, TakenSource.GPS}
)  # what wrote the file, or stands beside it, says when it was
FILE_TIMES = frozenset({TakenSource.FILE_TIME, TakenSource.UPLOAD_TIME})  # they say little of when a photo was taken

# Names that devices give to pictures of their screens, without case; read by Python and by PostgreSQL alike.
SCREENSHOT_NAME = (
    r"screen[\s_-]?(shot|capture|grab|recording)|bildschirmfoto|captura|capture d.écran|schermafbeelding|schermata"
)

# part of the quality -> column of `photos`
QUALITY_PARTS = {
    "sharpness": "sharpness",
    "exposure": "exposure_quality",
    "contrast": "contrast",
    "noise": "noise",
    "resolution": "resolution_quality",
    "subject_sharpness": "subject_sharpness",
    "face_sharpness": "face_sharpness",
    "eyes_open": "eyes_open",
    "faces_in_frame": "faces_in_frame",
}


class OffsetSource(IntEnum):
    """How the distance from UTC is known."""

    UNKNOWN = 0
    OFFSET_TAG = 1
    GPS_TIME = 2
    TIME_ZONE = 3
    PERSON = 4
    FILE_NAME = 5  # names that count in UTC
    FILE_TIME = 6  # a moment, told as UTC


class ProcessingStatus(IntEnum):
    """How far a photo has come."""

    PENDING = 0
    PROCESSING = 1  # the prints are there
    COMPLETED = 2
    FAILED = 3


class PhotoState(IntEnum):
    """Where a photo stands (`photos.status`). Lists, counts and search know only what is in the library."""

    IN_LIBRARY = 0
    TRASHED = 1
    HIDDEN = 2  # by its owner; found under "hidden" and nowhere else
    VARIANT = 3  # behind another photo, with which it shows as one (features/stacks)
