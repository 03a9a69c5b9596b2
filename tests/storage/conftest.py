"""The stores that tests run on: SQLite in a file, and PostgreSQL where a server answers."""

import asyncio
import os
import secrets
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy import delete, make_url
from sqlmodel import SQLModel

from storage.database import upgrade
from storage.store import SqlStore

VARIABLE = "MOTCUA_TEST_POSTGRES"
DEFAULT = "postgresql://postgres@127.0.0.1:5432/test"
SECONDS = 1
# A test that failed half way may have left a connection with locks behind.
ALONE = """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()"""
EMPTY = ";".join([ALONE, *(str(delete(table)) for table in reversed(SQLModel.metadata.sorted_tables))])

Opened = Callable[["Servers"], AbstractAsyncContextManager[str]]


class Servers:
    """Where databases come from: a folder for SQLite, a server for PostgreSQL.

    With SQLite every test gets a file of its own. On PostgreSQL a run makes one database with tables, empties it
    before each test and drops it at the end (making one takes a third of a second), so that several runs can
    share a server; tests of the tables themselves get a database each.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.address = os.environ.get(VARIABLE, DEFAULT)
        self.silence = ""
        self._answered = False
        self._pattern = ""
        self._shared = ""

    @asynccontextmanager
    async def sqlite(self) -> AsyncIterator[str]:
        """Yield the URL of an SQLite file that does not exist yet."""
        yield f"sqlite:///{self.folder}/{secrets.token_hex(4)}/motcua.db"

    @asynccontextmanager
    async def sqlite_with_tables(self) -> AsyncIterator[str]:
        """Yield the URL of an SQLite database with tables and no rows."""
        if not self._pattern:
            self._pattern = f"{self.folder}/pattern.db"
            await _upgrade(f"sqlite:///{self._pattern}")
        copy = shutil.copy(self._pattern, f"{self.folder}/{secrets.token_hex(4)}.db")
        yield f"sqlite:///{copy}"

    @asynccontextmanager
    async def postgresql(self) -> AsyncIterator[str]:
        """Yield the URL of an empty PostgreSQL database, which is dropped afterwards."""
        name = await self._create()
        try:
            yield self._url(name)
        finally:
            await self._administer(f'DROP DATABASE "{name}" WITH (FORCE)')

    @asynccontextmanager
    async def postgresql_with_tables(self) -> AsyncIterator[str]:
        """Yield the URL of a PostgreSQL database with tables and no rows."""
        if not self._shared:
            self._shared = await self._create()
            await _upgrade(self._url(self._shared))
        await _execute(self._url(self._shared), EMPTY)
        yield self._url(self._shared)

    async def close(self) -> None:
        """Drop what the tests shared."""
        if self._shared:
            await self._administer(f'DROP DATABASE "{self._shared}" WITH (FORCE)')

    def _url(self, name: str) -> str:
        return make_url(self.address).set(database=name).render_as_string(hide_password=False)

    async def _create(self) -> str:
        name = f"motcua_test_{secrets.token_hex(8)}"
        await self._administer(f'CREATE DATABASE "{name}" TEMPLATE template0')
        # A server that loses power loses a test; nobody need wait for its disk.
        await self._administer(f'ALTER DATABASE "{name}" SET synchronous_commit = off')
        return name

    async def _administer(self, statement: str) -> None:
        """Run a statement on the server."""
        await self._look_for_server()
        await _execute(self.address, statement)

    async def _look_for_server(self) -> None:
        """Skip the test where no server answers; one that answered once is expected to go on answering."""
        if self._answered:
            return
        if not self.silence:
            try:
                await (await asyncpg.connect(self.address, timeout=SECONDS)).close()
            except (OSError, asyncpg.PostgresError) as error:
                if VARIABLE in os.environ and not isinstance(error, OSError):
                    raise  # the server that was named is there, and lets us not in
                where, reason = make_url(self.address).render_as_string(), type(error).__name__
                self.silence = f"no PostgreSQL answered at {where} within {SECONDS} s ({reason}); see {VARIABLE}"
            else:
                self._answered = True
                return
        pytest.skip(self.silence)


async def _execute(url: str, statements: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statements)
    finally:
        await connection.close()


async def _upgrade(url: str) -> None:
    store = SqlStore.open(url)
    await upgrade.upgrade(store.engine)
    await store.close()


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    """Where databases come from."""
    servers = Servers(tmp_path_factory.mktemp("databases"))
    yield servers
    asyncio.run(servers.close())


@pytest.fixture
async def postgresql(servers: Servers) -> AsyncIterator[str]:
    """The URL of a PostgreSQL database without tables."""
    async with servers.postgresql() as url:
        yield url


@pytest.fixture(params=[Servers.sqlite, Servers.postgresql], ids=["sqlite", "postgresql"])
async def empty(request: pytest.FixtureRequest, servers: Servers) -> AsyncIterator[str]:
    """The URL of a database without tables."""
    opened: Opened = request.param
    async with opened(servers) as url:
        yield url


@pytest.fixture(params=[Servers.sqlite_with_tables, Servers.postgresql_with_tables], ids=["sqlite", "postgresql"])
async def store(request: pytest.FixtureRequest, servers: Servers) -> AsyncIterator[SqlStore]:
    """An empty store of every kind there is."""
    opened: Opened = request.param
    async with opened(servers) as url:
        store = SqlStore.open(url)
        yield store
        await store.close()


@pytest.fixture
async def twin(store: SqlStore) -> AsyncIterator[SqlStore]:
    """A second process's store over the same data."""
    twin = SqlStore.open(store.engine.url.render_as_string(hide_password=False))
    yield twin
    await twin.close()
