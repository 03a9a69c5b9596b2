"""A table that shares the names of another and has some of its own: a commune's over its province's."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from catalog.search.groups import Array, Group, Places, Traits
from catalog.search.layered import Extended, InPlace, Layered
from catalog.search.table import Table
from catalog.terms import row_terms


class LaidOver(Table):
    """A table over another: it has its own groups at some positions and after the end, and shares all else.

    Terms are worth what they are worth below, new ones as if one group had them. If the table below is laid over
    another itself, both layers become one.
    """

    def __init__(
        self, below: Table, own_groups: Mapping[int, Group], traits: Mapping[int, Traits], new: Sequence[str]
    ) -> None:
        """`own_groups` hide what is below at their positions; `traits` replace those of the names there.

        `new` terms are numbered after those below, in their order.
        """
        earlier = below if isinstance(below, LaidOver) else None
        self._root: Table = earlier._root if earlier else below
        self.new_terms: tuple[str, ...] = (*(earlier.new_terms if earlier else ()), *new)
        self._count = len(self._root.worth)
        self.weights, self._sizes = self._root.weights, self._root._sizes
        self.weights.fit(self._count + len(self.new_terms))
        self.numbers, self.worth = self._root.numbers, self._root.worth
        if self.new_terms:
            self.numbers = Layered(
                self._root.numbers, {term: self._count + place for place, term in enumerate(self.new_terms)}
            )
            self.worth = Extended(self._root.worth, [self.worth_of_new(term) for term in self.new_terms])
        self.own_groups: dict[int, Group] = {**(earlier.own_groups if earlier else {}), **own_groups}
        renewed = {at: below.groups[at].with_traits(one) for at, one in traits.items()}
        self.own_groups.update((at, group) for at, group in renewed.items() if at in self.own_groups)
        self.groups = InPlace(below.groups, {**renewed, **own_groups})
        self.bonus = np.zeros(len(self.groups), dtype=np.float64)
        self.bonus[: len(below.bonus)] = below.bonus
        for position in (*own_groups, *traits):
            self.bonus[position] = self.groups[position].traits.bonus
        self._hidden: Places = np.array(
            [one for one in self.own_groups if one < len(self._root.groups)], dtype=np.int64
        )
        held: dict[int, list[int]] = {}
        for position, group in self.own_groups.items():
            for term in set(group.terms.tolist()):
                held.setdefault(term, []).append(position)
        self._own_positions = {term: np.array(positions, dtype=np.int64) for term, positions in held.items()}

    def together(self, terms: Mapping[int, float], weights: Array) -> Array:
        """The weight that all names of each group share with a question, given as terms by number with weights."""
        known = [term < self._count for term in terms]
        below = dict.fromkeys(term for term in terms if term < self._count)
        shared = self._root.shared(below, weights if len(below) == len(terms) else weights[known], len(self.groups))
        shared[self._hidden] = 0
        for term, weight in terms.items():
            if (positions := self._own_positions.get(term)) is not None:
                shared[positions] += weight
        return shared


@dataclass(slots=True)
class Rows:
    """The names of a group that enters a table: those that `group` has already stay there, others become terms."""

    traits: Traits
    said: Sequence[str]
    group: Group | None
    made: dict[str, dict[str, float]] = field(init=False)

    def __post_init__(self) -> None:
        known = self.group.said if self.group else ()
        self.made = {name: row_terms(name) for name in self.said if name not in known}

    def new_terms(self, numbers: Mapping[str, int]) -> Iterator[str]:
        """Yield the terms that have no number."""
        return (term for row in self.made.values() for term in row if term not in numbers)

    def numbered(self, numbers: Mapping[str, int], worth: Sequence[float]) -> Group:
        """Make the group; all terms have numbers."""
        before, starts = self.group, self.group.starts() if self.group else {}
        terms: list[int] = []
        lengths, masses, marked_masses = [], [], []
        for name in self.said:
            if before and name not in self.made:
                row, start, end = starts[name]
                terms += before.terms[start:end].tolist()
                mass, marked, length = float(before.mass[row]), float(before.marked_mass[row]), end - start
            else:
                weighed = [(term, numbers[term], weight) for term, weight in self.made[name].items()]
                terms += [number for _, number, _ in weighed]
                marked = sum([weight * worth[number] for _, number, weight in weighed])
                mass = sum([weight * worth[number] for term, number, weight in weighed if term[0] != "="])
                length = len(weighed)
            lengths.append(length)
            masses.append(mass)
            marked_masses.append(marked)
        return Group(
            self.traits,
            tuple(self.said),
            np.array(terms, dtype=np.int32),
            np.array(lengths, dtype=np.int64),
            np.array(masses, dtype=np.float64),
            np.array(marked_masses, dtype=np.float64),
        )
