"""The staff page: nobody gets in without a login, everybody sees their own units, and the figures are right."""

import asyncio
from collections import Counter as Tally
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from http.cookies import Morsel
from typing import Any
from unittest.mock import AsyncMock

import aiohttp
import pytest
import pytest_asyncio
from yarl import URL

import handlers.world as places
from bot.app import App
from tests.web.conftest import Answer, Node, Visitor
from tests.web.staff_pages import Role, answered, log_in, secret_for, session, table
from web.staff.access import COOKIE

pytestmark = pytest.mark.asyncio(loop_scope="session")

CLOSED = "Cần đường dẫn đăng nhập"
MARKUP = """Xã <b>Lấp Vò</b> & "Bến" <script>alert(1)</script>"""


@pytest_asyncio.fixture(loop_scope="session", scope="module", autouse=True)
async def neighbours(app: App) -> None:
    """Two more communes of the province, one with markup in its name, and a hamlet's desk below Sa Đéc."""
    async with app.store.transaction() as tx:
        for code, name, parent in (
            ("cao-lanh", "Phường Cao Lãnh", "dong-thap"),
            ("lap-vo", MARKUP, "dong-thap"),
            ("sa-dec-2", "Điểm phục vụ số 2", "sa-dec"),
        ):
            await tx.add_unit(places.Unit(code=code, name=name, parent=parent), app.clock())
    await app.live.refresh()


def units_offered(answer: Answer) -> list[str]:
    """The units to choose from."""
    return [option["value"] for choice in answer.page.all("select", name="unit") for option in choice.all("option")]


# Getting in.


@pytest.mark.parametrize("path", ["/staff", "/staff?unit=sa-dec", "/staff?unit=sa-dec&period=2026", "/staff?period=x"])
@pytest.mark.parametrize("cookie", ["", "x", "0" * 43, "' OR 1=1 --"])
async def test_without_a_login_there_is_only_the_way_to_one(path: str, cookie: str, visitor: Visitor) -> None:
    """403, with a sentence on how to get a link, and no figure."""
    answer = await visitor.get(path, headers=session(cookie) if cookie else {})
    assert (answer.status, answer.page.one("h1").text) == (403, CLOSED)
    assert "Gửi /dangnhap cho trợ lý" in answer.said
    assert (answer.page.all("table"), answer.page.all("form")) == ([], [])


@pytest.mark.parametrize(
    "page", ["/staff?unit=dong-thap", "/staff/cases?unit=dong-thap", "/staff/report.csv?unit=dong-thap"]
)
async def test_who_is_logged_in_reads_whose_page_it_is(page: str, app: App, visitor: Visitor) -> None:
    """Not that a link has expired; a used link says so to them too, and after logging out every page does."""
    used = f"/staff/login/{await secret_for(app, 'sa-dec', 'staff')}"
    link = await visitor.get(used)
    await visitor.send(link)
    refused = await visitor.get(page)
    assert (refused.status, refused.page.one("h1").text) == (403, "Trang này không mở được")
    assert "của đơn vị khác, hoặc chỉ người quản trị" in refused.said
    assert (await visitor.get("/staff")).status == 200
    assert (await visitor.send(link)).page.one("h1").text == CLOSED
    visitor.client.cookie_jar.clear()
    assert (await visitor.get(page)).page.one("h1").text == CLOSED


async def test_a_login_link_opens_the_page_once(app: App, visitor: Visitor, another: Visitor) -> None:
    """Looking at the link does not use it up, pressing the button does; the second press is refused."""
    path = f"/staff/login/{await secret_for(app, 'sa-dec', 'staff')}"
    for _ in range(3):
        asking = await visitor.get(path)
        assert (asking.status, visitor.cookie(COOKIE, "/staff")) == (200, "")
        await visitor.ask("HEAD", path)
    opened = await visitor.send(asking)
    assert (opened.status, opened.url.path, opened.page.one("h1").text) == (200, "/staff", "Phường Sa Đéc")
    for person in (another, visitor):
        refused = await person.send(await person.get(path))
        assert (refused.status, refused.page.one("h1").text) == (403, CLOSED)
    assert another.cookie(COOKIE, "/staff") == ""
    assert (await visitor.get("/staff")).status == 200


async def test_of_ten_presses_at_once_one_gets_in(app: App) -> None:
    """The link that ten browsers use in the same moment opens one of them."""
    path = f"/staff/login/{await secret_for(app, 'sa-dec', 'staff')}"
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as client:
        visitor = Visitor(client, app.settings.address)
        answers = await asyncio.gather(*(visitor.post(path, {}, allow_redirects=False) for _ in range(10)))
    assert Tally(answer.status for answer in answers) == {303: 1, 403: 9}


@pytest.mark.parametrize("secret", ["x", "%00", "%FF%FE", "x" * 4000, "%22%3E%3Cscript%3E"])
async def test_a_made_up_login_link_opens_nothing(secret: str, visitor: Visitor) -> None:
    """Its page shows the button as any other, escaped, and the button is refused."""
    asking = await visitor.get(f"/staff/login/{secret}")
    assert (asking.status, asking.page.all("script")) == (200, [])
    refused = await visitor.send(asking)
    assert (refused.status, visitor.cookie(COOKIE, "/staff")) == (403, "")


@pytest.mark.parametrize("secret", ["abc", "a%2Fb", "a%3Fb", "a%23b", "a%25b", "..%2F..%2Fstaff%2Flogout"])
async def test_the_login_button_leads_to_its_own_link(secret: str, visitor: Visitor) -> None:
    """No link can be made up whose button sends the form to another of our addresses."""
    asking = await visitor.get(f"/staff/login/{secret}")
    assert str(asking.url.join(URL(asking.form["action"]))) == f"{visitor.address}/staff/login/{secret}"


async def test_an_expired_login_link_opens_nothing(app: App, visitor: Visitor) -> None:
    """A link found in an old chat is dead."""
    secret = await secret_for(app, "sa-dec", "admin", -timedelta(seconds=1))
    assert (await visitor.send(await visitor.get(f"/staff/login/{secret}"))).status == 403


async def test_the_session_cookie_is_kept_from_scripts_and_other_pages(app: App, visitor: Visitor) -> None:
    """HttpOnly, SameSite, for the staff's pages alone, for twelve hours; the link's secret is not in it."""
    secret = await secret_for(app, "sa-dec", "staff")
    moved = await visitor.post(f"/staff/login/{secret}", {}, allow_redirects=False)
    cookie: Morsel[str] = moved.cookies[COOKIE]
    assert (moved.status, moved.headers["Location"]) == (303, "/staff")
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["path"] == "/staff"
    assert 0 < int(cookie["max-age"]) <= 12 * 3600
    assert len(cookie.value) >= 40
    assert secret not in cookie.value


async def test_the_cookie_does_not_travel_to_the_citizens_pages(app: App, visitor: Visitor) -> None:
    """The chat and the surveys never see it."""
    await log_in(app, visitor)
    assert visitor.cookie(COOKIE, "/staff") != ""
    assert [visitor.cookie(COOKIE, path) for path in ("/", "/chat", "/k/quay1", "/staffroom")] == [""] * 4


async def test_secrets_are_on_the_disk_as_hashes_alone(app: App, visitor: Visitor) -> None:
    """Who reads the database cannot log in with what stands there."""
    link = await secret_for(app, "sa-dec", "staff")
    await log_in(app, visitor)
    for secret in (link, visitor.cookie(COOKIE, "/staff")):
        holding = [path.name for path in app.settings.data_dir.iterdir() if secret.encode() in path.read_bytes()]
        assert holding == []


async def test_a_link_is_no_session_and_a_session_is_no_link(app: App, visitor: Visitor) -> None:
    """Each secret opens its own door."""
    link = await secret_for(app, "sa-dec", "admin")
    browser = await secret_for(app, "sa-dec", "admin", kind="browser")
    assert (await visitor.get("/staff", headers=session(link))).status == 403
    assert (await visitor.post(f"/staff/login/{browser}", {})).status == 403
    assert (await visitor.get("/staff", headers=session(browser))).status == 200


@pytest.mark.parametrize(
    ("life", "status"), [(timedelta(minutes=1), 200), (timedelta(0), 403), (-timedelta(days=1), 403)], ids=str
)
async def test_a_session_ends_with_its_time(life: timedelta, status: int, app: App, visitor: Visitor) -> None:
    """After twelve hours the cookie that a browser still sends is worth nothing."""
    browser = await secret_for(app, "sa-dec", "staff", life, "browser")
    assert (await visitor.get("/staff", headers=session(browser))).status == status


@pytest.mark.parametrize(
    "headers",
    [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://lua-dao.example"}],
    ids=str,
)
async def test_another_site_can_neither_log_in_nor_out(headers: dict[str, str], app: App, visitor: Visitor) -> None:
    """A refused press leaves the link unused and the session open."""
    await log_in(app, visitor)
    link = f"/staff/login/{await secret_for(app, 'sa-dec', 'staff')}"
    for path in (link, "/staff/logout"):
        assert (await visitor.ask("POST", path, headers=headers)).status == 403
    assert (await visitor.get("/staff")).status == 200
    assert (await visitor.post(link, {})).status == 200


# Getting out.


async def test_logging_out_ends_the_session_on_the_server(app: App, visitor: Visitor) -> None:
    """The cookie goes, and a copy of it opens nothing."""
    opened = await log_in(app, visitor)
    copy = visitor.cookie(COOKIE, "/staff")
    (leaving,) = [form for form in opened.page.all("form") if form["action"] == "/staff/logout"]
    left = await visitor.post(leaving["action"], {})
    assert (left.status, left.url.path, visitor.cookie(COOKIE, "/staff")) == (403, "/staff", "")
    assert (await visitor.get("/staff", headers=session(copy))).status == 403


async def test_logging_out_leaves_the_others_in(app: App, visitor: Visitor, another: Visitor) -> None:
    """Each browser has a session of its own."""
    for person in (visitor, another):
        await log_in(app, person)
    await visitor.post("/staff/logout", {})
    assert (await another.get("/staff")).status == 200


async def test_logging_out_without_a_session_does_no_harm(visitor: Visitor) -> None:
    """Twice out is out."""
    assert (await visitor.post("/staff/logout", {})).status == 403


async def test_a_link_or_an_image_does_not_log_out(app: App, visitor: Visitor) -> None:
    """GET changes nothing."""
    await log_in(app, visitor)
    assert (await visitor.get("/staff/logout")).status in (404, 405)
    assert (await visitor.get("/staff")).status == 200


# Who sees what.


@dataclass(frozen=True)
class Sight:
    """What a member of staff may open."""

    unit: str
    role: Role
    unit_name: str
    seen: Sequence[str]


SIGHTS = (
    Sight("sa-dec", "staff", "Phường Sa Đéc", ["sa-dec"]),
    Sight("cao-lanh", "staff", "Phường Cao Lãnh", ["cao-lanh"]),
    Sight("sa-dec", "admin", "Phường Sa Đéc", ["sa-dec", "sa-dec-2"]),
    Sight("sa-dec-2", "admin", "Điểm phục vụ số 2", ["sa-dec-2"]),
    Sight("dong-thap", "staff", "Tỉnh Đồng Tháp", ["dong-thap"]),
    Sight("dong-thap", "admin", "Tỉnh Đồng Tháp", ["dong-thap", "cao-lanh", "lap-vo", "sa-dec", "sa-dec-2"]),
)


@pytest.mark.parametrize("sight", SIGHTS, ids=lambda sight: f"{sight.role} of {sight.unit}")
async def test_staff_see_their_own_unit_and_an_admin_those_below(sight: Sight, app: App, visitor: Visitor) -> None:
    """Every other unit, above, beside or unknown, is refused without a word about it."""
    opened = await log_in(app, visitor, sight.unit, sight.role)
    assert opened.page.one("h1").text == sight.unit_name
    assert sorted(units_offered(opened)) == (sorted(sight.seen) if len(sight.seen) > 1 else [])
    tried = ["dong-thap", "cao-lanh", "lap-vo", "sa-dec", "sa-dec-2", "khong-co", "SA-DEC", "%25"]
    statuses = {unit: (await visitor.get(f"/staff?unit={unit}")).status for unit in tried}
    assert statuses == {unit: 200 if unit in sight.seen else 403 for unit in tried}


async def test_a_members_unit_may_be_gone(app: App, visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    """A session of a unit that the running program does not know is refused, not an error."""
    monkeypatch.setattr(app.live, "load_places", AsyncMock())
    async with app.store.transaction() as tx:
        await tx.add_unit(places.Unit(code="cu", name="Xã cũ", parent="dong-thap"), app.clock())
    assert (await log_in(app, visitor, "cu", "admin")).status == 403


async def test_a_commune_does_not_see_its_neighbours_answers(app: App, visitor: Visitor) -> None:
    """Its figures are made of its own forms; the province's are made of all."""
    day = date(2024, 5, 6)
    await answered(app, day, {5: 10}, unit="sa-dec")
    await answered(app, day, {1: 30}, unit="cao-lanh", counter="quay-cl")
    await log_in(app, visitor, "sa-dec", "staff")
    ward = await visitor.get(f"/staff?period={day}")
    await log_in(app, visitor, "dong-thap", "admin")
    whole = await visitor.get(f"/staff?period={day}")
    assert [answer.page.all("p", class_="figure")[0].text for answer in (ward, whole)] == ["100%", "25%"]


async def test_markup_in_a_units_name_is_shown_as_written(app: App, visitor: Visitor) -> None:
    """A name is text in the heading, the title and the list of units."""
    await log_in(app, visitor, "dong-thap", "admin")
    answer = await visitor.get("/staff?unit=lap-vo")
    assert answer.page.one("h1").text == MARKUP
    assert MARKUP in answer.page.one("title").text
    assert MARKUP in [option.text for option in answer.page.all("option")]
    assert (answer.page.all("script"), answer.page.all("b")) == ([], [])


# Periods.


@pytest.mark.parametrize(
    "period",
    [
        "abc", "2026-13", "2026-W54", "2026-02-30", "2026-Q5", "20261", "0000", "9999-12-31", "2026-W47:cchc", "-",
        "%EF%BC%92%EF%BC%90%EF%BC%92%EF%BC%96", "%3Cb%3Etu%E1%BA%A7n%3C%2Fb%3E", "%00", "2026%0A2026",
    ],
)  # fmt: skip
async def test_a_bad_period_is_told_with_examples(period: str, app: App, visitor: Visitor) -> None:
    """400, the problem above the figures of this week, and what was typed is shown as text."""
    await log_in(app, visitor)
    answer = await visitor.get(f"/staff?period={period}")
    problem = answer.page.one("p", class_="problem")
    assert (answer.status, problem["role"], answer.page.all("b")) == (400, "alert", [])
    assert "không đúng. Ví dụ: 2026-11-20 (ngày), 2026-W47 (tuần)" in problem.text


@pytest.mark.parametrize(
    ("period", "label"),
    [
        ("2026-W47", "Tuần 47 (16/11/2026 đến 22/11/2026)"),
        ("2026-w47", "Tuần 47 (16/11/2026 đến 22/11/2026)"),
        ("2026-02", "Tháng 02/2026 (01/02/2026 đến 28/02/2026)"),
        ("2026-11-20", "Ngày 20/11/2026"),
        ("2026-Q3", "Quý 3/2026 (01/7/2026 đến 30/9/2026)"),
        ("2026-H1", "6 tháng đầu năm 2026 (01/01/2026 đến 30/6/2026)"),
        ("2026", "Năm 2026 (01/01/2026 đến 31/12/2026)"),
        ("2026-Q3:cchc", "Quý 3/2026 (15/6/2026 đến 14/9/2026), kỳ số liệu báo cáo cải cách hành chính"),
    ],
)
async def test_a_period_is_named_with_its_days(period: str, label: str, app: App, visitor: Visitor) -> None:
    """The heading says which days are counted, and the links to the other parts keep the period."""
    await log_in(app, visitor)
    answer = await visitor.get(f"/staff?period={period}")
    assert (answer.status, answer.page.one("h2").text) == (200, label)
    tabs = answer.page.one("nav", class_="tabs").all("a")
    assert all(f"period={period.replace('w', 'W')}" in tab["href"] for tab in tabs)


@pytest.mark.parametrize("period", ["2025-W20", "2025-05", "2025-Q2", "2025-H1", "2025", "2025-05-14", "2025-Q1:cchc"])
async def test_the_links_lead_to_the_neighbouring_periods(period: str, app: App, visitor: Visitor) -> None:
    """One period back and one forth again is the same period, of the same unit."""
    await log_in(app, visitor, "dong-thap", "admin")
    start = await visitor.get(f"/staff?unit=sa-dec&period={period}")
    earlier = await visitor.get(start.page.one("a", rel="prev")["href"])
    again = await visitor.get(earlier.page.one("a", rel="next")["href"])
    assert [answer.page.one("h1").text for answer in (start, earlier, again)] == ["Phường Sa Đéc"] * 3
    assert again.page.one("h2").text == start.page.one("h2").text != earlier.page.one("h2").text


async def test_the_running_week_comes_first_and_has_no_later_one(app: App, visitor: Visitor) -> None:
    """Without a period the page shows this week; figures of the future are not offered."""
    opened = await log_in(app, visitor)
    year, week, _ = app.clock().date().isocalendar()
    (current,) = [chip for chip in opened.page.one("nav", class_="when").all("a") if chip["aria-current"]]
    assert current.text == "Tuần này"
    assert f"period={year}-W{week:02d}" in current["href"]
    assert (opened.page.all("a", rel="next"), len(opened.page.all("a", rel="prev"))) == ([], 1)


# Figures.


async def test_the_figures_of_a_published_report_appear(app: App, visitor: Visitor) -> None:
    """240, 38 and 5 answers at the levels 5, 4 and 3 are 84,80 %, 13,43 % and 1,77 %; satisfied 98,23 %."""
    await answered(app, date(2025, 3, 12), {5: 240, 4: 38, 3: 5})
    await log_in(app, visitor)
    answer = await visitor.get("/staff?period=2025-03")
    assert answer.page.one("li", class_="head").text.startswith("Hài lòng (mức 4 và 5) 98,23%")
    shares = [[part.text for part in row.all("span")] for row in shown_shares(answer)]
    assert shares == [
        ["5 Rất hài lòng", "240 câu trả lời · 84,80%"],
        ["4 Hài lòng", "38 câu trả lời · 13,43%"],
        ["3 Bình thường", "5 câu trả lời · 1,77%"],
        ["2 Không hài lòng", "0 câu trả lời · 0,00%"],
        ["1 Rất không hài lòng", "0 câu trả lời · 0,00%"],
    ]
    # Wilson's interval of 278 in 283, worked out by hand: 0.97587 with 0.01656 to either side.
    assert "khoảng tin cậy 95%: 95,93 đến 99,24 · 283 câu trả lời được tính" in answer.said
    answer = await visitor.get("/staff?period=2025-03&tab=groups")
    assert table(answer, "Theo quầy") == [["Quầy 1, Bộ phận Một cửa", "283", "98,23", "95,93 – 99,24"]]
    assert table(answer, "Theo nguồn") == [["Trang đánh giá", "283", "98,23", "95,93 – 99,24"]]


def shown_shares(answer: Answer) -> list[Node]:
    """The rows of the five levels."""
    return answer.page.one("ol", class_="bars").all("li")


async def test_the_bars_are_as_long_as_the_shares(app: App, visitor: Visitor) -> None:
    """Each bar's width is its share of a hundred."""
    await answered(app, date(2024, 1, 10), {5: 6, 2: 2})
    await log_in(app, visitor)
    answer = await visitor.get("/staff?period=2024-01")
    assert [float(row.one("rect")["width"].rstrip("%")) for row in shown_shares(answer)] == [75.0, 0.0, 0.0, 25.0, 0.0]


async def test_the_period_before_stands_beside(app: App, visitor: Visitor) -> None:
    """So many forms then, that rate, and whether the change is more than chance."""
    await answered(app, date(2024, 8, 1), {5: 100, 1: 100})
    await answered(app, date(2024, 9, 30), {5: 180, 1: 20})
    await log_in(app, visitor)
    answer = await visitor.get("/staff?period=2024-09")
    cards = [card.text for card in answer.page.one("ul", class_="cards").all("li")]
    assert "+40 điểm so với kỳ trước (50%), cao hơn rõ rệt; 95%: +31," in " ".join(cards[0].split())
    assert "200 Mã QR đặt tại quầy · kỳ trước 200" in " ".join(cards[1].split())


async def test_only_the_days_of_the_period_count(app: App, visitor: Visitor) -> None:
    """The first and the last day are in, the days around them are not."""
    for day in (date(2023, 5, 31), date(2023, 6, 1), date(2023, 6, 30), date(2023, 7, 1)):
        await answered(app, day, {5: 10})
    await log_in(app, visitor)
    assert "20 câu trả lời được tính" in (await visitor.get("/staff?period=2023-06")).said


async def test_thousands_are_written_as_in_vietnam(app: App, visitor: Visitor) -> None:
    """1.200, with a dot."""
    await answered(app, date(2023, 2, 2), {4: 1200})
    await log_in(app, visitor)
    answer = await visitor.get("/staff?period=2023-02")
    assert "1.200 câu trả lời được tính" in answer.said
    figures = [card.one("p", class_="figure").text for card in answer.page.one("ul", class_="cards").all("li")]
    assert figures[:2] == ["100%", "1.200"]


async def test_a_small_group_is_not_shown(app: App, visitor: Visitor) -> None:
    """Four answers at a counter could betray who gave them, also by subtraction."""
    await answered(app, date(2023, 9, 1), {5: 4}, counter="quay2")
    await answered(app, date(2023, 9, 1), {4: 6}, counter="quay1")
    await log_in(app, visitor)
    answer = await visitor.get("/staff?period=2023-09&tab=groups")
    assert table(answer, "Theo quầy") == [
        ["Quầy 1, Bộ phận Một cửa", "không hiện, để không lộ nhóm nhỏ"],
        ["Quầy 2, Bộ phận Một cửa", "không hiện, để không lộ nhóm nhỏ"],
    ]


async def test_a_period_without_answers_says_so(app: App, visitor: Visitor) -> None:
    """No table of zeros."""
    await log_in(app, visitor)
    answer = await visitor.get("/staff?period=2001")
    assert (answer.status, answer.page.all("table")) == (200, [])
    assert "Chưa có phiếu nào trong kỳ." in answer.said


async def test_an_answer_is_counted_as_soon_as_it_is_given(app: App, visitor: Visitor, another: Visitor) -> None:
    """A citizen taps a face, the officer reloads and finds it."""
    await log_in(app, visitor)
    path = f"/staff?period={app.clock().date()}"
    said: list[Any] = [(await visitor.get(path)).said]
    for level in "55555":
        await another.send(await another.anew().get("/k/quay1"), press=level)
    said.append((await visitor.get(path)).said)
    assert ["Chưa có phiếu nào trong kỳ." in text for text in said] == [True, False]
    assert "5 câu trả lời được tính" in said[1]
