"""What an index holds of each procedure and of each of its rivals: a group of names, and their traits."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]
# The kind of numbers kept for every term of every name: half as large.
Numbers = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Rival:
    """What competes with the procedures for a question.

    A family (with its codes), a topic outside any catalog, or a procedure that this catalog does
    not have (named by its code).
    """

    name: str
    said: tuple[str, ...]
    bonus: float
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Traits:
    """What counts for a procedure or rival besides its names.

    `twin` is shared by those whose names differ only by the level of government, `variant` by those that differ by
    ages too; `ages` are the least and the most years of those whom its name says it is for. `rival` is set if it is
    no procedure, but a `family` or `outside` the catalog.
    """

    code: str
    name: str
    bonus: float
    communal: bool = False
    twin: str = ""
    variant: str = ""
    ages: tuple[int, int] | None = None
    rival: Rival | None = None
    outside: bool = False
    family: bool = False


@dataclass(slots=True)
class Group:
    """The names of a procedure or rival as rows of terms.

    `terms` holds the terms of all rows by number, one row after the other, `lengths` how many each row has, `mass` the
    worth of all terms of each row except spellings with marks, `marked_mass` that of all.
    """

    traits: Traits
    said: tuple[str, ...]
    terms: Numbers
    lengths: Places
    mass: Array
    marked_mass: Array

    @property
    def whole(self) -> tuple[float, float]:
        """The mass and the marked mass of the first row, the official name; nothing where there is none."""
        return (float(self.mass[0]), float(self.marked_mass[0])) if len(self.mass) else (0.0, 0.0)

    def with_traits(self, traits: Traits) -> "Group":
        """Return the same names with other traits."""
        return replace(self, traits=traits)

    @classmethod
    def gone(cls) -> "Group":
        """Return an empty group, for the place of a procedure that was taken away."""
        nothing = np.zeros(0, dtype=np.float64)
        return cls(Traits("", "", 0.0), (), np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.int64), nothing, nothing)

    def starts(self) -> dict[str, tuple[int, int, int]]:
        """The row of each name, and where its terms begin and end."""
        ends = self.lengths.cumsum().tolist()
        return {
            name: (row, end - length, end)
            for row, (name, end, length) in enumerate(zip(self.said, ends, self.lengths.tolist(), strict=True))
        }

    def row_terms(self, row: int) -> set[int]:
        """The terms of one row, by number."""
        end = int(self.lengths[: row + 1].sum())
        return set(self.terms[end - int(self.lengths[row]) : end].tolist())
