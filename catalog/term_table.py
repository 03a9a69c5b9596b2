"""Which names have which terms, and what each term is worth."""

import math
from array import array
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from catalog.terms import kind_worth
from catalog.text import ENGLISH

Array = npt.NDArray[np.float64]
Positions = npt.NDArray[np.int32]

RAREST = 6.0


class Table:
    """Weighted terms of all names (rows) and of all that each procedure is called together (groups).

    `rows` gives each row's terms with their weights, in order; `first` is the first row of each group.
    `numbers` numbers the terms; `worth` is the inverse group frequency of each, among the groups that have any of its
    language, times the worth of its kind;
    `mass` the worth of all terms of each row but spellings with marks, `marked_mass` that of all.
    """

    def __init__(self, rows: Iterable[Mapping[str, float]], first: Sequence[int]) -> None:
        # Flat arrays all along: a dictionary a row would leave the process three times as large.
        numbers: dict[str, int] = {}
        lengths, flat, weighing = array("i"), array("i"), array("d")
        for row in rows:
            lengths.append(len(row))
            flat.extend(numbers.setdefault(term, len(numbers)) for term in row)
            weighing.extend(row.values())
        self.numbers = numbers
        self.rows, self.groups = len(lengths), len(first)
        terms, weights = np.frombuffer(flat, dtype=np.int32), np.frombuffer(weighing, dtype=np.float64)
        row_of = np.repeat(np.arange(self.rows, dtype=np.int32), lengths)
        group_of = np.searchsorted(np.asarray(first), row_of, side="right") - 1
        pairs = np.unique(terms * np.int64(self.groups) + group_of)
        frequency = np.bincount(pairs // self.groups, minlength=len(numbers))
        english = np.array([term[0] == ENGLISH for term in numbers], dtype=np.bool_)
        speaking = np.unique((pairs % max(self.groups, 1))[english[pairs // max(self.groups, 1)]]).size
        self.worth: list[float] = [
            kind_worth(term) * min(math.log(1 + (speaking if term[0] == ENGLISH else self.groups) / count), RAREST)
            for term, count in zip(numbers, frequency.tolist(), strict=True)
        ]
        worth = np.array(self.worth, dtype=np.float64)[terms] * weights
        spelled = np.array([term[0] == "=" for term in numbers], dtype=np.bool_)[terms]
        self.mass = _sums(row_of, np.where(spelled, 0, worth), self.rows)
        self.marked_mass = _sums(row_of, worth, self.rows)
        self._first = np.array([*first, self.rows], dtype=np.int64)
        # The terms of each row, and the groups of each term.
        self._terms: Positions = terms
        self._row_ends = np.concatenate([[0], np.cumsum(lengths)])
        self._groups: Positions = (pairs % max(self.groups, 1)).astype(np.int32)
        self._term_ends: list[int] = [0, *np.cumsum(frequency).tolist()]

    def together(self, asked: Mapping[int, float]) -> Array:
        """The weight that all names of each group share with a question, given as terms by number with weights."""
        if not asked:
            return np.zeros(self.groups, dtype=np.float64)
        found = [self._groups[self._term_ends[term] : self._term_ends[term + 1]] for term in asked]
        weights = np.repeat(list(asked.values()), [len(groups) for groups in found])
        return np.maximum(_sums(np.concatenate(found), weights, self.groups), 0)

    def rows_of(self, groups: npt.NDArray[np.int64]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """The rows of some groups, one group after the other, and where each group's begin among them."""
        return _ranges(self._first[groups], self._first[groups + 1])

    def matched(self, asked: Mapping[int, float], rows: npt.NDArray[np.int64]) -> Array:
        """The weight that each of some rows shares with a question."""
        weights = np.zeros(len(self.worth), dtype=np.float32)
        weights[list(asked)] = list(asked.values())
        places, begins = _ranges(self._row_ends[rows], self._row_ends[rows + 1])
        return np.maximum(np.add.reduceat(weights[self._terms[places]], begins), 0).astype(np.float64)

    def terms_of(self, row: int) -> set[int]:
        """The terms of a row, by number."""
        return set(self._terms[self._row_ends[row] : self._row_ends[row + 1]].tolist())

    def first_row(self, group: int) -> int:
        """The row of a group's official name."""
        return int(self._first[group])

    def group_terms(self, group: int) -> set[int]:
        """The terms of all names of a group, by number."""
        return set(self._terms[self._row_ends[self._first[group]] : self._row_ends[self._first[group + 1]]].tolist())

    def beyond(
        self, asked: Mapping[int, float], concepts: Iterable[int], group: int, others: npt.NDArray[np.int64]
    ) -> tuple[float, int]:
        """The most that a name of some other groups shares with a question of what no name of a group has, and how many
        of the question's concepts are among it.
        """
        weights = np.zeros(len(self.worth), dtype=np.float32)
        weights[list(asked)] = np.maximum(list(asked.values()), 0)
        weights[self._terms[self._row_ends[self._first[group]] : self._row_ends[self._first[group + 1]]]] = 0
        rows, _ = self.rows_of(others)
        places, begins = _ranges(self._row_ends[rows], self._row_ends[rows + 1])
        terms = self._terms[places]
        lacking = [concept for concept in concepts if weights[concept]]
        return float(np.add.reduceat(weights[terms], begins).max()), sum(bool((terms == one).any()) for one in lacking)


def _ranges(
    starts: npt.NDArray[np.int64], ends: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """All whole numbers of several ranges in a line, and where each range begins in it."""
    lengths = ends - starts
    begins = np.cumsum(lengths) - lengths
    return np.repeat(starts - begins, lengths) + np.arange(int(lengths.sum())), begins


def _sums(positions: npt.NDArray[Any], weights: Array, size: int) -> Array:
    """The sum of the weights at each of `size` positions."""
    return np.bincount(positions, weights, minlength=size).astype(np.float64, copy=False)
