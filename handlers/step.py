"""One turn of the conversation as a function: which thing was meant, and what it comes to."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import lru_cache

import locales
from catalog.text import fold
from handlers import groups, limits, privacy, talk
from handlers.lookup import asking, browsing, procedures
from handlers.messages import Incoming
from handlers.phrases import AT_THE_NOTICE, COMMANDS, PHRASES
from handlers.rating import contact, survey
from handlers.session import Session
from handlers.staff import bulletins, cases, requests
from handlers.turn import Turn
from handlers.wording import say
from handlers.world import World
from surveys import slips
from surveys.digits import plain_digits

LONGEST_QUESTION = 1500
LONGEST_LABEL = 200
_PAGE = re.compile(r"[0-9]{1,4}")
_BEGINNING = re.compile(r" ?[,(/]")
_NUMBER = re.compile(r"[0-9]{1,3}")
_CASE = re.compile(r"[0-9]{1,9}")
_COMMAND = re.compile(r"/(\S*)\s*(.*)", re.DOTALL)
_START = re.compile(r"/start(?:@\w+)?\s+", re.IGNORECASE)
COUNTER_PAYLOAD = "k_"
ASSISTED_PAYLOAD = "h_"
SLIP_PAYLOAD = "s_"
INVITATION_PAYLOAD = "i_"

_CONSENT = {"agree": "yes", "decline": "no"}
LANGUAGE = "language:"
IN_A_SURVEY = ("stop", "withdraw", "kept", "stored", "erase", privacy.CONFIRM, privacy.KEEP)

Action = Callable[[World, Session], Turn]
ACTIONS: dict[str, Action] = {
    "hello": talk.hello,
    "ask": talk.ask,
    "help": talk.help_,
    "person": talk.person,
    "rate": survey.choose_counter,
    "other": asking.other,
    "right": asking.right,
    "stop": lambda world, session: (survey if session.survey else talk).stop(world, session),
    "withdraw": survey.withdraw,
    "fields": lambda world, session: browsing.listing(world, session, 0),
    "login": lambda world, session: requests.login(session),
    "cases": lambda world, session: cases.listing(session),
    "dossiers": lambda world, session: requests.dossiers(session),
    "kept": privacy.kept,
    "stored": privacy.stored,
    "erase": privacy.ask_erasure,
    privacy.CONFIRM: privacy.erase,
    privacy.KEEP: privacy.refrain,
    "bulletins": lambda world, session: bulletins.listing(session),
    "leave": bulletins.ask_leaving,
    bulletins.LEAVE: bulletins.leave,
    bulletins.STAY: bulletins.stay,
    "status": lambda world, session: asking.outside(world, session, "portal"),
}


def _wanted(name: str) -> str:
    """Return the language that an action leads to; empty for other actions and languages we do not speak."""
    wanted = name.removeprefix(LANGUAGE) if name.startswith(LANGUAGE) else ""
    return wanted if wanted in locales.installed() else ""


def _action(name: str) -> Action | None:
    """What a phrase, a command or a button with nothing more to say comes to."""
    if wanted := _wanted(name):
        return lambda world, session: _language(world, session, wanted)
    return ACTIONS.get(name)


def _goes_on(name: str) -> bool:
    """Tell whether an action leaves a running survey where it is (or ends it in its own way)."""
    return name in IN_A_SURVEY or _wanted(name) != ""


def _meant(phrase: str) -> str:
    """Return the action that a folded phrase means; the name of a language means to speak it."""
    named = (f"{LANGUAGE}{code}" for code, name in locales.installed().items() if fold(name) == phrase)
    return PHRASES.get(phrase) or next(named, "")


def step(world: World, session: Session, incoming: Incoming, now: datetime) -> Turn:
    """Decide what one message comes to. Pure: no input or output, time and randomness are given.

    `now` is an aware time in the unit's own zone.
    """
    incoming = replace(incoming, text=plain_digits(incoming.text))
    if session.language not in locales.installed():
        session = replace(session, language=locales.DEFAULT)
    if session.unit not in world.units:
        session = Session(unit=world.home, language=session.language, greeted=session.greeted)
    session = replace(session, unit=world.standing(session.unit))
    turn = _turn(world, contact.current(session, now.date()), incoming, now)
    return talk.introduced(world, groups.guarded(world, session, turn) if incoming.shared else turn)


def slip_code(incoming: Incoming) -> str:
    """The code of a slip that a message holds: typed by hand, or in a deep link; empty where there is none."""
    if incoming.kind not in ("start", "text"):
        return ""
    text = _START.sub("", plain_digits(incoming.text).strip())
    return slips.read(text.removeprefix(SLIP_PAYLOAD))


def _turn(world: World, session: Session, incoming: Incoming, now: datetime) -> Turn:
    text = incoming.text.strip()
    if incoming.limit:
        return Turn(session, (limits.told(world, session, incoming.limit),))
    if incoming.refusal:
        return survey.refused(session, incoming.refusal)
    if incoming.kind == "start":
        return _started(world, session, incoming, now)
    if incoming.kind == "unreadable":
        if session.survey:
            return survey.again(world, session, say(session.language, "none.unreadable"))
        if number := cases.awaited(session):
            return cases.written(session, number, "")
        return talk.unreadable(world, session)
    if incoming.kind == "edited" and (session.survey or cases.awaited(session)):
        return Turn(session)
    if incoming.kind == "button":
        return _tapped(world, session, text, incoming, now)
    return _typed(world, session, text, incoming, now)


def _started(world: World, session: Session, incoming: Incoming, now: datetime) -> Turn:
    payload = incoming.text.strip()
    if payload.startswith(COUNTER_PAYLOAD):
        return survey.begin(world, session, payload.removeprefix(COUNTER_PAYLOAD), incoming, now)
    if payload.startswith(ASSISTED_PAYLOAD):
        return survey.begin(world, session, payload.removeprefix(ASSISTED_PAYLOAD), incoming, now, assisted=True)
    if payload.startswith(SLIP_PAYLOAD):
        return survey.begin_on_slip(world, session, incoming, now)
    if payload.startswith(INVITATION_PAYLOAD):
        return requests.join(session, payload.removeprefix(INVITATION_PAYLOAD))
    return talk.hello(world, session)


def _typed(world: World, session: Session, text: str, incoming: Incoming, now: datetime) -> Turn:
    if text.startswith("/"):
        return _command(world, session, text, incoming, now)
    if chosen := resolve(session, text):
        return _tapped(world, session, chosen, incoming, now)
    phrase = fold(text).strip(" .!?“”\"'")
    if turn := _typed_after_a_complaint(session, text, phrase):
        return turn
    if incoming.opened or (not survey.wants_text(world, session) and slips.looks_like(text)):
        return survey.begin_on_slip(world, session, incoming, now)
    meant = _meant(phrase)
    if session.survey and not _goes_on(meant) and (taken := _into_survey(world, session, text, phrase, now)):
        return taken
    if action := _action(meant):
        return action(world, session)
    if not text:
        return talk.empty(world, session)
    if _NUMBER.fullmatch(text):
        return talk.no_such_number(world, session, text)
    if len(text) > LONGEST_QUESTION:
        return talk.too_long(world, session)
    return asking.ask(world, replace(session, survey=None), text)


def _into_survey(world: World, session: Session, text: str, phrase: str, now: datetime) -> Turn | None:
    """Take a typed text into the survey; None where somebody asks about a procedure instead of agreeing."""
    running = session.survey
    noticed = running is not None and not running.agreed
    if running and noticed and (answer := AT_THE_NOTICE.get(phrase)):
        return survey.tapped(world, session, running.key, [answer], now)
    in_words, topic = survey.wants_text(world, session), ""
    if noticed or not in_words:
        found = world.catalog(session.unit).index.search(text)
        if noticed and found.decision != "none":
            return None
        topic = found.topic
    if PHRASES.get(phrase) == "person":
        return survey.again(world, session, talk.person(world, session).replies[0].text)
    if topic in asking.URGENT and not in_words:
        return survey.again(world, session, asking.outside(world, session, topic).replies[0].text)
    return survey.typed(world, session, text, now)


def _command(world: World, session: Session, text: str, incoming: Incoming, now: datetime) -> Turn:
    head, arguments = _COMMAND.sub(r"\1 \2", text).split(" ", 1)
    command = head.partition("@")[0].lower()
    if command == "start" and arguments:
        return _started(world, session, replace(incoming, text=arguments, kind="start"), now)
    if command == "thamgia":
        return requests.join(session, arguments)
    if command == "baocao":
        return requests.figures(session, arguments)
    if command == "hanhoso" and arguments:
        return requests.dossiers(session, arguments)
    name = COMMANDS.get(command, f"{LANGUAGE}{command}")
    action = _action(name)
    if action is None and session.survey:
        return survey.again(world, session, say(session.language, "none.command"))
    if action is None:
        return talk.unknown_command(world, session)
    return action(world, session if _goes_on(name) else replace(session, survey=None))


def _language(world: World, session: Session, wanted: str) -> Turn:
    if session.survey:
        return survey.again(world, replace(session, language=wanted), say(wanted, "greeting.language"))
    return talk.language(world, session, wanted)


def _tapped(world: World, session: Session, identifier: str, incoming: Incoming, now: datetime) -> Turn:
    """What a button comes to. One that has nothing to do with the survey leaves it, what was answered is kept."""
    if not (_goes_on(identifier) or identifier.startswith(("s:", "contact:"))):
        session = replace(session, survey=None)
    if action := _action(identifier):
        return action(world, session)
    if identifier.startswith(("contact:", "case:")):
        return _tapped_after_a_complaint(world, session, identifier)
    return _chosen(world, session, identifier, incoming, now)


def _chosen(world: World, session: Session, identifier: str, incoming: Incoming, now: datetime) -> Turn:
    """A button that says in its id which thing is meant."""
    match identifier.split(":"):
        case ["p", code]:
            return procedures.answer(world, session, code)
        case ["p", code, wanted]:
            return procedures.part(world, session, code, wanted)
        case ["p", code, wanted, page] if _PAGE.fullmatch(page):
            return procedures.part(world, session, code, wanted, int(page))
        case ["fields", page] if _PAGE.fullmatch(page):
            return browsing.listing(world, session, int(page))
        case ["field", key, page] if _PAGE.fullmatch(page):
            return browsing.one(world, session, key, int(page))
        case ["counter", code]:
            return survey.begin(world, session, code, incoming, now)
        case ["withdraw", response]:
            return survey.withdraw(world, session, response)
        case ["s", key, *_] if incoming.shared and (session.survey is None or session.survey.key != key):
            return survey.of_another(world, session)
        case ["s", key, *what]:
            return survey.tapped(world, session, key, what, now)
    return _chosen_by_staff(session, identifier) or talk.stale(world, session)


def _chosen_by_staff(session: Session, identifier: str) -> Turn | None:
    """A button of the figures, or of what is sent by the clock; None for any other. A period may hold a colon."""
    match identifier.split(":"):
        case ["figures", unit, *period] if period:
            return requests.figures(session, f"{':'.join(period)} {unit}")
        case ["periods", unit]:
            return requests.choose_period(session, unit)
        case ["units", page, *period] if period and _PAGE.fullmatch(page):
            return requests.choose_unit(session, ":".join(period), int(page))
        case ["get", kind, unit, *period] if period:
            return requests.document(session, kind, unit, ":".join(period))
        case [bulletins.ON | bulletins.OFF as what, name]:
            return bulletins.pressed(session, what, name)
    return None


def _tapped_after_a_complaint(world: World, session: Session, identifier: str) -> Turn:
    """The citizen's answer whether staff may write back, or what staff do about the case."""
    match identifier.split(":"):
        case ["contact", key, answer]:
            turn = contact.answered(session, key, answer)
            return survey.again(world, session, turn.replies[0].text) if session.survey else turn
        case ["case", number, what] if _CASE.fullmatch(number):
            return cases.pressed(session, int(number), what) or talk.stale(world, session)
    return talk.stale(world, session)


def _typed_after_a_complaint(session: Session, text: str, phrase: str) -> Turn | None:
    """The officer's words to a citizen, or the citizen's yes or no in words of their own."""
    number = cases.awaited(session)
    if number and PHRASES.get(phrase) != "stop":
        return cases.written(session, number, text)
    answer = AT_THE_NOTICE.get(phrase)
    if answer and session.contact and contact.is_open(session):
        return contact.answered(session, session.contact[0][:8], _CONSENT[answer])
    return None


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
    begun = [identifier for identifier, label in session.offered if typed == fold(_BEGINNING.split(label)[0])]
    return begun[0] if len(begun) == 1 else None


@lru_cache(maxsize=10_000)
def _spoken(label: str) -> tuple[str, str]:
    """A label folded, with and without the digit of a scale before it."""
    folded = fold(label)
    return folded, folded.lstrip("0123456789 ")
