"""The one thing that can go wrong with the embedded database, with the sentence that says what to do."""


class EmbeddedDatabaseUnavailable(Exception):
    """The embedded server cannot be had. `sentence` is meant for the person in front of the machine."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence
