"""What can go wrong with places, as a person would put it."""

from calotype.api.problems import ApiProblem, BadValue


class PlaceNotFound(ApiProblem):
    """No such place, or nothing of yours was taken there: the answer does not tell which."""

    status = 404
    title = "No such place"

    def __init__(self) -> None:
        super().__init__("None of your photos lies at such a place. See the list of places for those that there are.")


class OwnPlaceNotFound(ApiProblem):
    """No such own place, or one of somebody else."""

    status = 404
    title = "No such place"

    def __init__(self) -> None:
        super().__init__("You have no place of your own with this id. See the list of your own places.")


class NotToBeNamed(ApiProblem):
    """Regions and countries are named by the places in them."""

    status = 422
    title = "Not a place"

    def __init__(self) -> None:
        super().__init__("Regions and countries are named by their places: correct the region or country of a place.")


class BadBox(BadValue):
    """A box that is none."""

    title = "Not a box"


class BadShape(BadValue):
    """A circle or polygon that encloses nothing, or too much."""

    title = "Not a place on the map"
