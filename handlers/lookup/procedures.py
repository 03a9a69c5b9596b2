"""A procedure on the screen: its card, and its parts in full."""

import re
from collections.abc import Sequence
from dataclasses import replace

from catalog import follow_ups
from catalog.entries import Entry
from handlers.messages import Button, Reply, Text
from handlers.session import Session
from handlers.split import shorten, split
from handlers.talk import or_call
from handlers.turn import About, Turn, offering, reply
from handlers.wording import button, plain, say, ways_on
from handlers.world import World

SHORT_PAPERS = 700
SHORT_LINE = 280
PAGE = 1800
SUMMARY = ("time", "fee", "where")
PARTS = ("documents", "time", "fee", "steps", "where", "result", "conditions", "legal", "form")
_KEYS = {"legal": "legal_basis", "form": "forms"}
_BARE_NUMBER = re.compile(r"\d+([.,]\d+)?")
_GLUED = re.compile(r"(?<=[\w.;])\((?=[^\W\d_]{2})")


def answer(
    world: World, session: Session, code: str, aspects: Sequence[str] = (), *, beside: Sequence[str] = ()
) -> Turn:
    """Show a procedure: the parts that were asked for and the rest of its card in short, or the card.

    `beside` are procedures that may be meant instead; they are offered under it.
    """
    entry = world.catalog(session.unit).entry(code)
    if entry is None:
        return reply(session, say(session.language, "card.retired"), tuple(ways_on(session.language)), (), "not_found")
    wanted = tuple(name for name in aspects if name in PARTS)
    shown = _asked(world, session, entry, wanted) if wanted else _card(world, session, entry)
    about = About("procedure", code, wanted[0] if wanted else "")
    return _told(world, session, entry, shown, shown=wanted, beside=beside, about=about)


def card(world: World, session: Session, code: str) -> Turn:
    """Show a procedure in short: papers, time, fee, where, and buttons for the rest."""
    return answer(world, session, code)


def part(world: World, session: Session, code: str, wanted: str, page: int = 1) -> Turn:
    """Show one part of a procedure in full, a page at a time when it is long."""
    entry = world.catalog(session.unit).entry(code)
    if entry is None or wanted not in PARTS:
        return card(world, session, code)
    heading = _heading(session, entry, wanted)
    about = About("procedure", code, wanted)
    value = _value(session, entry, wanted)
    if not value:
        missing = Text.lines([heading, _missing(world, session, wanted)])
        return _told(world, session, entry, missing, shown=(wanted,), about=about)
    pages = split(Text.of(value), PAGE)
    page = min(max(page, 1), len(pages))
    more = None
    if page < len(pages):
        more = button(session.language, f"p:{code}:{wanted}:{page + 1}", "button.more", page=page + 1, pages=len(pages))
    text = Text.lines([heading, pages[page - 1]])
    return _told(world, session, entry, text, shown=(wanted,), more=more, about=about)


def mentioned(world: World, session: Session, code: str, parts: Sequence[str], sought: Sequence[str]) -> Turn:
    """Quote what a record says on a point that is no part of it; say that it says nothing where it does not.

    `parts` are looked into first, the first of them is shown where nothing is found; without any, all are.
    """
    entry = world.catalog(session.unit).entry(code)
    if entry is None:
        return card(world, session, code)
    looked = dict.fromkeys((*parts, *PARTS))
    quoted = {name: follow_ups.sentences(_value(session, entry, name), sought) for name in looked}
    opens = next((name for name in looked if quoted[name]), "")
    if opens:
        said = [say(session.language, "card.quoted", text=one) for one in quoted[opens]]
        text = Text.lines([_heading(session, entry, opens), *said])
    else:
        opens = parts[0] if parts else ""
        untold = say(session.language, "card.untold", phone=or_call(world, session))
        nearest = _line(world, session, entry, opens) if opens and _value(session, entry, opens) else Text()
        text = Text.lines([_heading(session, entry, opens), untold, nearest])
    about = About("procedure", entry.code, opens)
    return _told(world, session, entry, text, shown=(), about=about)


def _card(world: World, session: Session, entry: Entry) -> Text:
    heading = _heading(session, entry)
    if entry.has_details:
        facts = Text.lines(_line(world, session, entry, part) for part in SUMMARY)
        return Text.lines([Text.lines([heading, _papers(session, entry)]), facts], between="\n\n")
    known = Text.lines([heading, *_facts(session, entry)])
    return Text.lines([known, say(session.language, "card.name_only", phone=or_call(world, session))], between="\n\n")


def _asked(world: World, session: Session, entry: Entry, wanted: Sequence[str]) -> Text:
    """The parts asked for in full, then the rest of the card in short."""
    blocks = []
    for name in wanted:
        value = _value(session, entry, name)
        told = split(Text.of(value), PAGE)[0] if value else _missing(world, session, name)
        blocks.append(Text.lines([_heading(session, entry, name), told]))
    rest = Text.lines(_line(world, session, entry, name) for name in SUMMARY if name not in wanted)
    return Text.lines([*blocks, rest], between="\n\n")


def _heading(session: Session, entry: Entry, part: str = "") -> Text:
    if not part:
        return say(session.language, "card.heading", name=entry.title)
    return say(session.language, "card.part_heading", name=entry.title, part=plain(session.language, f"part.{part}"))


def _told(
    world: World,
    session: Session,
    entry: Entry,
    text: Text,
    *,
    shown: Sequence[str],
    about: About,
    more: Button | None = None,
    beside: Sequence[str] = (),
) -> Turn:
    offered = [more] if more else []
    for name in PARTS:
        if name not in shown and _worth_a_button(session, entry, name, on_card=not shown):
            key = "card.full" if name == "documents" and not shown else f"part.{name}"
            offered.append(button(session.language, f"p:{entry.code}:{name}", key))
    catalog = world.catalog(session.unit)
    others = [code for code in beside if code in catalog and code != entry.code]
    offered += [Button(f"p:{code}", catalog.label(code)) for code in others]
    offered.append(button(session.language, "other", "button.not_this"))
    instead = say(session.language, "card.instead") if others else Text()
    links = ((plain(session.language, "card.official"), entry.url),) if entry.url else ()
    known = offering(session.opening(entry.code), tuple(offered))
    whole = Text.lines([text, _origin(session, entry), instead], between="\n\n")
    return Turn(known, (Reply(whole, tuple(offered), links),), about=replace(about, offered=tuple(others)))


def _worth_a_button(session: Session, entry: Entry, name: str, on_card: bool) -> bool:
    """Whether a part says more than what stands in the message already."""
    value = _value(session, entry, name)
    if on_card and name == "documents":
        return len(value) > SHORT_PAPERS
    if on_card and name in SUMMARY:
        return len(value) > SHORT_LINE
    return bool(value)


def _value(session: Session, entry: Entry, name: str) -> str:
    """What the record says on a part, word for word apart from a space where two values were glued together."""
    value = str(getattr(entry, _KEYS.get(name, name))).strip()
    if name == "where":
        return "\n".join(filter(None, (value or entry.agency, entry.channels, *_ways(entry))))
    if name in ("time", "fee"):
        if _BARE_NUMBER.fullmatch(value):
            value = plain(session.language, "card.no_unit", value=value)
        value = _GLUED.sub(" (", value)
    if name == "time" and entry.committed:
        value = "\n".join(filter(None, (value, plain(session.language, "card.committed", time=entry.committed))))
    return value


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


def _papers(session: Session, entry: Entry) -> Text:
    label = plain(session.language, "part.documents")
    value = _value(session, entry, "documents")
    if not value:
        return say(session.language, "card.line", label=label, value="—")
    heading = say(session.language, "card.label", label=label)
    if len(value) <= SHORT_PAPERS:
        return Text.lines([heading, value])
    beginning = _whole_items(split(Text.of(value), SHORT_PAPERS)[0].plain)
    cut = say(session.language, "card.cut", button=plain(session.language, "card.full"))
    return Text.lines([heading, beginning, cut])


def _line(world: World, session: Session, entry: Entry, name: str) -> Text:
    value = _value(session, entry, name)
    if not value:
        return _missing(world, session, name)
    short = shorten(_one_line(value), SHORT_LINE)
    return say(session.language, "card.line", label=plain(session.language, f"part.{name}"), value=short)


def _whole_items(beginning: str) -> str:
    """Leave out a heading at the end whose list did not fit."""
    lines = beginning.split("\n")
    while len(lines) > 1 and lines[-1].rstrip().endswith(":"):
        lines.pop()
    return "\n".join(lines)


def _one_line(value: str) -> str:
    """Join lines into one, with a full stop where a line has no mark of its own at its end."""
    lines = [" ".join(line.split()) for line in value.split("\n") if line.strip()]
    return " ".join(line if line[-1] in ".;:,!?" or line is lines[-1] else f"{line}." for line in lines)


def _missing(world: World, session: Session, name: str) -> Text:
    lowered = plain(session.language, f"part.lower.{name}")
    return say(session.language, "card.missing", part=lowered, phone=or_call(world, session))


def _facts(session: Session, entry: Entry) -> list[Text]:
    known = (("card.field", entry.field), ("card.agency", entry.agency))
    return [
        say(session.language, "card.line", label=plain(session.language, key), value=value)
        for key, value in known
        if value
    ]


def _origin(session: Session, entry: Entry) -> Text:
    """Code and date of the record, and what in it is only a sample."""
    key = "card.source" if entry.updated else "card.source_undated"
    lines = [say(session.language, key, code=entry.code, date=_date(session, entry.updated))]
    keyed = {_KEYS.get(name, name): name for name in PARTS}
    doubtful = [plain(session.language, f"part.lower.{keyed[key]}") for key in entry.unchecked if key in keyed]
    if doubtful:
        lines.append(say(session.language, "card.unchecked", parts=", ".join(doubtful)))
    return Text.lines(lines)


def _date(session: Session, updated: str) -> str:
    """A year, a month or a day (2026, 2026-07, 2026-07-01) as it is said."""
    year, *rest = updated.split("-")
    kind = ("year", "month", "day")[len(rest)]
    return plain(session.language, f"card.date.{kind}", date="/".join([*reversed(rest), year]))
