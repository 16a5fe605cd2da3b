"""A brake on guessing passwords: failures are counted for each address and e-mail, in memory."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
from time import monotonic

from calotype.features.accounts.errors import TooManyAttempts

FREE_FAILURES = 5
FIRST_WAIT_S = 2.0
LONGEST_WAIT_S = 300.0
FORGOTTEN_AFTER_S = 900.0
_MOST_KEYS = 10_000


@dataclass
class _Failures:
    count: int
    last_at: float


class SignInThrottle:
    """After five failures every further one doubles the wait: 2 s, 4 s, ... five minutes at most.

    A person who mistypes waits seconds; a guesser gets a few hundred tries a day. The keys are bounded: the ones that
    failed longest ago go first.
    """

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._failures: OrderedDict[tuple[str, str], _Failures] = OrderedDict()

    def check(self, address: str, email: str) -> None:
        """Raise `TooManyAttempts` while the wait is on."""
        failures = self._failures.get((address, email.casefold()))
        if failures is None or failures.count < FREE_FAILURES:
            return
        left = failures.last_at + wait_s(failures.count) - self._clock()
        if left > 0:
            raise TooManyAttempts(ceil(left))

    def failed(self, address: str, email: str) -> None:
        """Count a failure. Called before the password is checked, so that many at once count too."""
        key, now = (address, email.casefold()), self._clock()
        failures = self._failures.pop(key, None)
        if failures is None or now - failures.last_at > FORGOTTEN_AFTER_S:
            failures = _Failures(0, now)
        self._failures[key] = _Failures(failures.count + 1, now)
        while len(self._failures) > _MOST_KEYS:
            self._failures.popitem(last=False)

    def succeeded(self, address: str, email: str) -> None:
        """Forget the failures."""
        self._failures.pop((address, email.casefold()), None)


def wait_s(failures: int) -> float:
    """Return how long to wait after so many failures, in seconds."""
    if failures < FREE_FAILURES:
        return 0.0
    return min(LONGEST_WAIT_S, FIRST_WAIT_S * 2.0 ** min(failures - FREE_FAILURES, 20))
