"""What can go wrong with stacks."""

from calotype.api.problems import ApiProblem


class StackNotFound(ApiProblem):
    """No such stack, or not one of yours: the answer does not tell which."""

    status = 404
    title = "No such stack"

    def __init__(self) -> None:
        super().__init__("There is no stack with this id in your library. See the list of stacks.")


class NotInStack(ApiProblem):
    """A photo that is to be kept is not in the stack."""

    status = 422
    title = "Not in this stack"

    def __init__(self) -> None:
        super().__init__("Choose what to keep among the photos of this stack.")


class TooFew(ApiProblem):
    """One photo is no stack."""

    status = 422
    title = "Too few photos"

    def __init__(self) -> None:
        super().__init__("Choose at least two different photos of yours to put together.")


class ThrownAway(ApiProblem):
    """What is to be kept is in the trash: somebody has decided about this stack before."""

    status = 409
    title = "In the trash"

    def __init__(self) -> None:
        super().__init__("What you want to keep is in the trash already. Restore it first, or reload the stack.")
