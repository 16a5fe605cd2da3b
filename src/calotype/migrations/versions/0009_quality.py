"""Faces that files name, and the parts of quality."""

from pathlib import Path

from alembic import op

revision = "0009_quality"
down_revision = "0008_curation"


def upgrade() -> None:
    connection = op.get_bind().connection.driver_connection
    assert connection is not None
    connection.execute(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"))
