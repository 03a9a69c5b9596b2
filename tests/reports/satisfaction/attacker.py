"""Somebody who knows every printed number of a report, and how its tables are made."""

from collections.abc import Iterable, Sequence, Set
from fractions import Fraction
from typing import Generic, TypeVar

Cell = TypeVar("Cell", bound=tuple[object, ...])


class Attacker(Generic[Cell]):
    """Knows every printed number, and adds and subtracts with exact fractions."""

    def __init__(self, cells: Sequence[Cell], shown: Iterable[Set[Cell]]) -> None:
        self.place = {cell: number for number, cell in enumerate(cells)}
        self.basis: dict[int, list[Fraction]] = {}
        for known in shown:
            rest = self.reduced(known)
            pivot = next((number for number, value in enumerate(rest) if value), None)
            if pivot is not None:
                self.basis[pivot] = [value / rest[pivot] for value in rest]

    def reduced(self, cells: Set[Cell]) -> list[Fraction]:
        """What is left of a sum when all that is known was taken out."""
        vector = [Fraction(0)] * len(self.place)
        for cell in cells:
            vector[self.place[cell]] = Fraction(1)
        for pivot in sorted(self.basis):
            if factor := vector[pivot]:
                vector = [a - factor * b for a, b in zip(vector, self.basis[pivot], strict=True)]
        return vector

    def knows(self, cells: Set[Cell]) -> bool:
        """Whether a sum can be computed."""
        return not any(self.reduced(cells))
