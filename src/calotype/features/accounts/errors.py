"""What can go wrong with an account, as a person would put it."""

from calotype.api.problems import ApiProblem


class WrongEmailOrPassword(ApiProblem):
    """The same sentence for both, so that nobody learns who has an account."""

    status = 401
    title = "Wrong e-mail address or password"

    def __init__(self) -> None:
        super().__init__(
            "The e-mail address or the password is wrong. Check both; a forgotten password is set anew on the "
            "machine itself with `calotype user set-password`."
        )


class TooManyAttempts(ApiProblem):
    """Somebody is guessing, or has forgotten."""

    status = 429
    title = "Too many attempts"

    def __init__(self, wait_s: int) -> None:
        super().__init__(
            f"There were too many attempts to sign in. Try again in {wait_s} seconds.",
            headers={"Retry-After": str(wait_s)},
        )


class SetupLinkNotValid(ApiProblem):
    """A set-up link works once and not for ever."""

    status = 410
    title = "The link is not valid any more"

    def __init__(self) -> None:
        super().__init__(
            "This set-up link has been used, has expired, or is incomplete. "
            "Make a new one on the machine itself with `calotype user setup-link`."
        )


class AlreadySetUp(ApiProblem):
    """The library has its owner."""

    status = 409
    title = "Already set up"

    def __init__(self) -> None:
        super().__init__(
            "This library has an owner already. Sign in; a forgotten password is set anew on the machine itself with "
            "`calotype user set-password`."
        )


class EmailTaken(ApiProblem):
    """Two users would have the same name to sign in with."""

    status = 409
    title = "The e-mail address is taken"

    def __init__(self, email: str) -> None:
        super().__init__(f"There is a user with the e-mail address {email} already. `calotype user list` shows all.")


class UserNotFound(ApiProblem):
    """No user has this e-mail address."""

    status = 404
    title = "No such user"

    def __init__(self, email: str) -> None:
        super().__init__(f"No user has the e-mail address {email}. `calotype user list` shows all.")


class NoOwner(ApiProblem):
    """There is nobody to whom photos could belong."""

    status = 409
    title = "Not set up yet"

    def __init__(self) -> None:
        super().__init__("Nobody has set up this library yet. Open the link that `calotype user setup-link` prints.")


class OwnerNotChosen(ApiProblem):
    """Several users, and none was named."""

    status = 409
    title = "Which user?"

    def __init__(self) -> None:
        super().__init__("This library has several users. Say whose photos are meant with `--owner E-MAIL`.")
