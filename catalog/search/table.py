"""Which groups have which terms, and what each term is worth."""

import math
from array import array
from collections.abc import Collection, Mapping, Sequence
from threading import Lock
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt

from catalog.search.breath import Breath, held_up
from catalog.search.groups import Array, Group, Places, Traits
from catalog.terms import kind_worth, row_terms
from catalog.text import ENGLISH

RAREST = 6.0


class Weights:
    """The weights of one question at a time, else zeros: making such an array takes longer than asking it."""

    def __init__(self, size: int) -> None:
        self._array = np.zeros(size, dtype=np.float32)
        self._asking = Lock()

    def fit(self, size: int) -> None:
        """Make room for so many terms."""
        with self._asking:
            if size > len(self._array):
                self._array = np.zeros(size, dtype=np.float32)

    def of(self, held: Places, numbers: Places, weights: Array) -> npt.NDArray[np.float32]:
        """What each of some terms weighs in a question, given as terms by number with weights."""
        with self._asking:
            self._array[numbers] = weights
            found = self._array.take(held)
            self._array[numbers] = 0
        return found

    def lacking(self, held: Places, has: Places, numbers: Places, weights: Array) -> npt.NDArray[np.float32]:
        """The same, where what is among the terms that something `has` weighs nothing."""
        with self._asking:
            self._array[numbers] = weights
            self._array[has] = 0
            found = self._array.take(held)
            self._array[numbers] = 0
        return found


class Table:
    """The groups of names by position, and the positions of the groups that have each term.

    `numbers` numbers the terms; `worth` is the inverse group frequency of each, among the groups that have any of its
    language, times the worth of its kind; `unknown` is what a term is worth that no name has.
    """

    numbers: Mapping[str, int]
    worth: Sequence[float]
    # What a table has that is laid over another.
    new_terms: tuple[str, ...] = ()
    own: Mapping[int, Group] = MappingProxyType({})

    def __init__(self, traits: Sequence[Traits], said: Sequence[Sequence[str]], breath: Breath = held_up) -> None:
        # Flat arrays all along: a dictionary a row would leave the process three times as large.
        numbers: dict[str, int] = {}
        lengths, flat, weighing = array("i"), array("i"), array("d")
        for names in said:
            for name in names:
                row = row_terms(name)
                lengths.append(len(row))
                flat.extend([numbers.setdefault(term, len(numbers)) for term in row])
                weighing.extend(row.values())
            breath()
        self.numbers = numbers
        first = np.array([0, *map(len, said)], dtype=np.int64).cumsum()
        terms, weights = np.frombuffer(flat, dtype=np.int32), np.frombuffer(weighing, dtype=np.float64)
        row_of = np.repeat(np.arange(len(lengths), dtype=np.int32), lengths)
        group_of = np.searchsorted(first[:-1], row_of, side="right") - 1
        breath()
        count = max(len(said), 1)
        pairs = _distinct(terms * np.int64(count) + group_of)
        breath()
        frequency = np.bincount(pairs // count, minlength=len(numbers))
        english = np.array([term[0] == ENGLISH for term in numbers], dtype=np.bool_)
        speaking = _distinct((pairs % count)[english[pairs // count]]).size
        breath()
        self._sizes = {False: len(said), True: speaking}
        self.bonus = np.array([one.bonus for one in traits], dtype=np.float64)
        self.worth = [
            kind_worth(term) * min(math.log(1 + self._sizes[term[0] == ENGLISH] / found), RAREST)
            for term, found in zip(numbers, frequency.tolist(), strict=True)
        ]
        breath()
        worth = np.array(self.worth, dtype=np.float64)[terms] * weights
        spelled = np.array([term[0] == "=" for term in numbers], dtype=np.bool_)[terms]
        breath()
        mass, marked_mass = _sums(row_of, np.where(spelled, 0, worth), len(lengths)), _sums(row_of, worth, len(lengths))
        self._positions = pairs % count
        self._term_ends: list[int] = [0, *np.cumsum(frequency).tolist()]
        self.weights = Weights(len(numbers))
        breath()
        held, counted = terms.astype(np.int64), np.array(lengths, dtype=np.int64)
        ends = [0, *counted.cumsum().tolist()]
        self.groups: list[Group] = []
        for one, names, a, b in zip(traits, said, first[:-1].tolist(), first[1:].tolist(), strict=True):
            rows = held[ends[a] : ends[b]], counted[a:b], mass[a:b], marked_mass[a:b]
            self.groups.append(Group(one, tuple(names), *rows))
            breath()

    @property
    def unknown(self) -> float:
        """What a term is worth that no name has."""
        return min(math.log(1 + max(self._sizes[False], 1)), RAREST)

    def worth_of_new(self, term: str) -> float:
        """What a term is worth that one group beside these has."""
        return kind_worth(term) * min(math.log(1 + max(self._sizes[term[0] == ENGLISH], 1)), RAREST)

    def together(self, terms: Mapping[int, float], weights: Array) -> Array:
        """The weight that all names of each group share with a question, given as terms by number with weights."""
        return self.shared(terms, weights, len(self.groups))

    def shared(self, terms: Collection[int], weights: Array, size: int) -> Array:
        """The same, with nothing at further positions up to `size`."""
        positions, ends = self._positions, self._term_ends
        found = [positions[ends[term] : ends[term + 1]] for term in terms]
        if not found:
            return np.zeros(size, dtype=np.float64)
        return _sums(np.concatenate(found), weights.repeat([len(one) for one in found]), size)


def _distinct(numbers: Places) -> Places:
    """Different numbers in their order; numpy's own way takes far longer, and holds up other threads meanwhile."""
    ordered: Places = np.sort(numbers)
    different: Places = ordered[np.diff(ordered, prepend=-1) != 0]
    return different


def _sums(positions: npt.NDArray[Any], weights: Array, size: int) -> Array:
    """The sum of the weights at each of `size` positions."""
    return np.bincount(positions, weights, minlength=size).astype(np.float64, copy=False)
