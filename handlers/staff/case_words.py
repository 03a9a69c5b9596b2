"""Words about a case that staff are asked for in chat: to its citizen, on what was done, and who has it in hand."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from handlers.messages import Button, Reply
from handlers.session import Session
from handlers.turn import CaseDeed, OnCase, Turn, reply
from handlers.unit_settings.notices import Wrong, day_in_chat
from handlers.wording import button, buttons, day_text, say
from handlers.world import World
from surveys.cases import Case
from surveys.masking import mask

LONGEST_NOTE = 1000
LONGEST_OFFICE = 200
# What the next text is for, by the button that takes the question back.
WAITS: dict[str, CaseDeed] = {"stop": "send", "keep": "handled", "stay": "handed_over", "wait": "noted"}
_AWAITED = re.compile(rf"case:([0-9]{{1,9}}):({'|'.join(WAITS)})")
_WITH_DAY = re.compile(r"(?P<office>.*?)[\s,;:]+(?P<day>\d{1,2}/\d{1,2}(?:/\d{4})?)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Awaited:
    """The case that the next text is about, and what it is for."""

    case: int
    what: CaseDeed


def awaited(session: Session) -> Awaited | None:
    """Return what the next text is for; None if it is not about a case."""
    found = [match for identifier, _ in session.offered if (match := _AWAITED.fullmatch(identifier))]
    return Awaited(int(found[0][1]), WAITS[found[0][2]]) if found else None


def unchanged(world: World, session: Session, case: int, kept: str) -> Turn:
    """Take a question back: nothing is written to the citizen, or the case stays as it is."""
    key = "case.not_sent" if kept == "stop" else "case.not_changed"
    return reply(session, say(session.language, key), buttons(session.language, ("cases", "case.list")))


def written(session: Session, waits: Awaited, text: str) -> Turn:
    """Take the text, with numbers masked; one that cannot be taken is asked for again."""
    note = mask(text.strip()) if waits.what == "send" else " ".join(mask(text).split())
    longest = LONGEST_OFFICE if waits.what == "handed_over" else LONGEST_NOTE
    if note and len(note) <= longest:
        return Turn(session, effects=(OnCase(waits.case, waits.what, note),))
    asked = _asking(session.language, waits, longest if note else 0)
    return reply(session, asked.text, asked.buttons)


def asking_words(language: str, case: int) -> Reply:
    """Ask for the text to a citizen."""
    return _asking(language, Awaited(case, "send"))


def asking_note(world: World, language: str, case: Case, unit: str) -> Reply:
    """Ask what was done: one of the notes of the unit that closes the case, or words."""
    return _with_list(language, Awaited(case.id, "handled"), "done", enumerate(world.casework(unit).notes, 1))


def asking_progress(language: str, case: Case) -> Reply:
    """Ask for a word on what is being done."""
    return _asking(language, Awaited(case.id, "noted"))


def asking_office(world: World, language: str, case: Case) -> Reply:
    """Ask which office has a case in hand: one of the unit's list, or its name followed by a day."""
    names = (office.name for office in world.casework(case.unit).offices)
    return _with_list(language, Awaited(case.id, "handed_over"), "to", enumerate(names, 1))


def office_and_day(text: str, today: date, usual: Callable[[], date]) -> tuple[str, date]:
    """Read an office and the day until which it has time ("Phòng Kinh tế 12/5"); `usual` gives a missing day.

    Wrong if the day does not exist or is over.
    """
    match = _WITH_DAY.fullmatch(text.strip())
    if match is None:
        return text.strip(), usual()
    try:
        day = day_in_chat(match["day"], today)
    except ValueError:
        raise Wrong("day", text=match["day"]) from None
    if day < today:
        raise Wrong("day", text=day_text(day))
    return match["office"], day


def _with_list(language: str, waits: Awaited, verb: str, listed: "enumerate[str]") -> Reply:
    asked = _asking(language, waits)
    offered = tuple(Button(f"case:{waits.case}:{verb}:{number}", name) for number, name in listed)
    return Reply(asked.text, (*offered, *asked.buttons))


def _asking(language: str, waits: Awaited, too_long: int = 0) -> Reply:
    """Ask for a text, with the button that takes the question back; `too_long`: the last one was longer than that."""
    kept = next(button for button, what in WAITS.items() if what == waits.what)
    text = say(language, "case.too_long", limit=too_long) if too_long else say(language, f"case.ask.{waits.what}")
    return Reply(text, (button(language, f"case:{waits.case}:{kept}", f"case.take_back.{kept}"),))
