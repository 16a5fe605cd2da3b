"""What can go wrong with the journal."""

from calotype.api.problems import ApiProblem


class EntryNotFound(ApiProblem):
    """No such entry, or not one of yours: the answer does not tell which."""

    status = 404
    title = "No such entry"

    def __init__(self) -> None:
        super().__init__("There is no entry with this id in your history. See the list of entries.")


class UndoneAlready(ApiProblem):
    """Somebody changed their mind before."""

    status = 409
    title = "Undone already"

    def __init__(self) -> None:
        super().__init__("This has been undone already. To have it again, undo the entry that undid it.")


class NothingToUndo(ApiProblem):
    """The history is empty, or all of it is undone."""

    status = 409
    title = "Nothing to undo"

    def __init__(self) -> None:
        super().__init__("There is nothing left to undo.")


class GoneForGood(ApiProblem):
    """What the entry was about is not there any more."""

    status = 409
    title = "Gone for good"

    def __init__(self) -> None:
        super().__init__("What this was about is gone for good, so it cannot be undone.")
