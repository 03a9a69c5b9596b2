"""Rules for a question in its conversation: a choice among what is shown, more on what is open, a return to earlier."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise

from catalog import follow_ups
from catalog.index import SearchResult
from catalog.leaving import tells_an_age_alone, without_points_or_ages
from catalog.text import fold_word, words
from catalog.topics import doubtful, outranking, outranks, topic_of
from handlers.lookup.outside import ELSEWHERE, held, outside, urgent
from handlers.lookup.procedures import answer, comparison, in_short, mentioned
from handlers.lookup.question import MOST_ALTERNATIVES, MOST_CHOICES, Asked, offer, show
from handlers.messages import Button
from handlers.session import Session
from handlers.talk import or_call
from handlers.turn import NoteMiss, Turn, reply
from handlers.wording import plain, say, ways_on
from handlers.world import World

# Fitted on benchmarks/dialogues/working.jsonl: of 121 follow-ups three name another procedure this surely.
SURELY_NAMED = 0.85
# A procedure is taken if it has this share of the words that tell its family apart, and leads the next by this much;
# a sibling is shown without a choice if it fits this much better than any other.
LEAST_SHARE, CLEAR_LEAD, SOLE_LEAD = 0.4, 0.1, 0.15
# A message names an earlier procedure again if that covers this much more of it (a sibling: the second value) than the
# open one, which covers at most the third.
NAMED_AGAIN, SIBLING_NAMED_AGAIN, HARDLY_NAMED = 0.4, 0.8, 0.3
# Fewer words than these may name a matter ("còn ly hôn") and say nothing about the open procedure.
LEAST_WORDS = 4
LONGEST_REMARK = 12
THANKS = "thanks"
FAREWELLS = (THANKS, "bye")
# Words that begin an ordinal and may mean something else without a list.
ORDINALS = ("thu", "dau", "cuoi", "sau", "tren", "duoi")
# Topics after which it is still unknown what is asked.
OPENINGS = ("call", "vague", "help", "mourning")
RIGHT = "right"
# Talk after which a question is about the procedure that was open; only a procedure has papers, a form and a fee.
IN_PASSING, OF_A_PROCEDURE = ("insult", "chatter", "knowledge", "task"), {"documents", "form", "fee"}
# The fee and the time of a record also say what each way to hand in costs or takes.
MEASURED, WAYS_IN = ("fee", "time"), ("online", "post", "in_person")
# After these dangers a question of a fee or of papers goes on with the matter before; no life hangs on the answer.
OF_MONEY = ("scam", "debt", "crime")
# A swindler may pose as an official who asks for money.
SCAM, IN_CHARGE, OF_THE_UNIT = "scam", "in_charge", ("phone", "hours", "address")


def passed(asked: Asked) -> Turn | None:
    """After a danger that is over, take a separate sentence that asks about papers, form or fee as about what was open
    before: "xe cấp cứu chở đi rồi. Giấy tạm trú cần những gì".
    """
    danger = asked.session.matter
    if danger not in urgent():
        return None
    *preceding, said = follow_ups.parted(asked.text)
    before = [code for code in (asked.open, *reversed(asked.session.earlier)) if code in asked.catalog]
    if not before or not any(map(follow_ups.is_over, preceding)):
        return None
    if topic_of(said) in urgent() or doubtful(said):
        return None
    if any(topic_of(one) in urgent() - {danger} for one in (asked.text, *preceding)):
        return None
    alone = replace(asked, text=said, found=asked.catalog.index.search(said), session=asked.session.opening(before[0]))
    sought = {*alone.found.aspects, *(point.parts[0] for point in alone.points)} & OF_A_PROCEDURE
    return _on_the_open_one(alone) if sought and not alone.leaves else None


def same_danger(asked: Asked) -> Turn | None:
    """After a danger, take a message that neither names a procedure nor asks for one as about the same danger."""
    danger = asked.session.matter
    if danger not in urgent():
        return None
    topic = topic_of(asked.text)
    topic = outranking(asked.text) if outranks(topic) else topic
    others = OF_THE_UNIT if danger == SCAM else (*held(), IN_CHARGE)
    another = topic in (*urgent(), *FAREWELLS, *others) or (not topic and follow_ups.thanks(asked.text))
    if another or _asks_for_another(asked):
        return None
    return outside(asked.world, asked.session, danger, asked.text)


def _asks_for_another(asked: Asked) -> bool:
    """Return whether a message after a danger asks for a procedure, or surely names one."""
    leads_back = follow_ups.back(asked.text) is not None and asked.session.earlier
    if asked.found.sure or leads_back:
        return True
    asks = asked.found.aspects or asked.points or follow_ups.wants(asked.text) or follow_ups.turns(asked.text)
    if asks and (asked.found.decision == "answer" or _named_again(asked)):
        return True
    return bool(asks or follow_ups.changes(asked.text)) and _names_another(asked, ())


def confirmed(asked: Asked) -> Turn | None:
    """Take a yes or a no as the answer to whether the procedure shown is meant, if that was asked."""
    if not asked.open or all(identifier != RIGHT for identifier, _ in asked.session.offered):
        return None
    if follow_ups.says_yes(asked.text):
        return right(asked.world, asked.session)
    return other(asked.world, asked.session) if follow_ups.says_no(asked.text) else None


def thanked(asked: Asked) -> Turn | None:
    """End the matter on thanks, whatever else is said, unless something is asked or a procedure surely named."""
    names = asked.found.decision != "none" and (asked.found.sure or asked.found.tells >= SURELY_NAMED)
    talked = asked.open or asked.choices or asked.session.earlier
    if not talked or names or not follow_ups.thanks(asked.text):
        return None
    return outside(asked.world, asked.session, THANKS, asked.text)


def unclear(asked: Asked) -> Turn | None:
    """Say what was shown again in few words if it was not understood."""
    if not asked.open or not follow_ups.is_lost(asked.text):
        return None
    return in_short(asked.world, asked.session, asked.open)


def none_of_these(asked: Asked) -> Turn | None:
    """If nothing shown is meant, offer what fitted the question too and was not shown, else what can be done next."""
    if not (asked.choices or asked.open) or not follow_ups.rejects(asked.text):
        return None
    further = [code for code in asked.session.further if code in asked.catalog]
    if not further:
        return other(asked.world, asked.session)
    return offer(asked, further, "none.further", again=True)


def chosen_by_place(asked: Asked) -> Turn | None:
    """Take "cái thứ hai" as one of the choices shown; if none is shown, say so. "Thứ hai" is a day too."""
    place = follow_ups.ordinal(asked.text)
    listed = [code for code in asked.choices if code != asked.open]
    if place is None:
        return None
    if not listed:
        alone = fold_word(words(asked.text)[0]) in ORDINALS
        language = asked.session.language
        ways = tuple(Button(*pair) for pair in asked.session.offered) or tuple(ways_on(language))
        return None if alone else reply(asked.session, say(language, "none.no_list"), ways, about="clarify")
    position = place - 1 if place > 0 else len(listed) + place
    return show(asked, listed[position]) if 0 <= position < len(listed) else None


def brought_back(asked: Asked) -> Turn | None:
    """Open again what was open before: "quay lại cái khai sinh"."""
    said = follow_ups.back(asked.text)
    before = [code for code in reversed(asked.session.earlier) if code in asked.catalog]
    if said is None or not (before or asked.open):
        return None
    named = asked.catalog.index.search(follow_ups.without_points(said))
    meant = [hit.code for hit in named.hits if hit.code in before]
    if len(meant) == 1:
        return _again(asked, meant[0], said)
    if code := _one_of(asked, (*before, *filter(None, (asked.open,))), said):
        return _again(asked, code, said)
    if len(before) == 1 and not asked.open and named.decision == "none":
        return _again(asked, before[0], said)
    return _again(asked, before[0], said) if before and asked.found.bare else None


def asked_again(asked: Asked) -> Turn | None:
    """Return to what was open before if a question names that and not what is open: "con lợn thì bao lâu"."""
    again = _named_again(asked)
    return _again(asked, again, asked.text) if again else None


def _named_again(asked: Asked) -> str:
    """Return the procedure open before that a question names, if it does not name the open one; empty for none.

    A question about papers does not count: the open procedure may need that paper. A sibling must be named more surely,
    as its circumstance may be said of another.
    """
    before = [code for code in asked.session.earlier if code in asked.catalog]
    asks = asked.found.aspects or asked.points
    if not before or not asks or follow_ups.turns(asked.text) or any(point.of_papers for point in asked.points):
        return ""
    found = [hit.code for hit in asked.found.hits]
    if asked.found.decision == "answer" and set(before).isdisjoint(found):
        return ""
    index, said = asked.catalog.index, follow_ups.without_points(asked.text)
    if found and found[0] in before and asked.open not in found and asked.found.tells >= SURELY_NAMED:
        return found[0]
    open_covered = index.compare(said, asked.open).open_covered if asked.open else 0.0
    siblings = index.siblings(asked.open) if asked.open else ()
    covered = {code: index.compare(said, code).open_covered for code in before}
    best = max(before, key=lambda code: covered[code])
    lead = SIBLING_NAMED_AGAIN if best in siblings else NAMED_AGAIN
    return best if open_covered <= HARDLY_NAMED and covered[best] - open_covered >= lead else ""


def _again(asked: Asked, code: str, said: str) -> Turn:
    """Open a procedure again: answer the point that the message asks about, else show the parts or its card."""
    opened = replace(asked, session=asked.session.opening(code), text=said)
    return _on_the_open_one(opened) if any(point.look for point in opened.points) else show(asked, code)


def asking_words_alone(asked: Asked) -> Turn | None:
    """Take "how much is it?" to be about what is open, else about the choices shown."""
    if not asked.found.bare:
        return None
    asks = asked.found.aspects or asked.points or follow_ups.asks_yes_or_no(asked.text)
    if asked.open and (asks or not asked.choices):
        return _on_the_open_one(asked)
    if case := _by_case(asked):
        return show(asked, case)
    return _which(asked) if asked.choices else None


def chosen_by_words(asked: Asked) -> Turn | None:
    """Take "cái cho trẻ em" as the one choice that it singles out among those shown.

    Procedures offered under an answer that did not search the catalog are not a choice that was asked for.
    """
    if not asked.choices or asked.open:
        return None
    hits = [hit.code for hit in asked.found.hits]
    shared = [code for code in hits if code in asked.choices]
    if (asked.found.sure and hits[0] not in asked.choices) or (len(hits) > 1 and _is_too_long_for_a_choice(asked)):
        return None
    if len(shared) == 1 and (hits[0] == shared[0] or not asked.session.matter):
        return show(asked, shared[0], [code for code in hits if code != shared[0]][:MOST_ALTERNATIVES])
    if asked.session.matter or _names_another(asked, asked.choices):
        return None
    named = _described(asked)
    return show(asked, named) if named else None


def _described(asked: Asked) -> str:
    """Return the one of the choices that a text clearly describes; empty if it describes none."""
    described = "" if _asks_on(asked) else _one_of(asked, asked.choices, follow_ups.without_points(asked.text))
    return described or _by_case(asked)


def _asks_on(asked: Asked) -> bool:
    """Return whether a text asks for a yes or no, on a point or naming nothing; such a text chooses nothing."""
    on_a_point = bool(asked.points) or asked.found.decision == "none"
    return on_a_point and follow_ups.asks_yes_or_no(asked.text)


def completed(asked: Asked) -> Turn | None:
    """Read a message together with the question before it that waits for more, unless it names a new matter.

    A procedure that was offered is a likelier choice than one that was not.
    """
    if not asked.session.incomplete or asked.open or asked.session.matter or follow_ups.turns(asked.text):
        return None
    text = f"{asked.session.incomplete}, {asked.text}"
    together = asked.catalog.index.search(text)
    if together.decision == "none" or _is_a_new_matter(asked, together):
        return None
    said = asked.text if asked.found.aspects or asked.points else text
    whole = replace(asked, text=said, found=replace(together, aspects=asked.found.aspects or together.aspects))
    codes = [hit.code for hit in together.hits]
    if tells_an_age_alone(asked.catalog.index, asked.text):
        codes = [code for code in codes if code in asked.choices] or codes
    first, *others = codes
    if first in asked.choices and (described := _described(asked)) in codes:
        return show(whole, described, [code for code in codes if code != described][:MOST_ALTERNATIVES])
    alone = asked.found.decision == "answer" and asked.found.hits[0].code == first
    only = first in asked.choices and not set(others).intersection(asked.choices)
    if together.decision == "answer" or alone or only:
        return show(whole, first, () if together.sure else others[:MOST_ALTERNATIVES])
    if _asks_on(asked):
        return None
    if {*codes[:MOST_CHOICES]} == {*asked.choices}:
        return _which(asked)
    return offer(replace(whole, text=text), codes, "choose.question")


def _is_a_new_matter(asked: Asked, together: SearchResult) -> bool:
    """Return whether a text alone surely names, or wants, another procedure than together with the question before."""
    alone = asked.found
    if alone.decision == "none" or alone.hits[0].code in (together.hits[0].code, *asked.choices):
        return False
    circumstance = follow_ups.changes(asked.text) or follow_ups.already(asked.text)
    return not circumstance and (alone.decision == "answer" or follow_ups.wants(asked.text))


def _by_case(asked: Asked) -> str:
    """Return the one of the choices whose name fits the case that a message mentions ("chưa có": "lần đầu")."""
    meant = follow_ups.cases(asked.text)
    fitting = [code for code in asked.choices if follow_ups.cases(asked.catalog.label(code)) & meant]
    return fitting[0] if len(fitting) == 1 else ""


def _is_too_long_for_a_choice(asked: Asked) -> bool:
    """Whether the text is longer than a choice needs, and may mean several procedures."""
    return asked.found.decision == "choose" and len(asked.text.split()) > follow_ups.LONGEST_CHOICE


def still_choosing(asked: Asked) -> Turn | None:
    """Offer the same choice again after a message that names nothing else."""
    if not asked.choices or asked.session.matter or asked.found.decision != "none":
        return None
    asks_on = follow_ups.asks_yes_or_no(asked.text) or follow_ups.supposes(asked.text)
    topic = topic_of(asked.text) or (asked.found.topic if asked.found.topic in urgent() else "")
    is_remark = len(asked.text.split()) <= LONGEST_REMARK and not (topic if asks_on else _tells_another_matter(asked))
    return offer(asked, asked.choices, "none.again", again=True) if asked.points or is_remark else None


def sibling(asked: Asked) -> Turn | None:
    """Go to the sibling that a changed circumstance fits: "còn con 10 tuổi thì sao" opens the card for children.

    If it fits several siblings, they are offered.
    """
    if not asked.open or not asked.moves:
        return None
    turns = follow_ups.turns(asked.text) and not asked.clearly_moves
    if turns and not asked.compared_with_open.tells_another_circumstance:
        return None
    fits = {code: fit for code, fit in asked.compared_with_open.fits.items() if code in asked.catalog}
    fits.pop(asked.open, None)
    best = max(fits.values(), default=0.0)
    near = sorted((code for code in fits if best - fits[code] < SOLE_LEAD), key=lambda code: -fits[code])
    if len(near) == 1:
        return show(asked, near[0])
    return offer(asked, near, "choose.question") if near and (asked.leaves or asked.surely_moves) else None


def family_first(asked: Asked) -> list[str]:
    """Return the procedures found; if the search is not sure, a fitting sibling of the open one stands before them."""
    found = [hit.code for hit in asked.found.hits]
    if not asked.open or asked.found.sure or asked.plainly_elsewhere or follow_ups.turns(asked.text):
        return found
    fitting = [code for code, share in asked.compared_with_open.family.items() if share >= LEAST_SHARE]
    fits = [code for code in fitting if code in asked.catalog and code != asked.open]
    if asked.found.decision == "answer" and follow_ups.wants(asked.text):
        fits = []
    return list(dict.fromkeys((*fits[:1], *found)))


def stays(asked: Asked) -> Turn | None:
    """Take a message that names no other procedure as about the open one; others are offered under it if the message
    may be about one of these.
    """
    if not asked.open or asked.plainly_elsewhere:
        return None
    if asked.hardly_leaves and not asked.compared_with_open.tells_an_age_alone:
        return _on_the_open_one(asked, [hit.code for hit in asked.found.hits][:MOST_ALTERNATIVES])
    if asked.found.decision == "none":
        leaves = _tells_another_matter(asked) and (asked.leaves or not _about_it(asked))
    else:
        named = asked.found.sure and follow_ups.wants(asked.text)
        leaves = asked.leaves and (named or not asked.compared_with_open.tells_an_age_alone)
    return None if leaves else _on_the_open_one(asked)


def resumed(asked: Asked) -> Turn | None:
    """After a remark in passing (an insult, talk, the report of a bribe or swindle), take a further question as about
    what was open before the remark.
    """
    matter = asked.session.matter
    before = [code for code in reversed(asked.session.earlier) if code in asked.catalog]
    if asked.open or not before or topic_of(asked.text) or asked.found.decision == "answer":
        return None
    sought = {*asked.found.aspects, *(point.parts[0] for point in asked.points)}
    if matter in held() or (matter in OF_MONEY and _plainly_asks(asked.text)):
        sought &= OF_A_PROCEDURE
    elif matter not in IN_PASSING:
        return None
    return _on_the_open_one(replace(asked, session=asked.session.opening(before[0]))) if sought else None


def _plainly_asks(text: str) -> bool:
    """Whether a text asks, mentions nothing that was done, and is like no danger."""
    return follow_ups.asks(text) and not follow_ups.already(text) and not doubtful(text)


def same_matter(asked: Asked) -> Turn | None:
    """After a matter that holds (a dossier, a bribe), take a message that wants no procedure as about the same."""
    matter = asked.session.matter
    if matter not in held() or asked.found.decision == "answer" or topic_of(asked.text) or _asks_for_another(asked):
        return None
    return outside(asked.world, asked.session, matter, asked.text)


def other(world: World, session: Session) -> Turn:
    """Answer a person who did not mean what was shown, and count the question among those that found nothing."""
    text = say(session.language, "none.other", phone=or_call(world, session))
    missed = (NoteMiss(session.unit or world.home, session.asked, "not_this"),) if session.asked else ()
    left = replace(session.opening(), asked="", earlier=tuple(one for one in session.earlier if one != session.topic))
    return reply(left, text, tuple(ways_on(session.language)), missed, "clarify")


def right(world: World, session: Session) -> Turn:
    """Answer a person who confirms that what was shown is meant."""
    offered = tuple(pair for pair in session.offered if pair[0] != RIGHT)
    kept = replace(session, asked="", offered=offered)
    return replace(reply(kept, say(session.language, "card.right"), about="thanks"), session=kept)


def _about_it(asked: Asked) -> bool:
    """Whether the text asks for a part or a point of what is open, for a yes or no, or what happens in a case; or says
    something that stands in the record.
    """
    asks = (
        asked.points or asked.found.aspects or follow_ups.asks_yes_or_no(asked.text) or follow_ups.supposes(asked.text)
    )
    return bool(asks) or (len(asked.text.split()) >= LEAST_WORDS and asked.compared_with_open.stands_in_the_record)


def _tells_another_matter(asked: Asked) -> bool:
    """Whether the text is likely about a matter that no catalog has.

    One content word in passing is not enough for that, nor is likeness to a topic of ELSEWHERE or FAREWELLS.
    """
    known = asked.found.topic
    if known in urgent() and asked.open and (follow_ups.asks(asked.text) or follow_ups.changes(asked.text)):
        # A danger that is known by likeness alone counts if it is reported, not if it is asked about.
        return topic_of(asked.text) != ""
    count = len(asked.catalog.index.content_words(asked.text))
    return (
        known in urgent()
        or topic_of(asked.text) != ""
        or bool(known and known not in (*ELSEWHERE, *FAREWELLS) and count > 1)
    )


def _which(asked: Asked) -> Turn:
    """Answer "how much is it?" before a choice was made: what each of the choices says on it in few words, and the same
    choice again, with buttons that lead to that part.
    """
    parts = asked.parts or follow_ups.hinted(asked.text)
    if not parts:
        return offer(asked, asked.choices, "none.again", again=True)
    name = asked.found.aspect or parts[0]
    part = plain(asked.session.language, f"part.lower.{name}")
    each = comparison(asked.world, asked.session, asked.choices[:MOST_CHOICES], name)
    asked = replace(asked, found=replace(asked.found, aspects=parts))
    return offer(asked, asked.choices, "none.aspect", again=True, above=each, part=part)


def _on_the_open_one(asked: Asked, alternatives: Sequence[str] = ()) -> Turn:
    """Answer from the open record: what it says on the point, else the parts asked for, else that it says nothing.

    `alternatives` are procedures that may be meant instead.
    """
    points, spelled = asked.points, follow_ups.marked(asked.text)
    named = _further_words(asked)

    def quoted(parts: Sequence[str], sought: Iterable[Sequence[str]], *, spelled: bool = True) -> Turn:
        case = not parts and (follow_ups.supposes(asked.text) or not follow_ups.asks(asked.text))
        return mentioned(
            asked.world, asked.session, asked.open, parts, sought, spelled=spelled, case=case, alternatives=alternatives
        )

    pairs = [(" ".join(pair),) for pair in pairwise(named)]
    if points and all(point.of_papers for point in points):
        if named:
            return quoted(("documents",), (named, *pairs), spelled=spelled)
        return answer(asked.world, asked.session, asked.open, ("documents",), alternatives=alternatives)
    measured = [part for part in asked.parts if part in MEASURED]
    if sought := next((point for point in points if point.look and not (measured and point.name in WAYS_IN)), None):
        return quoted(sought.parts, [(one,) for one in sought.look])
    if parts := tuple(dict.fromkeys((*measured, *asked.parts))):
        return answer(asked.world, asked.session, asked.open, parts, alternatives=alternatives)
    if asked.compared_with_open.names_the_open and not (follow_ups.asks(asked.text) or follow_ups.supposes(asked.text)):
        return answer(asked.world, asked.session, asked.open, alternatives=alternatives)
    return quoted(follow_ups.hinted(asked.text), (named, *pairs), spelled=spelled)


def _further_words(asked: Asked) -> list[str]:
    """Return the content words, as typed, without those that ask about an open procedure; none if all are weak hints,
    as "minh" is without its marks.
    """
    index, said = asked.catalog.index, follow_ups.without_points(asked.text)
    content_words = () if index.asked(said).hints_alone else index.content_words(said)
    return [word for word in words(said) if fold_word(word) in content_words]


def _names_another(asked: Asked, codes: Sequence[str]) -> bool:
    """Whether the text by itself names a procedure that is none of these.

    What the text asks about an open one does not count, nor does an age ("nó 5 tuổi"), nor a paper that may be needed.
    """
    if asked.open and any(point.of_papers for point in asked.points):
        return False
    named = without_points_or_ages(asked.text)
    found = asked.found if named == asked.text else asked.catalog.index.search(named)
    return found.decision != "none" and found.hits[0].code not in codes and found.tells >= SURELY_NAMED


def _one_of(asked: Asked, codes: Sequence[str], said: str) -> str:
    """Return the one of some procedures that words clearly single out; empty if they single out none."""
    first, second, *_ = (*asked.catalog.index.among(said, codes), None, None)
    if first is None or first.score < LEAST_SHARE or (second and first.score - second.score < CLEAR_LEAD):
        return ""
    return first.code
