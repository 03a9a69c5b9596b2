"""The limits of the pages: an old form comes back, a flood does a little work, and nobody loses what they typed."""

import hashlib
import itertools
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

import aiohttp
import pytest
import pytest_asyncio
from playwright.async_api import expect

import locales
from bot.app import App
from handlers.gate import LONGEST, Gate
from surveys.budget import RUSH
from surveys.pacing import Allowances, Rate
from surveys.proof_of_work import BITS
from surveys.responses import Filing, Response
from surveys.slips import Round, fresh
from tests.web.conftest import JSON, Answer, Opener, Visitor, pages_of, rows, token_of
from tests.web.screens import TARGETS, small_targets, wide
from web import limits

pytestmark = pytest.mark.asyncio(loop_scope="session")

STALE, WORKING = locales.text("vi", "limit.stale_form"), locales.text("vi", "limit.working")
_numbers = itertools.count(1)


class Clock:
    """A clock that the test moves; it begins at nine of the machine's own day, which the sample's data are of."""

    def __init__(self, app: App) -> None:
        self.now = app.clock().replace(hour=9, minute=0, second=0, microsecond=0)

    def __call__(self) -> datetime:
        """The time now."""
        return self.now

    def later(self, **span: float) -> None:
        """Let some time pass."""
        self.now += timedelta(**span)


@pytest_asyncio.fixture(loop_scope="session")
async def clock(app: App) -> Clock:
    """A clock of the test's own."""
    return Clock(app)


@pytest_asyncio.fixture(loop_scope="session")
async def somebody(app: App, clock: Clock) -> AsyncIterator[Visitor]:
    """A visitor of pages with that clock, whose limits remember nothing yet."""
    async with visiting(app, clock) as visitor:
        yield visitor


@asynccontextmanager
async def visiting(app: App, clock: Clock) -> AsyncIterator[Visitor]:
    """Open the pages with a clock to somebody who was never here."""
    jar = aiohttp.CookieJar(unsafe=True)
    async with pages_of(app, clock=clock) as address, aiohttp.ClientSession(cookie_jar=jar) as client:
        yield Visitor(client, address)


async def flood(app: App, clock: Clock, counter: str, number: int = RUSH + 1) -> None:
    """Have so many forms come in at a counter in these ten minutes."""
    form = app.live().forms["nhanh"]
    blank = Response("", "sa-dec", counter, form.code, form.version, form.digest, "web", clock.now.date())
    made = [
        Response(**{**{name: getattr(blank, name) for name in Response.__dataclass_fields__}, "id": f"{n:032x}"})
        for n in itertools.islice(_numbers, number)
    ]
    async with app.store.transaction() as tx:
        await tx.file([Filing(one, device=one.id, at=clock.now) for one in made])


def fields_of(answer: Answer) -> dict[str, str]:
    """What the form of a page holds."""
    return {name: value for name, value in answer.form.fields() if name}


def proved(ticket: str) -> str:
    """The work that the page's script does."""
    for number in itertools.count():
        digest = hashlib.sha256(f"{ticket}:{number}".encode()).digest()
        if int.from_bytes(digest[:4], "big") >> (32 - BITS) == 0:
            return str(number)
    raise AssertionError("some number always does")


def forms_at(app: App, counter: str, day: object) -> int:
    """How many forms are stored at a counter."""
    return int(rows(app, "SELECT count(*) FROM response WHERE counter = ? AND day = ?", counter, str(day))[0][0])


# How long a form may lie open


@pytest.mark.parametrize("days", [1.001, 3, 400])
async def test_a_form_of_another_day_comes_back_with_what_was_typed(
    days: float, app: App, somebody: Visitor, clock: Clock
) -> None:
    """Nothing is stored; the same answers are there to be sent again, and then they are taken."""
    first = await somebody.get("/k/quay1")
    before = forms_at(app, "quay1", (clock.now + timedelta(days=days)).date())
    clock.later(days=days)
    back = await somebody.send(first, press="4")
    assert back.status == 409
    assert STALE in back.said
    assert "chosen" in str(back.page.one("button", value="4")["class"])
    assert forms_at(app, "quay1", clock.now.date()) == before
    clock.later(seconds=9)
    assert (await somebody.send(back, press="4")).status == 200
    assert forms_at(app, "quay1", clock.now.date()) == before + 1


async def test_a_form_within_a_day_is_taken(somebody: Visitor, clock: Clock) -> None:
    """Somebody may take it home."""
    first = await somebody.get("/k/quay1")
    clock.later(hours=23.9)
    assert (await somebody.send(first, press="4")).status == 200


async def test_a_form_that_was_begun_is_finished_whenever(somebody: Visitor, clock: Clock) -> None:
    """What is stored already has no age."""
    second = await somebody.send(await somebody.get("/k/quay1"), press="2")
    clock.later(days=2)
    assert (await somebody.send(second, {"comment": "Chờ lâu."}, press="Gửi phiếu")).status == 200


async def test_a_page_from_the_time_to_come_is_asked_again(somebody: Visitor, clock: Clock) -> None:
    """A clock that was ahead when the page was shown."""
    first = await somebody.get("/k/quay1")
    clock.later(hours=-3)
    assert STALE in (await somebody.send(first, press="4")).said


async def test_a_token_makes_one_form(app: App, somebody: Visitor, clock: Clock) -> None:
    """Sent a hundred times it is one form: who wants more has to open the page for each."""
    clock.later(days=20)
    first = await somebody.get("/k/quay2")
    fields = {"token": token_of(first), "page": "0", "overall": "4"}
    for _ in range(20):
        await somebody.post("/k/quay2?sent", fields)
    assert forms_at(app, "quay2", clock.now.date()) == 1


# A counter that gets far more forms than ever


async def test_without_script_a_moments_patience_is_enough(app: App, somebody: Visitor, clock: Clock) -> None:
    """The page says how long; too soon it asks once more; what was answered is sent in the end."""
    clock.later(days=30)
    await flood(app, clock, "quay1")
    held = await somebody.send(await somebody.get("/k/quay1"), press="4")
    assert (held.status, held.headers["Retry-After"]) == (429, "10")
    assert "đợi 10 giây" in held.said
    assert fields_of(held)["overall"] == "4"
    assert forms_at(app, "quay1", clock.now.date()) == RUSH + 1
    clock.later(seconds=9)
    again = await somebody.send(held)
    assert again.status == 429
    clock.later(seconds=10)
    taken = await somebody.send(again)
    assert taken.status == 200
    assert forms_at(app, "quay1", clock.now.date()) == RUSH + 2


async def test_the_work_is_good_for_one_form(app: App, somebody: Visitor, clock: Clock) -> None:
    """At once with a proof; the same proof for another form is none; without any nothing is stored."""
    clock.later(days=31)
    await flood(app, clock, "quay1")
    held = await somebody.send(await somebody.get("/k/quay1"), press="4")
    ticket = fields_of(held)["ticket"]
    proof = {"ticket": ticket, "proof": proved(ticket)}
    assert (await somebody.post("/k/quay1?sent", {**fields_of(held), "proof": "0"})).status == 429
    assert (await somebody.post("/k/quay1?sent", {**fields_of(held), **proof})).status == 200
    other = await somebody.anew().get("/k/quay1")
    sent = {"token": token_of(other), "page": "0", "overall": "1", **proof}
    assert (await somebody.post("/k/quay1?sent", sent)).status == 429
    assert forms_at(app, "quay1", clock.now.date()) == RUSH + 2


async def test_patience_alone_lets_few_in_of_a_flood(app: App, somebody: Visitor, clock: Clock) -> None:
    """Who collects tickets and waits gets as many forms in as a handful of people would."""
    clock.later(days=32)
    await flood(app, clock, "quay1")
    held = [await somebody.anew().send(await somebody.anew().get("/k/quay1"), press="1") for _ in range(40)]
    clock.later(seconds=10)
    statuses = [(await somebody.anew().send(one)).status for one in held]
    assert statuses.count(200) == limits.WITHOUT_WORK.most
    assert statuses.count(429) == 40 - limits.WITHOUT_WORK.most


async def test_other_counters_and_slips_are_not_held_up(app: App, somebody: Visitor, clock: Clock) -> None:
    """The flood's neighbour answers as ever, and so does who has a slip of the flooded counter."""
    clock.later(days=33)
    today = clock.now.date()
    code = fresh()
    async with app.store.transaction() as tx:
        await tx.open_round(Round("đợt lũ", "sa-dec", "nhanh", 1, today, today, "quay1"), clock.now)
        await tx.add_slips("đợt lũ", [code])
    await flood(app, clock, "quay1")
    assert (await somebody.send(await somebody.get("/k/quay2"), press="4")).status == 200
    assert (await somebody.send(await somebody.get(f"/s/{code}"), press="4")).status == 200


async def test_the_rush_is_over_when_it_is_over(app: App, somebody: Visitor, clock: Clock) -> None:
    """Ten minutes later nobody is asked for anything."""
    clock.later(days=34)
    await flood(app, clock, "quay1")
    assert (await somebody.send(await somebody.get("/k/quay1"), press="4")).status == 429
    clock.later(minutes=10)
    assert (await somebody.anew().send(await somebody.anew().get("/k/quay1"), press="4")).status == 200


@pytest.mark.parametrize("width", [360, 768, 1280])
async def test_the_browser_does_the_work_by_itself(width: int, app: App, clock: Clock, opener: Opener) -> None:
    """A tap, and the next page is there: nothing to read, nothing to press, by plain http too."""
    clock.later(days=1000 + width)
    await flood(app, clock, "quay1")
    async with pages_of(app, clock=clock) as address:
        tab = await opener.tab(address, width, 800)
        await tab.go("/k/quay1")
        await tab.page.click("button[value='4']")
        await expect(tab.page.locator("input[name=page][value='1']")).to_be_attached(timeout=60_000)
        assert forms_at(app, "quay1", clock.now.date()) == RUSH + 2
        assert [error for error in tab.errors if "429" not in error] == []


@pytest.mark.parametrize("width", [360, 768, 1280])
async def test_the_waiting_page_can_be_read_and_pressed(width: int, app: App, clock: Clock, opener: Opener) -> None:
    """Where no script runs."""
    clock.later(days=3000 + width)
    await flood(app, clock, "quay1")
    async with pages_of(app, clock=clock) as address:
        tab = await opener.tab(address, width, 800, java_script_enabled=False)
        await tab.go("/k/quay1")
        await tab.page.click("button[value='4']")
        await expect(tab.page.locator("#hold button")).to_be_visible()
        assert await wide(tab.page) == 0
        assert small_targets(await tab.page.evaluate(TARGETS), 48) == []
        clock.later(seconds=10)
        await tab.page.click("#hold button")
        await expect(tab.page.locator("input[name=page][value='1']")).to_be_attached()


# Codes of slips


def wrong_codes(number: int) -> Sequence[str]:
    """Codes with the right check sign that no slip has."""
    return [fresh() for _ in range(number)]


async def test_guessing_codes_slows_down_and_a_right_one_still_opens(app: App, somebody: Visitor, clock: Clock) -> None:
    """Many wrong ones from one address: each further one costs a moment, also the right one; then it opens."""
    clock.later(days=60)
    today, code = clock.now.date(), fresh()
    async with app.store.transaction() as tx:
        await tx.open_round(Round("đợt đoán", "sa-dec", "nhanh", 1, today, today), clock.now)
        await tx.add_slips("đợt đoán", [code])
    most = int(limits.WRONG_CODES.most)
    assert [(await somebody.get(f"/s/{wrong}")).status for wrong in wrong_codes(most)] == [404] * most
    held = await somebody.get(f"/s/{fresh()}?lang=vi")
    assert held.status == 429
    mine = await somebody.get(f"/s/{code}")
    assert mine.status == 429
    assert "mã phiếu gõ sai" in mine.said
    clock.later(seconds=10)
    opened = await somebody.get(f"/s/{code}", params={k: v for k, v in fields_of(mine).items() if v})
    assert opened.status == 200
    assert "Phiếu số" in opened.said
    second = await somebody.send(opened, press="4")
    assert second.status == 200
    clock.later(minutes=11)
    assert (await somebody.get(f"/s/{fresh()}")).status == 404


async def test_a_hand_that_slips_is_never_held_up(somebody: Visitor, clock: Clock) -> None:
    """What is no code is told from a code by its check sign, and costs nobody anything."""
    clock.later(days=61)
    assert [(await somebody.get("/s?ma=23456789AB")).status for _ in range(60)] == [400] * 60
    assert (await somebody.get(f"/s/{fresh()}")).status == 404


# Chats


async def test_a_message_that_is_too_long_is_answered_and_cut(app: App, somebody: Visitor) -> None:
    """The sentence says what to do; no more is kept of it than a long question has."""
    long = "Tôi muốn hỏi. " * 2500
    answer = await somebody.post("/chat", {"text": long})
    assert answer.status == 200
    assert locales.text("vi", "limit.chat.length") in answer.said
    kept = [json.loads(payload)["text"] for (payload,) in rows(app, "SELECT payload FROM outbox WHERE mine")]
    assert max(len("".join(text for text, _ in spans)) for spans in kept) <= LONGEST


async def test_who_writes_too_fast_is_told_and_nothing_is_kept(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    """With what was typed handed back, by the form as by the script; a moment later it is taken."""
    clock = Clock(app)
    monkeypatch.setattr(app.conversation, "_clock", clock)
    monkeypatch.setattr(app.conversation, "_gate", Gate())
    async with visiting(app, clock) as hasty:
        await hasty.turn("xin chào")
        app.conversation._gate._pages = Allowances(Rate(1, 1))
        await hasty.turn("làm khai sinh")
        before = rows(app, "SELECT count(*) FROM outbox")
        answer = await hasty.post("/chat", {"text": "làm giấy kết hôn"})
        said = locales.text("vi", "limit.chat.pace")
        assert answer.status == 429
        assert said in answer.said
        assert answer.page.one("input", id="text")["value"] == "làm giấy kết hôn"
        refused = await hasty.post("/chat", {"text": "làm giấy kết hôn"}, headers=JSON)
        assert (refused.status, json.loads(refused.body)) == (429, {"told": said})
        assert rows(app, "SELECT count(*) FROM outbox") == before
        clock.later(seconds=1)
        assert (await hasty.post("/chat", {"text": "làm giấy kết hôn"})).status == 200


async def test_very_many_new_chats_are_asked_for_a_little_work(
    app: App, somebody: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is stored before; with the work done the question is answered."""
    before = rows(app, "SELECT count(*) FROM session")
    monkeypatch.setattr(limits, "NEW_CHATS", limits.Rate(1, 0.001))
    async with visiting(app, Clock(app)) as crowd:
        await crowd.turn("xin chào")
        crowd.client.cookie_jar.clear()
        held = await crowd.post("/chat", {"text": "làm khai sinh"}, headers=JSON)
        assert held.status == 429
        assert rows(app, "SELECT count(*) FROM session")[0][0] == before[0][0] + 1
        page = await crowd.post("/chat", {"text": "làm khai sinh"})
        assert (page.status, fields_of(page)["text"]) == (429, "làm khai sinh")
        ticket = fields_of(page)["ticket"]
        answered = await crowd.post("/chat", {"text": "làm khai sinh", "ticket": ticket, "proof": proved(ticket)})
        assert answered.status == 200
        assert "khai sinh" in answered.said.lower()
