"""The base class of all queries in a transaction."""

from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection


class Queries:
    """Queries on one open connection; `holder` names this process to the others."""

    def __init__(self, connection: AsyncConnection, holder: str = "") -> None:
        self._connection = connection
        self._holder = holder

    def _insert(self, table: Table) -> Any:
        """Return an INSERT with ON CONFLICT, which SQLAlchemy offers only by dialect."""
        return insert_into(table, self._connection.dialect.name)


def insert_into(table: Table, dialect: str) -> Any:
    """Return a dialect's own INSERT, which has ON CONFLICT."""
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)
