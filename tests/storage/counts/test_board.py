"""What the staff page reads: counts by day, comments with the state of their cases, questions without an answer."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from handlers.turn import NoteMiss
from handlers.world import Unit
from reports.satisfaction.comments import Comment, Missed
from reports.satisfaction.trend import DayCount, Step
from storage.nightly_rollup import roll_up
from storage.store import SqlStore
from surveys.answers import Answer
from surveys.cases import Case
from surveys.cases import Step as CaseStep
from surveys.responses import Response

DAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
COUNTED = {"nhanh": frozenset({"overall"})}
ASKED = ({"nhanh": frozenset({"comment"})}, COUNTED)
BARE = Response("", "sa-dec", "quay1", "nhanh", 1, "0" * 64, "web", DAY, complete=True)


@pytest.fixture(autouse=True)
async def units(store: SqlStore) -> None:
    """Two units that answers belong to."""
    async with store.transaction() as tx:
        for unit in ("sa-dec", "cao-lanh"):
            await tx.add_unit(Unit(unit, unit), NOW)


async def kept(store: SqlStore, number: int, answers: dict[str, Answer], **changes: object) -> Response:
    """Store a form."""
    response = replace(BARE, id=f"{number:032x}", answers=answers, **changes)  # type: ignore[arg-type]
    async with store.transaction() as tx:
        await tx.keep_responses([response])
    return response


async def comments(store: SqlStore, *units: str, most: int = 10, skipped: int = 0) -> list[Comment]:
    """The comments of units in the week."""
    async with store.reading() as tx:
        return await tx.comments(units or ("sa-dec",), DAY - timedelta(days=6), DAY, ASKED, most, skipped)


async def test_answers_are_counted_by_day_stratum_and_level(store: SqlStore) -> None:
    """Counted questions of the asked units and days alone."""
    await kept(store, 1, {"overall": 5, "attitude": 1})
    await kept(store, 2, {"overall": 5})
    await kept(store, 3, {"overall": 2}, day=DAY - timedelta(days=1))
    await kept(store, 4, {"overall": 4}, assisted=True)
    await kept(store, 5, {"overall": 4}, round="đợt 1")
    await kept(store, 6, {"overall": 1}, unit="cao-lanh")
    await kept(store, 7, {"overall": 1}, day=DAY - timedelta(days=2))
    await kept(store, 8, {"overall": 1}, form="khac")
    async with store.reading() as tx:
        found = await tx.counts_by_day(["sa-dec"], DAY - timedelta(days=1), DAY, COUNTED, "day")
        nothing = await tx.counts_by_day(["sa-dec"], DAY - timedelta(days=1), DAY, {"nhanh": frozenset()}, "day")
    assert sorted(found, key=str) == sorted(
        [
            DayCount(DAY - timedelta(days=1), "open", 2, 1),
            DayCount(DAY, "open", 5, 2),
            DayCount(DAY, "assisted", 4, 1),
            DayCount(DAY, "slip", 4, 1),
        ],
        key=str,
    )
    assert nothing == []


async def test_comments_come_latest_day_first_with_their_lowest_level(store: SqlStore) -> None:
    """Words, place, day, level; a form without words, without a level, of another unit or time."""
    await kept(store, 1, {"overall": 4, "comment": "Nhanh"}, day=DAY - timedelta(days=1))
    await kept(store, 2, {"overall": 5})
    await kept(store, 3, {"comment": "Chưa chấm"}, counter="")
    await kept(store, 4, {"overall": 1, "comment": "Nơi khác"}, unit="cao-lanh")
    await kept(store, 5, {"overall": 1, "comment": "Tháng trước"}, day=DAY - timedelta(days=7))
    await kept(store, 6, {"overall": 3, "procedure": "Khai sinh"})
    expected = [
        Comment("sa-dec", "", DAY, 0, "Chưa chấm", None),
        Comment("sa-dec", "quay1", DAY - timedelta(days=1), 4, "Nhanh", None),
    ]
    assert await comments(store) == expected
    assert await comments(store, "sa-dec", "cao-lanh") == [
        expected[0], Comment("cao-lanh", "quay1", DAY, 1, "Nơi khác", None), expected[1]
    ]  # fmt: skip


async def test_a_comment_carries_the_state_of_its_case(store: SqlStore) -> None:
    """Open, then handled."""
    response = await kept(store, 1, {"overall": 1, "comment": "Chờ lâu"})
    async with store.transaction() as tx:
        (case,) = await tx.keep_cases([Case(0, "sa-dec", "quay1", DAY, 1, "Chờ lâu", response.id, DAY)])
    assert [one.state for one in await comments(store)] == ["open"]
    async with store.transaction() as tx:
        await tx.move_case(
            case.id, CaseStep("handled", datetime.combine(DAY, time(9), UTC), "staff sa-dec", note="Xong.")
        )
    assert [one.state for one in await comments(store)] == ["handled"]


async def test_comments_come_in_pages_that_miss_none_and_repeat_none(store: SqlStore) -> None:
    """Seven in pages of three."""
    for number in range(7):
        await kept(store, number, {"comment": f"Ý kiến {number}"}, day=DAY - timedelta(days=number % 2))
    pages = [await comments(store, most=3, skipped=skipped) for skipped in (0, 3, 6, 9)]
    assert [len(page) for page in pages] == [3, 3, 1, 0]
    assert [one for page in pages for one in page] == await comments(store)


async def test_missed_questions_are_those_of_the_units_and_days(store: SqlStore) -> None:
    """Summed over days and units, by kind, most first, so many of each kind at most, beside how many there are."""
    async with store.transaction() as tx:
        await tx.note_misses(
            [NoteMiss("sa-dec", "nuôi yến")] * 2 + [NoteMiss("cao-lanh", "nuôi yến"), NoteMiss("sa-dec", "biển số")],
            DAY,
        )
        await tx.note_misses([NoteMiss("sa-dec", "biển số")] * 2, DAY - timedelta(days=1))
        await tx.note_misses([NoteMiss("sa-dec", "năm ngoái")], DAY - timedelta(days=365))
        await tx.note_misses([NoteMiss("sa-dec", "1.001193 Khai sinh", "name_only")], DAY)
    async with store.reading() as tx:
        one_unit = await tx.missed(["sa-dec"], DAY - timedelta(days=1), DAY, 20)
        both = await tx.missed(["sa-dec", "cao-lanh"], DAY, DAY, 1)
    gap = Missed("name_only", 1, (("1.001193 Khai sinh", 1),))
    assert one_unit == [Missed("missed", 5, (("biển số", 3), ("nuôi yến", 2))), gap]
    assert both == [Missed("missed", 4, (("nuôi yến", 3),)), gap]


@pytest.mark.parametrize("step", ["day", "week"])
async def test_the_counts_are_the_same_from_rows_and_from_roll_ups(store: SqlStore, step: Step) -> None:
    """Four weeks, in one of which a form came late; rolled up by the week they stand under their Mondays."""
    monday = DAY - timedelta(days=DAY.weekday() + 28)
    for number in range(60):
        day = monday + timedelta(days=number % 28)
        await kept(store, number, {"overall": 1 + number % 5, "attitude": 1}, day=day, assisted=number % 7 == 0)

    async def counted() -> Counter[tuple[object, ...]]:
        async with store.reading() as tx:
            found = await tx.counts_by_day(["sa-dec"], monday, monday + timedelta(days=27), COUNTED, step)
        weeks: Counter[tuple[object, ...]] = Counter()
        for one in found:
            weeks[(one.day - monday).days // 7, one.stratum, one.level] += one.count
        return weeks

    before = await counted()
    assert before.total() == 60
    assert await roll_up(store, DAY) > 0
    assert await counted() == before
    await kept(store, 99, {"overall": 5}, day=monday + timedelta(days=9))
    assert await counted() == before + Counter({(1, "open", 5): 1})
