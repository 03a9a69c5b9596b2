"""What a document says beside the figures: the catalog's own facts, and where the unit's template lies."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from catalog.catalogs import Catalog, empty
from catalog.entries import Entry
from reports import rates
from reports.documents.details import (
    TEMPLATE,
    CatalogFacts,
    Details,
    Heads,
    Shortened,
    details_of,
    facts_of,
)
from reports.documents.kept_details import kept_details
from reports.periods import parse
from reports.satisfaction.trend import Point
from reports.statements.compiling import statement_of
from reports.statements.scope import Scope
from storage.store import SqlStore
from surveys.responses import Response
from tests.sample import NOW, world
from tests.storage import conftest as databases

store = databases.store


def test_a_catalogs_procedures_are_counted_by_each_level_that_takes_part() -> None:
    """The most frequent level first; a procedure of two levels counts at both; one without a level at none."""
    entries = [
        Entry("1.000001", "Một", level="Cấp xã"),
        Entry("1.000002", "Hai", level="Cấp bộ, Cấp xã"),
        Entry("1.000003", "Ba", level="Cấp tỉnh; Cấp bộ"),
        Entry("1.000004", "Bốn"),
    ]
    assert facts_of(Catalog.build(entries)) == CatalogFacts(4, (("Cấp bộ", 2), ("Cấp xã", 2), ("Cấp tỉnh", 1)))
    assert facts_of(empty()) is None


SHORTENED = {
    "days": ("15 ngày", "10 ngày.", ("15 ngày", "10 ngày")),
    "working days": ("3 ngày làm việc.", "02 Ngày làm việc", ("03 ngày làm việc", "02 ngày làm việc")),
    "words": ("Ngay trong ngày.", "02 giờ", ("Ngay trong ngày", "02 giờ")),
    "longer than the law allows": ("5 ngày", "7 ngày", None),
    "as long": ("5 ngày", "05 ngày", None),
    "none promised": ("5 ngày", "", None),
    "none published": ("", "5 ngày", None),
}


@pytest.mark.parametrize("case", SHORTENED)
def test_a_promised_time_is_listed_where_it_is_shorter(case: str) -> None:
    """Days with a leading zero; what cannot be compared is taken at its word."""
    time, committed, expected = SHORTENED[case]
    facts = facts_of(Catalog.build([Entry("1.000001", "Thủ tục cấp phép", time=time, committed=committed)]))
    assert facts is not None
    assert facts.shortened == (() if expected is None else (Shortened("Cấp phép", *expected),))


def test_the_details_of_the_sample_ward(tmp_path: Path) -> None:
    """Letterhead from its name, the catalog's count, the place as set; its own template once it is there."""
    made = details_of(world(), "sa-dec", tmp_path, "Sa Đéc", (2, 1))
    assert (made.heads, made.place, made.cases) == (Heads("Ủy ban nhân dân", "Phường Sa Đéc", True), "Sa Đéc", (2, 1))
    assert made.catalog is not None
    assert made.catalog.procedures == len(world().catalog("sa-dec"))
    assert made.template is None
    template = tmp_path / TEMPLATE
    template.parent.mkdir()
    template.write_bytes(b"")
    assert details_of(world(), "sa-dec", tmp_path).template == template


def test_the_letterhead_is_that_of_the_time() -> None:
    """A ward that was renamed since signs for last year under the name it had."""
    unit = replace(world().units["sa-dec"], name="Phường Sa Đéc Mới", former=((date(2026, 6, 30), "Phường Sa Đéc"),))
    using = replace(world(), units={**world().units, "sa-dec": unit})
    made = [details_of(using, "sa-dec", Path(), on=day).heads for day in (date(2026, 6, 30), date(2026, 7, 1))]
    assert [heads and heads.lower for heads in made] == ["Phường Sa Đéc", "Phường Sa Đéc Mới"]


FORM = Response(
    *("1" * 32, "sa-dec", "quay1", "nhanh", 1, "0" * 64, "web", date(2026, 1, 1)), complete=True, answers={"overall": 5}
)
SAID = Details(
    CatalogFacts(12, (("Cấp xã", 12),), (Shortened("Cấp phép", "15 ngày", "10 ngày"),)),
    Heads("Ủy ban nhân dân", "Phường Sa Đéc", committee=True),
    "Sa Đéc",
    (2, 1),
)
LATER = Details(CatalogFacts(400), Heads("Ủy ban nhân dân", "Phường khác", committee=True), "Cao Lãnh", (9, 9))


async def test_what_the_first_document_of_a_statement_said_each_later_one_says(store: SqlStore) -> None:
    """Catalog, letterhead, cases, trend; the place is the clerk's. A period that is not over keeps nothing."""
    async with store.transaction() as tx:
        await tx.add_unit(world().units["sa-dec"], NOW)
        await tx.keep_responses([FORM])
        over = await statement_of(tx, world(), Scope("sa-dec", parse("2026-W01")), NOW)
        running = await statement_of(tx, world(), Scope("sa-dec", parse("2026")), NOW)
    points = (Point(parse("2025-W52"), rates.rate({5: 9, 1: 1}), False), Point(parse("2026-W01"), None, True))
    led = replace(over, trend=points)
    assert await kept_details(store, led, SAID) == (led, SAID)
    assert await kept_details(store, over, LATER) == (led, replace(SAID, place="Cao Lãnh"))
    assert [await kept_details(store, running, one) for one in (SAID, LATER)] == [(running, SAID), (running, LATER)]


async def test_a_statement_without_a_catalog_stays_without_one(store: SqlStore) -> None:
    """What was a blank in the first document is one in the next."""
    async with store.transaction() as tx:
        await tx.add_unit(world().units["sa-dec"], NOW)
        await tx.keep_responses([FORM])
        statement = await statement_of(tx, world(), Scope("sa-dec", parse("2026-W01")), NOW)
    assert await kept_details(store, statement, Details()) == (statement, Details())
    assert await kept_details(store, statement, SAID) == (statement, Details(place="Sa Đéc"))
