"""The staff's page of due dossiers: who may see it, what stands on it, the drafts, on a phone and under axe."""

import io
from dataclasses import replace
from datetime import timedelta

import docx
import pytest
import pytest_asyncio

import handlers.world as places
from bot.app import App
from reports.dossiers.dossier import Dossier
from reports.dossiers.export import Export
from reports.dossiers.importing import take_in
from tests.reports.due_samples import OVERDUE
from tests.web.axe import SMALL_PHONE, found_by_axe
from tests.web.conftest import Opener, Visitor, rows
from tests.web.screens import DESK, wide
from tests.web.staff_pages import log_in, secret_for

pytestmark = pytest.mark.asyncio(loop_scope="session")

PAGE, APOLOGY = "/staff/dossiers", "/staff/dossiers/apology"
SCRIPT = "<script>alert(1)</script> & “Đất”"


def waiting(app: App) -> list[Dossier]:
    """One dossier of each kind, as of the running clock."""
    now = app.clock()
    old, soon = now - timedelta(days=20), now + timedelta(hours=1)
    late = replace(
        OVERDUE, received_at=old, received_on=old.date(), due_at=old, due_on=old.date(), name=SCRIPT, state="Đang xử lý"
    )
    done = {"resolved_at": old, "resolved_on": old.date()}
    return [
        late,
        replace(late, code="H20-2", name="", **done),
        replace(late, code="H20-3", handed_at=old, **done),
        replace(late, code="H20-4", due_at=soon, due_on=soon.date(), field=""),
    ]


@pytest_asyncio.fixture(loop_scope="session", scope="module", autouse=True)
async def office(app: App) -> None:
    """A neighbouring commune without a list, and the list of Sa Đéc."""
    async with app.store.transaction() as tx:
        await tx.add_unit(places.Unit(code="cao-lanh", name="Phường Cao Lãnh", parent="dong-thap"), app.clock())
        export = Export("ds.xlsx", "x", "list", {one.code: one for one in waiting(app)})
        await take_in(tx, "sa-dec", export, app.clock())
    await app.live.refresh()


@pytest.mark.parametrize("path", [PAGE, f"{PAGE}?unit=sa-dec"])
async def test_without_a_login_nothing_is_shown(path: str, visitor: Visitor) -> None:
    """403 and no dossier."""
    answer = await visitor.get(path)
    assert answer.status == 403
    assert "H20-1" not in answer.said


@pytest.mark.parametrize("unit", ["dong-thap", "cao-lanh", "khong-co"])
async def test_staff_see_their_own_unit_alone(unit: str, app: App, visitor: Visitor) -> None:
    """Another's page is closed, and no letter of it is made."""
    await log_in(app, visitor)
    assert (await visitor.get(f"{PAGE}?unit={unit}")).status == 403
    assert (await visitor.post(APOLOGY, {"unit": unit, "code": "H20-1", "do": "draft"})).status == 403


async def test_the_page_shows_what_waits_and_the_text_to_copy(app: App, visitor: Visitor) -> None:
    """Each kind with its dossiers; what a spreadsheet holds is text, never markup; a link leads here."""
    await log_in(app, visitor)
    waiting = (await visitor.get("/staff")).page.one("ul", class_="waiting").all("a")
    assert [a["href"] for a in waiting if "quá hạn" in a.text] == ["/staff/dossiers?unit=sa-dec"]
    answer = await visitor.get(PAGE)
    assert [heading.text for heading in answer.page.all("h2")] == [
        "Theo lĩnh vực",
        "Quá hạn, chưa có kết quả: 01 hồ sơ",
        "Có kết quả, quá hạn chưa trả: 01 hồ sơ",
        "Đã trả giấy, chưa kết thúc trên phần mềm: 01 hồ sơ",
        "Sắp đến hạn: 01 hồ sơ",
        "Bản để chép vào nhóm trò chuyện",
    ]
    items = answer.page.one("main").all("li")
    assert [item.one("strong").text for item in items] == ["H20-1", "H20-2", "H20-3", "H20-4"]
    assert answer.page.all("script") == []
    assert f"H20-1 · {SCRIPT} (Hộ tịch)" in answer.page.one("textarea").text
    assert [row.text for row in answer.page.one("tbody").all("tr")] == ["Hộ tịch1110", "Không ghi lĩnh vực0001"]


async def test_an_admin_sees_what_the_units_below_have(app: App, visitor: Visitor) -> None:
    """The province has no list of its own, but a row for each that has one; a unit without one is told so."""
    await log_in(app, visitor, "dong-thap", "admin")
    whole = await visitor.get(PAGE)
    assert "Các đơn vị cấp dưới" in whole.said
    assert f'href="{PAGE}?unit=sa-dec"' in whole.body
    assert "Chưa nhập danh sách hồ sơ" not in whole.said
    assert "Chưa nhập danh sách hồ sơ" in (await visitor.get(f"{PAGE}?unit=cao-lanh")).said


async def test_a_draft_is_downloaded_and_its_letter_noted(app: App, visitor: Visitor) -> None:
    """First the file, then that it was sent; the buttons go with that."""
    await log_in(app, visitor)
    fields = {"unit": "sa-dec", "code": "H20-1"}
    async with visitor.client.post(visitor.address + APOLOGY, data={**fields, "do": "draft"}) as answer:
        assert answer.status == 200
        assert answer.headers["Content-Disposition"] == 'attachment; filename="du-thao-xin-loi_H20-1.docx"'
        letter = docx.Document(io.BytesIO(await answer.read()))
    assert any(SCRIPT in paragraph.text for paragraph in letter.paragraphs)
    assert "đã soạn thư xin lỗi, chưa gửi" in (await visitor.get(PAGE)).said
    sent = await visitor.post(APOLOGY, {**fields, "do": "sent"})
    assert (sent.status, sent.url.path_qs) == (200, f"{PAGE}?unit=sa-dec")
    assert f"đã gửi thư xin lỗi ngày {app.clock():%d/%m/%Y}" in sent.said
    assert sent.page.all("li")[0].all("button") == []
    assert len(rows(app, "SELECT * FROM apology")) == 1


@pytest.mark.parametrize(
    "fields", [{"code": "H99", "do": "draft"}, {"code": "H20-1", "do": "x"}, {"code": "H20-1"}, {}]
)
async def test_what_was_not_offered_is_not_found(fields: dict[str, str], app: App, visitor: Visitor) -> None:
    """No letter for a dossier that is not there, nothing else to be done."""
    await log_in(app, visitor)
    assert (await visitor.post(APOLOGY, {"unit": "sa-dec", **fields})).status == 404


async def test_another_site_makes_no_letter(app: App, visitor: Visitor) -> None:
    """A form sent from elsewhere is refused."""
    await log_in(app, visitor)
    headers = {"Sec-Fetch-Site": "cross-site"}
    fields = {"unit": "sa-dec", "code": "H20-2", "do": "sent"}
    assert (await visitor.post(APOLOGY, fields, headers=headers)).status == 403


async def test_the_page_fits_and_is_accessible(app: App, opener: Opener) -> None:
    """Nothing at the side at 360 pixels, nothing serious for axe on a phone and on a desk, in two languages."""
    tab = await opener.tab(app.settings.address, *SMALL_PHONE)
    await tab.go(f"/staff/login/{await secret_for(app, 'dong-thap', 'admin')}")
    await tab.page.click("button")
    for language in ("vi", "en"):
        await tab.go(f"{PAGE}?lang={language}")
        for width, height in (SMALL_PHONE, DESK):
            await tab.page.set_viewport_size({"width": width, "height": height})
            assert (language, width, await wide(tab.page)) == (language, width, 0)
            assert await found_by_axe(tab.page) == []
    assert tab.faults == []
