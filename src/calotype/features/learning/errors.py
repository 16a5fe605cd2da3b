"""What can go wrong when somebody teaches the library."""

from calotype.api.problems import ApiProblem, BadValue


class EmptyLabel(BadValue):
    """Nothing is left of a label once what cannot be seen is taken out."""

    def __init__(self) -> None:
        super().__init__("Write a label of at least one letter.")


class EmptyQuestion(BadValue):
    """Nothing is left of a question once what cannot be seen is taken out."""

    def __init__(self) -> None:
        super().__init__("Write the words that were searched for.")


class SameLabel(BadValue):
    """What it is instead is what it is said not to be."""

    def __init__(self) -> None:
        super().__init__("Name another label in `instead`, and only where `is_right` is false.")


class NothingLearned(ApiProblem):
    """There is no head in force for this label of this owner."""

    status = 404
    title = "Nothing learned"

    def __init__(self) -> None:
        super().__init__("Nothing that was learned is in force for this label. See GET /learning.")
