"""Giving a procedure a name: what it would take from others is found before, and laid over it joins the others."""

from catalog.catalogs import Catalog
from catalog.entries import Entry
from catalog.import_plan import chain_entry
from catalog.naming import called, check

BIRTH = Entry("9.000001", "Đăng ký khai thác cát", also="xin cát")
OTHER = Entry("9.000002", "Cấp phép nuôi chim yến", also="giấy nhà yến")


def test_a_name_that_takes_a_question_away_is_told_with_both_procedures() -> None:
    """What is asked elsewhere and the other's own names are asked again; one that takes nothing is harmless."""
    catalog = Catalog.build([BIRTH, OTHER])
    taken = check(catalog, called(BIRTH, "giấy nhà yến"), ["giấy nhà yến"], ["xin giấy nhà yến"], ["giấy cho nhà yến"])
    assert ("giấy nhà yến", OTHER.code) in {(one.question, one.before) for one in taken.moved}
    assert not taken.harmless
    free = check(
        catalog,
        called(BIRTH, "đào bới lòng sông"),
        ["đào bới lòng sông"],
        ["đào bới lòng sông ở đâu"],
        ["giấy cho nhà yến"],
    )
    assert free.harmless
    assert free.reached == ("đào bới lòng sông", "đào bới lòng sông ở đâu")
    assert free.seal != taken.seal


def test_the_names_of_all_units_hold_together() -> None:
    """A unit's own names go before those of the units above it, each once; other texts are the nearest one's."""
    stated = {
        "": Entry("9.000001", "Khai thác cát", also="xin cát; đào cát", fee="10.000 đồng"),
        "sa-dec": Entry("9.000001", "Khai thác cát", also="Xin cát\nhút cát", fee="5.000 đồng"),
    }
    laid = chain_entry(stated, ["sa-dec", "dong-thap", ""])
    assert laid is not None
    assert laid.also.split("\n") == ["Xin cát", "hút cát", "đào cát"]
    assert laid.fee == "5.000 đồng"
    assert called(laid, "HUT CAT") == laid
    assert chain_entry({}, ["sa-dec", ""]) is None
