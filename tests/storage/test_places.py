"""Units and counters over time, and forms read for an export: the same from every store."""

from datetime import date, timedelta
from typing import Any

from handlers.world import Counter, Unit
from reports.satisfaction.answers_table import Asked
from storage.store import SqlStore
from surveys.questionnaire import shipped
from surveys.responses import Response
from tests.sample import NOW

LAST = date(2025, 6, 30)


async def places(store: SqlStore) -> None:
    """Two units with a counter each."""
    async with store.transaction() as tx:
        for number, code in enumerate(("a", "b")):
            await tx.add_unit(Unit(code, f"Xã {code}", phone="1"), NOW + timedelta(seconds=number))
            await tx.add_counter(Counter(f"q{code}", "Quầy", code))


async def test_a_unit_keeps_its_former_names(store: SqlStore, twin: SqlStore) -> None:
    """Oldest first; a day has one former name, the first that was said."""
    await places(store)
    async with store.transaction() as tx:
        await tx.keep_former_name("a", LAST, "Thị trấn a")
        await tx.keep_former_name("a", date(2020, 1, 1), "Làng a")
        await tx.keep_former_name("a", LAST, "Khác")
        await tx.change_unit("a", {"name": "Phường a", "phone": ""})
    async with twin.reading() as tx:
        unit, other = (await tx.units()).values()
    assert (unit.name, unit.phone) == ("Phường a", "")
    assert unit.former == ((date(2020, 1, 1), "Làng a"), (LAST, "Thị trấn a"))
    assert other == Unit("b", "Xã b", phone="1")


async def test_merged_units_keep_their_counters_closed(store: SqlStore, twin: SqlStore) -> None:
    """The successor and the last day stand in the unit; nobody else's counters change."""
    await places(store)
    async with store.transaction() as tx:
        await tx.merge_units(["a"], "b", LAST)
    async with twin.reading() as tx:
        assert (await tx.units())["a"] == Unit("a", "Xã a", phone="1", valid_to=LAST, successor="b")
        assert list(await tx.counters()) == ["qb"]
        assert await tx.counters(active=False) == {"qa": Counter("qa", "Quầy", "a")}


async def test_a_counter_is_renamed_closed_and_opened_again(store: SqlStore, twin: SqlStore) -> None:
    """Each change is one field."""
    await places(store)

    async def change(values: dict[str, Any]) -> None:
        async with store.transaction() as tx:
            await tx.change_counter("qa", values)

    await change({"name": "Quầy mới"})
    await change({"active": False})
    async with twin.reading() as tx:
        assert (await tx.counters(active=False))["qa"].name == "Quầy mới"
    await change({"active": True})
    async with twin.reading() as tx:
        assert list(await tx.counters()) == ["qa", "qb"]
        assert await tx.counters(active=False) == {}


async def test_forms_are_read_by_day_with_all_their_answers(store: SqlStore) -> None:
    """Days and units as asked; a form without answers too; not in the order in which they came."""
    days = [date(2026, 11, day) for day in (3, 2, 1, 2, 2, 4)]
    given = [
        Response(
            *(f"{n:032x}", "b" if n == 4 else "a", "q", "nhanh", 1, "d", "paper", day),
            assisted=n == 0,
            complete=True,
            answers={"overall": n % 5 + 1, "reasons": ("wait", "other"), "comment": "ờ"} if n else {},
        )
        for n, day in enumerate(days)
    ]
    async with store.transaction() as tx:
        await tx.keep_responses(given)
        await tx.keep_forms(shipped().values())
    first, last = date(2026, 11, 1), date(2026, 11, 3)
    async with store.reading() as tx:
        read = [form async for form in tx.filled_forms(["a"], first, last)]
        other = [form async for form in tx.filled_forms(["a", "b"], first, last, "phuong9")]
        asked = await tx.asked(["a"], first, last)
        wordings = await tx.wordings()
    assert [form.day for form in read] == sorted(form.day for form in read)
    wanted = [r for r in given if r.unit == "a" and r.day <= last]
    assert sorted((form.day, form.stratum, sorted(map(repr, form.answers.items()))) for form in read) == sorted(
        (r.day, r.stratum, sorted(map(repr, r.answers.items()))) for r in wanted
    )
    assert other == []
    assert asked == [Asked("nhanh", 1, question) for question in ("", "comment", "overall", "reasons")]
    assert wordings["nhanh", 1] == shipped()["nhanh"].source
