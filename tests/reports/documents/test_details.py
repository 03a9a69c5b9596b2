"""What a document says beside the figures: the catalog's own facts, and where the unit's template lies."""

from pathlib import Path

import pytest

from catalog.entries import Entry
from catalog.live import Catalog, empty
from reports.documents.details import TEMPLATE, CatalogFacts, Heads, Shortened, details_of, facts_of
from tests.sample import world


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
    own = tmp_path / TEMPLATE
    own.parent.mkdir()
    own.write_bytes(b"")
    assert details_of(world(), "sa-dec", tmp_path).template == own
