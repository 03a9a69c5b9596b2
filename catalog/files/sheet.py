"""A sheet of a file: its rows in order, in the same form for every file format."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Cells = Mapping[int, Any]
_MOST_LINES = 200


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of a row that hold anything, by column from 0; `number` is what the spreadsheet shows beside it.

    `formats` has the number formats that are not the ordinary one. `cut`: the file ends in the middle of it.
    """

    number: int
    cells: Cells
    formats: Mapping[int, str] = field(default_factory=dict)
    hidden: bool = False
    cut: bool = False

    def dense(self, width: int) -> list[Any]:
        """Return the first cells as a list, None for empty ones."""
        return [self.cells.get(column) for column in range(min(width, max(self.cells, default=-1) + 1))]


@dataclass(frozen=True, slots=True)
class Merged:
    """A range of merged cells, from 0, ends included; its text stands in the first of them."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet by its name ("" in a text file). `rows` can be read once, from above; `alone`: the file has no other.

    In a document each table is a sheet: `number` is the number of the table or page, and `before` has the lines of text
    between it and the table above.
    """

    name: str
    rows: Iterator[Row]
    alone: bool = True
    hidden: bool = False
    merged: Sequence[Merged] = ()
    hidden_columns: frozenset[int] = frozenset()
    number: int = 0
    before: Sequence[str] = ()

    @property
    def label(self) -> str:
        """The name, empty if the file has only one sheet."""
        return "" if self.alone else self.name

    def place(self, row: int) -> str:
        """Return where a row stands: "PL1!7" in a workbook, "!7" in a text file, "2/7" in a document."""
        return f"{self.number}/{row}" if self.number else f"{self.name}!{row}"


def ends(lines: Sequence[str]) -> Sequence[str]:
    """Return lines of text; of very many the first, which head the file, and the last, which head its next table."""
    return lines if len(lines) <= 2 * _MOST_LINES else [*lines[:_MOST_LINES], *lines[-_MOST_LINES:]]


def letters(column: int) -> str:
    """Return a column as a spreadsheet names it: 0 is A, 27 is AB."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name
