"""The notice as a page, the links to it, and a chat page that shows nothing of an erased conversation."""

import pytest
from playwright.async_api import expect

import locales
from bot.app import App
from handlers.retention import CHAT_PAGE, MESSENGERS, MISSES
from tests.web.chat_page import QUESTION, bubbles, press, write
from tests.web.conftest import Opener, Visitor, rows
from web.citizen.chat import COOKIE, COOKIE_LIFE
from web.citizen.privacy_notice import SECTIONS

pytestmark = pytest.mark.asyncio(loop_scope="session")

PHONE, DESK = (360, 640), (1280, 800)
ERASED = locales.text("vi", "privacy.erased")


@pytest.mark.parametrize(
    ("query", "language"), [("", "vi"), ("?lang=vi", "vi"), ("?lang=en", "en"), ("?lang=xx", "vi")]
)
async def test_the_notice_says_what_is_kept_in_both_languages(visitor: Visitor, query: str, language: str) -> None:
    """Every part has its heading; the days are those of the nightly job; the other language is a link away."""
    answer = await visitor.get(f"/privacy{query}")
    headings = [heading.text for heading in answer.page.all("h2")]
    assert (answer.status, answer.page.one("html")["lang"]) == (200, language)
    assert headings[: len(SECTIONS)] == [locales.text(language, f"web.privacy.heading.{part}") for part in SECTIONS]
    word = {"vi": "ngày", "en": "days"}[language]
    assert [days.days for days in (CHAT_PAGE, MESSENGERS, MISSES) if f"{days.days} {word}" not in answer.said] == []
    other = {"vi": "en", "en": "vi"}[language]
    assert [link["href"] for link in answer.page.all("a", hreflang=other)] == [f"/privacy?lang={other}"]
    assert answer.cookies == {}


async def test_the_chat_page_shows_for_as_long_as_its_cookie_lasts() -> None:
    """The notice names one time for both."""
    assert COOKIE_LIFE == CHAT_PAGE


@pytest.mark.parametrize("path", ["/", "/k/quay1", "/k/quay1?lang=en"])
async def test_pages_link_to_the_notice(visitor: Visitor, path: str) -> None:
    """In their own language."""
    answer = await visitor.get(path)
    (link,) = [link["href"] for link in answer.page.all("a") if link["href"].startswith("/privacy")]
    assert link == ("/privacy?lang=en" if "lang=en" in path else "/privacy")
    assert (await visitor.get(link)).status == 200


async def test_an_erased_conversation_is_gone_from_the_page(app: App, visitor: Visitor) -> None:
    """With plain forms: the confirmation is all that is shown, also after a reload, and the cookie serves on."""
    await visitor.post("/chat", write(await visitor.get("/"), QUESTION))
    asked = await visitor.post("/chat", write(await visitor.get("/"), "xóa dữ liệu của tôi"))
    gone = await visitor.post("/chat", press(asked, "Xóa ngay"))
    assert bubbles(gone.page) == bubbles((await visitor.get("/")).page) == [("theirs", ERASED)]
    user = visitor.cookie(COOKIE).partition(".")[0]
    assert rows(app, "SELECT count(*) FROM outbox WHERE person = ?", user) == [(1,)]
    again = await visitor.post("/chat", write(gone, QUESTION))
    assert [who for who, _ in bubbles(again.page)] == ["theirs", "mine", "theirs"]


async def test_the_script_is_told_that_what_it_shows_is_gone(visitor: Visitor) -> None:
    """Only in the answer after which it must clear the page; the next one goes on."""
    first = await visitor.turn(QUESTION)
    asked = await visitor.turn("/xoa", last=str(first["last"]))
    gone = await visitor.turn("xóa ngay", last=str(asked["last"]))
    on = await visitor.turn(QUESTION, last=str(gone["last"]))
    assert [answer["clear"] for answer in (first, asked, gone, on)] == [False, False, True, False]
    assert gone["html"].count("<li") == 1


async def test_a_page_whose_chat_was_erased_by_the_operator_begins_anew(app: App, visitor: Visitor) -> None:
    """The next message clears it: greeting, question, answer."""
    first = await visitor.turn(QUESTION)
    async with app.store.transaction() as tx:
        await tx.erase("webchat", visitor.cookie(COOKIE).partition(".")[0], app.clock().date())
    on = await visitor.turn(QUESTION, last=str(first["last"]))
    assert on["clear"]
    assert on["html"].count("<li") == 3


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
async def test_erasing_in_the_browser_empties_the_page(app: App, opener: Opener, size: tuple[int, int]) -> None:
    """Without a reload only the confirmation is left to see."""
    tab = await opener.tab(app.settings.address, *size)
    await tab.go("/")
    for text in (QUESTION, "xóa dữ liệu của tôi"):
        await tab.page.fill("#text", text)
        await tab.page.click("#write button")
        await tab.page.wait_for_selector(f"li.mine:not([data-pending]) >> text={text}")
    await tab.page.click("text=Xóa ngay")
    await expect(tab.page.locator("#messages li")).to_have_count(1)
    await expect(tab.page.locator("#messages .bubble")).to_have_text(ERASED)
    assert tab.faults == []


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("language", locales.LANGUAGES)
async def test_the_notice_fits_the_screen(app: App, opener: Opener, size: tuple[int, int], language: str) -> None:
    """No wider than the window, text of 18 pixels, links to be hit by a thumb."""
    tab = await opener.tab(app.settings.address, *size)
    await tab.go(f"/privacy?lang={language}")
    assert await tab.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    sizes = await tab.page.evaluate(
        "[...document.querySelectorAll('main p, main a, h2')].map(e => parseFloat(getComputedStyle(e).fontSize))"
    )
    heights = await tab.page.evaluate("[...document.querySelectorAll('a')].map(a => a.getBoundingClientRect().height)")
    assert tab.faults == []
    assert min(sizes) >= 18
    assert min(heights) >= 44
