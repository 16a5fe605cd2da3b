"""The embedded PostgreSQL server of a library: `EmbeddedPostgres(folder).start()` gives a connection URL.

One small *keeper* process per folder runs the server. Every process that uses the library holds a shared lock on a
file in the folder; when the last of them is gone, however it ended, the keeper stops the server and ends too.
"""

from calotype.db.embedded.errors import EmbeddedDatabaseUnavailable
from calotype.db.embedded.folder import EmbeddedStatus
from calotype.db.embedded.postgres import EmbeddedPostgres

__all__ = ["EmbeddedDatabaseUnavailable", "EmbeddedPostgres", "EmbeddedStatus"]
