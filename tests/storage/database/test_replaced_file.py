"""Nothing is acknowledged into a file that is no longer there: deleted, replaced, its log gone."""

import os
import shutil
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from handlers.world import Unit
from storage.database.unusable import DatabaseUnusable
from storage.store import SqlStore

pytestmark = pytest.mark.usefixtures("threads")
NOW = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)


@pytest.fixture
async def store(file: Path) -> AsyncIterator[SqlStore]:
    """A store with tables and a unit in an SQLite file."""
    store = SqlStore.open(f"sqlite:///{file}")
    await add(store, "a")
    yield store
    await store.close()


async def add(store: SqlStore, code: str) -> None:
    """Commit a unit."""
    async with store.transaction() as tx:
        await tx.add_unit(Unit(code, f"UBND xã {code}"), NOW)


def delete(file: Path) -> None:
    """The file is deleted, as by a hand that cleans up."""
    file.unlink()


def delete_all(file: Path) -> None:
    """The file and its log are deleted."""
    for path in file.parent.glob("motcua.db*"):
        path.unlink()


def delete_log(file: Path) -> None:
    """The log alone is deleted, which holds what was committed last."""
    file.with_name("motcua.db-wal").unlink()


def delete_index(file: Path) -> None:
    """The index of the log is deleted: another process would make its own, and lock past us."""
    file.with_name("motcua.db-shm").unlink()


def replace(file: Path) -> None:
    """Another database is moved to its place, as by a restoring while the program runs."""
    other = file.with_name("khac.db")
    shutil.copy(file, other)
    os.replace(other, file)


def move_away(file: Path) -> None:
    """The folder is renamed."""
    file.parent.rename(file.parent.with_name("doi-ten"))


WAYS = [delete, delete_all, delete_log, delete_index, replace, move_away]


@pytest.mark.parametrize("way", WAYS)
async def test_nothing_is_committed_into_a_file_that_is_gone(
    store: SqlStore, tmp_path: Path, way: Callable[[Path], None]
) -> None:
    """The commit is refused with a sentence, each time; no new file is made; readiness says which trouble it is."""
    assert (await store.health(NOW)).keeps
    way(tmp_path / "motcua.db")
    left = there(tmp_path)
    for code in ("b", "c"):
        with pytest.raises(DatabaseUnusable, match=r"motcua\.db.*(không còn ở đó|đã bị thay).*\.$"):
            await add(store, code)
    # A connection that would be opened only now would open, or make, another file.
    with pytest.raises(DatabaseUnusable):
        async with store.reading(), store.reading(), store.reading():
            pass
    assert there(tmp_path) == left
    found = await store.health(NOW)
    assert not found.keeps
    assert [trouble.code for trouble in found.troubles] == ["file_replaced"]


def there(folder: Path) -> list[str]:
    """The names of what is in a folder, if it is there."""
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


async def test_a_file_that_is_put_back_is_used_again(store: SqlStore, tmp_path: Path) -> None:
    """The very same file, moved away and back: nothing was lost, so the program goes on without a new start."""
    file = tmp_path / "motcua.db"
    file.rename(tmp_path / "cho.db")
    with pytest.raises(DatabaseUnusable):
        await add(store, "b")
    (tmp_path / "cho.db").rename(file)
    await add(store, "c")
    assert (await store.health(NOW)).keeps
    async with store.reading() as tx:
        assert sorted(await tx.units()) == ["a", "c"]


async def test_what_was_acknowledged_survives_the_loss_of_the_log(store: SqlStore, tmp_path: Path) -> None:
    """What is only in a deleted log is written back when the program is stopped in order."""
    delete_log(tmp_path / "motcua.db")
    with pytest.raises(DatabaseUnusable):
        await add(store, "b")
    await store.close()
    with closing(sqlite3.connect(tmp_path / "motcua.db")) as file:
        assert file.execute("SELECT code FROM unit").fetchall() == [("a",)]


async def test_a_store_that_was_closed_takes_the_file_that_is_there(store: SqlStore, tmp_path: Path) -> None:
    """A replaced file is a trouble of those who have the old one open, not of who opens it anew."""
    await store.close()
    replace(tmp_path / "motcua.db")
    await add(store, "b")
    assert (await store.health(NOW)).keeps
