"""Which names have which terms, and what each term is worth."""

import math
from array import array
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate
from threading import Lock
from typing import Any

import numpy as np
import numpy.typing as npt

from catalog.terms import kind_worth
from catalog.text import ENGLISH

Array = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]

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
        self._first: list[int] = [*first, self.rows]
        # The terms of each row, and the groups of each term.
        self._terms = terms.astype(np.int64)
        self._lengths = np.array(lengths, dtype=np.int64)
        self._row_ends: list[int] = [0, *np.cumsum(lengths).tolist()]
        self._groups = pairs % max(self.groups, 1)
        self._term_ends: list[int] = [0, *np.cumsum(frequency).tolist()]
        self._numbered = np.arange(self.rows)
        # The weights of one question at a time, else zeros: making such an array takes longer than asking it.
        self._weights = np.zeros(len(self.worth), dtype=np.float32)
        self._asking = Lock()

    def together(self, asked: Mapping[int, float]) -> Array:
        """The weight that all names of each group share with a question, given as terms by number with weights."""
        if not asked:
            return np.zeros(self.groups, dtype=np.float64)
        groups, ends = self._groups, self._term_ends
        found = [groups[ends[term] : ends[term + 1]] for term in asked]
        weights = np.array([*asked.values()]).repeat([len(groups) for groups in found])
        return np.maximum(np.bincount(np.concatenate(found), weights, self.groups), 0, dtype=np.float64)

    def rows_of(self, groups: Sequence[int]) -> tuple[Places, Places]:
        """The rows of some groups, one group after the other, and where each group's begin among them."""
        first, numbered = self._first, self._numbered
        rows = [numbered[first[group] : first[group + 1]] for group in groups]
        return np.concatenate(rows), np.array([0, *accumulate(map(len, rows[:-1]))])

    def matched(self, asked: Mapping[int, float], groups: Sequence[int], rows: Places) -> Array:
        """The weight that each row of some groups (`rows_of`) shares with a question."""
        weights, _ = self._weighed(asked, groups)
        return np.maximum(np.add.reduceat(weights, self._begins(rows)), 0, dtype=np.float64)

    def _weighed(self, asked: Mapping[int, float], groups: Iterable[int]) -> tuple[npt.NDArray[np.float32], Places]:
        """What each term of all rows of some groups weighs in a question, and these terms."""
        first, ends, terms = self._first, self._row_ends, self._terms
        held: Places = np.concatenate([terms[ends[first[group]] : ends[first[group + 1]]] for group in groups])
        numbers = np.array([*asked])
        with self._asking:
            self._weights[numbers] = [*asked.values()]
            weights = self._weights.take(held)
            self._weights[numbers] = 0
        return weights, held

    def _begins(self, rows: Places) -> Places:
        """Where the terms of each row begin among those of some rows."""
        lengths = self._lengths.take(rows)
        return lengths.cumsum() - lengths

    def terms_of(self, row: int) -> set[int]:
        """The terms of a row, by number."""
        return set(self._terms[self._row_ends[row] : self._row_ends[row + 1]].tolist())

    def first_row(self, group: int) -> int:
        """The row of a group's official name."""
        return self._first[group]

    def group_terms(self, group: int) -> set[int]:
        """The terms of all names of a group, by number."""
        return set(self._terms[self._row_ends[self._first[group]] : self._row_ends[self._first[group + 1]]].tolist())

    def beyond(
        self, asked: Mapping[int, float], concepts: Iterable[int], group: int, others: Sequence[int]
    ) -> tuple[float, int]:
        """The most that a name of some other groups shares with a question of what no name of a group has, and how many
        of the question's concepts are among it.
        """
        has = self.group_terms(group)
        lacking = {term: weight for term, weight in asked.items() if weight > 0 and term not in has}
        if not lacking:
            return 0.0, 0
        weights, held = self._weighed(lacking, others)
        rows, _ = self.rows_of(others)
        most = np.add.reduceat(weights, self._begins(rows)).max()
        return float(most), sum(bool((held == one).any()) for one in concepts if one in lacking)


def _sums(positions: npt.NDArray[Any], weights: Array, size: int) -> Array:
    """The sum of the weights at each of `size` positions."""
    return np.bincount(positions, weights, minlength=size).astype(np.float64, copy=False)
