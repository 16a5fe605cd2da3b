"""What can go wrong with a moment."""

from calotype.api.problems import ApiProblem, BadValue


class MomentNotFound(ApiProblem):
    """No such moment, or not one of yours: the answer does not tell which."""

    status = 404
    title = "No such moment"

    def __init__(self) -> None:
        super().__init__("There is no event or trip with this id in your library. See the list of moments.")


class NothingToSay(BadValue):
    """A request that changes nothing."""

    def __init__(self) -> None:
        super().__init__("Say what is to change: title, is_dismissed or cover_photo_id.")


class CoverNotInMoment(BadValue):
    """A cover from elsewhere."""

    def __init__(self) -> None:
        super().__init__("The cover must be one of the photos of this moment. Choose one of those.")


class CannotMerge(BadValue):
    """Moments that cannot become one."""


class CannotSplit(BadValue):
    """A moment that cannot become two in this way."""
