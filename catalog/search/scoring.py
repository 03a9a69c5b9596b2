"""How well procedures and their rivals fit a question."""

import math
from collections.abc import Mapping, Sequence
from itertools import accumulate
from operator import itemgetter
from typing import NamedTuple, cast

import numpy as np

from catalog.search.groups import Array, Group, Places
from catalog.search.question import Question
from catalog.search.results import Fitting
from catalog.search.table import Table

# Weights of Tversky's similarity: for what is asked but not in the name, and for what is in the name but not asked.
ASKED_ONLY, NAMED_ONLY = 0.2, 0.4
# A family stands for its thing alone: nothing of what it is called may be missing.
FAMILY_ONLY = 1.0
COVER = 0.45
AGED_OTHERWISE = 0.3
# Weights among procedures: of the best of a procedure's names, the next best, the official one and the one after it, of
# what all together cover, and of the bonus. Fitted (conditional logit) on the project's own questions; without the
# bonus they add up to 1, as above.
BEST, NEXT, OFFICIAL, SHORT, ALL_COVER, BONUS = 0.175, 0.25, 0.07, 0.085, 0.42, 0.55
# At most this many procedures are looked at closely: those that share most with the question, and none that shares
# less than this part of what the best does.
CANDIDATES, LEAST_SHARED = 24, 0.4
NAMED_IN_FULL, NAMED_ALONE = 0.95, 0.85

_SCORE = itemgetter(0)


class Rows(NamedTuple):
    """The names of several groups one after the other: how like the question each is, the weight that it shares with
    the question, and where the names of the group at each position begin.
    """

    likeness: Array
    shared: Array
    begins: Mapping[int, int]


NO_ROWS = Rows(np.zeros(0), np.zeros(0), {})


class Scored(NamedTuple):
    """The procedures and rivals that may be meant, best first: the position of each, its score, the likeness of its
    best name, how much of the question all its names together cover, its names, and the weight that the official one
    shares with the question. `together` is what all names of every group share with it, `rows` what each name does.
    """

    question: Question
    together: Array
    positions: Sequence[int] = ()
    scores: Sequence[float] = ()
    likeness: Sequence[float] = ()
    covered: Sequence[float] = ()
    groups: Sequence[Group] = ()
    official: Sequence[float] = ()
    rows: Rows = NO_ROWS

    def likeness_of_names(self, rank: int) -> Array:
        """The likeness of each name to the question."""
        return self._of_names(self.rows.likeness, rank)

    def shared_by_names(self, rank: int) -> Array:
        """The weight that each name shares with the question."""
        return self._of_names(self.rows.shared, rank)

    def _of_names(self, of_rows: Array, rank: int) -> Array:
        begins = self.rows.begins[self.positions[rank]]
        return of_rows[begins : begins + len(self.groups[rank].lengths)]

    def name_asked(self, rank: int) -> float:
        """How much of the official name is asked for."""
        return self.official[rank] / max(self.groups[rank].whole[self.question.asked.marked], 1e-6)

    def name_covers(self, rank: int) -> float:
        """How much of the question the official name alone covers."""
        return self.official[rank] / self.question.total

    def named_alone(self, rank: int) -> bool:
        """Return whether the question is the official name, nearly complete, and hardly anything else."""
        covers = self.name_covers(rank)
        if covers < NAMED_ALONE:
            return False
        asked = self.name_asked(rank)
        return asked >= NAMED_ALONE and max(asked, covers) >= NAMED_IN_FULL

    def fitting(self, rank: int) -> Fitting:
        """Return what is compared of the procedure of a rank."""
        traits = self.groups[rank].traits
        return Fitting(traits.twin, traits.code, self.likeness[rank], self.covered[rank])

    def inside(self, ranks: Sequence[int]) -> list[int]:
        """Those of some ranks that are procedures."""
        groups = self.groups
        return [rank for rank in ranks if groups[rank].traits.rival is None]


def fitting(table: Table, question: Question) -> Scored:
    """Score the procedures and rivals that share most with a question."""
    together = table.together(question.terms, question.weights)
    if question.asked.denied:
        together = np.maximum(together, 0)
    return scored(table, question, together, candidates(table, question, together))


def candidates(table: Table, question: Question, together: Array) -> list[int]:
    """Return, in order, the positions whose names together share most with a question."""
    (chosen,) = (together > max(LEAST_SHARED * together.max(initial=0), 1e-9)).nonzero()
    if len(chosen) > CANDIDATES:
        # No name shares more than all names together, so this is the most that each can score.
        shared = together[chosen]
        most = (1 - COVER) * shared / (shared + ASKED_ONLY * np.maximum(question.total - shared, 0))
        most += COVER / question.total * shared + table.bonus[chosen]
        chosen = np.sort(chosen[np.argpartition(-most, CANDIDATES)[:CANDIDATES]])
    return cast(list[int], chosen.tolist())


def scored(table: Table, question: Question, together: Array, chosen: Sequence[int]) -> Scored:
    """Score the procedures and rivals at some positions.

    Against rivals a procedure counts by its best name, among procedures also by its other names, so that none wins by
    one odd saying. The best procedure gets the highest score by best names; the others keep their distance to it.
    """
    if not chosen:
        return Scored(question, together)
    groups, ages, total = [table.groups[place] for place in chosen], question.asked.ages, question.total
    likeness, begins, matched, _ = likenesses(table, question, groups)
    best, official = np.maximum.reduceat(likeness, begins), matched.take(begins).tolist()
    fits, among, highest, most = [], _named_often(likeness, begins, best).tolist(), -math.inf, -math.inf
    for place, group, like, named, shared, asked_for in zip(
        chosen, groups, best.tolist(), among, together.take(chosen).tolist(), official, strict=True
    ):
        covered, bonus = shared / total if shared < total else 1.0, group.traits.bonus
        score = (1 - COVER) * like + COVER * covered + bonus
        if group.traits.rival is None:
            other = named + ALL_COVER * covered + BONUS * bonus
            if ages:
                excluded = too_old_or_young(group, question)
                score, other = score - excluded, other - excluded
            highest, most = max(highest, score), max(most, other)
            score = other
        fits.append((score, place, like, covered, group, asked_for))
    if most > -math.inf:
        behind = highest - most
        fits = [(one[0] + behind, *one[1:]) if one[4].traits.rival is None else one for one in fits]
    fits.sort(key=_SCORE, reverse=True)
    scores, places, likely, covers, ranked, shares = zip(*fits, strict=True)
    rows = Rows(likeness, matched, dict(zip(chosen, begins.tolist(), strict=True)))
    return Scored(question, together, places, scores, likely, covers, ranked, shares, rows)


def _named_often(likeness: Array, begins: Places, best: Array) -> Array:
    """What the names of each procedure count among procedures: several should be like the question, or one in full."""
    ends = np.append(begins[1:], len(likeness))
    counts = ends - begins
    following = np.maximum.reduceat(np.where(likeness < best.repeat(counts), likeness, 0.0), begins)
    following = np.where(counts > 1, following, best)
    short = likeness.take(np.minimum(begins + 1, ends - 1))
    several: Array = BEST * best + NEXT * following + OFFICIAL * likeness.take(begins) + SHORT * short
    return np.where(best >= NAMED_IN_FULL, (1 - ALL_COVER) * best, several)


def likenesses(table: Table, question: Question, groups: Sequence[Group]) -> tuple[Array, Places, Array, Array]:
    """Return the likeness of each name of some groups to a question, where each group's names begin among them, the
    weight that each name shares with the question, and the weight that it has.
    """
    lengths = np.concatenate([group.lengths for group in groups])
    mass = np.concatenate(
        [group.marked_mass for group in groups] if question.asked.marked else [g.mass for g in groups]
    )
    held = np.concatenate([group.terms for group in groups])
    weights = table.weights.of(held, question.numbers, question.weights)
    matched: Array = np.add.reduceat(weights, lengths.cumsum() - lengths).astype(np.float64)
    counts = [len(group.lengths) for group in groups]
    begins = np.array([*accumulate(counts[:-1], initial=0)], dtype=np.int64)
    # Tversky's index (Features of similarity, Psychological Review 84, 1977) with our two weights.
    if question.longer:
        matched = np.maximum(matched, 0)
        whole = matched + ASKED_ONLY * np.maximum(question.total - matched, 0) + NAMED_ONLY * (mass - matched) + 1e-9
    else:
        # The same for the usual question, which no name exceeds, in fewer steps.
        whole = mass * NAMED_ONLY
        whole += matched * (1 - ASKED_ONLY - NAMED_ONLY)
        whole += question.total * ASKED_ONLY + 1e-9
    for place, group in enumerate(groups):
        if group.traits.family:
            rows = slice(begins[place], begins[place] + counts[place])
            whole[rows] += (FAMILY_ONLY - NAMED_ONLY) * (mass[rows] - matched[rows])
    return matched / whole, begins, matched, mass


def too_old_or_young(group: Group, question: Question) -> float:
    """What a procedure loses for each age said that its name excludes."""
    if group.traits.ages is None:
        return 0.0
    least, most = group.traits.ages
    return sum(AGED_OTHERWISE for age in question.asked.ages if not least <= age.years <= most)


def without_twins(found: Scored) -> list[int]:
    """Return the ranks without those whose name differs from a better one's by the level of government alone.

    Of several such twins, the one that a commune takes part in stands for all, at the place of the best.
    """
    chosen: dict[str, int] = {}
    for rank, group in enumerate(found.groups):
        traits = group.traits
        other = chosen.setdefault(traits.twin, rank)
        if other != rank:
            before = found.groups[other].traits
            if (traits.communal, traits.bonus) > (before.communal, before.bonus):
                chosen[traits.twin] = rank
    return list(chosen.values())
