"""Readiness writes: whatever keeps answers from being kept is noticed, and a probe cannot flood."""

import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from sqlalchemy import event, select, text

from handlers.ports import Health
from handlers.world import Unit
from storage.conversations.turns import HEARTBEAT
from storage.database import upgrade, write_check
from storage.database.unusable import DatabaseUnusable
from storage.store import SqlStore

pytestmark = pytest.mark.usefixtures("threads")
NOW = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)


@pytest.fixture
async def store(fresh_database: str) -> AsyncIterator[SqlStore]:
    """A store with tables, on each database."""
    store = SqlStore.open(fresh_database)
    yield store
    await store.close()


@pytest.fixture
async def filed(file: Path) -> AsyncIterator[SqlStore]:
    """A store with tables in a file of its own folder."""
    store = SqlStore.open(f"sqlite:///{file}")
    yield store
    await store.close()


def codes(health: Health) -> set[str]:
    """What is wrong, but for the room that the machine which runs the tests has."""
    return {trouble.code for trouble in health.troubles} - {"space_low"}


@contextmanager
def commits(store: SqlStore) -> Iterator[list[str]]:
    """Collects what is written until the block is left: the commits, by the table that was written."""
    seen: list[str] = []

    def executed(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith("INSERT"):
            seen.append(statement.split()[2])

    event.listen(store.engine.sync_engine, "before_cursor_execute", executed)
    yield seen
    event.remove(store.engine.sync_engine, "before_cursor_execute", executed)


async def test_a_database_that_keeps_what_it_is_given_is_well(store: SqlStore) -> None:
    """A row is written for the answer and none stays; the room that is left is told where there is a file."""
    with commits(store) as seen:
        health = await store.health(NOW)
    assert health.keeps
    assert codes(health) == set()
    assert seen == ["heartbeat"]
    async with store.engine.connect() as connection:
        assert (await connection.execute(select(HEARTBEAT))).all() == []
    assert (health.free_bytes is not None) == store.single_process


async def test_a_probe_writes_at_most_every_five_seconds(store: SqlStore) -> None:
    """However often somebody asks; a clock that goes back does not stop it."""
    with commits(store) as seen:
        for milliseconds in range(0, 4999, 250):
            await store.health(NOW + timedelta(milliseconds=milliseconds))
        assert len(seen) == 1
        await store.health(NOW + write_check.BEAT)
        assert len(seen) == 2
        await store.health(NOW - timedelta(days=1))
        assert len(seen) == 3


async def test_tables_of_another_version_are_named(store: SqlStore) -> None:
    """A newer program has been here, or this one's upgrade has not."""
    async with store.engine.begin() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    newer = await store.health(NOW)
    async with store.engine.begin() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    older = await store.health(NOW + write_check.LOOK)
    assert (codes(newer), codes(older)) == ({"schema_newer"}, {"schema_older"})
    assert not newer.keeps
    assert not older.keeps
    assert "motcua db upgrade" in older.troubles[0].sentence


async def test_a_server_that_only_reads_is_noticed(postgresql: str) -> None:
    """PostgreSQL after a change-over: reading works, writing does not, and nothing was kept."""
    store = SqlStore.open(postgresql)
    await upgrade.upgrade(store.engine)
    await store.close()
    connection = await asyncpg.connect(postgresql)
    name = await connection.fetchval("SELECT current_database()")
    await connection.execute(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on')
    await connection.close()
    with pytest.raises(DatabaseUnusable, match="chỉ cho đọc"):
        async with store.transaction() as tx:
            await tx.add_unit(Unit("a", "UBND xã A"), NOW)
    health = await store.health(NOW)
    await store.close()
    assert codes(health) == {"not_written"}
    assert not health.keeps


async def test_a_server_that_went_away_is_noticed_and_so_is_its_return(postgresql: str) -> None:
    """Connections that PostgreSQL ended are no fault of the statement; the next look connects anew."""
    store = SqlStore.open(postgresql)
    await upgrade.upgrade(store.engine)

    async def interrupted() -> None:
        async with store.transaction() as tx:
            other = await asyncpg.connect(postgresql)
            await other.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            await other.close()
            await tx.units()

    with pytest.raises(DatabaseUnusable):
        await interrupted()
    health = await store.health(NOW)
    await store.close()
    assert health.keeps


async def test_a_file_that_another_holds_is_noticed_and_forgotten_afterwards(filed: SqlStore, tmp_path: Path) -> None:
    """The write waits as every write does, and then says who is in the way."""
    async with filed.engine.connect() as connection:
        await connection.execute(text("PRAGMA busy_timeout=0"))
    with closing(sqlite3.connect(tmp_path / "motcua.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        locked = await filed.health(NOW)
    assert codes(locked) == {"not_written"}
    assert not locked.keeps
    assert codes(await filed.health(NOW + write_check.LOOK)) == set()


@pytest.mark.parametrize("what", ["motcua.db", "."])
async def test_a_file_or_folder_made_read_only_is_noticed(filed: SqlStore, tmp_path: Path, what: str) -> None:
    """Also by root, and while the open file can still be written: the next start could not."""
    path = tmp_path / what
    mode = path.stat().st_mode
    path.chmod(0o500 if path.is_dir() else 0o400)
    health = await filed.health(NOW)
    path.chmod(mode)
    assert codes(health) == {"read_only"}
    assert not health.keeps


@pytest.mark.parametrize(
    ("limit", "code", "keeps"), [("NO_SPACE", "disk_full", False), ("LOW_SPACE", "space_low", True)]
)
async def test_little_room_is_told_in_bytes(
    filed: SqlStore, monkeypatch: pytest.MonkeyPatch, limit: str, code: str, keeps: bool
) -> None:
    """A disk that is nearly full is a warning, one that is as good as full stops everything."""
    monkeypatch.setattr(write_check, limit, 10**18)
    health = await filed.health(NOW)
    assert [trouble.code for trouble in health.troubles] == [code]
    assert health.keeps == keeps
    assert f"còn {health.free_bytes} byte trống" in health.troubles[0].sentence


async def test_what_could_not_be_kept_is_looked_at_at_once(filed: SqlStore, tmp_path: Path) -> None:
    """A failed commit is not outlived by an answer that was given a moment before."""
    assert (await filed.health(NOW)).keeps
    (tmp_path / "motcua.db").chmod(0o400)
    with pytest.raises(DatabaseUnusable):
        async with filed.transaction():
            raise DatabaseUnusable("thử")
    assert codes(await filed.health(NOW)) == {"read_only"}
    (tmp_path / "motcua.db").chmod(0o600)


async def test_a_probe_leaves_nothing_behind(filed: SqlStore, tmp_path: Path) -> None:
    """Beside the database stands nothing but its log."""
    await filed.health(NOW)
    names = sorted(path.name for path in listed(tmp_path))
    assert names == ["motcua.db", "motcua.db-shm", "motcua.db-wal"]


def listed(folder: Path) -> list[Path]:
    """What is in a folder."""
    return list(folder.iterdir())
