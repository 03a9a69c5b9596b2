"""What the decisions on a question weigh (`deciding.NAMED` and `deciding.RIGHT`) of the procedure that fits best."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import compress, pairwise

import numpy as np

from catalog.lexicon import Known
from catalog.search.groups import Group
from catalog.search.question import Question
from catalog.search.scoring import NAMED_IN_FULL, Scored
from catalog.search.table import Table
from catalog.text import ENGLISH

# Procedures this close to the best are its rivals; so many are looked at for what the best lacks.
CLOSE, RIVALS, MOST_COUNTED = 0.12, 9, 3
OWN_WORDS, WORTH_OFFERING = 0.08, 0.6
MOST_LEAD, MOST_LEAD_OVER_ALL = 0.4, 0.3


@dataclass(frozen=True, slots=True)
class Names:
    """All that an index knows of its names: the groups with their terms, where each code is, what people call the
    procedures, the positions of those in a family with each, what words speak for a topic outside any catalog, and
    where each rival is, by what it has instead of a twin.
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


def features(
    names: Names, found: Scored, best: Sequence[int], inside: Sequence[int]
) -> tuple[list[float], list[float]]:
    """Return the features of both decisions. `best` holds ranks without twins, `inside` those that are procedures."""
    groups, asked, question = names.table.groups, found.question.asked, found.question
    scores, positions = found.scores, found.positions
    first = inside[0]
    position, score = positions[first], scores[first]
    traits = groups[position].traits
    # What the next procedure reaches; nothing where there is none.
    next_score, next_likeness, next_covered = (
        (scores[inside[1]], found.likeness[inside[1]], found.covered[inside[1]]) if len(inside) > 1 else (0.0, 0.0, 0.0)
    )
    rivals = _rivals(groups, found, best, traits.code)
    number_of = names.table.numbers.get
    concepts = {number for _, _, one in asked.concepts if (number := number_of(f"#{one}")) is not None}
    others = [positions[rank] for rank in inside[1:RIVALS] if scores[rank] > WORTH_OFFERING * score]
    rest, rest_concepts = beyond(names.table, question, concepts, position, others) if others else (0.0, 0)
    close = sum([scores[rank] > score - CLOSE for rank in inside]) - 1
    known = names.known.get(traits.code)
    outside_lead = score - traits.bonus - rivals.outside
    covered, name_asked, length = found.covered[first], found.name_asked[first], math.log(question.total)
    pattern, counted = float(min(asked.patterns, MOST_COUNTED)), float(min(len(concepts), MOST_COUNTED))
    in_english = float(any(word.folded[0] == ENGLISH for word in asked.words))
    named = [
        max([found.likeness[rank] for rank in inside]), covered, name_asked, outside_lead,
        float(groups[positions[best[0]]].traits.outside), _odds(names.odds, question), pattern, question.unheard,
        length, counted, known.common if known else 0.0, float(bool(asked.aspects)), len(asked.words) / 10,
        rivals.any_family, in_english,
    ]  # fmt: skip
    apart = has_words_of_its_own(names.siblings.get(position), found, first)
    ahead = lead(found, best) if best[0] == first else score - scores[best[0]]
    clear = ahead >= CLOSE and (apart or name_asked >= NAMED_IN_FULL)
    right = [
        float(clear), min(score - next_score, MOST_LEAD), max(min(ahead, MOST_LEAD_OVER_ALL), -MOST_LEAD_OVER_ALL),
        found.likeness[first] - next_likeness, covered - next_covered, covered, name_asked,
        found.name_covers[first], float(rivals.in_family), outside_lead,
        float(apart), math.log1p(close), length, question.unheard, pattern,
        counted, float(bool(asked.denied)), rest / question.total,
        float(rest_concepts), in_english,
    ]  # fmt: skip
    return named, right


def _rivals(groups: Sequence[Group], found: Scored, best: Sequence[int], code: str) -> _Rivals:
    outside = family = any_family = 0.0
    for rank in best:
        traits = groups[found.positions[rank]].traits
        if traits.rival:
            bare = found.scores[rank] - traits.bonus
            if not traits.rival.codes:
                outside = max(outside, bare)
            else:
                any_family = max(any_family, bare)
                family = max(family, bare) if code in traits.rival.codes else family
    return _Rivals(outside, family, any_family, family > 0)


def _odds(odds: Mapping[str, float], question: Question) -> float:
    """How much the words and the pairs of neighbours speak for a topic outside any catalog, for each word."""
    said = [word.folded for word in question.asked.words]
    told = odds.get
    alone = sum([told(word, 0.0) for word in said])
    return (alone + sum([told(f"{one} {other}", 0.0) for one, other in pairwise(said)])) / len(said)


def has_words_of_its_own(siblings: frozenset[int] | None, found: Scored, rank: int) -> bool:
    """Whether the question has something that sets the procedure of a rank apart from its family."""
    if not siblings:
        return True
    covered = found.covered[rank]
    if covered < OWN_WORDS:
        return False
    beside = compress(found.covered, map(siblings.__contains__, found.positions))
    return all(covered - other >= OWN_WORDS for other in beside)


def beyond(
    table: Table, question: Question, concepts: set[int], place: int, others: Sequence[int]
) -> tuple[float, int]:
    """The most that a name of some other groups shares with a question of what no name of a group has, and how many
    of the question's concepts are among it.
    """
    groups = [table.groups[position] for position in others]
    lengths = np.concatenate([group.lengths for group in groups])
    held = np.concatenate([group.terms for group in groups])
    weights = np.maximum(question.weights, 0) if question.asked.denied else question.weights
    shared = table.weights.lacking(held, table.groups[place].terms, question.numbers, weights)
    most = float(np.add.reduceat(shared, lengths.cumsum() - lengths).max())
    if not most or not concepts:
        return most, 0
    lacked = held[shared > 0].tolist()
    return most, sum([one in lacked for one in concepts])
