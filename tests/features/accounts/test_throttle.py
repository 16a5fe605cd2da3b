"""The brake on guessing, with a clock that the test turns."""

import pytest

from calotype.features.accounts import TooManyAttempts
from calotype.features.accounts.throttle import FREE_FAILURES, LONGEST_WAIT_S, SignInThrottle, wait_s


class Seconds:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def fail(throttle: SignInThrottle, times: int, address: str = "1.2.3.4") -> None:
    for _ in range(times):
        throttle.failed(address, "ada@example.org")


def test_the_wait_ends_and_doubles() -> None:
    seconds = Seconds()
    throttle = SignInThrottle(seconds)
    fail(throttle, FREE_FAILURES - 1)
    throttle.check("1.2.3.4", "ada@example.org")
    fail(throttle, 1)
    with pytest.raises(TooManyAttempts, match="2 seconds"):
        throttle.check("1.2.3.4", "Ada@Example.org")
    seconds.now = 2.0
    throttle.check("1.2.3.4", "ada@example.org")
    fail(throttle, 1)
    with pytest.raises(TooManyAttempts, match="4 seconds"):
        throttle.check("1.2.3.4", "ada@example.org")


def test_others_are_not_kept_waiting() -> None:
    throttle = SignInThrottle(Seconds())
    fail(throttle, 50)
    throttle.check("4.3.2.1", "ada@example.org")
    throttle.check("1.2.3.4", "eve@example.org")


def test_success_and_time_forgive() -> None:
    seconds = Seconds()
    throttle = SignInThrottle(seconds)
    fail(throttle, 50)
    throttle.succeeded("1.2.3.4", "ada@example.org")
    throttle.check("1.2.3.4", "ada@example.org")
    fail(throttle, 50)
    seconds.now = 1000.0
    fail(throttle, 1)
    throttle.check("1.2.3.4", "ada@example.org")


def test_the_wait_is_bounded_and_so_is_the_memory() -> None:
    assert [wait_s(count) for count in (0, 4, 5, 6, 10_000)] == [0, 0, 2, 4, LONGEST_WAIT_S]
    throttle = SignInThrottle(Seconds())
    for number in range(10_050):
        throttle.failed(str(number), "a@b.c")
    assert len(throttle._failures) == 10_000
