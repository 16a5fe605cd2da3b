"""What can be wrong with a question."""


class BadQuestion(Exception):
    """A parameter of a search that cannot be read. The text is for the client."""

    status = 422
