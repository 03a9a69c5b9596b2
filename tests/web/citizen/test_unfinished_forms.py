"""Forms that are open while something changes: each entrance with each change, stored, or handed back and why."""

import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

import aiohttp
import pytest
import pytest_asyncio

import locales
from bot.app import App
from handlers.messages import Incoming
from handlers.ports import Outgoing
from handlers.shell import Conversation
from handlers.world import Counter, Unit, World
from surveys.questionnaire import Questionnaire, parse
from surveys.slips import Round, fresh
from tests.web.conftest import Answer, Visitor, filled_in, pages_of, rows
from web.citizen.chat import CHANNEL, TRAITS
from web.limits import WRONG_CODES

pytestmark = pytest.mark.asyncio(loop_scope="session")

SOURCE = """
code = "thu"
version = {version}
title = "Thử"
notice = "Tự nguyện."
thanks = "Cảm ơn."
[scale]
vi = ["rất kém", "kém", "thường", "tốt", "rất tốt"]
[[page]]
[[page.question]]
id = "{scale}"
kind = "scale"
text = "{scale} thế nào?"
required = true
counted = true
[[page]]
[[page.question]]
id = "{text}"
kind = "text"
text = "{text} gì?"
limit = 200
"""
TYPED = "Chờ lâu quá"


def wording(version: int) -> Questionnaire:
    """A form whose second version asks other questions."""
    names = {"scale": "overall", "text": "comment"} if version == 1 else {"scale": "quality", "text": "opinion"}
    return parse(SOURCE.format(version=version, **names), "thu.toml")


@dataclass
class Office:
    """One counter and one round of slips, with a world and a clock that a test changes."""

    app: App
    world: World
    counter: str = field(default_factory=lambda: f"q{secrets.token_hex(4)}")
    unit: str = field(default_factory=lambda: f"u{secrets.token_hex(4)}")
    ahead: timedelta = timedelta()
    visitor: Visitor = field(init=False)
    slip: str = field(default_factory=fresh)

    @property
    def round(self) -> str:
        """The name of its round."""
        return f"đợt {self.unit}"

    def now(self) -> datetime:
        """The time as the test has it."""
        return self.app.clock() + self.ahead

    async def open(self) -> None:
        """Put unit, counter, round and slip into the store and the world."""
        today = self.now().date()
        unit, counter = Unit(self.unit, "Phường Thử"), Counter(self.counter, "Quầy Thử", self.unit, "thu")
        async with self.app.store.transaction() as tx:
            await tx.add_unit(unit, self.now())
            await tx.add_counter(counter)
            await tx.keep_forms([wording(1)])
            await tx.open_round(Round(self.round, self.unit, "thu", 5, today, today, version=1), self.now())
            await tx.add_slips(self.round, [self.slip])
        units, counters = {**self.world.units, self.unit: unit}, {**self.world.counters, self.counter: counter}
        self.world = replace(self.world, units=units, counters=counters, forms={"thu": wording(1)})

    def forms(self) -> list[tuple[Any, ...]]:
        """What is stored of its forms: version, whether finished, answers."""
        found = rows(self.app, "SELECT id, version, complete FROM response WHERE unit = ?", self.unit)
        return [
            (
                version,
                complete,
                dict(rows(self.app, "SELECT question, COALESCE(level, text) FROM answer WHERE response = ?", one)),
            )
            for one, version, complete in found
        ]

    def state(self) -> str:
        """The state of its slip."""
        return str(rows(self.app, "SELECT state FROM slip WHERE code = ?", self.slip)[0][0])


async def new_version(office: Office) -> None:
    """The form's file is replaced by its next version."""
    world = office.world
    office.world = replace(world, forms={"thu": wording(2)}, wordings={("thu", v): wording(v) for v in (1, 2)})


async def form_removed(office: Office) -> None:
    """The form's file is taken away; the counter's code opens another."""
    shipped = office.app.live().forms
    counter = replace(office.world.counters[office.counter], form="nhanh")
    counters = {**office.world.counters, office.counter: counter}
    office.world = replace(office.world, forms=shipped, wordings={("thu", 1): wording(1)}, counters=counters)


async def counter_closed(office: Office) -> None:
    """The counter is closed."""
    counters = dict(office.world.counters)
    closed = {office.counter: counters.pop(office.counter)}
    office.world = replace(office.world, counters=counters, closed=closed)


async def counter_renamed(office: Office) -> None:
    """The counter gets another name."""
    counter = replace(office.world.counters[office.counter], name="Quầy Mới")
    office.world = replace(office.world, counters={**office.world.counters, office.counter: counter})


async def unit_renamed(office: Office) -> None:
    """The unit gets another name."""
    unit = replace(office.world.units[office.unit], name="Phường Mới")
    office.world = replace(office.world, units={**office.world.units, office.unit: unit})


async def unit_merged(office: Office) -> None:
    """The unit becomes part of another: its round is closed before, its counter with it."""
    await round_closed(office)
    await counter_closed(office)
    yesterday = office.now().date() - timedelta(days=1)
    unit = replace(office.world.units[office.unit], successor="sa-dec", valid_to=yesterday)
    office.world = replace(office.world, units={**office.world.units, office.unit: unit})


async def round_closed(office: Office) -> None:
    """The round is closed."""
    async with office.app.store.transaction() as tx:
        await tx.close_round(office.round, office.now())


async def round_over(office: Office) -> None:
    """The last day of the round is over: the next one has just begun, and no page is older than a day."""
    now = office.now()
    office.ahead += (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0) - now


async def language_removed(office: Office) -> None:
    """The language that the form was begun in is not installed any more."""
    locales.install({})


async def nothing(office: Office) -> None:
    """All stays as it is."""


Change = Callable[[Office], Awaitable[None]]
CHANGES: tuple[Change, ...] = (
    *(nothing, new_version, form_removed, counter_closed, counter_renamed, unit_renamed, unit_merged),
    *(round_closed, round_over, language_removed),
)
# The changes after which a slip of the round takes no answers: its round is over.
ENDS_SLIPS = (unit_merged, round_closed, round_over)


@pytest_asyncio.fixture(loop_scope="session")
async def office(app: App) -> AsyncIterator[Office]:
    """A ward of its own, with its pages on a port of their own; a third language is installed."""
    locales.install({"km": {"language.name": "ខ្មែរ"}})
    made = Office(app, app.live())
    await made.open()
    async with (
        pages_of(app, world=lambda: made.world, clock=made.now) as address,
        aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as client,
    ):
        made.visitor = Visitor(client, address)
        yield made
    locales.install({})


async def answer_first_page(office: Office, path: str) -> Answer:
    """Answer the first page, and stay on the second."""
    first = await office.visitor.get(f"{path}?lang=km")
    second = await office.visitor.send(first, press="2")
    assert (second.status, office.forms()) == (200, [(1, 0, {"overall": 2})])
    return second


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
async def test_a_form_of_the_open_code_is_finished(office: Office, change: Change) -> None:
    """In the wording it was begun in, whatever changed."""
    page = await answer_first_page(office, f"/k/{office.counter}")
    await change(office)
    sent = await office.visitor.send(page, {"comment": TYPED})
    assert sent.status == 200
    assert "Cảm ơn." in sent.said
    assert office.forms() == [(1, 1, {"overall": 2, "comment": TYPED})]
    back = await office.visitor.send(sent)
    assert (back.status, office.forms()) == (200, [])


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
async def test_a_first_page_of_the_open_code_is_taken(office: Office, change: Change) -> None:
    """Also where nothing was stored before the change."""
    page = await office.visitor.get(f"/k/{office.counter}?lang=km")
    await change(office)
    sent = await office.visitor.send(page, press="2")
    assert (sent.status, office.forms()) == (200, [(1, 0, {"overall": 2})])


@pytest.mark.parametrize("change", [new_version, form_removed], ids=lambda change: change.__name__)
async def test_a_browser_that_comes_back_goes_on_with_its_form(office: Office, change: Change) -> None:
    """It is not told that it has voted today, and does not begin anew."""
    await answer_first_page(office, f"/k/{office.counter}")
    await change(office)
    again = await office.visitor.get(f"/k/{office.counter}")
    sent = await office.visitor.send(again, {"comment": TYPED})
    assert (sent.status, office.forms()) == (200, [(1, 1, {"overall": 2, "comment": TYPED})])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (counter_closed, "Quầy Thử của Phường Thử đã thôi dùng, không nhận đánh giá nữa."),
        (unit_merged, "Quầy Thử của Phường Thử nay thuộc Phường Sa Đéc."),
    ],
)
async def test_a_page_that_was_left_open_is_handed_back_when_its_counter_closed(
    office: Office, change: Change, said: str
) -> None:
    """After two days: the true reason, and the words that were typed."""
    page = await answer_first_page(office, f"/k/{office.counter}")
    await change(office)
    office.ahead += timedelta(days=2)
    sent = await office.visitor.send(page, {"comment": TYPED})
    assert sent.status == 410
    assert said in sent.said
    assert TYPED in sent.said
    assert office.forms() == [(1, 0, {"overall": 2})]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
async def test_a_form_on_a_slip_is_finished_or_handed_back(office: Office, change: Change) -> None:
    """Finished in its wording; where the round is over that is said, and what was typed stands there."""
    page = await answer_first_page(office, f"/s/{office.slip}")
    await change(office)
    sent = await office.visitor.send(page, {"comment": TYPED})
    over = locales.text("vi", "survey.refused.closed")
    if change in ENDS_SLIPS:
        assert sent.status == 410
        assert over in sent.said
        assert TYPED in sent.said
        assert (office.forms(), office.state()) == ([(1, 0, {"overall": 2})], "issued")
    else:
        assert sent.status == 200
        assert over not in sent.said
        assert "Cảm ơn." in sent.said
        assert (office.forms(), office.state()) == ([(1, 1, {"overall": 2, "comment": TYPED})], "used")


@pytest.mark.parametrize("change", [new_version, form_removed], ids=lambda change: change.__name__)
async def test_a_slip_that_was_opened_is_not_held_up_for_guesses(office: Office, change: Change) -> None:
    """Its page proves that its code is known, in whichever wording; who opens one anew waits a moment."""
    page = await answer_first_page(office, f"/s/{office.slip}")
    await change(office)
    for _ in range(int(WRONG_CODES.most)):
        assert (await office.visitor.get(f"/s/{fresh()}")).status == 404
    assert (await office.visitor.get(f"/s/{office.slip}")).status == 429
    sent = await office.visitor.send(page, {"comment": TYPED})
    assert sent.status == 200
    assert "Cảm ơn." in sent.said
    assert office.forms() == [(1, 1, {"overall": 2, "comment": TYPED})]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
async def test_a_tap_on_the_screen_is_taken(office: Office, change: Change) -> None:
    """One that waited on the tablet, and one where no script runs; each in the wording that was on the screen."""
    await office.visitor.pair(office.app, office.counter)
    shown = await office.visitor.get(f"/kiosk/{office.counter}?lang=km")
    token, at = shown.page.one("input", name="token")["value"], office.now().isoformat()
    await change(office)
    tap = {"id": secrets.token_hex(16), "level": 4, "at": at}
    taps = {"token": token, "answers": [tap]}
    options = {"json": taps, "headers": {"Sec-Fetch-Site": "same-origin"}}
    waited = await office.visitor.ask("POST", f"/kiosk/{office.counter}/answers", **options)
    assert waited.status == 200
    assert tap["id"] in waited.body
    plain = await office.visitor.post(f"/kiosk/{office.counter}", filled_in(shown.form, {}, press="5"))
    assert plain.status == 200
    assert sorted(office.forms(), key=str) == [(1, 1, {"overall": 4}), (1, 1, {"overall": 5})]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
async def test_a_paper_ballot_is_stored_or_stays_on_the_page(office: Office, change: Change) -> None:
    """Typed in the wording that it was printed in; where the round was closed meanwhile, that is the reason given."""
    await _log_in(office)
    page = await office.visitor.get(f"/staff/paper?round={quote(office.round)}")
    typed = dict(page.page.one("form", class_="ballot").fields())
    typed |= {"slip": "1", "q-overall": "2", "q-comment": TYPED}
    await change(office)
    await _log_in(office)
    sent = await office.visitor.post("/staff/paper", typed)
    if change in (round_closed, unit_merged):
        assert sent.status == 409
        assert "vừa được đóng" in sent.said
        assert TYPED in sent.body
        assert (office.forms(), office.state()) == ([], "issued")
    else:
        assert (sent.status, office.forms()) == (200, [(1, 1, {"overall": 2, "comment": TYPED})])
        assert office.state() == "used"


async def _log_in(office: Office) -> None:
    secret = secrets.token_hex(8)
    async with office.app.store.transaction() as tx:
        await tx.create_token("login", office.unit, "staff", secret, office.now() + timedelta(hours=1))
    assert (await office.visitor.post(f"/staff/login/{secret}", {})).status == 200


@dataclass
class Person:
    """Somebody in a chat."""

    office: Office
    name: str = field(default_factory=lambda: secrets.token_hex(4))
    buttons: tuple[str, ...] = ()

    async def say(self, text: str, kind: Any = "text") -> str:
        """Send one message; returns what comes back."""

        async def none(*_: object) -> tuple[()]:
            return ()

        office = self.office
        conversation = Conversation(office.app.store, lambda: office.world, none, office.now, {CHANNEL: TRAITS})
        message = Incoming(CHANNEL, self.name, f"{self.name}:{secrets.token_hex(4)}", text, kind)
        replies: tuple[Outgoing, ...] = (await conversation.handle(message)).replies
        self.buttons = tuple(button.id for button in replies[-1].reply.buttons)
        return "\n".join(one.reply.text.plain for one in replies)

    async def tap(self, ending: str) -> str:
        """Press the button whose id ends so."""
        return await self.say(next(one for one in self.buttons if one.endswith(ending)), "button")


@pytest.mark.parametrize("on_slip", [False, True])
@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
async def test_a_form_in_chat_is_finished_or_its_end_told(office: Office, change: Change, on_slip: bool) -> None:
    """As on the web; the person's words stand in the chat above."""
    person = Person(office)
    await person.say("km", "text")
    await person.say(f"s_{office.slip}" if on_slip else f"k_{office.counter}", "start")
    await person.tap(":agree")
    await person.tap(":2")
    await change(office)
    text = await person.say(TYPED)
    over = locales.text("vi", "survey.refused.closed")
    if on_slip and change in ENDS_SLIPS:
        assert over in text
        assert office.forms() == [(1, 0, {"overall": 2})]
        assert office.state() == "issued"
    else:
        assert over not in text
        assert "Cảm ơn." in text
        assert office.forms() == [(1, 1, {"overall": 2, "comment": TYPED})]


async def lost(office: Office) -> None:
    """The wording that forms were begun in is nowhere any more."""
    async with office.app.store.transaction() as tx:
        await tx.open_round(
            Round(f"{office.round} 2", office.unit, "thu", 1, office.now().date(), office.now().date()), office.now()
        )
    office.world = replace(office.world, forms={"thu": wording(2)}, wordings={})
    for statement in ("DELETE FROM questionnaire WHERE code = 'thu'", "UPDATE survey_round SET version = 0"):
        async with office.app.store.engine.begin() as connection:
            await connection.exec_driver_sql(statement)


LOST = locales.text("vi", "survey.lost")


async def test_a_slip_whose_wording_is_lost_is_free_again(office: Office) -> None:
    """On the web: it is said, and the slip is answered from the start in the wording in use."""
    await answer_first_page(office, f"/s/{office.slip}")
    await lost(office)
    first = await office.visitor.get(f"/s/{office.slip}")
    assert first.status == 200
    assert LOST in first.said
    assert office.forms() == []
    await office.visitor.send(first, press="4")
    assert office.forms() == [(2, 0, {"quality": 4})]


async def test_the_open_code_begins_anew_where_the_wording_is_lost(office: Office) -> None:
    """Nobody is told that they have voted today."""
    await answer_first_page(office, f"/k/{office.counter}")
    await lost(office)
    first = await office.visitor.get(f"/k/{office.counter}")
    assert first.status == 200
    assert LOST in first.said
    assert office.forms() == []
    await office.visitor.send(first, press="4")
    assert office.forms() == [(2, 0, {"quality": 4})]


async def test_a_paper_ballot_is_taken_where_the_wording_is_lost(office: Office) -> None:
    """What was begun on its slip can never be finished, so it keeps nobody out."""
    await answer_first_page(office, f"/s/{office.slip}")
    await lost(office)
    await _log_in(office)
    page = await office.visitor.get(f"/staff/paper?round={quote(office.round)}")
    typed = dict(page.page.one("form", class_="ballot").fields())
    sent = await office.visitor.post("/staff/paper", {**typed, "slip": "1", "q-quality": "3"})
    assert (sent.status, office.forms(), office.state()) == (200, [(2, 1, {"quality": 3})], "used")


@pytest.mark.parametrize("on_slip", [False, True])
async def test_a_chat_begins_anew_where_the_wording_is_lost(office: Office, on_slip: bool) -> None:
    """In the middle, and when the code is sent again."""
    person = Person(office)
    code = f"s_{office.slip}" if on_slip else f"k_{office.counter}"
    await person.say(code, "start")
    await person.tap(":agree")
    await person.tap(":2")
    await lost(office)
    assert "không còn giữ được" in await person.say(TYPED)
    assert office.forms() == []
    await person.say(code, "start")
    await person.tap(":agree")
    await person.tap(":4")
    assert office.forms() == [(2, 0, {"quality": 4})]


async def test_a_wording_that_another_process_has_just_stored_is_not_lost(office: Office) -> None:
    """It is not in this process's world yet; nothing is given up, and the page says to try again."""
    await answer_first_page(office, f"/s/{office.slip}")
    office.world = replace(office.world, forms={"thu": wording(2)}, wordings={})
    answer = await office.visitor.get(f"/s/{office.slip}")
    assert (answer.status, office.forms()) == (503, [(1, 0, {"overall": 2})])


async def test_two_wordings_never_meet_in_one_form(office: Office) -> None:
    """A page of the new wording on a slip that was begun in the old one is handed back, and the slip goes on."""
    office.world = replace(office.world, wordings={("thu", v): wording(v) for v in (1, 2)}, forms={"thu": wording(2)})
    async with office.app.store.engine.begin() as connection:
        await connection.exec_driver_sql("UPDATE survey_round SET version = 0")
    newer = await office.visitor.get(f"/s/{office.slip}")
    office.world = replace(office.world, forms={"thu": wording(1)})
    await answer_first_page(office, f"/s/{office.slip}")
    sent = await office.visitor.send(newer, press="5")
    assert sent.status == 409
    assert locales.text("vi", "survey.refused.changed") in sent.said
    assert office.forms() == [(1, 0, {"overall": 2})]
