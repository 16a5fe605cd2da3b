"""What can go wrong with an album."""

from calotype.api.problems import ApiProblem


class AlbumNotFound(ApiProblem):
    """No such album, or not one of yours: the answer does not tell which."""

    status = 404
    title = "No such album"

    def __init__(self) -> None:
        super().__init__("There is no album with this id in your library. See the list of albums.")


class BadAlbumTitle(ApiProblem):
    """A title without a letter in it."""

    status = 422
    title = "Not a title"

    def __init__(self) -> None:
        super().__init__("Give the album a title of at least one visible character.")


class CuratedAlbumNotFound(ApiProblem):
    """No such album of the best, or not one of yours: the answer does not tell which."""

    status = 404
    title = "No such album"

    def __init__(self) -> None:
        super().__init__("There is no album of the best with this id in your library. See the list of them.")
