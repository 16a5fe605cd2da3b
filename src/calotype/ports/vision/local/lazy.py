"""A value that is made when it is first asked for: models cost memory, and most processes never need them."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import Generic, TypeVar

from calotype.ports.models import ModelFault
from calotype.ports.vision.errors import VisionUnavailable

T = TypeVar("T")


class Lazy(Generic[T]):
    """Thread-safe. A model that is missing or damaged becomes VisionUnavailable, and is looked for again next time."""

    def __init__(self, load: Callable[[], T]) -> None:
        self._load = load
        self._lock = Lock()
        self._value: T | None = None

    def get(self) -> T:
        """Raises VisionUnavailable."""
        value = self._value
        if value is not None:
            return value
        with self._lock:
            if self._value is None:
                self._value = self._loaded()
            return self._value

    def _loaded(self) -> T:
        try:
            return self._load()
        except ModelFault as fault:
            raise VisionUnavailable(str(fault)) from fault

    def drop(self) -> None:
        """Forgets the value, so that its memory can be freed; `get` makes it again."""
        with self._lock:
            self._value = None
