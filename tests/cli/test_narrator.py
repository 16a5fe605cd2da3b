"""When `calotype serve` speaks of its work."""

from calotype.cli.narrator import Narrator


def test_it_is_silent_while_nothing_is_done() -> None:
    narrator = Narrator()
    assert narrator.line_for({}, 0.0) is None
    assert narrator.line_for({"purge_trash": 1}, 2.0) is None


def test_it_speaks_at_the_start_now_and_then_and_at_the_end() -> None:
    narrator = Narrator()
    assert narrator.line_for({"develop": 1200, "understand": 3}, 100.0) == (
        "Working: 1,200 photos to develop, 3 to understand."
    )
    assert narrator.line_for({"develop": 1100}, 102.0) is None
    assert narrator.line_for({"develop": 600, "understand": 600}, 110.0) is not None
    assert narrator.line_for({}, 112.0) == "All photos are developed and understood."
    assert narrator.line_for({}, 114.0) is None
    assert narrator.line_for({"develop": 1}, 115.0) == "Working: 1 photo to develop, 0 to understand."
