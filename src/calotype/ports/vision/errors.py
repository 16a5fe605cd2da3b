"""What a look at a picture can end with, besides an answer."""

from __future__ import annotations


class VisionUnavailable(Exception):
    """Vision cannot work here until somebody does something: a model is missing or damaged. Trying again is in vain."""


class VisionInterrupted(Exception):
    """Vision did not answer this time (a child process or a remote service failed). Trying again later is right."""
