"""What a question means in a conversation: a choice among what is shown, more about what is open, back to before."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from catalog import follow_ups
from catalog.lexicon import goes_on
from catalog.topics import topic_of
from handlers.lookup.outside import URGENT, outside
from handlers.lookup.procedures import answer, mentioned
from handlers.lookup.question import Asked, offer, show
from handlers.session import Session
from handlers.talk import or_call
from handlers.turn import NoteMiss, Turn, reply
from handlers.wording import plain, say, ways_on
from handlers.world import World

# Fitted on benchmarks/dialogues/working.jsonl: of 121 follow-ups three name another procedure this surely.
OF_ITS_OWN, TELLING = 0.85, 0.6
LEAST_SHARE, CLEAR_LEAD = 0.4, 0.1
LONGEST_ASIDE = 12
FAREWELLS = ("thanks", "bye")


def same_danger(asked: Asked) -> Turn | None:
    """After a danger, what names no procedure is about the same danger."""
    danger = asked.session.matter
    if danger not in URGENT or topic_of(asked.text) in (*URGENT, *FAREWELLS) or _names_another(asked, ()):
        return None
    return outside(asked.world, asked.session, danger, asked.text)


def none_of_these(asked: Asked) -> Turn | None:
    """Nothing shown is meant: what fitted the question too and was not shown, else the way on."""
    if not (asked.choices or asked.open) or not follow_ups.rejects(asked.text):
        return None
    further = [code for code in asked.session.further if code in asked.catalog]
    return offer(asked, further, "none.further") if further else other(asked.world, asked.session)


def chosen_by_place(asked: Asked) -> Turn | None:
    """Take "cái thứ hai" as one of the choices shown."""
    place = follow_ups.ordinal(asked.text)
    if place is None or not asked.choices:
        return None
    position = place - 1 if place > 0 else len(asked.choices) + place
    return show(asked, asked.choices[position]) if 0 <= position < len(asked.choices) else None


def brought_back(asked: Asked) -> Turn | None:
    """Open again what was open before: "quay lại cái khai sinh"."""
    said = follow_ups.back(asked.text)
    before = [code for code in reversed(asked.session.earlier) if code in asked.catalog]
    if said is None or not (before or asked.open):
        return None
    if named := _one_of(asked, (*before, *filter(None, (asked.open,))), said):
        return show(asked, named)
    return show(asked, before[0]) if before and asked.found.bare else None


def asking_words_alone(asked: Asked) -> Turn | None:
    """Take "how much is it?" to be about what is open, else about the choices shown."""
    if not asked.found.bare:
        return None
    if asked.open and (asked.found.aspects or asked.points or not asked.choices):
        return _on_the_open_one(asked)
    return _which(asked) if asked.choices else None


def chosen_by_words(asked: Asked) -> Turn | None:
    """Take "cái cho trẻ em" as the one of the choices shown that it tells apart from the others."""
    if not asked.choices or asked.open or _names_another(asked, asked.choices):
        return None
    named = _one_of(asked, asked.choices, asked.text)
    return show(asked, named) if named else None


def sibling(asked: Asked) -> Turn | None:
    """A changed circumstance leads to the sibling: "còn con 10 tuổi thì sao" opens the card for children.

    Where it fits several siblings alike, they are offered. What asks about a part or a point changes nothing, unless
    it goes on from the question before or tells a procedure of its own.
    """
    if not asked.open:
        return None
    about_it = bool(asked.points or asked.found.aspects)
    if about_it and not goes_on(asked.text) and asked.found.tells < TELLING:
        return None
    family = (asked.open, *(code for code in asked.catalog.index.siblings(asked.open) if code in asked.catalog))
    if len(family) == 1 or _names_another(asked, family):
        return None
    shares = {hit.code: hit.score for hit in asked.catalog.index.among(follow_ups.without_points(asked.text), family)}
    best = max(shares.values(), default=0.0)
    alike = [code for code, share in shares.items() if best - share < CLEAR_LEAD]
    if best < LEAST_SHARE or best - shares.get(asked.open, 0.0) < CLEAR_LEAD:
        return None
    if len(alike) == 1:
        return show(asked, alike[0])
    return offer(asked, alike, "choose.question") if asked.found.tells >= TELLING else None


def stays(asked: Asked) -> Turn | None:
    """A turn without a procedure of its own is about the one that is open."""
    if not asked.open or follow_ups.turns(asked.text) or _names_another(asked, (asked.open,)):
        return None
    on_it = bool(asked.points or asked.found.aspects or goes_on(asked.text))
    aside = not asked.found.topic and len(asked.text.split()) <= LONGEST_ASIDE
    return _on_the_open_one(asked) if on_it or aside else None


def other(world: World, session: Session) -> Turn:
    """The person says that what was shown is not meant; the question is one of those that found nothing."""
    text = say(session.language, "none.other", phone=or_call(world, session))
    missed = (NoteMiss(session.unit or world.home, session.asked, "not_this"),) if session.asked else ()
    left = replace(session.opening(), asked="")
    return reply(left, text, tuple(ways_on(session.language)), missed, "clarify")


def right(world: World, session: Session) -> Turn:
    """The person says that what was shown is meant."""
    offered = tuple(pair for pair in session.offered if pair[0] != "right")
    kept = replace(session, asked="", offered=offered)
    return replace(reply(kept, say(session.language, "card.right"), about="thanks"), session=kept)


def _which(asked: Asked) -> Turn:
    """Take "how much is it?" before a choice was made: the same choice, with that part behind it."""
    aspect = asked.found.aspect
    if not aspect:
        return offer(asked, asked.choices, "none.again")
    return offer(asked, asked.choices, "none.aspect", part=plain(asked.session.language, f"part.lower.{aspect}"))


def _on_the_open_one(asked: Asked) -> Turn:
    """Answer from the open record: what it says on the point, else the parts asked for, else that it says nothing."""
    sought = [point for point in asked.points if point.look]
    if sought:
        return mentioned(asked.world, asked.session, asked.open, sought[0].parts, sought[0].look)
    if asked.parts:
        return answer(asked.world, asked.session, asked.open, asked.parts)
    return mentioned(asked.world, asked.session, asked.open, (), _pairs(asked.catalog.index.telling(asked.text)))


def _pairs(words: Sequence[str]) -> tuple[str, ...]:
    """Neighbouring words two by two: one word of a question stands in every record."""
    return tuple(map(" ".join, pairwise(words))) or tuple(words)


def _names_another(asked: Asked, codes: Sequence[str]) -> bool:
    """Whether the text by itself, without what it asks about an open procedure, names one that is none of these."""
    named = follow_ups.without_points(asked.text)
    found = asked.found if named == asked.text else asked.catalog.index.search(named)
    return found.decision != "none" and found.hits[0].code not in codes and found.tells >= OF_ITS_OWN


def _one_of(asked: Asked, codes: Sequence[str], said: str) -> str:
    """The one of some procedures that words clearly tell apart from the others; empty where they do not."""
    first, second, *_ = (*asked.catalog.index.among(said, codes), None, None)
    if first is None or first.score < LEAST_SHARE or (second and first.score - second.score < CLEAR_LEAD):
        return ""
    return first.code
