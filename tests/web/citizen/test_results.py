"""What a unit publishes: off until an admin switches it on; then what is kept, as a page, as CSV, on paper."""

import csv
import io
import itertools
from datetime import timedelta

import pytest

from bot.app import App
from reports import periods
from surveys.cases import Case, Step
from tests.web.conftest import Visitor, filled_in
from tests.web.staff_pages import answered, log_in

pytestmark = pytest.mark.asyncio(loop_scope="session")

WHERE = "/ket-qua/sa-dec"
NUMBERS = itertools.count(1)


async def test_an_admin_publishes_and_takes_it_back(app: App, visitor: Visitor, another: Visitor) -> None:
    """404 with kind words before and after; in between the rate of the last month, and of none that is not kept."""
    month = periods.month_of(app.clock().date()).previous()
    await answered(app, month.first, {5: 40, 1: 10})
    await answered(app, month.previous().first, {5: 30})
    await answered(app, app.clock().date(), {1: 77})
    for path in ("", ".csv", ".pdf"):
        closed = await another.get(f"{WHERE}{path}")
        assert closed.status == 404
        assert "chưa công khai" in closed.body

    await log_in(app, visitor, role="admin")
    page = await visitor.get("/staff/office")
    form = next(one for one in page.page.all("form") if one["action"] == "/staff/office/published")
    assert (await visitor.post(form["action"], filled_in(form, {"step": "month"}))).status == 200

    shown = await another.get("/ket-qua")
    assert shown.page.one("p", class_="figure").text.startswith("80%")
    assert [fact.text for fact in shown.page.one("ul", class_="facts").all("li")] == [
        "Từ 50 phiếu qua mã QR đặt tại quầy, 50 câu trả lời được tính.",
        "Tính là hài lòng: mức 4 và 5, trên thang 5 mức.",
        "Khoảng tin cậy 95%: 66,96% đến 88,76%.",
        "Tỷ lệ trả lời: không tính được cho kỳ này.",
    ]
    assert shown.page.all("table") == []
    assert "MẪU THỬ" in shown.body
    assert "77" not in shown.page.one("main").text
    assert "Chúng tôi làm" not in shown.body
    note = "Mở thêm một quầy vào sáng thứ Hai."
    for said, published in (("Đã nhắc cán bộ.", False), (note, True), (note, True)):
        await handled(app, said, published=published)
    done = (await another.get(WHERE)).page.one("section", **{"aria-labelledby": "done"})
    assert [one.text for one in done.all("li")] == [note]

    # A month more is kept once somebody looks at its report.
    await visitor.get(f"/staff?period={month.previous().name}")
    assert [row.all("td")[0].text for row in (await another.get(WHERE)).page.one("tbody").all("tr")] == ["80%", "100%"]
    assert "Satisfied" in (await another.get(f"{WHERE}?lang=en")).body
    async with another.client.get(f"{another.address}{WHERE}.csv") as got:
        table = list(csv.reader(io.StringIO((await got.read()).decode("utf-8-sig")), delimiter=";"))
    assert "MẪU THỬ" in table[0][0]
    assert [row[2:11] for row in table[2:]] == [
        [one.name, one.first.isoformat(), one.last.isoformat(), "Hài lòng", *numbers]
        for one, numbers in (
            (month.previous(), ["30", "30", "100,00", "88,65", "100,00"]),
            (month, ["40", "50", "80,00", "66,96", "88,76"]),
        )
    ]
    async with another.client.get(f"{another.address}{WHERE}.pdf") as got:
        assert (await got.read()).startswith(b"%PDF")

    page = await visitor.get("/staff/office")
    assert "Công khai kết quả đánh giá" in page.page.one("section", **{"aria-labelledby": "changes"}).text
    form = next(one for one in page.page.all("form") if one["action"] == "/staff/office/published")
    await visitor.post(form["action"], filled_in(form, {"step": ""}))
    assert (await another.get("/ket-qua")).status == 404


async def handled(app: App, note: str, *, published: bool) -> None:
    """Close a case with a note."""
    now = app.clock()
    case = Case(0, "sa-dec", "quay1", now.date(), 1, "Chờ lâu", f"phiếu {next(NUMBERS)}", now.date())
    async with app.store.transaction() as tx:
        (opened,) = await tx.keep_cases([case])
        assert await tx.move_case(opened.id, Step("handled", now, "admin sa-dec", note=note, published=published))


async def test_only_an_admin_switches_it(app: App, visitor: Visitor) -> None:
    """Who is staff sees the choice and has no form; a sent one is refused, and so is a kind of period that is none."""
    await log_in(app, visitor)
    assert "/staff/office/published" not in (await visitor.get("/staff/office")).body
    sent = {"unit": "sa-dec", "seen": "0", "step": "month"}
    assert (await visitor.post("/staff/office/published", sent)).status == 403
    await log_in(app, visitor, role="admin")
    assert (await visitor.post("/staff/office/published", {**sent, "step": "day"})).status == 400


async def test_few_forms_are_not_told(app: App, visitor: Visitor, another: Visitor) -> None:
    """A week of four forms stands in the list without numbers, and makes no poster."""
    week = periods.week_of(app.clock().date() - timedelta(days=140))
    await answered(app, week.first, {5: 4})
    await log_in(app, visitor, role="admin")
    page = await visitor.get("/staff/office")
    form = next(one for one in page.page.all("form") if one["action"] == "/staff/office/published")
    await visitor.get(f"/staff?period={week.name}")
    await visitor.post(form["action"], filled_in(form, {"step": "week"}))
    shown = await another.get(WHERE)
    assert "chưa đủ phiếu" in shown.page.one("main").text
    assert shown.page.one("section", class_="last").all("li") == []
    assert (await another.get(f"{WHERE}.pdf")).status == 404
