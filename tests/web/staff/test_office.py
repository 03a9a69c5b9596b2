"""The staff's page of their own unit: what an admin sets is answered with, and nobody's change is lost unseen."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio

from bot.app import App
from handlers.world import Unit
from tests.clock import Moment
from tests.running import running, settings_for
from tests.web.conftest import Answer, Node, Visitor, filled_in, rows
from tests.web.staff_pages import log_in

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def app(run_moment: Moment, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[App]:
    """The sample, with a second commune in the province."""
    async with running(settings_for(tmp_path_factory.mktemp("office"))) as started:
        async with started.store.transaction() as tx:
            await tx.add_unit(Unit("cao-lanh", "Phường Cao Lãnh", "dong-thap"), started.clock())
        await started.live.refresh()
        yield started


def form(answer: Answer, path: str, last: bool = True) -> Node:
    """A form of the page by where it goes; of several the last."""
    return [one for one in answer.page.all("form") if one["action"].startswith(path)][-1 if last else 0]


async def send(visitor: Visitor, answer: Answer, path: str, press: str = "", **filled: str | list[str]) -> Answer:
    """Fill in a form of the page and send it."""
    found = form(answer, path)
    return await visitor.post(found["action"], filled_in(found, filled, press))


async def asked(app: App, visitor: Visitor, text: str) -> str:
    """What the assistant says to a message now."""
    await app.live.refresh()
    told: str = (await visitor.turn(text))["html"]
    return told


NOTICE = "/staff/office/notice"


async def test_a_notice_is_set_told_changed_and_taken_away(app: App, visitor: Visitor, another: Visitor) -> None:
    """In chat on its day; a second press of the button changes nothing; each change stands in the record."""
    today, text = app.clock().date(), "Nghỉ làm việc sáng nay để <b>tập huấn"
    await log_in(app, visitor, role="admin")
    page = await visitor.get("/staff/office")
    filled = {"kind": "closed", "text": text, "first": today.isoformat()}
    saved = await send(visitor, page, NOTICE, "Lưu", **filled)
    assert saved.status == 200
    assert "Đã lưu" in saved.said
    assert text in saved.said
    again = await send(visitor, page, NOTICE, "Lưu", **filled)
    assert again.status == 200
    assert "&lt;b&gt;tập huấn" in await asked(app, another, "đăng ký khai sinh cần gì")
    assert text in (await visitor.get("/")).said
    removed = await visitor.post(NOTICE, [*filled_in(form(saved, NOTICE, last=False), {}), ("action", "remove")])
    record = rows(app, "SELECT number, who, value <> '' FROM unit_setting WHERE subject LIKE 'notice:%' ORDER BY at")
    assert record == [(1, "admin sa-dec", 1), (2, "admin sa-dec", 0)]
    assert "Chưa có thông báo nào" in removed.said
    await app.live.refresh()
    assert text not in (await visitor.get("/")).said


async def test_two_admins_see_what_the_other_changed(app: App, visitor: Visitor, another: Visitor) -> None:
    """The second gets both texts and nothing is stored; another press of the button puts theirs in its place."""
    await log_in(app, visitor, role="admin")
    await log_in(app, another, "dong-thap", "admin")
    mine = await visitor.get("/staff/office")
    theirs = await another.get("/staff/office?unit=sa-dec")
    assert (await send(visitor, mine, "/staff/office/contact", phone="0277 111")).status == 200
    refused = await send(another, theirs, "/staff/office/contact", phone="0277 222")
    assert refused.status == 409
    assert "0277 111" in refused.said
    assert form(refused, "/staff/office/contact").one("input", name="phone")["value"] == "0277 222"
    assert "0277 111" in await asked(app, visitor, "gặp cán bộ")
    assert (await send(another, refused, "/staff/office/contact")).status == 200
    assert "0277 222" in await asked(app, visitor, "gặp cán bộ")
    assert [who for (who,) in rows(app, "SELECT who FROM unit_setting WHERE subject = 'contact' ORDER BY number")] == [
        "admin sa-dec",
        "admin dong-thap",
    ]


async def test_only_admins_of_the_unit_or_above_change_it(app: App, visitor: Visitor, another: Visitor) -> None:
    """Staff see the page without a form; a neighbour's admin and who is not logged in see nothing."""
    fields = {"unit": "sa-dec", "key": "", "seen": "0", "phone": "1"}
    assert (await visitor.post("/staff/office/contact", fields)).status == 403
    await log_in(app, visitor)
    seen = await visitor.get("/staff/office")
    assert seen.status == 200
    assert [one for one in seen.page.all("form") if "/staff/office" in one["action"]] == []
    assert (await visitor.post("/staff/office/contact", fields)).status == 403
    await log_in(app, another, "cao-lanh", "admin")
    assert (await another.get("/staff/office?unit=sa-dec")).status == 403
    assert (await another.post("/staff/office/contact", fields)).status == 403


async def test_what_cannot_be_kept_comes_back_with_what_was_typed(app: App, visitor: Visitor) -> None:
    """With a sentence that says why; a forged number is no request of ours."""
    await log_in(app, visitor, role="admin")
    page = await visitor.get("/staff/office")
    earlier = (app.clock().date() - timedelta(days=1)).isoformat()
    first = app.clock().date().isoformat()
    refused = await send(visitor, page, NOTICE, "Lưu", kind="notice", text="Nghỉ", first=first, last=earlier)
    assert refused.status == 400
    assert "trước ngày bắt đầu" in refused.said
    assert form(refused, NOTICE).one("input", name="text")["value"] == "Nghỉ"
    forged = {"unit": "sa-dec", "key": "x", "seen": "0", "kind": "notice"}
    for one in (forged, {**forged, "key": "0123abcd", "seen": "-1", "text": "a", "first": first}):
        assert (await visitor.post(NOTICE, one)).status == 400
