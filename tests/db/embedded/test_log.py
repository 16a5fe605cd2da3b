"""The server's log keeps its bound."""

from pathlib import Path

from calotype.db.embedded.log import BoundedLog


def test_log_turns_over_and_keeps_the_newest(tmp_path: Path) -> None:
    path = tmp_path / "postgres.log"
    log = BoundedLog(path, limit_bytes=1000)
    for number in range(500):
        log.write(b"line %04d\n" % number)
    log.close()
    older = (tmp_path / "postgres.log.1").read_bytes()
    assert len(path.read_bytes()) <= 1000
    assert len(older) <= 1000
    whole = (older + path.read_bytes()).decode().splitlines()
    assert whole == [f"line {number:04d}" for number in range(500 - len(whole), 500)]
    assert sorted(file.name for file in tmp_path.iterdir()) == ["postgres.log", "postgres.log.1"]


def test_log_goes_on_where_it_ended(tmp_path: Path) -> None:
    path = tmp_path / "postgres.log"
    for word in (b"first\n", b"second\n"):
        log = BoundedLog(path, limit_bytes=8)
        log.write(word)
        log.close()
    assert path.read_bytes() == b"second\n"
    assert (tmp_path / "postgres.log.1").read_bytes() == b"first\n"


def test_log_remembers_why_a_server_gave_up(tmp_path: Path) -> None:
    log = BoundedLog(tmp_path / "postgres.log")
    log.write(b"2026-11-20 LOG:  all is well\n")
    log.write(b"2026-11-20 FATAL:  no space left\n")
    log.close()
    assert list(log.fatal_lines) == ["2026-11-20 FATAL:  no space left"]
