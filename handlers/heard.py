"""One message as the rules see it, read once before any of them looks at it."""

import re
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Self

import locales
from catalog.text import fold
from handlers.messages import Incoming
from handlers.phrases import COMMANDS, LANGUAGE, PHRASES, language_asked
from handlers.session import Session
from handlers.world import World
from surveys import slips
from surveys.digits import plain_digits

LONGEST_LABEL = 200
SLIP_PAYLOAD = "s_"
_BEGINNING = re.compile(r" ?[,(/]")
_START = re.compile(r"/start(?:@\w+)?\s+", re.IGNORECASE)
_TYPED = ("text", "edited")


@dataclass(frozen=True, slots=True)
class Heard:
    """A message with everything that rules look at. `now` is an aware time in the unit's zone.

    `text` is what was sent, `phrase` the same folded and without the marks around it, `meant` the action
    (handlers/actions.py) that such a phrase means. `chosen` is the action of a button, link or command, with the words
    after it, or of the offered button that the text means. Both are empty for all else.
    """

    world: World
    session: Session
    incoming: Incoming
    now: datetime
    text: str
    phrase: str
    meant: str
    chosen: str

    def out_of_survey(self) -> Self:
        """Return the same outside of a survey; what was answered there is kept."""
        return replace(self, session=replace(self.session, survey=None)) if self.session.survey else self


def hear(world: World, session: Session, incoming: Incoming, now: datetime) -> Heard:
    """Read a message."""
    text = incoming.text.strip()
    phrase = fold(text).strip(" .!?“”\"'")
    named = (f"{LANGUAGE}{code}" for code, name in locales.installed().items() if _spoken(name)[0] == phrase)
    meant = PHRASES.get(phrase) or next(named, "") or language_asked(phrase)
    return Heard(world, session, incoming, now, text, phrase, meant, _chosen(session, incoming.kind, text))


def _chosen(session: Session, kind: str, text: str) -> str:
    if kind == "start":
        return f"{COMMANDS[kind]} {text}"
    if kind == "button":
        return text
    if kind in _TYPED and text.startswith("/"):
        command, _, words = re.sub(r"\s+", " ", text[1:], count=1).partition(" ")
        command = command.partition("@")[0].lower()
        return f"{COMMANDS.get(command, f'{LANGUAGE}{command}')} {words}".strip()
    return _offered(session, text) if kind in _TYPED else ""


def _offered(session: Session, text: str) -> str:
    """The offered button that a typed text means: its id, its number, or its label; empty if it means none."""
    typed = fold(text).strip(" .)") if len(text) <= LONGEST_LABEL else ""
    if not typed:
        return ""
    for position, (identifier, label) in enumerate(session.offered, 1):
        if text == identifier or typed == str(position) or typed in _spoken(label):
            return identifier
    matching = [identifier for identifier, label in session.offered if typed == _label_start(label)]
    return matching[0] if len(matching) == 1 else ""


@lru_cache(maxsize=10_000)
def _label_start(label: str) -> str:
    """What a label begins with, folded: what stands before a comma, a bracket or a slash."""
    return fold(_BEGINNING.split(label)[0])


@lru_cache(maxsize=10_000)
def _spoken(label: str) -> tuple[str, str]:
    """A label folded, with and without the digit of a scale before it."""
    folded = fold(label)
    return folded, folded.lstrip("0123456789 ")


def slip_code(incoming: Incoming) -> str:
    """The code of a slip that a message holds: typed by hand, or in a deep link; empty if there is none."""
    if incoming.kind not in ("start", "text"):
        return ""
    text = _START.sub("", plain_digits(incoming.text).strip())
    return slips.read(text.removeprefix(SLIP_PAYLOAD))
