"""Roll-ups change no figure: whatever is written, withdrawn and rolled up when, counts are those of the rows."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from alembic import command
from sqlalchemy import func, select

from handlers.ports import FormCount, Tally
from handlers.world import Unit
from reports.periods import parse
from reports.satisfaction.counts import Adding, Conditions, Counts, levels_of
from reports.satisfaction.parts import AddingParts, PartCounts, Where
from storage.counts.coverage import Span, covers, quarters, runs, weeks
from storage.counts.rollups import CHOICE, MARK, ROLLUP
from storage.database import upgrade
from storage.nightly_rollup import AT_ONCE, roll_up
from storage.store import SqlStore
from surveys.questionnaire import Condition, shipped
from surveys.responses import Response
from tests.sample import NOW
from tests.storage.conftest import Servers

UNITS = ("ba-to", "nga-nam", "sa-dec")
START = date(2026, 3, 1)
DAYS = 320
# The revision before what is ticked was counted.
BEFORE_TICKS = "0008"
CONDITIONS: Conditions = {"nhanh": {"reasons": Condition("overall", 1, 2)}, "phuong9": {"gender": None}}
REASONS: Conditions = {"nhanh": CONDITIONS["nhanh"], "phuong9": {}}
COUNTED = {"nhanh": frozenset({"overall"}), "phuong9": frozenset({"q_1", "q_2"})}


@pytest.fixture(params=[Servers.sqlite_with_tables, Servers.postgresql_with_tables], ids=["sqlite", "postgresql"])
async def store(request: pytest.FixtureRequest, servers: Servers) -> AsyncIterator[SqlStore]:
    """A database with three units."""
    async with request.param(servers) as url:
        store = SqlStore.open(url)
        async with store.transaction() as tx:
            for code in UNITS:
                await tx.add_unit(Unit(code, code), NOW)
            await tx.keep_forms(shipped().values())
        yield store
        await store.close()


def made(chance: random.Random, number: int) -> Response:
    """A response with everything that figures are split by."""
    form = chance.choice(["nhanh", "phuong9"])
    asked = ["overall", "waiting"] if form == "nhanh" else ["q_1", "q_2", "q_3"]
    answers: dict[str, Any] = {question: chance.randint(1, 5) for question in asked if chance.random() < 0.9}
    if form == "nhanh" and answers.get("overall", 5) < 3 and chance.random() < 0.8:
        answers["reasons"] = tuple(one for one in ("wait", "other") if chance.random() < 0.6) or ("papers",)
    if form == "phuong9" and chance.random() < 0.7:
        answers["gender"] = chance.choice(["male", "female"])
    return Response(
        id=f"{number:032x}",
        unit=chance.choice(UNITS),
        counter=chance.choice(["", "quay-1", "quay-2"]),
        form=form,
        version=1,
        digest="0" * 64,
        source=chance.choice(["web", "paper", "kiosk"] if "reasons" not in answers else ["web", "paper"]),
        day=START + timedelta(days=chance.randrange(DAYS)),
        assisted=chance.random() < 0.1,
        complete=True,
        answers={**answers, "note": "Tốt"} if chance.random() < 0.3 else answers,
        round=chance.choice(["", "", "quy-4"]),
        occasion=chance.choice(["", "late"]),
        field=chance.choice(["", "Hộ tịch", "Đất đai"]),
    )


def by_hand(responses: Iterable[Response], units: Sequence[str], first: date, last: date) -> PartCounts:
    """Count responses by part, one by one."""
    parts = AddingParts(COUNTED, REASONS)
    for one in responses:
        if one.unit in units and first <= one.day <= last:
            where = Where(one.stratum, one.source, one.form, one.field, one.occasion, one.day, one.half)
            parts.forms(where, 1)
            for question, answer in one.answers.items():
                if isinstance(answer, int):
                    parts.answers(where, question, answer, 1)
                elif question == "reasons":
                    parts.ticked(where, question, ",".join(answer), 1)
    return parts.sums()


def recount(
    responses: Sequence[Response], units: Sequence[str], first: date, last: date
) -> tuple[Counter[Tally], Counter[FormCount], Counts]:
    """Count responses by hand: the tallies and forms, and the tables of a report."""
    tallies: Counter[Tally] = Counter()
    forms: Counter[FormCount] = Counter()
    adding = Adding(COUNTED, CONDITIONS)
    for one in responses:
        if one.unit not in units or not first <= one.day <= last:
            continue
        place = (one.unit, one.counter, one.source)
        forms[FormCount(*place, 0, one.stratum, one.field)] += 1
        key = (*place, one.field, one.form, one.stratum)
        adding.place(key, 1)
        for question, level in one.answers.items():
            if question in ("reasons", "gender"):
                chosen = ",".join(level) if isinstance(level, tuple) else str(level)
                adding.ticked(one.counter, one.form, one.stratum, question, chosen, 1)
            if isinstance(level, int):
                if one.source != "kiosk":
                    adding.marked(
                        one.counter, one.form, one.stratum, question, levels_of(int(level == n) for n in range(1, 6))
                    )
                tallies[Tally(*place, one.form, question, level, 0, one.stratum, one.field)] += 1
                levels = levels_of(int(level == step) for step in range(1, 6))
                adding.question(one.form, question, one.stratum, levels)
                if question in COUNTED[one.form]:
                    adding.place(key, 0, levels)
                    adding.day(one.day, one.stratum, levels)
    return tallies, forms, adding.sums()


async def check(store: SqlStore, kept: dict[str, Response], chance: random.Random, most: int = 9) -> None:
    """Compare what the store counts with a recount of the rows, over so many periods of all lengths."""
    names = ["2026", "2026:cchc", "2026-H1", "2026-Q3", "2026-Q3:cchc", "2026-11", "2026-W30", "2026-07-14"]
    first = START + timedelta(days=chance.randrange(-40, DAYS))
    odd = (first, first + timedelta(days=chance.randrange(200)))
    spans = [(period.first, period.last) for period in map(parse, names)] + [odd]
    units = chance.choice([UNITS, UNITS[:1], UNITS[1:]])
    async with store.reading() as tx:
        for start, end in chance.sample(spans, most):
            tallies, forms, counts = recount(list(kept.values()), units, start, end)
            found, came = await tx.tallies(units, start, end)
            assert Counter({replace(one, count=0): one.count for one in found}) == tallies
            assert Counter({replace(one, count=0): one.count for one in came}) == forms
            assert (len(found), len(came)) == (len(tallies), len(forms))
            assert await tx.counts(units, start, end, COUNTED, CONDITIONS) == counts
            assert await tx.part_counts(units, start, end, COUNTED, REASONS) == by_hand(
                kept.values(), units, start, end
            )


@pytest.mark.parametrize("seed", range(3))
async def test_counts_are_those_of_the_rows_whatever_is_written_and_rolled_up_when(store: SqlStore, seed: int) -> None:
    """Forms, late paper, corrections, withdrawals; roll-ups in between, the clock set forward and back."""
    chance = random.Random(seed)
    kept: dict[str, Response] = {}
    number = 0
    for turn in range(8):
        new = [made(chance, number + step) for step in range(chance.randrange(25))]
        number += len(new)
        changed = chance.sample(sorted(kept), min(len(kept), chance.randrange(4)))
        corrected = [
            replace(kept[one], answers={"overall": 1, "q_1": 2}, field=chance.choice(["", "Đất đai"]), day=START)
            for one in changed
        ]
        gone = chance.sample(sorted(kept), min(len(kept), chance.randrange(4)))
        async with store.transaction() as tx:
            await tx.keep_responses([*new, *corrected])
            await tx.drop_responses(gone)
        kept |= {one.id: one for one in new}
        kept |= {one.id: replace(one, day=kept[one.id].day) for one in corrected}
        for one in gone:
            kept.pop(one, None)
        if chance.random() < 0.7:
            await roll_up(store, START + timedelta(days=chance.randrange(DAYS + 60)))
        await check(store, kept, chance, most=9 if turn == 7 else 3)


async def test_rolled_days_are_read_from_their_roll_ups(store: SqlStore) -> None:
    """The rows of a rolled day are not looked at any more; a change brings them back."""
    chance = random.Random(0)
    one, other = (replace(made(chance, number), unit="sa-dec", day=START) for number in (1, 2))
    async with store.transaction() as tx:
        await tx.keep_responses([one])
    assert await roll_up(store, START) == 0
    assert await roll_up(store, START + timedelta(days=1)) == 1
    assert await roll_up(store, START + timedelta(days=1)) == 0
    async with store.transaction() as tx:
        # Nobody does this to a roll-up; it shows that it is read.
        await tx._connection.execute(ROLLUP.update().where(ROLLUP.c.question == "").values(forms=7))
    async with store.reading() as tx:
        assert [form.count for form in (await tx.tallies(["sa-dec"], START, START))[1]] == [7]
    async with store.transaction() as tx:
        await tx.keep_responses([other])
    async with store.reading() as tx:
        assert sum(form.count for form in (await tx.tallies(["sa-dec"], START, START))[1]) == 2


async def test_a_year_is_rolled_up_by_days_weeks_and_quarters_in_parts(store: SqlStore) -> None:
    """A first roll-up of an old database goes on where it was broken off, and does nothing twice."""
    chance = random.Random(3)
    first = replace(made(chance, 0), day=date(2026, 1, 1), unit="sa-dec")
    async with store.transaction() as tx:
        await tx.keep_responses([first, *(made(chance, number) for number in range(1, 60))])
    assert await roll_up(store, date(2026, 2, 1)) == 31
    assert await roll_up(store, date(2027, 1, 4)) > 365 - 31
    assert await roll_up(store, date(2027, 1, 4)) == 0
    async with store.reading() as tx:
        marks = await tx._connection.execute(select(MARK.c.day, MARK.c.until).where(MARK.c.unit == "sa-dec"))
        spans = {Span(*row) for row in marks}
    assert set(quarters(date(2026, 1, 1), date(2026, 12, 31))) <= spans
    assert set(weeks(date(2026, 1, 1), date(2027, 1, 3))) <= spans
    assert Span(date(2026, 3, 15), date(2026, 6, 14)) in spans
    assert AT_ONCE < 365


async def test_a_form_that_is_being_stored_is_not_lost_between_a_roll_up_and_its_commit(
    store: SqlStore, twin_of: Any
) -> None:
    """The roll-up waits for whoever is writing; what they wrote is in it or takes the mark away."""
    twin = await twin_of(store)
    chance = random.Random(5)
    forms = [replace(made(chance, number), unit="sa-dec", day=START) for number in range(60)]

    async def write(process: SqlStore, some: Sequence[Response]) -> None:
        for form in some:
            async with process.transaction() as tx:
                await tx.keep_responses([form])
                await asyncio.sleep(0)

    async def roll(process: SqlStore) -> None:
        for _ in range(25):
            await roll_up(process, START + timedelta(days=1))

    await asyncio.gather(write(store, forms[:30]), write(twin, forms[30:]), roll(store), roll(twin))
    async with store.reading() as tx:
        assert sum(form.count for form in (await tx.tallies(["sa-dec"], START, START))[1]) == 60


async def test_a_roll_up_waits_for_an_open_transaction_that_changed_a_day(store: SqlStore, twin_of: Any) -> None:
    """Step by step: stored but not committed; the roll-up starts; commit; the form is in the figures."""
    twin = await twin_of(store)
    form = replace(made(random.Random(6), 1), unit="sa-dec", day=START)
    other = replace(form, id="f" * 32)
    async with store.transaction() as tx:
        await tx.keep_responses([other])
    async with asyncio.TaskGroup() as group, store.transaction() as tx:
        await tx.keep_responses([form])
        rolling = group.create_task(roll_up(twin, START + timedelta(days=1)))
        await asyncio.wait([rolling], timeout=0.2)
        assert not rolling.done()
    async with store.reading() as tx:
        assert sum(form.count for form in (await tx.tallies(["sa-dec"], START, START))[1]) == 2
        marked = await tx._connection.execute(select(func.count()).select_from(MARK))
        assert marked.scalar_one() == 1


@pytest.fixture
async def twin_of() -> AsyncIterator[Any]:
    """Makes a second process's store over the same data."""
    opened: list[SqlStore] = []

    async def open_(store: SqlStore) -> SqlStore:
        opened.append(SqlStore.open(store.engine.url.render_as_string(hide_password=False)))
        return opened[-1]

    yield open_
    for one in opened:
        await one.close()


def test_quarters_are_those_of_the_calendar_or_of_the_reform_report() -> None:
    """Whichever fit the period better."""
    year, reform = parse("2026"), parse("2026:cchc")
    assert [span.first.month for span in quarters(year.first, year.last)] == [1, 4, 7, 10]
    assert [span.first for span in quarters(reform.first, reform.last)] == [
        date(2025, 12, 15),
        date(2026, 3, 15),
        date(2026, 6, 15),
        date(2026, 9, 15),
    ]
    assert quarters(date(2026, 1, 2), date(2026, 3, 31)) == []


def test_days_that_are_not_marked_are_read_from_the_rows() -> None:
    """A quarter with one changed day is read day by day, that day from the rows; by unit."""
    within = Span(date(2026, 1, 1), date(2026, 4, 2))
    quarter = Span(date(2026, 1, 1), date(2026, 3, 31))
    changed = date(2026, 2, 10)
    whole, broken = sorted(
        covers(["a", "b", "c"], within, {unit: {quarter} for unit in "abc"}, set(), {"b": {changed}, "c": set()}),
        key=lambda cover: cover.units[0] == "b",
    )
    assert (whole.units, whole.whole, whole.days, whole.live) == (
        ("a", "c"),
        (quarter,),
        (Span(date(2026, 4, 1), within.last),),
        (),
    )
    assert (broken.units, broken.whole, broken.live) == (("b",), (), (Span(changed, changed),))
    assert broken.days == (Span(within.first, date(2026, 2, 9)), Span(date(2026, 2, 11), within.last))


def test_runs_join_neighbours() -> None:
    """Over the end of a month as well."""
    assert runs([date(2026, 3, 1), date(2026, 2, 28), date(2026, 3, 3)]) == [
        Span(date(2026, 2, 28), date(2026, 3, 1)),
        Span(date(2026, 3, 3), date(2026, 3, 3)),
    ]


@pytest.mark.parametrize("rolled", [True, False])
async def test_an_older_database_gets_its_ticks_counted(store: SqlStore, rolled: bool) -> None:
    """Days and quarters that were rolled up before ticks were: the upgrade fills in what the job would have."""
    chance = random.Random(7)
    async with store.transaction() as tx:
        await tx.keep_responses([made(chance, number) for number in range(400)])
    if rolled:
        await roll_up(store, START + timedelta(days=DAYS - 20))
    async with store.reading() as tx:
        wanted = await tx.counts(UNITS, START, START + timedelta(days=DAYS), COUNTED, CONDITIONS)
        rows = sorted((await tx._connection.execute(select(CHOICE))).all())
    assert bool(rows) is rolled
    assert wanted.choices
    async with upgrade.remaking(store.engine) as connection:
        await connection.run_sync(lambda given: command.downgrade(upgrade.config(given), BEFORE_TICKS))
    assert await upgrade.upgrade(store.engine, NOW) is not None
    async with store.reading() as tx:
        assert sorted((await tx._connection.execute(select(CHOICE))).all()) == rows
        assert await tx.counts(UNITS, START, START + timedelta(days=DAYS), COUNTED, CONDITIONS) == wanted
