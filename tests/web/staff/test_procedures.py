"""Correcting a procedure on the pages: old and new first, never over another's change, a new one under its own code."""

import io

import openpyxl
import pytest
import pytest_asyncio

from bot.app import App
from bot.demo import sample_entries
from handlers.ports import Role
from tests.web.conftest import Answer, Visitor, rows
from tests.web.staff_pages import log_in

pytestmark = pytest.mark.asyncio(loop_scope="session")

BIRTH = "/staff/catalog/1.001193"
WORKBOOKS = ("/staff/catalog/template.xlsx", "/staff/catalog/current.xlsx")


@pytest_asyncio.fixture(loop_scope="session", autouse=True)
async def admin(app: App, visitor: Visitor) -> None:
    """An admin of the commune."""
    await log_in(app, visitor, role="admin")


def versions(app: App) -> int:
    """How many versions the catalog has."""
    return int(rows(app, "SELECT count(*) FROM catalog_import")[0][0])


async def pressed(visitor: Visitor, answer: Answer, step: str, **texts: str) -> Answer:
    """Fill in the form that is sent and press a button."""
    form = answer.page.one("form", method="post")
    fields = {**dict(form.fields()), **texts, "step": step}
    return await visitor.post(form["action"], list(fields.items()))


async def test_a_commune_adds_its_own_to_what_the_province_publishes(app: App, visitor: Visitor) -> None:
    """Found by words, its own part alone is open; shown old and new, confirmed, kept in its own catalog."""
    found = await visitor.get("/staff/catalog/find?q=khai+sinh+cho+con")
    assert BIRTH in [link["href"] for link in found.page.all("a")]
    opened = await visitor.get(BIRTH)
    assert {name for name, _ in opened.page.one("form", method="post").fields()} == {
        "version", "short", "also", "where", "forms",
    }  # fmt: skip
    before = versions(app)
    looked = await pressed(visitor, opened, "preview", where="Quầy số 7", steps="Bước của xã")
    assert [node.text for node in looked.page.all("ins")] == ["Quầy số 7"]
    assert versions(app) == before
    kept = await pressed(visitor, looked, "keep")
    assert "Đã ghi" in kept.said
    assert (versions(app), str(kept.url.path)) == (before + 1, BIRTH)
    assert rows(app, "SELECT unit, file FROM catalog_import ORDER BY id DESC")[0] == (
        "sa-dec", "Sửa trên trang: Đăng ký khai sinh (1.001193)",
    )  # fmt: skip
    assert "Quầy số 7" in str(await visitor.turn("đăng ký khai sinh cho con nộp ở đâu"))
    written = (await visitor.get("/staff/catalog")).page.one("ol", class_="versions").all("li")[0].text
    assert "Phường Sa Đéc · trang cán bộ · Sửa trên trang" in written
    assert "0 mới, 1 đổi, 0 bãi bỏ" in written


async def test_two_at_once_see_each_others_version(app: App, visitor: Visitor) -> None:
    """The later one keeps nothing, at the look or at the confirmation, and may go on with both in sight."""
    first, second = await visitor.get(BIRTH), await visitor.get(BIRTH)
    waiting = await pressed(visitor, second, "preview", where="Bàn của người thứ hai")
    await pressed(visitor, await pressed(visitor, first, "preview", where="Bàn của người thứ nhất"), "keep")
    for late in (
        await pressed(visitor, waiting, "keep"),
        await pressed(visitor, second, "preview", where="Bàn của người thứ hai"),
    ):
        assert late.status == 409
        assert "Bàn của người thứ nhất" in late.said
        assert "Bàn của người thứ hai" in late.said
    again = await pressed(visitor, late, "edit")
    assert "Bàn của người thứ hai" in str(again.page.one("form", method="post").fields())
    kept = await pressed(visitor, await pressed(visitor, again, "preview"), "keep")
    assert kept.status == 200
    assert "Bàn của người thứ hai" in str(kept.page.one("form", method="post").fields())


async def test_a_new_procedure_under_the_units_own_code(app: App, visitor: Visitor) -> None:
    """Wrong codes and known ones are told at their field; what is kept is answered; markup is text."""
    empty = await visitor.get("/staff/catalog/new")
    wrong = await pressed(visitor, empty, "preview", code="ABC", name="Liên thông")
    assert wrong.status == 400
    assert "Mã chưa đúng" in wrong.said
    known = await pressed(visitor, empty, "preview", code="1.001193", name="Trùng")
    assert known.status == 409
    assert "đã có trong danh mục" in known.said
    looked = await pressed(
        visitor, empty, "preview", code="LT.01", name="Liên thông <b>nuôi</b> đà điểu", fee="Không", also="nuôi đà điểu"
    )
    kept = await pressed(visitor, looked, "keep")
    assert str(kept.url.path) == "/staff/catalog/LT.01"
    assert "Liên thông <b>nuôi</b> đà điểu" in kept.said
    assert "LT.01" in str(await visitor.turn("tôi muốn nuôi đà điểu"))


async def test_a_name_that_takes_questions_is_shown_in_the_preview(visitor: Visitor) -> None:
    """With the procedures before and after."""
    looked = await pressed(visitor, await visitor.get(BIRTH), "preview", also="giấy độc thân")
    assert "giấy độc thân" in looked.page.one("tbody").text


async def test_the_file_to_fill_in_comes_from_the_page(visitor: Visitor) -> None:
    """A workbook with its guide."""
    async with visitor.client.get(f"{visitor.address}/staff/catalog/template.xlsx") as response:
        book = openpyxl.load_workbook(io.BytesIO(await response.read()))
    assert book.sheetnames == ["Danh mục", "Hướng dẫn"]


async def test_the_catalog_there_is_comes_from_the_page_too(visitor: Visitor) -> None:
    """A row for each procedure that citizens are answered with."""
    page = await visitor.get("/staff/catalog")
    (link,) = [one["href"] for one in page.page.all("a") if "current.xlsx" in one["href"]]
    async with visitor.client.get(f"{visitor.address}{link}") as response:
        assert 'filename="danh-muc.xlsx"' in response.headers["Content-Disposition"]
        book = openpyxl.load_workbook(io.BytesIO(await response.read()))
    codes = [row[0].value for row in book["Danh mục"].iter_rows(min_row=2)]
    assert codes == sorted(codes)
    assert set(codes) >= {entry.code for entry in sample_entries()}


@pytest.mark.parametrize(("role", "status"), [("staff", 403)])
async def test_staff_without_the_right_change_nothing(app: App, visitor: Visitor, role: Role, status: int) -> None:
    """Neither look nor write."""
    await log_in(app, visitor, role=role)
    for path in (BIRTH, "/staff/catalog/find", "/staff/catalog/new", *WORKBOOKS):
        assert (await visitor.get(path)).status == status
    assert (await visitor.post(BIRTH, [("step", "keep")])).status == status
