"""The features by which two models decide if a message leaves the open procedure, and if it goes to a sibling."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from catalog import follow_ups
from catalog.ages import age_span, ages, without_ages
from catalog.circumstances import CircumstanceMatch
from catalog.deciding import asked_on_odds, deciding
from catalog.entries import Entry
from catalog.index import Comparison, Index
from catalog.lexicon import goes_on
from catalog.record_words import in_record
from catalog.text import folded_words

# A message that is less like any procedure's names than this names none.
LEAST_NAMED = 0.3
# The record covers a message if it holds this share of the words that tell something.
MOST_WORDS = 0.5
# A message names the open procedure, or another circumstance, if it tells this share of it.
MOSTLY = 0.7
# A procedure that is not among the first MOST_JOINED found counts as if it scored LEAST_JOINED.
MOST_JOINED, LEAST_JOINED = 8, 0.3
# Weights added for what tells siblings apart, for a circumstance wholly told, and for each step of how often one is
# asked for: a conditional logit over the siblings of 529 messages, cross-validated (.913 chosen rightly to .938).
SHARE_COUNTS, CIRCUMSTANCE_COUNTS, COMMON_COUNTS = 0.5, 1.0, 0.08
# A sibling clearly fits if it has this share of the words that tell the family apart, and this lead over the open one.
SO_MUCH, CLEAR_LEAD = 0.4, 0.1


@dataclass(frozen=True)
class Said:
    """A message while a procedure is open; `title` gives the title of a procedure by its code.

    `odds` tell how much words point to a message about the open procedure.
    """

    index: Index
    text: str
    open: Entry
    title: Callable[[str], str]
    odds: Mapping[str, float] = field(default_factory=asked_on_odds)

    @property
    def leaving(self) -> float:
        """The probability, from 0 to 1, that the message is about another procedure than the open one."""
        return deciding().leaves.probability(self.leaves)

    @property
    def moving(self) -> float:
        """The probability, from 0 to 1, that the message is about a sibling of the open one; 0 if none is likely."""
        return deciding().moves.probability(self.moves) if self._may_move else 0.0

    @property
    def _may_move(self) -> bool:
        """Whether the search found a sibling or no single answer, or a sibling's circumstance is told better than the
        open one's, or a sibling has more of the words that tell the family apart.
        """
        found, (*_, lead) = self.index.search(self.text), self._circumstance_features
        if found.decision != "answer" or lead > 0 or not set(self.siblings).isdisjoint(hit.code for hit in found.hits):
            return True
        return max(self.family.values(), default=0.0) > self.family.get(self.open.code, 0.0)

    @cached_property
    def leaves(self) -> Sequence[float]:
        """What the decision to leave weighs, in the order of `deciding.LEAVES`."""
        index, text = self.index, self.text
        found, comparison, content_words = index.search(text), self._comparison, index.content_words(text)
        surely = float(found.decision == "answer" and found.sure and found.hits[0].code != self.open.code)
        return (
            found.tells, comparison.certain, comparison.likeness, comparison.covered,
            comparison.open_covered, float(comparison.open_first), float(comparison.common),
            math.log1p(len(content_words)), math.log1p(len(text.split())),
            float(bool(found.aspects)), float(bool(follow_ups.points(text))), float(follow_ups.asks_yes_or_no(text)),
            float(follow_ups.wants(text)), float(goes_on(text)), float(follow_ups.turns(text)),
            float(bool(found.topic)), *((0.0, 0.0) if surely else self._recorded), float(follow_ups.asks(text)),
            float(follow_ups.changes(text)), surely, float(follow_ups.lacks(text)), *self._asked_on,
            *self._circumstance_features,
        )  # fmt: skip

    @cached_property
    def moves(self) -> Sequence[float]:
        """What the decision to go to a sibling weighs, in the order of `deciding.MOVES`."""
        found, of_open = self.index.search(self.text), self.family.get(self.open.code, 0.0)
        others = sorted((code for code in self.family if code != self.open.code), key=lambda code: -self.family[code])
        first, second, *_ = (*(self.family[code] for code in others), 0.0, 0.0)
        hits = [hit.code for hit in found.hits]
        lead, changes, denies = first - of_open, follow_ups.changes(self.text), follow_ups.denies(self.text)
        return (
            *self.leaves, *self._joined_moves, first, of_open, lead, first - second, float(others[:1] == hits[:1]),
            float(bool(hits) and hits[0] not in self.family), float(found.decision == "answer"),
            float(self.of_other_age), float(denies), float(follow_ups.already(self.text)), lead * changes,
            lead * denies, lead * follow_ups.asks(self.text),
            first * (first >= SO_MUCH and lead >= CLEAR_LEAD) * (changes or denies), *self._circumstance_moves,
        )  # fmt: skip

    @cached_property
    def family(self) -> Mapping[str, float]:
        """The open procedure and its siblings that the message tells apart, each with its share of the words for it."""
        said = follow_ups.without_points(self.text)
        return {hit.code: hit.score for hit in self.index.among(said, (self.open.code, *self.siblings))}

    @cached_property
    def siblings(self) -> Sequence[str]:
        """The siblings that the message may go to; if it tells only another age, those whose names state ages."""
        found = self.index.siblings(self.open.code)
        return tuple(code for code in found if age_span(self.title(code))) if self.of_other_age else found

    @cached_property
    def fits(self) -> Mapping[str, float]:
        """How well the message fits the open procedure and each sibling, by itself and read with the open one's name.

        If it tells only an age, the ages in their names decide, and what else it tells of their circumstances.
        """
        if self.of_other_age:
            return {code: self.family.get(code, 0.0) + self._heard(code) for code in {*self.family, *self._matches}}
        codes = {*self._joined, *self.family, *self._matches}.intersection((self.open.code, *self.siblings))
        return {
            code: self._joined.get(code, LEAST_JOINED)
            + SHARE_COUNTS * self.family.get(code, 0.0)
            + self._heard(code)
            + COMMON_COUNTS * self._common(code)
            for code in codes
        }

    def _heard(self, code: str) -> float:
        return CIRCUMSTANCE_COUNTS * self._matches.get(code, CircumstanceMatch()).heard

    def _common(self, code: str) -> int:
        return known.common if (known := self.index.known.get(code)) else 0

    @cached_property
    def _matches(self) -> Mapping[str, CircumstanceMatch]:
        return self.index.circumstance_matches(self.text, self.open.code)

    @cached_property
    def _circumstance_features(self) -> tuple[float, float, float, float]:
        """How well a sibling's circumstance is told, by how much of the message; the open one's; and the lead."""
        of_open = self._matches.get(self.open.code, CircumstanceMatch())
        best = max(
            (match for code, match in self._matches.items() if code != self.open.code), default=CircumstanceMatch()
        )
        return *best, of_open.heard, best.heard - of_open.heard

    @property
    def _circumstance_moves(self) -> tuple[float, float, float]:
        """The lead of a sibling's circumstance over the open one's, three times: if the message tells a change, if it
        tells what has been done, and if it asks for a point or a yes; else 0.
        """
        *_, lead = self._circumstance_features
        asks = bool(follow_ups.points(self.text)) or follow_ups.asks_yes_or_no(self.text)
        changes = follow_ups.changes(self.text) or follow_ups.denies(self.text)
        return lead * changes, lead * follow_ups.already(self.text), lead * asks

    @property
    def _joined_moves(self) -> tuple[float, float, float]:
        """The lead of another procedure in `_joined`, whether a sibling is first there, and the lead in `fits`."""
        joined, of_open = self._joined, self.open.code
        first = next(iter(joined), "")
        others = max((score for code, score in joined.items() if code != of_open), default=LEAST_JOINED)
        best = max((fit for code, fit in self.fits.items() if code != of_open), default=0.0)
        return (
            others - joined.get(of_open, LEAST_JOINED),
            float(first in self.siblings),
            best - self.fits.get(of_open, LEAST_JOINED),
        )

    @cached_property
    def _joined(self) -> Mapping[str, float]:
        """The scores of what is found for the open procedure's name and the message together, by code, best first."""
        known = self.index.known.get(self.open.code)
        name = known.label if known else self.open.title
        return {hit.code: hit.score for hit in self.index.ranked(f"{name}, {self.text}", MOST_JOINED)}

    @cached_property
    def tells_an_age_alone(self) -> bool:
        """Whether the message tells an age, and names nothing else."""
        return tells_an_age_alone(self.index, self.text)

    @property
    def names_the_open(self) -> bool:
        """Whether the message names the open procedure before any other, and hardly anything else."""
        return self._comparison.open_first and self._comparison.open_covered >= MOSTLY

    @property
    def stands_in_the_record(self) -> bool:
        """Whether the open record covers most of what the message tells."""
        words, _ = self._recorded
        return words >= MOST_WORDS

    @property
    def tells_another_circumstance(self) -> bool:
        """Whether the message tells most of the circumstance of a sibling."""
        share, *_ = self._circumstance_features
        return share >= MOSTLY

    @cached_property
    def _comparison(self) -> Comparison:
        return self.index.compare(self.text, self.open.code)

    @cached_property
    def _recorded(self) -> tuple[float, float]:
        return in_record(self.open, self.index.content_words(self.text))

    @cached_property
    def _asked_on(self) -> tuple[float, float, float]:
        """How much the words point to the open procedure: their sum over the root of their number, the most, least."""
        odds = [self.odds[term] for term in follow_ups.terms(self.text) if term in self.odds]
        if not odds:
            return 0.0, 0.0, 0.0
        return sum(odds) / math.sqrt(len(self.text.split())), max(odds), min(odds)

    @property
    def of_other_age(self) -> bool:
        """Whether the message tells only an age, and the open procedure is for people of certain ages."""
        return self.tells_an_age_alone and bool(age_span(self.open.title))


def tells_an_age_alone(index: Index, text: str) -> bool:
    """Whether a message tells an age, and names nothing else."""
    if not ages(folded_words(text)):
        return False
    rest = without_ages(follow_ups.without_what_then(text))
    said = index.asked(rest)
    whose_alone = not said.concepts and said.hints_alone
    return whose_alone or index.search(rest).tells < LEAST_NAMED


def without_points_or_ages(text: str) -> str:
    """A message without what it asks about an open procedure, and without an age ("nó 5 tuổi")."""
    named = follow_ups.without_points(text)
    return without_ages(named) if ages(folded_words(named)) else named
