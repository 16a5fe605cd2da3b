"""Why a file is not taken in. Each knows its sentence and its status."""

from calotype.api.problems import ApiProblem

MEGABYTE = 1_000_000


class FileRefused(ApiProblem):
    """The file itself is the reason: the same file will be refused again."""


class UnsupportedKind(FileRefused):
    """Not a photo, or of a kind that is not supported."""

    status = 415
    title = "Not a photo"


class FileEmpty(FileRefused):
    """No bytes at all."""

    status = 422
    title = "The file is empty"

    def __init__(self) -> None:
        super().__init__("The file is empty. Look for another copy of it.")


class FileTooLarge(FileRefused):
    """More bytes than the setting allows."""

    status = 413
    title = "The file is too large"

    def __init__(self, max_bytes: int) -> None:
        super().__init__(
            f"The file is too large: the limit is {max_bytes / MEGABYTE:,.6g} MB"
            " (the setting CALOTYPE_MAX_UPLOAD_BYTES)."
        )


class PictureTooLarge(FileRefused):
    """More pixels than the setting allows, or than can be decoded."""

    status = 422
    title = "The picture is too large"


class PictureBroken(FileRefused):
    """It begins like a photo, but its header cannot be read."""

    status = 422
    title = "The file is damaged"


class BadSidecar(FileRefused):
    """Not an XMP sidecar, or too large for one."""

    status = 422
    title = "Not a sidecar"


class SidecarsTooLarge(FileRefused):
    """Sidecars that are well one by one, and too much together."""

    status = 413
    title = "The sidecars are too large"

    def __init__(self, max_bytes: int) -> None:
        super().__init__(
            f"The sidecars are too large together: the limit is {max_bytes / MEGABYTE:.1f} MB. Send fewer of them."
        )


class BadFileTime(ApiProblem):
    """`file_time` is neither ISO 8601 nor milliseconds since 1970."""

    status = 422
    title = "Not a time"

    def __init__(self) -> None:
        super().__init__("Write file_time in ISO 8601 (2023-07-01T12:00:00+02:00) or as milliseconds since 1970.")


class BrokenUpload(ApiProblem):
    """The body of the request is not what it says it is."""

    status = 400
    title = "The upload cannot be read"
