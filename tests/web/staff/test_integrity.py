"""The integrity page: who sees it, what it says, and what the pages count on the way."""

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from itertools import count

import aiohttp
import pytest
import pytest_asyncio
from playwright.async_api import expect

import handlers.world as places
import locales
from bot.app import App
from bot.secret_key import secret_key
from handlers.ports import Chat, Role
from reports.periods import day
from surveys.budget import FLOOR, HASTY_PART
from surveys.responses import Filing, Response
from surveys.signs import arrivals
from surveys.slips import Round
from tests.running import running, settings_for
from tests.web.conftest import Answer, Opener, Visitor, rows, token_of
from tests.web.screens import TARGETS, TEXTS, small_targets, wide
from web.signing import Signer

pytestmark = pytest.mark.asyncio(loop_scope="session")

MARKUP = """Xã <b>Lấp Vò</b> & "Bến" <script>alert(1)</script>"""
SCRIPT = {"User-Agent": "curl/8.5", "Sec-Fetch-Site": "same-origin"}
_numbers = count(1)


@pytest_asyncio.fixture(loop_scope="session", scope="module", autouse=True)
async def neighbours(app: App) -> None:
    """Another commune of the province, with markup in the names of itself, its counter and its round."""
    today = app.clock().date()
    async with app.store.transaction() as tx:
        await tx.add_unit(places.Unit(code="lap-vo", name=MARKUP, parent="dong-thap"), app.clock())
        await tx.add_counter(places.Counter("lv1", MARKUP, "lap-vo"))
        opened = Round(MARKUP, "lap-vo", "nhanh", 200, today - timedelta(days=30), today + timedelta(days=7))
        await tx.open_round(opened, app.clock())
        await tx.add_slips(MARKUP, [f"SLIP{n:06d}" for n in range(100)])
    await app.live.refresh()


@pytest_asyncio.fixture(loop_scope="session")
async def new_app(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[App]:
    """An application of the test's own, with no other forms in it."""
    async with running(settings_for(tmp_path_factory.mktemp("own"))) as started:
        yield started


async def log_in(app: App, visitor: Visitor, unit: str = "sa-dec", role: Role = "staff") -> None:
    """Open a login link and press its button."""
    secret = f"login-{unit}-{role}-{next(_numbers)}"
    async with app.store.transaction() as tx:
        await tx.create_token("login", unit, role, secret, app.clock() + timedelta(hours=1))
    assert (await visitor.send(await visitor.get(f"/staff/login/{secret}"))).status == 200


async def sent(
    app: App, forms: int, counter: str = "quay1", unit: str = "sa-dec", device: str = "", **changes: object
) -> None:
    """Take forms in, all from one device."""
    form, now = app.live().forms["nhanh"], app.clock()
    blank = Response("", unit, counter, form.code, form.version, form.digest, "web", now.date(), complete=True)
    blank = replace(blank, answers={"overall": 5}, **changes)  # type: ignore[arg-type]
    made = [replace(blank, id=f"{next(_numbers):032x}") for _ in range(forms)]
    async with app.store.transaction() as tx:
        await tx.note_arrivals(arrivals(Filing(one, device=device or f"web:{one.id}", at=now) for one in made))
        await tx.keep_responses(made)


def findings(answer: Answer) -> dict[str, tuple[str, list[str]]]:
    """State and sentences by title."""
    found = {}
    for item in answer.page.all("li", class_="finding"):
        state, *sentences = [paragraph.text for paragraph in item.all("p")]
        found[item.one("h3").text] = (state, sentences)
    return found


# Who sees it


@pytest.mark.parametrize("query", ["", "?unit=sa-dec", "?unit=sa-dec&period=2026", "?period=x"])
async def test_without_a_login_there_is_only_the_way_to_one(query: str, visitor: Visitor) -> None:
    """403 and no finding."""
    answer = await visitor.get(f"/staff/integrity{query}")
    assert (answer.status, answer.page.one("h1").text) == (403, "Cần đường dẫn đăng nhập")
    assert findings(answer) == {}


@pytest.mark.parametrize(
    ("unit", "role", "asked", "status"),
    [
        ("sa-dec", "staff", "sa-dec", 200),
        ("sa-dec", "staff", "lap-vo", 403),
        ("sa-dec", "admin", "lap-vo", 403),
        ("sa-dec", "admin", "dong-thap", 403),
        ("dong-thap", "staff", "sa-dec", 403),
        ("dong-thap", "admin", "sa-dec", 200),
        ("dong-thap", "admin", "khong-co", 403),
    ],
)
async def test_everybody_sees_their_own_units(
    unit: str, role: Role, asked: str, status: int, app: App, visitor: Visitor
) -> None:
    """Staff see their unit, an administrator also those below; the same rights as for the figures."""
    await log_in(app, visitor, unit, role)
    assert (await visitor.get(f"/staff/integrity?unit={asked}")).status == status
    assert (await visitor.get(f"/staff?unit={asked}")).status == status


async def test_staff_do_not_see_the_units_below(app: App, visitor: Visitor, another: Visitor) -> None:
    """The province's own clerk has no findings of the communes, its administrator has all."""
    await sent(app, 40, "lv1", "lap-vo")
    await log_in(app, visitor, "dong-thap", "staff")
    await log_in(app, another, "dong-thap", "admin")
    assert locales.text("vi", "report.none") in (await visitor.get("/staff/integrity")).said
    assert "Đợt " not in (await visitor.get("/staff/integrity")).said
    assert "Có 0 phiếu trong kỳ." not in (await another.get("/staff/integrity")).said


async def test_the_page_is_linked_from_the_figures_and_back(app: App, visitor: Visitor) -> None:
    """Unit and period go along."""
    await log_in(app, visitor)
    figures = await visitor.get("/staff?unit=sa-dec&period=2026-Q3")
    (link,) = [a["href"] for a in figures.page.one("ul", class_="waiting").all("a") if "integrity" in a["href"]]
    assert link == "/staff/integrity?unit=sa-dec&period=2026-Q3"
    answer = await visitor.get(link)
    assert "Quý 3/2026" in answer.page.one("h2").text
    assert "/staff?unit=sa-dec&period=2026-Q3" in [a["href"] for a in answer.page.all("a")]


@pytest.mark.calendar
async def test_a_period_that_is_none_is_said_beside_this_weeks_findings(app: App, visitor: Visitor) -> None:
    """400 with a sentence, and still a page."""
    await log_in(app, visitor)
    answer = await visitor.get("/staff/integrity?period=%3Cb%3E")
    assert (answer.status, len(findings(answer))) == (400, 11)
    assert "'<b>' không đúng" in answer.page.one("p", role="alert").text


# What it says


@pytest.mark.calendar
async def test_names_that_people_typed_stay_text(app: App, visitor: Visitor) -> None:
    """Markup in the name of a unit, a counter or a round is shown, not obeyed."""
    await sent(app, 30, "lv1", "lap-vo", device="web:một máy")
    await log_in(app, visitor, "lap-vo")
    answer = await visitor.get("/staff/integrity")
    assert answer.page.all("script") == answer.page.all("b") == []
    assert answer.page.one("h1").text == MARKUP
    signs = findings(answer)
    assert signs["Tỷ lệ trả lời"][1][0].startswith(f"Đợt {MARKUP} còn nhận phiếu: đã thu 0 trên 100")
    assert signs["Quầy đạt 100%"][1][0].startswith(f"{MARKUP}: cả ")
    assert f"phiếu tại {MARKUP} ngày" in signs["Cùng một máy"][1][0]


async def test_a_small_stratum_hides_the_others(new_app: App, plain: Visitor) -> None:
    """Four assisted forms beside thirty others: the total is there, no number of the groups, no share."""
    await sent(new_app, 30)
    await sent(new_app, 4, assisted=True)
    await log_in(new_app, plain)
    answer = await plain.get("/staff/integrity")
    assert "Có 34 phiếu trong kỳ." in answer.said
    assert "Có nhóm dưới 5 phiếu nên không hiện số từng nhóm" in answer.said
    assert answer.page.all("table") == []
    await sent(new_app, 1, assisted=True)
    shown = await plain.get("/staff/integrity")
    cells = [[cell.text for cell in row.all("td")] for row in shown.page.one("tbody").all("tr")]
    assert cells == [["0", "0,00"], ["30", "85,71"], ["5", "14,29"]]


async def test_the_page_speaks_english_too(app: App, visitor: Visitor) -> None:
    """All of it, with the language kept in its links."""
    await log_in(app, visitor)
    answer = await visitor.get("/staff/integrity?lang=en")
    assert "Nothing unusual" in answer.said or "Too little to tell" in answer.said
    assert all("lang=en" in link["href"] for nav in answer.page.all("nav") for link in nav.all("a"))
    assert [one["value"] for one in answer.form.all("input", name="lang")] == ["en"]


# What is counted


@pytest_asyncio.fixture(loop_scope="session")
async def plain(new_app: App) -> AsyncIterator[Visitor]:
    """Somebody who visits the application of the test's own."""
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as client:
        yield Visitor(client, new_app.settings.address)


async def test_twenty_forms_of_a_script_are_flagged_and_kept(new_app: App, plain: Visitor) -> None:
    """Many forms within a minute from one device: told as device, burst and speed; staff decide whether they count."""
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar(), headers=SCRIPT) as client:
        script = Visitor(client, new_app.settings.address)

        async def stuff() -> int:
            opened = await script.get("/k/quay1")
            return (await script.send(opened, press="5", headers=SCRIPT)).status

        assert await asyncio.gather(*(stuff() for _ in range(20))) == [200] * 20
        # Thirty are needed before shares are judged.
        assert await asyncio.gather(*(stuff() for _ in range(12))) == [200] * 12
    await log_in(new_app, plain)
    shown = await plain.get("/staff/integrity")
    today = day(new_app.clock().date())
    few = FLOOR.slot // HASTY_PART
    waits = [f"Quầy 1, Bộ phận Một cửa ngày {today}: {32 - few} phiếu chưa tính."]
    assert findings(shown)["Phiếu chưa tính"] == ("! Nên xem lại", waits)
    assert f"Có {few} phiếu trong kỳ." in shown.said
    shown = await plain.post("/staff/integrity/apart", dict(shown.page.all("form")[1].fields()) | {"verdict": "count"})
    assert f"{today}: đã tính {32 - few} phiếu" in shown.said
    signs = findings(shown)
    assert signs["Phiếu chưa tính"][0] == "✓ Bình thường"
    assert signs["Cùng một máy"] == (
        "! Nên xem lại",
        [
            f"1 máy đã gửi 32 phiếu tại Quầy 1, Bộ phận Một cửa ngày {day(new_app.clock().date())}. "
            "Có thể là máy dùng chung; nên xem lại."
        ],
    )
    state, (burst, *_) = signs["Phiếu đến dồn dập"]
    assert state == "! Nên xem lại"
    (full,) = re.findall(r": (\d+) phiếu\. Quầy còn ít số liệu", burst)
    assert [(int(full),)] == rows(new_app, "SELECT max(count) FROM tempo")
    assert signs["Tốc độ trả lời"][0] == "! Nên xem lại"
    assert signs["Tốc độ trả lời"][1][0].startswith("100% trong 32 phiếu")
    all_satisfied = "Quầy 1, Bộ phận Một cửa: cả 32 phiếu qua mã QR đặt tại quầy đều hài lòng"
    assert signs["Quầy đạt 100%"][1][0].startswith(all_satisfied)
    assert rows(new_app, "SELECT sum(count) FROM tempo") == rows(new_app, "SELECT sum(count) FROM device") == [(32,)]
    assert rows(new_app, "SELECT count(*), sum(hasty) FROM response JOIN answer ON id = response") == [(32, 32)]
    assert "32 phiếu" in (await plain.get("/staff")).said


async def test_a_form_counts_once_whatever_happens_to_it(new_app: App, plain: Visitor) -> None:
    """Two pages, a correction and a form sent twice at once are one form."""
    first = await plain.get("/k/quay1")
    fields = {"token": token_of(first), "page": "0", "overall": "2"}
    await asyncio.gather(*(plain.post("/k/quay1?sent", fields) for _ in range(4)))
    await plain.post("/k/quay1?sent", {**fields, "overall": "4"})
    await plain.post("/k/quay1?sent", {"token": token_of(first), "page": "1", "comment": "Cảm ơn."})
    assert (
        rows(new_app, "SELECT counter, count FROM tempo")
        == rows(new_app, "SELECT counter, count FROM device")
        == [("quay1", 1)]
    )


async def test_looking_and_mistakes_are_not_counted(new_app: App, plain: Visitor) -> None:
    """Only what is stored is."""
    first = await plain.get("/k/quay1")
    assert (await plain.post("/k/quay1?sent", {"token": token_of(first), "page": "0"})).status == 400
    assert (await plain.post("/k/quay1?sent", {"token": "x", "page": "0", "overall": "5"})).status == 400
    assert rows(new_app, "SELECT * FROM tempo") == rows(new_app, "SELECT * FROM vote_key") == []


async def test_who_takes_time_is_not_hasty(new_app: App, plain: Visitor) -> None:
    """The page's token says when it was shown: three seconds before its answer is enough."""
    version = new_app.live().forms["nhanh"].version
    signer, purpose = Signer(secret_key(new_app.settings)), f"survey:/k/quay1:nhanh:{version}"
    for seconds, hasty in ((3.5, 0), (0, 1)):
        identifier, token = signer.fresh_at(purpose, new_app.clock() - timedelta(seconds=seconds))
        assert (await plain.post("/k/quay1?sent", {"token": token, "page": "0", "overall": "4"})).status == 200
        await plain.post("/k/quay1?sent", {"token": token, "page": "1"})
        assert rows(new_app, "SELECT hasty FROM response WHERE id = ?", identifier) == [(hasty,)]


@pytest.mark.parametrize(
    ("address", "forwarded", "devices"),
    [
        ("http://127.0.0.1", ["10.9.9.1", "10.9.9.2"], 1),
        ("https://motcua.example.vn", ["203.0.113.1", "203.0.113.2"], 2),
        ("https://motcua.example.vn", ["1.1.1.1, 203.0.113.1", "2.2.2.2, 203.0.113.1"], 1),
    ],
    ids=["no proxy", "a proxy", "what a caller adds"],
)
async def test_a_proxy_is_believed_where_there_is_one(
    address: str, forwarded: list[str], devices: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Without HTTPS in PUBLIC_URL the header is anybody's word; with it, the proxy's own word is the last one."""
    settings = settings_for(tmp_path_factory.mktemp("proxy"), public_url=address)
    async with running(settings) as started, aiohttp.ClientSession() as client:
        visitor = Visitor(client, f"http://127.0.0.1:{settings.listen_port}")
        for caller in forwarded:
            first = await visitor.get("/k/quay1")
            fields = {"token": token_of(first), "page": "0", "overall": "4"}
            await visitor.post("/k/quay1?sent", fields, headers={"X-Forwarded-For": caller}, allow_redirects=False)
        assert rows(started, "SELECT count(*), sum(count) FROM device") == [(devices, 2)]


async def test_a_chat_on_the_page_is_counted_as_one_device(new_app: App, plain: Visitor) -> None:
    """Rating in the chat counts the chat, and notes an answer that came at once."""
    await plain.get("/")
    offered = await plain.turn("đánh giá")
    for label in ("Quầy 1", "Đồng ý"):
        buttons = dict(re.findall(r'value="([^"]+)"[^>]*>\s*([^<]+)', offered["html"]))
        button = next(value for value, text in buttons.items() if text.strip().startswith(label))
        offered = await plain.turn("", button=button)
    await plain.turn("4")
    assert rows(new_app, "SELECT source, hasty FROM response") == [("webchat", 1)]
    assert rows(new_app, "SELECT count FROM device") == rows(new_app, "SELECT count FROM tempo") == [(1,)]


# How it looks


@pytest.mark.parametrize("size", [(360, 640), (1280, 800)], ids=["phone", "desk"])
async def test_the_page_fits_and_can_be_read(size: tuple[int, int], app: App, opener: Opener) -> None:
    """No sideways scrolling, text and targets large enough, and nothing to filter or click on paper."""
    secret = f"login-{next(_numbers)}"
    async with app.store.transaction() as tx:
        await tx.create_token("login", "dong-thap", "admin", secret, app.clock() + timedelta(hours=1))
    tab = await opener.tab(app.settings.address, *size)
    await tab.go(f"/staff/login/{secret}")
    await tab.page.click("button")
    await tab.go("/staff/integrity")
    await expect(tab.page.locator(".finding")).to_have_count(11)
    assert await wide(tab.page) == 0
    assert small_targets(await tab.page.evaluate(TARGETS), 44) == []
    assert [text for text, size in await tab.page.evaluate(TEXTS) if size < 16] == []
    await tab.page.emulate_media(media="print")
    assert await tab.page.locator(".filter, .periods, .elsewhere").locator("visible=true").count() == 0
    await expect(tab.page.locator(".finding").first).to_be_visible()
    assert tab.faults == []


# What staff decide about forms kept apart


async def decide(visitor: Visitor, verdict: str = "count", unit: str = "sa-dec", **changes: str) -> Answer:
    """Press a button of a group of forms, as the page has it but for `changes`."""
    fields = {"unit": unit, "counter": "quay1", "day": "2026-11-20", "shown": unit, "period": "2026"}
    return await visitor.post("/staff/integrity/apart", {**fields, "verdict": verdict, **changes})


@pytest.mark.parametrize(
    ("role", "login", "changes", "status"),
    [
        ("", "", {}, 403),
        ("staff", "sa-dec", {"unit": "lap-vo"}, 403),
        ("staff", "dong-thap", {}, 403),
        ("staff", "sa-dec", {"verdict": "delete"}, 404),
        ("staff", "sa-dec", {"day": "hôm nay"}, 404),
        ("staff", "sa-dec", {}, 200),
        ("admin", "dong-thap", {}, 200),
    ],
)
async def test_who_may_see_a_unit_may_decide(
    role: str, login: str, changes: dict[str, str], status: int, app: App, visitor: Visitor
) -> None:
    """The same rights as for the page; what is no decision is none."""
    if role:
        await log_in(app, visitor, login, "admin" if role == "admin" else "staff")
    assert (await decide(visitor, **changes)).status == status


async def test_a_decision_names_the_chat_that_its_login_came_from(new_app: App, plain: Visitor) -> None:
    """Role and unit are shown to all, the chat stands in the record; the numbers follow at once."""
    form, now = new_app.live().forms["nhanh"], new_app.clock()
    blank = Response("", "sa-dec", "quay1", form.code, form.version, form.digest, "web", now.date(), complete=True)
    made = [replace(blank, id=f"{next(_numbers):032x}", answers={"overall": 1}) for _ in range(60)]
    async with new_app.store.transaction() as tx:
        await tx.file([Filing(one, device=one.id, at=now) for one in made])
        await tx.create_token("invitation", "sa-dec", "staff", "ABCDE", now + timedelta(hours=1))
        await tx.redeem("ABCDE", "telegram", "4242", now)
        await tx.create_token("login", "sa-dec", "staff", "apart", now + timedelta(hours=1), Chat("telegram", "4242"))
    await plain.send(await plain.get("/staff/login/apart"))
    shown = await plain.get("/staff/integrity")
    assert [button.text for button in shown.page.all("button", name="verdict")] == ["Tính vào số liệu", "Bỏ"]
    discarded = await plain.post(
        "/staff/integrity/apart", dict(shown.page.all("form")[1].fields()) | {"verdict": "discard"}
    )
    assert "đã bỏ 60 phiếu" in discarded.said
    assert "staff sa-dec" in discarded.said
    assert "4242" not in discarded.said
    assert discarded.page.all("button", name="verdict") == []
    record = rows(new_app, "SELECT verdict, forms, who, channel, person FROM apart_decision ORDER BY id DESC LIMIT 1")
    assert record == [("discard", 60, "staff sa-dec", "telegram", "4242")]
    assert rows(new_app, "SELECT count(*) FROM response WHERE apart = 'discarded'") == [(60,)]


@pytest.mark.parametrize("width", [360, 768, 1280])
async def test_the_buttons_can_be_pressed_on_any_screen(width: int, new_app: App, opener: Opener) -> None:
    """Large enough, inside the page, and gone when pressed."""
    form, now = new_app.live().forms["nhanh"], new_app.clock()
    blank = Response("", "sa-dec", "quay2", form.code, form.version, form.digest, "web", now.date(), complete=True)
    made = [replace(blank, id=f"{next(_numbers):032x}", answers={"overall": 1}) for _ in range(60)]
    secret = f"login-{next(_numbers)}"
    async with new_app.store.transaction() as tx:
        await tx.file([Filing(one, device=one.id, at=now) for one in made])
        await tx.create_token("login", "sa-dec", "staff", secret, now + timedelta(hours=1))
    tab = await opener.tab(new_app.settings.address, width, 800)
    await tab.go(f"/staff/login/{secret}")
    await tab.page.click("button")
    await tab.go("/staff/integrity")
    assert await wide(tab.page) == 0
    assert small_targets(await tab.page.evaluate(TARGETS), 44) == []
    await tab.page.locator("button[value=discard]").first.click()
    await expect(tab.page.locator("button[value=discard]")).to_have_count(0)
    assert tab.faults == []
