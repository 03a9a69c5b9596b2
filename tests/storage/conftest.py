"""The stores that tests run on: SQLite in a file, and PostgreSQL where a server answers."""

import os
import secrets
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy import delete, make_url
from sqlmodel import SQLModel

from storage.database import upgrade
from storage.database.engine import create_engine
from storage.store import SqlStore

VARIABLE = "MOTCUA_TEST_POSTGRES"
DEFAULT = "postgresql://postgres@127.0.0.1:5432/test"
SECONDS = 10
# Before the first revision.
BASE = "base"
# A server that loses power loses a test; nobody need wait for its disk.
QUICK = 'ALTER DATABASE "{name}" SET synchronous_commit = off'
# A test that failed half way may have left a connection with locks behind.
ALONE = """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()"""
BARE = f"{ALONE}; DROP SCHEMA public CASCADE; CREATE SCHEMA public"
EMPTY = ";".join([ALONE, *(str(delete(table)) for table in reversed(SQLModel.metadata.sorted_tables))])

Opened = Callable[["Servers"], AbstractAsyncContextManager[str]]


class Servers:
    """Where databases come from: a folder for SQLite, a server for PostgreSQL.

    Migrations run once for each revision that tests begin at, and every test gets a copy. On PostgreSQL tests that
    begin with tables share one, which is emptied before each, and those that begin without tables have one whose tables
    are dropped: to drop a database takes the server a third of a second, and much longer where it waits for its disk.
    All names are drawn, so that several runs can share a server.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.address = os.environ.get(VARIABLE, DEFAULT)
        self.silence = ""
        self._answered = False
        self._files: dict[str, str] = {}
        self._templates: dict[str, str] = {}
        self._shared = ""
        self._used: list[str] = []

    @asynccontextmanager
    async def sqlite(self, revision: str = BASE) -> AsyncIterator[str]:
        """Yield the URL of an SQLite file at a revision; at the base it does not exist yet."""
        file = f"{self.folder}/{secrets.token_hex(4)}/motcua.db"
        if revision != BASE:
            os.mkdir(os.path.dirname(file))
            shutil.copy(await self.file(revision), file)
        yield f"sqlite:///{file}"

    def sqlite_with_tables(self) -> AbstractAsyncContextManager[str]:
        """Yield the URL of an SQLite database with tables and no rows."""
        return self.sqlite(upgrade.HEAD)

    async def file(self, revision: str = upgrade.HEAD) -> str:
        """The path of an SQLite file at a revision, to be copied; it begins as one at the nearest revision before."""
        if revision not in self._files:
            file, known = f"{self.folder}/{revision}.db", upgrade.known_revisions()
            earlier = (self._files[one] for one in known[known.index(revision) + 1 :] if one in self._files)
            if nearest := next(earlier, None):
                shutil.copy(nearest, file)
            await _move(f"sqlite:///{file}", revision)
            self._files[revision] = file
        return self._files[revision]

    @asynccontextmanager
    async def postgresql(self, revision: str = BASE) -> AsyncIterator[str]:
        """Yield the URL of a PostgreSQL database at a revision, of which nobody else knows."""
        if revision == BASE and self._used:
            name = self._used.pop()
            await self._clear(name)
        else:
            name = await self._create(await self._template(revision))
        try:
            yield self._url(name)
        finally:
            self._used.append(name)

    @asynccontextmanager
    async def postgresql_with_tables(self) -> AsyncIterator[str]:
        """Yield the URL of a PostgreSQL database with tables and no rows."""
        if not self._shared:
            self._shared = await self._create(await self._template(upgrade.HEAD))
        await _execute(self._url(self._shared), EMPTY)
        yield self._url(self._shared)

    async def close(self) -> None:
        """Drop all databases."""
        for name in filter(None, [self._shared, *self._used, *self._templates.values()]):
            await self._administer(f'DROP DATABASE "{name}" WITH (FORCE)')

    async def _template(self, revision: str) -> str:
        if revision == BASE:
            return "template0"
        if revision not in self._templates:
            self._templates[revision] = await self._create("template0")
            await _move(self._url(self._templates[revision]), revision)
        return self._templates[revision]

    def _url(self, name: str) -> str:
        return make_url(self.address).set(database=name).render_as_string(hide_password=False)

    async def _create(self, template: str) -> str:
        name = f"motcua_test_{secrets.token_hex(8)}"
        await self._administer(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        await self._administer(QUICK.format(name=name))
        return name

    async def _clear(self, name: str) -> None:
        await self._administer(f'ALTER DATABASE "{name}" RESET ALL; {QUICK.format(name=name)}')
        await _execute(self._url(name), BARE)

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


async def _move(url: str, revision: str) -> None:
    engine = create_engine(url)
    async with upgrade.remaking(engine) as connection:
        await connection.run_sync(upgrade.move, revision)
    await engine.dispose()


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


@pytest.fixture
async def file(servers: Servers, tmp_path: Path) -> Path:
    """An SQLite file with tables, `motcua.db` in the test's own folder."""
    return Path(shutil.copy(await servers.file(), tmp_path / "motcua.db"))


@pytest.fixture(params=[Servers.sqlite, Servers.postgresql], ids=["sqlite", "postgresql"])
async def fresh_database(request: pytest.FixtureRequest, servers: Servers) -> AsyncIterator[str]:
    """The URL of a database with tables that no other test has seen."""
    async with request.param(servers, upgrade.HEAD) as url:
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
