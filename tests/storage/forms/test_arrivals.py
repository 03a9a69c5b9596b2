"""Counts of how forms come in, on SQLite and PostgreSQL."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from handlers.world import Unit
from storage.store import SqlStore
from surveys.responses import Filing, Response
from surveys.signs import Arrival, FormGroup, Repeated, Signs, Slot, arrivals
from tests.sample import NOW

DAY = NOW.date()
UNITS = ("sa-dec", "cao-lanh")
PHONE = "web:10.0.0.7 Chrome"


def form(identifier: str, **changes: object) -> Response:
    """A form; `changes` replace parts of it."""
    given = Response(identifier, "sa-dec", "quay1", "nhanh", 1, "0" * 64, "web", DAY, complete=True)
    return replace(given, **{"answers": {"overall": 4}, **changes})  # type: ignore[arg-type]


@pytest.fixture(autouse=True)
async def units(store: SqlStore) -> None:
    """Two units."""
    async with store.transaction() as tx:
        for code in UNITS:
            await tx.add_unit(Unit(code, code), NOW)


async def arrive(store: SqlStore, *forms: Response, device: str = PHONE, at: datetime = NOW, keep: bool = True) -> None:
    """Take forms in as the pages and the chats do."""
    async with store.transaction() as tx:
        await tx.note_arrivals(arrivals(Filing(one, device=device, at=at) for one in forms))
        if forms:
            await tx.keep_responses(list({one.id: one for one in forms}.values()))


async def signs(store: SqlStore, units: Sequence[str] = ("sa-dec",), first: date = DAY, last: date = DAY) -> Signs:
    """What was counted, in an order of its own."""
    async with store.reading() as tx:
        found = await tx.signs(units, first, last)
    return replace(found, forms=sorted(found.forms, key=str), full=sorted(found.full, key=str))


async def test_nothing_is_counted_before_anybody_came(store: SqlStore) -> None:
    """An empty period has empty counts."""
    await arrive(store)
    assert await signs(store) == Signs([], {}, [], 0, 0, [])


async def test_forms_are_counted_by_slot_and_device(store: SqlStore) -> None:
    """Twelve from one phone in ten minutes and two from another: one full slot, one device that repeats."""
    await arrive(store, *(form(f"a{n}") for n in range(5)))
    await arrive(store, *(form(f"b{n}") for n in range(7)))
    await arrive(
        store, *(form(f"c{n}") for n in range(2)), device="web:10.0.0.8 Chrome", at=NOW + timedelta(minutes=10)
    )
    assert await signs(store) == Signs(
        forms=[FormGroup("quay1", "web", "open", False, 14)],
        rhythm={"quay1": {12: 1, 2: 1}},
        full=[Slot("quay1", DAY, 54, 12)],
        devices=2,
        repeating=1,
        repeated=[Repeated("quay1", DAY, 12)],
    )


async def test_later_pages_and_corrections_are_not_counted_again(store: SqlStore) -> None:
    """A form counts with the first page of it that is stored, also where two pages share a commit."""
    await arrive(store, form("a", complete=False), form("a", complete=False))
    await arrive(store, form("a"), at=NOW + timedelta(minutes=30))
    assert (await signs(store)).rhythm == {"quay1": {1: 1}}
    assert (await signs(store)).devices == 1


async def test_what_is_not_stored_in_the_end_is_not_counted(store: SqlStore) -> None:
    """Counting is part of the transaction that stores the form."""

    async def broken() -> None:
        async with store.transaction() as tx:
            await tx.note_arrivals(arrivals([Filing(form("a"), device=PHONE, at=NOW)]))
            raise ArithmeticError

    with pytest.raises(ArithmeticError):
        await broken()
    assert await signs(store) == Signs([], {}, [], 0, 0, [])


async def test_an_unknown_device_is_counted_in_its_slot_alone(store: SqlStore) -> None:
    """Where nothing tells devices apart none is made up."""
    await arrive(store, *(form(f"a{n}") for n in range(6)), device="")
    found = await signs(store)
    assert (found.rhythm, found.devices) == ({"quay1": {6: 1}}, 0)


async def test_units_counters_and_days_are_counted_apart(store: SqlStore) -> None:
    """Each unit and period sees its own; slips without a counter stay with their unit."""
    await arrive(store, form("a"), form("b", counter="quay2"), form("c", counter="", round="Q4"))
    await arrive(store, form("d", unit="cao-lanh", counter="", round="Q4-cl"))
    await arrive(store, form("e", day=DAY + timedelta(days=1)), at=NOW + timedelta(days=1))
    assert (await signs(store)).rhythm == {"quay1": {1: 1}, "quay2": {1: 1}, "@sa-dec": {1: 1}}
    assert (await signs(store, ("cao-lanh",))).rhythm == {"@cao-lanh": {1: 1}}
    both = await signs(store, UNITS, DAY, DAY + timedelta(days=1))
    assert both.rhythm == {"quay1": {1: 2}, "quay2": {1: 1}, "@sa-dec": {1: 1}, "@cao-lanh": {1: 1}}
    assert both.devices == 5
    assert (await signs(store, (), DAY, DAY)) == Signs([], {}, [], 0, 0, [])


async def test_forms_are_grouped_by_stratum_source_and_speed(store: SqlStore) -> None:
    """Help decides the stratum first, then the slip; two rounds are one stratum."""
    await arrive(
        store,
        form("a", round="Q3"),
        form("b", round="Q4"),
        form("c", round="Q4", assisted=True),
        form("d", hasty=True),
        form("e", source="telegram"),
    )
    assert (await signs(store)).forms == [
        FormGroup("quay1", "telegram", "open", False, 1),
        FormGroup("quay1", "web", "assisted", False, 1),
        FormGroup("quay1", "web", "open", True, 1),
        FormGroup("quay1", "web", "slip", False, 2),
    ]


async def test_the_busiest_devices_are_listed(store: SqlStore) -> None:
    """Ten at most, busiest first; all that sent more than three are counted, those with three are not."""
    for phone in range(12):
        await arrive(store, *(form(f"{phone}-{n}") for n in range(3 + phone)), device=f"telegram:{phone}")
    found = await signs(store)
    assert (found.devices, found.repeating) == (12, 11)
    assert [device.count for device in found.repeated] == [14, 13, 12, 11, 10, 9, 8, 7, 6, 5]


async def test_two_processes_count_together(store: SqlStore, twin: SqlStore) -> None:
    """Forms that come in at once lose no count, and all are hashed with one key."""
    await asyncio.gather(
        *(arrive(one, form(f"{name}{n}")) for name, one in (("a", store), ("b", twin)) for n in range(20))
    )
    found = await signs(store)
    assert (found.rhythm, found.devices) == ({"quay1": {40: 1}}, 1)
    assert found.repeated == [Repeated("quay1", DAY, 40)]


async def test_a_week_has_one_key(store: SqlStore, twin: SqlStore) -> None:
    """32 random bytes, the same for everybody who asks at once, and others for another week."""

    async def key(of: SqlStore, week: str) -> bytes:
        async with of.transaction() as tx:
            return await tx.week_key(week)

    keys = set(await asyncio.gather(*(key(of, "2026-W47") for of in (store, twin) * 5)))
    assert [len(found) for found in keys] == [32]
    assert await key(store, "2026-W48") not in keys


async def test_the_keys_of_past_weeks_are_thrown_away(store: SqlStore) -> None:
    """The key of the running week stays; that of a week that is over comes back as another one."""
    async with store.transaction() as tx:
        before = {week: await tx.week_key(week) for week in ("2025-W52", "2026-W46", "2026-W47")}
    async with store.transaction() as tx:
        assert await tx.forget_votes("2026-W47") == 0
    async with store.transaction() as tx:
        after = {week: await tx.week_key(week) for week in before}
    assert [week for week in before if before[week] == after[week]] == ["2026-W47"]


async def test_old_counts_are_deleted(store: SqlStore) -> None:
    """Counts of days before the named one go, with nothing of the forms themselves."""
    await arrive(store, form("a", day=DAY - timedelta(days=1)), at=NOW - timedelta(days=1))
    await arrive(store, form("b"))
    async with store.transaction() as tx:
        assert await tx.forget_counts(DAY) == 2
    found = await signs(store, first=DAY - timedelta(days=1))
    assert (found.rhythm, found.devices, found.forms) == (
        {"quay1": {1: 1}},
        1,
        [FormGroup("quay1", "web", "open", False, 2)],
    )


def test_an_arrival_says_nothing_of_the_answers() -> None:
    """What is counted knows the form's id only to count it once."""
    assert set(Arrival.__dataclass_fields__) == {
        *("response", "unit", "place", "device", "at", "slip", "hasty"),
    }
