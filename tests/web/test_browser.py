"""The pages in Chromium, on a phone and on a desk: by touch, by keyboard alone, large enough to hit and to read."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Page, Route, expect

from bot.app import App
from tests.clock import now
from tests.web.conftest import PATIENCE, Opener, Tab, Windows, rows
from tests.web.screens import DESK, PHONE, SIZES, TARGETS, TEXTS, focus_on, small_targets, staff_link, wide

pytestmark = pytest.mark.asyncio(loop_scope="session")

LONG_WORD = "Thưakínhgửi" * 30


# Rating a counter.


def given(app: App, counter: str) -> list[tuple[Any, ...]]:
    """The levels given at a counter, in their order, and whether each form was finished."""
    return rows(
        app,
        "SELECT level, complete FROM response JOIN answer ON id = response "
        "WHERE counter = ? AND question = 'overall' AND source = 'web' ORDER BY response.rowid",
        counter,
    )


@SIZES
async def test_a_counter_is_rated_with_the_keyboard_alone(size: tuple[int, int], app: App, opener: Opener) -> None:
    """Tab and Enter lead from the notice to the thanks in two pages, and the focus can be seen."""
    before = len(given(app, "quay1"))
    tab = await opener.tab(app.settings.address, *size)
    await tab.go("/k/quay1")
    await focus_on(tab.page, "button[value='4']")
    assert await tab.page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    await tab.page.keyboard.press("Enter")
    await tab.page.wait_for_url("**?page=1")
    await focus_on(tab.page, "button.main")
    await tab.page.keyboard.press("Enter")
    await expect(tab.page.locator("h2")).to_have_text("Đã ghi nhận phiếu của Ông/Bà. Xin cảm ơn!")
    assert given(app, "quay1")[before:] == [(4, 1)]
    assert tab.faults == []


@SIZES
async def test_a_counter_is_rated_by_touch(size: tuple[int, int], app: App, opener: Opener) -> None:
    """A face, two reasons, a word, and sent: two pages. What was tapped is stored before it is sent."""
    before = len(given(app, "quay2"))
    tab = await opener.tab(app.settings.address, *size, has_touch=True)
    await tab.go("/k/quay2")
    await tab.page.tap("text=Không hài lòng >> nth=1")
    await tab.page.wait_for_url("**?page=1")
    for reason in ("Chờ lâu", "Điều khác"):
        await tab.page.tap(f"label:has-text('{reason}')")
        await expect(tab.page.locator("#saved")).to_have_text("✓ Đã lưu.")
    await tab.page.fill("textarea", "Chờ từ 8 giờ đến 11 giờ.")
    await expect(tab.page.locator("button.main")).to_be_in_viewport(ratio=1)
    assert rows(
        app,
        "SELECT complete, chosen FROM response JOIN answer ON id = response WHERE question = 'reasons' "
        "AND counter = 'quay2' AND source = 'web' ORDER BY response.rowid DESC LIMIT 1",
    ) == [(0, "wait,other")]
    await tab.page.tap("button.main")
    await expect(tab.page.locator("h2")).to_have_text("Đã ghi nhận phiếu của Ông/Bà. Xin cảm ơn!")
    assert given(app, "quay2")[before:] == [(2, 1)]
    documents = [request for request in tab.requests if request.resource_type == "document"]
    assert [request.method for request in documents] == ["GET", "POST", "GET", "POST", "GET"]
    assert tab.faults == []


async def test_the_question_and_a_face_are_on_the_first_screen(app: App, opener: Opener) -> None:
    """Who scans the code sees what is asked and where to tap, without scrolling."""
    tab = await opener.tab(app.settings.address, *PHONE)
    await tab.go("/k/quay1")
    await expect(tab.page.locator("legend")).to_be_in_viewport(ratio=1)
    await expect(tab.page.locator("button.level").first).to_be_in_viewport(ratio=1)
    await expect(tab.page.locator("button.level").last).to_be_in_viewport(ratio=1)
    await tab.page.click("button[value='4']")
    await expect(tab.page.locator("#saved")).to_contain_text("Đã lưu: 4 Hài lòng.")
    await expect(tab.page.locator("button.main")).to_be_in_viewport(ratio=1)
    faces = [await one.bounding_box() for one in await tab.page.locator("#q-attitude label").all()]
    assert len({box and box["y"] for box in faces}) == 1
    assert all(box and min(box["width"], box["height"]) >= 48 for box in faces)
    await tab.page.click("text=Cỡ chữ lớn")
    assert await tab.page.evaluate("getComputedStyle(document.documentElement).fontSize") == "25px"
    assert await wide(tab.page) == 0
    await tab.page.click("button.main")
    await expect(tab.page.locator(".large h2")).to_have_text("Đã ghi nhận phiếu của Ông/Bà. Xin cảm ơn!")


async def test_going_back_to_another_face_corrects_the_first(app: App, opener: Opener) -> None:
    """Who taps the wrong face, goes back and taps another has voted once."""
    before = len(given(app, "quay1"))
    tab = await opener.tab(app.settings.address, *PHONE)
    await tab.go("/k/quay1")
    await tab.page.click("button[value='1']")
    await tab.page.wait_for_url("**?page=1")
    await tab.page.go_back()
    await tab.page.click("button[value='5']")
    await tab.page.wait_for_url("**?page=1")
    assert given(app, "quay1")[before:] == [(5, 0)]


async def test_the_nine_items_are_answered_with_the_keyboard_alone(app: App, opener: Opener) -> None:
    """Space chooses a level, Enter goes on; a forgotten item is told beside it, with the others kept."""
    tab = await opener.tab(app.settings.address, *PHONE)
    await tab.go("/k/quay9")
    await focus_on(tab.page, "textarea")
    await tab.page.keyboard.type("Đăng ký kết hôn")
    await focus_on(tab.page, "button.main")
    await tab.page.keyboard.press("Enter")
    for first, last in ((1, 3), (4, 5), (6, 9)):
        await tab.page.wait_for_selector(f"[name=q_{first}]")
        for question in range(first, last):
            await focus_on(tab.page, f"[name=q_{question}]")
            await tab.page.keyboard.press("Space")
        await focus_on(tab.page, "button.main")
        await tab.page.keyboard.press("Enter")
        await expect(tab.page.locator("fieldset", has=tab.page.locator(f"[name=q_{last}]"))).to_contain_text(
            "Câu này cần câu trả lời."
        )
        assert await tab.page.locator("input:checked").count() == last - first
        await tab.page.check(f"[name=q_{last}][value='5']")
        await tab.page.click("button.main")
    await tab.page.wait_for_selector("[name=gender]")
    await tab.page.click("button.main")
    await expect(tab.page.locator("h2")).to_have_text("Trân trọng cảm ơn ông/bà!")


async def test_a_survey_can_be_sent_where_pages_are_reached_by_plain_http(plain_app: App, opener: Opener) -> None:
    """In a town hall's own network, without https, browsers send no Sec-Fetch-Site; the form is ours all the same."""
    tab = await opener.tab(plain_app.settings.address, *PHONE)
    await tab.go("/k/quay1")
    await tab.page.click("button[value='5']")
    await expect(tab.page.locator("h2")).to_have_text("Ông/Bà có thể nói thêm (không bắt buộc)")
    assert given(plain_app, "quay1") == [(5, 0)]


async def test_the_chat_works_without_javascript_by_plain_http(plain_app: App, opener: Opener) -> None:
    """The same holds for the chat's form."""
    tab = await opener.tab(plain_app.settings.address, *PHONE, java_script_enabled=False)
    await tab.go("/")
    await tab.page.fill("#text", "gặp cán bộ")
    await tab.page.press("#text", "Enter")
    await expect(tab.page.locator("li.theirs")).to_have_count(2)


# Large enough to hit and to read, and nothing at the side.

Walk = Callable[[Tab, App], Awaitable[None]]


@dataclass(frozen=True)
class Place:
    """A page to be measured: how to get there, and the least sizes of targets and text there."""

    name: str
    walk: Walk
    target: float
    text: float


def opening(path: str) -> Walk:
    """Open an address."""

    async def walk(tab: Tab, app: App) -> None:
        await tab.go(path)

    return walk


def second_page(level: int) -> Walk:
    """Tap a face."""

    async def walk(tab: Tab, app: App) -> None:
        await tab.go("/k/quay1")
        await tab.page.click(f"button[value='{level}']")
        await tab.page.wait_for_url("**?page=1")

    return walk


def nine_items(number: int, *, problem: bool = False) -> Walk:
    """Answer up to a page of the long form, and forget something there."""

    async def walk(tab: Tab, app: App) -> None:
        await tab.go("/k/quay9")
        await tab.answered_up_to(number)
        if problem:
            await tab.page.click("button.main")
            await tab.page.wait_for_selector(".problem")

    return walk


async def thanked(tab: Tab, app: App) -> None:
    """Finish the short form."""
    await second_page(5)(tab, app)
    await tab.page.click("button.main")
    await tab.page.wait_for_selector(".tick")


async def expired(tab: Tab, app: App) -> None:
    """Send a form whose token is not ours."""
    await tab.go("/k/quay1")
    await tab.page.evaluate("document.querySelector('[name=token]').value = '0.0'")
    await tab.page.click("button[value='5']")
    await tab.page.wait_for_selector("text=Mở lại phiếu")


def asking(*texts: str) -> Walk:
    """Say something in the chat."""

    async def walk(tab: Tab, app: App) -> None:
        await tab.go("/")
        for number, text in enumerate(texts, 1):
            await tab.page.fill("#text", text)
            await tab.page.press("#text", "Enter")
            await expect(tab.page.locator("li.theirs")).to_have_count(1 + number)

    return walk


async def procedure(tab: Tab, app: App) -> None:
    """Look at the card of a procedure, whatever the search makes of words."""
    await asking("gặp cán bộ")(tab, app)
    await tab.page.locator("form.options button").first.evaluate("button => { button.value = 'p:1.001193'; }")
    await tab.page.click("form.options button >> nth=0")
    await tab.page.wait_for_selector("a.link")


async def logging_in(tab: Tab, app: App) -> None:
    """Open a login link."""
    await tab.go(await staff_link(app))


async def figures(tab: Tab, app: App) -> None:
    """The staff page with figures."""
    await logging_in(tab, app)
    await tab.page.click("button.main")
    await tab.page.wait_for_selector(".figure")


async def bad_period(tab: Tab, app: App) -> None:
    """The staff page with a problem."""
    await figures(tab, app)
    await tab.go("/staff?period=tuan-nay")


PLACES = (
    Place("faces", opening("/k/quay1"), 44, 18),
    Place("faces in English", opening("/k/quay1?lang=en"), 44, 18),
    Place("reasons", second_page(1), 44, 18),
    Place("single points", second_page(5), 44, 18),
    Place("nine items, procedure", nine_items(0), 44, 18),
    Place("nine items, officers", nine_items(1), 44, 18),
    Place("nine items, forgotten", nine_items(2, problem=True), 44, 18),
    Place("nine items, person", nine_items(4), 44, 18),
    Place("thanks", thanked, 44, 18),
    Place("expired", expired, 44, 18),
    Place("unknown counter", opening("/k/khong-co"), 44, 16),
    Place("greeting", opening("/"), 44, 16),
    Place("an answer", procedure, 44, 16),
    Place("a choice", asking("lĩnh vực", "/help"), 44, 16),
    Place("a long word", asking(LONG_WORD), 44, 16),
    Place("login", logging_in, 44, 16),
    Place("figures", figures, 44, 16),
    Place("bad period", bad_period, 44, 16),
    Place("closed", opening("/staff"), 44, 16),
)


@dataclass(frozen=True)
class Measured:
    """What was found on a page: targets with their sizes, texts with theirs, the overhang, what went wrong."""

    targets: list[list[Any]]
    texts: list[list[Any]]
    over: int
    errors: list[str]
    strangers: list[str]


Measure = Callable[[Place, tuple[int, int]], Awaitable[Measured]]


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def measure(app: App, windows: Windows) -> AsyncIterator[Measure]:
    """Go to a page and measure it in both sizes; each page is visited once."""
    found: dict[tuple[str, tuple[int, int]], Measured] = {}
    opener = Opener(windows)

    async def visit(place: Place) -> None:
        tab = await opener.tab(app.settings.address, *PHONE)
        await place.walk(tab, app)
        page = tab.page
        for size in (PHONE, DESK):
            await page.set_viewport_size({"width": size[0], "height": size[1]})
            targets, texts = await page.evaluate(TARGETS), await page.evaluate(TEXTS)
            # A 4xx page is reported in the console by Chromium itself.
            errors = [error for error in tab.errors if "the server responded with a status of 4" not in error]
            found[place.name, size] = Measured(targets, texts, await wide(page), errors, tab.strangers)
        await opener.close()

    async def once(place: Place, size: tuple[int, int]) -> Measured:
        if (place.name, size) not in found:
            await visit(place)
        return found[place.name, size]

    yield once


EVERYWHERE = pytest.mark.parametrize("place", PLACES, ids=lambda place: place.name)


@SIZES
@EVERYWHERE
async def test_everything_to_be_hit_is_large_enough(place: Place, size: tuple[int, int], measure: Measure) -> None:
    """44 by 44 CSS pixels at least, for fingers that are not young any more."""
    assert small_targets((await measure(place, size)).targets, place.target) == []


@SIZES
@pytest.mark.parametrize("place", PLACES[:8], ids=lambda place: place.name)
async def test_the_choices_of_the_survey_are_larger_still(
    place: Place, size: tuple[int, int], measure: Measure
) -> None:
    """Faces, ticks, and the buttons that send are 48 by 48 at least."""
    choices = [target for target in (await measure(place, size)).targets if target[0] != "A"]
    assert small_targets(choices, 48) == []


@SIZES
@EVERYWHERE
async def test_every_text_is_large_enough_to_read(place: Place, size: tuple[int, int], measure: Measure) -> None:
    """16 CSS pixels at least, 18 in the survey."""
    texts = (await measure(place, size)).texts
    assert texts != []
    assert [text for text in texts if text[1] < place.text] == []


@SIZES
@EVERYWHERE
async def test_nothing_stands_beyond_the_edge(place: Place, size: tuple[int, int], measure: Measure) -> None:
    """No page scrolls sideways."""
    assert (await measure(place, size)).over == 0


@SIZES
@EVERYWHERE
async def test_no_page_complains_or_asks_others(place: Place, size: tuple[int, int], measure: Measure) -> None:
    """The console is silent and every request stays at our address."""
    measured = await measure(place, size)
    assert (measured.errors, measured.strangers) == ([], [])


async def test_text_enlarged_twice_still_fits(app: App, opener: Opener) -> None:
    """At 200 % on a phone's width (WCAG 1.4.4) the survey and the chat do not scroll sideways."""
    tab = await opener.tab(app.settings.address, *PHONE)
    over = {}
    for path in ("/k/quay1", "/k/quay9", "/"):
        await tab.go(path)
        await tab.page.evaluate("document.documentElement.style.setProperty('font-size', '36px', 'important')")
        over[path] = await wide(tab.page)
        assert await tab.page.evaluate("getComputedStyle(document.querySelector('main')).fontSize") == "36px"
    assert over == {"/k/quay1": 0, "/k/quay9": 0, "/": 0}


# The chat with its script.


async def spoken(page: Page) -> list[tuple[str, str]]:
    """Who said what, by the bubbles on the page."""
    found = await page.locator("#messages > li").evaluate_all(
        "items => items.map(item => [item.className, item.querySelector('.bubble').innerText.split('\\n')[0]])"
    )
    return [(who, text) for who, text in found]


async def answered_in_time(tab: Tab, count: int) -> None:
    """Let the page's time pass until so many messages of the bot are shown."""
    async with asyncio.timeout(PATIENCE):
        while await tab.page.locator("li.theirs").count() < count:
            await tab.page.clock.run_for(500)
            await asyncio.sleep(0.01)
    await expect(tab.page.locator("li.theirs")).to_have_count(count)


async def held(tab: Tab) -> asyncio.Event:
    """Keep what the chat's script sends back while the event is not set."""
    released = asyncio.Event()

    async def hold(route: Route) -> None:
        await released.wait()
        await route.continue_()

    await tab.page.route("**/chat", hold)
    return released


@SIZES
async def test_the_chat_answers_without_reloading(size: tuple[int, int], app: App, opener: Opener) -> None:
    """One bubble for each message, by Enter, by the button and by a choice; a reload shows the same."""
    tab = await opener.tab(app.settings.address, *size, has_touch=True)
    await tab.go("/")
    await tab.page.fill("#text", "gặp cán bộ")
    await tab.page.press("#text", "Enter")
    await expect(tab.page.locator("li.theirs")).to_have_count(2)
    await tab.page.fill("#text", "/help")
    await tab.page.tap("#write button")
    await expect(tab.page.locator("li.theirs")).to_have_count(3)
    await tab.page.tap("form.options button >> nth=0")
    await expect(tab.page.locator("li.theirs")).to_have_count(4)
    said = await spoken(tab.page)
    assert [who for who, _ in said] == ["theirs", "mine", "theirs", "mine", "theirs", "mine", "theirs"]
    assert [text for who, text in said if who == "mine"][:2] == ["gặp cán bộ", "/help"]
    assert [request.url for request in tab.requests if request.resource_type == "document"] == [f"{tab.address}/"]
    assert await tab.page.input_value("#text") == ""
    await tab.page.reload()
    assert await spoken(tab.page) == said
    assert tab.faults == []


async def test_what_is_said_later_comes_to_an_open_page(app: App, opener: Opener) -> None:
    """An officer's answer too: here what another page of the same browser was told; once, and what is typed stays."""
    tab = await opener.tab(app.settings.address, 360, 640)
    await tab.set_clock(app.clock())
    await tab.go("/")
    await tab.page.fill("#text", "gặp cán bộ")
    await tab.page.press("#text", "Enter")
    await expect(tab.page.locator("li.theirs")).to_have_count(2)
    await tab.page.fill("#text", "còn nữa")
    other = await tab.page.context.new_page()
    await other.goto(tab.address)
    await other.fill("#text", "/help")
    await other.press("#text", "Enter")
    await expect(other.locator("li.theirs")).to_have_count(3)
    await other.close()
    await tab.page.clock.run_for(60_000)
    await expect(tab.page.locator("li.theirs")).to_have_count(3)
    assert [text for who, text in await spoken(tab.page) if who == "mine"] == ["gặp cán bộ", "/help"]
    assert await tab.page.input_value("#text") == "còn nữa"
    assert tab.faults == []


@pytest.mark.parametrize("question", ["đăng ký khai sinh cần gì", "đăng ký tạm trú", "xin phép xây nhà"])
async def test_a_usual_card_fits_a_screen_and_a_half(question: str, app: App, opener: Opener) -> None:
    """On a phone of 360 by 640, from the heading to its last button; "is this it?" is answered on one line."""
    tab = await opener.tab(app.settings.address, 360, 640)
    await tab.go("/")
    await tab.page.fill("#text", question)
    await tab.page.press("#text", "Enter")
    answers = tab.page.locator(".options .answers button")
    await expect(answers).to_have_count(2)
    assert len({(await answers.nth(number).bounding_box() or {})["y"] for number in range(2)}) == 1
    card = await tab.page.locator("#messages > li").last.bounding_box()
    assert card is not None
    assert card["height"] <= 640 * 1.5


FRAMES = {
    "vi": ("vi", "Trợ lý thủ tục · Phường Sa Đéc", "Viết điều Ông/Bà cần hỏi", "Gửi", "Cuộc trò chuyện"),
    "en": ("en", "Procedure assistant · Phường Sa Đéc", "Write your question", "Send", "Conversation"),
}


async def frame(page: Page) -> tuple[str | None, ...]:
    """What the page around a conversation says: language, title, field, button, name of the conversation."""
    return (
        await page.get_attribute("html", "lang"),
        await page.title(),
        await page.get_attribute("#text", "placeholder"),
        await page.text_content("#write button"),
        await page.get_attribute("#messages", "aria-label"),
    )


@pytest.mark.parametrize("script", [True, False], ids=["script", "forms"])
async def test_the_whole_page_changes_its_language_with_the_conversation(
    script: bool, app: App, opener: Opener
) -> None:
    """For a question in English, back for the next in Vietnamese, and by the button, each in the same answer."""
    tab = await opener.tab(app.settings.address, java_script_enabled=script)
    await tab.go("/")
    assert await frame(tab.page) == FRAMES["vi"]
    said = (("how do I register the birth of my child", "en"), ("đăng ký tạm trú cần giấy tờ gì", "vi"))
    for number, (text, language) in enumerate(said, 1):
        await tab.page.fill("#text", text)
        await tab.page.press("#text", "Enter")
        await expect(tab.page.locator("li.theirs")).to_have_count(1 + number)
        assert await frame(tab.page) == FRAMES[language]
    await tab.page.fill("#text", "/start")
    await tab.page.press("#text", "Enter")
    await tab.page.click("form.options button:has-text('English')")
    await expect(tab.page.locator("header p")).to_have_text("Automatic assistant · Trial version, sample data")
    assert await frame(tab.page) == FRAMES["en"]
    assert set(await tab.page.locator("#messages .who").all_text_contents()) == {"You", "Assistant"}
    assert tab.faults == []


async def test_the_answer_is_read_aloud(app: App, opener: Opener) -> None:
    """New messages stand in a live region, and the state of sending is a status."""
    tab = await opener.tab(app.settings.address)
    await tab.go("/")
    live = tab.page.locator("[aria-live=polite]")
    await tab.page.fill("#text", "gặp cán bộ")
    await tab.page.press("#text", "Enter")
    await expect(live).to_contain_text("Tổng đài Cổng Dịch vụ công quốc gia")
    await expect(tab.page.get_by_role("status")).to_have_text("")


async def test_the_answer_comes_into_view(app: App, opener: Opener) -> None:
    """After sending, what was asked or the answer's buttons are on the screen, and the field stays at hand."""
    tab = await opener.tab(app.settings.address, *PHONE)
    await tab.go("/")
    await tab.page.fill("#text", "lĩnh vực")
    await tab.page.press("#text", "Enter")
    await expect(tab.page.locator("li.theirs")).to_have_count(2)
    await expect(tab.page.locator("form.options button").last).to_be_in_viewport()
    await expect(tab.page.locator("#text")).to_be_in_viewport()


@pytest.mark.parametrize("lost", ["question", "answer"])
async def test_the_chat_goes_on_after_the_server_was_out_of_reach(lost: str, app: App, opener: Opener) -> None:
    """Whether the question or its answer was lost on the way: it is sent again, and shown and answered once."""
    tab = await opener.tab(app.settings.address)
    await tab.set_clock(now())
    await tab.go("/")
    tries = []

    async def fail_once(route: Route) -> None:
        tries.append(route.request.post_data)
        if len(tries) > 1:
            await route.continue_()
            return
        if lost == "answer":
            await route.fetch()
        await route.abort("connectionfailed")

    await tab.page.route("**/chat", fail_once)
    await tab.page.fill("#text", "gặp cán bộ")
    await tab.page.press("#text", "Enter")
    await expect(tab.page.get_by_role("status")).to_have_text("Chưa gửi được, đang thử lại…")
    assert len(tries) == 1
    await answered_in_time(tab, 2)
    assert len(tries) == 2
    assert tries[0] == tries[1]
    said = await spoken(tab.page)
    assert [who for who, _ in said] == ["theirs", "mine", "theirs"]
    await tab.page.fill("#text", "/help")
    await tab.page.press("#text", "Enter")
    await expect(tab.page.locator("li.theirs")).to_have_count(3)
    await expect(tab.page.get_by_role("status")).to_have_text("")
    assert [who for who, _ in await spoken(tab.page)] == ["theirs", "mine", "theirs", "mine", "theirs"]
    user = (await tab.page.context.cookies())[0]["value"].partition(".")[0]
    assert rows(app, "SELECT mine, count(*) FROM outbox WHERE person = ? GROUP BY mine", user) == [(0, 3), (1, 2)]


async def test_an_error_of_the_server_is_tried_again_too(app: App, opener: Opener) -> None:
    """A 502 from a proxy while the program restarts is not shown as an answer."""
    tab = await opener.tab(app.settings.address)
    await tab.set_clock(now())
    await tab.go("/")
    failures = iter([502, 503])

    async def restarting(route: Route) -> None:
        status = next(failures, None)
        await (route.continue_() if status is None else route.fulfill(status=status, body="Bad gateway"))

    await tab.page.route("**/chat", restarting)
    await tab.page.fill("#text", "gặp cán bộ")
    await tab.page.press("#text", "Enter")
    await answered_in_time(tab, 2)
    assert [who for who, _ in await spoken(tab.page)] == ["theirs", "mine", "theirs"]


async def test_an_impatient_finger_asks_once(app: App, opener: Opener) -> None:
    """Enter three times, and a choice tapped twice, while the answer is on its way."""
    tab = await opener.tab(app.settings.address)
    await tab.go("/")

    released = await held(tab)
    await tab.page.fill("#text", "gặp cán bộ")
    for _ in range(3):
        await tab.page.press("#text", "Enter")
    released.set()
    await expect(tab.page.locator("li.theirs")).to_have_count(2)
    released.clear()
    await tab.page.dblclick("form.options button >> nth=0")
    released.set()
    await expect(tab.page.locator("li.theirs")).to_have_count(3)
    assert [who for who, _ in await spoken(tab.page)] == ["theirs", "mine", "theirs", "mine", "theirs"]


async def test_what_is_typed_while_waiting_is_not_lost(app: App, opener: Opener) -> None:
    """The next question, sent before the answer is there, stays in the field or is answered too."""
    tab = await opener.tab(app.settings.address)
    await tab.go("/")

    released = await held(tab)
    for text in ("gặp cán bộ", "lệ phí khai sinh"):
        await tab.page.fill("#text", text)
        await tab.page.press("#text", "Enter")
    released.set()
    await expect(tab.page.locator("li.theirs")).to_have_count(2)
    said = [text for who, text in await spoken(tab.page) if who == "mine"]
    assert [*said, await tab.page.input_value("#text")] == ["gặp cán bộ", "lệ phí khai sinh"]


async def test_markup_typed_into_the_chat_runs_nothing(app: App, opener: Opener) -> None:
    """Shown as typed, before and after the answer, and after a reload."""
    tab = await opener.tab(app.settings.address)
    dialogs = []
    tab.page.on("dialog", lambda dialog: dialogs.append(dialog.message))
    await tab.go("/")
    text = "<img src=x onerror=alert(1)><script>alert(2)</script>"
    await tab.page.fill("#text", text)
    await tab.page.press("#text", "Enter")
    await expect(tab.page.locator("li.theirs")).to_have_count(2)
    assert ("mine", text) in await spoken(tab.page)
    await tab.page.reload()
    assert ("mine", text) in await spoken(tab.page)
    assert (dialogs, tab.faults, await tab.page.locator("li img").count()) == ([], [], 0)


@SIZES
async def test_the_chat_works_with_javascript_disabled(size: tuple[int, int], app: App, opener: Opener) -> None:
    """The same conversation by plain forms."""
    tab = await opener.tab(app.settings.address, *size, java_script_enabled=False)
    await tab.go("/")
    await tab.page.fill("#text", "gặp cán bộ")
    await tab.page.press("#text", "Enter")
    await expect(tab.page.locator("li.theirs")).to_have_count(2)
    await tab.page.click("form.options button >> nth=0")
    await expect(tab.page.locator("li.theirs")).to_have_count(3)
    await expect(tab.page.locator("li.mine")).to_have_count(2)
    await tab.page.reload()
    await expect(tab.page.locator("li")).to_have_count(5)
    assert tab.faults == []


async def test_the_chat_is_used_with_the_keyboard_alone(app: App, opener: Opener) -> None:
    """The skip link leads to the field; a choice is reached with Tab and pressed with Enter."""
    tab = await opener.tab(app.settings.address)
    await tab.go("/")
    await tab.page.keyboard.press("Tab")
    await expect(tab.page.locator(".skip")).to_be_focused()
    await expect(tab.page.locator(".skip")).to_be_in_viewport()
    await tab.page.keyboard.press("Enter")
    await tab.page.keyboard.type("lĩnh vực")
    await tab.page.keyboard.press("Enter")
    await expect(tab.page.locator("li.theirs")).to_have_count(2)
    await tab.page.evaluate("document.activeElement.blur()")
    await focus_on(tab.page, "form.options button")
    await tab.page.keyboard.press("Enter")
    await expect(tab.page.locator("li.theirs")).to_have_count(3)


# The staff page.


@SIZES
async def test_staff_log_in_look_and_log_out(size: tuple[int, int], app: App, opener: Opener) -> None:
    """From the link to the figures of a chosen unit and period, and out again, with no fault on the way."""
    tab = await opener.tab(app.settings.address, *size)
    await figures(tab, app)
    await tab.page.click("details.choose summary")
    await tab.page.select_option("[name=unit]", "sa-dec")
    year = app.clock().year
    await tab.page.fill("[name=from]", f"{year}-01-01")
    await tab.page.fill("[name=to]", f"{year}-03-31")
    await tab.page.click(".filter button")
    await expect(tab.page.locator("h1")).to_have_text("Phường Sa Đéc")
    await expect(tab.page.locator("h2")).to_have_text(f"Từ 01/01/{year} đến 31/3/{year}")
    assert tab.faults == []
    await tab.page.click("text=Đăng xuất")
    await expect(tab.page.locator("h1")).to_have_text("Cần đường dẫn đăng nhập")
    assert tab.strangers == []
