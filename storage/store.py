"""The store on a database: transactions, and reads outside of them."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, nullcontext
from datetime import datetime
from typing import Self

from sqlalchemy.exc import DatabaseError, DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from handlers.messages import Incoming
from handlers.ports import Conflict, Health, Outgoing, Recalled
from storage.catalog import Procedures
from storage.catalog_files import CatalogFiles
from storage.conversations import turns
from storage.conversations.moves import Moves
from storage.conversations.paces import Paces
from storage.conversations.privacy import Privacy
from storage.conversations.silences import Silences
from storage.conversations.turns import Turns
from storage.conversations.unchosen import Unchosen
from storage.counts.tallies import Tallies
from storage.database.clock_evidence import Pulses
from storage.database.engine import WRITING, create_engine
from storage.database.turnstile import Turnstile
from storage.database.unusable import DatabaseUnusable
from storage.database.why_unusable import advice, is_unusable
from storage.database.write_check import Pulse
from storage.dossiers import Dossiers
from storage.forms.comments import Comments
from storage.forms.exports import Exports
from storage.forms.screens import Screens
from storage.forms.votes import Votes
from storage.misses import Misses
from storage.people.channel_notes import ChannelNotes
from storage.people.grants import Grants
from storage.people.logins import Logins
from storage.petitions import Petitions
from storage.places import Places
from storage.questions_left import QuestionsLeft
from storage.statements import Statements
from storage.unit_settings import UnitSettings
from surveys.responses import Opened

_SERIALIZATION = {"40001", "40P01"}


class SqlTx(
    Turns,
    Privacy,
    Votes,
    Logins,
    Places,
    Screens,
    Procedures,
    CatalogFiles,
    Dossiers,
    Tallies,
    Comments,
    Statements,
    Exports,
    Moves,
    Paces,
    Pulses,
    Silences,
    Grants,
    Misses,
    Petitions,
    QuestionsLeft,
    Unchosen,
    UnitSettings,
    ChannelNotes,
):
    """One open transaction on a database."""


class SqlStore:
    """Everything the product keeps, on SQLite or PostgreSQL."""

    def __init__(self, engine: AsyncEngine, holder: str = "") -> None:
        self.engine = engine
        self._holder = holder or secrets.token_hex(8)
        self._writer = engine.execution_options(**{WRITING: True})
        self._pulse = Pulse(engine, self._beat)
        # SQLite allows one writer at a time: writers queue here, in order, and not in its busy loop.
        self._turnstile = Turnstile() if self.single_process else None

    @classmethod
    def open(cls, url: str) -> Self:
        """Return a store for a DATABASE_URL, named uniquely among the processes; it does not connect yet."""
        return cls(create_engine(url))

    @property
    def single_process(self) -> bool:
        """Whether the database serves one process only (SQLite)."""
        return self.engine.dialect.name == "sqlite"

    @asynccontextmanager
    async def transaction(self, *, urgent: bool = False) -> AsyncIterator[SqlTx]:
        """Open a writing transaction; leaving it without an error commits durably. An `urgent` one is let in first.

        Raises DatabaseUnusable if the database cannot be written or its file is gone; nothing is stored then.
        """
        async with self._turnstile.passed(urgent=urgent) if self._turnstile else nullcontext():
            try:
                async with self._connection(self._writer) as connection, connection.begin():
                    yield SqlTx(connection, self._holder)
            except DatabaseUnusable:
                self._pulse.failed()
                raise

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[SqlTx]:
        """Open a read-only transaction; DatabaseUnusable if the database cannot be reached."""
        async with self._connection(self.engine) as connection:
            yield SqlTx(connection, self._holder)

    async def health(self, now: datetime) -> Health:
        """Return what is wrong with the database; a row is written for that, at most every few seconds."""
        return await self._pulse.health(now)

    async def _beat(self, now: datetime) -> None:
        async with self.transaction() as tx:
            await tx.beat(now)

    @asynccontextmanager
    async def _connection(self, engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
        try:
            connection = await engine.connect()
        except (OSError, DBAPIError) as error:
            raise DatabaseUnusable(advice(self.engine, error)) from error
        try:
            yield connection
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", None) in _SERIALIZATION:
                raise Conflict("the database asks to try again") from error
            if is_unusable(error):
                raise DatabaseUnusable(advice(self.engine, error)) from error
            raise
        finally:
            # As in SQLAlchemy's own context manager: a second cancellation must not leave the connection open.
            await asyncio.shield(connection.close())

    async def recall(self, messages: Sequence[Incoming]) -> list[Recalled]:
        """Return for each message, in order, the session that it belongs to, and whether it was answered."""
        async with self._connection(self.engine) as connection:
            return await turns.recall(connection, messages)

    async def opened(self, codes: Sequence[str]) -> dict[str, Opened]:
        """Return slips by code with their rounds and the answers given on them so far."""
        async with self.reading() as tx:
            return await tx.opened(codes)

    async def replies_to(self, incoming: Incoming) -> list[Outgoing]:
        """Return the committed replies to a message that was answered before."""
        async with self._connection(self.engine) as connection:
            return await turns.replies_to(connection, incoming)

    async def history(self, channel: str, user: str, after: int = 0, most: int = 200) -> list[Outgoing]:
        """Return the last messages of a chat with ids above `after`, oldest first."""
        async with self._connection(self.engine) as connection:
            return await turns.history(connection, channel, user, after, most)

    async def line(self, channel: str, user: str, identifier: int) -> Outgoing | None:
        """Return a message of a chat by its id; None where the chat has none of this id."""
        async with self._connection(self.engine) as connection:
            return await turns.line(connection, channel, user, identifier)

    async def waiting(self) -> int:
        """Count the replies that are not delivered yet."""
        async with self._connection(self.engine) as connection:
            return await turns.waiting(connection)

    async def damage(self) -> list[str]:
        """Return the faults that the database's own check finds; always empty on PostgreSQL."""
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
