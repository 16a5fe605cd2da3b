"""The library, and the queue that commits with it."""

from pathlib import Path

from alembic import op
from procrastinate.schema import SchemaManager

revision = "0001_library"
down_revision = None


def upgrade() -> None:
    connection = op.get_bind().connection.driver_connection
    assert connection is not None
    connection.execute(SchemaManager.get_schema())
    connection.execute(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"))
