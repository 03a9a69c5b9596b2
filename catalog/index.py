"""The search index: immutable, built from entries, no input or output."""

import math
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import OSA

from catalog.entries import Entry, is_code, official_title
from catalog.lexicon import Known, asked_aspect, lexicon, smalltalk
from catalog.question_reading import Reader
from catalog.term_table import RAREST, Array, Table
from catalog.terms import Asked, named, row_terms, weighed
from catalog.text import is_syllable, words

Decision = Literal["answer", "choose", "none"]

# What a word that no name has counts beside one that some have.
UNKNOWN = 0.7
# Tversky's similarity: what is asked but not in the name counts so much, what is in the name but not asked so much.
ASKED_ONLY, NAMED_ONLY = 0.2, 0.4
NEGATED = 0.2
AMONG = 0.3
UNFITTING = 0.7
COVER = 0.45
COMMON_BONUS, COMMUNAL_BONUS = 0.04, 0.03
OUTSIDE_BONUS, FAMILY_BONUS, ABSENT_BONUS = 0.10, 0.20, -0.05
# Below FOUND nothing is offered; an answer needs SURE, a lead of MARGIN over the next, and words of its own.
FOUND, SURE, MARGIN, OWN_WORDS = 0.50, 0.60, 0.12, 0.08
WORTH_OFFERING, NAMED_IN_FULL, NAMED_ALONE = 0.6, 0.95, 0.85


@dataclass(frozen=True, slots=True)
class Hit:
    """One procedure found, and its score (higher is better, about 1 for a perfect match)."""

    code: str
    name: str
    score: float


@dataclass(frozen=True, slots=True)
class SearchResult:
    """What a query means to the catalog.

    `answer`: the first hit is clearly meant; `choose`: the citizen must pick among the hits;
    `none`: not a catalog question, no hits; `topic` then names what it is about, where that is known
    (a topic outside any catalog, or the code of a procedure that this catalog does not have), and
    `bare` says that no word of it names a matter ("how much is it?").
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
    named: float = 0.0


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
class _Scored:
    """For every procedure and rival: its score, how much of the question all its names together cover,
    how much of its official name is asked for, and how much of the question that name alone covers.
    """

    scores: Array
    covered: Array
    name_asked: Array
    name_covers: Array

    def named_in_full(self, position: int) -> bool:
        """Whether the question holds the whole official name."""
        return bool(self.name_asked[position] >= NAMED_IN_FULL)

    def named_alone(self, position: int) -> bool:
        """Whether the question is the official name and nothing else that tells."""
        return bool(self.name_asked[position] >= NAMED_ALONE and self.name_covers[position] >= NAMED_IN_FULL)


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
    ) -> None:
        self.known = known
        self._said = said
        self._entries = tuple((entry.code, entry.name) for entry in entries)
        self._rivals = tuple(rivals)
        self._first = np.array(first, dtype=np.int64)
        self._table = Table(map(row_terms, said), first)
        self._worth = self._table.worth
        bonuses = [_bonus(entry, known.get(entry.code)) for entry in entries]
        bonuses += [rival.bonus for rival in rivals]
        self._bonus = np.array(bonuses, dtype=np.float64)
        position = {code: i for i, (code, _) in enumerate(self._entries)}
        self._members = [[position[code] for code in rival.codes] for rival in rivals]
        self._siblings = _siblings(self._members)
        self._vocabulary = [term for term in self._worth if term[0] not in "=#" and " " not in term]
        self._unknown = min(math.log(1 + max(self._table.groups, 1)), RAREST)
        spelled = lexicon().spelled | {term[1:] for term in self._worth if term[0] == "="}
        self._reader = Reader({*self._vocabulary, *lexicon().vocabulary}, spelled, self._nearest)
        self._close = lru_cache(maxsize=4096)(self._find_close)

    def __len__(self) -> int:
        return len(self._entries)

    @classmethod
    def build(cls, entries: Iterable[Entry]) -> "Index":
        """Build an index from entries; their order breaks ties."""
        listed = list(entries)
        known = _known(listed)
        here = {meant.code: code for code, meant in known.items()}
        rivals = [Rival(topic.name, topic.said, OUTSIDE_BONUS) for topic in lexicon().outside.values()]
        rivals += [
            Rival(absent.code, (absent.label, *absent.said), ABSENT_BONUS)
            for absent in lexicon().known.values()
            if absent.code not in here
        ]
        for family in lexicon().families:
            present = tuple(here[code] for code in family.codes if code in here)
            if len(present) > 1:
                rivals.append(Rival(family.name, family.about, FAMILY_BONUS, present))
        said: list[str] = []
        first: list[int] = []
        sayings = (_sayings(entry, known.get(entry.code)) for entry in listed)
        for texts in (*sayings, *(rival.said for rival in rivals)):
            first.append(len(said))
            said.extend(texts)
        return cls(listed, known, rivals, said, first)

    def search(self, text: str, limit: int = 5) -> SearchResult:
        """Find the procedures that a question in a citizen's words may mean, best first."""
        started = time.perf_counter()
        decision: Decision = "none"
        hits: tuple[Hit, ...] = ()
        topic, asked = smalltalk(text), self._read(text)
        tells = share = 0.0
        if not topic and len(self) and asked.telling:
            decision, hits, topic = self._find(asked, limit)
            if hits:
                tells, share = self._told(asked, hits[0].code)
        return SearchResult(
            query=text,
            decision=decision,
            aspect=asked_aspect([word.folded for word in asked.words]),
            hits=hits,
            ms=round((time.perf_counter() - started) * 1000, 3),
            topic=topic,
            bare=not asked.telling,
            aspects=tuple(filter(None, (asked_aspect([word.folded for word in asked.words]),))),
            sure=decision == "answer",
            tells=tells,
            named=share,
        )

    def _told(self, asked: Asked, code: str) -> tuple[float, float]:
        """The weight of what a question shares with all names of a procedure, and its share of the most alike name."""
        matched, together = self._table.matched(self._terms(asked))
        mass = self._table.marked_mass if asked.marked else self._table.mass
        position = [known for known, _ in self._entries].index(code)
        rows = slice(self._first[position], [*self._first, len(self._said)][position + 1])
        likeness = matched[rows] / (ASKED_ONLY * 10 + matched[rows] + NAMED_ONLY * (mass[rows] - matched[rows]))
        best = int(np.argmax(likeness))
        return float(together[position]), float(matched[rows][best] / mass[rows][best])

    def among(self, text: str, codes: Sequence[str]) -> tuple[Hit, ...]:
        """Rank only these procedures by what the words say that tells them apart; empty where they say nothing."""
        asked = self._read(text)
        if not asked.telling:
            return ()
        scored = self._scores(asked)
        place = {code: i for i, (code, _) in enumerate(self._entries)}
        best = sorted((place[code] for code in codes if code in place), key=lambda i: -scored.covered[i])
        if (
            not best
            or scored.covered[best[0]] < AMONG
            or (len(best) > 1 and scored.covered[best[0]] - scored.covered[best[1]] < OWN_WORDS)
        ):
            return ()
        return self._hits(best, scored.covered)

    def siblings(self, code: str) -> tuple[str, ...]:
        """Procedures about the same thing."""
        place = {code: i for i, (code, _) in enumerate(self._entries)}
        return tuple(self._entries[i][0] for i in sorted(self._siblings.get(place.get(code, -1), ())))

    def telling(self, text: str) -> tuple[str, ...]:
        """The words of a text that tell something."""
        asked = self._read(text)
        return tuple(w.folded for w, weight in zip(asked.words, asked.weights, strict=True) if weight)

    def explain(self, text: str, limit: int = 5) -> list[Reason]:
        """Say why each of the best candidates scored as it did, rivals from outside the catalog among them."""
        asked = self._read(text)
        if not len(self) or not asked.telling:
            return []
        terms = self._terms(asked)
        scored = self._scores(asked)
        matched, _ = self._table.matched(terms)
        mass = self._table.marked_mass if asked.marked else self._table.mass
        total = sum(weight for _, weight in terms if weight > 0)
        reasons = []
        for position in np.argsort(-scored.scores, kind="stable")[:limit]:
            ends = [*self._first[1:], len(self._said)]
            rows = range(self._first[position], ends[position])
            likeness = {row: self._likeness(matched[row], mass[row], total) for row in rows}
            row = max(likeness, key=lambda one: likeness[one])
            reasons.append(
                Reason(
                    hit=Hit(*self._name(position), round(float(scored.scores[position]), 4)),
                    said=self._said[row],
                    shared=tuple(sorted(((t, w) for t, w in terms if self._table.has(t, row)), key=lambda tw: -tw[1])),
                    asked_only=float(total - matched[row]),
                    named_only=float(mass[row] - matched[row]),
                    likeness=likeness[row],
                    covered=float(scored.covered[position]),
                    bonus=float(self._bonus[position]),
                )
            )
        return reasons

    def _name(self, position: int) -> tuple[str, str]:
        if position < len(self):
            return self._entries[position]
        rival = self._rivals[position - len(self)]
        return ("family" if rival.codes else "outside"), rival.name

    @staticmethod
    def _likeness(matched: float, mass: float, total: float) -> float:
        """Tversky's index (Features of similarity, Psychological Review 84, 1977) with our two weights."""
        return float(matched / (matched + ASKED_ONLY * (total - matched) + NAMED_ONLY * (mass - matched)))

    def _find(self, asked: Asked, limit: int) -> tuple[Decision, tuple[Hit, ...], str]:
        scored = self._scores(asked)
        scores = scored.scores
        top = float(scores.max())
        if top < FOUND:
            return "none", (), ""
        near = np.flatnonzero(scores > WORTH_OFFERING * top)
        best = [int(i) for i in near[np.argsort(-scores[near], kind="stable")]]
        offered = [i for i in best if i < len(self)][:limit]
        alone = [i for i in offered if scored.named_alone(i)]
        if len(alone) == 1 and alone[0] in (best[0], offered[0]):
            return "answer", self._hits(offered, scores), ""
        if best[0] >= len(self):
            return self._rival_wins(best[0] - len(self), scores, limit)
        in_full = scored.named_in_full(best[0])
        others = [i for i in best[1:] if i < len(self) or not (in_full and self._rivals[i - len(self)].codes)]
        answer = (
            top >= SURE
            and (not others or top - scores[others[0]] >= MARGIN)
            and (in_full or self._has_words_of_its_own(best[0], scored.covered))
        )
        return "answer" if answer else "choose", self._hits(offered, scores), ""

    def _rival_wins(self, rival: int, scores: Array, limit: int) -> tuple[Decision, tuple[Hit, ...], str]:
        """A family asks which of its members is meant; the others say that the catalog has no answer."""
        name, members = self._rivals[rival].name, sorted(self._members[rival], key=lambda i: -scores[i])
        if members:
            # A procedure that fits better than a member of the family is offered with them.
            better = [int(i) for i in np.flatnonzero(scores[: len(self)] > scores[members[0]])]
            offered = sorted({*members, *better}, key=lambda i: -scores[i])
            return "choose", self._hits(offered[:limit], scores), ""
        unsure = is_code(name) and scores[len(self) + rival] < SURE
        return "none", (), "" if unsure else name

    def _hits(self, positions: Iterable[int], scores: Array) -> tuple[Hit, ...]:
        return tuple(Hit(*self._entries[i], round(float(scores[i]), 4)) for i in positions)

    def _has_words_of_its_own(self, position: int, covered: Array) -> bool:
        """Whether the question has something that sets a procedure apart from its family."""
        return all(covered[position] - covered[sibling] >= OWN_WORDS for sibling in self._siblings.get(position, ()))

    def _scores(self, asked: Asked) -> "_Scored":
        """How well every procedure and rival fits."""
        terms = self._terms(asked)
        total = sum(weight for _, weight in terms if weight > 0) + 1e-6
        matched, together = self._table.matched(terms)
        mass = self._table.marked_mass if asked.marked else self._table.mass
        # Tversky's index; no row shares more than it has or than is asked, so the differences need no floor.
        unlike = matched * (1 - ASKED_ONLY - NAMED_ONLY)
        unlike += NAMED_ONLY * mass
        unlike += ASKED_ONLY * total
        best = np.maximum.reduceat(matched / unlike, self._first)
        covered = together / total
        scores = np.where(best > 0, (1 - COVER) * best + COVER * covered + self._bonus, 0)
        official = matched[self._first]
        return _Scored(scores, covered, official / np.maximum(mass[self._first], 1e-6), official / total)

    def _read(self, text: str) -> Asked:
        """Read a question: its words, what each weighs, and the phrases in it."""
        return weighed(self._reader.read(text))

    def _terms(self, asked: Asked) -> list[tuple[str, float]]:
        """The terms of a question with their weights, each once; negative where it says what is not meant."""
        terms: dict[str, float] = {}
        for name, weight, word in named(asked):
            if name not in self._worth:
                continue
            worth = weight * self._worth[name]
            signed = -NEGATED * worth if word.negated else worth
            if abs(signed) > abs(terms.get(name, 0.0)):
                terms[name] = signed
        for word, weight in zip(asked.words, asked.weights, strict=True):
            if weight and word.folded not in self._worth:
                terms[word.folded] = weight * self._unknown * UNKNOWN
        return list(terms.items())

    def _nearest(self, word: str, before: str, after: str) -> tuple[str, float] | None:
        """The word of the catalog that a misspelt one means, preferring one that goes with its neighbours.

        A word that could be Vietnamese is taken for a slip only where another goes with its neighbours.
        """
        close = self._close(word)
        if not close:
            return None

        def fits(candidate: str) -> float:
            """How common the candidate is beside a neighbour: pairs are worth less the more names have them."""
            worth = (self._worth.get(f"{before} {candidate}"), self._worth.get(f"{candidate} {after}"))
            return max(1 / pair if pair else 0.0 for pair in worth)

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


def _known(entries: Iterable[Entry]) -> dict[str, Known]:
    """What people call each procedure, by its code here: found by code, or by name under a code of its own."""
    titles = {entry.code: words(entry.title) for entry in entries}
    by_title = {tuple(title): code for code, title in reversed(titles.items())}
    known: dict[str, Known] = {}
    for meant in lexicon().known.values():
        code = meant.code if meant.code in titles else by_title.get(tuple(words(official_title(meant.name))), "")
        if code and (code == meant.code or code not in lexicon().known):
            known.setdefault(code, meant)
    return known


def _sayings(entry: Entry, known: Known | None) -> list[str]:
    """What a procedure is called: its official name first, then what its catalog adds, then people's words."""
    return list(dict.fromkeys((entry.title, *entry.sayings, *(known.said if known else ()))))


def _bonus(entry: Entry, known: Known | None) -> float:
    return COMMON_BONUS * (known.common if known else 0) + COMMUNAL_BONUS * entry.communal


def _siblings(families: Iterable[Sequence[int]]) -> dict[int, set[int]]:
    siblings: defaultdict[int, set[int]] = defaultdict(set)
    for members in families:
        for member in members:
            siblings[member] |= set(members) - {member}
    return dict(siblings)
