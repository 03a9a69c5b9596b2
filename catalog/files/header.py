"""Where the header of a table stands: one row, or several under one another, somewhere in the first rows."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from catalog.files.cells import cell_text
from catalog.files.legacy_fonts import recognized
from catalog.files.limits import MOST_COLUMNS
from catalog.files.sheet import Merged, Row, Sheet
from catalog.text import fold

HEADER_ROWS = 30
DEEPEST = 4
UNDER = " / "
_BRACKETS = re.compile(r"\([^()]*\)")

Titles = Callable[[Sequence[Any]], dict[int, str]]
"""Finds the titles that are understood in a row, by column; empty where the row is no header."""


@dataclass(frozen=True, slots=True)
class Header:
    """The first and last row of a header, what its columns mean, and their titles as they stand there.

    `above` holds the texts of the `rows_above` rows above it. `lettered`: columns have letters, because the file
    is a spreadsheet.
    """

    first: int
    last: int
    meant: Mapping[int, str]
    titles: Mapping[int, str]
    above: tuple[str, ...] = ()
    lettered: bool = True
    rows_above: int = 0

    def title(self, column: int) -> str:
        """Return a column's own title, without those it stands under."""
        return self.titles.get(column, "").rpartition(UNDER)[2]


def stacked(rows: Sequence[Sequence[Any]]) -> list[Any]:
    """Join the rows of a header: a column's title comes after those it stands under, parted by " / ".

    A merged cell holds its text in its first column alone; a text therefore covers the columns to its right
    too, up to the next text in its row or in a row above.
    """
    over: list[str] = [""] * (len(rows) - 1)
    titles: list[Any] = []
    for column in range(max(map(len, rows))):
        cells = [row[column] if column < len(row) else None for row in rows]
        texts = ["" if cell is None else " ".join(str(cell).split()) for cell in cells]
        lowest = max((level for level, text in enumerate(texts) if text), default=-1)
        for level, text in enumerate(texts[:-1]):
            if text:
                over[level:] = [text, *[""] * (len(over) - level - 1)]
        if lowest <= 0:
            titles.append(cells[0] if lowest == 0 else None)
        else:
            titles.append(UNDER.join(filter(None, (*over[:lowest], texts[lowest]))))
    return titles


def find_header(
    sheet: Sheet, titles: Titles, deepest: int = DEEPEST, within: int = HEADER_ROWS
) -> tuple[Header | None, list[Row]]:
    """Read a sheet up to its header, within the first `within` rows; return it and the rows read below it.

    If a header has several rows, its columns are those that the rows mean together. If there is no header, return
    None and all rows that were read.
    """
    read: list[Row] = []
    for row in sheet.rows:
        read.append(row)
        if row.number > within:
            break
        near = [one for one in read if one.number > row.number - deepest]
        stacks = [_header(near[-depth:], titles) for depth in range(1, len(near) + 1)]
        header = max(filter(None, stacks), key=lambda one: len(one.meant), default=None)
        if header is None:
            continue
        below = list(_up_to(sheet.rows, header.first + deepest - 1)) if deepest > 1 else []
        while below and _belongs(below[0], header, sheet.merged):
            rows = [one for one in (*read, below[0]) if one.number >= header.first]
            deeper = _header(rows, titles)
            if deeper is None or not _keys(header) <= _keys(deeper):
                break
            header = deeper
            read.append(below.pop(0))
        _header([one for one in read if header.first <= one.number <= header.last], titles)
        over = [one for one in read if one.number < header.first]
        above = tuple(cell_text(cell) for one in over for cell in one.cells.values())
        return replace(header, above=above, rows_above=len(over)), below
    return None, read


def _keys(header: Header) -> set[str]:
    """Return what the columns mean; several columns under one title ("level:xa") count as one."""
    return {what.partition(":")[0] for what in header.meant.values()}


def _up_to(rows: Iterator[Row], last: int) -> Iterator[Row]:
    """Yield the next rows up to row number `last`; if that is missing, up to the first row after it."""
    for row in rows:
        yield row
        if row.number >= last:
            return


def _header(rows: Sequence[Row], titles: Titles) -> Header | None:
    joined = [_in_unicode(title) for title in stacked([row.dense(MOST_COLUMNS) for row in rows])] if rows else []
    meant = titles(joined)
    if not meant:
        return None
    named = {column: cell_text(title) for column, title in enumerate(joined) if title is not None}
    return Header(rows[0].number, rows[-1].number, meant, named)


def _belongs(row: Row, header: Header, merged: Sequence[Merged]) -> bool:
    """Return whether a row below a header is a part of it.

    It is if a merged cell of the header reaches down to it. It also is if its texts stand under a title that spans
    them: each in a column without a title, or in the column before such a one.
    """
    if row.number != header.last + 1:
        return False
    if any(header.first <= one.top + 1 < row.number <= one.bottom + 1 for one in merged):
        return True
    bare = {column for column in row.cells if not header.titles.get(column)}
    spanned = all(isinstance(cell, str) for cell in row.cells.values())
    return spanned and bool(bare) and all(column in bare or column + 1 in bare for column in row.cells)


def _in_unicode(title: Any) -> Any:
    """A title in Unicode, whatever font it was written for."""
    found = recognized(title) if isinstance(title, str) else None
    return found[1] if found else title


def bare_title(title: str) -> str:
    """Return a title folded, without brackets and the signs around it: "Lệ phí (đồng)*:" is "le phi"."""
    return " ".join(fold(_BRACKETS.sub(" ", title)).split()).strip(" *:.–-") or fold(title)
