"""The column `photos.stages`: 48 bytes that must never be misread."""

from hypothesis import given
from hypothesis import strategies as st

from calotype.pipeline.record import (
    STAGE_ORDER,
    Outcome,
    StageRecord,
    decode_stages,
    encode_stages,
    outcome_byte,
    version_byte,
)

records = st.dictionaries(
    st.sampled_from(STAGE_ORDER),
    st.tuples(st.integers(0, 255), st.sampled_from(Outcome), st.integers(0, 10**7)),
)


@given(records)
def test_what_is_written_is_read(drawn: dict[str, tuple[int, Outcome, int]]) -> None:
    written = {name: StageRecord(name, *values) for name, values in drawn.items()}
    read = {record.name: record for record in decode_stages(encode_stages(written))}
    assert list(read) == list(STAGE_ORDER)
    for name in STAGE_ORDER:
        expected = written.get(name, StageRecord(name))
        assert (read[name].version, read[name].outcome) == (expected.version, expected.outcome)
        assert read[name].ms == min(expected.ms, 65_535)


@given(records)
def test_sql_finds_version_and_outcome_where_it_looks(drawn: dict[str, tuple[int, Outcome, int]]) -> None:
    stored = encode_stages({name: StageRecord(name, *values) for name, values in drawn.items()})
    for name, (version, outcome, _) in drawn.items():
        assert stored[version_byte(name)] == version
        assert stored[outcome_byte(name)] == outcome


def test_stages_that_the_column_does_not_reach_are_due() -> None:
    assert {record.outcome for record in decode_stages(None)} == {Outcome.DUE}
    shorter = encode_stages({"metadata": StageRecord("metadata", 1, Outcome.DONE, 3)})[:4]
    assert [record.outcome for record in decode_stages(shorter)] == [Outcome.DONE] + [Outcome.DUE] * 11
