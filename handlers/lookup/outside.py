"""Answers to what looks up nothing: danger, complaints, the unit itself, talk, and what other offices do."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache

from catalog.lexicon import lexicon
from catalog.topics import Topic, dossier_code, shipped
from handlers.messages import Button, Reply, Text
from handlers.rating.survey import choose_counter
from handlers.session import Session
from handlers.talk import about_unit, help_, or_call, person, smalltalk
from handlers.turn import About, Turn, reply
from handlers.wording import button, plain, say, ways_on
from handlers.world import World

PORTAL = "https://dichvucong.gov.vn"
MOST_HELPING = 2
ELSEWHERE = {"contact": person, "hello": smalltalk, "rate": choose_counter, "help": help_}
_LABELS = {
    "ask": "button.ask",
    "person": "button.person",
    "rate": "button.rate",
    "petition": "petition.leave",
    "fields:0": "button.fields",
}


@cache
def urgent() -> frozenset[str]:
    """Return the topics of danger."""
    return frozenset(topic.name for topic in shipped().topics.values() if topic.danger)


@cache
def held() -> frozenset[str]:
    """Return the topics that the next message still belongs to."""
    return frozenset(topic.name for topic in shipped().topics.values() if topic.holds)


@cache
def outcomes() -> Mapping[str, str]:
    """Return the kind of answer (`About.outcome`) to each topic, for programs that read conversations."""
    return {
        **dict.fromkeys(lexicon().outside, "outside"),
        **{name: name for name in ("crime", "identity", "contact", "rate", "hello", "thanks", "bye")},
        "police": "crime",
        "portal": "status",
        "report": "complaint",
        "which": "clarify",
        **{topic.name: topic.outcome for topic in shipped().topics.values()},
    }


def outside(world: World, session: Session, topic: str, said: str = "", named: Sequence[str] = ()) -> Turn:
    """Answer what is not the catalog's business: a fitting sentence, what is known of the unit, and what helps instead.

    `named` are the codes of procedures that the message names too. `said` is the message: the code of a dossier in it
    is repeated. What helps in danger stands before the introduction.
    """
    if topic in ELSEWHERE:
        return replace(ELSEWHERE[topic](world, session), about=About(outcomes()[topic]))
    known = shipped().topics.get(topic) or _rival(topic)
    unit = world.unit(session.unit).name
    code = dossier_code(said) if topic == "dossier" else ""
    facts = about_unit(world, session, known.facts, missing=known.facts[: known.asked])
    sentence = say(session.language, f"none.topic.{topic}", unit=unit, facts=Text.lines(facts).plain)
    numbered = say(session.language, "none.dossier_code", code=code) if code else ""
    text = Text.lines((numbered, sentence, *(() if known.asked else facts)))
    if known.danger and not session.greeted:
        introduction = say(session.language, "greeting.first", unit=unit)
        session, text = replace(session, greeted=True), Text.lines((text, introduction), between="\n\n")
    links = ((plain(session.language, "none.portal_link"), PORTAL),) if known.outcome == "status" else ()
    left = replace(session if known.stays else session.opening(), matter=topic)
    ways = (*_helping(world, session, (*named, *known.see)), *_ways(session.language, known))
    turn = reply(left, text, ways, about=known.outcome)
    return replace(turn, replies=(Reply(text, turn.replies[0].buttons, links=links),))


def elsewhere(world: World, session: Session, office: str, name: str = "") -> Turn:
    """Name the office that does what the catalog does not hold; `name` is the procedure, if it is known."""
    unit = world.unit(session.unit).name
    key = "none.office_does" if name else "none.office"
    text = say(session.language, key, name=name, office=office, unit=unit, phone=or_call(world, session))
    return reply(session.opening(), text, tuple(ways_on(session.language)), about="outside")


def done_elsewhere(world: World, session: Session, office: str, name: str) -> Turn:
    """Say where a procedure is done that the unit does not carry out, in the unit's own words."""
    unit = world.unit(session.unit).name
    text = say(session.language, "none.left_out", name=name, office=office, unit=unit, phone=or_call(world, session))
    return reply(session.opening(), text, tuple(ways_on(session.language)), about="outside")


def _rival(name: str) -> Topic:
    """Return a topic that is recognized by likeness alone."""
    see = lexicon().outside[name].see if name in lexicon().outside else ""
    return Topic(name, outcomes().get(name, name), see=(see,) if see else ())


def _helping(world: World, session: Session, codes: Sequence[str]) -> list[Button]:
    catalog = world.catalog(session.unit)
    held = [code for code in codes if code in catalog]
    return [Button(f"p:{code}", catalog.label(code)) for code in held[:MOST_HELPING]]


def _ways(language: str, topic: Topic) -> list[Button]:
    return [button(language, identifier, _LABELS[identifier]) for identifier in topic.buttons]
