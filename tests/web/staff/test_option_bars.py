"""What was ticked stands on the staff page, and reasons on the page of cases."""

from datetime import date

import pytest
import pytest_asyncio

from bot.app import App
from surveys.cases import Case
from surveys.responses import Response
from tests.web.conftest import Visitor
from tests.web.staff_pages import log_in

pytestmark = pytest.mark.asyncio(loop_scope="session")

DAY = date(2016, 3, 7)


@pytest_asyncio.fixture(loop_scope="session", scope="module", autouse=True)
async def ticks(app: App) -> None:
    """Fifty dissatisfied forms at two counters, most with reasons."""
    async with app.store.transaction() as tx:
        await tx.keep_responses([form(number) for number in range(50)])


def form(number: int) -> Response:
    """A bad mark: three of four waited long, a fifth was told too little, four of the first counter anything else."""
    reasons = [
        *(["wait"] if number % 4 else []),
        *(["guidance"] if number % 5 == 0 else []),
        *(["other"] if number in (1, 3, 5, 7) else []),
    ]
    counter = "quay1" if number % 2 else "quay2"
    answers = {"overall": 1, "reasons": tuple(reasons)} if reasons else {"overall": 2}
    return Response(
        f"7e{number:030x}", "sa-dec", counter, "nhanh", 1, "0" * 64, "web", DAY, complete=True, answers=answers
    )


async def test_reasons_are_ranked_on_the_staff_page(app: App, visitor: Visitor) -> None:
    """Of 50 dissatisfied forms 37 waited; what four ticked has no number; each counter has its own."""
    await log_in(app, visitor)
    answer = await visitor.get(f"/staff?period={DAY}&tab=reasons")
    section = answer.page.one("section", **{"aria-labelledby": "choice-nhanh-reasons"})
    assert "Trong 50 phiếu chưa hài lòng." in section.text
    bars = [" ".join(part.text for part in item.all("span")) for item in section.one("ol", class_="bars").all("li")]
    assert "Chờ lâu 37 phiếu · 74%" in bars
    assert "Điều khác: không hiện (dưới 5 phiếu, hoặc có thể suy ra)" in section.text
    rows = [" ".join(cell.text for cell in (*row.all("th"), *row.all("td"))).strip() for row in section.all("tr")]
    (first,) = [row for row in rows if row.startswith("Quầy 1")]
    assert "Chờ lâu 25 trong 25 phiếu chưa hài lòng (100%)" in first


async def test_a_case_shows_its_reasons(app: App, visitor: Visitor) -> None:
    """In words, and without an empty quotation where nothing was written."""
    async with app.store.transaction() as tx:
        reasons = ("nhanh.reasons.wait", "nhanh.reasons.other")
        await tx.keep_cases([Case(0, "sa-dec", "quay1", DAY, 1, "", f"7e{1:030x}", DAY, reasons=reasons)])
    await log_in(app, visitor)
    answer = await visitor.get("/staff/cases")
    assert "Lý do: Chờ lâu, Điều khác." in answer.page.one("article").text
    assert answer.page.all("blockquote") == []
