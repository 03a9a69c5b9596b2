"""The staff's page of the catalog: an admin's first file, from sending to undoing, on a phone and by keyboard."""

import asyncio
import io
from pathlib import Path

import aiohttp
import pytest
from playwright.async_api import expect

from bot.app import App
from tests.catalog.books import workbook
from tests.catalog.preview.files import HEADER
from tests.web.axe import SMALL_PHONE, found_by_axe
from tests.web.conftest import Opener, Tab, Visitor
from tests.web.screens import wide
from tests.web.staff_pages import HOUR, log_in, secret_for

pytestmark = pytest.mark.asyncio(loop_scope="session")

PAGE = "/staff/catalog"
NAME = "Đăng ký nuôi chim yến trong khu dân cư"
ROWS = [
    [1, "1.900001", NAME, "3 ngày làm việc", "Không"],
    ["TTHC SỬA ĐỔI, BỔ SUNG"],
    [2, "1.001193", "Đăng ký khai sinh", "2 ngày", "Không"],
    [3, 1.00361, "Hai <script>", "", ""],
]


LINK = "https://congbao.example.vn/77-QD-UBND"


async def sound(tab: Tab) -> None:
    """Nothing at the side, nothing for axe."""
    assert not await wide(tab.page)
    assert await found_by_axe(tab.page) == []


async def test_an_admin_sends_a_file_looks_confirms_and_undoes(app: App, opener: Opener, tmp_path: Path) -> None:
    """By keyboard at 360 pixels: the counts, the odd row, old beside new, the version, and back; sound at each step."""
    file = workbook(tmp_path / "phu-luc.xlsx", {"PL": [HEADER, *ROWS]})
    tab = await opener.tab(app.settings.address, *SMALL_PHONE)
    page = tab.page
    await tab.go(f"/staff/login/{await secret_for(app, 'dong-thap', 'admin')}")
    await page.keyboard.press("Tab")
    await page.click("button")
    await tab.go(PAGE)
    await sound(tab)
    await page.set_input_files("input[type=file]", file)
    await page.locator("form.sending button").press("Enter")
    await page.locator("a.main").press("Enter")
    await expect(page.locator(".counts")).to_contain_text("1 mới")
    await sound(tab)
    birth = page.locator("article", has_text="1.001193")
    await expect(birth.locator("del").first).to_contain_text("Ngay trong ngày làm việc")
    await expect(birth.locator("ins").first).to_have_text("2 ngày")
    await page.select_option("select[name=kind]", "odd")
    await page.locator(".filter button").press("Enter")
    await expect(page.locator("article")).to_have_count(1)
    await expect(page.locator("article")).to_contain_text("có thể đã mất số 0")
    await expect(page.locator("article")).to_contain_text("Trang «PL», dòng ")
    async with page.expect_download() as downloading:
        await page.get_by_text("Tải tệp lỗi để sửa").press("Enter")
    assert (await downloading.value).suggested_filename == "tep-loi.xlsx"
    await page.fill("input[name=link]", LINK)
    await page.locator("[value=confirm]").press("Enter")
    await expect(page.locator(".told")).to_contain_text("1 thủ tục mới, 1 thay đổi")
    await app.live.refresh()
    assert "1.900001" in app.live().catalog("sa-dec")
    await page.locator(".versions a").first.press("Enter")
    await expect(page.locator(".change").first).to_be_visible()
    await expect(page.get_by_role("link", name=LINK)).to_be_visible()
    await sound(tab)
    await page.locator("[value=undo]").press("Enter")
    await expect(page.locator(".told")).to_contain_text("Đã trả lại: 2")
    assert await page.locator("dd.was .quiet").first.inner_text() == "Trước lần này"
    await tab.go(PAGE)
    undone = page.locator(".versions li").first
    await expect(undone).to_contain_text("2 trả lại như trước, 0 giữ nguyên")
    await app.live.refresh()
    assert "1.900001" not in app.live().catalog("sa-dec")
    assert tab.errors == []


async def test_who_may_not_gets_no_catalog(app: App, visitor: Visitor) -> None:
    """Staff without the right, a ward's admin at the province's catalog, nobody at all, a version of another unit."""
    assert (await visitor.get(PAGE)).status == 403
    await log_in(app, visitor, "sa-dec", "staff")
    assert "người quản trị" in (await visitor.get(PAGE)).said
    await log_in(app, visitor, "sa-dec", "admin")
    assert (await visitor.get(PAGE)).status == 200
    for path in (f"{PAGE}?unit=dong-thap", f"{PAGE}/preview?unit=dong-thap", f"{PAGE}/preview.xlsx?unit=dong-thap"):
        assert (await visitor.get(path)).status == 403
    assert (await visitor.get(f"{PAGE}/versions/1")).status == 404
    for path in (f"{PAGE}/decide", f"{PAGE}/versions/1"):
        assert (await visitor.post(path, {"unit": "dong-thap", "do": "confirm", "token": "0"})).status == 403


async def test_the_decisions_address_is_one(app: App, visitor: Visitor) -> None:
    """Another scheme than http is no address, and nothing is confirmed."""
    await log_in(app, visitor, "dong-thap", "admin")
    form = {"unit": "dong-thap", "token": "0" * 12, "do": "confirm", "link": "javascript:alert(1)"}
    answer = await visitor.post("/staff/catalog/decide", form)
    assert answer.status == 400
    assert "https://" in answer.said


async def test_a_form_without_a_file_is_told_so(app: App, visitor: Visitor) -> None:
    """No file, and a kind that is not read; too large is refused while it comes."""
    await log_in(app, visitor, "sa-dec", "admin")
    for content, name, status in ((b"", "", 400), (b"x", "a.exe", 400), (b"x" * 21_000_000, "a.xlsx", 413)):
        form = aiohttp.FormData({"unit": "sa-dec"})
        form.add_field("file", io.BytesIO(content), filename=name, content_type="application/octet-stream")
        async with visitor.client.post(visitor.address + PAGE, data=form) as answer:
            assert answer.status == status


async def test_an_empty_file_is_named_as_such(app: App, visitor: Visitor) -> None:
    """It was chosen, so that nobody is asked to choose one."""
    await log_in(app, visitor, "sa-dec", "admin")
    form = aiohttp.FormData({"unit": "sa-dec"})
    form.add_field("file", b"", filename="rong.xlsx", content_type="application/octet-stream")
    async with visitor.client.post(visitor.address + PAGE, data=form) as answer:
        assert answer.status == 400
        assert "rong.xlsx là tệp rỗng. Ông/Bà chọn lại tệp rồi gửi." in await answer.text()


async def test_an_admin_sends_a_file_in_the_web_chat(app: App, visitor: Visitor, tmp_path: Path) -> None:
    """The field is shown to admins alone, and what others send all the same is refused."""
    rows = [HEADER, [1, "1.900007", "Nuôi tằm", "3 ngày", "Không"]]
    content = workbook(tmp_path / "phu-luc.xlsx", {"PL": rows}).read_bytes()
    assert 'type="file"' not in (await visitor.get("/")).body
    await visitor.post("/chat", {"text": "xin chào", "id": "a"})
    assert await sent_in_chat(visitor, content) == 403
    async with app.store.transaction() as tx:
        await tx.create_token("invitation", "dong-thap", "admin", "CODE-CHAT", app.clock() + HOUR)
    await visitor.post("/chat", {"text": "/thamgia CODE-CHAT", "id": "b"})
    assert 'type="file"' in (await visitor.get("/")).body
    assert await sent_in_chat(visitor, content) == 200
    async with asyncio.timeout(30):
        while "Chưa có gì thay đổi cho đến khi" not in (said := (await visitor.get("/")).said):  # noqa: ASYNC110 -- rows
            await asyncio.sleep(0.1)
    assert "Đã nhận phu-luc.xlsx" in said
    assert "1 mới" in said


async def sent_in_chat(visitor: Visitor, content: bytes) -> int:
    """Send a file by the chat page's form; the status of the answer."""
    form = aiohttp.FormData({"id": "c"})
    form.add_field("file", content, filename="phu-luc.xlsx", content_type="application/octet-stream")
    async with visitor.client.post(f"{visitor.address}/chat/file", data=form) as answer:
        return answer.status
