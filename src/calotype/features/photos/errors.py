"""What can go wrong with a photo, as a person would put it."""

from calotype.api.problems import ApiProblem


class PhotoNotFound(ApiProblem):
    """No such photo, or not one of yours: the answer does not tell which."""

    status = 404
    title = "No such photo"

    def __init__(self) -> None:
        super().__init__("There is no photo with this id in your library. Check the id, or look in the trash.")


class PrintNotReady(ApiProblem):
    """The picture exists, this size of it does not yet."""

    status = 404
    title = "Not made yet"

    def __init__(self) -> None:
        super().__init__("This size has not been made yet. Ask again in a moment.", headers={"Retry-After": "1"})


class PrintImpossible(ApiProblem):
    """The picture cannot be shown, for good."""

    status = 404
    title = "Cannot be shown"

    def __init__(self, reason: str | None) -> None:
        why = f" ({reason.rstrip('.')})" if reason else ""
        super().__init__(f"This size cannot be made{why}. The original can still be downloaded.")


class OriginalMissing(ApiProblem):
    """The row is there, the bytes are not: the store was changed behind our back."""

    status = 404
    title = "The original is missing"

    def __init__(self) -> None:
        super().__init__("The original is not in the object store. Restore it from a backup of the store.")


class BadImageKey(ApiProblem):
    """The key in the address of an image is forged, broken or expired."""

    status = 403
    title = "The address has expired"

    def __init__(self) -> None:
        super().__init__("This address of the picture is not valid any more. Load the page or the list again.")


class BadMonth(ApiProblem):
    """Not a month."""

    status = 422
    title = "Not a month"

    def __init__(self) -> None:
        super().__init__("Write the month as year and month, for example 2023-07.")
