"""Where a screen is to be paired, for the start and Monday's summary."""

from datetime import timedelta

import pytest

from handlers.staff.screens import LATELY, count_waiting, unpaired, unpaired_line
from storage.store import SqlStore, SqlTx
from surveys.responses import Response
from surveys.screens import STILL_WAITING, digest_of
from tests import stores
from tests.sample import NOW, world
from tests.stores import Opener

opened = stores.opened
UNITS = ["sa-dec"]


@pytest.fixture
async def store(opened: Opener) -> SqlStore:
    """A store with the sample's places."""
    store = opened(SqlStore)
    async with store.transaction() as tx:
        for unit in world().units.values():
            await tx.add_unit(unit, NOW)
        for counter in world().counters.values():
            await tx.add_counter(counter)
    return store


async def tapped(tx: SqlTx, counter: str, ago: timedelta = timedelta(), source: str = "kiosk") -> None:
    """A form from a counter."""
    day = (NOW - ago).date()
    await tx.keep_responses([Response(f"{counter}{day}", "sa-dec", counter, "nhanh", 1, "0" * 64, source, day)])


async def places(store: SqlStore, units: list[str]) -> list[str]:
    """The counters that are named."""
    async with store.reading() as tx:
        return [counter.code for counter in await unpaired(tx, world(), units, NOW)]


async def test_a_counter_that_was_tapped_lately_has_a_screen_to_pair(store: SqlStore) -> None:
    """After an upgrade: not where the screen is paired by now, long gone, or where only phones answered."""
    async with store.transaction() as tx:
        await tapped(tx, "quay1", LATELY)
        await tapped(tx, "quay2", LATELY + timedelta(days=1))
        await tapped(tx, "quay9", source="web")
    assert await places(store, UNITS) == ["quay1"]
    assert await places(store, ["dong-thap"]) == []
    async with store.transaction() as tx:
        await tx.pair_screen(digest_of("a", "quay1"), "quay1", "", "staff", NOW)
    assert await places(store, UNITS) == []


async def test_a_screen_that_asks_is_named_while_it_asks(store: SqlStore) -> None:
    """Also beside one that is paired; what was switched off is not."""
    async with store.transaction() as tx:
        await tx.pair_screen(digest_of("a", "quay2"), "quay2", "", "staff", NOW)
        await tx.ask_pairing(digest_of("b", "quay2"), "quay2", NOW)
        await tx.ask_pairing(digest_of("c", "quay9"), "quay9", NOW - STILL_WAITING)
    assert await places(store, UNITS) == ["quay2"]
    async with store.reading() as tx:
        assert await count_waiting(tx, world(), UNITS, NOW) == 1
        assert await count_waiting(tx, world(), ["dong-thap"], NOW) == 0


def test_nothing_to_do_is_not_mentioned() -> None:
    """Neither at the start nor on Mondays."""
    counters = list(world().counters.values())
    assert unpaired_line([], "vi").plain == ""
    assert unpaired_line(counters[:1], "vi").plain.startswith("1 quầy có màn hình chưa ghép: Quầy 1")
