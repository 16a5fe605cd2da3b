"""People: faces that belong together."""

from pathlib import Path

from alembic import op

revision = "0003_people"
down_revision = "0002_decisions"


def upgrade() -> None:
    connection = op.get_bind().connection.driver_connection
    assert connection is not None
    connection.execute(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"))
