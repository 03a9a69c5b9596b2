"""The parts of a procedure's record: what it says on each, word for word."""

import re
from dataclasses import replace

from catalog.entries import Entry
from handlers.lookup import in_brief
from handlers.session import Session
from handlers.wording import plain

SUMMARY = ("time", "fee", "where")
FORM_PART = "form"
PARTS = ("documents", "time", "fee", "steps", "where", FORM_PART, "conditions", "result", "legal")
_KEYS = {"legal": "legal_basis", "form": "forms"}
_GLUED = re.compile(r"(?<=[\w.;])\((?=[^\W\d_]{2})")


def value_of(session: Session, entry: Entry, name: str) -> str:
    """Return what the record says on a part, word for word apart from a space where two values were glued together.

    A bare number of days is followed by the unit that the record's steps give it, or by the remark that none is given.
    """
    value = str(getattr(entry, _KEYS.get(name, name))).strip()
    if name == "where":
        return "\n".join(filter(None, (value or entry.agency, entry.channels, *_ways(entry))))
    if name in ("time", "fee"):
        value = _GLUED.sub(" (", value or _by_way(entry, name))
    if name == "time":
        value = "\n".join(_with_unit(session, entry, line) for line in value.split("\n"))
        if entry.committed:
            value = _with_promise(session, entry, value)
    return value


def _with_promise(session: Session, entry: Entry, value: str) -> str:
    """The published time with the one that the unit promises: in one line where the published one is short."""
    published = in_brief.time_in_brief(replace(entry, committed=""))
    if value and published.casefold() == value.strip(" .").casefold():
        return plain(session.language, "brief.both_times", published=published, committed=entry.committed)
    return "\n".join(filter(None, (value, plain(session.language, "card.committed", time=entry.committed))))


def doubtful(session: Session, entry: Entry) -> list[str]:
    """Return the names of the parts that were not compared with an official record."""
    keyed = {_KEYS.get(name, name): name for name in PARTS}
    return [plain(session.language, f"part.lower.{keyed[key]}") for key in entry.unchecked if key in keyed]


def _with_unit(session: Session, entry: Entry, value: str) -> str:
    if not in_brief.BARE_NUMBER.fullmatch(value):
        return value
    if completed := in_brief.completed(entry, value):
        return plain(session.language, "card.unit_in_steps", value=completed)
    return plain(session.language, "card.no_unit", value=value)


def _by_way(entry: Entry, name: str) -> str:
    """What the record says for each way of handing in; once where all ways say the same."""
    said = {way.channel: str(getattr(way, name)).strip() for way in entry.ways}
    told = {channel: value for channel, value in said.items() if value}
    if len(set(told.values())) == 1:
        return next(iter(told.values()))
    return "\n".join(f"{channel}: {value}" for channel, value in told.items())


def _ways(entry: Entry) -> list[str]:
    """One line for each way to hand in that has something of its own to say."""
    lines = []
    for way in entry.ways:
        said = "; ".join(
            filter(None, (_GLUED.sub(" (", way.time), _GLUED.sub(" (", way.fee), way.note.replace("\n", " ")))
        )
        if way.note and said:
            lines.append(f"• {way.channel}: {said}")
    return lines
