"""The staff's page of their own unit: what an admin sets is answered with, and nobody's change is lost unseen."""

import io
import re
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio
from aiohttp import FormData

from bot.app import App
from handlers.world import Unit
from tests.clock import Moment
from tests.running import running, settings_for
from tests.web.conftest import Answer, Node, Visitor, filled_in, rows
from tests.web.staff_pages import log_in

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(loop_scope="session", scope="module")
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
    html: str = (await visitor.turn(text))["html"]
    return html.rpartition('class="mine"')[2]


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
    assert [one for one in seen.page.all("form") if "/staff/office" in one["action"] and one["method"] == "post"] == []
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
    refused = await send(visitor, page, "/staff/office/contact", phone="hỏi tại quầy")
    assert refused.status == 400
    assert "Điện thoại “hỏi tại quầy” không có số nào gọi được" in refused.said
    assert form(refused, "/staff/office/contact").one("input", name="phone")["value"] == "hỏi tại quầy"
    forged = {"unit": "sa-dec", "key": "x", "seen": "0", "kind": "notice"}
    for one in (forged, {**forged, "key": "0123abcd", "seen": "-1", "text": "a", "first": first}):
        assert (await visitor.post(NOTICE, one)).status == 400


BIRTH = "1.001193"
PROCEDURE = f"/staff/office/{BIRTH}"


async def test_a_table_of_committed_times_is_shown_and_then_kept(app: App, visitor: Visitor, another: Visitor) -> None:
    """What changed since it was shown is shown anew; a wrong row keeps nothing; the answer says both times."""
    await log_in(app, visitor, role="admin")
    page = await visitor.get("/staff/office")
    wrong = await send(visitor, page, "/staff/office/committed", table="9.999999;3")
    assert wrong.status == 400
    assert "9.999999" in wrong.said
    shown = await send(visitor, page, "/staff/office/committed", table="Mã\tCam kết\n1.000894\t2 giờ")
    assert "thay đổi 1" in shown.said
    assert rows(app, "SELECT 1 FROM unit_setting WHERE subject = 'procedure:1.000894'") == []
    stale = await send(visitor, shown, "/staff/office/committed", "Lưu", stamp="0", table="1.000894;2 giờ")
    assert stale.status == 409
    saved = await send(visitor, stale, "/staff/office/committed", "Lưu")
    assert saved.status == 200
    assert "cam kết 2 giờ" in saved.said
    html = await asked(app, another, "đăng ký kết hôn mất bao lâu")
    assert "cam kết 2 giờ" in html
    assert "Đăng ký kết hôn" in html


async def test_the_catalogs_page_and_the_units_own_see_each_others_version(app: App, visitor: Visitor) -> None:
    """Both write the same names: the later one, on either page, is shown what the other kept, and keeps nothing."""
    await log_in(app, visitor, role="admin")
    edit = "/staff/catalog/1.004873"
    terms = "/staff/office/1.004873"
    on_office, on_catalog = await visitor.get(terms), await visitor.get(edit)
    assert (await send(visitor, on_office, f"{terms}/terms", also="giấy độc thân")).status == 200
    late = await send(visitor, on_catalog, edit, step="preview", also="giấy ế vợ")
    assert late.status == 409
    assert "giấy độc thân" in late.said
    on_office = await visitor.get(terms)
    looked = await send(visitor, await visitor.get(edit), edit, step="preview", also="giấy chưa vợ")
    assert (await send(visitor, looked, edit, step="keep")).status == 200
    late = await send(visitor, on_office, f"{terms}/terms", committed="1 giờ", also="giấy độc thân")
    assert late.status == 409
    assert "giấy chưa vợ" in late.said
    assert rows(app, "SELECT payload LIKE '%chưa vợ%' FROM procedure WHERE unit = 'sa-dec' AND code = '1.004873'") == [
        (1,)
    ]
    assert (await send(visitor, late, f"{terms}/terms")).status == 200
    assert rows(app, "SELECT DISTINCT by_unit FROM catalog_import WHERE kind = 'edit'") == [("sa-dec",)]


async def test_one_procedures_name_form_and_place_are_set(app: App, visitor: Visitor, another: Visitor) -> None:
    """The name finds it, the form can be downloaded by everybody; what is done elsewhere is no more the unit's."""
    await log_in(app, visitor, role="admin")
    page = await visitor.get(PROCEDURE)
    named = await send(visitor, page, f"{PROCEDURE}/terms", also="sổ bé ngoan")
    assert named.status == 200
    assert BIRTH in await asked(app, another, "sổ bé ngoan")
    content = b"%PDF-1.4 mau"
    data = FormData(quote_fields=False)
    for name, value in form(named, f"{PROCEDURE}/form").fields():
        if name and name not in ("file", "name"):
            data.add_field(name, value)
    data.add_field("name", "Tờ khai")
    data.add_field("file", content, filename="../../x.exe", content_type="application/pdf")
    offered = await visitor.post(f"{PROCEDURE}/form", data)
    assert offered.status == 200
    assert "to-khai.pdf" in offered.said
    html = await asked(app, another, "mẫu đơn")
    (in_chat,) = re.findall(r"/chat/files/\d+/\d+", html)
    (number,) = rows(app, "SELECT id FROM form_file")[0]
    async with another.client.get(f"{another.address}/forms/{number}/to-khai.pdf") as got:
        assert await got.read() == content
        assert got.headers["Content-Type"] == "application/pdf"
    async with another.client.get(f"{another.address}{in_chat}") as got:
        assert await got.read() == content
    assert (await another.get(f"/forms/{number}/khac.pdf")).status == 404
    placed = await send(visitor, offered, f"{PROCEDURE}/left-out", "Lưu", where="Trung tâm tỉnh")
    assert "Nơi giải quyết" in await asked(app, another, "đăng ký khai sinh")
    again = await send(visitor, placed, f"{PROCEDURE}/left-out", "Đơn vị có thực hiện")
    assert again.status == 200
    assert "Nơi giải quyết" not in await asked(app, another, "sổ bé ngoan")
    catalogs = rows(app, "SELECT unit, file FROM catalog_import WHERE unit <> '' ORDER BY id DESC LIMIT 1")
    assert catalogs == [("sa-dec", "trang cán bộ")]


async def test_a_field_done_elsewhere_leaves_the_list_until_it_is_put_back(app: App, visitor: Visitor) -> None:
    """Its place is needed; two who set the same field see it."""
    await log_in(app, visitor, role="admin")
    page = await visitor.get("/staff/office")
    assert (await send(visitor, page, "/staff/office/field", field="Chứng thực")).status == 400
    placed = await send(visitor, page, "/staff/office/field", field="Chứng thực", where="UBND xã bên")
    assert "Chứng thực: UBND xã bên" in placed.said
    assert (await send(visitor, page, "/staff/office/field", field="Chứng thực", where="Nơi khác")).status == 409
    found = form(placed, "/staff/office/field", last=False)
    back = await visitor.post(found["action"], [*filled_in(found, {}), ("action", "remove")])
    assert back.status == 200
    assert form(back, "/staff/office/field", last=False)["class"] == "filter"


async def test_a_file_that_is_no_form_is_refused_beside_what_was_typed(app: App, visitor: Visitor) -> None:
    """A program, a file that is too large, and a form without its fields."""
    await log_in(app, visitor, role="admin")
    fields = {"unit": "sa-dec", "key": "0123abcd", "seen": "0", "name": "Tờ khai"}
    for content in (b"MZ\x90", b"%PDF" + bytes(5 * 1024 * 1024)):
        data = FormData(fields)
        data.add_field("file", io.BytesIO(content), filename="a.pdf")
        refused = await visitor.post(f"{PROCEDURE}/form", data)
        assert refused.status == 400
        assert form(refused, f"{PROCEDURE}/form").one("input", name="name")["value"] == "Tờ khai"
    assert (await visitor.post(f"{PROCEDURE}/form", fields)).status == 400
    assert rows(app, "SELECT COUNT(*) FROM form_file WHERE sha256 = ''") == [(0,)]
