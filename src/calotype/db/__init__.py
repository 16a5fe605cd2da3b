"""The database: connections, transactions, keyset paging and the embedded PostgreSQL server."""
