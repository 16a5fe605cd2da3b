"""What can go wrong with people and faces."""

from typing import Self

from calotype.api.problems import ApiProblem


class PersonNotFound(ApiProblem):
    """No such person, or not one of yours: the answer does not tell which."""

    status = 404
    title = "No such person"

    def __init__(self) -> None:
        super().__init__("There is no person with this id in your library. See the list of people.")


class FaceNotFound(ApiProblem):
    """No such face, or not one of yours."""

    status = 404
    title = "No such face"

    def __init__(self) -> None:
        super().__init__("There is no face with this id in your library. Look at the photo again.")


class QuestionNotFound(ApiProblem):
    """No such question, or it has been settled."""

    status = 404
    title = "No such question"

    def __init__(self) -> None:
        super().__init__("There is no such question any more. Ask for the next ones.")


class ToldApart(ApiProblem):
    """Somebody said that these are two people."""

    status = 409
    title = "They were told apart"

    def __init__(self) -> None:
        super().__init__("These were told apart before. To merge them all the same, send it again with confirm: true.")


class BadMerge(ApiProblem):
    """A merge of nothing, or of somebody with themselves."""

    status = 422
    title = "Nothing to merge"

    def __init__(self) -> None:
        super().__init__("Name one other person to merge into, or others to take in.")


class BadSplit(ApiProblem):
    """Faces that are not the person's, or all of them."""

    status = 422
    title = "Not a split"

    def __init__(self) -> None:
        super().__init__("Choose some of this person's faces, and leave at least one.")


class BadName(ApiProblem):
    """A name without a letter in it."""

    status = 422
    title = "Not a name"

    def __init__(self) -> None:
        super().__init__("Give the person a name of at least one visible character.")


class BadFaceWord(ApiProblem):
    """Neither a person nor a name, or both."""

    status = 422
    title = "Who is it?"

    def __init__(self) -> None:
        super().__init__("Say who it is: either person_id or name.")


class BadBox(ApiProblem):
    """A box that does not lie in the picture."""

    status = 422
    title = "Not a box"

    def __init__(self) -> None:
        super().__init__("Draw a box inside the picture: x, y, width and height from 0 to 1, and not empty.")


class BadCover(ApiProblem):
    """A face of somebody else."""

    status = 422
    title = "Not their face"

    def __init__(self) -> None:
        super().__init__("Choose one of this person's own faces as the cover.")


class BadAnswer(ApiProblem):
    """An answer that this question does not take."""

    status = 422
    title = "Not an answer to this"

    @classmethod
    def two_people(cls) -> Self:
        """Of two people nobody can tell which of the faces is meant."""
        return cls("Answer same, different or skip here; say on the page of the person which face is none.")

    @classmethod
    def one_face(cls) -> Self:
        """There are no two faces that could be two people."""
        return cls("There is one face here only. Say who it is, or skip.")

    @classmethod
    def name_without_same(cls) -> Self:
        """A name that nobody would get."""
        return cls("A name goes with the answer same. Send the answer without it.")

    @classmethod
    def named_already(cls) -> Self:
        """A name for somebody who is called otherwise."""
        return cls("They have a name already. Answer same without a name, or give another on the page of the person.")


class BadPairs(ApiProblem):
    """A CSV without the columns that are needed."""

    status = 422
    title = "Not a file of pairs"

    def __init__(self, missing: list[str]) -> None:
        super().__init__(
            f"The CSV lacks {', '.join(missing)}: give it path_a, path_b, relation (same or different), person_a and "
            "person_b."
        )
