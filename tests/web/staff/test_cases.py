"""Cases on the pages: a complaint on the web alerts staff once; staff see and move their own units' cases alone."""

import asyncio
from collections import Counter as Tally
from datetime import date, timedelta

import aiohttp
import pytest
import pytest_asyncio
from yarl import URL

import handlers.world as places
from bot.app import App
from handlers.messages import Incoming
from handlers.ports import Chat, Role
from handlers.unit_settings.casework import typed_casework
from handlers.unit_settings.settings import CASEWORK, Author
from surveys.cases import STATES, Case
from surveys.responses import Response
from tests.clock import FAR_OFF
from tests.web.conftest import Answer, Node, Opener, Visitor, filled_in, rows
from tests.web.staff_pages import answered, log_in

pytestmark = pytest.mark.asyncio(loop_scope="session")

SCRIPT = """<script>alert(1)</script> & "Chờ" <img src=x onerror=alert(2)>"""
_numbers = iter(range(1_000_000))


@pytest_asyncio.fixture(loop_scope="session", scope="module", autouse=True)
async def office(app: App) -> None:
    """A neighbouring commune, and an officer and a head of Sa Đéc in the web chat."""
    async with app.store.transaction() as tx:
        await tx.add_unit(places.Unit(code="cao-lanh", name="Phường Cao Lãnh", parent="dong-thap"), app.clock())
        for user, role in (("lan", "staff"), ("trưởng", "admin")):
            await tx.create_token("invitation", "sa-dec", role, user, FAR_OFF)  # type: ignore[arg-type]
            await tx.redeem(user, "webchat", user, app.clock())
    await app.live.refresh()


@pytest_asyncio.fixture(loop_scope="session", autouse=True)
async def clean(app: App) -> None:
    """Every test starts without cases and alerts."""
    async with app.store.transaction() as tx:
        found = await tx.cases(list(app.live().units), STATES, 1000)
        await tx.drop_cases([case.response for case in found])
        await tx.forget_before(FAR_OFF, app.clock())
        await tx.forget_pace([Chat("webchat", user) for user in ("lan", "trưởng")])


async def complained(app: App, comment: str, unit: str = "sa-dec", level: int = 1) -> int:
    """Store a complaint; returns its case."""
    form = app.live().forms["nhanh"]
    response = Response(
        f"{next(_numbers):032x}", unit, "quay2", "nhanh", 1, form.digest, "web", app.clock().date(), complete=True,
        answers={"overall": level, "comment": comment},
    )  # fmt: skip
    async with app.store.transaction() as tx:
        await tx.keep_responses([response])
        await app.conversation.alerts.stored(tx, [response])
    return int(rows(app, "SELECT id FROM service_case WHERE response = ?", response.id)[0][0])


async def alerts(app: App, user: str = "lan") -> list[str]:
    """What a chat was sent."""
    return [outgoing.reply.text.plain for outgoing in await app.store.history("webchat", user)]


def articles(answer: Answer) -> list[Node]:
    """The cases on a page."""
    return answer.page.all("article")


async def press(visitor: Visitor, answer: Answer, button: str, **filled: str) -> Answer:
    """Fill in the form that has a button, and press that."""
    form = next(one for one in answer.page.all("form") if any(button == found.text for found in one.all("button")))
    address = str(answer.url.join(URL(form["action"])))
    return await visitor.post(address, filled_in(form, filled, button))


def state(app: App, case: int) -> str:
    """The state of a case."""
    return str(rows(app, "SELECT state FROM service_case WHERE id = ?", case)[0][0])


# From the survey page


@pytest.mark.calendar
async def test_a_complaint_on_the_page_alerts_staff_once(app: App, visitor: Visitor) -> None:
    """Rated, then explained on the second page, the form sent twice: one alert, its words as typed, no contact."""
    first = await visitor.get("/k/quay2")
    second = await visitor.send(first, {"overall": "1"})
    assert await alerts(app) == []
    done = await visitor.send(second, {"comment": SCRIPT})
    assert done.status == 200
    assert (await visitor.send(second, {"comment": "Nữa"})).status == 409
    assert await alerts(app) == [f"Có phiếu mức 1 tại Quầy 2, Bộ phận Một cửa hôm nay. “{SCRIPT}”"]
    assert rows(app, "SELECT level, state, channel, person FROM service_case") == [(1, "open", "", "")]
    assert "nhắn lại" not in done.said


async def test_a_hundred_complaints_at_once_are_a_hundred_cases(app: App) -> None:
    """Stored in shared commits; staff are alerted once a minute, and each complaint is told or waits to be."""

    async def complain(number: int) -> None:
        async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as client:
            visitor = Visitor(client, app.settings.address)
            second = await visitor.send(await visitor.get("/k/quay2"), {"overall": "2"})
            await visitor.send(second, {"comment": f"Lần {number}"})

    await asyncio.gather(*(complain(number) for number in range(100)))
    found = rows(app, "SELECT comment FROM service_case")
    (alert,) = await alerts(app, "trưởng")
    count = int(alert.split(" ")[0]) if alert[0].isdigit() else 1
    (waiting,) = rows(app, "SELECT waiting FROM alert_pace WHERE person = ?", "trưởng")[0]
    assert len(found) == len({comment for (comment,) in found}) == count + waiting == 100


# The staff's page


@pytest.mark.parametrize("path", ["/staff/cases", "/staff/cases?unit=sa-dec", "/staff/cases?state=handled"])
async def test_without_a_login_no_case_is_shown(path: str, app: App, visitor: Visitor) -> None:
    """403 and nothing of it."""
    await complained(app, "Chờ lâu")
    answer = await visitor.get(path)
    assert (answer.status, articles(answer)) == (403, [])
    assert "Chờ lâu" not in answer.said


@pytest.mark.calendar
async def test_staff_see_what_was_said_and_what_became_of_it(app: App, visitor: Visitor) -> None:
    """Day, counter, level, state and date; what citizens typed is text, never markup."""
    case = await complained(app, SCRIPT, level=2)
    await log_in(app, visitor)
    waiting = (await visitor.get("/staff")).page.one("ul", class_="waiting").all("a")[0]
    assert (waiting.text, waiting["href"]) == ("1 ý kiến chưa xử lý xong", "/staff/cases?unit=sa-dec")
    answer = await visitor.get("/staff/cases")
    (article,) = articles(answer)
    day = f"{app.clock():%d/%m/%Y}"
    assert article.one("h2").text == f"{day} · Quầy 2, Bộ phận Một cửa"
    assert article.all("p")[0].text == f"Mức 2: Không hài lòng · chưa xử lý từ ngày {day}"
    assert article.one("blockquote").text == " ".join(SCRIPT.split())
    assert (answer.page.all("script"), answer.page.all("img")) == ([], [])
    assert [button["aria-label"] for button in article.all("button")] == [
        f"{button} (việc số {case})" for button in ("Đã xử lý", "Chuyển cơ quan", "Chuyển lãnh đạo")
    ]  # fmt: skip


async def test_a_button_moves_a_case(app: App, visitor: Visitor) -> None:
    """Passed on, the head reads it in chat; handled, it stands among the handled ones, without buttons."""
    case = await complained(app, "Chờ lâu")
    await log_in(app, visitor)
    passed = await press(visitor, await visitor.get("/staff/cases?unit=sa-dec"), "Chuyển lãnh đạo")
    assert (passed.status, passed.url.path_qs) == (200, f"/staff/cases?unit=sa-dec&done=passed_on&case={case}")
    assert articles(passed)[0].one("p", role="status").text == "Đã chuyển lãnh đạo."
    assert ["Cán bộ chuyển lãnh đạo xem:" in alert for alert in await alerts(app, "trưởng")] == [False, True]
    assert len(await alerts(app)) == 1
    assert [button.text for button in articles(passed)[0].all("button")] == ["Đã xử lý", "Chuyển cơ quan"]
    refused = await press(visitor, passed, "Đã xử lý")
    assert (refused.status, state(app, case)) == (400, "passed_on")
    assert refused.page.one("p", role="alert").text == "Xin chọn hoặc viết đã làm gì để khắc phục."
    given = await press(visitor, refused, "Chuyển cơ quan", other="Phòng Kinh tế", due="2027-01-04")
    assert "Hạn xử lý: 04/01/2027. · Phòng Kinh tế" in articles(given)[0].text
    late = await press(visitor, given, "Chuyển cơ quan", other="Phòng Kinh tế", due="2020-01-04")
    assert late.status == 400
    note = articles(given)[0].one("select", name="note").all("option")[1].text
    handled = await press(visitor, given, "Đã xử lý", note=note, written="Đã thêm ghế, hỏi 0912 345 678.", public="x")
    assert (articles(handled), state(app, case)) == ([], "handled")
    assert handled.page.one("p", role="status").text.startswith("Đã ghi là đã xử lý.")
    done = await visitor.get("/staff/cases?state=handled")
    (article,) = articles(done)
    assert f"Đã làm gì: {note} Đã thêm ghế, hỏi •••. · công khai" in article.text
    assert [button.text for button in article.all("button")] == ["Thôi công khai", "Mở lại"]
    hidden = await press(visitor, done, "Thôi công khai")
    assert [button.text for button in articles(hidden)[0].all("button")] == ["Công khai ghi chú", "Mở lại"]
    reopened = await press(visitor, hidden, "Mở lại")
    assert (len(articles(reopened)), state(app, case)) == (1, "open")
    assert articles(reopened)[0].one("p", role="status").text == "Đã mở lại. Hạn xử lý ghi bên dưới."
    for made_up in ("done=x&case=1", "done=open&case=x", f"done=open&case={'9' * 30}"):
        assert (await visitor.get(f"/staff/cases?{made_up}")).page.all("p", role="status") == []
    day = f"{app.clock():%d/%m/%Y}, cán bộ Phường Sa Đéc:"
    assert [line.text for line in articles(reopened)[0].all("li")] == [
        f"• {day} chuyển lãnh đạo", f"• {day} chuyển Phòng Kinh tế", f"• {day} đã xử lý: {note} Đã thêm ghế, hỏi •••.",
        f"• {day} mở lại",
    ]  # fmt: skip


async def test_a_case_from_before_notes_stays_handled(app: App, visitor: Visitor) -> None:
    """What was done is not noted, and nothing can be published of it."""
    case = await complained(app, "Chờ lâu")
    async with app.store.transaction() as tx:
        await tx._connection.exec_driver_sql("UPDATE service_case SET state = 'handled' WHERE id = ?", (case,))
    await log_in(app, visitor)
    (article,) = articles(await visitor.get("/staff/cases?state=handled"))
    assert "Đã làm gì: không ghi" in article.text
    assert [button.text for button in article.all("button")] == ["Mở lại"]


async def test_of_many_who_press_at_once_one_moves_it(app: App, visitor: Visitor) -> None:
    """The others read that it was recorded before; the head is told once."""
    case = await complained(app, "Chờ lâu")
    await log_in(app, visitor)
    answers = await asyncio.gather(
        *(visitor.post(f"/staff/cases/{case}", {"state": "passed_on"}, allow_redirects=False) for _ in range(8))
    )
    assert Tally(answer.status for answer in answers) == {303: 1, 409: 7}
    assert len(await alerts(app, "trưởng")) == 2
    refused = next(answer for answer in answers if answer.status == 409)
    assert refused.page.one("p", role="alert").text == "Việc này đã được ghi trước đó; không có gì thay đổi."


@pytest.mark.parametrize(
    ("unit", "role", "allowed"),
    [
        ("sa-dec", "staff", True),
        ("sa-dec", "admin", True),
        ("dong-thap", "admin", True),
        ("dong-thap", "staff", False),
        ("cao-lanh", "admin", False),
        ("cao-lanh", "staff", False),
    ],
)
async def test_rights_go_by_unit(app: App, visitor: Visitor, unit: str, role: Role, allowed: bool) -> None:
    """Own unit, and for an admin those below: seen and moved; another's neither, whatever address is typed."""
    case = await complained(app, "Chờ lâu")
    await log_in(app, visitor, unit, role)
    seen = [len(articles(await visitor.get(path))) for path in ("/staff/cases", "/staff/cases?unit=sa-dec")]
    sent = {"state": "handled", "unit": "sa-dec", "written": "Xong."}
    moved = await visitor.post(f"/staff/cases/{case}", sent, allow_redirects=False)
    assert seen == ([1, 1] if allowed else [0, 0])
    assert (moved.status, state(app, case)) == ((303, "handled") if allowed else (403, "open"))


@pytest.mark.parametrize(
    ("path", "fields", "headers", "status"),
    [
        ("{case}", {"state": "handled"}, {"Sec-Fetch-Site": "cross-site"}, 403),
        ("{case}", {"state": "open"}, {}, 409),
        ("{case}", {"state": "handled", "note": "Không có trong danh sách"}, {}, 400),
        ("{case}", {"state": "publish"}, {}, 409),
        ("{case}", {"state": "x"}, {}, 404),
        ("{case}", {}, {}, 404),
        ("0", {"state": "handled"}, {}, 403),
        ("9999999999999999999", {"state": "handled"}, {}, 404),
        ("x", {"state": "handled"}, {}, 404),
    ],
)
async def test_what_no_button_sends_changes_nothing(
    app: App, visitor: Visitor, path: str, fields: dict[str, str], headers: dict[str, str], status: int
) -> None:
    """Without a login, from another site, with a made-up state or number."""
    case = await complained(app, "Chờ lâu")
    assert (await visitor.post(f"/staff/cases/{case}", {"state": "handled"})).status == 403
    await log_in(app, visitor)
    answer = await visitor.post(
        f"/staff/cases/{path.format(case=case)}", fields, headers=headers, allow_redirects=False
    )
    assert (answer.status, state(app, case)) == (status, "open")


async def test_the_page_fits_a_phone_and_is_used_by_keyboard(app: App, opener: Opener) -> None:
    """At 360 px nothing sticks out, buttons are 48 px high, and a chosen note and Enter handle the case."""
    case = await complained(app, "Chờ từ 8 giờ đến 11 giờ mới được gọi. " + "x" * 200)
    async with app.store.transaction() as tx:
        await tx.create_token("login", "sa-dec", "staff", f"phone-{case}", app.clock() + timedelta(hours=1))
    tab = await opener.tab(app.settings.address)
    await tab.go(f"/staff/login/phone-{case}")
    await tab.page.get_by_role("button").click()
    await tab.go("/staff/cases")
    assert await tab.page.evaluate("document.documentElement.scrollWidth") <= 360
    for summary in ("Xử lý", "Chuyển người khác"):
        await tab.page.get_by_text(summary, exact=True).click()
    buttons = [await found.bounding_box() for found in await tab.page.locator(".case button").all()]
    assert [box is not None and box["height"] >= 48 for box in buttons] == [True, True, True]
    await tab.page.get_by_label("Đã làm gì").select_option(index=1)
    await tab.page.get_by_role("button", name=f"Đã xử lý (việc số {case})").focus()
    await tab.page.keyboard.press("Enter")
    await tab.page.get_by_text("Không có ý kiến nào.").wait_for()
    assert (state(app, case), tab.faults) == ("handled", [])


@pytest.mark.calendar
async def test_the_web_chat_asks_for_consent_and_brings_the_message(app: App) -> None:
    """A citizen in the web chat agrees, an officer writes, and the page's next look brings it."""
    sent = iter(range(1000))

    async def says(user: str, text: str, kind: str = "text") -> list[str]:
        incoming = Incoming("webchat", user, f"{user}-{next(sent)}", text, kind, "c0ffee00" * 4)  # type: ignore[arg-type]
        return [outgoing.reply.text.plain for outgoing in (await app.conversation.handle(incoming)).replies]

    await says("dân", "k_quay2", "start")
    for button in ("agree", "overall:2", "skip:reasons"):
        await says("dân", f"s:c0ffee00:{button}", "button")
    await says("dân", "Cán bộ nói trống không")
    await says("dân", "contact:c0ffee00:yes", "button")
    ((case,),) = rows(app, "SELECT id FROM service_case WHERE person = 'dân'")
    await says("lan", f"case:{case}:note", "button")
    await says("lan", "Chúng tôi xin lỗi Ông/Bà.")
    assert (await alerts(app, "dân"))[-1] == (
        "Bộ phận Một cửa Phường Sa Đéc nhắn:\n“Chúng tôi xin lỗi Ông/Bà.”\n\nÔng/Bà không cần trả lời."
    )
    assert rows(app, "SELECT channel, person FROM service_case") == [("", "")]


async def test_a_ward_sees_notes_and_closes_only_what_was_handed_to_it(app: App, visitor: Visitor) -> None:
    """Of two cases of the province the ward sees one, with no more than the office may do; the head reads its steps."""
    value = typed_casework({"offices": "Bộ phận Một cửa Sa Đéc | | | sa-dec"}, [], ["sa-dec"])
    async with app.store.transaction() as tx:
        assert await tx.put_setting("dong-thap", CASEWORK, 0, value, Author("test", None), app.clock())
    await app.live.refresh()
    kept, handed = [await complained(app, text, "dong-thap") for text in ("Ở tỉnh", "Của phường")]
    await log_in(app, visitor, "dong-thap", "admin")
    await visitor.post(
        f"/staff/cases/{handed}", {"state": "handed_over", "office": "Bộ phận Một cửa Sa Đéc", "other": "", "due": ""}
    )
    assert "Tỉnh Đồng Tháp chuyển Ông/Bà xử lý:" in (await alerts(app))[-1]
    await log_in(app, visitor, "sa-dec", "staff")
    listed = await visitor.get("/staff/cases")
    (article,) = articles(listed)
    assert "Của phường" in article.text
    assert "Tỉnh Đồng Tháp chuyển việc này cho đơn vị của Ông/Bà" in article.text
    assert [button.text for button in article.all("button")] == ["Đã xử lý", "Ghi việc đang làm"]
    for state_wanted in ("handed_over", "passed_on", "open", "publish", "hide"):
        refused = await visitor.post(f"/staff/cases/{handed}", {"state": state_wanted, "other": "Phòng X"})
        assert refused.status == 403
    for wanted in ("handled", "noted"):
        assert (await visitor.post(f"/staff/cases/{kept}", {"state": wanted, "written": "x"})).status == 403
    await visitor.post(f"/staff/cases/{handed}", {"state": "noted", "written": "Đang hỏi ca trực"})
    await visitor.post(f"/staff/cases/{handed}", {"state": "handled", "written": "Đã nhắc", "public": "x"})
    (article,) = articles(await visitor.get("/staff/cases?state=handled"))
    assert article.all("button") == []
    await log_in(app, visitor, "dong-thap", "admin")
    (closed,) = articles(await visitor.get("/staff/cases?unit=dong-thap&state=handled"))
    assert "cán bộ Phường Sa Đéc: ghi: Đang hỏi ca trực" in closed.text
    assert "Đã làm gì: Đã nhắc" in closed.text
    assert "công khai" not in closed.text.casefold().replace("công khai ghi chú", "")
    assert rows(app, "SELECT published FROM service_case WHERE id = ?", handed) == [(0,)]


async def test_what_is_late_is_told_first(app: App, visitor: Visitor) -> None:
    """On the figures with how many, in the list with since when; the form for it is folded away."""
    day = app.clock().date() - timedelta(days=30)
    response = Response(f"{next(_numbers):032x}", "sa-dec", "quay2", "nhanh", 1, "", "web", day)
    async with app.store.transaction() as tx:
        await tx.keep_responses([response])
        await tx.keep_cases([Case(0, "sa-dec", "quay2", day, 1, "Chờ lâu quá.", response.id, day)])
    await complained(app, "Mới hôm nay")
    await log_in(app, visitor)
    figures = await visitor.get("/staff")
    assert "2 ý kiến chưa xử lý xong, quá hạn 1" in figures.said
    assert f"Quá hạn 1 · lâu nhất: ngày {day:%d/%m/%Y}" in figures.said
    listed = await visitor.get("/staff/cases")
    assert "Chưa xong (2), quá hạn 1" in listed.said
    first, second = articles(listed)
    assert "Quá hạn xử lý từ" in first.one("p", class_="problem").text
    assert second.all("p", class_="problem") == []
    folded = first.one("details", class_="acting")
    assert "open" not in folded.attributes
    assert folded.all("form")


async def test_the_counter_that_is_rated_lowest_is_named(app: App, visitor: Visitor) -> None:
    """With its rate, as a way to the comparison; not where none is lower than another."""
    day = date(2015, 3, 2)
    for counter, levels in (("quay1", {5: 9, 1: 1}), ("quay2", {5: 6, 1: 6})):
        await answered(app, day, levels, counter)
    await log_in(app, visitor)
    link = (await visitor.get("/staff?period=2015-W10")).page.one("p", class_="lowest").one("a")
    assert link.text == "Thấp nhất: Quầy 2, Bộ phận Một cửa, 50% (12 lượt chấm)"
    assert (await visitor.get(link["href"])).status == 200
    await answered(app, day + timedelta(days=7), {5: 9}, "quay1")
    assert (await visitor.get("/staff?period=2015-W11")).page.all("p", class_="lowest") == []
