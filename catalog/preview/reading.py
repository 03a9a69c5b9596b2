"""The rows of a file's tables: which are procedures, under which section, and which are none."""

import re
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import Any

from catalog import titles
from catalog.codes import plain_code
from catalog.entries import is_code
from catalog.files.cells import UNCOMPUTED, cell_text
from catalog.files.header import HEADER_ROWS, UNDER, Header, Titles, find_header
from catalog.files.limits import MOST_COLUMNS, Clock, Seen, Watch, unseen
from catalog.files.mistakes import Unreadable, shortened
from catalog.files.notes import Notes, at
from catalog.files.opening import DOCUMENTS, TEXTS, kind_of
from catalog.files.other_rows import is_note, is_total, numbers_columns
from catalog.files.records import COUNTING, Merges, of_sheets, sheets_of
from catalog.files.sheet import Row, Sheet, letters
from catalog.preview.dates import in_force_from
from catalog.preview.surroundings import Surroundings, titled
from catalog.sections import Section, action_of, is_count, level_of
from catalog.text import fold

LACKING = "không thấy hàng tiêu đề có cột mã và cột tên thủ tục"
# What counts rows: a number, a code that stands in its place, or what Word counts by itself.
_NUMBER = re.compile(r"\W*\d[\d.,]*\W*|#")
_DITTO = ("nt", "nhu tren")
_UNTITLED = frozenset(("ghi chu", "ghi chu them", "luu y"))


@dataclass(slots=True)
class Listed:
    """A row that holds a procedure, or the rows that hold it together: its cells by their meaning, as they stand.

    `forms` are number formats, `remarks` texts of columns for remarks, `cells_of` names cells ("D3").
    `cut`: the file ends in the middle of it.
    """

    place: str
    row: int
    sheet: str
    cells: dict[str, Any]
    forms: Mapping[str, str] = field(default_factory=dict)
    section: Section = field(default_factory=Section)
    titles: Mapping[str, str] = field(default_factory=dict)
    cells_of: Mapping[str, str] = field(default_factory=dict)
    since: str = ""
    remarks: list[str] = field(default_factory=list)
    around: Surroundings = field(default_factory=Surroundings)
    joined: bool = False
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """A heading: its text, what holds below it, and how many procedures stand above it."""

    text: str
    section: Section
    start: int


@dataclass
class Reading:
    """All that a file holds: its procedures, how many rows were left out, and what stands around the tables."""

    rows: list[Listed] = field(default_factory=list)
    skipped: int = 0
    around: Surroundings = field(default_factory=Surroundings)
    parts: list[Part] = field(default_factory=list)
    kind: str = ""


def read_tables(
    path: Path, notes: Notes, *, accept: bool = False, clock: Clock = time.monotonic, seen: Seen = unseen
) -> Reading:
    """Read the tables of a workbook, a text file or a document; Unreadable where there is nothing to read."""
    kind, watch = kind_of(path, notes, DOCUMENTS), Watch(path.name, clock, seen)
    reading, unread = _read(path, kind, notes, watch, _titles, accept=accept)
    if reading is None:
        reading, unread = _read(path, kind, notes, watch, _names, accept=accept)
    if reading is None:
        raise Unreadable(f"{path.name}: {LACKING} trong {HEADER_ROWS} hàng đầu{of_sheets(unread)}.")
    if kind not in (*TEXTS, *DOCUMENTS):
        for sheet in unread:
            hidden = " (ẩn)" if sheet.hidden else ""
            notes.say(f"Không đọc trang «{shortened(sheet.name)}»{hidden}: không có hàng tiêu đề.")
    return reading


def _read(
    path: Path, kind: str, notes: Notes, watch: Watch, titles_of: Titles, *, accept: bool
) -> tuple[Reading | None, list[Sheet]]:
    """Read the tables that have a header; return the reading, None if no table has one, and the tables without."""
    reading = Reading(kind=kind)
    unread: list[Sheet] = []
    above: _Table | None = None
    with closing(sheets_of(reading.kind, path, watch, notes, accept=accept)) as sheets:
        for sheet in sheets:
            if above is not None and reading.kind in TEXTS:
                continue
            section = reading.around.read(path.name, sheet.before)
            header, rest = find_header(sheet, titles_of)
            found = header is not None
            if header is None and above is not None and sheet.number and _continues(rest, above):
                header = above.header
            if header is None:
                if rest:
                    unread.append(sheet)
                    reading.around.read(path.name, _texts(rest) if len(rest) <= HEADER_ROWS else ())
                continue
            table = _Table(path.name, sheet, header, reading, notes, titles_of, headed=found)
            table.begin(section, above if sheet.number else None)
            table.read(chain(rest, sheet.rows))
            above = table
    return (reading if above else None), unread


def _texts(rows: Iterable[Row]) -> list[str]:
    return [cell for row in rows for cell in row.cells.values() if isinstance(cell, str)]


def _titles(row: Sequence[Any]) -> dict[int, str]:
    """Return a header's columns if it has code and name, code and committed time, or one of these and others."""
    found = titles.columns(row)
    keys = set(found.values())
    if {"code", "name"} <= keys or {"code", "committed"} <= keys:
        return found
    counted = any(isinstance(one, str) and fold(one) in COUNTING for one in row)
    return found if keys & {"code", "name"} and len(keys) + counted >= _ENOUGH else {}


def _names(row: Sequence[Any]) -> dict[int, str]:
    """Return the columns of a header without codes that counts and names procedures; else none."""
    found = titles.columns(row)
    counted = any(isinstance(one, str) and fold(one) in COUNTING for one in row)
    named = any(what == "name" and _PROCEDURE.search(fold(str(row[column]))) for column, what in found.items())
    return found if counted and named else {}


_ENOUGH = 3
_HEADING = 8
_ABOLISHED = "Bãi bỏ"
_OF_ABOLISHED = re.compile(r"\b(?:bi|duoc) (?:bai bo|huy bo)$")
# A column for the document that abolishes a procedure; one that also mentions amending may speak of either.
_ABOLISHING = re.compile(
    r"(?:ten |so )*(?:van ban|vbqppl|vbpl|vbppl|can cu|ly do|quyet dinh|qd)\b(?!.*(?:sua doi|bo sung|thay the))"
    r".*\b(?:bai bo|huy bo)\b"
)
_PROCEDURE = re.compile(r"thu tuc|tthc")


def _continues(rows: Sequence[Row], above: "_Table") -> bool:
    """Whether a table without a header is the rest of the one above: it has as many columns."""
    width = max((max(row.cells) for row in rows), default=-1) + 1
    most = max(above.header.titles) + 1
    return most - 1 <= width <= most or (0 < width <= most and any(_code_in(row, above) for row in rows))


def _code_in(row: Row, above: "_Table") -> bool:
    return any(
        what == "code" and is_code(plain_code(cell_text(row.cells.get(column))))
        for column, what in above.header.meant.items()
    )


class _Table:
    """The reading of one table."""

    def __init__(
        self,
        file: str,
        sheet: Sheet,
        header: Header,
        reading: Reading,
        notes: Notes,
        titles_of: Titles,
        *,
        headed: bool,
    ) -> None:
        self.header = replace(header, lettered=reading.kind not in (*TEXTS, *DOCUMENTS))
        self._heads = headed
        self.section = Section()
        self._file = file
        self._sheet = sheet
        self._reading = reading
        self._notes = notes
        self._titles = titles_of
        self._above: dict[str, Any] = {}
        self._last: Listed | None = None
        self._signed = False
        self._since = ""
        self._rows: Iterator[Row] = iter(())
        self._hidden: list[int] = []
        self._repeated: list[int] = []
        self._totals: list[int] = []
        self._note_rows: list[int] = []
        self._bare: set[int] = set()
        self._around = Surroundings()

    def begin(self, section: Section | None, above: "_Table | None") -> None:
        """Take what holds for all rows: in a document a section goes on in the next table."""
        sheet = self._sheet
        if above is not None:
            self.section, self._above, self._last, self._since = above.section, above._above, above._last, above._since
        if sheet.number:
            self._around = self._reading.around
            if self._heads and (heading := self._around.read(self._file, self.header.above)):
                section = (section or Section()).then(heading)
        else:
            self._reading.around.read(self._file, self.header.above)
            named = Section(action=action_of(sheet.name), level=level_of(sheet.name))
            heading = self._around.read(self._file, self.header.above)
            self.section = named.then(heading) if heading else named
            if named.action:
                self.section = replace(self.section, action=named.action)
            self._tell_header()
        if section is not None:
            self.section = self.section.then(section)
            self._headed(" ".join(sheet.before))

    def read(self, rows: Iterator[Row]) -> None:
        """Read all rows below the header, or all rows where it stands in the table above."""
        self._reading.skipped += self.header.rows_above if self._heads else 0
        merges = Merges(self._sheet.merged, self.header.last if self._heads else 0)
        self._rows = rows
        first = True
        while (found := next(self._rows, None)) is not None:
            row = _said_once(found)
            filled = merges.fill(row)
            if numbers_columns(row):
                self._reading.skipped += 1
            elif self._repeats(row):
                self._repeated.append(row.number)
            elif not self._heads_another(row):
                self._take(row, filled, first=first)
                first = False
        label = str(self._sheet.number or self._sheet.label)
        for what, numbers in (
            ("Dòng ẩn vẫn được đọc", self._hidden),
            ("Bỏ qua tiêu đề lặp lại", self._repeated),
            ("Bỏ qua dòng tổng", self._totals),
            ("Bỏ qua ghi chú, chữ ký", self._note_rows),
        ):
            self._notes.rows(label, what, numbers)
        self._notes.names(
            f"{at(self._sheet.label)}Cột không có tiêu đề, không nhập",
            [letters(column) if self.header.lettered else str(column + 1) for column in sorted(self._bare)],
        )

    def _repeats(self, row: Row) -> bool:
        """Whether a row is one of the header's rows once more."""
        named = self.header.titles
        return len(row.cells) > 1 and all(
            column in named and fold(cell_text(cell)) in map(_folded, named[column].split(UNDER))
            for column, cell in row.cells.items()
        )

    def _heads_another(self, row: Row) -> bool:
        """Take the header of another table further down in the same sheet, if a row is one."""
        if len(row.cells) < _ENOUGH or not all(isinstance(cell, str) for cell in row.cells.values()):
            return False
        if is_code(plain_code(cell_text(self._cell(row, "code")))) or not self._titles(row.dense(MOST_COLUMNS)):
            return False
        part = Sheet(self._sheet.name, chain([row], self._rows), merged=self._sheet.merged)
        header, rest = find_header(part, self._titles, within=row.number)
        self._rows = chain(rest, part.rows)
        if header is not None:
            self.header = replace(header, lettered=self.header.lettered)
        return header is not None

    def _headed(self, text: str) -> None:
        """Remember what a heading declares and from when it has force."""
        self._since = in_force_from(text, self._around.signed)
        self._reading.parts.append(Part(text, self.section, len(self._reading.rows)))

    def _take(self, row: Row, filled: dict[int, Any], *, first: bool) -> None:
        code = self._cell(row, "code")
        if not is_code(plain_code(cell_text(code))):
            below = self.section.below(row, self._column("name"))
            if below is not None and not self._is_procedure(row):
                self.section = below
                self._headed(" ".join(_texts([row])))
                self._signed = False
                return
            if (lone := self._lone(row)) and lone.isupper() and not is_total(row) and not is_note(row):
                self.section = replace(self.section, field=titled(lone))
                self._headed(lone)
                return
            if total := is_total(row):
                self._totals.append(row.number)
            if total or lone or is_note(row) or self._signature(row):
                self._signed = self._signed or is_note(row)
                self._reading.skipped += 1
                if not total:
                    self._note_rows.append(row.number)
                return
        if self._goes_on(row, filled, first=first):
            self._append(row)
            return
        self._signed = False
        if row.hidden:
            self._hidden.append(row.number)
        self._bare.update(column for column in row.cells if not self.header.titles.get(column))
        cells = {meaning: row.cells.get(column) for column, meaning in self.header.meant.items()}
        cells |= {self.header.meant[column]: cell for column, cell in filled.items() if column in self.header.meant}
        cells = {key: self._above.get(key) if _is_ditto(cell) else cell for key, cell in cells.items()}
        number = self._number(row)
        if cells.get("code") is None and is_code(plain_code(cell_text(number))):
            cells["code"] = number
        self._above = cells
        self._last = Listed(
            self._sheet.place(row.number),
            row.number,
            self._sheet.label,
            dict(cells),
            {what: form for column, what in self.header.meant.items() if (form := row.formats.get(column))},
            self.section,
            {what: self.header.title(column) for column, what in self.header.meant.items()},
            {what: f"{letters(column)}{row.number}" for column, what in self.header.meant.items()}
            if self.header.lettered
            else {},
            self._since,
            [*self._remarks(row), *([_ABOLISHED] if self._abolishes(row, filled) else [])],
            self._around,
            cut=row.cut,
        )
        self._reading.rows.append(self._last)

    def _is_procedure(self, row: Row) -> bool:
        """Whether a row that reads like a heading is rather a procedure without a code: it has values of one."""
        values = [
            cell
            for column, what in self.header.meant.items()
            if what not in ("code", "name", "field", "level") and (cell := row.cells.get(column)) is not None
        ]
        return len(row.cells) > 2 and any(not is_count(cell_text(cell)) for cell in values)

    def _signature(self, row: Row) -> bool:
        """Return whether a row is the signer's name: below a signature, without code or number."""
        return self._signed and self._cell(row, "code") is None and not self._number(row)

    def _lone(self, row: Row) -> str:
        """Return the only text of a row, a heading or a remark, if its column is not understood; else ""."""
        if len(row.cells) > 1 or self._signed:
            return ""
        ((column, cell),) = row.cells.items()
        alone = isinstance(cell, str) and column not in self.header.meant and not _NUMBER.fullmatch(cell.strip())
        return " ".join(cell.split()) if alone and column in self.header.titles else ""

    def _goes_on(self, row: Row, filled: dict[int, Any], *, first: bool) -> bool:
        """Whether a row continues the procedure above: under its merged cells, or cut off by the page."""
        if self._last is None or self._number(row):
            return False
        meanings = {what for column, what in self.header.meant.items() if row.cells.get(column) is not None}
        if meanings & {"code", titles.OLD_CODE}:
            return False
        under = {self.header.meant.get(column) for column in filled}
        if "name" not in meanings:
            return bool(meanings)
        name = cell_text(self._cell(row, "name"))
        cut = self._sheet.number > 0 and first
        return "code" in under or (cut and len(meanings) < len(self.header.meant)) or name[:1].islower()

    def _append(self, row: Row) -> None:
        """Add the texts of a row to those of the procedure above."""
        last = self._last
        assert last is not None  # noqa: S101 -- _goes_on says so
        joined = False
        for column, what in self.header.meant.items():
            cell = row.cells.get(column)
            if cell is None or cell is UNCOMPUTED or _is_ditto(cell):
                continue
            before, more = last.cells.get(what), cell_text(cell)
            if before is None:
                last.cells[what] = cell
            elif more != cell_text(before) and what != "code":
                if what in ("time", "fee") and (way := cell_text(self._cell(row, "channels"))):
                    first = cell_text(last.cells.get("channels")).split("\n", 1)[0]
                    before = before if last.joined else f"{first}: {cell_text(before)}"
                    more, joined = f"{way}: {more}", True
                last.cells[what] = f"{cell_text(before)}{' ' if what == 'name' else chr(10)}{more}"
        last.joined = last.joined or joined
        self._above = dict(last.cells)
        last.remarks += self._remarks(row)
        last.cut = last.cut or row.cut
        if row.hidden:
            self._hidden.append(row.number)

    def _remarks(self, row: Row) -> list[str]:
        return [
            cell
            for column, cell in row.cells.items()
            if isinstance(cell, str) and _folded(self.header.title(column)) in _UNTITLED
        ]

    def _abolishes(self, row: Row, filled: Mapping[int, Any]) -> bool:
        """Whether a row stands under titles of what is abolished, or names the document that abolishes it."""
        for column, title in self.header.titles.items():
            folded = _folded(title)
            if self.header.meant.get(column) in ("code", "name") and _OF_ABOLISHED.search(folded):
                return True
            named = cell_text(row.cells.get(column, filled.get(column))).strip(" -–x.")
            if named and column not in self.header.meant and _ABOLISHING.match(folded):
                return True
        return False

    def _number(self, row: Row) -> Any:
        return next(
            (
                row.cells[column]
                for column, title in self.header.titles.items()
                if _folded(title.rpartition(UNDER)[2]) in COUNTING
                and _NUMBER.fullmatch(cell_text(row.cells.get(column)))
            ),
            None,
        )

    def _cell(self, row: Row, what: str) -> Any:
        column = self._column(what)
        return None if column is None else row.cells.get(column)

    def _column(self, what: str) -> int | None:
        return next((column for column, one in self.header.meant.items() if one == what), None)

    def _tell_header(self) -> None:
        sheet, header = self._sheet, self.header
        rows = f"{header.first}" if header.first == header.last else f"{header.first} đến {header.last}"
        self._notes.say(f"{at(sheet.name)}{'dòng' if sheet.name else 'Dòng'} tiêu đề {rows}.")
        if sheet.hidden:
            self._notes.say(f"Trang «{shortened(sheet.name)}» bị ẩn, vẫn được đọc.")
        columns = sorted(header.meant)
        self._notes.names(
            f"{at(sheet.label)}Cột ẩn vẫn được đọc", [header.title(c) for c in columns if c in sheet.hidden_columns]
        )
        unknown = [
            f"{title} (ẩn)" if column in sheet.hidden_columns else title
            for column, title in sorted(header.titles.items())
            if column not in header.meant and fold(title) not in COUNTING
        ]
        self._notes.names(f"{at(sheet.label)}Cột không hiểu, không nhập", unknown)


@lru_cache(maxsize=1024)
def _folded(title: str) -> str:
    """A title folded, which every row below it is compared with."""
    return fold(title)


def _said_once(row: Row) -> Row:
    """Return a row with one copy of a text that stands in all its cells, or all but a first number: it was merged."""
    columns = sorted(row.cells)
    same = {cell_text(row.cells[column]) for column in columns[-_ENOUGH:]}
    if len(columns) < _ENOUGH or len(same) > 1 or len(min(same)) < _HEADING:
        return row
    (text,) = same
    first = next(column for column in columns if cell_text(row.cells[column]) == text)
    rest = {column: cell for column, cell in row.cells.items() if column <= first}
    return replace(row, cells=rest) if len(rest) <= 2 else row


def _is_ditto(cell: object) -> bool:
    """Whether a cell says that the one above it holds here too: "-nt-", "như trên"."""
    return isinstance(cell, str) and len(cell) < 20 and fold(cell).strip(" -–.'\"()") in _DITTO
