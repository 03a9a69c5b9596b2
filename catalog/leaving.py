"""Whether a message leaves the procedure that is open: what the decision weighs, and its probability."""

import math
from collections.abc import Sequence

from catalog import follow_ups
from catalog.ages import ages, without_ages
from catalog.deciding import deciding
from catalog.index import Index
from catalog.lexicon import goes_on
from catalog.text import folded_words


def leaving(index: Index, text: str, code: str) -> float:
    """The probability, from 0 to 1, that a message is about another procedure than the one of a code, which is open."""
    return deciding().leaves.probability(features(index, text, code))


def features(index: Index, text: str, code: str) -> Sequence[float]:
    """What the decision weighs, in the order of `deciding.LEAVES`."""
    found, beside = index.search(text), index.beside(text, code)
    return (
        found.tells, index.search(named_besides(text)).tells, beside.certain, beside.likeness, beside.covered,
        beside.open_covered, float(beside.open_first), float(beside.common),
        math.log1p(len(index.telling(text))), math.log1p(len(text.split())),
        float(bool(found.aspects)), float(bool(follow_ups.points(text))), float(follow_ups.asks_yes_or_no(text)),
        float(follow_ups.wants(text)), float(goes_on(text)), float(follow_ups.turns(text)),
        float(bool(found.topic)),
    )  # fmt: skip


def named_besides(text: str) -> str:
    """What a message names beside what it asks about an open procedure, and beside an age ("nó 5 tuổi")."""
    named = follow_ups.without_points(text)
    return without_ages(named) if ages(folded_words(named)) else named
