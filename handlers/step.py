"""One turn of the conversation as a function: which thing was meant, and what it comes to."""

from collections.abc import Callable
from datetime import datetime
from functools import lru_cache

from catalog.text import fold
from handlers import fields, procedures, staff, survey, talk
from handlers.messages import Incoming
from handlers.session import Session
from handlers.turn import Turn
from handlers.world import World

LONGEST_QUESTION = 1500
LONGEST_LABEL = 200
COUNTER_PAYLOAD = "k_"
INVITATION_PAYLOAD = "i_"

Action = Callable[[World, Session], Turn]
ACTIONS: dict[str, Action] = {
    "hello": talk.hello,
    "ask": talk.ask,
    "help": talk.help_,
    "person": talk.person,
    "rate": survey.choose_counter,
    "other": procedures.other,
    "stop": talk.stop,
    "fields": lambda world, session: fields.listing(world, session, 0),
    "language:vi": lambda world, session: talk.language(world, session, "vi"),
    "language:en": lambda world, session: talk.language(world, session, "en"),
    "login": lambda world, session: staff.login(session),
}
COMMANDS = {
    "start": "hello",
    "help": "help",
    "trogiup": "help",
    "linhvuc": "fields",
    "danhgia": "rate",
    "canbo": "person",
    "english": "language:en",
    "tiengviet": "language:vi",
    "stop": "stop",
    "dung": "stop",
    "dangnhap": "login",
}
PHRASES = {
    "help": "help",
    "tro giup": "help",
    "menu": "hello",
    "bat dau": "hello",
    "linh vuc": "fields",
    "xem theo linh vuc": "fields",
    "danh muc": "fields",
    "danh gia": "rate",
    "danh gia phuc vu": "rate",
    "khao sat": "rate",
    "gap can bo": "person",
    "can bo": "person",
    "gap nguoi that": "person",
    "tu van vien": "person",
    "english": "language:en",
    "tieng anh": "language:en",
    "tieng viet": "language:vi",
    "vietnamese": "language:vi",
    "dung": "stop",
    "dung lai": "stop",
    "thoi": "stop",
    "stop": "stop",
    "fields": "fields",
    "rate": "rate",
    "officer": "person",
}


def step(world: World, session: Session, incoming: Incoming, now: datetime) -> Turn:
    """Decide what one message comes to. Pure: no input or output, time and randomness are given.

    `now` is an aware time in the unit's own zone.
    """
    if session.unit not in world.units:
        session = Session(unit=world.home, language=session.language, greeted=session.greeted)
    return talk.introduced(world, _turn(world, session, incoming, now))


def _turn(world: World, session: Session, incoming: Incoming, now: datetime) -> Turn:
    text = incoming.text.strip()
    if incoming.kind == "start":
        return _started(world, session, incoming)
    if incoming.kind == "unreadable":
        return talk.unreadable(world, session)
    if incoming.kind == "edited" and session.survey:
        return Turn(session)
    if incoming.kind == "button":
        return _tapped(world, session, text, incoming, now)
    return _typed(world, session, text, incoming, now)


def _started(world: World, session: Session, incoming: Incoming) -> Turn:
    payload = incoming.text.strip()
    if payload.startswith(COUNTER_PAYLOAD):
        return survey.begin(world, session, payload.removeprefix(COUNTER_PAYLOAD), incoming)
    if payload.startswith(INVITATION_PAYLOAD):
        return staff.join(session, payload.removeprefix(INVITATION_PAYLOAD))
    return talk.hello(world, session)


def _typed(world: World, session: Session, text: str, incoming: Incoming, now: datetime) -> Turn:
    if text.startswith("/"):
        return _command(world, session, text, incoming)
    if chosen := resolve(session, text):
        return _tapped(world, session, chosen, incoming, now)
    phrase = fold(text).strip(" .!?“”\"'")
    action = PHRASES.get(phrase)
    if session.survey:
        return survey.stop(world, session) if action == "stop" else survey.typed(world, session, text, now)
    if action:
        return ACTIONS[action](world, session)
    if not text:
        return talk.empty(world, session)
    if len(text) > LONGEST_QUESTION:
        return talk.too_long(world, session)
    return procedures.ask(world, session, text)


def _command(world: World, session: Session, text: str, incoming: Incoming) -> Turn:
    head, _, arguments = text[1:].partition(" ")
    command = head.partition("@")[0].lower()
    arguments = arguments.strip()
    if command == "start" and arguments:
        return _started(
            world, session, Incoming(incoming.channel, incoming.user, incoming.id, arguments, "start", incoming.nonce)
        )
    if command == "thamgia":
        return staff.join(session, arguments)
    if command == "baocao":
        return staff.figures(session, arguments)
    action = COMMANDS.get(command)
    if action == "stop" and session.survey:
        return survey.stop(world, session)
    return ACTIONS[action](world, session) if action else talk.unknown_command(world, session)


def _tapped(world: World, session: Session, identifier: str, incoming: Incoming, now: datetime) -> Turn:
    if action := ACTIONS.get(identifier):
        return action(world, session)
    match identifier.split(":"):
        case ["p", code]:
            return procedures.card(world, session, code)
        case ["p", code, wanted]:
            return procedures.part(world, session, code, wanted)
        case ["p", code, wanted, page] if page.isdecimal():
            return procedures.part(world, session, code, wanted, int(page))
        case ["fields", page] if page.isdecimal():
            return fields.listing(world, session, int(page))
        case ["field", key, page] if page.isdecimal():
            return fields.one(world, session, key, int(page))
        case ["counter", code]:
            return survey.begin(world, session, code, incoming)
        case ["s", key, *what]:
            return survey.tapped(world, session, key, what, now)
        case ["figures", unit, period]:
            return staff.figures(session, f"{period} {unit}")
    return talk.stale(world, session)


def resolve(session: Session, text: str) -> str | None:
    """Return the id of the offered button that a typed text means: its id, its number, or its label."""
    if len(text) > LONGEST_LABEL:
        return None
    typed = fold(text).strip(" .)")
    if not typed:
        return None
    for position, (identifier, label) in enumerate(session.offered, 1):
        if text == identifier or typed == str(position) or typed in _spoken(label):
            return identifier
    return None


@lru_cache(maxsize=10_000)
def _spoken(label: str) -> tuple[str, str]:
    """A label folded, with and without the digit of a scale before it."""
    folded = fold(label)
    return folded, folded.lstrip("0123456789 ")
