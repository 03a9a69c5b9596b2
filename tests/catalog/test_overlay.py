"""An index laid over another answers as one that was built anew, and shares all that stays."""

from dataclasses import replace
from functools import cache

import pytest

from bot.demo import sample_entries
from catalog.catalogs import Catalog, Gathered
from catalog.entries import Entry, to_json
from catalog.index import Index
from catalog.search.layered import Layered
from tests.questions import questions

BIRTH, MARRIAGE, ID_CARD_OF_CHILD = "1.001193", "1.000894", "1.014062"
ADDED = Entry("9.000001", "Hỗ trợ hộ nuôi chim yến", level="Cấp xã")
ASKED = [*[one.text for one in questions("xa")][::12], "nuôi chim yến", "khai sinh", "kết hôn", "thẻ căn cước"]


@cache
def index() -> Index:
    """The sample's index."""
    return Index.build(sample_entries())


def rebuilt(entries: list[Entry], gone: set[str]) -> Index:
    """The sample with entries changed and others gone, built anew."""
    kept = {entry.code: entry for entry in (*sample_entries(), *entries) if entry.code not in gone}
    return Index.build(kept.values())


def renamed(code: str) -> Entry:
    """A procedure of the sample with more in its name."""
    entry = next(entry for entry in sample_entries() if entry.code == code)
    return replace(entry, name=f"{entry.name} tại nhà văn hóa")


@pytest.mark.parametrize(
    ("entries", "gone"),
    [
        ([renamed(BIRTH)], set()),
        ([ADDED], set()),
        ([], {MARRIAGE}),
        ([renamed(BIRTH), ADDED], {MARRIAGE, ID_CARD_OF_CHILD}),
    ],
)
def test_a_change_is_answered_as_if_all_were_built_anew(entries: list[Entry], gone: set[str]) -> None:
    """Decision and procedures are the same; scores differ by what a few names weigh in so small a catalog."""
    over, anew = index().over(entries, gone), rebuilt(entries, gone)
    assert len(over) == len(anew)
    for text in ASKED:
        mine, whole = over.search(text), anew.search(text)
        assert (mine.decision, mine.topic) == (whole.decision, whole.topic), text
        assert [hit.code for hit in mine.hits] == [hit.code for hit in whole.hits], text
        assert [hit.score for hit in mine.hits] == pytest.approx([hit.score for hit in whole.hits], abs=0.03), text


def test_layers_become_one_and_come_off_again() -> None:
    """What was changed twice is as if changed once; put back it scores as before, since terms keep their worth."""
    once = index().over([renamed(BIRTH), ADDED], {MARRIAGE})
    twice = index().over([renamed(BIRTH)]).over([ADDED], {MARRIAGE})
    original = [entry for entry in sample_entries() if entry.code in (BIRTH, MARRIAGE)]
    back = twice.over(original, {ADDED.code})
    for text in ASKED:
        assert once.search(text).hits == twice.search(text).hits
        assert back.search(text).hits == index().search(text).hits


def test_words_that_the_index_below_has_not_are_found_with_their_slips() -> None:
    """They are the upper one's own: the lower one does not know them."""
    over = index().over([replace(ADDED, name="Hỗ trợ hộ nuôi zebra")])
    assert over.search("nuoi zebraa").hits[0].code == ADDED.code
    assert not any(hit.code == ADDED.code for hit in index().search("nuoi zebra").hits)


def test_another_fee_leaves_the_index_as_it_is() -> None:
    """Only names are searched; the text is the new one."""
    catalog = Catalog.build(sample_entries())
    entry = catalog.entry(BIRTH)
    assert entry
    over = catalog.over(Gathered([to_json(replace(entry, fee="8.000 đồng"))]))
    changed = over.entry(BIRTH)
    assert changed
    assert over.index is catalog.index
    assert changed.fee == "8.000 đồng"
    assert entry.fee != changed.fee


def test_a_catalog_that_is_mostly_its_own_is_built_anew() -> None:
    """Its terms are weighed by its own names then."""
    catalog = Catalog.build(sample_entries())
    many = [replace(ADDED, code=f"9.{n:06d}", name=f"Cấp giấy chứng nhận loại {n}") for n in range(100)]
    over = catalog.over(Gathered(map(to_json, many)))
    assert (len(over), over.index.own_names) == (len(catalog) + 100, 0)
    assert len(catalog.over(Gathered(map(to_json, many[:3]))).fields[""]) == 3


def test_a_layer_hides_and_adds() -> None:
    """A mapping over another counts, lists and looks up what is in both, each key once."""
    over = Layered({"a": 1, "b": 2, "c": 3}, {"b": 5, "d": 4}, {"a", "x"})
    again = Layered(over, {"a": 7}, {"d"})
    assert dict(over) == {"b": 5, "c": 3, "d": 4}
    assert len(over) == 3
    assert "a" not in over
    assert (dict(again), len(again)) == ({"a": 7, "b": 5, "c": 3}, 3)
