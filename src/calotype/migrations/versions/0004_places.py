"""Places of one's own, corrections, and counts for the map."""

from pathlib import Path

from alembic import op

revision = "0004_places"
down_revision = "0003_people"


def upgrade() -> None:
    connection = op.get_bind().connection.driver_connection
    assert connection is not None
    connection.execute(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"))
