"""Moments: events and trips."""

from pathlib import Path

from alembic import op

revision = "0005_moments"
down_revision = "0004_places"


def upgrade() -> None:
    connection = op.get_bind().connection.driver_connection
    assert connection is not None
    connection.execute(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"))
