"""The features of the best procedure that the decisions on a question weigh (`deciding.NAMED`, `deciding.RIGHT`)."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import compress, pairwise

import numpy as np

from catalog.lexicon import Known, lexicon
from catalog.search.question import Question
from catalog.search.scoring import NAMED_IN_FULL, Scored
from catalog.search.table import Table
from catalog.text import ENGLISH

# Procedures this close to the best are its rivals; up to this rank they are searched for what the best lacks.
CLOSE, RIVALS, MOST_COUNTED = 0.12, 9, 3
# Several names should fit what is meant: the mean of the best of them counts. Another act is looked for in as many
# procedures, by the official and the short name of each.
SEVERAL, NAMED_BY = 3, 2
LEAST_APART, WORTH_OFFERING = 0.08, 0.6
# Less weight than any term has.
NOTHING = 1e-6
MOST_LEAD, MOST_LEAD_OVER_ALL = 0.4, 0.3


@dataclass(frozen=True, slots=True)
class Names:
    """All that an index knows of its names: the groups with their terms, the position of each code, what people call
    the procedures, the positions of the other members of each one's families, how much words point to a topic outside
    any catalog, and the position of each rival by the `twin` of its traits.
    """

    table: Table
    place: Mapping[str, int]
    known: Mapping[str, Known]
    siblings: Mapping[int, frozenset[int]]
    odds: Mapping[str, float]
    rivals: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class _Rivals:
    """What the best rivals reach without their bonus: outside the catalog, a family of the procedure, any family."""

    outside: float
    family: float
    any_family: float
    in_family: bool


def lead(found: Scored, best: Sequence[int]) -> float:
    """How far the best is ahead of whatever comes next."""
    return found.scores[best[0]] - (found.scores[best[1]] if len(best) > 1 else 0.0)


class Weighing:
    """The features of the procedure that fits best; those that take long are computed only when they are asked for."""

    def __init__(self, names: Names, found: Scored, best: Sequence[int], inside: Sequence[int]) -> None:
        """`best` holds ranks without twins; `inside` holds those that are procedures, at least one."""
        self._names, self._found, self._best, self._inside = names, found, best, inside
        asked, number_of = found.question.asked, names.table.numbers.get
        self._first = inside[0]
        self._traits = found.groups[self._first].traits
        self._rivals = _rivals(found, best, self._traits.code)
        self._concepts = {number for _, _, one in asked.concepts if (number := number_of(f"#{one}")) is not None}
        self._outside_lead = found.scores[self._first] - self._traits.bonus - self._rivals.outside
        self._name_asked, self._length = found.name_asked(self._first), math.log(found.question.total)
        self._pattern = float(min(asked.patterns, MOST_COUNTED))
        self._counted = float(min(len(self._concepts), MOST_COUNTED))
        self.total = found.question.total
        self._in_english = float(True in [word[0][0] == ENGLISH for word in asked.words])
        self._of_several = float(np.sort(found.likeness_of_names(self._first))[-SEVERAL:].mean())
        self._one_name = min(float(found.shared_by_names(self._first).max()) / found.question.total, 1.0)

    def named(self) -> list[float]:
        """Return the features that tell whether a procedure is named at all, as in `deciding.NAMED`."""
        found, asked = self._found, self._found.question.asked
        known = self._names.known.get(self._traits.code)
        return [
            max([found.likeness[rank] for rank in self._inside]), found.covered[self._first], self._name_asked,
            self._outside_lead, float(found.groups[self._best[0]].traits.outside),
            _odds(self._names.odds, found.question), self._pattern, found.question.unheard,
            self._length, self._counted, known.common if known else 0.0, float(bool(asked.aspects)),
            len(asked.words) / 10, self._rivals.any_family, self._in_english, self._of_several, self._one_name,
        ]  # fmt: skip

    def right(self, rest: float, rest_concepts: int) -> list[float]:
        """Return the features of `deciding.RIGHT`, given what `rest` returns or a stand-in for it."""
        found, first, inside, best = self._found, self._first, self._inside, self._best
        scores, question, covered, score = found.scores, found.question, found.covered[first], found.scores[first]
        # What the next procedure reaches; nothing where there is none.
        next_score, next_likeness, next_covered = (
            (scores[inside[1]], found.likeness[inside[1]], found.covered[inside[1]])
            if len(inside) > 1
            else (0.0, 0.0, 0.0)
        )
        close = sum([scores[rank] > score - CLOSE for rank in inside]) - 1
        apart = stands_apart(self._names.siblings.get(found.positions[first]), found, first)
        ahead = lead(found, best) if best[0] == first else score - scores[best[0]]
        clear = ahead >= CLOSE and (apart or self._name_asked >= NAMED_IN_FULL)
        return [
            float(clear), min(score - next_score, MOST_LEAD), max(min(ahead, MOST_LEAD_OVER_ALL), -MOST_LEAD_OVER_ALL),
            found.likeness[first] - next_likeness, covered - next_covered, covered, self._name_asked,
            found.name_covers(first), float(self._rivals.in_family), self._outside_lead,
            float(apart), math.log1p(close), self._length, question.unheard, self._pattern,
            self._counted, float(bool(question.asked.denied)), rest / question.total,
            float(rest_concepts), self._in_english,
            found.likeness[first], float(bool(question.asked.aspects)),
            self._of_several, self._one_name, float(self._traits.communal), self._acts_of_others(),
        ]  # fmt: skip

    def _acts_of_others(self) -> float:
        """Return how many acts the question names that a next procedure is called by, and this one is not."""
        asked, number_of = self._found.question.asked, self._names.table.numbers.get
        acts = {
            number_of(f"#{one}") for at, _, one in asked.concepts if one in lexicon().acts and at not in asked.denied
        }
        if not acts or not (lacked := acts - self._called_by(self._first)):
            return 0.0
        return float(max([len(lacked & self._called_by(rank)) for rank in self._inside[1:SEVERAL]], default=0))

    def _called_by(self, rank: int) -> set[int]:
        """The terms of the official and the short name, by number."""
        group = self._found.groups[rank]
        return set(group.terms[: int(group.lengths[:NAMED_BY].sum())].tolist())

    def most_rest(self) -> tuple[float, int]:
        """Return an upper bound for what `rest` returns, found sooner."""
        found, question = self._found, self._found.question
        scores, inside = found.scores, self._inside
        if len(inside) < 2 or scores[inside[1]] <= WORTH_OFFERING * scores[self._first]:
            return 0.0, 0
        lacked = question.heard
        if not question.asked.denied:
            lacked -= found.together.item(found.positions[self._first])
        return (lacked, len(self._concepts)) if lacked > NOTHING else (0.0, 0)

    def rest(self) -> tuple[float, int]:
        """Return the most weight of the question that one rival's name has and no name of the procedure has, and how
        many of the question's concepts are among such terms.
        """
        if self.most_rest() == (0.0, 0):
            return 0.0, 0
        found, question = self._found, self._found.question
        least = WORTH_OFFERING * found.scores[self._first]
        others = [found.groups[rank] for rank in self._inside[1:RIVALS] if found.scores[rank] > least]
        lengths = np.concatenate([group.lengths for group in others])
        held = np.concatenate([group.terms for group in others])
        weights = np.maximum(question.weights, 0) if question.asked.denied else question.weights
        has = found.groups[self._first].terms
        shared = self._names.table.weights.lacking(held, has, question.numbers, weights)
        most = float(np.add.reduceat(shared, lengths.cumsum() - lengths).max())
        if not most or not self._concepts:
            return most, 0
        lacked = held[shared > 0].tolist()
        return most, sum([one in lacked for one in self._concepts])


def _rivals(found: Scored, best: Sequence[int], code: str) -> _Rivals:
    outside = family = any_family = 0.0
    for rank in best:
        traits = found.groups[rank].traits
        if traits.rival:
            bare = found.scores[rank] - traits.bonus
            if not traits.rival.codes:
                outside = max(outside, bare)
            else:
                any_family = max(any_family, bare)
                family = max(family, bare) if code in traits.rival.codes else family
    return _Rivals(outside, family, any_family, family > 0)


def _odds(odds: Mapping[str, float], question: Question) -> float:
    """Return how much the words and the pairs of neighbours point to a topic outside any catalog, per word."""
    said = [word[0] for word in question.asked.words]
    odds_of = odds.get
    alone = sum([odds_of(word, 0.0) for word in said])
    return (alone + sum([odds_of(f"{one} {other}", 0.0) for one, other in pairwise(said)])) / len(said)


def stands_apart(siblings: frozenset[int] | None, found: Scored, rank: int) -> bool:
    """Whether the question has something that sets the procedure of a rank apart from its family."""
    if not siblings:
        return True
    covered = found.covered[rank]
    if covered < LEAST_APART:
        return False
    of_siblings = compress(found.covered, map(siblings.__contains__, found.positions))
    return all(covered - other >= LEAST_APART for other in of_siblings)
