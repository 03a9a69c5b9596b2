"""An import adds and updates; it never takes anything away, and doing it twice changes nothing."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.entries import TEXT_KEYS, Entry, Way
from catalog.import_plan import Plan, merge, over, plan
from catalog.text import fold
from tests.catalog.entry_samples import ENTRIES

BIRTH = Entry(
    "1.001193", "Đăng ký khai sinh", field="Hộ tịch", fee="Không", time="Trong ngày", unchecked=("time", "fee")
)
MARRIAGE = Entry("1.000894", "Đăng ký kết hôn", field="Hộ tịch")
STAY = Entry("1.004194", "Đăng ký tạm trú", field="Cư trú")


def test_a_plan_parts_new_changed_and_unchanged() -> None:
    """Each incoming record is counted once, in the order of the file."""
    cheaper = replace(MARRIAGE, fee="Miễn phí")
    result = plan({BIRTH.code: BIRTH, MARRIAGE.code: MARRIAGE}, [STAY, BIRTH, cheaper])
    assert result == Plan(added=(STAY,), changed=(cheaper,), unchanged=1)
    assert result.to_store == (STAY, cheaper)


def test_nothing_is_taken_away_by_a_file_that_leaves_it_out() -> None:
    """A file without a known procedure plans nothing about it."""
    assert plan({BIRTH.code: BIRTH, MARRIAGE.code: MARRIAGE}, []) == Plan((), (), 0)


def test_an_empty_cell_does_not_erase_what_is_known() -> None:
    """A list of names alone leaves papers, times and fees as they were."""
    bare = Entry(BIRTH.code, BIRTH.name)
    assert merge(BIRTH, bare) == BIRTH
    assert plan({BIRTH.code: BIRTH}, [bare]) == Plan((), (), 1)


@pytest.mark.parametrize("key", [key for key in TEXT_KEYS if key != "code"])
def test_every_text_that_a_record_states_is_put_over_the_known_one(key: str) -> None:
    """No column is forgotten by the merge, and the other columns stay."""
    entry = replace(Entry(BIRTH.code, BIRTH.name), **{key: "Nội dung mới"})
    merged = merge(BIRTH, entry)
    assert getattr(merged, key) == "Nội dung mới"
    assert [other for other in TEXT_KEYS if getattr(merged, other) != getattr(BIRTH, other)] == [key]


def test_ways_are_replaced_as_a_whole() -> None:
    """New ways to hand in take the place of all old ones; none stated keeps the old ones."""
    known = replace(BIRTH, ways=(Way("Trực tiếp", fee="8.000 đồng"), Way("Trực tuyến")))
    entry = replace(BIRTH, ways=(Way("Bưu chính"),))
    assert merge(known, entry).ways == (Way("Bưu chính"),)
    assert merge(known, BIRTH).ways == known.ways


def test_a_stated_text_is_no_longer_doubtful() -> None:
    """What an official file states counts as checked, what it leaves out stays doubtful."""
    entry = Entry(BIRTH.code, BIRTH.name, fee="8.000 đồng")
    assert merge(BIRTH, entry).unchecked == ("time",)


def test_a_text_stated_with_doubt_stays_doubtful() -> None:
    """A sample file that marks its own text as unchecked keeps the mark."""
    entry = Entry(BIRTH.code, BIRTH.name, fee="8.000 đồng", unchecked=("fee",))
    assert set(merge(BIRTH, entry).unchecked) == {"fee", "time"}


def test_importing_a_doubtful_record_twice_changes_nothing() -> None:
    """Marks of doubt on a stated and an empty text keep their order, so the second import is idle."""
    entry = Entry(BIRTH.code, BIRTH.name, time="Trong ngày", unchecked=("time", "conditions"))
    assert plan({entry.code: entry}, [entry]) == Plan((), (), 1)


@given(ENTRIES, ENTRIES)
def test_importing_the_same_file_twice_changes_nothing(known: Entry, entry: Entry) -> None:
    """After an import the same record has nothing left to change."""
    entry = replace(entry, code=known.code)
    once = merge(known, entry)
    assert plan({known.code: once}, [entry]) == Plan((), (), 1)


@given(ENTRIES, ENTRIES)
def test_a_merge_loses_no_known_text(known: Entry, entry: Entry) -> None:
    """Every text is the new one where it is stated and the known one where it is not."""
    merged = merge(known, entry)
    expected = {key: getattr(entry, key) or getattr(known, key) for key in TEXT_KEYS}
    assert {key: getattr(merged, key) for key in TEXT_KEYS} == expected


texts = st.text("abc ", max_size=6).map(str.strip)


@given(texts, texts, texts, texts)
def test_what_a_unit_states_without_a_name_leaves_the_published_text(
    name: str, also: str, added: str, committed: str
) -> None:
    """The published name stays, also a later one; names that people use add up; the committed time is the unit's."""
    published = Entry("1.000001", f"Cấp {name}", time="15 ngày", also=also, fee="Không")
    laid = over(published, Entry("1.000001", "", also=added, committed=committed))
    assert replace(laid, also="", committed="") == replace(published, also="")
    assert laid.committed == committed
    assert {fold(name) for name in laid.also.split("\n")} - {""} == {fold(also), fold(added)} - {""}
    assert over(published, Entry("1.000001", "")) == published
