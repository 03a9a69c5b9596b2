"""Which groups have which terms, and what each term is worth."""

import math
from array import array
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt

from catalog.search.breath import Breath, no_pause
from catalog.search.groups import Array, Group, Numbers, Places, Traits
from catalog.terms import kind_worth, row_terms
from catalog.text import ENGLISH

RAREST = 6.0


class Weights:
    """An array with the weights of one question at a time, else zeros: making it anew takes longer than using it."""

    def __init__(self, size: int) -> None:
        self._array = np.zeros(size, dtype=np.float32)
        self._asking = Lock()

    def fit(self, size: int) -> None:
        """Make room for so many terms."""
        with self._asking:
            if size > len(self._array):
                self._array = np.zeros(size, dtype=np.float32)

    def of(self, held: Numbers, numbers: Places, weights: Array) -> npt.NDArray[np.float32]:
        """Return what each term in `held` weighs in a question, given as terms by number with weights."""
        with self._asking:
            self._array[numbers] = weights
            found = self._array.take(held)
            self._array[numbers] = 0
        return found

    def lacking(self, held: Numbers, has: Numbers, numbers: Places, weights: Array) -> npt.NDArray[np.float32]:
        """Return the same as `of`, with no weight for the terms in `has`."""
        with self._asking:
            self._array[numbers] = weights
            self._array[has] = 0
            found = self._array.take(held)
            self._array[numbers] = 0
        return found


@dataclass(frozen=True, slots=True)
class Counted:
    """What is counted in the names of a table's groups.

    `terms` are in the order of their numbers, `worth` is what each is worth, and `positions` lists the groups that have
    each, up to its end in `term_ends`. `held` has the terms of all rows by number, `lengths` how many each row has, and
    the masses are as in `Group`. `speaking` is how many groups have a term in English.
    """

    terms: Sequence[str]
    worth: Array
    positions: Numbers
    term_ends: Places
    held: Numbers
    lengths: Places
    mass: Array
    marked_mass: Array
    speaking: int


class Table:
    """The groups of names by position, and the positions of the groups that have each term.

    `numbers` numbers the terms; `worth` is the inverse group frequency of each, among the groups that have any of its
    language, times the worth of its kind; `unknown` is what a term is worth that no name has.
    """

    numbers: Mapping[str, int]
    worth: Sequence[float]
    groups: Sequence[Group]
    # Only a table that is laid over another has these.
    new_terms: tuple[str, ...] = ()
    own_groups: Mapping[int, Group] = MappingProxyType({})

    def __init__(
        self,
        traits: Sequence[Traits],
        said: Sequence[Sequence[str]],
        breath: Breath = no_pause,
        counted: Counted | None = None,
    ) -> None:
        """`said` are the names of each group, `counted` what was counted in them, by default what is counted now."""
        self.counted = counted = counted or count(said, breath)
        self.numbers = {term: number for number, term in enumerate(counted.terms)}
        # Single items are read as quickly as from a list, which would hold an object for each.
        self.worth = array("d", counted.worth.tobytes())
        self._sizes = {False: len(said), True: counted.speaking}
        self.bonus = np.array([one.bonus for one in traits], dtype=np.float64)
        self._positions = counted.positions
        self._term_ends = array("q", (0, *counted.term_ends.tolist()))
        self.weights = Weights(len(self.numbers))
        breath()
        held, lengths = counted.held, counted.lengths
        first = np.array([0, *map(len, said)], dtype=np.int64).cumsum().tolist()
        ends = [0, *lengths.cumsum().tolist()]
        groups: list[Group] = []
        for one, names, a, b in zip(traits, said, first[:-1], first[1:], strict=True):
            rows = held[ends[a] : ends[b]], lengths[a:b], counted.mass[a:b], counted.marked_mass[a:b]
            groups.append(Group(one, tuple(names), *rows))
            breath()
        self.groups = groups

    @property
    def unknown(self) -> float:
        """The worth of a term that no name has."""
        return min(math.log(1 + max(self._sizes[False], 1)), RAREST)

    def worth_of_new(self, term: str) -> float:
        """Return the worth of a term that one group besides these has."""
        return kind_worth(term) * min(math.log(1 + max(self._sizes[term[0] == ENGLISH], 1)), RAREST)

    def together(self, terms: Mapping[int, float], weights: Array) -> Array:
        """The weight that all names of each group share with a question, given as terms by number with weights."""
        return self.shared(terms, weights, len(self.groups))

    def shared_with(self, place: int, terms: Mapping[int, float], *, denied: bool) -> float:
        """Return the same for the group at one place; at least 0 if the question says what is not meant."""
        has = set(self.groups[place].terms.tolist())
        shared = 0.0
        for term, weight in terms.items():
            if term in has:
                shared += weight
        return max(shared, 0.0) if denied else shared

    def shared(self, terms: Collection[int], weights: Array, size: int) -> Array:
        """Return the same as `together`, with zeros at further positions up to `size`."""
        positions, ends = self._positions, self._term_ends
        found = [positions[ends[term] : ends[term + 1]] for term in terms]
        if not found:
            return np.zeros(size, dtype=np.float64)
        return _sums(np.concatenate(found), weights.repeat([len(one) for one in found]), size)


def count(said: Sequence[Sequence[str]], breath: Breath) -> Counted:
    """Count the terms in the names of groups."""
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
    first = np.array([0, *map(len, said)], dtype=np.int64).cumsum()
    terms, weights = np.frombuffer(flat, dtype=np.int32), np.frombuffer(weighing, dtype=np.float64)
    row_of = np.repeat(np.arange(len(lengths), dtype=np.int32), lengths)
    group_of = np.searchsorted(first[:-1], row_of, side="right") - 1
    breath()
    size = max(len(said), 1)
    pairs = _distinct(terms * np.int64(size) + group_of)
    breath()
    frequency = np.bincount(pairs // size, minlength=len(numbers))
    english = np.array([term[0] == ENGLISH for term in numbers], dtype=np.bool_)
    speaking = _distinct((pairs % size)[english[pairs // size]]).size
    breath()
    sizes = {False: len(said), True: speaking}
    worth = np.array(
        [
            kind_worth(term) * min(math.log(1 + sizes[term[0] == ENGLISH] / found), RAREST)
            for term, found in zip(numbers, frequency.tolist(), strict=True)
        ],
        dtype=np.float64,
    )
    breath()
    worths = worth[terms] * weights
    spelled = np.array([term[0] == "=" for term in numbers], dtype=np.bool_)[terms]
    breath()
    mass, marked_mass = _sums(row_of, np.where(spelled, 0, worths), len(lengths)), _sums(row_of, worths, len(lengths))
    breath()
    return Counted(
        tuple(numbers),
        worth,
        (pairs % size).astype(np.int32),
        np.cumsum(frequency),
        terms.copy(),
        np.array(lengths, dtype=np.int64),
        mass,
        marked_mass,
        speaking,
    )


def _distinct(numbers: Places) -> Places:
    """Different numbers in their order; numpy's own way takes far longer, and holds up other threads meanwhile."""
    ordered: Places = np.sort(numbers)
    different: Places = ordered[np.diff(ordered, prepend=-1) != 0]
    return different


def _sums(positions: npt.NDArray[Any], weights: Array, size: int) -> Array:
    """The sum of the weights at each of `size` positions."""
    return np.bincount(positions, weights, minlength=size).astype(np.float64, copy=False)
