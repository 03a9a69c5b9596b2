"""What is said of a procedure that is not in force: abolished, and by what; or announced, and from when."""

from contextlib import suppress
from datetime import date

from catalog.catalogs import Catalog
from catalog.entries import Entry
from handlers.messages import Button, Text
from handlers.session import Session
from handlers.turn import About, Turn, reply
from handlers.wording import day_text, plain, say, ways_on


def ended(session: Session, entry: Entry, catalog: Catalog) -> Turn:
    """Say that a procedure is abolished, from when, by which decision, and what replaces it."""
    language = session.language
    values = {"name": entry.title, "code": entry.code, "day": _day(entry.ended)}
    by = "card.ended_by" if entry.ended_by else "card.ended"
    decision = entry.ended_by
    if decision[:1].isdigit():
        decision = plain(language, "card.decision", number=decision)
    said = [say(language, by, **values, decision=decision)]
    buttons: tuple[Button, ...] = tuple(ways_on(language))
    if entry.successor in catalog:
        name = catalog.label(entry.successor)
        said.append(say(language, "card.successor", name=name, code=entry.successor))
        buttons = (Button(f"p:{entry.successor}", name), *buttons)
    elif entry.successor:
        said.append(say(language, "card.successor_alone", code=entry.successor))
    return reply(session, Text.lines(said), buttons, about=About("ended", entry.code))


def announced(session: Session, entry: Entry) -> Text:
    """Say from when an announced procedure is in force; empty for one that is in force already."""
    return say(session.language, "card.announced", day=_day(entry.since)) if entry.since else Text()


def _day(written: str) -> str:
    with suppress(ValueError):
        return day_text(date.fromisoformat(written))
    return written
