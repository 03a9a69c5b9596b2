"""What the parts of a transaction share."""

from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection


class Part:
    """Statements on one open connection, of a process that is known by `holder` to the others."""

    def __init__(self, connection: AsyncConnection, holder: str = "") -> None:
        self._connection = connection
        self._holder = holder

    def _insert(self, table: Table) -> Any:
        """An INSERT that knows ON CONFLICT, which SQLAlchemy has per dialect."""
        if self._connection.dialect.name == "postgresql":
            return postgresql.insert(table)
        return sqlite.insert(table)
