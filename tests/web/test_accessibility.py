"""Every page for people under axe, with the keyboard alone, aloud, on a small phone, and as devices are set."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from bot.app import App
from catalog.gist import gist
from handlers.turn import NoteMiss
from handlers.world import Counter
from reports import periods
from reports.missed.groups import id_of
from surveys.questions_left import LeftQuestion
from surveys.screens import digest_of
from surveys.slips import Round
from tests.clock import Moment
from tests.running import running, settings_for
from tests.web.axe import SERIOUS, SMALL_PHONE, found_by_axe
from tests.web.conftest import Opener, Tab, paired, rows
from tests.web.screens import DESK, SIZES, TARGETS, TEXTS, focus_on, small_targets, staff_link, wide
from tests.web.staff_pages import answered
from web.screens import COOKIE

pytestmark = pytest.mark.asyncio(loop_scope="session")

LANGUAGES = pytest.mark.parametrize("language", ["vi", "en"])
EVERY = ("minor", "moderate", *SERIOUS)

# A browser with one voice, which notes what it is told; `voices` come later, as on phones.
VOICE = """language => {
  const said = window.said = [];
  class Utterance { constructor(text) { this.text = text; } }
  const synth = new EventTarget();
  let voices = [];
  Object.assign(synth, {
    getVoices: () => voices,
    speak: one => said.push([one.lang, one.text, one]),
    cancel: () => said.push(["cancel"]),
  });
  window.voicesCome = () => { voices = [{ lang: language }]; synth.dispatchEvent(new Event("voiceschanged")); };
  Object.defineProperty(window, "speechSynthesis", { value: synth });
  Object.defineProperty(window, "SpeechSynthesisUtterance", { value: Utterance });
}"""


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def app(run_moment: Moment, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[App]:
    """An installation with a recording of the short form's comment, and a counter for the 22 criteria."""
    folder = tmp_path_factory.mktemp("accessible")
    sounds = folder / "audio" / "nhanh-1" / "vi"
    sounds.mkdir(parents=True)
    (sounds / "comment.ogg").write_bytes(b"OggS" + bytes(2000))
    async with running(settings_for(folder)) as started:
        async with started.store.transaction() as tx:
            await tx.add_counter(Counter("quay22", "Quầy 22", "sa-dec", "tieuchi22"))
        await started.live.refresh()
        yield started


Walk = Callable[[Tab, App, str], Awaitable[None]]


def at(path: str) -> Walk:
    """Open an address in a language."""

    async def walk(tab: Tab, app: App, language: str) -> None:
        await tab.go(f"{path}{'&' if '?' in path else '?'}lang={language}")

    return walk


def face(level: int) -> Walk:
    """From the faces to the second page of the short form."""

    async def walk(tab: Tab, app: App, language: str) -> None:
        await tab.page.click(f"button[value='{level}']")
        await tab.page.wait_for_selector("textarea")

    return walk


def back_to(sign: str) -> Walk:
    """One page back, which is known by a sign."""

    async def walk(tab: Tab, app: App, language: str) -> None:
        await tab.page.click("[name=back]")
        await tab.page.wait_for_selector(sign)

    return walk


async def too_long(tab: Tab, app: App, language: str) -> None:
    """From the second page of the short form to what it says of a text that is too long."""
    await tab.page.evaluate("document.querySelector('textarea').removeAttribute('maxlength')")
    await tab.page.fill("textarea", "a" * 1001)
    await tab.page.click("button.main")
    await tab.page.wait_for_selector(".problem")


async def thanks(tab: Tab, app: App, language: str) -> None:
    """From the second page of the short form to its end."""
    await tab.page.fill("textarea", "")
    await tab.page.click("button.main")
    await tab.page.wait_for_selector(".tick")


def answered_to(number: int) -> Walk:
    """On to a page of a long form, each scale answered on the way."""

    async def walk(tab: Tab, app: App, language: str) -> None:
        await tab.answered_up_to(number)

    return walk


async def expired(tab: Tab, app: App, language: str) -> None:
    """A form with a token that is not ours."""
    await tab.go(f"/k/quay1?lang={language}")
    await tab.page.evaluate("document.querySelector('[name=token]').value = '0.0'")
    await tab.page.click("button[value='5']")
    await tab.page.wait_for_selector("main.thanks")


async def on_screen(tab: Tab, app: App, language: str) -> None:
    """A page on a tablet that staff paired."""
    secret = await paired(app, "quay1")
    await tab.page.context.add_cookies([{"name": COOKIE, "value": secret, "url": app.settings.address}])
    await at("/kiosk/quay1")(tab, app, language)
    await expect(tab.page.locator("#code")).to_be_visible()


async def chat(tab: Tab, app: App, language: str) -> None:
    """A conversation in a language."""
    await tab.go("/")
    for number, text in enumerate(("english" if language == "en" else "tiếng việt", "lĩnh vực"), 2):
        await tab.page.fill("#text", text)
        await tab.page.press("#text", "Enter")
        await expect(tab.page.locator("li.theirs")).to_have_count(number)
    await tab.page.reload()


async def card(tab: Tab, app: App, language: str) -> None:
    """The card of a procedure in a language, with the question whether it is the right one."""
    await tab.go("/")
    said = "how do I register the birth of my child" if language == "en" else "đăng ký khai sinh"
    await tab.page.fill("#text", said)
    await tab.page.press("#text", "Enter")
    await expect(tab.page.locator(".options .chips")).to_contain_text("Fee" if language == "en" else "Thời hạn")


async def login(tab: Tab, app: App, language: str) -> None:
    """The page behind a login link."""
    await tab.go(f"{await staff_link(app)}?lang={language}")


async def logged_in(tab: Tab, app: App, language: str) -> None:
    """From the page behind a login link to the figures, with something on every page of staff."""
    await tab.page.click("button.main")
    await tab.page.wait_for_selector(".figure")
    today = app.clock().date()
    await paired(app, "quay1")
    async with app.store.transaction() as tx:
        await tx.ask_pairing(digest_of("waiting", "quay1"), "quay1", app.clock())
        await tx.note_misses([NoteMiss("sa-dec", "nuôi yến")], today)
        for text in ("Xin học bơi", "Làm khai sinh muộn"):
            asked = LeftQuestion(0, "sa-dec", "Một cửa", text, app.clock(), app.clock())
            number = await tx.leave_question(asked)
        await tx.answer_question(replace(asked, id=number), "Được.", app.clock())
        await tx.open_round(Round("Đợt này", "sa-dec", "nhanh", 90, today, today), app.clock())
    await for_staff("/staff")(tab, app, language)


async def published(tab: Tab, app: App, language: str) -> None:
    """From the unit's page to what everybody may read of it."""
    today = app.clock().date()
    await answered(app, periods.month_of(today).previous().last, {5: 30, 1: 9})
    await tab.page.select_option("select[name=step]", "month")
    await tab.page.click("form[action^='/staff/office/published'] button")
    await tab.page.wait_for_selector(".done")
    await at("/ket-qua/sa-dec")(tab, app, language)
    await tab.page.wait_for_selector(".figure")


def for_staff(path: str) -> Walk:
    """A page of staff, with all that it can unfold."""

    async def walk(tab: Tab, app: App, language: str) -> None:
        await at(path)(tab, app, language)
        await tab.page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")

    return walk


# Ways through the pages in one window, from the first to the last: each page is reached from the one before.
Journey = Mapping[str, Walk]
SURVEY: Mapping[str, Journey] = {
    "short form": {
        "faces": at("/k/quay1"),
        "reasons": face(1),
        "faces again": back_to(".chosen"),
        "single points": face(5),
        "too long": too_long,
        "thanks": thanks,
    },
    "nine items": {
        "page 1": at("/k/quay9"),
        **{f"page {number + 1}": answered_to(number) for number in range(1, 5)},
    },
    "22 criteria": {
        "page 1": at("/k/quay22"),
        **{f"page {number + 1}": answered_to(number) for number in range(1, 3)},
        "page 2 again": back_to(".undo"),
        **{f"page {number + 1}, at last": answered_to(number) for number in range(3, 5)},
    },
    "no form": {"expired": expired, "unknown counter": at("/k/khong-co")},
}
INSIDE: Mapping[str, Journey] = {
    "screens": {"an unpaired screen": at("/kiosk/quay1"), "a screen": on_screen},
    "staff": {
        "closed": at("/staff"),
        "login": login,
        "figures": logged_in,
        "figures of a quarter": for_staff("/staff?unit=sa-dec&period=2026-Q4&sort=lowest&rule=top3&tab=groups"),
        "reasons of a quarter": for_staff("/staff?unit=sa-dec&period=2026-Q4&tab=reasons"),
        "comments": for_staff("/staff?unit=sa-dec&period=2026-Q4&tab=comments&level=1"),
        "figures, asked wrongly": for_staff("/staff?period=x&page=0"),
        "cases": for_staff("/staff/cases"),
        "handled cases": for_staff("/staff/cases?state=handled"),
        "petitions": for_staff("/staff/pakn"),
        "questions left": for_staff("/staff/questions"),
        "questions answered": for_staff("/staff/questions?state=answered"),
        "paper": for_staff("/staff/paper"),
        "a paper ballot": for_staff("/staff/paper?round=Đợt này"),
        "integrity": for_staff("/staff/integrity"),
        "dossiers": for_staff("/staff/dossiers"),
        "screens": for_staff("/staff/screens?counter=quay1"),
        "catalog": for_staff("/staff/catalog"),
        "office": for_staff("/staff/office?unit=sa-dec&find=khai sinh"),
        "results, switched on": published,
        "office, a procedure": for_staff("/staff/office/1.001193?unit=sa-dec"),
        "missed": for_staff("/staff/missed"),
        "a missed group": for_staff(f"/staff/missed/{id_of(gist('nuôi yến'))}"),
        "procedures found": for_staff("/staff/catalog/find?q=khai+sinh"),
        "a procedure": for_staff("/staff/catalog/1.001193"),
    },
}
JOURNEYS = {**SURVEY, **INSIDE, "chat": {"a conversation": chat}, "card": {"a card": card}}


async def too_small(page: Page) -> list[list[Any]]:
    """What is smaller on a page than in a survey: targets under 48 pixels, texts under 18, something at the side."""
    targets, texts = await page.evaluate(TARGETS), await page.evaluate(TEXTS)
    assert texts != []
    side = await wide(page)
    return [*small_targets(targets, 48), *(text for text in texts if text[1] < 18), *([["wide", side]] if side else [])]


@LANGUAGES
@pytest.mark.parametrize("name", JOURNEYS)
async def test_axe_finds_nothing_serious_and_a_survey_is_large(
    name: str, language: str, app: App, opener: Opener
) -> None:
    """On a phone and on a desk, in both languages, with the read-aloud buttons shown: every page under axe.

    In a survey targets have 48 pixels, the language links and the read-aloud buttons too, and texts 18.
    """
    tab = await opener.tab(app.settings.address, *SMALL_PHONE)
    await tab.page.add_init_script(f"({VOICE})('{language}')")
    found = {}
    for place, walk in JOURNEYS[name].items():
        await walk(tab, app, language)
        await tab.page.evaluate("window.voicesCome()")
        for size in (DESK, SMALL_PHONE):
            await tab.page.set_viewport_size({"width": size[0], "height": size[1]})
            found[place, "axe", size] = await found_by_axe(tab.page, EVERY if name in INSIDE else SERIOUS)
            found[place, "small", size] = await too_small(tab.page) if name in SURVEY else []
    assert {where: what for where, what in found.items() if what} == {}


async def test_axe_would_find_something(app: App, opener: Opener) -> None:
    """The check above sees: a text too pale and a field without a name are serious."""
    tab = await opener.tab(app.settings.address, *SMALL_PHONE)
    await tab.go("/k/quay9")
    await tab.page.evaluate("""() => {
      document.querySelector("legend").style.color = "#ddd";
      document.querySelector("textarea").removeAttribute("aria-label");
    }""")
    assert {rule for rule, *_ in await found_by_axe(tab.page)} >= {"color-contrast", "label"}


@LANGUAGES
async def test_the_first_page_fits_a_small_phone(language: str, app: App, opener: Opener) -> None:
    """Notice, question, read-aloud button and all five faces on 360 by 640; only the links below need scrolling."""
    tab = await opener.tab(app.settings.address, *SMALL_PHONE)
    await tab.page.add_init_script(f"({VOICE})('{language}')")
    await tab.go(f"/k/quay1?lang={language}")
    await tab.page.evaluate("window.voicesCome()")
    await expect(tab.page.locator("button.speak")).to_be_in_viewport(ratio=1)
    await expect(tab.page.locator("button.level").last).to_be_in_viewport(ratio=1)
    assert await tab.page.evaluate("document.documentElement.scrollHeight") < SMALL_PHONE[1] + 64


# The keyboard.


def levels(app: App) -> list[tuple[Any, ...]]:
    """Each answer of the last response, by question."""
    return rows(
        app,
        "SELECT question, level, chosen, text FROM answer WHERE response = "
        "(SELECT id FROM response WHERE source = 'web' AND complete = 1 ORDER BY rowid DESC LIMIT 1) ORDER BY question",
    )


@SIZES
async def test_the_whole_short_form_is_filled_in_with_the_keyboard_alone(
    size: tuple[int, int], app: App, opener: Opener
) -> None:
    """A face, on, back, another face, reasons ticked and unticked, a word, sent: Tab, Space, Enter and typing."""
    tab = await opener.tab(app.settings.address, *size)
    press = tab.page.keyboard.press
    await tab.go("/k/quay1")
    await focus_on(tab.page, "button[value='4']")
    await press("Enter")
    await tab.page.wait_for_selector("[name=attitude]")
    await focus_on(tab.page, "[name=attitude]")
    await press("Space")
    await press("ArrowRight")
    await focus_on(tab.page, "[name=back]")
    assert await tab.page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    await press("Enter")
    await tab.page.wait_for_selector(".chosen")
    await focus_on(tab.page, "button[value='2']")
    await press("Space")
    await tab.page.wait_for_selector("[name=reasons]")
    for reason in ("wait", "attitude", "other"):
        await focus_on(tab.page, f"[value={reason}]")
        await press("Space")
    await press("Space")
    await focus_on(tab.page, "textarea")
    await tab.page.keyboard.type("Chờ lâu quá.")
    await focus_on(tab.page, "button.main")
    await press("Enter")
    await expect(tab.page.locator("h2")).to_have_text("Đã ghi nhận phiếu của Ông/Bà. Xin cảm ơn!")
    assert levels(app) == [
        ("comment", None, None, "Chờ lâu quá."),
        ("overall", 2, None, None),
        ("reasons", None, "wait,attitude", None),
    ]
    assert tab.faults == []


async def test_enter_on_a_choice_goes_on_and_not_back(app: App, opener: Opener) -> None:
    """What Enter presses by itself is the first button of the form: the one that leads on."""
    tab = await opener.tab(app.settings.address, *SMALL_PHONE)
    await tab.go("/k/quay22")
    await tab.answered_up_to(1)
    await focus_on(tab.page, "[name=c_5]")
    await tab.page.keyboard.press("Space")
    await tab.page.keyboard.press("Enter")
    await expect(tab.page.locator("header .aside p")).to_have_text("trang 3/5")


# Aloud.


async def test_without_a_voice_and_a_recording_no_button_shows(app: App, opener: Opener) -> None:
    """A button that does nothing is not offered: no voice at all, or a voice of another language."""
    tab = await opener.tab(app.settings.address, *SMALL_PHONE)
    await tab.page.add_init_script(f"({VOICE})('fr-FR')")
    await tab.go("/k/quay1")
    await expect(tab.page.locator("button.speak")).to_be_hidden()
    await tab.page.evaluate("window.voicesCome()")
    await expect(tab.page.locator("button.speak")).to_be_hidden()
    silent = await opener.tab(app.settings.address, *SMALL_PHONE, java_script_enabled=False)
    await silent.go("/k/quay1")
    await expect(silent.page.locator("button.speak")).to_be_hidden()


@pytest.mark.parametrize(("language", "voice"), [("vi", "vi-VN"), ("vi", "vi_VN"), ("en", "en-GB")])
async def test_the_browser_reads_notice_question_and_levels(
    language: str, voice: str, app: App, opener: Opener
) -> None:
    """The button comes with the voice, reads sentence by sentence in that voice, and is up again at the end."""
    tab = await opener.tab(app.settings.address, *SMALL_PHONE)
    await tab.page.add_init_script(f"({VOICE})('{voice}')")
    await tab.go(f"/k/quay1?lang={language}")
    button = tab.page.locator("button.speak")
    await expect(button).to_be_hidden()
    await tab.page.evaluate("window.voicesCome()")
    await button.click()
    await expect(button).to_have_attribute("aria-pressed", "true")
    said = await tab.page.evaluate("said.filter(one => one.length > 1).map(one => [one[0], one[1]])")
    assert {spoken for spoken, _ in said} == {voice}
    assert [text for _, text in said][1:] == [
        await tab.page.locator("legend").inner_text(),
        *[" ".join(text.split()) for text in await tab.page.locator("button.level").all_inner_texts()],
    ]
    await tab.page.evaluate("said[said.length - 1][2].onend()")
    await expect(button).to_have_attribute("aria-pressed", "false")
    assert tab.faults == []


async def test_a_second_tap_silences_the_browser(app: App, opener: Opener) -> None:
    """Nothing is more annoying than a machine that cannot be stopped; another question stops the first too."""
    tab = await opener.tab(app.settings.address, *SMALL_PHONE)
    await tab.page.add_init_script(f"({VOICE})('vi-VN')")
    await tab.go("/k/quay22")
    await tab.page.evaluate("window.voicesCome()")
    first, second = tab.page.locator("button.speak").nth(0), tab.page.locator("button.speak").nth(1)
    await first.click()
    await first.click()
    await expect(first).to_have_attribute("aria-pressed", "false")
    assert await tab.page.evaluate("said[said.length - 1][0]") == "cancel"
    await first.focus()
    await tab.page.keyboard.press("Enter")
    await second.click()
    await expect(first).to_have_attribute("aria-pressed", "false")
    await expect(second).to_have_attribute("aria-pressed", "true")
    assert await tab.page.evaluate("said[said.length - 1][1]") == "5 Rất hài lòng"


async def test_a_recording_is_played_before_any_voice(app: App, opener: Opener) -> None:
    """The unit's own file is asked for, the browser's voice is not; the state comes back when it ends."""
    tab = await opener.tab(app.settings.address, *SMALL_PHONE)
    await tab.page.add_init_script(f"({VOICE})('vi-VN')")
    await tab.page.add_init_script("""
      window.played = [];
      HTMLMediaElement.prototype.play = function () { played.push(this); return Promise.resolve(); };
      // The file holds no sound, and to load it would end the reading at some moment.
      Object.defineProperty(HTMLMediaElement.prototype, "src", {
        set(address) { this.dataset.src = address; },
        get() { return new URL(this.dataset.src, location).href; },
      });
    """)
    await tab.go("/k/quay1")
    await face(5)(tab, app, "vi")
    button = tab.page.locator("button.speak:visible")
    assert await button.count() == 1
    await button.click()
    await expect(button).to_have_attribute("aria-pressed", "true")
    assert await tab.page.evaluate("played.map(audio => new URL(audio.src).pathname)") == [
        "/audio/nhanh-1/vi/comment.ogg"
    ]
    assert await tab.page.evaluate("said.length") == 0
    await tab.page.evaluate("played[0].dispatchEvent(new Event('ended'))")
    await expect(button).to_have_attribute("aria-pressed", "false")
    await button.click()
    await button.click()
    await expect(button).to_have_attribute("aria-pressed", "false")
    assert await tab.page.evaluate("played[1].paused")


# What people set on their device.


@pytest.mark.parametrize("setting", ["more", "forced"])
async def test_with_high_contrast_every_face_and_choice_can_be_seen(setting: str, app: App, opener: Opener) -> None:
    """Faces differ from their ground, and what is chosen stands out by more than a shade."""
    options = {"contrast": "more"} if setting == "more" else {"forced_colors": "active"}
    tab = await opener.tab(app.settings.address, *SMALL_PHONE, **options)
    await tab.go("/k/quay22")
    await tab.answered_up_to(1)
    await tab.page.locator("label.small-level").first.click()
    seen = await tab.page.evaluate("""() => {
      const style = selector => getComputedStyle(document.querySelector(selector));
      return {
        ink: style(".face .ink").fill, ground: style(".face circle").fill, line: style(".face path").stroke,
        chosen: style(".small-level:has(:checked)").border, open: style(".small-level:not(:has(:checked))").border,
      };
    }""")
    assert seen["ink"] != seen["ground"] != seen["line"]
    assert seen["chosen"] != seen["open"]
    assert await found_by_axe(tab.page) == []
