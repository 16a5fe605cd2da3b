"""What can be wrong with a question."""

from calotype.api.problems import BadValue


class BadQuestion(BadValue):
    """A parameter of a search that cannot be read."""
