"""A running catalog gives back what was put in, in the order people browse, and every unit the nearest catalog."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.catalogs import Catalog, Catalogs, empty, lineage
from catalog.entries import Entry, Way
from tests.catalog.entry_samples import ENTRIES

BIRTH = Entry("1.001193", "Thủ tục đăng ký khai sinh", field="Hộ tịch", level="Cấp xã", time="Trong ngày")
MARRIAGE = Entry("1.000894", "Thủ tục đăng ký kết hôn", field="Hộ tịch", level="Cấp xã")
STAY = Entry("1.004194", "Đăng ký tạm trú", field="Cư trú", level="Cấp xã")
LICENCE = Entry("1.001612", "Đăng ký thành lập hộ kinh doanh", field="Doanh nghiệp", level="Cấp tỉnh")
MERGER = Entry("2.002016", "Hợp nhất công ty", field="Doanh nghiệp", level="Cấp tỉnh")
DIVISION = Entry("2.002017", "Chia công ty", field="Doanh nghiệp", level="Cấp tỉnh")
PARENTS = {"phuong": "tinh", "xa": "tinh", "tinh": ""}


def test_an_entry_is_found_by_its_code_with_all_its_texts() -> None:
    """A lookup gives the whole record, not the outline that the index works with."""
    full = replace(
        BIRTH,
        documents="1. Tờ khai\n2. Giấy chứng sinh (bản chính)",
        legal_basis="Luật Hộ tịch 60/2014/QH13",
        ways=(Way("Trực tuyến", "05 ngày làm việc", "Miễn phí", "Cổng Dịch vụ công quốc gia"),),
        unchecked=("fee",),
    )
    catalog = Catalog.build([full, MARRIAGE])
    assert catalog.entry("1.001193") == full
    assert catalog.entry("1.000894") == MARRIAGE
    assert len(catalog) == 2


@pytest.mark.parametrize("code", ["", "9.999999", "1.00119", "1.001193 "])
def test_an_unknown_code_has_no_entry(code: str) -> None:
    """What is not in the catalog is None, not an error."""
    assert Catalog.build([BIRTH]).entry(code) is None


@settings(max_examples=20)  # each builds an index
@given(st.lists(ENTRIES, max_size=4, unique_by=lambda entry: entry.code))
def test_every_entry_survives_packing_unchanged(entries: list[Entry]) -> None:
    """Whatever the texts hold, they come out as they went in."""
    entries = [replace(entry, ended="") for entry in entries]
    catalog = Catalog.build(entries)
    assert [catalog.entry(entry.code) for entry in entries] == entries
    assert sorted(code for codes in catalog.fields.values() for code in codes) == sorted(e.code for e in entries)


def test_a_procedure_that_has_ended_is_found_so_that_it_can_be_told() -> None:
    """It is no part of the catalog; by its old name its successor is found, by its old code it is itself."""
    yen = Entry("1.900001", "Đăng ký nuôi chim yến", ended="2026-09-01", successor="1.900002")
    after = Entry("1.900002", "Khai báo nuôi chim", also=yen.name)
    fair = Entry("1.900003", "Cấp phép dựng rạp cưới", ended="2026-09-01")
    catalog = Catalog.build([yen, after, fair, MARRIAGE])
    assert len(catalog) == 2
    assert yen.code not in catalog
    assert fair.code not in catalog
    assert {code for codes in catalog.fields.values() for code in codes} == {after.code, MARRIAGE.code}
    first = {asked: catalog.index.search(asked).hits[0].code for asked in (yen.name, yen.code, "dựng rạp cưới")}
    assert first == {yen.name: after.code, yen.code: yen.code, "dựng rạp cưới": fair.code}
    assert (catalog.entry(fair.code), catalog.label(fair.code)) == (fair, "Cấp phép dựng rạp cưới (đã bãi bỏ)")


def test_a_code_given_twice_stands_once_with_its_last_text() -> None:
    """No list shows a procedure twice."""
    catalog = Catalog.build([BIRTH, replace(BIRTH, fee="Không")])
    assert len(catalog) == 1
    assert catalog.fields == {"Hộ tịch": ("1.001193",)}
    entry = catalog.entry("1.001193")
    assert entry is not None
    assert entry.fee == "Không"


def test_fields_with_most_commune_procedures_come_first() -> None:
    """A commune's citizens see civil status before company law, however many entries that has."""
    catalog = Catalog.build([LICENCE, MERGER, DIVISION, STAY, BIRTH, MARRIAGE])
    assert list(catalog.fields.items()) == [
        ("Hộ tịch", ("1.001193", "1.000894")),
        ("Cư trú", ("1.004194",)),
        ("Doanh nghiệp", ("1.001612", "2.002017", "2.002016")),
    ]


def test_fields_with_equally_many_commune_procedures_are_ordered_by_size_and_name() -> None:
    """The order is the same in every process."""
    fields = [("Thuế", 1), ("Hải quan", 2), ("Báo chí", 1)]
    entries = [
        Entry(f"1.{position:03}{number:03}", "Cấp giấy phép", field=field, level="Cấp bộ")
        for position, (field, count) in enumerate(fields)
        for number in range(count)
    ]
    assert list(Catalog.build(entries).fields) == ["Hải quan", "Báo chí", "Thuế"]


def test_an_empty_catalog_answers_nothing() -> None:
    """The catalog of a fresh installation has no entries, no fields, and finds nothing."""
    assert (len(empty()), dict(empty().fields), empty().entry("1.001193")) == (0, {}, None)
    assert empty().index.search("đăng ký khai sinh").decision == "none"


@pytest.mark.parametrize(
    ("unit", "parents", "chain"),
    [
        ("phuong", PARENTS, ["phuong", "tinh", ""]),
        ("tinh", PARENTS, ["tinh", ""]),
        ("", PARENTS, [""]),
        ("lạ", PARENTS, ["lạ", ""]),
        ("a", {"a": "b", "b": "c", "c": "d"}, ["a", "b", "c", "d", ""]),
        ("a", {"a": "a"}, ["a", ""]),
        ("a", {"a": "b", "b": "a"}, ["a", "b", ""]),
    ],
)
def test_lineage_goes_up_to_the_common_catalog_and_never_in_circles(
    unit: str, parents: dict[str, str], chain: list[str]
) -> None:
    """Nearest first, the common one last, also where parents were entered wrongly."""
    assert lineage(unit, parents) == chain


@pytest.mark.parametrize(
    ("with_catalog", "unit", "expected"),
    [
        (("phuong", "tinh", ""), "phuong", "phuong"),
        (("phuong", "tinh", ""), "xa", "tinh"),
        (("phuong", ""), "xa", ""),
        (("phuong", ""), "tinh", ""),
        (("tinh",), "phuong", "tinh"),
        (("tinh", ""), "lạ", ""),
    ],
)
def test_a_unit_without_a_catalog_answers_from_the_nearest_above(
    with_catalog: tuple[str, ...], unit: str, expected: str
) -> None:
    """Own, else the parent's, else the common one."""
    by_unit = {name: Catalog.build([BIRTH]) for name in with_catalog}
    assert Catalogs(by_unit, PARENTS).of(unit) is by_unit[expected]


def test_a_unit_with_no_catalog_anywhere_has_the_empty_one() -> None:
    """Nothing is found, and nothing breaks, before the first import."""
    assert Catalogs({"phuong": Catalog.build([BIRTH])}, PARENTS).of("xa") is empty()


def test_what_a_unit_states_of_a_procedure_that_nobody_publishes_is_nothing() -> None:
    """It has no name to be shown or found by; published again, it is there."""
    assert len(Catalog.build([Entry("1.000001", "", committed="2 ngày")])) == 0
    assert "1.000001" in Catalog.build([Entry("1.000001", "Cấp phép", committed="2 ngày")])
