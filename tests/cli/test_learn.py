"""`calotype learn`."""

from tests.cli.conftest import Calotype, answer_of


def test_with_nothing_said_there_is_nothing_to_learn(calotype: Calotype, ada: str) -> None:
    (answer,) = answer_of(calotype("learn", "--json"))
    assert (answer["owner"], answer["labels"]) == (ada, [])
    assert answer["taste"]["state"] == "needs more examples"
    told = calotype("learn", "--owner", ada)
    assert told.exit_code == 0
    assert "Nothing to learn from yet" in told.output
    assert "Taste: Needs more signs: 0 of 20" in told.output


def test_it_is_on_record_as_owner_work(calotype: Calotype, ada: str) -> None:
    calotype("learn")
    states = {state["kind"]: state for state in answer_of(calotype("status", "--json"))["organising"]}
    assert states["learning"]["state"] == "done"
    assert states["learning"]["message"] == "No photo has other labels."


def test_an_unknown_owner_is_named(calotype: Calotype, ada: str) -> None:
    assert calotype("learn", "--owner", "eve@example.org").exit_code != 0
