"""Questions that citizens left, on the staff's page: answered once, and made another name of a procedure."""

from datetime import timedelta

import pytest

from bot.app import App
from surveys.questions_left import LeftQuestion
from tests.web.conftest import Visitor, rows
from tests.web.staff_pages import log_in

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def leave(app: App, text: str, person: str) -> int:
    """Leave a question in the web chat, due in two hours; returns its number."""
    now = app.clock()
    left = LeftQuestion(0, "sa-dec", "Hộ tịch", text, now, now + timedelta(hours=2), "webchat", person)
    async with app.store.transaction() as tx:
        return await tx.leave_question(left)


async def test_a_question_is_answered_once_and_becomes_a_name(app: App, visitor: Visitor) -> None:
    """Masked and sent where it was asked; other units' staff see nothing; an admin's tap makes its words a name."""
    text = "Cấp giấy mừng cháu chào đời"
    number = await leave(app, text, "dân")
    path = f"/staff/questions/{number}"
    assert (await visitor.get("/staff/questions")).status == 403
    await log_in(app, visitor, "dong-thap")
    assert (await visitor.get("/staff/questions")).page.all("article") == []
    assert (await visitor.post(path, {"answer": "Có"})).status == 403
    await log_in(app, visitor)
    (article,) = (await visitor.get("/staff/questions")).page.all("article")
    assert article.one("blockquote").text == text
    refused = await visitor.post(path, {"answer": "a" * 1001})
    assert (refused.status, len(refused.page.one("textarea").text)) == (400, 1001)
    assert (await visitor.post(f"{path}/name", {"do": "name:1.001193"})).status == 403
    answered = await visitor.post(path, {"answer": "Ra Một cửa, gọi 0912 345 678."})
    assert answered.page.one("p", role="status").text == "Đã gửi câu trả lời đến nơi đã hỏi."
    assert (await visitor.post(path, {"answer": "Lần nữa"})).status == 409
    kept = "SELECT answer, channel, person FROM left_question"
    assert rows(app, kept) == [("Ra Một cửa, gọi •••.", "", "")]
    assert (await visitor.get("/staff/questions?state=answered")).page.all("button.plain") == []
    await log_in(app, visitor, role="admin")
    assert (await visitor.post(f"{path}/name", {"do": "name:9.999999"})).status == 404
    named = await visitor.post(f"{path}/name", {"do": "name:1.001193"})
    assert "Đã là cách gọi khác của: Khai sinh cho trẻ mới sinh" in named.said
    assert named.page.one("p", role="status").text.startswith("Đã thêm tên gọi.")
    assert app.live().catalog("sa-dec").index.search(text).hits[0].code == "1.001193"
    assert (await visitor.post(f"{path}/name", {"do": "name:1.001193"})).status == 409


async def test_an_answer_that_cannot_be_sent_is_kept_and_said_so(app: App, visitor: Visitor) -> None:
    """The citizen erased their chat meanwhile: staff do not believe that it was read."""
    number = await leave(app, "Nuôi ong có phải đăng ký", "")
    await log_in(app, visitor)
    answered = await visitor.post(f"/staff/questions/{number}", {"answer": "Không phải đăng ký."})
    assert answered.page.one("p", role="status").text.startswith("Đã ghi câu trả lời. Không gửi được")
