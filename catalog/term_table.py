"""Which names have which terms, and what each term is worth."""

import math
from array import array
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from catalog.terms import kind_worth

Array = npt.NDArray[np.float64]
Positions = npt.NDArray[np.int32]

RAREST = 6.0


class Table:
    """Weighted terms of all names (rows) and of all that each procedure is called together (groups).

    `rows` gives each row's terms with their weights, in order; `first` is the first row of each group.
    `worth` is the inverse group frequency of a term times the worth of its kind; `mass` the worth of all
    terms of each row but spellings with marks, `marked_mass` that of all.
    """

    def __init__(self, rows: Iterable[Mapping[str, float]], first: Sequence[int]) -> None:
        # Flat arrays all along: a dictionary a row would leave the process three times as large.
        numbers: dict[str, int] = {}
        lengths, flat, weighing = array("i"), array("i"), array("d")
        for row in rows:
            lengths.append(len(row))
            flat.extend(numbers.setdefault(term, len(numbers)) for term in row)
            weighing.extend(row.values())
        self.rows, self.groups = len(lengths), len(first)
        terms, weights = np.frombuffer(flat, dtype=np.int32), np.frombuffer(weighing, dtype=np.float64)
        row_of = np.repeat(np.arange(self.rows, dtype=np.int32), lengths)
        group_of = np.searchsorted(np.asarray(first), row_of, side="right") - 1
        pairs = np.unique(terms * np.int64(self.groups) + group_of)
        frequency = np.bincount(pairs // self.groups, minlength=len(numbers))
        self.worth: dict[str, float] = {
            term: kind_worth(term) * min(math.log(1 + self.groups / count), RAREST)
            for term, count in zip(numbers, frequency.tolist(), strict=True)
        }
        worth = np.array(list(self.worth.values()), dtype=np.float64)[terms] * weights
        spelled = np.array([term[0] == "=" for term in numbers], dtype=np.bool_)[terms]
        self.mass = _sums(row_of, np.where(spelled, 0, worth), self.rows)
        self.marked_mass = _sums(row_of, worth, self.rows)
        # For each term its rows, then its groups counted on from the number of rows.
        owners = np.concatenate([terms, pairs // self.groups])
        positions = np.concatenate([row_of, self.rows + pairs % self.groups])
        self._positions: Positions = positions[np.argsort(owners, kind="stable")].astype(np.int32)
        self._numbers = numbers
        self._ends = np.cumsum(np.bincount(owners, minlength=len(numbers))).tolist()

    def _of(self, term: str) -> Positions:
        number = self._numbers[term]
        return self._positions[self._ends[number - 1] if number else 0 : self._ends[number]]

    def has(self, term: str, row: int) -> bool:
        """Whether a row has a term."""
        return term in self._numbers and bool(np.any(self._of(term) == row))

    def matched(self, terms: Iterable[tuple[str, float]]) -> tuple[Array, Array]:
        """The weight that each row, and each group, shares with a question."""
        found = [(self._of(term), weight) for term, weight in terms if term in self._numbers]
        if not found:
            return np.zeros(self.rows, dtype=np.float64), np.zeros(self.groups, dtype=np.float64)
        positions = np.concatenate([at for at, _ in found])
        weights = np.repeat([weight for _, weight in found], [len(at) for at, _ in found])
        shared = _sums(positions, weights, self.rows + self.groups)
        np.maximum(shared, 0, out=shared)
        return shared[: self.rows], shared[self.rows :]


def _sums(positions: npt.NDArray[Any], weights: Array, size: int) -> Array:
    """The sum of the weights at each of `size` positions."""
    return np.bincount(positions, weights, minlength=size).astype(np.float64, copy=False)
