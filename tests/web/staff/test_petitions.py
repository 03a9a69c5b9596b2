"""The register of petitions on the staff's page: entered from paper, answered once, and nothing of other units."""

import pytest

from bot.app import App
from tests.web.conftest import Answer, Visitor, filled_in, rows
from tests.web.staff_pages import log_in

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_petition_on_paper_is_entered_and_answered_once(app: App, visitor: Visitor) -> None:
    """Masked, with its due day; what cannot be is said, and nothing typed is lost; another unit's staff see nothing."""
    assert (await visitor.get("/staff/pakn")).status == 403
    await log_in(app, visitor)
    shown = await visitor.get("/staff/pakn")
    form = shown.page.all("form")[0]
    typed = {"kind": "proposal", "source": "paper", "text": "Xin thêm ghế, gọi 0912 345 678 <b>"}
    refused = await visitor.post("/staff/pakn", filled_in(form, {**typed, "received": "2100-01-01"}))
    assert (refused.status, refused.page.all("textarea")[0].text) == (400, typed["text"])
    assert (await visitor.post("/staff/pakn", {**typed, "kind": "x"})).status == 400
    entered = await visitor.post("/staff/pakn", filled_in(form, typed))
    assert entered.page.one("p", role="status").text == "Đã ghi sổ."
    (article,) = entered.page.all("article")
    assert article.one("blockquote").text == "Xin thêm ghế, gọi ••• <b>"
    (number,) = rows(app, "SELECT id FROM petition")[0]
    stranger = await log_in_elsewhere(app, visitor)
    assert stranger.page.all("article") == []
    assert (await visitor.post(f"/staff/pakn/{number}", {"note": "Xong"})).status == 403
    await log_in(app, visitor)
    assert (await visitor.post(f"/staff/pakn/{number}", {"note": " "})).status == 409
    answered = await visitor.post(f"/staff/pakn/{number}", {"note": "Đã kê thêm ghế."})
    assert "Đã kê thêm ghế." in answered.said
    assert answered.page.one("p", role="status").text == "Đã ghi là đã trả lời."
    assert (await visitor.get("/staff/pakn?done=problem")).page.all("p", role="status") == []
    assert (await visitor.post(f"/staff/pakn/{number}", {"note": "Lần nữa"})).status == 409
    assert rows(app, "SELECT kind, source, state, note, answered_by FROM petition") == [
        ("proposal", "paper", "answered", "Đã kê thêm ghế.", "staff sa-dec")
    ]


async def log_in_elsewhere(app: App, visitor: Visitor) -> Answer:
    """Open the page as an officer of the unit above."""
    await log_in(app, visitor, "dong-thap", "staff")
    return await visitor.get("/staff/pakn")
