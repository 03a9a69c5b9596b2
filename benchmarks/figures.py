"""How long a report takes over 10 million answers, against counting the rows each time."""

import argparse
import asyncio
import random
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import delete, func, insert, literal, select, text

from benchmarks.answers import _drop_database, _fresh_database, _postgres_answers
from benchmarks.measuring import table
from catalog.entries import Entry
from handlers.world import Counter, Unit, World
from reports.periods import Period, parse
from reports.statements.compiling import statement_of
from reports.statements.gathering_inputs import read_inputs
from reports.statements.scope import Scope
from storage.counts.coverage import Span
from storage.counts.rollups import CHOICE, KEYS, LEVELS, MARK, ROLLUP
from storage.database.upgrade import upgrade
from storage.nightly_rollup import roll_up
from storage.store import SqlStore
from surveys.questionnaire import shipped
from surveys.responses import Response
from tests.sample import world

PROVINCE, COMMUNES, YEAR = "tinh", 150, 2026
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
TODAY = date(2027, 1, 4)
FIELDS = ("Hộ tịch", "Đất đai")
# What a commune's day is made of: (counter, source, stratum, form) and how many forms of it come in.
DAY = (
    ("1", "web", "open", "nhanh", 6),
    ("1", "kiosk", "open", "nhanh", 5),
    ("2", "web", "open", "nhanh", 6),
    ("2", "webchat", "open", "nhanh", 3),
    ("1", "web", "assisted", "nhanh", 1),
    ("", "paper", "slip", "phuong9", 8),
    ("", "web", "slip", "phuong9", 4),
)
QUESTIONS = {"nhanh": ("overall", "attitude", "guidance", "waiting"), "phuong9": tuple(f"q_{n}" for n in range(1, 10))}


def run(entries: Sequence[Entry], options: argparse.Namespace) -> None:
    """Print how long reports take."""
    asyncio.run(_run(communes=30 if options.quick else COMMUNES, days=28 if options.quick else 91))


TICKED = {
    "nhanh": {"reasons": ("wait", "wait,attitude", "attitude", "guidance,papers", "wait,papers,other", "other")},
    "phuong9": {
        "gender": ("male", "female"),
        "age": ("18_24", "25_34", "35_49", "50_60", "over_60"),
        "education": ("primary", "lower", "upper", "university", "vocational", "postgraduate"),
    },
}


async def _run(communes: int, days: int) -> None:
    rows: list[tuple[str, ...]] = [("report", "answers in the database", "seconds")]
    counted: list[tuple[str, ...]] = [("a commune's quarter", "answers", "from roll-ups, s", "from rows, s", "ratio")]
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as name:
        await _measured("SQLite", f"sqlite:///{name}/motcua.db", communes, days, rows, counted)
    if await _postgres_answers():
        url = await _fresh_database("motcua_bench_figures")
        try:
            await _measured("PostgreSQL", url, communes, days, rows, counted)
        finally:
            await _drop_database(url)
    table(f"Reports: {communes} communes, a year of roll-ups written by arithmetic, today's forms as rows", rows)
    print()
    table("The same quarter of one commune whose forms are all there as rows, rolled up and not", counted)


async def _measured(
    title: str, url: str, communes: int, days: int, rows: list[tuple[str, ...]], counted: list[tuple[str, ...]]
) -> None:
    store = SqlStore.open(url)
    await upgrade(store.engine)
    using = _world(communes)
    async with store.transaction() as tx:
        for unit in using.units.values():
            await tx.add_unit(unit, datetime(YEAR, 1, 1, tzinfo=ZONE))
    answers = await _write_year(store, communes)
    async with store.transaction() as tx:
        await tx.keep_responses(_forms("c000", TODAY, 0))
    size = f"{answers:,}"
    for what, unit, period in (
        ("a commune's quarter", "c001", "2026-Q4"),
        ("a commune's year", "c001", "2026"),
        ("the province's quarter", PROVINCE, "2026-Q4"),
        ("the province's quarter, reform report", PROVINCE, "2026-Q3:cchc"),
        ("the province's year", PROVINCE, "2026"),
        ("the province's year so far, a day of rows with it", PROVINCE, "2027"),
    ):
        rows.append((f"{title}: {what}", size, f"{await _seconds(_asked(store, using, unit, parse(period))):.2f}"))
    first, again = [await _once(_kept(store, using)) for _ in range(2)]
    rows.append((f"{title}: the province's year compiled and kept", size, f"{first:.2f}"))
    rows.append((f"{title}: the same asked again", size, f"{again:.2f}"))
    counted.append(await _compared(title, store, using, days))
    await store.close()


def _world(communes: int) -> World:
    codes = [f"c{number:03d}" for number in range(communes)]
    units = {PROVINCE: Unit(PROVINCE, "Tỉnh"), **{code: Unit(code, f"Xã {code}", PROVINCE) for code in codes}}
    counters = {f"{code}-{n}": Counter(f"{code}-{n}", f"Quầy {n}", code) for code in codes for n in ("1", "2")}
    return replace(world(), units=units, counters=counters, forms=shipped(), home=PROVINCE, target=90)


def _rolled(code: str, first: date, last: date, days: int, chance: random.Random) -> list[dict[str, Any]]:
    """Return roll-up rows of a commune as if `days` days of forms had been counted."""
    found = []
    for counter, source, stratum, form, forms in DAY:
        fields = FIELDS if form == "phuong9" else ("",)
        for field in fields:
            count = forms * days // len(fields)
            keys = (code, first, last, f"{code}-{counter}" if counter else "", source, stratum, field, form)
            found.append({**dict(zip(KEYS, (*keys, ""), strict=True)), "forms": count, **dict.fromkeys(LEVELS, 0)})
            for question in QUESTIONS[form]:
                poor = chance.randrange(count // 8 + 1)
                levels = (poor // 4, poor // 4, poor - poor // 4 * 2, count // 3, count - count // 3 - poor)
                row = dict(zip(KEYS, (*keys, question), strict=True)) | {"forms": 0}
                found.append(row | dict(zip(LEVELS, levels, strict=True)))
    return found


def _ticked(code: str, day: date) -> list[dict[str, Any]]:
    """Return what was ticked on a commune's day: reasons, some forms with several, and who answered."""
    names = ("unit", "day", "until", "counter", "stratum", "form", "question", "chosen")
    places = sorted({(f"{code}-{counter}" if counter else "", stratum, form) for counter, _, stratum, form, _ in DAY})
    return [
        {**dict(zip(names, (code, day, day, *place, question, chosen), strict=True)), "forms": 1 + len(chosen) % 3}
        for place in places
        for question, combined in TICKED[place[2]].items()
        for chosen in combined
    ]


async def _write_year(store: SqlStore, communes: int) -> int:
    """Write a year's roll-ups: one commune's days by arithmetic, its weeks and quarters by the product, then copies."""
    chance = random.Random(1)
    year = list(Span(date(YEAR, 1, 1), date(YEAR, 12, 31)).days())
    rows = [row for day in year for row in _rolled("c000", day, day, 1, chance)]
    async with store.transaction() as tx:
        await tx._connection.execute(insert(ROLLUP), rows)
        await tx._connection.execute(insert(CHOICE), [row for day in year for row in _ticked("c000", day)])
        await tx._connection.execute(insert(MARK), [{"unit": "c000", "day": day, "until": day} for day in year])
    await roll_up(store, date(YEAR, 12, 31) + timedelta(days=1))
    for number in range(1, communes):
        code = f"c{number:03d}"
        async with store.transaction() as tx:
            for kept in (ROLLUP, CHOICE, MARK):
                changed = {"unit": literal(code)}
                if kept is not MARK:
                    changed["counter"] = func.replace(kept.c.counter, "c000", code)
                columns = [changed.get(column.name, column) for column in kept.c]
                copied = select(*columns).where(kept.c.unit == "c000")
                await tx._connection.execute(insert(kept).from_select(list(kept.c), copied))
    async with store.transaction() as tx:
        # On a server in use this has been done automatically.
        await tx._connection.execute(text("ANALYZE"))
    return communes * sum(row[level] for row in rows for level in LEVELS)


def _forms(code: str, day: date, start: int) -> list[Response]:
    found = []
    for counter, source, stratum, form, forms in DAY:
        for _ in range(forms):
            number = start + len(found)
            found.append(
                Response(
                    id=f"{code}{day:%Y%m%d}{number:020d}",
                    unit=code,
                    counter=f"{code}-{counter}" if counter else "",
                    form=form,
                    version=1,
                    digest="0" * 64,
                    source=source,
                    day=day,
                    assisted=stratum == "assisted",
                    complete=True,
                    answers={question: 3 + (number + n) % 3 for n, question in enumerate(QUESTIONS[form])},
                    round="quy" if stratum == "slip" else "",
                    field=FIELDS[number % len(FIELDS)] if form == "phuong9" else "",
                )
            )
    return found


def _asked(store: SqlStore, using: World, unit: str, period: Period) -> Callable[[], Awaitable[object]]:
    async def ask() -> object:
        async with store.reading() as tx:
            return (await read_inputs(tx, using, Scope(unit, period))).report()

    return ask


def _kept(store: SqlStore, using: World) -> Callable[[], Awaitable[object]]:
    async def ask() -> object:
        async with store.transaction() as tx:
            return await statement_of(tx, using, Scope(PROVINCE, parse("2026")), datetime(2027, 1, 4, 8, tzinfo=ZONE))

    return ask


async def _seconds(ask: Callable[[], Awaitable[object]]) -> float:
    await ask()
    return statistics.median([await _once(ask) for _ in range(3)])


async def _once(ask: Callable[[], Awaitable[object]]) -> float:
    started = time.perf_counter()
    await ask()
    return time.perf_counter() - started


async def _compared(title: str, store: SqlStore, using: World, days: int) -> tuple[str, ...]:
    """Store one commune's forms of the last days of the year as rows, and count them both ways."""
    code = "c000"
    last = date(YEAR, 12, 31)
    answers = 0
    async with store.transaction() as tx:
        for day in Span(last - timedelta(days=days - 1), last).days():
            forms = [form for round_ in range(3) for form in _forms(code, day, round_ * 1000)]
            answers += sum(len(form.answers) for form in forms)
            await tx.keep_responses(forms)
        await tx._connection.execute(delete(MARK).where(MARK.c.unit == code))
    ask = _asked(store, using, code, parse("2026-Q4"))
    rows = await _seconds(ask)
    await roll_up(store, TODAY)
    rolled = await _seconds(ask)
    return title, f"{answers:,}", f"{rolled:.3f}", f"{rows:.3f}", f"{rows / rolled:.0f}"
