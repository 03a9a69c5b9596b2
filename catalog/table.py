"""Which names have which terms."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Postings = dict[str, npt.NDArray[np.int32]]


class Table:
    """Weighted terms of all names (rows) and of all that each procedure is called together (groups)."""

    def __init__(self, rows: Sequence[Iterable[str]], first: Sequence[int]) -> None:
        self.rows, self.groups = len(rows), len(first)
        self.frequency: dict[str, int] = {}
        in_rows: defaultdict[str, list[int]] = defaultdict(list)
        in_groups: defaultdict[str, list[int]] = defaultdict(list)
        ends = [*first[1:], len(rows)]
        for group, (start, end) in enumerate(zip(first, ends, strict=True)):
            for row in range(start, end):
                for term in rows[row]:
                    in_rows[term].append(row)
                    if not in_groups[term] or in_groups[term][-1] != group:
                        in_groups[term].append(group)
        self.frequency = {term: len(groups) for term, groups in in_groups.items()}
        # One array a term: its rows, then its groups counted on from the number of rows.
        self._postings: Postings = {
            term: np.array([*at, *(self.rows + group for group in in_groups[term])], dtype=np.int32)
            for term, at in in_rows.items()
        }

    def has(self, term: str, row: int) -> bool:
        """Whether a row has a term."""
        return term in self._postings and bool(np.any(self._postings[term] == row))

    def matched(self, terms: Iterable[tuple[str, float]]) -> tuple[Array, Array]:
        """The weight that each row, and each group, shares with a question."""
        found = [(self._postings[term], weight) for term, weight in terms if term in self._postings]
        if not found:
            return np.zeros(self.rows, dtype=np.float64), np.zeros(self.groups, dtype=np.float64)
        positions = np.concatenate([at for at, _ in found])
        weights = np.repeat([weight for _, weight in found], [len(at) for at, _ in found])
        shared: Array = np.bincount(positions, weights, minlength=self.rows + self.groups).astype(
            np.float64, copy=False
        )
        np.maximum(shared, 0, out=shared)
        return shared[: self.rows], shared[self.rows :]
