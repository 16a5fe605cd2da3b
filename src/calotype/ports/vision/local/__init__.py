"""Vision on this machine, by the models in the folder of models. Nothing is loaded before it is asked for."""

from .opening import open_local_vision

__all__ = ["open_local_vision"]
