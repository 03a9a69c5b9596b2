"""The real store on a file of its own, for tests of what stands on a store: a copy of a database with tables."""

import sqlite3
from collections.abc import AsyncIterator, Callable
from types import SimpleNamespace
from typing import Any, Protocol, TypeVar

import pytest
from sqlalchemy import select, text
from sqlmodel import SQLModel

from storage.store import SqlStore
from surveys.responses import Response
from tests.storage import conftest as databases

S = TypeVar("S", bound=SqlStore)


class FileStore(SqlStore):
    """A store on SQLite whose rows a test may look at."""

    def _read(self, reading: Callable[[sqlite3.Connection], Any]) -> Any:
        connection = sqlite3.connect(str(self.engine.url.database))
        connection.row_factory = sqlite3.Row
        try:
            return reading(connection)
        finally:
            connection.close()

    def rows(self, table: str) -> list[SimpleNamespace]:
        """Return the rows of a table in the order in which they came."""
        statement = str(select(text("*")).select_from(SQLModel.metadata.tables[table]).order_by(text("rowid")))
        return [SimpleNamespace(**dict(row)) for row in self._read(lambda file: file.execute(statement).fetchall())]

    def everything(self) -> str:
        """Return all that is kept, as SQL."""
        return "\n".join(self._read(lambda connection: list(connection.iterdump())))

    async def forms(self) -> dict[str, Response]:
        """Return all responses by id."""
        async with self.reading() as tx:
            return await tx.responses([row.id for row in self.rows("response")])


class Opener(Protocol):
    """Opens a store of some class on the test's file."""

    def __call__(self, kind: type[S]) -> S:
        """Open it; it is closed after the test."""


@pytest.fixture
async def opened(servers: databases.Servers) -> AsyncIterator[Opener]:
    """A file for the test; each store that is opened on it is another process."""
    stores: list[SqlStore] = []
    async with servers.sqlite_with_tables() as url:

        def open_(kind: type[S]) -> S:
            store = kind.open(url)
            stores.append(store)
            return store

        yield open_
        for store in stores:
            await store.close()


@pytest.fixture
async def store(opened: Opener) -> FileStore:
    """One store on the test's file."""
    return opened(FileStore)
