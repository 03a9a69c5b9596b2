"""An abolished procedure is told with its day, decision and successor; an announced one with its day."""

from dataclasses import replace

import pytest

from catalog.catalogs import Catalog, Catalogs
from catalog.entries import Entry
from handlers.lookup.procedures import answer, part
from handlers.session import Session
from handlers.world import Unit, World

OLD = Entry("1.900001", "Đăng ký nuôi chim", ended="2026-09-01", ended_by="77/QĐ-UBND", successor="1.900002")
NEW = Entry("1.900002", "Khai báo nuôi chim", time="2 ngày", documents="1. Tờ khai")
LATER = replace(NEW, code="1.900003", name="Khai báo nuôi tằm", since="2027-03-01")
GONE = replace(OLD, code="1.900004", name="Dựng rạp cưới", ended_by="", successor="")
CATALOGS = Catalogs({"": Catalog.build([OLD, NEW, LATER, GONE])}, {})
WORLD = World(units={"xa": Unit("xa", "Xã A")}, counters={}, forms={}, catalogs=CATALOGS, home="xa")
SESSION = Session(unit="xa", language="vi")


@pytest.mark.parametrize(
    ("code", "said", "button"),
    [
        (
            OLD.code,
            "Đăng ký nuôi chim (1.900001) đã bãi bỏ từ ngày 01/09/2026 theo Quyết định 77/QĐ-UBND.\n"
            "Thủ tục thay thế: Khai báo nuôi chim (1.900002).",
            "p:1.900002",
        ),
        (GONE.code, "Dựng rạp cưới (1.900004) đã bãi bỏ từ ngày 01/09/2026.", "ask"),
    ],
)
def test_an_abolished_procedure_leads_to_what_replaces_it(code: str, said: str, button: str) -> None:
    """Whatever part of it is asked for, its old text is not quoted."""
    for turn in (answer(WORLD, SESSION, code), part(WORLD, SESSION, code, "time")):
        (reply,) = turn.replies
        assert (reply.text.plain, reply.buttons[0].id) == (said, button)


def test_an_announced_procedure_says_from_when() -> None:
    """In the whole answer and in a part of it; one in force says nothing of the kind."""
    for turn in (answer(WORLD, SESSION, LATER.code), part(WORLD, SESSION, LATER.code, "documents")):
        assert "có hiệu lực từ ngày 01/03/2027" in turn.replies[0].text.plain
    assert "hiệu lực" not in answer(WORLD, SESSION, NEW.code).replies[0].text.plain
