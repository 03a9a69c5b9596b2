"""The town in which effects are tested."""

import shutil
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from handlers.ports import Role
from storage.store import SqlStore
from tests.bot.effects.town import LIFE, Town, units
from tests.sample import NOW
from tests.storage import conftest as databases

servers = databases.servers
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
    """Where the town's database is kept once it is made, to be copied."""
    return tmp_path_factory.mktemp("town") / "motcua.db"


async def employ(town: Town) -> None:
    """Found the units and employ two officers, their head, and the province's."""
    async with town.store.transaction() as tx:
        for unit in units().units.values():
            await tx.add_unit(unit, NOW - LIFE)
    for user, role, unit in STAFF:
        await town.employ(user, role, unit)


@pytest.fixture
async def town(servers: databases.Servers, pattern: Path) -> AsyncIterator[Town]:
    """A town with two officers, their head, and the province's."""
    if not pattern.exists():
        async with servers.sqlite_with_tables() as url:
            first = Town(SqlStore.open(url))
            await employ(first)
            await first.store.close()
            shutil.copy(url.removeprefix("sqlite:///"), pattern)
    async with servers.sqlite() as url:
        Path(url.removeprefix("sqlite:///")).parent.mkdir()
        shutil.copy(pattern, url.removeprefix("sqlite:///"))
        town = Town(SqlStore.open(url), sent=len(STAFF))
        yield town
        await town.store.close()
