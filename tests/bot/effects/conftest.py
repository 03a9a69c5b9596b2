"""The town in which effects are tested."""

from collections.abc import AsyncIterator

import pytest

from storage.store import SqlStore
from tests.bot.effects.town import LIFE, Town, units
from tests.sample import NOW
from tests.storage import conftest as databases

servers = databases.servers


@pytest.fixture
async def town(servers: databases.Servers) -> AsyncIterator[Town]:
    """A town with two officers, their head, and the province's."""
    async with servers.sqlite_with_tables() as url:
        store = SqlStore.open(url)
        async with store.transaction() as tx:
            for unit in units().units.values():
                await tx.add_unit(unit, NOW - LIFE)
        town = Town(store)
        for user, role, unit in (
            ("lan", "staff", "sa-dec"), ("tư", "staff", "sa-dec"), ("trưởng", "admin", "sa-dec"),
            ("tỉnh", "admin", "dong-thap"), ("chuyên viên", "staff", "dong-thap"), ("bạn", "admin", "cao-lanh"),
        ):  # fmt: skip
            await town.employ(user, role, unit)  # type: ignore[arg-type]
        yield town
        await store.close()
