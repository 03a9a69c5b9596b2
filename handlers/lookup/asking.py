"""Answering a message in a citizen's words: one question or several, a choice between procedures, the honest no."""

import re
from collections.abc import Sequence
from dataclasses import replace

from catalog.index import SearchResult
from catalog.lexicon import goes_on, lexicon
from handlers.lookup.procedures import card, part
from handlers.messages import Button, Text
from handlers.rating.survey import choose_counter
from handlers.session import Session
from handlers.talk import or_call, person, smalltalk
from handlers.turn import NoteMiss, Turn, offering, reply
from handlers.wording import button, buttons, plain, say, ways_on
from handlers.world import World
from surveys.masking import mask

SHORTEST_QUESTION, MOST_QUESTIONS, MOST_OTHERS = 2, 3, 2
LONG_STORY, STRETCH = 16, 8
_QUESTION_END = re.compile(r"[?？\n]+")


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
    shown = part(world, session, code, found.aspect, asked=True) if found.aspect else card(world, session, code)
    return shown if found.sure else _with_others(world, shown, found)


def _with_others(world: World, shown: Turn, found: SearchResult) -> Turn:
    """Put the next likely procedures under an answer that is likely and not sure."""
    catalog = world.catalog(shown.session.unit)
    asked = f":{found.aspect}" if found.aspect else ""
    others = tuple(Button(f"p:{hit.code}{asked}", catalog.label(hit.code)) for hit in found.hits[1 : 1 + MOST_OTHERS])
    if not others:
        return shown
    *before, last = shown.replies
    buttons = (*last.buttons[:-1], *others, *last.buttons[-1:])
    text = Text.lines([last.text, say(shown.session.language, "choose.likely")], between="\n\n")
    return replace(
        shown, session=offering(shown.session, buttons), replies=(*before, replace(last, text=text, buttons=buttons))
    )


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
    labels = [catalog.label(code) for code in codes]
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
