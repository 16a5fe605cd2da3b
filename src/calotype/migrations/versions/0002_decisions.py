"""Decisions with a history, owner's work, hidden photos and variants."""

from pathlib import Path

from alembic import op

revision = "0002_decisions"
down_revision = "0001_library"


def upgrade() -> None:
    connection = op.get_bind().connection.driver_connection
    assert connection is not None
    connection.execute(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"))
