"""What one run of a lane came to. Pure: it says what is to be on record, the runner writes it."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from calotype.pipeline.record import FOLLOWS, Failure, Outcome, StageRecord
from calotype.pipeline.work import Stage


@dataclass
class LaneRun:
    """The stages that ran, or that a failure speaks for; those that did not are on record as they were."""

    ran: dict[str, StageRecord] = field(default_factory=dict)
    failures: dict[str, Failure | None] = field(default_factory=dict)
    is_abandoned: bool = False  # the photo ends whoever works on it

    @property
    def reason(self) -> str | None:
        """The first thing that a person should know."""
        return next((failure.reason for failure in self.failures.values() if failure is not None), None)

    @property
    def done(self) -> set[str]:
        """The stages that ran and went well."""
        return {stage for stage, failure in self.failures.items() if failure is None}

    @property
    def has_failures(self) -> bool:
        return len(self.done) < len(self.failures)

    @property
    def may_pass(self) -> bool:
        """Whether some failure is worth another try."""
        return any(failure is not None and not failure.is_final for failure in self.failures.values())

    def note(self, stage: Stage, failure: Failure | None, ms: int, *, is_found: bool) -> None:
        """Put the end of one stage on record."""
        if failure is not None:
            outcome = Outcome.FAILED if failure.is_final else Outcome.RETRYING
        else:
            outcome = Outcome.DONE if is_found else Outcome.NONE
        self.failures[stage.name] = failure
        self.ran[stage.name] = StageRecord(stage.name, stage.version, outcome, ms)

    def fail_the_rest(self, due: Iterable[Stage], failure: Failure) -> None:
        """There is no picture: whatever needs pixels shares the fate of the decoder."""
        outcome = Outcome.FAILED if failure.is_final else Outcome.RETRYING
        for stage in due:
            if stage.name not in self.ran:
                self.ran[stage.name] = StageRecord(stage.name, stage.version, outcome)

    def settle(self) -> None:
        """The last try is over: what may pass did not."""
        for stage, failure in self.failures.items():
            if failure is not None:
                self.failures[stage] = Failure(is_final=True, reason=failure.reason)
        for name, record in self.ran.items():
            if record.outcome is Outcome.RETRYING:
                self.ran[name] = StageRecord(name, record.version, Outcome.FAILED, record.ms)

    def onto(self, stored: Iterable[StageRecord]) -> dict[str, StageRecord]:
        """Return the records as they are to be: what ran over what is stored now."""
        return {record.name: self.ran.get(record.name, record) for record in stored}


def all_failed(due: Iterable[Stage], reason: str, *, is_abandoned: bool = False) -> LaneRun:
    """Return the run of a lane that could not begin: every stage that was due has failed for good."""
    run = LaneRun(is_abandoned=is_abandoned)
    for stage in due:
        run.ran[stage.name] = StageRecord(stage.name, stage.version, Outcome.FAILED)
        if not run.failures:
            run.failures[stage.name] = Failure(is_final=True, reason=reason)
    return run


def is_due(record: StageRecord, stage: Stage) -> bool:
    """Whether a stage has to run: never ran, ran in another version, or failed in a way that may pass."""
    return record.version != stage.version or record.outcome in {Outcome.DUE, Outcome.RETRYING}


def due_stages(lane: Iterable[Stage], records: Mapping[str, StageRecord], again: Collection[str]) -> list[Stage]:
    """Return the stages of a lane that have to run: those of `again`, those that are due, and what follows them."""
    due = [stage.name for stage in lane if stage.name in again or is_due(records[stage.name], stage)]
    due += [FOLLOWS[name] for name in due if name in FOLLOWS]
    return [stage for stage in lane if stage.name in due]


def has_no_picture(records: Mapping[str, StageRecord]) -> bool:
    return records["previews"].outcome is Outcome.FAILED
