"""From every earlier revision, with rows in every table: an upgrade loses nothing, or changes nothing."""

import shutil
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from storage.database import census, upgrade
from storage.database.copies import MARK
from storage.database.engine import create_engine
from storage.database.unusable import DatabaseUnusable
from tests.storage.conftest import BASE, Servers
from tests.storage.database.filling import Rows, content, fill

NOW = datetime(2026, 11, 30, 20, 53, 48, tzinfo=UTC)
SCRIPTS = ScriptDirectory(str(upgrade.FOLDER))
REVISIONS = [script.revision for script in SCRIPTS.walk_revisions()][::-1]
# A revision to come that loses rows, in each of the ways in which that has happened to somebody.
LOSING = {
    "deleted": 'op.execute("DELETE FROM answer")',
    "one-row": "op.execute(\"DELETE FROM search_miss WHERE text = 'text ở dòng 1'\")",
    "table-gone": 'op.drop_table("search_miss")',
    "doubled": "op.execute(\"INSERT INTO search_miss SELECT unit, day, text || '!', count, kind FROM search_miss\")",
}
REVISION = """
import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = {head!r}
branch_labels = None
depends_on = None
folds = {folds!r}


def upgrade() -> None:
    {statement}
"""


@pytest.fixture(params=[Servers.sqlite, Servers.postgresql], ids=["sqlite", "postgresql"])
async def engine(request: pytest.FixtureRequest, servers: Servers) -> AsyncIterator[AsyncEngine]:
    """An engine on a database at the test's revision, the newest if it has none; on PostgreSQL it is brought there."""
    revision = request.node.callspec.params.get("revision")
    brought = revision and request.param is Servers.postgresql
    async with request.param(servers, BASE if brought else revision or upgrade.HEAD) as url:
        engine = create_engine(url)
        yield engine
        await engine.dispose()


def copies(engine: AsyncEngine) -> list[Path]:
    """The copies that stand beside an SQLite file."""
    if engine.dialect.name != "sqlite":
        return []
    return sorted(Path(str(engine.url.database)).parent.glob(f"*{MARK}*"))


def listed(folder: Path) -> list[Path]:
    """What is in a folder."""
    return list(folder.iterdir())


async def filled(engine: AsyncEngine, revision: str) -> dict[str, Rows]:
    """Bring a database to a revision and fill it."""
    async with upgrade.remaking(engine) as connection:
        await connection.run_sync(upgrade.move, revision)
        return await connection.run_sync(fill)


async def read(engine: AsyncEngine) -> dict[str, Rows]:
    """All that a database holds."""
    async with engine.connect() as connection:
        return await connection.run_sync(content)


def folded(since: str) -> set[str]:
    """The tables that later revisions say they change the rows of."""
    steps = [
        script.module for script in SCRIPTS.walk_revisions() if REVISIONS.index(script.revision) > since_index(since)
    ]
    return {name for module in steps for name in getattr(module, "folds", ())}


def since_index(revision: str) -> int:
    """The place of a revision in the chain."""
    return REVISIONS.index(revision)


def surviving(before: Rows, after: Rows) -> tuple[list[str], list[str]]:
    """Rows before and after, of the columns that both have."""
    columns = sorted(before[0].keys() & after[0].keys()) if after else sorted(before[0])
    return tuple(sorted(repr([row.get(name) for name in columns]) for row in rows) for rows in (before, after))  # type: ignore[return-value]


async def kept(copy: Path | None) -> tuple[list[str], dict[str, Rows]]:
    """The revision and all rows of the copy of an SQLite file, which opens alone."""
    assert copy is not None
    engine = create_engine(f"sqlite:///{copy}")
    async with engine.connect() as connection:
        found = await connection.run_sync(upgrade.revisions)
    rows = await read(engine)
    await engine.dispose()
    return found, rows


@pytest.mark.parametrize("revision", REVISIONS)
async def test_every_row_of_every_table_is_there_after_an_upgrade(engine: AsyncEngine, revision: str) -> None:
    """From each revision there is, the newest one too: row by row, in all columns that are left.

    An SQLite file is kept beside itself as it was.
    """
    before = await filled(engine, revision)
    assert min(map(len, before.values())) > 0
    done = await upgrade.upgrade(engine, NOW)
    after = await read(engine)
    compared = before.keys() - folded(revision)
    assert compared
    for name in sorted(compared):
        old, new = surviving(before[name], after[name])
        assert new == old, name
    assert await upgrade.at_head(engine)
    async with engine.connect() as connection:
        assert await connection.run_sync(census.astray) == []
        if engine.dialect.name == "sqlite":
            assert (await connection.execute(text("PRAGMA foreign_keys"))).scalar_one() == 1
    if revision == upgrade.HEAD:
        assert (done, copies(engine)) == (None, [])
        return
    assert done is not None
    assert done.before == revision
    assert copies(engine) == ([done.copy] if done.copy else [])
    if engine.dialect.name == "sqlite":
        assert await kept(done.copy) == ([revision], before)
    assert await upgrade.upgrade(engine, NOW) is None
    assert await read(engine) == after


async def test_the_copy_of_an_sqlite_file_has_a_name_of_its_own(tmp_path: Path) -> None:
    """One file, named by revision and moment; what was there under a name stays."""
    engine, revision = create_engine(f"sqlite:///{tmp_path}/motcua.db"), REVISIONS[-2]
    await filled(engine, revision)
    (tmp_path / f"motcua.{MARK}-{revision}-20261130-205348.db").write_text("của lần trước")
    done = await upgrade.upgrade(engine, NOW)
    await engine.dispose()
    assert done is not None
    assert done.copy == tmp_path / f"motcua.{MARK}-{revision}-20261130-205348-2.db"
    assert (tmp_path / f"motcua.{MARK}-{revision}-20261130-205348.db").read_text() == "của lần trước"
    assert sorted(path.name for path in listed(tmp_path)) == sorted(
        ["motcua.db", done.copy.name, f"motcua.{MARK}-{revision}-20261130-205348.db"]
    )
    assert done.copy.stat().st_mode & 0o777 == 0o600


@pytest.fixture
def coming(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Lets a revision come after those there are."""
    folder = tmp_path / "migrations"
    shutil.copytree(upgrade.FOLDER, folder)

    def come(statement: str, folds: tuple[str, ...] = ()) -> None:
        written = REVISION.format(head=upgrade.HEAD, statement=statement, folds=folds)
        (folder / "versions" / "9999_coming.py").write_text(written)
        monkeypatch.setattr(upgrade, "FOLDER", folder)
        monkeypatch.setattr(upgrade, "HEAD", "9999")

    return come


@pytest.mark.parametrize("way", LOSING)
async def test_an_upgrade_that_loses_rows_changes_nothing(engine: AsyncEngine, coming: Any, way: str) -> None:
    """It is rolled back with a sentence that names the table, and no copy is left of what did not change."""
    before = await filled(engine, upgrade.HEAD)
    coming(LOSING[way])
    with pytest.raises(DatabaseUnusable, match=r"(answer|search_miss): 3 → .*đã hủy.*\.$"):
        await upgrade.upgrade(engine, NOW)
    assert await read(engine) == before
    assert await upgrade.age(engine) == "older"
    assert copies(engine) == []


@pytest.mark.parametrize(("way", "table"), [("deleted", "answer"), ("table-gone", "search_miss")])
async def test_a_revision_may_say_which_rows_it_changes(engine: AsyncEngine, coming: Any, way: str, table: str) -> None:
    """What is folded on purpose is not called a loss; every other table is still counted."""
    await filled(engine, upgrade.HEAD)
    coming(LOSING[way], (table,))
    assert await upgrade.upgrade(engine, NOW) is not None
    assert (await read(engine)).get(table, []) == []


async def test_a_table_made_anew_keeps_what_refers_to_it(engine: AsyncEngine, coming: Any) -> None:
    """On SQLite a revision may have to make a table anew; what would cascade from its deletion stays."""
    before = await filled(engine, upgrade.HEAD)
    coming(
        'with op.batch_alter_table("response", recreate="auto") as batch:\n'
        '        batch.add_column(sa.Column("thêm", sa.String(), server_default=sa.text("\'\'"), nullable=False))'
    )
    await upgrade.upgrade(engine, NOW)
    after = await read(engine)
    assert after["answer"] == before["answer"]
    assert surviving(before["response"], after["response"])[0] == surviving(before["response"], after["response"])[1]


async def test_a_reference_that_a_revision_leads_astray_is_noticed(tmp_path: Path, coming: Any) -> None:
    """SQLite checks none while tables are made anew, so they are checked at the end, in the same transaction."""
    engine = create_engine(f"sqlite:///{tmp_path}/motcua.db")
    before = await filled(engine, upgrade.HEAD)
    coming("op.execute(\"UPDATE answer SET response = 'nowhere' WHERE question = 'question ở dòng 1'\")")
    with pytest.raises(DatabaseUnusable, match="answer → response: 1"):
        await upgrade.upgrade(engine, NOW)
    assert await read(engine) == before
    await engine.dispose()


async def test_tables_with_rows_are_not_remade_while_foreign_keys_bind(tmp_path: Path) -> None:
    """Who forgets to unbind them is stopped before anything is lost."""
    engine = create_engine(f"sqlite:///{tmp_path}/motcua.db")
    before = await filled(engine, REVISIONS[0])
    with pytest.raises(RuntimeError, match="remaking"):
        async with engine.begin() as connection:
            await connection.run_sync(upgrade.move, "head")
    assert await read(engine) == before
    await engine.dispose()


async def test_what_is_only_in_the_log_is_in_the_copy(tmp_path: Path) -> None:
    """The copy is made while another process has rows in the -wal that are not in the file yet."""
    engine = create_engine(f"sqlite:///{tmp_path}/motcua.db")
    await filled(engine, REVISIONS[0])
    with closing(sqlite3.connect(tmp_path / "motcua.db", isolation_level=None)) as other:
        other.execute("PRAGMA wal_autocheckpoint=0")
        other.execute("INSERT INTO search_miss (unit, day, text, count) VALUES ('a', '2026-01-01', 'trong nhật ký', 1)")
        done = await upgrade.upgrade(engine, NOW)
    await engine.dispose()
    assert done is not None
    assert done.copy is not None
    with closing(sqlite3.connect(done.copy)) as kept:
        assert kept.execute("SELECT count(*) FROM search_miss WHERE text = 'trong nhật ký'").fetchall() == [(1,)]
