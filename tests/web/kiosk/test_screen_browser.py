"""The screen at a counter in Chromium: a tap, a tap without a network, a reload without one, the code, the way back."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import pytest_asyncio
from playwright.async_api import Error, Page, expect

from bot.app import App
from bot.secret_key import secret_key
from handlers.world import Counter
from tests.clock import now
from tests.running import free_port
from tests.surveys.code_reader import decoded, needs_decoder
from tests.web.conftest import PATIENCE, Opener, Tab, paired, rows
from tests.web.screens import TARGETS, TEXTS, focus_on, small_targets, wide
from web.kiosk.pairing import ASK_AGAIN_SECONDS
from web.kiosk.screen import IDLE_SECONDS, THANKS_SECONDS
from web.pairing_codes import is_good
from web.signing import Signer

pytestmark = pytest.mark.asyncio(loop_scope="session")

PHONE, TABLET, UPRIGHT = (360, 640), (1280, 800), (800, 1280)
SMALL, LOW = (1024, 768), (1024, 600)
SIZED = [PHONE, TABLET, UPRIGHT, LOW]
TABLETS = pytest.mark.parametrize("size", [TABLET, UPRIGHT, SMALL, LOW], ids=["tablet", "upright", "small", "low"])
SIZES = pytest.mark.parametrize("size", SIZED, ids=["phone", "tablet", "upright", "low"])
THANKS = "Đã ghi nhận phiếu của Ông/Bà. Xin cảm ơn!"
# What the device keeps besides the clock's correction.
WAITING = "() => Object.keys(localStorage).filter(key => key.includes('.answer.')).length"
NONE_WAITS = f"() => ({WAITING})() === 0"
# How the faces' frames look, each look once: the mouse still stands where it clicked.
LOOKS = """() => [...new Set(Array.from(document.querySelectorAll("button.level"), button => {
  const style = getComputedStyle(button);
  return [style.borderColor, style.outlineStyle, style.backgroundColor, style.boxShadow].join();
}))]"""
# By how much the page is higher than the screen.
TOO_TALL = "() => Math.max(0, document.documentElement.scrollHeight - innerHeight)"
# Both languages, two style sheets, the script and the icon.
CACHED = "() => caches.open('kiosk').then(cache => cache.keys()).then(keys => keys.length >= 6)"


def given(app: App, counter: str) -> list[tuple[Any, ...]]:
    """The levels that came from a counter's screen, in their order."""
    return rows(
        app,
        "SELECT level FROM response JOIN answer ON id = response WHERE counter = ? AND source = 'kiosk' "
        "ORDER BY response.rowid",
        counter,
    )


async def standing(
    opener: Opener, app: App, counter: str = "quay1", size: tuple[int, int] = TABLET, **options: Any
) -> Tab:
    """A tablet that shows a counter's screen, with a clock of the test's own."""
    tab = await opener.tab(app.settings.address, *size, screen=await paired(app, counter), **options)
    await tab.set_clock(now())
    await tab.go(f"/kiosk/{counter}")
    await expect(tab.page.locator("#code")).to_be_visible()
    return tab


async def tap(page: Page, level: int) -> None:
    """Tap a face, and see the thanks."""
    await page.click(f"button[value='{level}']")
    await expect(page.locator("#done h2")).to_have_text(THANKS)
    await expect(page.locator("#ask")).to_be_hidden()


async def pass_thanks(page: Page) -> None:
    """Let the time of the thanks go by."""
    await page.clock.run_for(THANKS_SECONDS * 1000 + 10)
    await expect(page.locator("#ask")).to_be_visible()


async def until(page: Page, condition: str) -> None:
    """Wait for something that only a script can see; the page's policy forbids Playwright's own way."""
    async with asyncio.timeout(PATIENCE):
        while not await page.evaluate(condition):  # noqa: ASYNC110 -- the condition lives in another process
            await asyncio.sleep(0.01)


async def all_sent(page: Page) -> None:
    """Let time pass until no answer waits: one that met a connection being closed is sent again after a pause."""
    async with asyncio.timeout(PATIENCE):
        while not await page.evaluate(NONE_WAITS):
            await page.clock.run_for(500)
            await asyncio.sleep(0.01)


async def asked_until_renewed(page: Page) -> None:
    """Let ten seconds pass, after which the page asks again, until it shows the code.

    Each time wait for what becomes of the request: the first may still meet a connection that was cut.
    """
    failed = []

    def note(request: Any) -> None:
        failed.append(request)

    page.on("requestfailed", note)
    code = page.locator("#code")
    async with asyncio.timeout(PATIENCE):
        while not await code.is_visible():
            failures = len(failed)
            await page.clock.run_for(10_010)
            while len(failed) == failures and not await code.is_visible():  # noqa: ASYNC110 -- the page is elsewhere
                await asyncio.sleep(0.01)


async def led_to_pairing(page: Page) -> None:
    """Let time pass until the page that tells how to pair is shown.

    The worker may still find no network and show the kept copy, which asks again after a pause of five minutes.
    """
    async with asyncio.timeout(PATIENCE):
        while not await page.locator("#kept").is_visible():
            with suppress(Error):  # The page is being left.
                await page.clock.run_for(10_010)
            await asyncio.sleep(0.05)


async def cached(page: Page) -> None:
    """Wait until the worker can open the page without a network."""
    await until(page, "() => navigator.serviceWorker.controller !== null")
    await until(page, CACHED)


@SIZES
async def test_a_tap_is_thanked_stored_and_forgotten(size: tuple[int, int], app: App, opener: Opener) -> None:
    """One tap; the screen returns by itself; the database has it once, and neither device nor screen has it."""
    before = len(given(app, "quay1"))
    tab = await standing(opener, app, size=size)
    await tap(tab.page, 2)
    assert "hài lòng" not in (await tab.page.inner_text("body")).lower()
    await pass_thanks(tab.page)
    await all_sent(tab.page)
    assert given(app, "quay1")[before:] == [(2,)]
    assert len(await tab.page.evaluate(LOOKS)) == 1
    assert tab.faults == []


async def test_nothing_is_sent_while_it_can_be_taken_back(app: App, opener: Opener) -> None:
    """The wrong face, taken back in time, never leaves the device; the right one is stored."""
    before = len(given(app, "quay1"))
    tab = await standing(opener, app)
    await tap(tab.page, 1)
    await tab.page.clock.run_for(2000)
    await tab.page.click("#undo")
    await expect(tab.page.get_by_role("status")).to_have_text("Đã bỏ mức vừa chọn. Xin chọn lại.")
    assert await tab.page.evaluate(WAITING) == 0
    await tap(tab.page, 5)
    await pass_thanks(tab.page)
    await all_sent(tab.page)
    assert given(app, "quay1")[before:] == [(5,)]


async def test_the_second_half_of_a_double_tap_does_nothing(app: App, opener: Opener) -> None:
    """Undo can be pressed only after a moment, and a face is taken once."""
    before = len(given(app, "quay1"))
    tab = await standing(opener, app)
    await tab.page.dblclick("button[value='3']")
    await expect(tab.page.locator("#undo")).to_be_disabled()
    await pass_thanks(tab.page)
    await all_sent(tab.page)
    assert given(app, "quay1")[before:] == [(3,)]


async def test_a_reload_in_the_middle_keeps_the_tap(app: App, opener: Opener) -> None:
    """A tablet that restarts during the thanks has the answer, and sends it."""
    before = len(given(app, "quay1"))
    tab = await standing(opener, app)
    await tap(tab.page, 4)
    await tab.page.reload()
    await all_sent(tab.page)
    assert given(app, "quay1")[before:] == [(4,)]


class Line:
    """The wire between a tablet and the server, which can be cut and mended."""

    def __init__(self, app: App) -> None:
        self.target = app.settings.listen_port
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self._ends: list[asyncio.StreamWriter] = []
        self._server: asyncio.Server | None = None

    async def mend(self) -> None:
        """Let everything through."""
        self._server = await asyncio.start_server(self._join, "127.0.0.1", self.port)

    async def cut(self) -> None:
        """Break every connection and take no new one."""
        assert self._server is not None
        self._server.close()
        for end in self._ends:
            end.transport.abort()
        self._ends.clear()

    async def _join(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.target)
        self._ends += [writer, far_writer]
        await asyncio.gather(self._carry(reader, far_writer), self._carry(far_reader, writer))

    @staticmethod
    async def _carry(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while piece := await source.read(65536):
                sink.write(piece)
                await sink.drain()
        sink.close()


@pytest_asyncio.fixture(loop_scope="session")
async def line(app: App) -> AsyncIterator[Line]:
    """A wire that holds at first."""
    made = Line(app)
    await made.mend()
    yield made
    await made.cut()


async def test_answers_wait_while_there_is_no_network(app: App, line: Line, opener: Opener) -> None:
    """Taps, a reload and more taps without a network: the page opens, nothing is lost, each is stored once."""
    before = len(given(app, "quay2"))
    tab = await opener.tab(line.address, *TABLET, screen=await paired(app, "quay1", "quay2"))
    page = tab.page
    await tab.set_clock(now())
    await tab.go("/kiosk/quay2")
    await expect(page.locator("#code")).to_be_visible()
    await cached(page)
    await line.cut()
    for level in (1, 2):
        await tap(page, level)
        await pass_thanks(page)
    await expect(page.locator("#staff")).to_have_text("Chờ gửi: 2")
    await page.reload()
    await expect(page.locator("#no-code")).to_be_visible()
    await tap(page, 3)
    await pass_thanks(page)
    await expect(page.locator("#staff")).to_have_text("Chờ gửi: 3")
    assert len(given(app, "quay2")) == before
    await line.mend()
    await page.clock.run_for(60_300)
    await all_sent(page)
    await expect(page.locator("#staff")).to_be_hidden()
    await expect(page.locator("#code")).to_be_visible()
    assert sorted(given(app, "quay2")[before:]) == [(1,), (2,), (3,)]


async def test_a_code_that_cannot_be_renewed_is_hidden(app: App, line: Line, opener: Opener) -> None:
    """A sentence stands in its place until the server is there again; the faces stay."""
    tab = await opener.tab(line.address, *TABLET, screen=await paired(app, "quay1", "quay2"))
    await tab.set_clock(now())
    await tab.go("/kiosk/quay1")
    await expect(tab.page.locator("#code")).to_be_visible()
    await line.cut()
    await tab.page.clock.run_for(60_300)
    await expect(tab.page.locator("#code")).to_be_hidden()
    await expect(tab.page.locator("#no-code")).to_contain_text("Đang mất mạng")
    await expect(tab.page.locator("button.level")).to_have_count(5)
    await line.mend()
    await asked_until_renewed(tab.page)
    await expect(tab.page.locator("#code")).to_be_visible()
    await expect(tab.page.locator("#no-code")).to_be_hidden()


async def test_the_other_language_opens_without_a_network_too(app: App, line: Line, opener: Opener) -> None:
    """Both were kept when the tablet was set up."""
    tab = await opener.tab(line.address, *TABLET, screen=await paired(app, "quay1", "quay2"))
    await tab.go("/kiosk/quay1")
    await cached(tab.page)
    await line.cut()
    await tab.page.click("text=English")
    await expect(tab.page.locator("#question")).to_have_text("Overall, how was the service today?")
    await tab.page.click("text=Tiếng Việt")
    await expect(tab.page.locator("#question")).to_have_text("Nhìn chung, Ông/Bà thấy việc phục vụ hôm nay thế nào?")
    await line.mend()


async def test_a_lost_acknowledgement_stores_nothing_twice(app: App, opener: Opener) -> None:
    """The server has the answer, its reply is lost: the tablet sends the same id again."""
    before = len(given(app, "quay1"))
    tab = await standing(opener, app, service_workers="block")
    tries: list[str | None] = []

    async def lose_once(route: Any) -> None:
        tries.append(route.request.post_data)
        if len(tries) > 1:
            await route.continue_()
            return
        await route.fetch()
        await route.abort("connectionfailed")

    await tab.page.route("**/answers", lose_once)
    await tap(tab.page, 2)
    await pass_thanks(tab.page)
    await expect(tab.page.locator("#staff")).to_have_text("Chờ gửi: 1")
    await tab.page.clock.run_for(20_500)
    await all_sent(tab.page)
    assert len(tries) == 2
    assert tries[0] == tries[1]
    assert given(app, "quay1")[before:] == [(2,)]


async def test_a_stranger_in_between_acknowledges_nothing(app: App, opener: Opener) -> None:
    """A hotel's login page answers 200 to everything: the tap stays on the device."""
    tab = await standing(opener, app, service_workers="block")
    await tab.page.route("**/answers", lambda route: route.fulfill(body="<html>Xin đăng nhập</html>"))
    await tap(tab.page, 2)
    await pass_thanks(tab.page)
    await expect(tab.page.locator("#staff")).to_have_text("Chờ gửi: 1")
    assert await tab.page.evaluate(WAITING) == 1


async def test_a_refused_answer_is_told_to_staff_and_not_sent_for_ever(app: App, opener: Opener) -> None:
    """An answer older than seven days is counted in the corner with the reason."""
    before = len(given(app, "quay1"))
    tab = await standing(opener, app)
    old = (now() - timedelta(days=8)).isoformat()
    await tab.page.evaluate(
        """at => {
          const id = "ab".repeat(16), token = document.getElementById("kiosk").dataset.token;
          localStorage.setItem("kiosk.quay1.answer." + id, JSON.stringify({id, token, at, level: 2}));
        }""",
        old,
    )
    await tab.page.reload()
    await expect(tab.page.locator("#staff")).to_have_text("Không gửi được: 1 (Lần chạm đã quá 7 ngày.)")
    assert await tab.page.evaluate(WAITING) == 0
    await tab.page.reload()
    await expect(tab.page.locator("#staff")).to_have_text("Không gửi được: 1 (Lần chạm đã quá 7 ngày.)")
    assert len(given(app, "quay1")) == before


async def test_a_device_with_a_wrong_clock_sends_the_right_day(app: App, opener: Opener) -> None:
    """Its clock is a month behind; the server's is used."""
    before = len(given(app, "quay1"))
    tab = await opener.tab(app.settings.address, *TABLET, screen=await paired(app, "quay1"))
    await tab.set_clock(now() - timedelta(days=30))
    await tab.go("/kiosk/quay1")
    await expect(tab.page.locator("#code")).to_be_visible()
    await tap(tab.page, 4)
    await pass_thanks(tab.page)
    await all_sent(tab.page)
    assert given(app, "quay1")[before:] == [(4,)]
    ((day,),) = rows(app, "SELECT day FROM response WHERE source = 'kiosk' ORDER BY rowid DESC LIMIT 1")
    assert day == app.clock().date().isoformat()


@needs_decoder
@SIZES
async def test_the_code_on_the_screen_opens_the_survey(
    size: tuple[int, int], app: App, opener: Opener, tmp_path: Path
) -> None:
    """Another program reads it off the screen; a phone that opens it sees the survey."""
    tab = await standing(opener, app, size=size)
    picture = tmp_path / "code.png"
    await tab.page.locator("#code").screenshot(path=picture)
    address = decoded(picture)
    assert address.startswith(f"{app.settings.address}/k/quay1?m=")
    phone = await opener.tab(app.settings.address, *PHONE)
    await phone.page.goto(address)
    await expect(phone.page.locator("button.level")).to_have_count(5)
    assert phone.faults == []


async def test_the_code_is_asked_for_every_minute(app: App, opener: Opener) -> None:
    """Not less often, and not all the time."""
    tab = await opener.tab(app.settings.address, *TABLET, screen=await paired(app, "quay1"), service_workers="block")
    await tab.set_clock(now())
    asked = []

    async def at_the_full_minute(route: Any) -> None:
        asked.append(route.request.url)
        answer = await route.fetch()
        await route.fulfill(json={**await answer.json(), "next": 60})

    await tab.page.route("**/kiosk/quay1/code", at_the_full_minute)
    await tab.go("/kiosk/quay1")
    await expect(tab.page.locator("#code")).to_be_visible()
    for minute in (1, 2, 3):
        assert len(asked) == minute
        async with tab.page.expect_response("**/kiosk/quay1/code"):
            await tab.page.clock.run_for(60_300)


async def test_whoever_walks_away_leaves_the_start_behind(app: App, opener: Opener) -> None:
    """English and scrolled down is the way somebody left it; the next person finds Vietnamese from the top."""
    tab = await standing(opener, app, size=PHONE)
    await tab.page.click("text=English")
    await expect(tab.page.locator("#question")).to_have_text("Overall, how was the service today?")
    await expect(tab.page.locator("#code")).to_be_visible()
    await tab.page.clock.run_for(IDLE_SECONDS * 1000 + 10)
    await expect(tab.page.locator("#question")).to_have_text("Nhìn chung, Ông/Bà thấy việc phục vụ hôm nay thế nào?")
    assert urlsplit(tab.page.url).query == ""
    assert await tab.page.evaluate("scrollY") == 0


async def test_an_english_tap_is_stored_and_vietnamese_returns(app: App, opener: Opener) -> None:
    """The thanks are English, the next person's question is not."""
    before = len(given(app, "quay1"))
    tab = await standing(opener, app)
    await tab.page.click("text=English")
    await expect(tab.page.locator("#code")).to_be_visible()
    await tab.page.click("button[value='5']")
    await expect(tab.page.locator("#done h2")).to_have_text("Your answers are recorded. Thank you!")
    await tab.page.clock.run_for(THANKS_SECONDS * 1000 + 10)
    await expect(tab.page.locator("#question")).to_have_text("Nhìn chung, Ông/Bà thấy việc phục vụ hôm nay thế nào?")
    await all_sent(tab.page)
    assert given(app, "quay1")[before:] == [(5,)]


async def test_a_changed_page_is_loaded_by_itself_once(app: App, opener: Opener) -> None:
    """A tablet that stands for months gets the new page; one that keeps getting the old one does not go round."""
    tab = await opener.tab(app.settings.address, *TABLET, screen=await paired(app, "quay1"), service_workers="block")
    await tab.set_clock(now())

    async def changed(route: Any) -> None:
        answer = await route.fetch()
        await route.fulfill(json={**await answer.json(), "stamp": "another"})

    await tab.page.route("**/kiosk/quay1/code", changed)
    async with tab.page.expect_navigation():
        await tab.go("/kiosk/quay1")
    async with tab.page.expect_navigation():
        pass
    await expect(tab.page.locator("#code")).to_be_visible()
    async with tab.page.expect_response("**/kiosk/quay1/code"):
        await tab.page.clock.run_for(60_300)
    documents = [request for request in tab.requests if request.resource_type == "document"]
    assert len(documents) == 2


async def test_the_screen_is_used_with_the_keyboard_alone(app: App, opener: Opener) -> None:
    """A face by Tab and Enter, the thanks read aloud, undo by Tab and Enter, and no face marked afterwards."""
    tab = await standing(opener, app)
    await focus_on(tab.page, "button[value='2']")
    await tab.page.keyboard.press("Enter")
    await expect(tab.page.get_by_role("status")).to_contain_text(THANKS)
    await tab.page.clock.run_for(1010)
    await focus_on(tab.page, "#undo")
    await tab.page.keyboard.press("Enter")
    await expect(tab.page.locator("#question")).to_be_focused()
    assert await tab.page.evaluate(WAITING) == 0
    await focus_on(tab.page, "button[value='4']")
    await tab.page.keyboard.press("Enter")
    await pass_thanks(tab.page)
    await expect(tab.page.locator("#question")).to_be_focused()
    await expect(tab.page.get_by_role("status")).to_have_text("")
    await all_sent(tab.page)


@SIZES
async def test_everything_can_be_hit_and_read(size: tuple[int, int], app: App, opener: Opener) -> None:
    """48 by 48 CSS pixels and text of 18 at least, before and after a tap, and nothing beyond the edge."""
    tab = await standing(opener, app, size=size)
    for step in ("faces", "thanks"):
        assert small_targets(await tab.page.evaluate(TARGETS), 48) == [], step
        assert [text for text in await tab.page.evaluate(TEXTS) if text[1] < 18] == [], step
        assert await wide(tab.page) == 0, step
        if step == "faces":
            await tap(tab.page, 4)
            await tab.page.clock.run_for(1010)


@TABLETS
@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("counter", ["quay9", "quay-dai"])
async def test_everything_is_on_a_tablets_screen_at_once(
    counter: str, language: str, size: tuple[int, int], app: App, opener: Opener
) -> None:
    """Nobody scrolls at a counter, whatever form and name: notice, question, faces, code, its words; then thanks."""
    async with app.store.transaction() as tx:
        await tx.add_counter(Counter("quay-dai", "Quầy 22: Hộ tịch, chứng thực, bảo trợ xã hội", "sa-dec"))
    await app.live.refresh()
    tab = await opener.tab(app.settings.address, *size, screen=await paired(app, counter))
    await tab.set_clock(now())
    await tab.go(f"/kiosk/{counter}?lang={language}")
    for part in (".notice", "#question", "button[value='1']", "button[value='5']", "#code", "#phone", ".local"):
        await expect(tab.page.locator(part).first).to_be_in_viewport(ratio=1)
    assert await tab.page.evaluate(TOO_TALL) == 0
    await tab.page.click("button[value='3']")
    await expect(tab.page.locator("#undo")).to_be_in_viewport(ratio=1)
    assert await tab.page.evaluate(TOO_TALL) == 0


async def test_the_screen_works_with_javascript_disabled(app: App, opener: Opener) -> None:
    """A tap, thanks, the start again; the code stands there too."""
    before = len(given(app, "quay1"))
    tab = await opener.tab(app.settings.address, *TABLET, screen=await paired(app, "quay1"), java_script_enabled=False)
    await tab.go("/kiosk/quay1")
    await expect(tab.page.locator("noscript img")).to_be_visible()
    await tab.page.click("button[value='1']")
    await expect(tab.page.locator("h2")).to_have_text(THANKS)
    await tab.page.click("text=Về màn hình đầu")
    await expect(tab.page.locator("legend")).to_be_visible()
    assert given(app, "quay1")[before:] == [(1,)]
    assert tab.faults == []


async def test_the_screen_works_where_pages_are_reached_by_plain_http(plain_app: App, opener: Opener) -> None:
    """In a town hall's own network there is no worker; taps are sent all the same, and wait on the device."""
    tab = await standing(opener, plain_app)
    await expect(tab.page.locator(".local")).to_have_count(0)
    await tap(tab.page, 4)
    await pass_thanks(tab.page)
    await all_sent(tab.page)
    await tab.page.context.set_offline(True)
    await tap(tab.page, 1)
    await pass_thanks(tab.page)
    await expect(tab.page.locator("#staff")).to_have_text("Chờ gửi: 1")
    await tab.page.context.set_offline(False)
    await all_sent(tab.page)
    assert given(plain_app, "quay1") == [(4,), (1,)]


async def pair_by_code(app: App, page: Page) -> None:
    """Pair the device with the code on its screen, as the staff page does."""
    code = (await page.locator("#code-digits").inner_text()).replace(" ", "")
    signer = Signer(secret_key(app.settings))
    async with app.store.transaction() as tx:
        (screen,) = (one for one in await tx.screens(["quay1"]) if is_good(signer, one.digest, code, app.clock()))
        await tx.pair_screen(screen.digest, screen.counter, "", "staff", app.clock())


async def revoke_all(app: App) -> None:
    """End the pairing of every screen at a counter."""
    async with app.store.transaction() as tx:
        for one in await tx.screens(["quay1"]):
            await tx.revoke_screen(one.number)


@pytest.mark.parametrize("size", [*SIZED, SMALL], ids=str)
async def test_a_new_tablet_shows_a_code_and_turns_into_a_screen(
    size: tuple[int, int], app: App, opener: Opener
) -> None:
    """All of it is on the screen at once, but on a phone; when staff have paired it the question comes by itself."""
    tab = await opener.tab(app.settings.address, *size)
    await tab.set_clock(now())
    async with tab.page.expect_response("**/code"):
        await tab.go("/kiosk/quay1")
    assert small_targets(await tab.page.evaluate(TARGETS), 48) == []
    assert [text for text in await tab.page.evaluate(TEXTS) if text[1] < 18] == []
    assert await wide(tab.page) == 0
    if size != PHONE:
        assert await tab.page.evaluate(TOO_TALL) == 0
    await pair_by_code(app, tab.page)
    await tab.page.clock.run_for(ASK_AGAIN_SECONDS * 1000 + 10)
    await expect(tab.page.locator("#question")).to_be_visible()
    assert tab.faults == []


@needs_decoder
async def test_the_picture_leads_staff_to_the_code(app: App, opener: Opener, tmp_path: Path) -> None:
    """A phone that reads it opens the staff page with the very digits that stand beside it."""
    tab = await opener.tab(app.settings.address, *TABLET)
    await tab.go("/kiosk/quay1")
    await tab.page.locator("#picture").screenshot(path=tmp_path / "picture.png")
    digits = (await tab.page.locator("#code-digits").inner_text()).replace(" ", "")
    assert decoded(tmp_path / "picture.png") == f"{app.settings.address}/staff/screens?code={digits}"


@pytest.mark.parametrize("by", ["send", "renewing", "loading twice"])
async def test_a_revoked_screen_says_so_and_keeps_what_was_tapped(by: str, app: App, opener: Opener) -> None:
    """Nobody taps in vain; the taps wait through the pairing page and are sent, once, when it is paired again."""
    before = len(given(app, "quay1"))
    tab = await standing(opener, app)
    page = tab.page
    if by == "send":
        await revoke_all(app)
        await tap(page, 2)
    else:
        await page.context.set_offline(True)
        await tap(page, 2)
        await pass_thanks(page)
        await revoke_all(app)
        if by == "loading twice":
            # A page that was fetched and never shown: its worker gave up waiting, or the browser loaded it again.
            await page.context.request.get(f"{app.settings.address}/kiosk/quay1")
        await page.context.set_offline(False)
    await led_to_pairing(page)
    await expect(page.locator("#kept")).to_contain_text("còn giữ 1 lượt chấm")
    assert "Màn hình này đã được cho thôi dùng" in await page.inner_text("main")
    assert len(given(app, "quay1")) == before
    async with page.expect_response("**/code"):
        await page.clock.run_for(ASK_AGAIN_SECONDS * 1000 + 10)
    await pair_by_code(app, page)
    await page.clock.run_for(ASK_AGAIN_SECONDS * 1000 + 10)
    await expect(page.locator("#question")).to_be_visible()
    await all_sent(page)
    assert given(app, "quay1")[before:] == [(2,)]


async def test_a_revoked_screen_whose_old_page_comes_again_stays_closed(app: App, opener: Opener) -> None:
    """Where only the kept copy can be loaded the sentence stands in place of the faces, and it does not go round."""
    tab = await standing(opener, app, service_workers="block")
    page = tab.page
    old = await (await page.context.request.get(page.url)).body()
    shown: list[str] = []

    async def the_copy(route: Any) -> None:
        if route.request.is_navigation_request():
            shown.append(route.request.url)
        await route.fulfill(body=old, content_type="text/html; charset=utf-8")

    await page.route("**/kiosk/quay1", the_copy)
    await revoke_all(app)
    async with asyncio.timeout(PATIENCE):
        while not shown:
            with suppress(Error):  # The page is being left.
                await page.clock.run_for(60_300)
            await asyncio.sleep(0.01)
    await expect(page.locator("#closed")).to_contain_text("chưa được ghép")
    await expect(page.locator("#ask")).to_be_hidden()
    assert len(shown) == 1
