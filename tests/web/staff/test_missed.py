"""What citizens did not find on the pages: groups, one tap for a name, a look first where it would take from others."""

from datetime import timedelta

import pytest
import pytest_asyncio

from bot.app import App
from handlers.turn import NoteMiss
from tests.web.conftest import Answer, Node, Visitor, rows
from tests.web.staff_pages import log_in

pytestmark = pytest.mark.asyncio(loop_scope="session")

BIRTH = "1.001193"
ASKED = ["xin tờ giấy lót tã", "xin to giay lot ta", "cho em hỏi tờ giấy lót tã"]


@pytest_asyncio.fixture(loop_scope="session", autouse=True)
async def asked(app: App) -> None:
    """Two groups of this week and one of last week; nothing is handled."""
    today = app.clock().date()
    async with app.store.transaction() as tx:
        await tx.forget_misses(today + timedelta(days=1))
        await tx.note_misses([NoteMiss("sa-dec", text) for text in ASKED], today)
        await tx.note_misses([NoteMiss("sa-dec", ASKED[0], "not_this")] * 2, today - timedelta(days=7))
        await tx.note_misses([NoteMiss("sa-dec", "<b>nuôi lạc đà</b>")], today)


def group(answer: Answer, text: str) -> Node:
    """The group with a text as its heading."""
    return next(one for one in answer.page.all("article") if one.one("h2").text == text)


async def tap(visitor: Visitor, answer: Answer, text: str, button: str) -> Answer:
    """Press a button under a group."""
    form = group(answer, text).one("form")
    pressed = next(one for one in form.all("button") if button in one["value"])
    return await visitor.post(form["action"], [*form.fields(), (pressed["name"], pressed["value"])])


async def test_one_tap_names_a_procedure_and_it_is_answered_at_once(app: App, visitor: Visitor) -> None:
    """Likeness gathers three wordings; the name stands in the history, the group leaves, its count stays."""
    await log_in(app, visitor, role="admin")
    page = await visitor.get("/staff/missed")
    found = group(page, ASKED[0])
    assert "5 lượt" in found.text
    assert "Người hỏi nói không phải việc này: 2" in found.text
    assert [one.text for one in found.one("ul").all("li")] == [f"{text} (1)" for text in sorted(ASKED[1:])]
    asked = await visitor.get(found.one("a")["href"] + "&q=khai+sinh")
    form = asked.page.all("form", method="post")[0]
    done = await visitor.post(form["action"], [*form.fields(), ("do", f"name:{BIRTH}")])
    assert "Đã thêm tên gọi" in done.said
    assert ASKED[0] not in done.said
    turn = await visitor.turn("tờ giấy lót tã làm ở đâu")
    assert BIRTH in str(turn)
    assert rows(app, "SELECT unit, file FROM catalog_import ORDER BY id DESC")[0] == (
        "sa-dec",
        f"Tên gọi khác “tờ giấy lót tã” của {BIRTH}",
    )
    handled = await visitor.get("/staff/missed?state=handled")
    assert "5 lượt" in handled.said


async def test_a_name_that_takes_from_another_is_shown_first(app: App, visitor: Visitor) -> None:
    """The questions that would go elsewhere stand there with both procedures; stepping back changes nothing."""
    await log_in(app, visitor, role="admin")
    page = await visitor.get("/staff/missed")
    asked = await visitor.get(group(page, "<b>nuôi lạc đà</b>").one("a")["href"])
    form = asked.page.all("form", method="post")[0]
    fields = [("unit", ""), ("name", "giấy độc thân"), ("do", f"name:{BIRTH}")]
    before = rows(app, "SELECT count(*) FROM catalog_import")
    looked = await visitor.post(form["action"], fields)
    assert looked.status == 200
    assert "giấy độc thân" in looked.page.one("tbody").text.lower()
    assert rows(app, "SELECT count(*) FROM catalog_import") == before
    assert "nuôi lạc đà" in (await visitor.get(looked.page.one("main").all("a")[-1]["href"])).said
    forged = [*fields, ("seal", "00000000")]
    assert "Vẫn thêm tên này" in (await visitor.post(form["action"], forged)).said


async def test_anothers_matter_is_named_from_then_on(app: App, visitor: Visitor) -> None:
    """With the office that was chosen; what was put aside stays away and is counted; a second tap finds it gone."""
    await log_in(app, visitor, role="admin")
    page = await visitor.get("/staff/missed")
    address = group(page, "<b>nuôi lạc đà</b>").one("form")["action"]
    empty = await visitor.post(address, [("do", "outside"), ("matter", "nuôi lạc đà")])
    assert empty.status == 400
    fields = [("do", "outside"), ("office", "other"), ("office_name", "Sở Thú"), ("matter", "nuôi lạc đà")]
    assert "nêu nơi giải quyết" in (await visitor.post(address, fields)).said
    assert "Sở Thú" in str(await visitor.turn("tôi muốn nuôi lạc đà"))
    assert (await visitor.post(address, fields)).status == 409
    async with app.store.transaction() as tx:
        await tx.note_misses([NoteMiss("sa-dec", "nuôi lạc đà hai bướu")] * 3, app.clock().date() + timedelta(days=1))
    assert "nuôi lạc đà" not in (await visitor.get("/staff/missed")).said
    handled = (await visitor.get("/staff/missed?state=handled")).said
    assert "nơi giải quyết: Sở Thú" in handled
    assert "Từ đó thêm 3 lượt" in handled


async def test_only_admins_of_the_unit_see_them(app: App, visitor: Visitor) -> None:
    """Nobody without a login, no staff without the right, no unit that is not below."""
    assert (await visitor.get("/staff/missed")).status == 403
    await log_in(app, visitor, role="admin")
    assert (await visitor.get("/staff/missed?unit=dong-thap")).status == 403
    await log_in(app, visitor, role="staff")
    refused = await visitor.get("/staff/missed")
    assert refused.status == 403
    assert "quản trị" in refused.said
