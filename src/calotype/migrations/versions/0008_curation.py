"""Albums of the best."""

from pathlib import Path

from alembic import op

revision = "0008_curation"
down_revision = "0007_learning"


def upgrade() -> None:
    connection = op.get_bind().connection.driver_connection
    assert connection is not None
    connection.execute(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"))
