"""Answering a question about a procedure: the card, its parts, the choice between several, the honest no."""

import re
from collections.abc import Sequence
from dataclasses import replace

from catalog.entries import Entry
from catalog.index import SearchResult
from catalog.lexicon import goes_on, lexicon
from handlers.messages import Button, Reply, Text
from handlers.session import Session
from handlers.split import shorten, split
from handlers.survey import choose_counter
from handlers.talk import or_call, person, smalltalk
from handlers.turn import NoteMiss, Turn, offering, reply
from handlers.wording import button, buttons, plain, say, ways_on
from handlers.world import World
from surveys.masking import mask

SHORT_PAPERS = 700
SHORT_LINE = 280
PAGE = 1800
SHORTEST_QUESTION, MOST_QUESTIONS = 2, 3
LONG_STORY, STRETCH = 16, 8
SUMMARY = ("time", "fee", "where")
PARTS = ("documents", "time", "fee", "steps", "where", "result", "conditions", "legal", "form")
_KEYS = {"legal": "legal_basis", "form": "forms"}
_BARE_NUMBER = re.compile(r"\d+([.,]\d+)?")
_QUESTION_END = re.compile(r"[?？\n]+")
_GLUED = re.compile(r"(?<=[\w.;])\((?=[^\W\d_]{2})")


def ask(world: World, session: Session, text: str) -> Turn:
    """Answer a message in a citizen's words: one question, or several one by one."""
    turn = Turn(session)
    for question in questions(text):
        for part_of_it, found in _joined(world, session, question):
            answered = _ask_one(world, turn.session, part_of_it, found)
            turn = Turn(answered.session, (*turn.replies, *answered.replies), (*turn.effects, *answered.effects))
    return turn


def questions(text: str) -> list[str]:
    """Part a message into its questions, at question marks and line ends; at most three are answered."""
    parts = [part.strip() for part in _QUESTION_END.split(text)]
    asked = [part for part in parts if len(part.split()) >= SHORTEST_QUESTION]
    return asked[:MOST_QUESTIONS] if len(asked) > 1 and len(asked) == sum(map(bool, parts)) else [text]


def _joined(world: World, session: Session, text: str) -> list[tuple[str, SearchResult]]:
    """Two questions joined by "và": each with its search where both clearly name a procedure; else the whole text."""
    index = world.catalog(session.unit).index
    whole = index.search(text)
    first, joint, second = text.partition(" và ")
    if not joint or min(len(first.split()), len(second.split())) < SHORTEST_QUESTION:
        return [(text, whole)]
    pair = [(part.strip(" ,"), index.search(part)) for part in (first, second)]
    (_, one), (_, other) = pair
    meant = {found.hits[0].code for found in (one, other) if found.hits} | {hit.code for hit in whole.hits[:2]}
    if not (one.hits and other.hits) or one.hits[0].code == other.hits[0].code or len(meant) > len(pair):
        return [(text, whole)]
    if (one.aspect and other.aspect) or one.decision == other.decision == "answer":
        return [(part, replace(found, aspect=found.aspect or other.aspect)) for part, found in pair]
    return [(text, whole)]


def _ask_one(world: World, session: Session, question: str, found: SearchResult) -> Turn:
    catalog = world.catalog(session.unit)
    if found.decision != "answer" and session.topic and (known := catalog.entry(session.topic)):
        if found.bare and found.aspect:
            return part(world, session, known.code, found.aspect, asked=True)
        if goes_on(question):
            further = catalog.index.search(f"{known.title} {question}")
            found = further if further.decision != "none" else found
    if found.decision == "none" and found.bare and (codes := _offered(session)):
        return _which(world, session, codes, found.aspect)
    if found.decision == "none" and not found.topic and (codes := _in_story(world, session, question)):
        return _offer(world, session, codes, found.aspect, say(session.language, "none.story"))
    if found.decision == "none":
        return _nothing(world, session, question, found)
    if found.decision == "choose":
        codes = [hit.code for hit in found.hits]
        return _offer(world, session, codes, found.aspect, say(session.language, "choose.question", count=len(codes)))
    code = found.hits[0].code
    return part(world, session, code, found.aspect, asked=True) if found.aspect else card(world, session, code)


def card(world: World, session: Session, code: str) -> Turn:
    """Show a procedure in short: papers, time, fee, where, and buttons for the rest."""
    entry = world.catalog(session.unit).entry(code)
    if entry is None:
        return reply(session, say(session.language, "card.retired"), tuple(ways_on(session.language)))
    heading = say(session.language, "card.heading", name=entry.title)
    if entry.has_details:
        facts = Text.lines(_line(world, session, entry, part) for part in SUMMARY)
        return _told(session, entry, _blocks(Text.lines([heading, _papers(session, entry)]), facts, session, entry))
    known = Text.lines([heading, *_facts(session, entry)])
    name_only = say(session.language, "card.name_only", phone=or_call(world, session))
    return _told(session, entry, _blocks(known, name_only, session, entry))


def part(world: World, session: Session, code: str, wanted: str, page: int = 1, *, asked: bool = False) -> Turn:
    """Show one part of a procedure in full, a page at a time when it is long.

    `asked` means that the part was asked for in a question: the rest of the card follows in short.
    """
    entry = world.catalog(session.unit).entry(code)
    if entry is None or wanted not in PARTS:
        return card(world, session, code)
    heading = say(
        session.language, "card.part_heading", name=entry.title, part=plain(session.language, f"part.{wanted}")
    )
    value = _value(session, entry, wanted)
    rest = Text.lines(_line(world, session, entry, name) for name in SUMMARY if asked and name != wanted)
    if not value:
        missing = Text.lines([heading, _missing(world, session, wanted)])
        return _told(session, entry, _blocks(missing, rest, session, entry), shown=wanted)
    pages = split(Text.of(value), PAGE)
    page = min(max(page, 1), len(pages))
    more = None
    if page < len(pages):
        more = button(session.language, f"p:{code}:{wanted}:{page + 1}", "button.more", page=page + 1, pages=len(pages))
    shown = Text.lines([heading, pages[page - 1]])
    return _told(session, entry, _blocks(shown, rest, session, entry), shown=wanted, more=more)


def _blocks(first: Text, second: Text, session: Session, entry: Entry) -> Text:
    return Text.lines([first, second, _origin(session, entry)], between="\n\n")


def _told(session: Session, entry: Entry, text: Text, shown: str = "", more: Button | None = None) -> Turn:
    offered = [more] if more else []
    for name in PARTS:
        if name != shown and _worth_a_button(session, entry, name, on_card=not shown):
            key = "card.full" if name == "documents" and not shown else f"part.{name}"
            offered.append(button(session.language, f"p:{entry.code}:{name}", key))
    offered.append(button(session.language, "other", "button.not_this"))
    links = ((plain(session.language, "card.official"), entry.url),) if entry.url else ()
    known = offering(replace(session, topic=entry.code), tuple(offered))
    return Turn(known, (Reply(text, tuple(offered), links),))


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
            return plain(session.language, "card.no_unit", value=value)
        value = _GLUED.sub(" (", value)
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


def _offered(session: Session) -> list[str]:
    """The procedures among which the person has to choose, where that was asked last."""
    codes = [identifier.split(":")[1] for identifier, _ in session.offered if identifier.startswith("p:")]
    return list(dict.fromkeys(codes)) if len(set(codes)) > 1 else []


def _which(world: World, session: Session, codes: Sequence[str], aspect: str | None) -> Turn:
    """Take "how much is it?" before a choice was made: the same choice, with that part behind it."""
    known = [code for code in codes if code in world.catalog(session.unit)]
    told = say(session.language, "none.again")
    if aspect:
        told = say(session.language, "none.aspect", part=plain(session.language, f"part.lower.{aspect}"))
    return _offer(world, session, known, aspect, told)


def _in_story(world: World, session: Session, text: str) -> list[str]:
    """The procedures that stretches of a long message may mean, the likeliest first; none for a short one."""
    said = text.split()
    if len(said) < LONG_STORY:
        return []
    index = world.catalog(session.unit).index
    best: dict[str, float] = {}
    for start in range(0, len(said), STRETCH // 2):
        for hit in index.search(" ".join(said[start : start + STRETCH]), 2).hits:
            best[hit.code] = max(hit.score, best.get(hit.code, 0.0))
    return sorted(best, key=lambda code: -best[code])[:MOST_QUESTIONS]


def _offer(world: World, session: Session, codes: Sequence[str], aspect: str | None, told: Text) -> Turn:
    """Ask which of several procedures is meant."""
    catalog = world.catalog(session.unit)
    outlines = [catalog.outline(code) for code in codes]
    labels = [catalog.label(outline.code) for outline in outlines]
    part_asked = f":{aspect}" if aspect else ""
    offered = []
    for outline, label in zip(outlines, labels, strict=True):
        shown = label
        if labels.count(label) > 1 and outline.level:
            shown = plain(session.language, "choose.level", name=label, level=outline.level)
        offered.append(Button(f"p:{outline.code}{part_asked}", shown))
    offered.append(button(session.language, "other", "button.other"))
    return reply(replace(session, topic=""), told, tuple(offered))


def other(world: World, session: Session) -> Turn:
    """The person says that what was shown is not meant."""
    text = say(session.language, "none.other", phone=or_call(world, session))
    return reply(replace(session, topic=""), text, tuple(ways_on(session.language)))


def _nothing(world: World, session: Session, question: str, found: SearchResult) -> Turn:
    if found.topic in ELSEWHERE:
        return ELSEWHERE[found.topic](world, session)
    left = replace(session, topic="")
    miss = NoteMiss(session.unit or world.home, mask(question)[:500])
    if absent := lexicon().known.get(found.topic):
        unit = world.unit(session.unit).name
        text = say(session.language, "none.absent", unit=unit, name=absent.label, phone=or_call(world, session))
        return reply(left, text, tuple(ways_on(session.language)), (miss,))
    if found.topic:
        return outside(world, left, found.topic)
    if found.bare:
        return reply(left, say(session.language, "none.topic.which"), tuple(ways_on(session.language)))
    text = say(session.language, "none.found", phone=or_call(world, session))
    return reply(left, text, tuple(ways_on(session.language)), (miss,))


def outside(world: World, session: Session, topic: str) -> Turn:
    """A kind sentence for what is not the catalog's business, and what helps instead."""
    text = say(session.language, f"none.topic.{topic}", unit=world.unit(session.unit).name)
    see = world.catalog(session.unit).entry(lexicon().outside[topic].see if topic in lexicon().outside else "")
    helping = (Button(f"p:{see.code}", see.label),) if see else ()
    return reply(
        session, text, (*helping, *buttons(session.language, ("ask", "button.ask"), ("person", "button.person")))
    )


ELSEWHERE = {"contact": person, "hello": smalltalk, "rate": choose_counter}
URGENT = ("crisis", "violence", "fire", "medical", "rescue")
