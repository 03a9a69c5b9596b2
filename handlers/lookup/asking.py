"""Answering a question in a citizen's words: the first rule with an answer gives it."""

import re
from collections.abc import Callable
from dataclasses import replace

from catalog.follow_ups import already, asks_yes_or_no, changes, rejects, supposes, without_address, without_points
from catalog.index import SearchResult
from catalog.lexicon import lexicon
from catalog.topics import MOURNING, asked_of_the_unit, doubtful, mourns, outranks, shipped, topic_of
from handlers.lookup import browsing, in_context
from handlers.lookup.outside import elsewhere, outside, urgent
from handlers.lookup.question import LONGEST_KEPT, MOST_ALTERNATIVES, Asked, offer, show
from handlers.session import Session
from handlers.talk import or_call
from handlers.turn import NoteMiss, Turn, reply
from handlers.wording import say, ways_on
from handlers.world import World
from surveys.masking import mask
from surveys.questions_left import LONGEST

SHORTEST_QUESTION, MOST_QUESTIONS = 2, 3
LONG_STORY, STRETCH, MOST_IN_A_STORY = 16, 8, 3
# A question is worth an officer's answer if the assistant's answer was of one of these kinds.
ABOUT_PROCEDURES = frozenset({"procedure", "choose", "not_found", "clarify", "outside"})
# Fewer content words next to words that ask name no other matter: "gửi ở đâu" is not about rating.
LEAST_CONTENT_WORDS = 2
# If a procedure is named with at least this probability, its family is a better choice than the list of its field.
TELLS_A_FAMILY = 0.75
MOST_AFTER_DEATH = 3
# "Nộp ở xã hay ở đâu" asks where to hand in, not where the office is, and "ai ký giấy đó" not who works there.
OF_THE_OFFICE = ("address", "in_charge")
# A procedure offered under an answer has at least this share of the answer's score.
SO_NEAR = 0.5
# A procedure whose score leads by this much is the one asked about, whatever other papers are named.
CLEARLY_FIRST = 0.2
_QUESTION_END = re.compile(r"[?？\n]+")


def ask(world: World, session: Session, text: str) -> Turn:
    """Answer a message in a citizen's words: one question, or several one by one."""
    said = mask(text)
    # A message that rejects what was shown asks nothing else.
    turn = Turn(session if rejects(text) else replace(session, asked=said[:LONGEST_KEPT]))
    for question in map(_without_address, questions(text)):
        for number, (part_of_it, found) in enumerate(_joined(world, session, question)):
            # Each of two joined questions names its own procedure: the second is no follow-up of the first.
            before = turn.session.opening() if number else turn.session
            answered = _ask_one(Asked(world, before, part_of_it, found))
            turn = Turn(
                answered.session,
                (*turn.replies, *answered.replies),
                (*turn.effects, *answered.effects),
                turn.about if turn.about.outcome else answered.about,
            )
    if turn.about.outcome not in ABOUT_PROCEDURES or rejects(text):
        return turn
    return replace(turn, session=replace(turn.session, question=said if len(said) <= LONGEST else ""))


def _without_address(text: str) -> str:
    """Return a question without words of address ("hả cháu" is about no child); unchanged if it may call for help."""
    left = without_address(text)
    return text if any(outranks(topic_of(one)) or doubtful(one) for one in (text, left)) else left


def questions(text: str) -> list[str]:
    """Part a message into its questions, at question marks and line ends; at most three are answered.

    A message that reports, or may report, a danger or a wrong is one question, whatever else it holds.
    """
    if outranks(topic_of(text)) or doubtful(text):
        return [text]
    parts = [part.strip() for part in _QUESTION_END.split(text)]
    asked = [part for part in parts if len(part.split()) >= SHORTEST_QUESTION]
    return asked[:MOST_QUESTIONS] if len(asked) > 1 and len(asked) == sum(map(bool, parts)) else [text]


def _joined(world: World, session: Session, text: str) -> list[tuple[str, SearchResult]]:
    """Return two questions joined by "và", with their searches, if both clearly name a procedure; else the text."""
    index = world.catalog(session.unit).index
    whole = index.search(text)
    if topic_of(text) or doubtful(text):
        return [(text, whole)]
    first, joint, second = text.partition(" và ")
    if not joint or min(len(first.split()), len(second.split())) < SHORTEST_QUESTION:
        return [(text, whole)]
    pair = [(part.strip(" ,"), index.search(part)) for part in (first, second)]
    (_, one), (_, other) = pair
    meant = {found.hits[0].code for found in (one, other) if found.hits} | {hit.code for hit in whole.hits[:2]}
    if not (one.hits and other.hits) or one.hits[0].code == other.hits[0].code or len(meant) > len(pair):
        return [(text, whole)]
    if (one.aspect and other.aspect) or one.decision == other.decision == "answer":
        return [(part, replace(found, aspects=found.aspects or other.aspects)) for part, found in pair]
    return [(text, whole)]


def topic(asked: Asked) -> Turn | None:
    """Answer what needs no search of the catalog: a danger, a complaint, the unit itself, thanks."""
    topic_name = topic_of(asked.text)
    if topic_name in in_context.FAREWELLS and asked.open and (asked.points or asked.found.aspects):
        return None
    if topic_name in (*OF_THE_OFFICE, *in_context.OPENINGS) and (asked.open or asked.choices) and asked.points:
        return None
    return outside(asked.world, asked.session, topic_name, asked.text) if topic_name not in ("", MOURNING) else None


def of_the_unit(asked: Asked) -> Turn | None:
    """Answer a question about the unit itself, and offer the procedure it names: "thứ bảy có làm khai sinh không"."""
    if not (topic_name := asked_of_the_unit(asked.text)):
        return None
    return outside(asked.world, asked.session, topic_name, asked.text, [hit.code for hit in asked.found.hits[:1]])


def another_office(asked: Asked) -> Turn | None:
    """Name the office for what this catalog does not hold, unless the message is about what is open or an act here."""
    offices = asked.world.offices_of(asked.session.unit)
    office, other_words = offices.asked(asked.text, asked.catalog.__contains__)
    if not office or offices.of(asked.found.topic):
        return None
    if asked.open and (other_words or not changes(asked.text)) and not asked.leaves:
        return None
    first, second = ([*(hit.score for hit in asked.found.hits[:2]), 0.0, 0.0])[:2]
    found_here = asked.found.decision == "answer" or (
        asked.found.decision == "choose" and (first - second >= CLEARLY_FIRST or _act_here(asked, other_words))
    )
    return None if other_words and found_here else elsewhere(asked.world, asked.session, office)


def _act_here(asked: Asked, other_words: str) -> bool:
    """Return whether the words that do not name another office's matter name what was found: "sao y bằng lái xe"."""
    named = asked.catalog.index.search(other_words)
    return named.decision == "answer" and named.hits[0].code == asked.found.hits[0].code


def in_doubt(asked: Asked) -> Turn | None:
    """Ask for other words, and offer no procedure, if the message may be a danger but is not surely one.

    If the search decides for one procedure, there is no such doubt.
    """
    if asked.found.topic or asked.found.decision == "answer" or not doubtful(asked.text):
        return None
    return in_context.other(asked.world, asked.session)


def field(asked: Asked) -> Turn | None:
    """The name of a field alone ("hộ tịch", "giấy tờ về đất đai") lists its procedures."""
    if asked.found.tells >= TELLS_A_FAMILY or asked.found.topic:
        return None
    return browsing.named(asked.world, asked.session, asked.catalog.index.content_words(asked.text))


def found(asked: Asked) -> Turn | None:
    """Show the procedure that is meant, or offer those to choose from; with our condolences if somebody died."""
    if asked.found.decision == "none" and asked.points and not asked.found.topic:
        named = asked.catalog.index.search(without_points(asked.text))
        asked = replace(asked, found=replace(named, aspects=asked.found.aspects, aspect=asked.found.aspect))
    if asked.found.decision == "none":
        return None
    codes = in_context.family_first(asked)
    after_death = [code for code in codes if code in shipped().after_death]
    if after_death and not asked.found.sure and not asked.open and mourns(asked.text):
        return _with_condolences(asked, offer(asked, list(dict.fromkeys((*after_death, *codes))), "choose.question"))
    if asked.found.decision == "answer" and codes[0] == asked.found.hits[0].code:
        turn = show(asked, codes[0], () if asked.found.sure else _near(asked)[:MOST_ALTERNATIVES])
    else:
        turn = offer(asked, codes, "choose.question")
    if codes[0] not in shipped().after_death or codes[0] == asked.session.topic or not mourns(asked.text):
        return turn
    return _with_condolences(asked, turn)


def _near(asked: Asked) -> list[str]:
    """Return the procedures found after the first that fit nearly as well."""
    first, *others = asked.found.hits
    return [hit.code for hit in others if hit.score >= SO_NEAR * first.score]


def mourning(asked: Asked) -> Turn | None:
    """If somebody died and the search found nothing, offer our condolences and what is to be done first."""
    codes = [code for code in shipped().after_death if code in asked.catalog][:MOST_AFTER_DEATH]
    if not codes or asked.found.topic in urgent() or not mourns(asked.text):
        return None
    return _with_condolences(asked, offer(asked, codes, "none.after_death"))


def recent_death(asked: Asked) -> Turn | None:
    """Take a death mentioned while a choice or a card is open as a new matter, unless it may be a circumstance: it was
    some time ago ("mất rồi"), or the message asks about the open procedure.
    """
    if not (asked.open or asked.choices) or not mourns(asked.text) or already(asked.text):
        return None
    if asked.open and (asked.points or supposes(asked.text) or asks_yes_or_no(asked.text)):
        return None
    alone = replace(asked, session=asked.session.opening())
    return found(alone) or mourning(alone)


def _with_condolences(asked: Asked, turn: Turn) -> Turn:
    return turn.saying_first(say(asked.session.language, "card.condolence"))


def in_a_story(asked: Asked) -> Turn | None:
    """Offer the procedures that stretches of a long message may mean, the likeliest first; None for a short message."""
    said = asked.text.split()
    if len(said) < LONG_STORY or asked.found.topic:
        return None
    best: dict[str, float] = {}
    for start in range(0, len(said), STRETCH // 2):
        for hit in asked.catalog.index.search(" ".join(said[start : start + STRETCH]), 2).hits:
            best[hit.code] = max(hit.score, best.get(hit.code, 0.0))
    codes = sorted(best, key=lambda code: -best[code])[:MOST_IN_A_STORY]
    return offer(asked, codes, "none.story") if codes else None


def nothing(asked: Asked) -> Turn:
    """Say that nothing was found, with what is known of the matter and what can be done next."""
    world, session, found = asked.world, asked.session, asked.found
    left, ways = session.opening(), tuple(ways_on(session.language))
    miss = NoteMiss(session.unit or world.home, mask(asked.text)[:LONGEST_KEPT])
    if absent := lexicon().known.get(found.topic):
        if office := world.offices_of(session.unit).of(absent.code):
            return elsewhere(world, session, office, absent.label)
        unit = world.unit(session.unit).name
        text = say(session.language, "none.absent", unit=unit, name=absent.label, phone=or_call(world, session))
        return reply(left, text, ways, (miss,), "not_found")
    content_words = asked.catalog.index.content_words(without_points(asked.text))
    in_passing = not content_words or (found.topic not in urgent() and len(content_words) < LEAST_CONTENT_WORDS)
    if found.topic and not (in_passing and (found.aspects or asked.points)):
        return outside(world, session, found.topic, asked.text)
    if session.matter and session.matter not in (*in_context.FAREWELLS, *in_context.OPENINGS):
        return outside(world, session, session.matter, asked.text)
    if found.bare or found.aspects or (asked.points and in_passing):
        left = replace(left, incomplete=asked.kept)
        return reply(left, say(session.language, "none.topic.which"), ways, about="clarify")
    text = say(session.language, "none.found", phone=or_call(world, session))
    return reply(left, text, ways, (miss,), "not_found")


RULES: tuple[Callable[[Asked], Turn | None], ...] = (
    in_context.passed,
    in_context.resumed,
    in_context.same_danger,
    topic,
    of_the_unit,
    # Read together with what is shown.
    in_context.confirmed,
    in_context.thanked,
    in_context.unclear,
    in_context.none_of_these,
    in_context.chosen_by_place,
    in_context.brought_back,
    in_context.asking_words_alone,
    recent_death,
    in_context.completed,
    in_context.chosen_by_words,
    another_office,
    in_context.sibling,
    in_context.asked_again,
    in_context.stays,
    in_context.same_matter,
    # Read by itself.
    in_doubt,
    field,
    found,
    mourning,
    in_context.still_choosing,
    in_a_story,
    nothing,
)


def _ask_one(asked: Asked) -> Turn:
    return next(turn for rule in RULES if (turn := rule(asked)) is not None)
