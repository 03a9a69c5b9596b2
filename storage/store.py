"""The store on a database: transactions, and reads outside of them."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, nullcontext
from typing import Any

from sqlalchemy.exc import DatabaseError, DBAPIError, OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine

from handlers.messages import Incoming
from handlers.ports import Conflict, Outgoing, Recalled
from storage import turns
from storage.comments import Comments
from storage.dossier_due import DueDossiers
from storage.engine import WRITING, DatabaseUnusable, create_engine
from storage.exports import Exports
from storage.logins import Logins
from storage.migrate import advice
from storage.paces import Paces
from storage.places import Places
from storage.privacy import Privacy
from storage.procedures import Procedures
from storage.statements import Statements
from storage.trends import Trends
from storage.turns import Turns
from storage.votes import Votes
from surveys.responses import Opened

_SERIALIZATION = {"40001", "40P01"}


class SqlTx(
    Turns, Privacy, Votes, Logins, Places, Procedures, DueDossiers, Trends, Comments, Statements, Exports, Paces
):
    """One open transaction on a database."""


class SqlStore:
    """Everything the product keeps, on SQLite or PostgreSQL."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine = engine
        self._writer = engine.execution_options(**{WRITING: True})
        # SQLite has one writer at a time: queue here, fairly, rather than in its busy loop.
        self._queue: Any = asyncio.Lock() if self.single_process else nullcontext()

    @classmethod
    def open(cls, url: str) -> "SqlStore":
        """Make a store for a DATABASE_URL; nothing is connected yet."""
        return cls(create_engine(url))

    @property
    def single_process(self) -> bool:
        """Whether the database serves one process only (SQLite)."""
        return self.engine.dialect.name == "sqlite"

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[SqlTx]:
        """Open a writing transaction; leaving it without an error commits durably."""
        async with self._queue:
            try:
                async with self._writer.begin() as connection:
                    yield SqlTx(connection)
            except DBAPIError as error:
                if getattr(error.orig, "sqlstate", None) in _SERIALIZATION:
                    raise Conflict("the database asks to try again") from error
                if isinstance(error, OperationalError):
                    raise DatabaseUnusable(advice(self.engine, error)) from error
                raise

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[SqlTx]:
        """Open a transaction for reading alone."""
        async with self.engine.connect() as connection:
            yield SqlTx(connection)

    async def recall(self, messages: Sequence[Incoming]) -> list[Recalled]:
        """Load the sessions that messages belong to, in their order."""
        async with self.engine.connect() as connection:
            return await turns.recall(connection, messages)

    async def opened(self, codes: Sequence[str]) -> dict[str, Opened]:
        """Return slips by code with their rounds and with what was answered on them so far."""
        async with self.reading() as tx:
            return await tx.opened(codes)

    async def replies_to(self, incoming: Incoming) -> list[Outgoing]:
        """Return the committed replies to a message that was answered before."""
        async with self.engine.connect() as connection:
            return await turns.replies_to(connection, incoming)

    async def history(self, channel: str, user: str, after: int = 0, most: int = 200) -> list[Outgoing]:
        """Return the last messages of a chat with ids above `after`, oldest first."""
        async with self.engine.connect() as connection:
            return await turns.history(connection, channel, user, after, most)

    async def line(self, channel: str, user: str, identifier: int) -> Outgoing | None:
        """Return a message of a chat by its id; None where the chat has none of this id."""
        async with self.engine.connect() as connection:
            return await turns.line(connection, channel, user, identifier)

    async def waiting(self) -> int:
        """Count the replies that are not delivered yet."""
        async with self.engine.connect() as connection:
            return await turns.waiting(connection)

    async def damage(self) -> list[str]:
        """Return what the database itself finds broken; only SQLite can tell."""
        if not self.single_process:
            return []
        try:
            async with self.engine.connect() as connection:
                found = (await connection.exec_driver_sql("PRAGMA quick_check")).scalars().all()
        except DatabaseError as error:
            return [str(error.orig)]
        return [text for text in found if text != "ok"]

    async def close(self) -> None:
        """Close all connections."""
        await self.engine.dispose()
