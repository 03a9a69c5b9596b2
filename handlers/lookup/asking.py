"""Answering a question in a citizen's words in the light of what is open: the first rule with an answer gives it."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from catalog import follow_ups
from catalog.catalogs import Catalog
from catalog.index import SearchResult
from catalog.lexicon import goes_on, lexicon
from handlers.lookup import browsing
from handlers.lookup.procedures import answer, mentioned
from handlers.messages import Button, Reply
from handlers.rating.survey import choose_counter
from handlers.session import Session
from handlers.talk import or_call, person, smalltalk
from handlers.turn import About, NoteMiss, Turn, reply
from handlers.wording import button, buttons, plain, say, ways_on
from handlers.world import World
from surveys.masking import mask

SHORTEST_QUESTION, MOST_QUESTIONS = 2, 3
MOST_CHOICES = 5
LONG_STORY, STRETCH = 16, 8
_QUESTION_END = re.compile(r"[?？\n]+")


@dataclass(frozen=True)
class Asked:
    """One question with what the search makes of it, and the conversation it stands in."""

    world: World
    session: Session
    text: str
    found: SearchResult

    @property
    def catalog(self) -> Catalog:
        """What this unit's citizens are answered from."""
        return self.world.catalog(self.session.unit)

    @property
    def open(self) -> str:
        """The procedure that is open; empty where none is."""
        return self.session.topic if self.session.topic in self.catalog else ""

    @property
    def choices(self) -> tuple[str, ...]:
        """The procedures that were offered last and not chosen among."""
        return tuple(code for code in self.session.choices if code in self.catalog)

    @property
    def points(self) -> list[follow_ups.Point]:
        """What it asks about an open procedure beside the parts of a record."""
        return follow_ups.points(self.text)


Rule = Callable[[Asked], Turn | None]


def ask(world: World, session: Session, text: str) -> Turn:
    """Answer a message in a citizen's words: one question, or several one by one."""
    turn = Turn(replace(session, asked=mask(text)[:LONGEST_KEPT]))
    for question in questions(text):
        for part_of_it, found in _joined(world, session, question):
            answered = _ask_one(Asked(world, turn.session, part_of_it, found))
            turn = Turn(
                answered.session,
                (*turn.replies, *answered.replies),
                (*turn.effects, *answered.effects),
                turn.about if turn.about.outcome else answered.about,
            )
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


def _ask_one(asked: Asked) -> Turn:
    return next(turn for rule in RULES if (turn := rule(asked)) is not None)


def _on_a_field(asked: Asked) -> Turn | None:
    """The name of a field alone ("hộ tịch", "giấy tờ về đất đai") lists its procedures."""
    if asked.found.decision == "answer" or asked.found.topic:
        return None
    return browsing.named(asked.world, asked.session, asked.catalog.index.telling(asked.text))


def _none_of_these(asked: Asked) -> Turn | None:
    """Nothing shown is meant: what fitted the question too and was not shown, else the way on."""
    if not (asked.choices or asked.open) or not follow_ups.rejects(asked.text):
        return None
    further = [code for code in asked.session.further if code in asked.catalog]
    if further:
        return _offer(asked, further[:MOST_CHOICES], "none.further", count=len(further[:MOST_CHOICES]))
    return other(asked.world, asked.session)


def _chosen_by_place(asked: Asked) -> Turn | None:
    """Take "cái thứ hai" as one of the choices shown."""
    place = follow_ups.ordinal(asked.text)
    if place is None or not asked.choices:
        return None
    position = place - 1 if place > 0 else len(asked.choices) + place
    if not 0 <= position < len(asked.choices):
        return None
    return _show(asked, asked.choices[position])


def _brought_back(asked: Asked) -> Turn | None:
    """Open again what was open before: "quay lại cái khai sinh"."""
    said = follow_ups.back(asked.text)
    before = [code for code in reversed(asked.session.earlier) if code in asked.catalog]
    if said is None or not (before or asked.open):
        return None
    if named := _one_of(asked, (*before, *filter(None, (asked.open,))), said):
        return _show(asked, named)
    return _show(asked, before[0]) if before and asked.found.bare else None


def _on_no_matter(asked: Asked) -> Turn | None:
    """Asking words alone: about what is open, else about the choices shown."""
    if not asked.found.bare:
        return None
    if asked.open and (asked.found.aspects or asked.points or not asked.choices):
        return _on_the_open_one(asked)
    return _which(asked) if asked.choices else None


def _chosen_by_words(asked: Asked) -> Turn | None:
    """Take "cái cho trẻ em" as the one of the choices shown that it tells apart from the others."""
    if not asked.choices or asked.open or _names_another(asked, asked.choices):
        return None
    named = _one_of(asked, asked.choices, asked.text)
    return _show(asked, named) if named else None


def _sibling(asked: Asked) -> Turn | None:
    """A changed circumstance leads to the sibling: "còn con 10 tuổi thì sao" opens the card for children."""
    if not asked.open:
        return None
    family = (asked.open, *(code for code in asked.catalog.index.siblings(asked.open) if code in asked.catalog))
    if len(family) == 1 or _names_another(asked, family):
        return None
    named = _one_of(asked, family, follow_ups.without_points(asked.text))
    return _show(asked, named) if named and named != asked.open else None


def _stays(asked: Asked) -> Turn | None:
    """A turn without a procedure of its own is about the one that is open."""
    if not asked.open or follow_ups.turns(asked.text) or _names_another(asked, (asked.open,)):
        return None
    on_it = bool(asked.points or asked.found.aspects or goes_on(asked.text))
    aside = not asked.found.topic and len(asked.text.split()) <= LONGEST_ASIDE
    return _on_the_open_one(asked) if on_it or aside else None


def _same_matter(asked: Asked) -> Turn | None:
    """After a danger, what names no procedure is about the same danger."""
    matter = asked.session.matter
    if matter not in URGENT or _names_another(asked, ()):
        return None
    return outside(asked.world, asked.session, asked.found.topic if asked.found.topic in URGENT else matter)


def _one_of(asked: Asked, codes: Sequence[str], said: str) -> str:
    """The one of some procedures that words clearly tell apart from the others; empty where they do not."""
    first, second, *_ = (*asked.catalog.index.among(said, codes), None, None)
    if first is None or first.score < LEAST_SHARE or (second and first.score - second.score < CLEAR_LEAD):
        return ""
    return first.code


def _which(asked: Asked) -> Turn:
    """Take "how much is it?" before a choice was made: the same choice, with that part behind it."""
    aspect = asked.found.aspect
    if not aspect:
        return _offer(asked, asked.choices, "none.again")
    part = plain(asked.session.language, f"part.lower.{aspect}")
    return _offer(asked, asked.choices, "none.aspect", part=part)


def _on_the_open_one(asked: Asked) -> Turn:
    """Answer from the open record: the parts asked for, else what it says on the point, else that it says nothing."""
    sought = [point for point in asked.points if point.look]
    if not sought:
        parts = (*asked.found.aspects, *(point.parts[0] for point in asked.points))
        if parts:
            return answer(asked.world, asked.session, asked.open, tuple(dict.fromkeys(parts)))
        return mentioned(asked.world, asked.session, asked.open, (), asked.catalog.index.telling(asked.text))
    return mentioned(asked.world, asked.session, asked.open, sought[0].parts, sought[0].look)


def _names_another(asked: Asked, codes: Sequence[str]) -> bool:
    """Whether the text by itself, without what it asks about an open procedure, names one that is none of these."""
    named = follow_ups.without_points(asked.text)
    found = asked.found if named == asked.text else asked.catalog.index.search(named)
    return found.decision != "none" and found.hits[0].code not in codes and found.tells >= OF_ITS_OWN


def _answered(asked: Asked) -> Turn | None:
    return _show(asked, asked.found.hits[0].code) if asked.found.decision == "answer" else None


def _show(asked: Asked, code: str) -> Turn:
    aspects = tuple(dict.fromkeys((*asked.found.aspects, *(p.parts[0] for p in asked.points if not p.look))))
    beside = () if asked.found.sure else tuple(hit.code for hit in asked.found.hits[1:3])
    beside = beside if asked.found.hits and asked.found.hits[0].code == code else ()
    newly = code != asked.open
    return answer(asked.world, asked.session, code, aspects, beside=beside, confirm=newly)


def _to_choose(asked: Asked) -> Turn | None:
    if asked.found.decision != "choose":
        return None
    codes = [hit.code for hit in asked.found.hits]
    return _offer(asked, codes[:MOST_CHOICES], "choose.question", count=len(codes[:MOST_CHOICES]))


def _in_a_story(asked: Asked) -> Turn | None:
    """The procedures that stretches of a long message may mean, the likeliest first; none for a short one."""
    said = asked.text.split()
    if len(said) < LONG_STORY or asked.found.topic:
        return None
    best: dict[str, float] = {}
    for start in range(0, len(said), STRETCH // 2):
        for hit in asked.catalog.index.search(" ".join(said[start : start + STRETCH]), 2).hits:
            best[hit.code] = max(hit.score, best.get(hit.code, 0.0))
    codes = sorted(best, key=lambda code: -best[code])[:MOST_QUESTIONS]
    return _offer(asked, codes, "none.story") if codes else None


def _offer(asked: Asked, codes: Sequence[str], key: str, **values: object) -> Turn:
    """Ask which of several procedures is meant."""
    session, aspect = asked.session, asked.found.aspect
    outlines = [asked.catalog.outline(code) for code in codes]
    labels = [asked.catalog.label(code) for code in codes]
    part_asked = f":{aspect}" if aspect else ""
    offered = []
    for outline, label in zip(outlines, labels, strict=True):
        shown = label
        if labels.count(label) > 1 and outline.level:
            shown = plain(session.language, "choose.level", name=label, level=outline.level)
        offered.append(Button(f"p:{outline.code}{part_asked}", shown))
    offered.append(button(session.language, "other", "button.other"))
    further = tuple(code for code in session.further if code not in codes) if key == "none.further" else ()
    further = further or tuple(hit.code for hit in asked.found.hits if hit.code not in codes)
    left = replace(session.opening(), further=further)
    return reply(
        left, say(session.language, key, **values), tuple(offered), about=About("choose", offered=tuple(codes))
    )


def other(world: World, session: Session) -> Turn:
    """The person says that what was shown is not meant; the question is one of those that found nothing."""
    text = say(session.language, "none.other", phone=or_call(world, session))
    missed = (NoteMiss(session.unit or world.home, session.asked),) if session.asked else ()
    left = replace(session.opening(), asked="")
    return reply(left, text, tuple(ways_on(session.language)), missed, "clarify")


def right(world: World, session: Session) -> Turn:
    """The person says that what was shown is meant."""
    return Turn(replace(session, asked=""), (Reply(say(session.language, "card.right")),), about=About("thanks"))


def _nothing(asked: Asked) -> Turn:
    world, session, found = asked.world, asked.session, asked.found
    if found.topic in ELSEWHERE:
        return ELSEWHERE[found.topic](world, session)
    left = session.opening()
    miss = NoteMiss(session.unit or world.home, mask(asked.text)[:LONGEST_KEPT])
    if absent := lexicon().known.get(found.topic):
        unit = world.unit(session.unit).name
        text = say(session.language, "none.absent", unit=unit, name=absent.label, phone=or_call(world, session))
        return reply(left, text, tuple(ways_on(session.language)), (miss,), "not_found")
    if found.topic:
        return outside(world, session, found.topic)
    if asked.session.matter:
        return outside(world, session, asked.session.matter)
    if found.bare:
        text = say(session.language, "none.topic.which")
        return reply(left, text, tuple(ways_on(session.language)), about="clarify")
    text = say(session.language, "none.found", phone=or_call(world, session))
    return reply(left, text, tuple(ways_on(session.language)), (miss,), "not_found")


def outside(world: World, session: Session, topic: str) -> Turn:
    """A kind sentence for what is not the catalog's business, and what helps instead."""
    text = say(session.language, f"none.topic.{topic}", unit=world.unit(session.unit).name)
    see = world.catalog(session.unit).entry(lexicon().outside[topic].see if topic in lexicon().outside else "")
    helping = (Button(f"p:{see.code}", see.label),) if see else ()
    return reply(
        replace(session, matter=topic),
        text,
        (*helping, *buttons(session.language, ("ask", "button.ask"), ("person", "button.person"))),
        about=topic,
    )


RULES: tuple[Rule, ...] = (
    _same_matter,
    _none_of_these,
    _chosen_by_place,
    _brought_back,
    _on_no_matter,
    _chosen_by_words,
    _sibling,
    _stays,
    _on_a_field,
    _answered,
    _to_choose,
    _in_a_story,
    _nothing,
)
ELSEWHERE = {"contact": person, "hello": smalltalk, "rate": choose_counter}
URGENT = ("crisis", "violence", "fire", "medical", "rescue")
LONGEST_KEPT = 500
LEAST_SHARE, CLEAR_LEAD = 0.4, 0.15
OF_ITS_OWN, LONGEST_ASIDE = 0.85, 12
