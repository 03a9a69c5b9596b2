"""Forms beyond a counter's budget, on SQLite and PostgreSQL: kept apart, in no figure, decided about once."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, timedelta

import pytest

from handlers.world import Unit
from storage.nightly_rollup import roll_up
from storage.store import SqlStore
from surveys.budget import FLOOD, FLOOR, TIMES
from surveys.cases import Case
from surveys.responses import Filing, Response
from surveys.slips import Round
from surveys.uncounted import Decision, Group, Verdict
from tests.sample import NOW

DAY = NOW.date()
COUNTED = {"nhanh": frozenset({"overall"})}
FLOOD_FORMS = FLOOR.slot * FLOOD + 1


def forms(name: str, number: int, **changes: object) -> list[Response]:
    """So many forms of a counter; `changes` replace parts of them."""
    blank = Response("", "sa-dec", "quay1", "nhanh", 1, "0" * 64, "web", DAY, complete=True, answers={"overall": 1})
    return [replace(blank, id=f"{name}{n}", **changes) for n in range(number)]  # type: ignore[arg-type]


@pytest.fixture(autouse=True)
async def units(store: SqlStore) -> None:
    """Two units."""
    async with store.transaction() as tx:
        for code in ("sa-dec", "cao-lanh"):
            await tx.add_unit(Unit(code, code), NOW)


async def file(store: SqlStore, given: Sequence[Response], minutes: float = 0) -> None:
    """Take forms in as the pages, screens and chats do, so many minutes from now."""
    at = NOW + timedelta(minutes=minutes)
    async with store.transaction() as tx:
        assert await tx.file([Filing(replace(one, day=at.date()), device=one.id, at=at) for one in given]) == {}


async def shown(store: SqlStore, first: date = DAY, last: date = DAY) -> int:
    """How many forms are in the figures, the same in each of them."""
    async with store.reading() as tx:
        tallies, counted = await tx.tallies(["sa-dec"], first, last)
        sums = await tx.counts(["sa-dec"], first, last, COUNTED)
        days = await tx.counts_by_day(["sa-dec"], first, last, COUNTED, "day")
        signs = await tx.signs(["sa-dec"], first, last)
        exported = [form async for form in tx.filled_forms(["sa-dec"], first, last)]
    numbers = {
        sum(one.count for one in tallies),
        sum(one.count for one in counted),
        sum(place.forms for place in sums.places),
        sum(day.count for day in days),
        sum(group.count for group in signs.forms),
        len(exported),
    }
    assert len(numbers) == 1
    return numbers.pop()


async def apart(store: SqlStore) -> list[Group]:
    """What is kept apart."""
    async with store.reading() as tx:
        return await tx.apart(["sa-dec", "cao-lanh"], DAY - timedelta(days=30), DAY + timedelta(days=30))


def group(number: int, state: str = "waiting", counter: str = "quay1") -> Group:
    """The forms of a counter that day."""
    return Group("sa-dec", counter, DAY, state, number)  # type: ignore[arg-type]


async def decide(store: SqlStore, verdict: Verdict, counter: str = "quay1") -> int:
    """Count or discard."""
    async with store.transaction() as tx:
        return await tx.decide_apart(Decision("sa-dec", counter, DAY, verdict, "motcua (lan)", NOW))


async def test_what_goes_beyond_the_budget_is_stored_and_in_no_figure(store: SqlStore) -> None:
    """Three too many: all are there to be read, three are in no table, export or sign."""
    await file(store, forms("a", FLOOR.slot + 3))
    assert (await shown(store), await apart(store)) == (FLOOR.slot, [group(3)])
    async with store.reading() as tx:
        kept = await tx.responses([f"a{n}" for n in range(FLOOR.slot + 3)])
    assert sorted(one.apart for one in kept.values()) == [""] * FLOOR.slot + ["waiting"] * 3


@pytest.mark.parametrize(
    "changes",
    [{}, {"source": "kiosk"}, {"source": "webchat"}, {"assisted": True}],
    ids=["web", "kiosk", "chat", "helped"],
)
@pytest.mark.parametrize("size", [1, 7, 128])
async def test_no_flood_moves_the_figures(store: SqlStore, changes: dict[str, object], size: int) -> None:
    """By whatever entrance, in commits of whatever size: what came before and after counts, the flood does not."""
    await file(store, forms("morning", 12), minutes=-60)
    flood = forms("f", FLOOD_FORMS + 60, **changes)
    for start in range(0, len(flood), size):
        await file(store, flood[start : start + size])
    assert (await shown(store), await apart(store)) == (12, [group(len(flood))])
    await file(store, forms("later", 5), minutes=20)
    assert await shown(store) == 17


async def test_taps_that_come_late_count_at_the_moment_they_come(store: SqlStore) -> None:
    """Whatever time is written on them: spread over a day, or over many, they are what came in these ten minutes."""
    await file(store, forms("b", 10), minutes=-60)
    made = forms("t", FLOOD_FORMS, source="kiosk")
    late = [NOW - timedelta(minutes=90 * n + 60) for n in range(len(made))]
    filings = [
        Filing(replace(one, day=tapped.date()), device="tablet", at=NOW, screen=1, tapped=tapped)
        for one, tapped in zip(made, late, strict=True)
    ]
    async with store.transaction() as tx:
        assert await tx.file(filings) == {}
    assert await shown(store, DAY - timedelta(days=7)) == 10
    assert {one.state for one in await apart(store)} == {"waiting"}
    assert sum(one.forms for one in await apart(store)) == FLOOD_FORMS
    await file(store, forms("after", 5), minutes=20)
    assert await shown(store) == 15


async def test_slips_count_through_any_flood(store: SqlStore) -> None:
    """They are proof of themselves; only so many were handed out."""
    async with store.transaction() as tx:
        await tx.open_round(Round("Q4", "sa-dec", "nhanh", 50, DAY, DAY, "quay1"), NOW)
    await file(store, forms("f", FLOOD_FORMS))
    await file(store, forms("s", 30, round="Q4"))
    assert await shown(store) == 30
    assert await apart(store) == [group(FLOOD_FORMS)]


async def test_counters_do_not_share_a_budget(store: SqlStore) -> None:
    """A flood at one counter leaves the other alone."""
    await file(store, [*forms("f", FLOOD_FORMS), *forms("b", 10, counter="quay2")])
    assert (await shown(store), await apart(store)) == (10, [group(FLOOD_FORMS)])


async def test_the_budget_is_learnt_from_weeks_that_are_over(store: SqlStore) -> None:
    """A busy day of last week doubles; a flood of last week and this week's busy days teach nothing."""
    busy = FLOOR.slot * TIMES + 20
    async with store.transaction() as tx:
        await tx.open_round(Round("Q4", "sa-dec", "nhanh", 500, DAY, DAY, "quay1"), NOW)
    await file(store, forms("slips", busy, round="Q4"), minutes=-7 * 24 * 60)
    await file(store, forms("flood", FLOOD_FORMS, counter="quay2"), minutes=-7 * 24 * 60)
    await file(store, forms("today", busy, round="Q4", counter="quay3"), minutes=-60)
    async with store.reading() as tx:
        found = [(await tx.budget(counter, DAY)).slot for counter in ("quay1", "quay2", "quay3", "quay4")]
    assert found == [busy * TIMES, FLOOR.slot, FLOOR.slot, FLOOR.slot]


async def test_counting_brings_all_of_a_day_into_the_figures(store: SqlStore) -> None:
    """Once; later forms of the day are judged anew, and the next decision finds nothing."""
    await file(store, forms("f", FLOOD_FORMS))
    await file(store, forms("g", FLOOD_FORMS, counter="quay2"))
    assert await decide(store, "count") == FLOOD_FORMS
    assert await decide(store, "count") == 0
    assert (await shown(store), await apart(store)) == (FLOOD_FORMS, [group(FLOOD_FORMS, counter="quay2")])
    async with store.reading() as tx:
        (decided,) = await tx.decisions(["sa-dec"], DAY, DAY)
        assert await tx.decisions(["cao-lanh"], DAY, DAY) == []
    assert decided == Decision("sa-dec", "quay1", DAY, "count", "motcua (lan)", NOW.astimezone(UTC), forms=FLOOD_FORMS)


async def test_discarded_forms_stay_stored_and_their_cases_are_closed(store: SqlStore) -> None:
    """They are in no figure for good; who complained in them waits for nobody."""
    await file(store, forms("f", FLOOD_FORMS))
    async with store.transaction() as tx:
        (case,) = await tx.keep_cases([Case(0, "sa-dec", "quay1", DAY, 1, "Chờ lâu.", "f3", DAY, person="77")])
        assert await tx.cases_between(["sa-dec"], DAY, DAY) == (0, 0)
    assert await decide(store, "discard") == FLOOD_FORMS
    assert (await shown(store), await apart(store)) == (0, [group(FLOOD_FORMS, "discarded")])
    async with store.reading() as tx:
        closed = await tx.case(case.id)
        assert len(await tx.responses([f"f{n}" for n in range(FLOOD_FORMS)])) == FLOOD_FORMS
    assert closed is not None
    assert (closed.state, closed.person) == ("handled", "")


async def test_later_pages_of_a_form_leave_it_where_it_is(store: SqlStore) -> None:
    """A form kept apart stays so when it is finished, one that counts does too."""
    await file(store, forms("a", FLOOR.slot + 1, complete=False))
    await file(store, forms("a", FLOOR.slot + 1))
    assert (await shown(store), await apart(store)) == (FLOOR.slot, [group(1)])


async def test_a_withdrawn_form_is_forgotten_everywhere(store: SqlStore) -> None:
    """Also where its ten minutes are remembered: a flood after it finds nothing of it."""
    await file(store, forms("a", 2))
    async with store.transaction() as tx:
        await tx.drop_responses(["a0", "a1"])
        assert await tx.forget_recent(NOW + timedelta(days=1)) == 0


async def test_ten_minutes_are_remembered_for_an_hour(store: SqlStore) -> None:
    """Afterwards nothing ties a form to the time it came in."""
    await file(store, forms("a", 2), minutes=-61)
    await file(store, forms("b", 3))
    async with store.transaction() as tx:
        assert await tx.forget_recent(NOW - timedelta(hours=1)) == 2
        assert await tx.forget_recent(NOW + timedelta(hours=1)) == 3


async def test_forms_without_slips_are_counted_by_day(store: SqlStore) -> None:
    """Those kept apart too, slips not; what a quiet flood over all counters is seen by."""
    async with store.transaction() as tx:
        await tx.open_round(Round("Q4", "sa-dec", "nhanh", 50, DAY, DAY), NOW)
    await file(store, [*forms("f", FLOOD_FORMS), *forms("b", 3, counter="quay2"), *forms("s", 9, round="Q4")])
    async with store.reading() as tx:
        assert await tx.open_by_day(["sa-dec"], DAY, DAY) == {DAY: FLOOD_FORMS + 3}
        assert await tx.open_by_day(["cao-lanh"], DAY, DAY) == {}


async def test_two_processes_keep_one_budget(store: SqlStore, twin: SqlStore) -> None:
    """However their commits mix, the figures take no more than the budget, and the flood takes its beginning along."""
    given = forms("a", FLOOR.slot)
    await asyncio.gather(*(file(one, [form]) for form, one in zip(given, (store, twin) * 10, strict=True)))
    assert await shown(store) == FLOOR.slot
    more = forms("b", FLOOD_FORMS)
    await asyncio.gather(*(file((store, twin)[n % 2], [form]) for n, form in enumerate(more)))
    assert (await shown(store), await apart(store)) == (0, [group(FLOOR.slot + FLOOD_FORMS)])


async def test_rolled_up_days_follow_decisions(store: SqlStore) -> None:
    """A day that was rolled up without its surplus is counted anew when staff decide."""
    await file(store, forms("f", FLOOD_FORMS), minutes=0)
    await roll_up(store, DAY + timedelta(days=10))
    assert await shown(store) == 0
    assert await decide(store, "count") == FLOOD_FORMS
    assert await shown(store) == FLOOD_FORMS
    await roll_up(store, DAY + timedelta(days=10))
    assert await shown(store) == FLOOD_FORMS
