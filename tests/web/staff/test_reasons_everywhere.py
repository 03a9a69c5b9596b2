"""Ten forms counted by hand say the same on the page, in chat, in Monday's summary, in Word, Excel, CSV and JSON."""

import csv
import io
from datetime import date, timedelta
from zipfile import ZipFile

import docx
import openpyxl
import pytest
import pytest_asyncio
from PIL import Image

from bot.app import App
from handlers.ports import Membership
from reports.bulletins.bulletin import bulletin
from reports.bulletins.timetable import Deadlines
from reports.documents.descriptions import alt
from reports.periods import parse
from reports.satisfaction.report import as_json
from reports.statements.compiling import statement_from
from reports.statements.scope import Scope
from reports.statements.statement import Statement
from reports.statements.summary import report_text
from surveys.responses import Response
from tests.web.conftest import Visitor
from tests.web.staff_pages import log_in

pytestmark = pytest.mark.asyncio(loop_scope="session")

MONDAY = date(2016, 3, 7)
WEEK = "2016-W10"
WAITED = "Chờ lâu 5 trong 10 phiếu chưa hài lòng (50%) · Hướng dẫn chưa rõ 5 (50%)"
MOST = "Chờ lâu nhiều nhất: Thứ Hai, Buổi sáng, Quầy 2, Bộ phận Một cửa, Hộ tịch."


@pytest_asyncio.fixture(loop_scope="session", scope="module", autouse=True)
async def ten(app: App) -> None:
    """Five waited long at Quầy 2 on Monday morning, five heard too little at Quầy 1 on Tuesday, with late dossiers."""
    form = app.live().forms["nhanh"]
    made = [
        Response(
            f"10{number:030x}", "sa-dec", "quay1" if number % 2 else "quay2", form.code, form.version, form.digest,
            "web", MONDAY + timedelta(days=number % 2), complete=True, round="Đợt",
            occasion="late" if number % 2 else "", half="pm" if number % 2 else "am",
            field="Đất đai" if number % 2 else "Hộ tịch",
            answers={"overall": 1, "reasons": ("guidance",) if number % 2 else ("wait",)},
        )
        for number in range(10)
    ]  # fmt: skip
    async with app.store.transaction() as tx:
        await tx.keep_responses(made)


async def stated(app: App) -> Statement:
    """The week's statement."""
    return await statement_from(app.store, app.live(), Scope("sa-dec", parse(WEEK)), app.clock())


async def test_the_page_tells_them(app: App, visitor: Visitor) -> None:
    """Top reasons first, and by counter, field, occasion and day of the week behind a link."""
    await log_in(app, visitor)
    first = await visitor.get(f"/staff?period={WEEK}")
    top = first.page.one("section", **{"aria-labelledby": "top-reasons"})
    assert [item.one("span", class_="number").text for item in top.all("li")] == ["5 phiếu · 50%"] * 2
    assert MOST in top.text
    reasons = await visitor.get(f"/staff?period={WEEK}&tab=reasons")
    tables = {
        table.one("thead").all("th")[0].text: [
            f"{row.one('th').text}: {row.one('td').text}" for row in table.one("tbody").all("tr")
        ]
        for table in reasons.page.all("table")
    }
    waited, guided = (f"{name} 5 trong 5 phiếu chưa hài lòng (100%)" for name in ("Chờ lâu", "Hướng dẫn chưa rõ"))
    assert tables == {
        "Theo quầy": [f"Quầy 1, Bộ phận Một cửa: {guided}", f"Quầy 2, Bộ phận Một cửa: {waited}"],
        "Theo lĩnh vực": [f"Hộ tịch: {waited}", f"Đất đai: {guided}"],
        "Theo việc phát phiếu": [f"Phát như thường lệ: {waited}", f"Hồ sơ trễ hạn: {guided}"],
        "Theo thứ trong tuần": [f"Thứ Hai: {waited}", f"Thứ Ba: {guided}"],
        "Theo buổi": [f"Buổi sáng: {waited}", f"Buổi chiều: {guided}"],
    }
    compared = await visitor.get(f"/staff?period={WEEK}&tab=groups")
    assert "Hồ sơ trễ hạn" in compared.page.one("section", **{"aria-labelledby": "report-occasions"}).text


async def test_chat_and_mondays_summary_tell_them(app: App) -> None:
    """The reasons of how many forms, and where the first was ticked most."""
    statement = await stated(app)
    assert f"Lý do: {WAITED}\n{MOST}" in report_text(statement).plain
    member = Membership("telegram", "1", "sa-dec", "staff")
    async with app.store.reading() as tx:
        summary = await bulletin(tx, app.live(), member, "weekly", statement, [], app.clock(), Deadlines())
    assert f"Lý do: {WAITED}\n{MOST}" in summary.text.plain
    assert "MẪU THỬ" in summary.text.plain


async def test_files_tell_them(app: App, visitor: Visitor) -> None:
    """A row an option and place, with how many were asked: CSV, Excel and Word say it alike, and name the sample."""
    await log_in(app, visitor)
    files = {}
    for kind in ("csv", "xlsx", "docx"):
        async with visitor.client.get(f"{visitor.address}/staff/report.{kind}?period={WEEK}") as got:
            files[kind] = await got.read()
    table = list(csv.reader(io.StringIO(files["csv"].decode("utf-8-sig")), delimiter=";"))
    options = {row[5]: (row[6], row[-2], row[-1]) for row in table if row[3:] and row[3].startswith("Lựa chọn")}
    book = openpyxl.load_workbook(io.BytesIO(files["xlsx"]))
    sheet = [[cell.value for cell in row] for row in book["Lý do, lựa chọn"].iter_rows(min_row=5)]
    annex = {f"{row[3]}: {row[4]}": (str(row[5]), str(row[6])) for row in sheet if row[3] and row[4]}
    word = docx.Document(io.BytesIO(files["docx"]))
    rows = [[cell.text for cell in row.cells] for one in word.tables for row in one.rows]
    for place, option in (("Quầy 2, Bộ phận Một cửa", "Chờ lâu"), ("Thứ Ba", "Hướng dẫn chưa rõ"),
                          ("Hồ sơ trễ hạn", "Hướng dẫn chưa rõ"), ("Hộ tịch", "Chờ lâu"),
                          ("Buổi sáng", "Chờ lâu")):  # fmt: skip
        assert options[f"{place}: {option}"] == ("5", "5", "100,00")
        assert annex[f"{place}: {option}"] == ("5", "5")
        assert [row[3:] for row in rows if row[1:3] == [place, option]] == [["5", "5", "100"]]
    assert (options["Chờ lâu"], annex["Toàn bộ: Chờ lâu"]) == (("5", "10", "50,00"), ("5", "10"))
    assert "MẪU THỬ" in table[0][0]
    assert any("MẪU THỬ" in str(cell.value) for row in book.worksheets[0].iter_rows() for cell in row)
    headers = [p.text for section in word.sections for p in section.header.paragraphs]
    assert any("MẪU THỬ" in text for text in [*headers, *(p.text for p in word.paragraphs)])


async def test_the_chart_tells_them(app: App, visitor: Visitor) -> None:
    """In words what the picture shows, with the same numbers; the picture stands in Word and Excel, and is a file."""
    statement = await stated(app)
    assert alt("reasons.png", statement).splitlines()[1:] == [
        "Chờ lâu: 5 phiếu · 50%.", "Hướng dẫn chưa rõ: 5 phiếu · 50%.", MOST
    ]  # fmt: skip
    await log_in(app, visitor)
    files = {}
    for kind in ("xlsx", "docx", "reasons.png"):
        async with visitor.client.get(f"{visitor.address}/staff/report.{kind}?period={WEEK}") as got:
            files[kind] = await got.read()
    with ZipFile(io.BytesIO(files["docx"])) as archive:
        assert sum(name.startswith("word/media/") for name in archive.namelist()) == 3
        assert "Biểu đồ lý do chưa hài lòng" in archive.read("word/document.xml").decode()
    book = openpyxl.load_workbook(io.BytesIO(files["xlsx"]))
    assert [len(book[name]._images) for name in ("Lý do, lựa chọn", "Xu hướng")] == [1, 1]
    assert Image.open(io.BytesIO(files["reasons.png"])).width == 1080


async def test_the_json_tells_them(app: App) -> None:
    """Old keys stay; the breakdowns of reasons are new ones."""
    values = as_json((await stated(app)).report)
    (choice,) = values["by_choice"]
    by = {key: {row["code"]: row["options"][0]["forms"] for row in choice[f"by_{key}"]}
          for key in ("counter", "field", "occasion", "weekday", "half")}  # fmt: skip
    assert by == {
        "counter": {"quay1": 5, "quay2": 5},
        "field": {"Hộ tịch": 5, "Đất đai": 5},
        "occasion": {"": 5, "late": 5},
        "weekday": {"1": 5, "2": 5},
        "half": {"am": 5, "pm": 5},
    }
    by_occasion = [(row["code"], row["answers"], row["rate"]) for row in values["by_occasion"]]
    assert by_occasion == [("", 5, 0.0), ("late", 5, 0.0)]
