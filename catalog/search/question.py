"""A question as the weighted terms that names have."""

from collections.abc import Collection
from typing import NamedTuple

import numpy as np

from catalog import english
from catalog.question_reading import Reader
from catalog.search.groups import Array, Places
from catalog.search.mending import Mender
from catalog.search.table import Table
from catalog.terms import Asked, named, weighed, weighed_in_english
from catalog.text import folded_words

# The weight of a word that no name has, compared with one that some names have.
UNKNOWN = 0.7
NEGATED = 0.2
# The weight of a usual question, and how much any weight beyond it counts.
USUAL, BEYOND = 60.0, 0.25


class Question(NamedTuple):
    """A question read.

    `terms` are those that names have, by number, with their weights (negative where it says what is not meant);
    `numbers` and `weights` are the same as arrays. `heard` is the weight of all of them, `total` that of the whole
    question, in which weight beyond a usual question's counts less; `unheard` is the share of its words, by weight,
    that no name has. `longer`: a name may share more than `total` with it, or less than nothing.
    """

    asked: Asked
    terms: dict[int, float]
    numbers: Places
    weights: Array
    heard: float
    total: float
    unheard: float
    longer: bool


class Questions:
    """Reads questions with the words of some names."""

    def __init__(self, table: Table, mender: Mender, reader: Reader | None = None) -> None:
        self._table = table
        self._mender = mender
        self._reader = reader or Reader(mender.words, mender.spelled, mender.nearest)

    def over(self, table: Table, new: Collection[str]) -> "Questions":
        """Read with the words of a table laid over this one's, which has some `new` terms."""
        if not new:
            return Questions(table, self._mender, self._reader)
        return Questions(table, Mender(table, new, self._mender))

    def asked(self, text: str) -> Asked:
        """Read a question: its words, what each weighs, and the phrases in it."""
        if english.is_english(text):
            return weighed_in_english(english.read(text, self._reader.read), folded_words(text))
        return weighed(self._reader.read(text))

    def weighed(self, asked: Asked) -> Question:
        """Weigh the terms of a question by what they are worth."""
        terms: dict[int, float] = {}
        number_of, worths, denied = self._table.numbers.get, self._table.worth, asked.denied
        for name, weight, place in named(asked):
            if (number := number_of(name)) is not None:
                worth = weight * worths[number]
                if denied and place in denied:
                    worth *= -NEGATED
                if number not in terms or abs(worth) > abs(terms[number]):
                    terms[number] = worth
        heard = sum(weight for weight in terms.values() if weight > 0) if denied else sum(terms.values())
        unheard, unknown = 0.0, {}
        for (folded, *_), weight in zip(asked.words, asked.weights, strict=True):
            if weight and number_of(folded) is None:
                unknown[folded] = weight
                unheard += weight
        total = heard + (sum(unknown.values()) * self._table.unknown * UNKNOWN if unknown else 0.0)
        counted = (total if total <= USUAL else USUAL + (total - USUAL) * BEYOND) + 1e-6
        numbers, weights = np.array([*terms], dtype=np.int64), np.array([*terms.values()], dtype=np.float64)
        share = unheard / sum(asked.weights) if unheard else 0.0
        return Question(asked, terms, numbers, weights, heard, counted, share, bool(denied) or total > USUAL)
