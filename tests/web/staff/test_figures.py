"""The parts of the staff page: head figure, trend, tables, comments, rounds, missed questions, files, addresses."""

import re
from datetime import date, timedelta

import pytest
import pytest_asyncio

from bot.app import App
from handlers.ports import Chat
from handlers.turn import NoteMiss
from handlers.world import Unit
from surveys.cases import Case
from surveys.responses import Response
from surveys.slips import Round, fresh
from tests.web.conftest import Answer, Visitor
from tests.web.staff_pages import answered, log_in, secret_for, session, table

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(loop_scope="session", scope="module", autouse=True)
async def desk(app: App) -> None:
    """A desk below Sa Đéc."""
    async with app.store.transaction() as tx:
        await tx.add_unit(Unit("sa-dec-2", "Điểm phục vụ số 2", "sa-dec"), app.clock())
    await app.live.refresh()


_numbers = iter(range(10**6, 10**9))


async def commented(app: App, day: date, text: str, level: int = 4, unit: str = "sa-dec") -> Response:
    """Store a form with a comment."""
    form = app.live().forms["nhanh"]
    made = Response(
        f"{next(_numbers):032x}", unit, "quay1", form.code, form.version, form.digest, "web", day,
        complete=True, answers={"overall": level, "comment": text},
    )  # fmt: skip
    async with app.store.transaction() as tx:
        await tx.keep_responses([made])
    return made


def figure(answer: Answer) -> str:
    """The head figure."""
    return answer.page.one("li", class_="head").one("p", class_="figure").one("strong").text


def words(answer: Answer) -> list[str]:
    """The comments on the page."""
    return [one.text for one in answer.page.all("blockquote")]


# The head figure.


@pytest.mark.parametrize("count", [1, 3, 4])
async def test_under_five_answers_there_is_no_rate_and_no_level(count: int, app: App, visitor: Visitor) -> None:
    """How many there are is said, and what is wanted; the better filled period before stands beside, as a link."""
    first = date(2010 + count, 5, 1)
    await answered(app, first, {5: count})
    await answered(app, first - timedelta(days=1), {5: 30, 1: 10})
    await log_in(app, visitor)
    answer = await visitor.get(f"/staff?period={first:%Y-%m}")
    assert f"Mới có {count:02d} lượt chấm, chưa đủ để tính tỷ lệ (cần từ 5)." in answer.said
    head = answer.page.one("li", class_="head")
    assert head.all("p", class_="figure") == answer.page.all("ol", class_="bars") == []
    assert "hài lòng 75% trên 40 lượt chấm" in head.text
    before = head.one("a")
    assert figure(await visitor.get(before["href"])) == "75%"


@pytest.mark.parametrize(("count", "said"), [(5, True), (29, True), (30, False)])
async def test_under_thirty_answers_the_sample_is_called_too_small(
    count: int, app: App, visitor: Visitor, *, said: bool
) -> None:
    """The rate stands, with the warning."""
    day = date(2021, 3, count)
    await answered(app, day, {4: count})
    await log_in(app, visitor)
    answer = await visitor.get(f"/staff?period={day}")
    assert figure(answer) == "100%"
    assert (f"Chưa đủ mẫu: mới có {count} lượt chấm, dưới 30" in answer.said) == said


async def test_a_period_that_runs_is_said_to_run(app: App, visitor: Visitor) -> None:
    """The week of today is not final; a month of the past is."""
    await log_in(app, visitor)
    said = "Kỳ chưa kết thúc, số liệu còn thay đổi."
    assert [said in (await visitor.get(path)).said for path in ("/staff", "/staff?period=2020-01")] == [True, False]


# The address.


async def test_the_rule_and_the_stratum_are_chosen_in_the_address(app: App, visitor: Visitor) -> None:
    """Another rule, another rate; another stratum, other forms; every link of the page keeps the choice."""
    day = date(2020, 5, 6)
    await answered(app, day, {5: 10, 3: 10})
    await log_in(app, visitor)
    assert figure(await visitor.get(f"/staff?period={day}")) == "50%"
    answer = await visitor.get(f"/staff?period={day}&rule=top3&stratum=open")
    assert figure(answer) == "100%"
    assert "Hài lòng (mức 3 đến 5)" in answer.said
    links = [a["href"] for a in answer.page.all("a") if "period=" in a["href"] and "integrity" not in a["href"]]
    assert len(links) > 10
    assert [link for link in links if "rule=top3" not in link or "stratum=open" not in link] == []
    assert "Chưa có phiếu nào trong kỳ." in (await visitor.get(f"/staff?period={day}&stratum=slip")).said


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("rule=top9", "rule = “top9”. Có thể chọn: top2, top3"),
        ("stratum=all", "stratum = “all”. Có thể chọn: slip, open, assisted"),
        ("sort=%3Cb%3E", "sort = “<b>”"),
        ("page=0", "Trang “0” không đúng"),
        ("page=-1", "Trang “-1” không đúng"),
        ("page=%D9%A1", "Trang “١” không đúng"),
        ("page=99999999999999999999", "không đúng"),
        ("page=x&rule=y&period=z", "không đúng"),
    ],
)
async def test_what_the_address_asks_in_vain_is_told_in_a_sentence(
    query: str, said: str, app: App, visitor: Visitor
) -> None:
    """400, and the page as it is without it; the same for a file."""
    await log_in(app, visitor)
    answer = await visitor.get(f"/staff?{query}")
    assert (answer.status, answer.page.one("h1").text, answer.page.all("b")) == (400, "Phường Sa Đéc", [])
    assert any(said in problem.text for problem in answer.page.all("p", class_="problem"))
    refused = await visitor.get(f"/staff/report.csv?{query}")
    assert refused.status == 400
    assert said in refused.said


async def test_the_short_cuts_lead_to_the_periods_they_name(app: App, visitor: Visitor) -> None:
    """Week, last week, month, quarter, year, and the reform report's own quarter."""
    opened = await log_in(app, visitor)
    chips = [chip for chip in opened.page.one("nav", class_="when").all("a") if not chip["rel"]]
    periods = [re.search(r"period=([^&]+)", chip["href"]) for chip in chips]
    today = app.clock().date()
    year, week, _ = today.isocalendar()
    shapes = [
        f"{year}-W{week:02d}",
        r"\d{4}-W\d\d",
        f"{today:%Y-%m}",
        rf"{today.year}-Q\d",
        f"{today.year}",
        r".*:cchc",
    ]
    assert [bool(found and re.fullmatch(shape, found[1])) for found, shape in zip(periods, shapes, strict=True)] == [
        True
    ] * 6
    assert {(await visitor.get(chip["href"])).status for chip in chips} == {200}


async def test_a_late_answer_makes_a_restatement_that_is_told(app: App, visitor: Visitor) -> None:
    """The first look at a period that is over keeps its figures; what comes later is numbered, dated, explained."""
    day = date(2016, 3, 8)
    await answered(app, day, {5: 10})
    await log_in(app, visitor)
    first = await visitor.get(f"/staff?period={day}")
    assert "Số liệu chốt ngày" in first.said
    assert first.page.all("div", class_="restated") == []
    await answered(app, day, {1: 10}, source="paper")
    again = await visitor.get(f"/staff?period={day}")
    assert figure(again) == "50%"
    assert again.page.one("div", class_="restated").one("ul").all("li") != []


# Trend and tables.


async def test_the_trend_is_a_picture_with_a_title_and_a_table(app: App, visitor: Visitor) -> None:
    """Three weeks with a gap: two dots, no line across, and the same in words."""
    monday = date(2019, 6, 3)
    await answered(app, monday, {5: 8, 1: 2})
    await answered(app, monday + timedelta(weeks=1), {5: 4})
    await answered(app, monday + timedelta(weeks=2), {5: 10})
    await log_in(app, visitor)
    answer = await visitor.get("/staff?period=2019-W25")
    picture = answer.page.one("svg", class_="chart")
    assert (picture["role"], picture.one("title").text) == ("img", "Tỷ lệ hài lòng (mức 4 và 5) theo thời gian")
    assert (len(picture.all("circle")), len(picture.all("polyline"))) == (2, 0)
    assert [row[1:] for row in table(answer, "Xu hướng 3 tuần")] == [
        ["10", "80,00", "49,02 – 94,33"],
        ["không hiện, để không lộ nhóm nhỏ"],
        ["10", "100,00", "72,25 – 100,00"],
    ]


async def test_the_lowest_come_first_where_that_is_asked_for(app: App, visitor: Visitor) -> None:
    """Counters by rate, those that are hidden last; the link leads there and back."""
    day = date(2019, 1, 15)
    for counter, levels in (("quay1", {5: 20}), ("quay2", {5: 5, 1: 15}), ("quay9", {5: 10, 1: 10})):
        await answered(app, day, levels, counter=counter)
    await log_in(app, visitor)
    usual = await visitor.get(f"/staff?period={day}&tab=groups")
    link = next(a for a in usual.page.all("a") if a.text == "Xếp thấp nhất lên đầu")
    sorted_ = await visitor.get(link["href"])
    assert [row[2] for row in table(usual, "Theo quầy")] == ["100,00", "25,00", "50,00"]
    assert [row[2] for row in table(sorted_, "Theo quầy")] == ["25,00", "50,00", "100,00"]
    back = next(a for a in sorted_.page.all("a") if a.text == "Xếp theo thứ tự thường")
    assert "sort=" not in back["href"]


async def test_a_bar_shows_its_levels_with_their_digits(app: App, visitor: Visitor) -> None:
    """Best level first, as wide as its share, the digit where there is room."""
    day = date(2019, 2, 5)
    await answered(app, day, {5: 12, 4: 6, 1: 1, 2: 1})
    await log_in(app, visitor)
    answer = await visitor.get(f"/staff?period={day}&tab=groups")
    bar = answer.page.one("section", **{"aria-labelledby": "report-counters"}).one("svg")
    assert [(rect["class"], float(rect["width"])) for rect in bar.all("rect")] == [
        ("look-5", 96.0), ("look-4", 48.0), ("look-2", 8.0), ("look-1", 8.0)
    ]  # fmt: skip
    assert [text.text for text in bar.all("text")] == ["5", "4"]


# Comments, rounds, missed questions.


async def test_comments_are_those_of_the_period_and_of_the_own_units(
    app: App, visitor: Visitor, another: Visitor
) -> None:
    """With day, counter and level; typed markup is text; the state of a case leads to it; a neighbour sees none."""
    day = date(2018, 4, 11)
    response = await commented(app, day, "<img src=x onerror=alert(1)> Chờ lâu", level=1)
    await commented(app, day - timedelta(days=1), "Hôm trước")
    async with app.store.transaction() as tx:
        await tx.keep_cases([Case(0, "sa-dec", "quay1", day, 1, "Chờ lâu", response.id, day)])
    await log_in(app, visitor)
    answer = await visitor.get(f"/staff?period={day}&tab=comments")
    assert (words(answer), answer.page.all("img")) == (["<img src=x onerror=alert(1)> Chờ lâu"], [])
    item = answer.page.one("ol", class_="comments").one("li")
    assert "11/4/2018 · Quầy 1, Bộ phận Một cửa · Mức 1: Rất không hài lòng" in item.text
    assert item.one("a")["href"] == "/staff/cases?unit=sa-dec"
    month = await visitor.get("/staff?period=2018-04&tab=comments")
    assert words(month) == ["<img src=x onerror=alert(1)> Chờ lâu", "Hôm trước"]
    await log_in(app, another, "sa-dec-2", "admin")
    assert words(await another.get(f"/staff?period={day}&tab=comments")) == []


async def test_comments_are_paged(app: App, visitor: Visitor) -> None:
    """Ten to a page, each once, latest day first."""
    days = [date(2018, 7, 1) + timedelta(days=number) for number in range(23)]
    for day in days:
        await commented(app, day, f"Ngày {day.day}")
    await log_in(app, visitor)
    answer = await visitor.get("/staff?period=2018-07&tab=comments")
    seen = [words(answer)]
    while more := [a for a in answer.page.all("a") if a.text == "Cũ hơn →"]:
        answer = await visitor.get(more[0]["href"])
        seen.append(words(answer))
    assert [len(page) for page in seen] == [10, 10, 3]
    assert [text for page in seen for text in page] == [f"Ngày {day.day}" for day in reversed(days)]


async def test_rounds_tell_their_response_rate_but_not_that_of_a_few(app: App, visitor: Visitor) -> None:
    """Handed out, answered, percent, days left; a round of the neighbours is not listed."""
    first = app.clock().date() - timedelta(days=3)
    last = first + timedelta(days=13)
    rounds = (("Đợt tháng này", "sa-dec", 40, 18), ("Đợt nhỏ", "sa-dec", 40, 3), ("Đợt nơi khác", "dong-thap", 9, 9))
    async with app.store.transaction() as tx:
        for name, unit, issued, used in rounds:
            await tx.open_round(Round(name, unit, "nhanh", 100, first, last), app.clock())
            slips = await tx.add_slips(name, [fresh() for _ in range(issued)])
            await tx.use_slips([slip.code for slip in slips[:used]], "2026-W01")
    await log_in(app, visitor)
    rows = table(await visitor.get("/staff?tab=files"), "Đợt phát phiếu")
    assert [(row[0].partition(" còn ")[0], row[1:]) for row in sorted(rows)] == [
        ("Đợt nhỏ", ["40", "không hiện, để không lộ nhóm nhỏ"]), ("Đợt tháng này", ["40", "18", "45"])
    ]  # fmt: skip
    assert all("còn 11 ngày" in row[0] for row in rows)


async def test_missed_questions_are_those_of_the_own_unit(app: App, visitor: Visitor) -> None:
    """As stored, by kind and with how often; none of the neighbours'."""
    day = date(2018, 9, 3)
    async with app.store.transaction() as tx:
        await tx.note_misses([NoteMiss("sa-dec", "xin <b>nuôi yến")] * 3 + [NoteMiss("dong-thap", "biển số xe")], day)
        await tx.note_misses([NoteMiss("sa-dec", "làm giấy", "not_this")], day)
    await log_in(app, visitor)
    answer = await visitor.get("/staff?period=2018-09&tab=comments")
    section = answer.page.one("section", **{"aria-labelledby": "missed"})
    assert [heading.text for heading in section.all("h4")] == [
        "Không tìm thấy thủ tục: 3", "Người hỏi nói không phải việc này: 1",
    ]  # fmt: skip
    rows = [
        [cell.text for cell in row.all("th") + row.all("td")] for body in section.all("tbody") for row in body.all("tr")
    ]
    assert rows == [["xin <b>nuôi yến", "3"], ["làm giấy", "1"]]


# Files.


async def test_a_file_is_that_of_the_view(app: App, visitor: Visitor) -> None:
    """By the page's own link: its unit, period and rule; named, not kept by browsers, not guessed at."""
    day = date(2017, 5, 3)
    await answered(app, day, {5: 10, 3: 10})
    await log_in(app, visitor, "dong-thap", "admin")
    view = await visitor.get(f"/staff?unit=sa-dec&period={day}&rule=top3&tab=files")
    link = next(a["href"] for a in view.page.all("a") if "/staff/report.csv" in a["href"])
    got = await visitor.get(link)
    assert got.status == 200
    assert got.headers["Content-Disposition"] == 'attachment; filename="sa-dec_2017-05-03.csv"'
    assert (got.headers["Content-Type"], got.headers["Cache-Control"]) == ("text/csv; charset=utf-8", "no-store")
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    assert "top3" in got.body


@pytest.mark.parametrize(
    ("kind", "beginning"),
    [
        ("docx", b"PK\x03\x04"),
        ("xlsx", b"PK\x03\x04"),
        ("csv", b"\xef\xbb\xbf"),
        ("levels.png", b"\x89PNG"),
        ("trend.png", b"\x89PNG"),
    ],
)
async def test_every_kind_of_file_is_what_its_name_says(
    kind: str, beginning: bytes, app: App, visitor: Visitor
) -> None:
    """Offered on the page, and made for a period with figures."""
    day = date(2017, 6, 7)
    await answered(app, day, {5: 40, 2: 3})
    await log_in(app, visitor)
    view = await visitor.get(f"/staff?period={day}&tab=files")
    (link,) = [a["href"] for a in view.page.all("a") if f"/staff/report.{kind}?" in a["href"]]
    async with visitor.client.get(visitor.address + link) as got:
        assert (got.status, (await got.read())[: len(beginning)]) == (200, beginning)


async def test_a_template_that_cannot_be_filled_in_is_told(app: App, visitor: Visitor) -> None:
    """A sentence with the file's name, not an error of the server; the other files are still there."""
    await log_in(app, visitor)
    template = app.settings.data_dir / "templates" / "baocao.docx"
    template.parent.mkdir()
    template.write_bytes(b"not a Word file")
    try:
        refused = await visitor.get("/staff/report.docx")
        assert refused.status == 422
        assert "baocao.docx" in refused.said
        assert (await visitor.get("/staff/report.csv")).status == 200
    finally:
        template.unlink()
        template.parent.rmdir()


async def test_files_follow_the_rights_of_the_page(app: App, visitor: Visitor, another: Visitor) -> None:
    """Not logged in and another's unit: closed; a kind that is none: no such page."""
    assert (await another.get("/staff/report.csv")).status == 403
    await log_in(app, visitor)
    statuses = [
        (await visitor.get(path)).status
        for path in ("/staff/report.csv?unit=dong-thap", "/staff/report.exe", "/staff/report.", "/staff/report.csv")
    ]
    assert statuses == [403, 404, 404, 200]


# Sessions.


async def test_who_is_put_out_in_chat_is_out_of_the_page(app: App, visitor: Visitor) -> None:
    """The link that the assistant gave is worth what the membership is worth, also after it was used."""
    officer = Chat("telegram", "4711")
    async with app.store.transaction() as tx:
        await tx.create_token("invitation", "dong-thap", "admin", "VAO", app.clock() + timedelta(hours=1))
        await tx.redeem("VAO", officer.channel, officer.user, app.clock())
        await tx.create_token(
            "login", "dong-thap", "admin", "link-4711", app.clock() + timedelta(hours=1), owner=officer
        )
    assert (await visitor.send(await visitor.get("/staff/login/link-4711"))).status == 200
    assert (await visitor.get("/staff?unit=sa-dec")).status == 200
    async with app.store.transaction() as tx:
        await tx.create_token("invitation", "dong-thap", "staff", "HA", app.clock() + timedelta(hours=1))
        await tx.redeem("HA", officer.channel, officer.user, app.clock())
    assert [(await visitor.get(path)).status for path in ("/staff", "/staff?unit=sa-dec")] == [200, 403]
    async with app.store.transaction() as tx:
        await tx.remove_member(officer.channel, officer.user)
    assert (await visitor.get("/staff")).status == 403


async def test_using_the_page_keeps_a_session_open(app: App, visitor: Visitor) -> None:
    """What would end in a minute lasts on after a look; without one it would have ended."""
    link, browser = await secret_for(app, "sa-dec", "staff"), "phien-lam-viec"
    minute = timedelta(minutes=1)
    async with app.store.transaction() as tx:
        assert await tx.begin_session(link, browser, app.clock(), minute, timedelta(hours=12))
    assert (await visitor.get("/staff", headers=session(browser))).status == 200
    async with app.store.reading() as tx:
        later = [await tx.find_token("browser", browser, app.clock() + minute * wait) for wait in (2, 100, 130)]
    assert later == [("sa-dec", "staff"), ("sa-dec", "staff"), None]


# Any days, and comments that are looked for.


async def test_any_days_are_a_period(app: App, visitor: Visitor) -> None:
    """Two days of the form; the links beside lead to as many days before and after; a wrong order is told."""
    for day, level in ((date(2018, 2, 3), 5), (date(2018, 2, 9), 1), (date(2018, 2, 10), 1)):
        await answered(app, day, {level: 10})
    await log_in(app, visitor)
    answer = await visitor.get("/staff?from=2018-02-03&to=2018-02-09")
    assert answer.page.one("h2").text == "Từ 03/02/2018 đến 09/02/2018"
    assert figure(answer) == "50%"
    links = [a["href"] for a in answer.page.one("nav", class_="when").all("a") if a["rel"]]
    assert [re.search(r"period=([^&]+)", link)[1] for link in links] == [  # type: ignore[index]
        "2018-01-27..2018-02-02", "2018-02-10..2018-02-16"
    ]  # fmt: skip
    assert figure(await visitor.get(links[1])) == "0%"
    wrong = await visitor.get("/staff?from=2018-02-09&to=2018-02-03")
    assert wrong.status == 400
    assert "2018-02-09..2018-02-03" in wrong.said


async def test_comments_are_filtered_by_counter_level_state_and_text(app: App, visitor: Visitor) -> None:
    """Each alone and together; a text without diacritics is found; the pages of the list keep the filter."""
    day = date(2018, 11, 5)
    bad = await commented(app, day, "Chờ lâu quá", level=1)
    for number in range(12):
        await commented(app, day, f"Thân thiện {number}", level=5)
    async with app.store.transaction() as tx:
        await tx.keep_cases([Case(0, "sa-dec", "quay1", day, 1, "Chờ lâu quá", bad.id, day)])
    await log_in(app, visitor)
    here = f"/staff?period={day}&tab=comments"
    for wanted in ("level=1", "state=open", "text=LAU", "level=1&state=open&text=l%C3%A2u&counter=quay1"):
        assert words(await visitor.get(f"{here}&{wanted}")) == ["Chờ lâu quá"]
    assert words(await visitor.get(f"{here}&counter=quay2")) == []
    first = await visitor.get(f"{here}&text=than&level=5")
    (older,) = [a["href"] for a in first.page.all("a") if a.text == "Cũ hơn →"]
    rest = words(await visitor.get(older))
    assert sorted(words(first) + rest) == sorted(f"Thân thiện {number}" for number in range(12))
    assert (await visitor.get(f"{here}&counter=khong-co")).status == 400
    assert (await visitor.get(f"{here}&text=%FF%00")).status == 200


async def test_how_many_send_the_form_off_to_the_end(app: App, visitor: Visitor) -> None:
    """Six of ten on phones; taps on a screen and paper have no second page; of four it is not told."""
    form, day = app.live().forms["nhanh"], date(2014, 6, 2)
    ways = [("web", number < 6) for number in range(10)] + [("kiosk", True)] * 5 + [("paper", True)] * 5
    made = [
        Response(
            f"{next(_numbers):032x}", "sa-dec", "quay1", form.code, form.version, form.digest, source, day,
            complete=complete, answers={"overall": 5},
        )
        for source, complete in ways
    ]  # fmt: skip
    async with app.store.transaction() as tx:
        await tx.keep_responses(made)
    await log_in(app, visitor)
    assert (
        "Gửi đến trang cuối: 6 trong 10 phiếu trên điện thoại (60%)."
        in (await visitor.get(f"/staff?period={day}")).said
    )
    await answered(app, day + timedelta(days=1), {5: 4})
    assert "Gửi đến trang cuối" not in (await visitor.get(f"/staff?period={day + timedelta(days=1)}")).said
