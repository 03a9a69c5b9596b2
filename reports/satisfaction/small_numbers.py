"""Which rows of a report's tables are hidden, so that subtracting rows never reveals the answers of a few people."""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

import numpy as np

Row = tuple[str, str]
"""A row of a table: the table's name and the row's key."""

FEWEST = 5
# Which tables give up a row first, if one of several has to: the tables that people read most give up last.
_DISPENSABLE = {"source": 0, "field": 0, "week": 1, "section": 2, "question": 2, "counter": 3, "unit": 4}
# Up to this many small cells are tried in all combinations; more than that singly, in pairs, and as tables group them.
FEW = 24
_PROBES = 3
_TINY = 1e-6


@dataclass
class Sheet:
    """All tables of one report together.

    `cells` are numbers of answers that are not printed one by one; `rows` says which cells a row of a table adds
    up. `known` are sums that everybody knows, as a factor for each cell: totals, and the differences (0) of sums that
    are equal.
    """

    cells: list[int] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)
    rows: dict[Row, list[int]] = field(default_factory=dict)
    known: list[dict[int, int]] = field(default_factory=list)

    def cell(self, kind: str, count: int, rows: Iterable[Row]) -> int:
        """Add a cell with `count` answers to rows; returns its index. Cells of one kind do not overlap."""
        place = len(self.cells)
        self.cells.append(count)
        self.kinds.append(kind)
        for row in rows:
            self.rows.setdefault(row, []).append(place)
        return place

    def equal(self, one: Iterable[int], other: Iterable[int]) -> None:
        """Add the equation that two groups of cells have the same sum."""
        self.known.append({**dict.fromkeys(one, 1), **dict.fromkeys(other, -1)})

    def total(self, cells: Iterable[int]) -> None:
        """Add a sum that is always printed."""
        self.known.append(dict.fromkeys(cells, 1))

    def size(self, row: Row) -> int:
        """The number of answers in a row."""
        return sum(self.cells[place] for place in self.rows[row])

    def few(self, cells: Iterable[int]) -> bool:
        """Whether a group of cells has too few answers to be revealed."""
        return sum(self.cells[place] for place in cells) < FEWEST


def hidden_rows(sheet: Sheet, unshown: Set[Row] = frozenset()) -> set[Row]:
    """Return the rows that may not be shown, including `unshown`, which are not shown anyway.

    Hidden are rows with fewer than 5 answers, and in their table as many of the smallest others as it takes until two
    or more hidden rows together have 5 answers. Then all tables are looked at together: as long as the shown sums
    reveal the answers of a group of cells with fewer than 5, one of the rows that reveal it is hidden, from the most
    dispensable table. A group is revealed if it lies in the row space of the shown sums: random vectors from which
    that space was subtracted sum to 0 on such groups only.
    """
    hidden = {row for row in sheet.rows if sheet.size(row) < FEWEST} | unshown
    for table in sorted({table for table, _ in sheet.rows}):
        _complete(sheet, hidden, [row for row in sheet.rows if row[0] == table])
    if not sheet.cells or min(sheet.cells) >= FEWEST:
        return hidden
    known = _matrix(sheet, sheet.known)
    while True:
        shown = sorted(set(sheet.rows) - hidden, key=lambda row: (_DISPENSABLE.get(row[0], 0), sheet.size(row), row))
        space = _Space(np.vstack([known, _matrix(sheet, [dict.fromkeys(sheet.rows[row], 1) for row in shown])]))
        given_away = _given_away(sheet, hidden, shown, space)
        more = {row for cells in given_away if (row := _cause(space, cells, shown, len(known)))}
        if not more:
            return hidden
        hidden |= more


def _complete(sheet: Sheet, hidden: set[Row], table: Sequence[Row]) -> None:
    """Hide more rows of a table that has hidden ones until these are at least two and have 5 answers together."""
    shown = sorted((row for row in table if row not in hidden), key=lambda row: (sheet.size(row), row))
    few = [row for row in table if row in hidden]
    while few and shown and (len(few) < 2 or sum(map(sheet.size, few)) < FEWEST):
        few.append(shown.pop(0))
    hidden.update(few)


def _matrix(sheet: Sheet, sums: Sequence[Mapping[int, int]]) -> Any:
    made = np.zeros((len(sums), len(sheet.cells)))
    for position, factors in enumerate(sums):
        for place, factor in factors.items():
            made[position, place] = factor
    return made


class _Space:
    """What can be computed from sums of cells."""

    def __init__(self, sums: Any) -> None:
        self._sums = sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1)
        gram = self._sums @ self._sums.T
        # The small diagonal allows sums that depend on each other; repeating the subtraction makes up for it.
        self._gram = np.linalg.inv(gram + 1e-7 * np.eye(len(gram)))
        probes = np.random.default_rng(0).standard_normal((self._sums.shape[1], _PROBES))
        for _ in range(4):
            probes -= self._sums.T @ self.factors(probes)
        self._probes = probes

    def factors(self, cells: Any) -> Any:
        """Return the factor of each sum in the projection of vectors of cells on the space of sums."""
        return self._gram @ (self._sums @ cells)

    def probes(self, cells: Sequence[int]) -> Any:
        """Return the probes at each of some cells; a group of cells can be computed if its probes sum to 0."""
        return self._probes[list(cells)]

    def holds(self, cells: Sequence[int]) -> bool:
        """Tell whether the sum of a group of cells can be computed."""
        return bool(np.all(np.abs(self._probes[list(cells)].sum(axis=0)) < _TINY * max(1, len(cells))))

    def share(self, cells: Sequence[int]) -> Any:
        """Return how much each sum contributes to a group of cells."""
        vector = np.zeros(self._sums.shape[1])
        vector[list(cells)] = 1
        return np.abs(self.factors(vector))


def _given_away(sheet: Sheet, hidden: set[Row], shown: Sequence[Row], space: _Space) -> list[tuple[int, ...]]:
    """Return groups of cells with 1 to 4 answers whose sum can be computed: suspects, or if there are none, any."""
    return [cells for cells in _suspects(sheet, hidden, shown) if space.holds(cells)] or _searched(sheet, space)


def _suspects(sheet: Sheet, hidden: set[Row], shown: Sequence[Row]) -> set[tuple[int, ...]]:
    """Return the groups of cells to check: small hidden rows, and hidden cells of a table, all or in a shown row."""
    found = {tuple(sorted(sheet.rows[row])) for row in hidden if sheet.size(row) < FEWEST}
    covered: dict[str, set[int]] = {}
    for table, key in hidden:
        covered.setdefault(table, set()).update(sheet.rows[table, key])
    for cells in covered.values():
        for row in shown:
            rest = cells.intersection(sheet.rows[row])
            if rest and sheet.few(rest):
                found.add(tuple(sorted(rest)))
        if sheet.few(cells):
            found.add(tuple(sorted(cells)))
    return found


def _searched(sheet: Sheet, space: _Space) -> list[tuple[int, ...]]:
    """Return revealed groups of small cells of one kind: single cells, pairs, and if they are few, threes and fours."""
    found: list[tuple[int, ...]] = []
    for kind in sorted(set(sheet.kinds)):
        small = [p for p, count in enumerate(sheet.cells) if sheet.kinds[p] == kind and count < FEWEST]
        if not small:
            continue
        probes = space.probes(small)
        found += [(small[i],) for i in np.flatnonzero(np.all(np.abs(probes) < _TINY, axis=1))]
        found += [
            (small[one], small[other]) for one, other in _opposites(probes) if sheet.few((small[one], small[other]))
        ]
        if len(small) <= FEW:
            several = (cells for size in (3, 4) for cells in combinations(small, size))
            found += [cells for cells in several if sheet.few(cells) and space.holds(cells)]
    return found


def _opposites(probes: Any) -> list[tuple[int, int]]:
    """Return the pairs of rows that sum to 0."""
    order = np.argsort(probes[:, 0])
    values = probes[order, 0]
    starts = np.searchsorted(values, -probes[:, 0] - _TINY)
    ends = np.searchsorted(values, -probes[:, 0] + _TINY)
    near = ((one, int(other)) for one in range(len(probes)) for other in order[starts[one] : ends[one]])
    return [
        (one, other) for one, other in near if other > one and np.all(np.abs(probes[one] + probes[other]) < 2 * _TINY)
    ]


def _cause(space: _Space, cells: Sequence[int], shown: Sequence[Row], known: int) -> Row | None:
    """Return the first of the shown rows that reveal a group of cells; None if known sums alone reveal it."""
    share = space.share(cells)[known:]
    if not len(share) or share.max() < 1e-3:
        return None
    return next(row for row, part in zip(shown, share, strict=True) if part > share.max() / 3)
