"""The records of a file: the rows below the header of each of its sheets, and remarks on all other rows."""

import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path
from typing import Any

from catalog.files import delimited, old_workbook, open_document, pdf_tables, word_tables, workbook
from catalog.files.cells import UNCOMPUTED, UNCOMPUTED_SAID
from catalog.files.header import DEEPEST, HEADER_ROWS, Header, Titles, find_header
from catalog.files.limits import Clock, Watch
from catalog.files.mistakes import Mistake, Unreadable, shortened
from catalog.files.notes import Notes, at
from catalog.files.opening import TEXTS, kind_of
from catalog.files.other_rows import numbers_columns, repeats
from catalog.files.sheet import Merged, Row, Sheet, letters
from catalog.text import fold

COUNTING = frozenset(("stt", "tt", "so tt", "so thu tu", "stt.", "tt.", "#"))


@dataclass(frozen=True, slots=True)
class Record:
    """A row below a header: its cells by what their columns mean; `filled` columns come from a merged cell above."""

    row: int
    cells: Mapping[str, Any]
    sheet: str
    raw: Row
    header: Header
    filled: frozenset[int] = frozenset()

    def column(self, meaning: str) -> int | None:
        """Return the column with a meaning."""
        return next((column for column, what in self.header.meant.items() if what == meaning), None)

    def cell(self, meaning: str) -> str:
        """Return the name of a cell as the spreadsheet has it ("D3"), "" where the file has no columns with letters."""
        column = self.column(meaning)
        return f"{letters(column)}{self.row}" if column is not None and self.header.lettered else ""

    def title(self, meaning: str) -> str:
        """Return the title of a column."""
        column = self.column(meaning)
        return self.header.title(column) if column is not None else meaning

    def number_format(self, meaning: str) -> str:
        """Return a cell's number format, "" for the ordinary one."""
        column = self.column(meaning)
        return self.raw.formats.get(column, "") if column is not None else ""

    def mistake(self, file: str, meaning: str, reason: str, proposed: str = "") -> Mistake:
        """Say what is wrong with a cell of the record."""
        return Mistake(file, self.row, self.title(meaning), reason, self.sheet, self.cell(meaning), proposed)

    def uncomputed(self, file: str) -> list[Mistake]:
        """Name the cells whose formula has no value."""
        return [
            self.mistake(file, meaning, UNCOMPUTED_SAID) for meaning, cell in self.cells.items() if cell is UNCOMPUTED
        ]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an import looks for in a file: its titles, and the sentence (`lacking`) for a file without them.

    `deepest` is how many rows a header may have. `several`: all sheets may hold records, not only the first. `numbered`
    says whether a first row that numbers the columns can be told from a record. `unknown` begins the sentence that
    names the columns that were not understood; it is "" if the import itself says that.
    """

    titles: Titles
    lacking: str
    deepest: int = DEEPEST
    several: bool = False
    numbered: bool = True
    unknown: str = "Cột không hiểu, không nhập"


def records(
    path: Path, wanted: Wanted, notes: Notes, *, accept: bool | None = None, clock: Clock = time.monotonic
) -> Generator[Record, None, None]:
    """Yield the records of a file; Unreadable if no sheet has the header.

    After the last record, `notes` says what was left out, guessed or hidden. Close the generator if you stop before.
    """
    kind = kind_of(path, notes)
    found: list[str] = []
    unread: list[Sheet] = []
    with closing(sheets_of(kind, path, Watch(path.name, clock), notes, accept=accept)) as sheets:
        for sheet in sheets:
            if found and (kind in TEXTS or not wanted.several):
                if kind not in TEXTS and next(sheet.rows, None):
                    unread.append(sheet)
                continue
            header, rest = find_header(sheet, wanted.titles, wanted.deepest)
            if header is not None:
                found.append(sheet.name)
                header = replace(header, lettered=kind not in TEXTS)
                yield from _Reading(sheet, header, wanted, notes).records(chain(rest, sheet.rows))
            elif rest:
                unread.append(sheet)
    if not found:
        raise Unreadable(f"{path.name}: {wanted.lacking} trong {HEADER_ROWS} hàng đầu{of_sheets(unread)}.")
    for sheet in [] if kind in TEXTS else unread:
        why = "không có hàng tiêu đề" if wanted.several else f"chỉ đọc trang «{shortened(found[0])}»"
        notes.say(f"Không đọc trang «{shortened(sheet.name)}»{' (ẩn)' if sheet.hidden else ''}: {why}.")


def of_sheets(sheets: Sequence[Sheet]) -> str:
    """Return the words that name sheets after "hàng đầu", "" if they have no names."""
    names = [f"«{shortened(sheet.name)}»" for sheet in sheets if sheet.name]
    return f" của {'các ' if len(names) > 1 else ''}trang {', '.join(names[:10])}" if names else ""


def sheets_of(
    kind: str, path: Path, watch: Watch, notes: Notes, *, accept: bool | None
) -> Generator[Sheet, None, None]:
    """Yield the sheets of a file of some kind, or the tables of a document; Unreadable wherever it breaks."""
    if kind in TEXTS:
        return delimited.sheets(path, watch, notes, accept=accept)
    return _READERS[kind](path, watch)


_READERS: Mapping[str, Callable[[Path, Watch], Generator[Sheet, None, None]]] = {
    ".docx": word_tables.sheets,
    ".ods": open_document.sheets,
    ".pdf": pdf_tables.sheets,
    ".xls": old_workbook.sheets,
    ".xlsx": workbook.sheets,
}


@dataclass
class _Reading:
    """The reading of one sheet below its header."""

    sheet: Sheet
    header: Header
    wanted: Wanted
    notes: Notes
    hidden: list[int] = field(default_factory=list)
    repeated: list[int] = field(default_factory=list)
    bare: set[int] = field(default_factory=set)

    def records(self, rows: Iterator[Row]) -> Iterator[Record]:
        self._tell_header()
        merges = Merges(self.sheet.merged, self.header.last)
        first = True
        for row in rows:
            filled = merges.fill(row)
            if first and self.wanted.numbered and numbers_columns(row):
                first = False
                continue
            first = False
            if repeats(row, self.header):
                self.repeated.append(row.number)
                continue
            if row.hidden:
                self.hidden.append(row.number)
            self.bare.update(column for column in row.cells if not self.header.titles.get(column))
            cells = {meaning: row.cells.get(column) for column, meaning in self.header.meant.items()}
            cells |= {self.header.meant[column]: cell for column, cell in filled.items() if column in self.header.meant}
            yield Record(row.number, cells, self.sheet.label, row, self.header, frozenset(filled))
        self._tell_rest()

    def _tell_header(self) -> None:
        sheet, header = self.sheet, self.header
        if sheet.label or (self.wanted.several and header.last > 1):
            rows = f"{header.first}" if header.first == header.last else f"{header.first} đến {header.last}"
            self.notes.say(f"{at(sheet.label)}{'dòng' if sheet.label else 'Dòng'} tiêu đề {rows}.")
        if sheet.hidden:
            self.notes.say(f"Trang «{shortened(sheet.name)}» bị ẩn, vẫn được đọc.")
        columns = sorted(header.meant)
        self.notes.names(
            f"{at(sheet.label)}Cột ẩn vẫn được đọc", [header.title(c) for c in columns if c in sheet.hidden_columns]
        )
        if self.wanted.unknown:
            unknown = [c for c in sorted(header.titles) if c not in header.meant and not _counts(header.title(c))]
            named = [f"{header.titles[c]} (ẩn)" if c in sheet.hidden_columns else header.titles[c] for c in unknown]
            self.notes.names(f"{at(sheet.label)}{self.wanted.unknown}", named)

    def _tell_rest(self) -> None:
        label = self.sheet.label
        self.notes.rows(label, "Dòng ẩn vẫn được đọc", self.hidden)
        self.notes.rows(label, "Bỏ qua tiêu đề lặp lại", self.repeated)
        self.notes.names(
            f"{at(label)}Cột không có tiêu đề, không nhập",
            [letters(column) if self.header.lettered else str(column + 1) for column in sorted(self.bare)],
        )


class Merges:
    """Fills the cells that merged cells above cover: a merged cell holds its text in its first row alone."""

    def __init__(self, merged: Sequence[Merged], header: int) -> None:
        self._coming = sorted(
            (one for one in merged if one.bottom > one.top and one.top >= header), key=lambda one: -one.top
        )
        self._over: dict[int, tuple[int, Any]] = {}

    def fill(self, row: Row) -> dict[int, Any]:
        """Return the values of a row's cells that are covered from above, by column."""
        index = row.number - 1
        while self._coming and self._coming[-1].top <= index:
            one = self._coming.pop()
            if one.top == index and (value := row.cells.get(one.left)) is not None:
                self._over[one.left] = (one.bottom, value)
        self._over = {column: over for column, over in self._over.items() if over[0] >= index}
        return {column: value for column, (_, value) in self._over.items() if column not in row.cells}


def _counts(title: str) -> bool:
    return fold(title) in COUNTING
