"""The town in which effects are tested."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from handlers.ports import Role
from storage.database.upgrade import upgrade
from storage.store import SqlStore
from tests.bot.effects.town import LIFE, Town, units
from tests.sample import NOW

STAFF: Sequence[tuple[str, Role, str]] = (
    ("lan", "staff", "sa-dec"),
    ("tư", "staff", "sa-dec"),
    ("trưởng", "admin", "sa-dec"),
    ("tỉnh", "admin", "dong-thap"),
    ("chuyên viên", "staff", "dong-thap"),
    ("bạn", "admin", "cao-lanh"),
)


@pytest.fixture(scope="session")
def pattern(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database of the town, to be copied."""
    file = tmp_path_factory.mktemp("town") / "motcua.db"
    asyncio.run(found(f"sqlite:///{file}"))
    return file


async def found(url: str) -> None:
    """Found the units and employ two officers, their head, and the province's."""
    store = SqlStore.open(url)
    await upgrade(store.engine)
    async with store.transaction() as tx:
        for unit in units().units.values():
            await tx.add_unit(unit, NOW - LIFE)
    town = Town(store)
    for user, role, unit in STAFF:
        await town.employ(user, role, unit)
    await store.close()


@pytest.fixture
async def town(pattern: Path, tmp_path: Path) -> AsyncIterator[Town]:
    """A town with two officers, their head, and the province's."""
    store = SqlStore.open(f"sqlite:///{shutil.copy(pattern, tmp_path / 'town.db')}")
    yield Town(store, sent=len(STAFF))
    await store.close()
