"""Recognise by its components a message that looks up nothing: a danger, a complaint, opening hours, thanks.

The words and the rules are data (lexicon/topics.toml): a rule names groups of words that must come together, such as
who calls and what they want, so that one rule knows the hundreds of sentences made of these components.
"""

import math
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from importlib.resources import files
from typing import Any, NamedTuple

from catalog.fitted_topics import (
    DOUBTFUL,
    LIKELY_TALK,
    SURE,
    TALK,
    Feature,
    FittedTopics,
    features,
    fitted_talk,
    fitted_topics,
)
from catalog.keys import hk_written_out, without_keys
from catalog.lexicon import lexicon, smalltalk, spelt_out
from catalog.terms import STORY
from catalog.text import fold_word, nfc, spelling, split, words

# Within a sequence a group may begin so many words after the end of the one before.
GAP = 4
# From this share of words with marks on, a word without marks is meant without.
MARKED_SHARE = 0.4
# Below these odds, as a logarithm, a message is no danger even if it has a rule's words: True with marks, False
# without, where many words look like those of a rule ("từ từ" like "tự tử").
UNLIKELY = {True: -4.0, False: -1.0}
# A message whose odds of talk, as a logarithm, are this much higher than those of a danger is no danger.
FAR = 3.0
LONGEST = 200
# So many messages are remembered as they were read.
MOST_READ = 1024
# In a message n times as long, in words, the odds of a topic count n times less: a story has many words.
USUAL_LENGTH = 15
# The name of a procedure in a question for the unit's hours has so many words at most.
MOST_NAME_WORDS = 4
DOSSIER_CODE_GROUP = "dossier_code"
MOURNING = "mourning"
# Phrases of ordinary matters, whose words say nothing of what a message is like: "mua bảo hiểm" buys no paper.
ORDINARY = "ordinary"
DOSSIER_CODE = re.compile(r"(?<![\w.])(?:\d{1,3}\.)*[a-z]\d{2}(?:\.\d{1,3})*-\d{6}-\d{3,6}(?!\w)", re.IGNORECASE)

# A fast check before the pattern for any number of the same letter.
_THRICE = re.compile(r"(\w)\1\1")
_HELD_KEY = re.compile(r"([^\W\d])\1{2,}")
_AMOUNT = re.compile(r"(\d)\s?(k|tr|h|g)(?![^\W\d])")
_UNITS = {"k": " ngàn ", "tr": " triệu ", "h": " giờ ", "g": " giờ "}

Spans = Mapping[str, Sequence[tuple[int, int]]]


@dataclass(frozen=True, slots=True)
class Topic:
    """What a message may be instead of a question for the catalog.

    `outcome` names the result for programs that read conversations. `danger`: help is told before all else, even in
    the midst of a survey. `rest`: at most this many words that tell something else may remain; None for any number.
    `stays`: the procedure talked about stays open. `holds`: a next message that names no procedure is about the same
    topic. `facts` are what the answer says of the unit; if `asked`, the one that was asked for comes first.
    `see` are codes of procedures that help, `buttons` what can be done next.
    """

    name: str
    outcome: str
    danger: bool = False
    rest: int | None = None
    stays: bool = False
    holds: bool = False
    asked: bool = False
    facts: tuple[str, ...] = ()
    see: tuple[str, ...] = ()
    buttons: tuple[str, ...] = ("ask", "person")


@dataclass(frozen=True, slots=True)
class Rule:
    """Components that make a topic together.

    `parts`: each a sequence of sets of groups; one group of every set must be found, those of a sequence one soon after
    the other. `unless`: groups that speak against it. `rest`: so many words that tell something else may remain; None
    for any number.
    """

    topic: str
    parts: tuple[tuple[frozenset[str], ...], ...]
    unless: frozenset[str]
    rest: int | None

    def fits(self, found: Spans) -> bool:
        """Tell whether all components are there."""
        return self.unless.isdisjoint(found) and all(_follow(part, found) for part in self.parts)

    def explains(self, found: Spans) -> Iterator[tuple[int, int]]:
        """Yield the places of the rule's groups, and of the neutral group, which may go with any rule."""
        groups = {"neutral", *(group for part in self.parts for alternatives in part for group in alternatives)}
        return (span for group in groups for span in found.get(group, ()))


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that belong to a group. A `strict` one needs its marks: without them it looks like other words."""

    spelled: tuple[str, ...]
    group: str
    strict: bool


@dataclass(frozen=True, slots=True)
class Branch:
    """What follows some words: `more` that must all come next, the phrases that end there, and the branches of the
    words that may come then.
    """

    more: tuple[str, ...]
    ending: tuple[Phrase, ...]
    then: "Mapping[str, Branch]"

    @classmethod
    def grown(cls, pairs: Sequence[tuple[tuple[str, ...], Phrase]], start: int = 0) -> "Branch":
        """Return the branch of phrases, each by its folded words, that are the same before `start`."""
        first, last = min(folded for folded, _ in pairs), max(folded for folded, _ in pairs)
        end = start
        while end < len(first) and first[end] == last[end]:
            end += 1
        onward: dict[str, list[tuple[tuple[str, ...], Phrase]]] = {}
        for folded, phrase in pairs:
            if len(folded) > end:
                onward.setdefault(folded[end], []).append((folded, phrase))
        then = {word: cls.grown(some, end + 1) for word, some in onward.items()}
        # A branch for every word, and a dictionary for every end, would take twice as much memory.
        return cls(first[start:end], tuple(phrase for folded, phrase in pairs if len(folded) == end), then or _NOWHERE)


_NOWHERE: Mapping[str, Branch] = {}


class Said(NamedTuple):
    """The words of a message, folded and with the marks that were typed; `exact`: missing marks mean none."""

    folded: tuple[str, ...]
    spelled: tuple[str, ...]
    exact: bool

    def agrees(self, phrase: Phrase, start: int, end: int) -> bool:
        """Tell whether words that are not all as in the phrase may still mean it: they only lack marks."""
        if self.exact or phrase.strict:
            return False
        typed, bare = self.spelled[start:end], self.folded[start:end]
        return all(word in pair for word, *pair in zip(typed, phrase.spelled, bare, strict=True))


@dataclass(frozen=True)
class Topics:
    """All topics, the rules that tell them in the order of their rank, and the phrases as a tree of folded words.

    `unit_rules` tell what is asked of the unit itself though a procedure is named ("thứ bảy có làm khai sinh
    không"). `mourning` are those that tell of a death, `after_death` the codes of what is then to be done, the first
    things first.
    """

    topics: Mapping[str, Topic]
    rules: tuple[Rule, ...]
    unit_rules: tuple[Rule, ...]
    mourning: tuple[Rule, ...]
    after_death: tuple[str, ...]
    phrases: Branch

    @cached_property
    def _by_group(self) -> Mapping[str, Sequence[int]]:
        """The ranks of the rules to try if a group is found; each rule stands under its smallest set of groups."""
        ranks: dict[str, list[int]] = {}
        for rank, rule in enumerate(self.rules):
            for group in min((needed for part in rule.parts for needed in part), key=len):
                ranks.setdefault(group, []).append(rank)
        return ranks

    def promising(self, found: Spans) -> Iterator[Rule]:
        """Yield the rules of which some group of every set was found, in the order of their rank."""
        by_group, groups = self._by_group, found.keys()
        for rank in sorted({rank for group in groups for rank in by_group.get(group, ())}):
            for needed in self._needed[rank]:
                if needed.isdisjoint(groups):
                    break
            else:
                yield self.rules[rank]

    @cached_property
    def _needed(self) -> Sequence[Sequence[frozenset[str]]]:
        """For each rule, the sets of groups of which it needs one each."""
        return [[needed for part in rule.parts for needed in part] for rule in self.rules]


@lru_cache(maxsize=MOST_READ)
def topic_of(text: str) -> str:
    """Return the name of a message's topic, found by components, by likeness, or as small talk; empty for any other.

    For a topic that is no danger, rules come before likeness: they are sure of what they know, and know less.
    """
    without_code, codes = _without_codes(text)
    said, found = _heard(without_code)
    if codes:
        found = {**found, DOSSIER_CODE_GROUP: [(0, 0)]}
    fitting = _fitting(found)
    ruled = _outranking(fitting)
    if ruled and _unlikely(without_code, exact=said.exact):
        ruled = ""
    settled = ruled and (shipped().topics[ruled].danger or _likelier_talk(without_code, ruled))
    like = "" if settled else _most_like(without_code, SURE)
    return like or ruled or _alone(fitting, said, found) or smalltalk(text) or _talk(without_code, TALK)


def asked_of_the_unit(text: str) -> str:
    """Return the topic that a message asks of the unit itself, whatever procedure it names: "mấy giờ nhận hồ sơ khai
    sinh" (the hours); empty for none.
    """
    said, found = _heard(text)
    return _alone([rule for rule in shipped().unit_rules if rule.fits(found)], said, found)


def likely_talk(text: str) -> str:
    """Return the likely talk of a message that names no procedure; empty if it is not enough like any."""
    without_code, _ = _without_codes(text)
    return _talk(without_code, LIKELY_TALK)


def _unlikely(text: str, *, exact: bool) -> bool:
    """Tell whether a danger's rule is not to be believed: the message is like no danger, or, if marks are missing, far
    more like talk ("can tu van").
    """
    return _likeliest(text, fitted_topics())[1] < UNLIKELY[exact] or (not exact and _far_more_like_talk(text))


def _likelier_talk(text: str, topic: str) -> bool:
    """Tell whether a message is more like a topic that is no danger than like any danger."""
    (_, danger), (talk, odds) = _likeliest(text, fitted_topics()), _likeliest(text, fitted_talk())
    return talk == topic and odds > danger


def _far_more_like_talk(text: str) -> bool:
    """Tell whether a message that is not surely a danger is talk, by far."""
    (_, danger), (_, talk) = _likeliest(text, fitted_topics()), _likeliest(text, fitted_talk())
    return danger < _odds(SURE) and talk >= max(_odds(TALK), danger + FAR)


def outranking(text: str) -> str:
    """Return the topic that outranks procedures, by rules alone: what follows a danger is short and like any topic."""
    return _outranking(_fitting(_heard(text)[1]))


def _fitting(found: Spans) -> list[Rule]:
    return [rule for rule in shipped().promising(found) if rule.fits(found)]


def _is_story(text: str) -> bool:
    return len(_heard(text)[0].folded) >= STORY


def _outranking(fitting: Iterable[Rule]) -> str:
    return next((rule.topic for rule in fitting if rule.rest is None), "")


def doubtful(text: str, least: float = DOUBTFUL) -> bool:
    """Tell whether a message may be of a topic that outranks procedures, though it is not like it enough.

    `least` is the probability from which on it may be; a story, which has many words, is of none or surely of one.
    """
    without_code, _ = _without_codes(text)
    least = SURE if _is_story(without_code) else least
    return bool(_most_like(without_code, least)) and not _far_more_like_talk(without_code)


def _without_codes(text: str) -> tuple[str, int]:
    """A message without the codes of dossiers, and how many it held."""
    return DOSSIER_CODE.subn(" ", text) if "-" in text else (text, 0)


def _most_like(text: str, least: float) -> str:
    """Return the topic that outranks procedures and that a message is most like; empty where it is like none enough."""
    return _enough_like(text, fitted_topics(), least)


def _talk(text: str, least: float) -> str:
    """Return the talk that a message is most like; empty where it is like none enough, or may be a danger, or tells of
    a death and is like other talk ("mất sáng nay" like hours).
    """
    topic = _enough_like(text, fitted_talk(), least)
    if not topic or (_most_like(text, DOUBTFUL) and not _far_more_like_talk(text)):
        return ""
    return "" if topic != MOURNING and _tells_of_a_death(text) else topic


def _enough_like(text: str, fitted: FittedTopics, least: float) -> str:
    topic, odds = _likeliest(text, fitted)
    if odds > 0:
        odds /= max(1, len(_heard(text)[0].folded) / USUAL_LENGTH)
    return topic if odds >= _odds(least) else ""


def _odds(probability: float) -> float:
    """The logarithm of the odds for a probability."""
    return math.log(probability / (1 - probability))


@lru_cache(maxsize=2 * MOST_READ)
def _likeliest(text: str, fitted: FittedTopics) -> tuple[str, float]:
    return fitted.likeliest(_features(text))


@lru_cache(maxsize=8)
def _features(text: str) -> set[Feature]:
    said, found = _heard(text)
    ordinary = _within(found.get(ORDINARY, ()))
    if not ordinary:
        return features(*said, found)
    left = [place for place in range(len(said.folded)) if place not in ordinary]
    groups = [name for name, spans in found.items() if not _within(spans) <= ordinary]
    return features([said.folded[one] for one in left], [said.spelled[one] for one in left], said.exact, groups)


def _alone(fitting: Sequence[Rule], said: Said, found: Spans) -> str:
    """Return the topic of the first rule that outranks no procedure, if the message tells little enough else."""
    ranked = [(rule, rule.rest) for rule in fitting if rule.rest is not None]
    tells = _content_places(said) if ranked else set()
    return next((rule.topic for rule, rest in ranked if len(tells - _within(rule.explains(found))) <= rest), "")


@lru_cache(maxsize=MOST_READ)
def _heard(text: str) -> tuple[Said, Spans]:
    """Return the words of a message, and the groups among them; cached, because several rules ask for them."""
    said = read(text)
    return said, groups_in(said)


def outranks(topic: str) -> bool:
    """Tell whether a topic is recognised among any other words: a message that holds it is about nothing else."""
    known = shipped().topics.get(topic)
    return known is not None and known.rest is None


def mourns(text: str) -> bool:
    """Tell whether a message says that somebody has died."""
    return _tells_of_a_death(text) or topic_of(text) == MOURNING


def _tells_of_a_death(text: str) -> bool:
    _, found = _heard(text)
    return any(rule.fits(found) for rule in shipped().mourning)


def dossier_code(text: str) -> str:
    """Return the code of a dossier that a message holds, in capitals (H20.34-261120-0001); empty where it has none."""
    found = DOSSIER_CODE.search(text)
    return found[0].upper() if found else ""


@lru_cache(maxsize=MOST_READ)
def read(text: str) -> Said:
    """Read a message as words, shorthand and regional spellings written out; at most 200 of them count."""
    plain = hk_written_out(nfc(text).lower())
    if _THRICE.search(plain):
        plain = _HELD_KEY.sub(r"\1", plain)
    plain = _AMOUNT.sub(lambda m: m[1] + _UNITS[m[2]], plain)
    typed = split(plain)[:LONGEST]
    if not typed:
        return Said((), (), exact=True)
    folded: list[str] = []
    spelled: list[str] = []
    marked = 0
    for one_folded, one_spelled, one_marked in map(_written_out, typed):
        folded += one_folded
        spelled += one_spelled
        marked += one_marked
    return Said(tuple(folded), tuple(spelled), exact=marked >= MARKED_SHARE * len(typed))


@lru_cache(maxsize=20_000)
def _written_out(typed: str) -> tuple[Sequence[str], Sequence[str], bool]:
    """A word folded and with its marks, and whether it was typed with any.

    Shorthand is written out, regional spellings are in the usual way.
    """
    known = lexicon()
    word = without_keys(typed)
    folded = fold_word(word)
    tables = (known.short, known.spelling)
    written = next(
        (out for table in tables if (out := table.get(word) or table.get(folded if word == folded else ""))), (word,)
    )
    return tuple(map(fold_word, written)), tuple(map(spelling, written)), typed != fold_word(typed)


def groups_in(said: Said) -> dict[str, list[tuple[int, int]]]:
    """Return the groups found, each with the (start, end) of its words in order, except those cut by `inert` words."""
    found: dict[str, list[tuple[int, int]]] = {}
    folded, spelled, count = said.folded, said.spelled, len(said.folded)
    for start, first in enumerate(map(shipped().phrases.then.get, folded)):
        end, branch = start + 1, first
        while branch:
            if branch.more:
                passed, end = end, end + len(branch.more)
                if folded[passed:end] != branch.more:
                    break
            if branch.ending:
                typed = spelled[start:end]
                for phrase in branch.ending:
                    if typed == phrase.spelled or said.agrees(phrase, start, end):
                        found.setdefault(phrase.group, []).append((start, end))
            branch = branch.then.get(folded[end]) if end < count else None
            end += 1
    inert = found.pop("inert", None)
    if not inert:
        return found
    return {
        group: kept
        for group, spans in found.items()
        if (kept := [span for span in spans if not any(_cuts(span, other) for other in inert)])
    }


def _cuts(span: tuple[int, int], inert: tuple[int, int]) -> bool:
    """Tell whether a span overlaps an inert one without containing it whole."""
    (start, end), (first, last) = span, inert
    return start < last and first < end and not (start <= first and last <= end)


def _follow(part: Sequence[frozenset[str]], found: Spans) -> bool:
    """Tell whether groups of the sets stand one soon after the other."""
    ends: set[int] | None = None
    for alternatives in part:
        spans = [span for group in alternatives for span in found.get(group, ())]
        ends = {end for start, end in spans if ends is None or any(before <= start <= before + GAP for before in ends)}
        if not ends:
            return False
    return True


def content_word_count(said: Said, explained: Iterable[tuple[int, int]]) -> int:
    """Count the words outside of some spans that tell something: no asking words, no weak hints, no numbers."""
    return len(_content_places(said) - _within(explained))


def _content_places(said: Said) -> set[int]:
    """The places of the words that tell something."""
    known = lexicon()
    empty = known.phrases.find(said.folded, said.spelled, marked=said.exact)["empty"]
    passed = _within((start, end) for start, end, _ in empty)
    return {
        i
        for i, (word, typed) in enumerate(zip(said.folded, said.spelled, strict=True))
        if i not in passed
        and not (word.isdigit() or (key := f"={typed}" if said.exact else word) in known.filler or key in known.weak)
    }


def _within(spans: Iterable[tuple[int, int]]) -> set[int]:
    """The places that spans cover."""
    return {i for start, end in spans for i in range(start, end)}


@cache
def shipped() -> Topics:
    """Read the topics that the product ships."""
    tree = tomllib.loads(files("catalog.lexicon").joinpath("topics.toml").read_text("utf-8"))
    phrases = dict.fromkeys(
        _phrase(one, group) for group, listed in tree["groups"].items() for said in listed for one in spelt_out(said)
    )
    topics: dict[str, Topic] = {}
    rules: list[Rule] = []
    unit_rules: list[Rule] = []
    for item in tree["topic"]:
        rules += [_rule(item, when) for when in item.pop("when", ())]
        unit_rules += [_rule({**item, "rest": MOST_NAME_WORDS}, when) for when in item.pop("beside", ())]
        topics[item["name"]] = _topic(item)
    mourning = tuple(_rule({"name": "mourning"}, when) for when in tree["mourning"]["when"])
    after_death = tuple(tree["mourning"]["codes"])
    return Topics(topics, tuple(rules), tuple(unit_rules), mourning, after_death, Branch.grown([*phrases]))


def _phrase(said: str, group: str) -> tuple[tuple[str, ...], Phrase]:
    """Read a phrase by its folded words. It is strict after an "=", or if it looks like an asking word unmarked."""
    known = lexicon()
    parts = [_written_out(word) for word in words(said)]
    folded = tuple(one for folded, _, _ in parts for one in folded)
    spelled = tuple(one for _, spelled, _ in parts for one in spelled)
    alone = len(folded) == 1 and f"={spelled[0]}" not in known.filler | known.weak
    hidden = alone and folded[0] in known.filler | known.weak
    return folded, Phrase(spelled, group, strict=said.startswith("=") or hidden)


def _topic(item: Mapping[str, Any]) -> Topic:
    given: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in item.items()}
    return Topic(**{key: value for key, value in given.items() if key != "unless"})


def _rule(item: Mapping[str, Any], when: str) -> Rule:
    """Read "a|b > c + d - e": one of a and b, c soon after it, d anywhere, and no e."""
    wanted, _, against = when.partition(" - ")
    parts = tuple(
        tuple(frozenset(alternatives.strip().split("|")) for alternatives in part.split(">"))
        for part in wanted.split("+")
    )
    unless = frozenset((*item.get("unless", ()), *filter(None, against.split("|"))))
    return Rule(item["name"], parts, unless, item.get("rest"))
