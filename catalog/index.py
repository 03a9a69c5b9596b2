"""The search index: immutable, built from entries, no input or output."""

import math
import re
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from typing import Literal, cast

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import OSA

from catalog import english
from catalog.ages import age_span, without_ages
from catalog.deciding import deciding, outside_odds, words_and_pairs
from catalog.entries import Entry, is_code, official_title
from catalog.lexicon import Known, Lexicon, lexicon
from catalog.question_reading import Reader
from catalog.term_table import RAREST, Array, Table
from catalog.terms import Asked, named, row_terms, weighed, weighed_in_english
from catalog.text import ENGLISH, fold, folded_words, is_syllable, words
from catalog.topics import topic_of

Decision = Literal["answer", "choose", "none"]

# What a word that no name has counts beside one that some have.
UNKNOWN = 0.7
# Tversky's similarity: what is asked but not in the name counts so much, what is in the name but not asked so much.
ASKED_ONLY, NAMED_ONLY = 0.2, 0.4
# A family stands for its thing alone: nothing of what it is called may be missing.
FAMILY_ONLY = 1.0
NEGATED = 0.2
# The weight of a usual question; of what is told beyond it so much counts.
USUAL, BEYOND = 60.0, 0.25
AGED_OTHERWISE = 0.15
# Procedures this close to the best are its rivals; so many are looked at for what the best lacks.
CLOSE, RIVALS, MOST_COUNTED = 0.12, 9, 3
# A name that says so much of what another says is a sibling's.
ALIKE, MOST_SIBLINGS = 0.6, 12
# So many procedures are looked at closely, those that share most with the question, and none that shares less than
# this part of what the best does.
CANDIDATES, LEAST_SHARED = 24, 0.4
UNFITTING = 0.7
COVER = 0.45
COMMON_BONUS, COMMUNAL_BONUS = 0.04, 0.03
OUTSIDE_BONUS, FAMILY_BONUS, ABSENT_BONUS = 0.10, 0.20, -0.05
# A topic is named from FOUND on, a procedure that this catalog does not have from SURE on.
FOUND, SURE, OWN_WORDS = 0.50, 0.60, 0.08
WORTH_OFFERING, NAMED_IN_FULL, NAMED_ALONE, NAMED_WELL = 0.6, 0.95, 0.85, 0.8


_SCORE = itemgetter(0)


@dataclass(frozen=True, slots=True)
class Hit:
    """One procedure found, and its score (higher is better, about 1 for a perfect match)."""

    code: str
    name: str
    score: float


@dataclass(frozen=True, slots=True)
class SearchResult:
    """What a query means to the catalog.

    `answer`: the first hit is meant, `sure` or only likely (then the next ones are to be offered under it); `choose`:
    the citizen must pick among the hits;
    `none`: not a catalog question, no hits; `topic` then names what it is about, where that is known
    (a topic outside any catalog, or the code of a procedure that this catalog does not have), and
    `bare` says that no word of it names a matter ("how much is it?"). `tells` is the probability, from 0 to 1, that it
    names a procedure of its own. `aspects` are the parts asked for, in order; `aspect` is the main one.
    `ms` is the time the search took, in milliseconds.
    """

    query: str
    decision: Decision
    aspect: str | None
    hits: tuple[Hit, ...]
    ms: float
    topic: str = ""
    bare: bool = False
    aspects: tuple[str, ...] = ()
    sure: bool = False
    tells: float = 0.0


@dataclass(frozen=True, slots=True)
class Rival:
    """What competes with the procedures for a question.

    A family (with its codes), a topic outside any catalog, or a procedure that this catalog does
    not have (named by its code).
    """

    name: str
    said: tuple[str, ...]
    bonus: float
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a procedure scored as it did.

    `said` is the name or saying that is most like the question, `shared` the terms it shares with it
    and their weights (= spelling with marks, # concept), `asked_only` and `named_only` the weights
    that only the one or the other has. The score is (1 - COVER)·likeness + COVER·covered + bonus.
    """

    hit: Hit
    said: str
    shared: tuple[tuple[str, float], ...]
    asked_only: float
    named_only: float
    likeness: float
    covered: float
    bonus: float


@dataclass(frozen=True, slots=True)
class _Shares:
    """The terms of a question by number with their weights, its whole weight, and what all names of each procedure and
    rival share with it together.
    """

    terms: Mapping[int, float]
    total: float
    together: Array


@dataclass(frozen=True, slots=True)
class _Scored:
    """The procedures and rivals that may be meant, best first: the position of each, its score, the likeness of its
    best name, how much of the question all its names together cover, how much of its official name is asked for,
    and how much of the question that name alone covers.
    """

    positions: list[int]
    scores: list[float]
    likeness: list[float]
    covered: list[float]
    name_asked: list[float]
    name_covers: list[float]
    shares: "_Shares"

    def named_alone(self, rank: int) -> bool:
        """Whether the question is the official name, of which hardly anything lacks, and hardly anything else."""
        asked, covers = self.name_asked[rank], self.name_covers[rank]
        return min(asked, covers) >= NAMED_ALONE and max(asked, covers) >= NAMED_IN_FULL


@dataclass(frozen=True, slots=True)
class Evidence:
    """The code of the procedure that fits a question best, and what `deciding.NAMED` and `deciding.RIGHT` name."""

    code: str
    named: Sequence[float]
    right: Sequence[float]


@dataclass(frozen=True, slots=True)
class _Found:
    """What was decided on a question that names something."""

    decision: Decision
    hits: tuple[Hit, ...] = ()
    topic: str = ""
    sure: bool = False
    tells: float = 0.0


class Index:
    """All names of all procedures, official ones and people's, as rows of weighted terms.

    A row's likeness to a question is Tversky's index over the weights of their terms (words, pairs of
    neighbours, spellings with marks, concepts); a procedure's score is that of its best row, how much
    of the question all its rows cover together, and how often it is asked for.
    """

    def __init__(
        self,
        entries: Sequence[Entry],
        known: Mapping[str, Known],
        rivals: Sequence[Rival],
        said: Sequence[str],
        first: Sequence[int],
        odds: Mapping[str, float],
    ) -> None:
        self.known = known
        self._said = said
        self._entries = tuple((entry.code, entry.name) for entry in entries)
        self._rivals = tuple(rivals)
        self._table = Table(map(row_terms, said), first)
        families = [bool(rival.codes) for rival in rivals]
        rows = np.diff([*first, len(said)])
        self._named_only = np.repeat(np.where([*[False] * len(entries), *families], FAMILY_ONLY, NAMED_ONLY), rows)
        self._numbers, self._worth = self._table.numbers, self._table.worth
        bonuses = [_bonus(entry, known.get(entry.code)) for entry in entries]
        self._bonuses = [*bonuses, *(rival.bonus for rival in rivals)]
        self._bonus = np.array(self._bonuses, dtype=np.float64)
        twins: dict[str, int] = {}
        self._twin = [twins.setdefault(_without_level(entry.title), len(twins)) for entry in entries]
        self._twin += range(len(twins), len(twins) + len(rivals))
        self._nearness = [(entry.communal, bonus) for entry, bonus in zip(entries, bonuses, strict=True)]
        self._nearness += [(False, rival.bonus) for rival in rivals]
        self._variant = [without_ages(_without_level(entry.title)) for entry in entries]
        self._ages = {place: span for place, entry in enumerate(entries) if (span := age_span(entry.title))}
        self._count = len(entries)
        self._place = {code: i for i, (code, _) in enumerate(self._entries)}
        self._members = [[self._place[code] for code in rival.codes] for rival in rivals]
        self._siblings = _siblings(self._members)
        self._vocabulary = [term for term in self._numbers if term[0] not in f"=#{ENGLISH}" and " " not in term]
        self._unknown = min(math.log(1 + max(self._table.groups, 1)), RAREST)
        spelled = lexicon().spelled | {term[1:] for term in self._numbers if term[0] == "="}
        self._reader = Reader({*self._vocabulary, *lexicon().vocabulary}, spelled, self._nearest)
        self._odds = odds
        self._beside = lru_cache(maxsize=1024)(self._find_siblings)
        self._close = lru_cache(maxsize=4096)(self._find_close)
        # A turn may ask for the same words more than once.
        self._lately = lru_cache(maxsize=64)(self._search)

    def __len__(self) -> int:
        return self._count

    def __contains__(self, code: str) -> bool:
        return code in self._place

    @classmethod
    def build(cls, entries: Iterable[Entry], told: Lexicon | None = None) -> "Index":
        """Build an index from entries; their order breaks ties. `told`: what people say, if not what is shipped."""
        listed = list(entries)
        told = told or lexicon()
        known = _known(listed, told)
        here = {meant.code: code for code, meant in known.items()}
        rivals = [Rival(topic.name, topic.said, OUTSIDE_BONUS) for topic in told.outside.values()]
        rivals += [
            Rival(absent.code, (absent.label, *absent.said), ABSENT_BONUS)
            for absent in told.known.values()
            if absent.code not in here
        ]
        for family in told.families:
            present = tuple(here[code] for code in family.codes if code in here)
            if len(present) > 1:
                rivals.append(Rival(family.name, family.about, FAMILY_BONUS, present))
        said: list[str] = []
        first: list[int] = []
        sayings = (_sayings(entry, known.get(entry.code)) for entry in listed)
        for texts in (*sayings, *(rival.said for rival in rivals)):
            first.append(len(said))
            said.extend(texts)
        return cls(listed, known, rivals, said, first, outside_odds(told))

    def search(self, text: str, limit: int = 5) -> SearchResult:
        """Find the procedures that a question in a citizen's words may mean, best first."""
        return self._lately(text, limit)

    def _search(self, text: str, limit: int) -> SearchResult:
        started = time.perf_counter()
        topic, asked = topic_of(text), self.asked(text)
        found = _Found("none", topic=topic)
        if not topic and len(self) and not asked.bare:
            found = self._find(asked, limit)
        return SearchResult(
            query=text,
            decision=found.decision,
            aspect=asked.aspect,
            aspects=asked.aspects,
            hits=found.hits,
            ms=round((time.perf_counter() - started) * 1000, 3),
            topic=found.topic,
            bare=asked.bare,
            sure=found.sure,
            tells=round(found.tells, 3),
        )

    def among(self, text: str, codes: Sequence[str]) -> tuple[Hit, ...]:
        """Rank some procedures by the words of a text that tell them apart, best first: "cái cho trẻ em".

        A score is the share of those words that a procedure's names have, less what its ages exclude; a procedure
        without any is left out, and all are where no word tells them apart.
        """
        places = [self._place[code] for code in dict.fromkeys(codes) if code in self._place]
        asked = self.asked(text)
        terms, _ = self._terms(asked)
        had = {place: self._table.group_terms(place) & terms.keys() for place in places}
        common = set.intersection(*had.values()) if had else set()
        some = set().union(*had.values())
        telling = {term: weight for term, weight in terms.items() if term in some - common}
        total = sum(weight for weight in telling.values() if weight > 0) or 1.0
        scores = {
            place: sum(telling.get(term, 0.0) for term in one) / total - self._too_old_or_young(place, asked)
            for place, one in had.items()
        }
        ranked = sorted((place for place in places if scores[place] > 0), key=lambda place: -scores[place])
        return tuple(Hit(*self._entries[place], round(scores[place], 4)) for place in ranked)

    def telling(self, text: str) -> tuple[str, ...]:
        """Return the folded words of a text that tell something."""
        asked = self.asked(text)
        return tuple(word.folded for word, weight in zip(asked.words, asked.weights, strict=True) if weight)

    def siblings(self, code: str) -> tuple[str, ...]:
        """The procedures about the same thing, nearest first: members of its families, names like its own."""
        return self._beside(code)

    def _find_siblings(self, code: str) -> tuple[str, ...]:
        place = self._place[code]
        asked = self.asked(self._said[self._table.first_row(place)])
        family = self._siblings.get(place, set())
        near = self._scores(asked)
        alike = {
            position
            for position, covers in zip(near.positions, near.name_covers, strict=True)
            if position < self._count and (covers >= ALIKE or self._variant[position] == self._variant[place])
        }
        ranked = self._scored(asked, near.shares, sorted((family | alike) - {place}))
        best = [rank for rank in self._without_twins(ranked) if self._twin[ranked.positions[rank]] != self._twin[place]]
        return tuple(self._entries[ranked.positions[rank]][0] for rank in best[:MOST_SIBLINGS])

    def _too_old_or_young(self, position: int, asked: Asked) -> float:
        """What a procedure loses for each age said that its name excludes."""
        if not asked.ages or position not in self._ages:
            return 0.0
        least, most = self._ages[position]
        return sum(AGED_OTHERWISE for age in asked.ages if not least <= age.years <= most)

    def evidence(self, text: str) -> Evidence | None:
        """What the decision on a question weighs, None where nothing is to be weighed."""
        asked = self.asked(text)
        if topic_of(text) or asked.bare or not len(self):
            return None
        scored = self._scores(asked)
        best = self._without_twins(scored)
        inside = [rank for rank in best if scored.positions[rank] < self._count]
        if not inside:
            return None
        named, right = self._features(asked, scored, best, inside)
        return Evidence(self._entries[scored.positions[inside[0]]][0], named, right)

    def explain(self, text: str, limit: int = 5) -> list[Reason]:
        """Say why each of the best candidates scored as it did, rivals from outside the catalog among them."""
        asked = self.asked(text)
        if not len(self) or asked.bare:
            return []
        (terms, total), scored = self._terms(asked), self._scores(asked)
        said_of = {number: term for term, number in self._numbers.items() if number in terms}
        reasons = []
        for rank, position in enumerate(scored.positions[:limit]):
            rows, _ = self._table.rows_of([position])
            matched = self._table.matched(terms, [position], rows)
            mass = (self._table.marked_mass if asked.marked else self._table.mass)[rows]
            unlike = ASKED_ONLY * np.maximum(total - matched, 0) + self._named_only[rows] * (mass - matched)
            best = int(np.argmax(matched / (matched + unlike + 1e-9)))
            shared = self._table.terms_of(int(rows[best])) & terms.keys()
            reasons.append(
                Reason(
                    hit=Hit(*self._name(position), round(scored.scores[rank], 4)),
                    said=self._said[rows[best]],
                    shared=tuple(sorted(((said_of[n], terms[n]) for n in shared), key=lambda pair: -pair[1])),
                    asked_only=float(total - matched[best]),
                    named_only=float(mass[best] - matched[best]),
                    likeness=scored.likeness[rank],
                    covered=scored.covered[rank],
                    bonus=self._bonuses[position],
                )
            )
        return reasons

    def _name(self, position: int) -> tuple[str, str]:
        if position < self._count:
            return self._entries[position]
        rival = self._rivals[position - len(self)]
        return ("family" if rival.codes else "outside"), rival.name

    def _find(self, asked: Asked, limit: int) -> _Found:
        scored = self._scores(asked)
        best = self._without_twins(scored)
        inside = [rank for rank in best if scored.positions[rank] < self._count]
        if not inside:
            return _Found("none", topic=self._topic(best, scored))
        top = scored.scores[inside[0]]
        offered = [rank for rank in inside[:limit] if scored.scores[rank] > WORTH_OFFERING * top]
        alone = [rank for rank in offered if scored.named_alone(rank)]
        called = scored.likeness[best[0]] >= NAMED_IN_FULL and self._lead(scored, best) >= CLOSE
        if (len(alone) == 1 and alone[0] in (best[0], inside[0])) or (called and best[0] == inside[0]):
            return _Found("answer", self._hits(offered, scored), sure=True, tells=1.0)
        named, right = self._features(asked, scored, best, inside)
        told = deciding()
        tells = told.named.probability(named)
        first = scored.positions[best[0]] - self._count
        family = first >= 0 and bool(self._rivals[first].codes)
        if (family or first < 0) and scored.likeness[best[0]] >= NAMED_WELL:
            tells = max(tells, told.procedure)
        if tells < told.procedure or (first >= 0 and not family):
            return _Found("none", topic=self._topic(best, scored), tells=tells)
        certain = told.right.probability(right)
        if certain >= told.likely:
            return _Found("answer", self._hits(offered, scored), sure=certain >= told.sure, tells=tells)
        if first >= 0:
            return _Found("choose", self._family(first, asked, scored, limit), tells=tells)
        return _Found("choose", self._hits(offered, scored), tells=tells)

    @staticmethod
    def _lead(scored: _Scored, best: Sequence[int]) -> float:
        """How far the best is ahead of whatever comes next."""
        return scored.scores[best[0]] - (scored.scores[best[1]] if len(best) > 1 else 0.0)

    def _topic(self, best: Sequence[int], scored: _Scored) -> str:
        """What a question is about that the catalog does not answer; empty where that is not known."""
        for rank in best[:1]:
            rival = scored.positions[rank] - self._count
            if rival >= 0 and not self._rivals[rival].codes and scored.scores[rank] >= FOUND:
                name = self._rivals[rival].name
                return "" if is_code(name) and scored.scores[rank] < SURE else name
        return ""

    def _family(self, rival: int, asked: Asked, scored: _Scored, limit: int) -> tuple[Hit, ...]:
        """The members of a family, and the procedures that fit better than any of them."""
        members = sorted(self._members[rival])
        offered = self._scored(asked, scored.shares, members)
        better = [
            position
            for position, score in zip(scored.positions, scored.scores, strict=True)
            if score > offered.scores[0] and position < self._count
        ]
        if better:
            offered = self._scored(asked, scored.shares, sorted({*members, *better}))
        return self._hits(self._without_twins(offered)[:limit], offered)

    def _features(
        self, asked: Asked, scored: _Scored, best: Sequence[int], inside: Sequence[int]
    ) -> tuple[list[float], list[float]]:
        """What the decisions weigh (`deciding.NAMED` and `deciding.RIGHT`) of the procedure that fits best.

        `best` holds ranks without twins, `inside` those of them that are procedures.
        """
        first = inside[0]
        position, score = scored.positions[first], scored.scores[first]
        # What the next procedure reaches; nothing where there is none.
        next_score, next_likeness, next_covered = (
            (scored.scores[inside[1]], scored.likeness[inside[1]], scored.covered[inside[1]])
            if len(inside) > 1
            else (0.0, 0.0, 0.0)
        )
        outside = family = any_family = 0.0
        for rank in best:
            if (rival := scored.positions[rank] - self._count) >= 0:
                bare_score = scored.scores[rank] - self._rivals[rival].bonus
                if not self._rivals[rival].codes:
                    outside = max(outside, bare_score)
                else:
                    any_family = max(any_family, bare_score)
                    family = max(family, bare_score) if position in self._members[rival] else family
        first_rival = scored.positions[best[0]] - self._count
        outside_first = first_rival >= 0 and not self._rivals[first_rival].codes
        terms = words_and_pairs([word.folded for word in asked.words])
        odds = sum(self._odds.get(term, 0.0) for term in terms) / len(asked.words)
        unknown = sum(
            weight
            for word, weight in zip(asked.words, asked.weights, strict=True)
            if weight and word.folded not in self._numbers
        ) / sum(asked.weights)
        concepts = {number for _, _, one in asked.concepts if (number := self._numbers.get(f"#{one}")) is not None}
        others = [scored.positions[rank] for rank in inside[1:RIVALS] if scored.scores[rank] > WORTH_OFFERING * score]
        rest, rest_concepts = (
            self._table.beyond(scored.shares.terms, concepts, position, others) if others else (0.0, 0)
        )
        close = sum(scored.scores[rank] > score - CLOSE for rank in inside) - 1
        known = self.known.get(self._entries[position][0])
        outside_lead = score - self._bonuses[position] - outside
        covered, name_asked, length = scored.covered[first], scored.name_asked[first], math.log(scored.shares.total)
        pattern = float(min(asked.patterns, MOST_COUNTED))
        in_english = float(any(word.folded[0] == ENGLISH for word in asked.words))
        named = [
            max(scored.likeness[rank] for rank in inside), covered, name_asked, outside_lead, float(outside_first),
            odds, pattern, unknown, length, float(min(len(concepts), MOST_COUNTED)), known.common if known else 0.0,
            float(bool(asked.aspects)), len(asked.words) / 10, any_family, in_english,
        ]  # fmt: skip
        apart = self._has_words_of_its_own(position, scored)
        lead = self._lead(scored, best) if best[0] == first else score - scored.scores[best[0]]
        clear = lead >= CLOSE and (apart or name_asked >= NAMED_IN_FULL)
        right = [
            float(clear), min(score - next_score, 0.4), max(min(lead, 0.3), -0.3),
            scored.likeness[first] - next_likeness, covered - next_covered, covered, name_asked,
            scored.name_covers[first], float(family > 0), outside_lead,
            float(apart), math.log1p(close), length, unknown, pattern,
            float(min(len(concepts), MOST_COUNTED)), float(bool(asked.denied)), rest / scored.shares.total,
            float(rest_concepts), in_english,
        ]  # fmt: skip
        return named, right

    def _without_twins(self, scored: _Scored) -> list[int]:
        """The ranks without those whose name differs from a better one's by the level of government alone.

        Of several the one that a commune takes part in stands for all, at the place of the best.
        """
        chosen: dict[int, int] = {}
        for rank, position in enumerate(scored.positions):
            twin = self._twin[position]
            other = chosen.get(twin)
            if other is None or self._nearness[position] > self._nearness[scored.positions[other]]:
                chosen[twin] = rank
        return list(chosen.values())

    def _hits(self, ranks: Iterable[int], scored: _Scored) -> tuple[Hit, ...]:
        return tuple(Hit(*self._entries[scored.positions[rank]], round(scored.scores[rank], 4)) for rank in ranks)

    def _has_words_of_its_own(self, position: int, scored: _Scored) -> bool:
        """Whether the question has something that sets a procedure apart from its family."""
        covered = dict(zip(scored.positions, scored.covered, strict=True))
        siblings = self._siblings.get(position, ())
        return all(covered[position] - covered.get(sibling, 0) >= OWN_WORDS for sibling in siblings)

    def _scores(self, asked: Asked) -> _Scored:
        """How well the procedures and rivals fit a question that share most with it."""
        terms, total = self._terms(asked)
        shares = _Shares(terms, total, self._table.together(terms))
        return self._scored(asked, shares, self._candidates(shares))

    def _scored(self, asked: Asked, shares: _Shares, chosen: Sequence[int]) -> _Scored:
        """How well the procedures and rivals at some positions fit a question."""
        terms, total = shares.terms, shares.total
        if not chosen:
            return _Scored([], [], [], [], [], [], shares)
        rows, begins = self._table.rows_of(chosen)
        matched = self._table.matched(terms, chosen, rows)
        mass = (self._table.marked_mass if asked.marked else self._table.mass).take(rows)
        # Tversky's index (Features of similarity, Psychological Review 84, 1977) with our two weights.
        unlike = ASKED_ONLY * np.maximum(total - matched, 0) + self._named_only.take(rows) * (mass - matched)
        best = np.maximum.reduceat(matched / (matched + unlike + 1e-9), begins).tolist()
        official, whole = matched[begins].tolist(), mass[begins].tolist()
        fitting = []
        for place, likeness, shared, asked_for, full in zip(
            chosen, best, shares.together.take(chosen).tolist(), official, whole, strict=True
        ):
            covered = min(shared / total, 1.0)
            score = (1 - COVER) * likeness + COVER * covered + self._bonuses[place]
            if asked.ages:
                score -= self._too_old_or_young(place, asked)
            fitting.append((score, place, likeness, covered, asked_for / max(full, 1e-6), asked_for / total))
        fitting.sort(key=_SCORE, reverse=True)
        scores, places, likely, covers, asked_parts, name_covers = map(list, zip(*fitting, strict=True))
        return _Scored(places, scores, likely, covers, asked_parts, name_covers, shares)

    def _candidates(self, shares: _Shares) -> list[int]:
        """The procedures and rivals that share most with a question, in their order, by what all their names share."""
        together, total = shares.together, shares.total
        (chosen,) = (together > max(LEAST_SHARED * together.max(initial=0), 1e-9)).nonzero()
        if len(chosen) > CANDIDATES:
            # No name shares more than all names together, so this is the most that each can score.
            shared = together[chosen]
            most = (1 - COVER) * shared / (shared + ASKED_ONLY * np.maximum(total - shared, 0))
            most += COVER / total * shared + self._bonus[chosen]
            chosen = np.sort(chosen[np.argpartition(-most, CANDIDATES)[:CANDIDATES]])
        return cast(list[int], chosen.tolist())

    def asked(self, text: str) -> Asked:
        """Read a question: its words, what each weighs, and the phrases in it."""
        if english.is_english(text):
            return weighed_in_english(english.read(text, self._reader.read), folded_words(text))
        return weighed(self._reader.read(text))

    def _terms(self, asked: Asked) -> tuple[dict[int, float], float]:
        """The terms of a question that names have, by number, with their weights (negative where it says what is not
        meant), and the weight of the whole question, of which what is beyond a usual question's counts less.
        """
        terms: dict[int, float] = {}
        numbers, worths, denied = self._numbers, self._worth, asked.denied
        for name, weight, place in named(asked):
            if (number := numbers.get(name)) is not None:
                worth = weight * worths[number]
                if denied and place in denied:
                    worth *= -NEGATED
                if number not in terms or abs(worth) > abs(terms[number]):
                    terms[number] = worth
        total = sum(weight for weight in terms.values() if weight > 0) if denied else sum(terms.values())
        unknown = {
            word.folded: weight
            for word, weight in zip(asked.words, asked.weights, strict=True)
            if weight and word.folded not in numbers
        }
        total += sum(unknown.values()) * self._unknown * UNKNOWN
        return terms, min(total, USUAL) + max(total - USUAL, 0) * BEYOND + 1e-6

    def _nearest(self, word: str, before: str, after: str) -> tuple[str, float] | None:
        """The word of the catalog that a misspelt one means, preferring one that goes with its neighbours.

        A word that could be Vietnamese is taken for a slip only where another goes with its neighbours.
        """
        close = self._close(word)
        if not close:
            return None

        def fits(candidate: str) -> float:
            """How common the candidate is beside a neighbour: pairs are worth less the more names have them."""
            pairs = (self._numbers.get(f"{before} {candidate}"), self._numbers.get(f"{candidate} {after}"))
            return max(0.0 if pair is None else 1 / self._worth[pair] for pair in pairs)

        found, likeness = max(close, key=lambda pair: (fits(pair[0]) > 0, pair[1], fits(pair[0])))
        if fits(found):
            return found, likeness
        return None if is_syllable(word) else (found, likeness * UNFITTING)

    def _find_close(self, word: str) -> list[tuple[str, float]]:
        """Words of the catalog one slip away, with their likeness between 0 and 1."""
        if len(word) < 3 or word.isdigit():
            return []
        found = process.extract(word, self._vocabulary, scorer=OSA.distance, score_cutoff=1, limit=12)
        return [(candidate, 1 - distance / (len(word) + 1)) for candidate, distance, _ in found]


def _known(entries: Iterable[Entry], told: Lexicon) -> dict[str, Known]:
    """What people call each procedure, by its code here: found by code, or by name under a code of its own."""
    titles = {entry.code: words(entry.title) for entry in entries}
    by_title = {tuple(title): code for code, title in reversed(titles.items())}
    known: dict[str, Known] = {}
    for meant in told.known.values():
        code = meant.code if meant.code in titles else by_title.get(tuple(words(official_title(meant.name))), "")
        if code and (code == meant.code or code not in told.known):
            known.setdefault(code, meant)
    return known


def _sayings(entry: Entry, known: Known | None) -> list[str]:
    """What a procedure is called: its official name, the same shortened, what its catalog adds, then people's words."""
    return list(dict.fromkeys((entry.title, entry.label, *entry.sayings, *(known.said if known else ()))))


def _bonus(entry: Entry, known: Known | None) -> float:
    return COMMON_BONUS * (known.common if known else 0) + COMMUNAL_BONUS * entry.communal


_LEVEL = re.compile(
    r"\(?(?:thuc hien |giai quyet |tiep nhan )?(?:tai |o |thuoc tham quyen (?:giai quyet )?(?:cua )?|cua )?"
    r"(?:uy ban nhan dan |ubnd |cong an )?cap (?:trung uong|bo|tinh|huyen|xa)\)?"
)


def _without_level(title: str) -> str:
    """A folded name without the level of government that it states."""
    return " ".join(folded_words(_LEVEL.sub(" ", fold(title))))


def _siblings(families: Iterable[Sequence[int]]) -> dict[int, set[int]]:
    siblings: defaultdict[int, set[int]] = defaultdict(set)
    for members in families:
        for member in members:
            siblings[member] |= set(members) - {member}
    return dict(siblings)
