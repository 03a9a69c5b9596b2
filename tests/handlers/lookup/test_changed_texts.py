"""A conversation goes on from the text it began with and leads to the new one; later it says that it changed."""

from dataclasses import replace

from catalog.catalogs import Catalog, Catalogs
from catalog.earlier_texts import KEPT_SECONDS, EarlierTexts
from catalog.entries import Entry
from handlers.lookup.procedures import answer, part
from handlers.session import Session
from handlers.world import Unit, World

BEFORE = Entry("1.900002", "Khai báo nuôi chim", fee="8.000 đồng", time="2 ngày", documents="1. Tờ khai")
AFTER = replace(BEFORE, fee="5.000 đồng", documents="1. Tờ khai\n2. Ảnh chuồng")
SAID, SAID_OF_OLD = "vừa được cập nhật.", "đây là bản Ông/Bà đang xem"


def world(entry: Entry, earlier_texts: EarlierTexts | None = None) -> World:
    """A ward whose catalog has one procedure."""
    catalogs = Catalogs({"": Catalog.build([entry])}, {}, earlier_texts)
    return World(units={"xa": Unit("xa", "Xã A")}, counters={}, forms={}, catalogs=catalogs, home="xa")


def moved(entry: Entry, seconds: float = 0) -> tuple[World, Session]:
    """A conversation that opened the procedure before it became another, and so much time since."""
    opened = answer(world(BEFORE), Session(unit="xa"), BEFORE.code).session
    earlier_texts = EarlierTexts()
    earlier_texts.keep(Catalog.build([BEFORE]).packed([BEFORE.code]), 0)
    earlier_texts.forget(seconds)
    return world(entry, earlier_texts), Session.from_json(opened.to_json())


def test_a_part_of_an_open_card_is_answered_from_the_text_that_it_began_with() -> None:
    """Again and again; asked for anew the procedure is the new one, told once to have changed."""
    now, session = moved(AFTER)
    for _ in range(2):
        turn = part(now, session, BEFORE.code, "documents")
        text, session = turn.replies[0].text.plain, turn.session
        assert "Ảnh chuồng" not in text
        assert SAID_OF_OLD in text
        assert f"p:{BEFORE.code}" in [button.id for button in turn.replies[0].buttons]
    assert "8.000" in answer(now, session, BEFORE.code, ("fee",)).replies[0].text.plain
    anew = answer(now, session, BEFORE.code)
    assert "Ảnh chuồng" in anew.replies[0].text.plain
    assert SAID in anew.replies[0].text.plain
    after = part(now, anew.session, BEFORE.code, "documents").replies[0].text.plain
    assert "Ảnh chuồng" in after
    assert "cập nhật" not in after


def test_what_is_kept_no_more_goes_on_with_the_new_text_and_says_so_once() -> None:
    """An hour later, or after a start of the program."""
    now, session = moved(AFTER, KEPT_SECONDS)
    first = part(now, session, BEFORE.code, "documents")
    assert "Ảnh chuồng" in first.replies[0].text.plain
    assert SAID in first.replies[0].text.plain
    assert "cập nhật" not in part(now, first.session, BEFORE.code, "documents").replies[0].text.plain


def test_what_was_abolished_meanwhile_is_told_at_once() -> None:
    """Nobody is sent to hand in for it; and what did not change says nothing."""
    now, session = moved(replace(AFTER, ended="2026-09-01"))
    assert "đã bãi bỏ" in part(now, session, BEFORE.code, "documents").replies[0].text.plain
    same, session = moved(BEFORE)
    assert "cập nhật" not in part(same, session, BEFORE.code, "documents").replies[0].text.plain
