"""The migrations lead to exactly the tables of the models, on SQLite and PostgreSQL, up and down, again and again."""

import asyncio
import socket
import subprocess
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel import SQLModel

from handlers.world import Unit
from storage.database import upgrade
from storage.database.unusable import DatabaseUnusable
from storage.store import SqlStore
from tests.forks import ROOT, Forks

PASSWORD = "mật-khẩu-4711"
pytestmark = pytest.mark.usefixtures("threads")
NOW = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)
UNIT = Unit("31000", "UBND xã Cẩm Thạch")


@pytest.fixture
async def store(empty: str) -> Any:
    """A store on a database without tables."""
    store = SqlStore.open(empty)
    yield store
    await store.close()


async def on(store: SqlStore, work: Callable[[Connection], Any]) -> Any:
    """Do work that knows no asyncio on a connection, and commit it."""
    async with store.engine.begin() as connection:
        return await connection.run_sync(work)


def differences(connection: Connection) -> list[Any]:
    """What a new migration would have to change."""
    context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
    return compare_metadata(context, SQLModel.metadata)


def tables(connection: Connection) -> dict[str, Any]:
    """All that a database says about each table but Alembic's own, in a form that can be compared.

    It is asked for all tables at once: on PostgreSQL that takes a fiftieth of the questions.
    """
    inspector = inspect(connection)
    columns, indexes, keys = (
        inspector.get_multi_columns(),
        inspector.get_multi_indexes(),
        inspector.get_multi_foreign_keys(),
    )
    unique, primary = inspector.get_multi_unique_constraints(), inspector.get_multi_pk_constraint()
    return {
        table[1]: {
            "columns": {column["name"]: (str(column["type"]), column["nullable"]) for column in columns[table]},
            "indexes": {index["name"]: index["column_names"] for index in indexes[table]},
            "keys": sorted((key["constrained_columns"], key["referred_table"], key["options"]) for key in keys[table]),
            "unique": [constraint["column_names"] for constraint in unique[table]],
            "primary": primary[table]["constrained_columns"],
        }
        for table in columns
        if table[1] != "alembic_version"
    }


def revisions() -> list[str]:
    """All migrations, oldest first."""
    scripts = ScriptDirectory(str(upgrade.FOLDER))
    return [script.revision for script in scripts.walk_revisions()][::-1]


def test_the_newest_migration_is_the_one_written_down() -> None:
    """A start that finds this version in the database asks Alembic nothing."""
    assert revisions()[-1] == upgrade.HEAD


async def test_upgrade_from_nothing_gives_the_tables_of_the_models(store: SqlStore) -> None:
    """Alembic finds nothing left to do, and every table has the model's columns and primary key."""
    await upgrade.upgrade(store.engine)
    assert await on(store, differences) == []
    found = await on(store, tables)
    wanted = {
        table.name: (
            {column.name: column.nullable for column in table.columns},
            sorted(column.name for column in table.primary_key),
        )
        for table in SQLModel.metadata.sorted_tables
    }
    assert {
        name: ({column: nullable for column, (_, nullable) in table["columns"].items()}, sorted(table["primary"]))
        for name, table in found.items()
    } == wanted


@pytest.mark.parametrize(
    "change",
    [
        "ALTER TABLE unit ADD COLUMN thua INTEGER",
        "DROP INDEX ix_response_unit_day",
        "CREATE TABLE thua (id INTEGER)",
    ],
)
async def test_the_comparison_notices_a_difference(store: SqlStore, change: str) -> None:
    """What the other tests rely on sees a column or a table too many and an index too few."""
    await upgrade.upgrade(store.engine)
    await on(store, lambda connection: connection.execute(text(change)))
    assert len(await on(store, differences)) == 1


async def test_every_migration_goes_down_and_up_again(store: SqlStore) -> None:
    """One by one: each step down and up again restores the same tables, and the bottom is empty."""
    before: dict[str, Any] = {}
    for below, revision in pairwise(["base", *revisions()]):

        def step(connection: Connection, revision: str = revision, below: str = below) -> list[Any]:
            config = upgrade.config(connection)
            seen = []
            for move, target in ((command.upgrade, revision), (command.downgrade, below), (command.upgrade, revision)):
                move(config, target)
                seen.append(tables(connection))
            return seen

        up, down, again = await on(store, step)
        assert (down, again) == (before, up)
        assert up != before
        before = again
    assert await upgrade.at_head(store.engine)
    await on(store, lambda connection: command.downgrade(upgrade.config(connection), "base"))
    assert await on(store, tables) == {}


async def test_upgrading_twice_changes_nothing(store: SqlStore) -> None:
    """Every start upgrades; tables and rows stay as they are."""
    await upgrade.upgrade(store.engine)
    async with store.transaction() as tx:
        await tx.add_unit(UNIT, NOW)
    before = await on(store, tables)
    await upgrade.upgrade(store.engine)
    assert await on(store, tables) == before
    async with store.reading() as tx:
        assert await tx.units() == {UNIT.code: UNIT}


async def test_at_head_tells_whether_the_tables_are_of_this_version(store: SqlStore) -> None:
    """No before the first upgrade, yes after it, no again a step lower; asking makes no tables."""
    seen = [await upgrade.at_head(store.engine)]
    assert await on(store, tables) == {}
    await upgrade.upgrade(store.engine)
    seen.append(await upgrade.at_head(store.engine))
    await on(store, lambda connection: command.downgrade(upgrade.config(connection), "-1"))
    seen.append(await upgrade.at_head(store.engine))
    assert seen == [False, True, False]


async def test_a_database_of_a_newer_version_is_refused_with_a_sentence(store: SqlStore) -> None:
    """Whoever goes back to an older program learns why it does not start; the database is left alone."""
    await upgrade.upgrade(store.engine)
    before = await on(store, tables)
    await on(store, lambda connection: connection.execute(text("UPDATE alembic_version SET version_num = '9999'")))
    assert not await upgrade.at_head(store.engine)
    with pytest.raises(DatabaseUnusable, match=r"\.$"):
        await upgrade.upgrade(store.engine)
    assert await on(store, tables) == before


async def test_replicas_that_start_together_all_come_up(empty: str, forks: Forks) -> None:
    """Two processes that upgrade the same empty database at once: each of them succeeds."""
    pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    replicas = [forks.start("tests.storage.database.replica:main", empty, cwd=ROOT, **pipes) for _ in range(2)]
    assert [replica.stdout.readline() for replica in replicas if replica.stdout] == [b"ready\n"] * 2
    ended = [asyncio.to_thread(replica.communicate, b"\n") for replica in replicas]
    errors = [error for _, error in await asyncio.gather(*ended)]
    assert [error.decode().strip().rpartition("\n")[2] for error in errors] == [""] * 2
    assert [replica.returncode for replica in replicas] == [0] * 2


def missing_folder(folder: Path) -> str:
    """A file stands where the folder should be."""
    (folder / "tệp").write_text("đây là một tệp")
    return f"sqlite:///{folder}/tệp/motcua.db"


def folder_instead(folder: Path) -> str:
    """A folder stands where the file should be."""
    (folder / "motcua.db").mkdir()
    return f"sqlite:///{folder}/motcua.db"


def something_else(folder: Path) -> str:
    """The file is no database."""
    (folder / "motcua.db").write_text("Đây không phải là cơ sở dữ liệu.\n" * 100)
    return f"sqlite:///{folder}/motcua.db"


def nobody_there(_folder: Path) -> str:
    """Nothing listens on the port."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return f"postgresql://motcua:{quote(PASSWORD)}@127.0.0.1:{listener.getsockname()[1]}/motcua"


def unknown_option(_folder: Path) -> str:
    """An option that other programs know and asyncpg does not."""
    return f"postgresql://motcua:{quote(PASSWORD)}@127.0.0.1:1/motcua?application_name=motcua"


async def upgraded(url: str) -> None:
    """Open a store and upgrade it."""
    await using(url, upgrade.upgrade)


async def looked_at(url: str) -> None:
    """Open a store and ask for its version."""
    await using(url, upgrade.at_head)


async def using(url: str, work: Callable[[AsyncEngine], Any]) -> None:
    """Do work on a store of its own. A thread of aiosqlite that could not connect is waited for."""
    store = SqlStore.open(url)
    try:
        await work(store.engine)
    finally:
        await store.close()
        for thread in threading.enumerate():
            if "_connection_worker_thread" in thread.name:
                await asyncio.to_thread(thread.join, 5)


@pytest.mark.parametrize("use", [upgraded, looked_at])
@pytest.mark.parametrize(
    ("make", "place"),
    [
        (missing_folder, "motcua.db"),
        (folder_instead, "motcua.db"),
        (something_else, "motcua.db"),
        (nobody_there, "127.0.0.1"),
        (unknown_option, "application_name"),
    ],
)
async def test_an_unusable_database_is_named_in_a_sentence_without_its_password(
    tmp_path: Path, make: Callable[[Path], str], place: str, use: Callable[[str], Any]
) -> None:
    """The operator reads which database and what is wrong, and nobody reads the password."""
    with pytest.raises(DatabaseUnusable) as refusal:
        await use(make(tmp_path))
    sentence = str(refusal.value)
    assert place in sentence
    assert sentence[0].isupper()
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert PASSWORD not in sentence
    assert quote(PASSWORD) not in sentence


async def test_a_database_that_does_not_exist_is_named(postgresql: str) -> None:
    """PostgreSQL answers but has no such database: the sentence says so."""
    server, _, _ = postgresql.rpartition("/")
    with pytest.raises(DatabaseUnusable, match=r"motcua_khong_co\b.*\.$"):
        await upgraded(f"{server}/motcua_khong_co")
