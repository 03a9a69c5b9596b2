"""Tables in .csv and .xlsx files: their records, below a header that stands somewhere in the first rows."""

import csv
import io
import re
import zipfile
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HEADER_ROWS = 15
# The kinds of files that hold tables, by their suffix.
TABLES = (".csv", ".xlsx")
DELIMITERS = ",;|\t"
MOST_BYTES = 200 * 1024 * 1024
MOST_ROWS = 1_048_576  # what a sheet of Excel can have
FAILED_CELL = re.compile(r"#(REF|VALUE|NUM|NULL|DIV/0|N/A|NAME)[!?]?|nan|inf", re.IGNORECASE)

Titles = Callable[[Iterable[Any]], dict[int, str]]
"""Finds the titles that are understood in a row, by column; empty where the row is no header."""
UNDER = " / "
Record = tuple[int, dict[str, Any]]


class Unreadable(Exception):
    """A file that cannot be used at all; the message says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """A cell or a record that cannot be taken: where it stands, and why. `row` counts from 1."""

    file: str
    row: int
    column: str
    reason: str

    def __str__(self) -> str:
        return f"{self.file}, dòng {self.row}, cột «{self.column}»: {self.reason}"


@contextmanager
def readable(path: Path, kinds: Collection[str], most_bytes: int | None = None) -> Iterator[None]:
    """Read a file within; Unreadable if it is of another kind (by its suffix), too large, or cannot be opened."""
    if path.suffix.lower() not in kinds:
        raise Unreadable(f"{path.name}: chưa đọc được loại tệp này; nhận {', '.join(kinds)}.")
    try:
        if most_bytes is not None and path.stat().st_size > most_bytes:
            raise Unreadable(f"{path.name}: tệp lớn hơn {most_bytes // 1024 // 1024} MB.")
        yield
    except OSError as error:
        raise Unreadable(f"{path}: không mở được tệp: {error.strerror}.") from error


def records(path: Path, titles: Titles, lacking: str, deepest: int = 1) -> Iterator[Record]:
    """Yield the rows below the header that hold anything, with their numbers from 1; `lacking`: no header is there.

    A header may stand over up to `deepest` rows, as merged cells make it; see `stacked`.
    """
    reader = _csv if path.suffix.lower() == ".csv" else _xlsx
    yield from reader(path, titles, f"{path.name}: {lacking} trong {HEADER_ROWS} hàng đầu.", deepest)


def stacked(rows: Sequence[Sequence[Any]]) -> list[Any]:
    """Join the rows of a header: a column's title comes after those it stands under, parted by " / ".

    A merged cell holds its text in its first column alone; so a text stands over the columns to its right
    too, up to the next text in its row or in one above.
    """
    over: list[str] = [""] * (len(rows) - 1)
    titles: list[Any] = []
    for column in range(max(map(len, rows))):
        own = [row[column] if column < len(row) else None for row in rows]
        texts = ["" if cell is None else " ".join(str(cell).split()) for cell in own]
        lowest = max((level for level, text in enumerate(texts) if text), default=-1)
        for level, text in enumerate(texts[:-1]):
            if text:
                over[level:] = [text, *[""] * (len(over) - level - 1)]
        if lowest <= 0:
            titles.append(own[0] if lowest == 0 else None)
        else:
            titles.append(UNDER.join(filter(None, (*over[:lowest], texts[lowest]))))
    return titles


def _csv(path: Path, titles: Titles, no_header: str, deepest: int) -> Iterator[Record]:
    """A table parted by whichever of the usual signs gives it a header."""
    text = _decoded(path).replace("\r\n", "\n").replace("\r", "\n")
    csv.field_size_limit(MOST_BYTES)
    for sign in DELIMITERS:
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=sign)
        try:
            header, start = _header(rows, titles, deepest)
            if header:
                yield from _below(rows, header, start)
                return
        except csv.Error as error:
            raise Unreadable(f"{path.name}, dòng {rows.line_num}: không đọc được ({error}).") from error
    raise Unreadable(no_header)


def _decoded(path: Path) -> str:
    raw = path.read_bytes()
    encoding = "utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        raise Unreadable(f"{path.name}: không đọc được chữ; hãy lưu lại tệp với bảng mã UTF-8.") from error


def _xlsx(path: Path, titles: Titles, no_header: str, deepest: int) -> Iterator[Record]:
    import openpyxl

    try:
        _check_unpacked_size(path)
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        try:
            if not book.worksheets:
                raise Unreadable(f"{path.name}: không có trang tính nào.")
            sheet = book.active if book.active in book.worksheets else book.worksheets[0]
            sheet.reset_dimensions()
            # A row can bear any number, and openpyxl makes up all empty ones before it.
            # A reader that is left half way keeps the file open, whatever becomes of the book.
            with closing(sheet.iter_rows(values_only=True, max_row=MOST_ROWS)) as rows:
                header, start = _header(rows, titles, deepest)
                if not header:
                    raise Unreadable(no_header)
                yield from _below(rows, header, start)
        finally:
            book.close()
    except (Unreadable, OSError):
        raise
    except Exception as error:
        # A damaged workbook fails in openpyxl, zipfile, zlib or the XML parser, each with errors of its own.
        raise Unreadable(f"{path.name}: không phải tệp .xlsx dùng được ({error}).") from error


def _check_unpacked_size(path: Path) -> None:
    """A workbook is a packed folder; a small one can hold gigabytes of nothing."""
    with zipfile.ZipFile(path) as packed:
        sizes = [part.file_size for part in packed.infolist()]
        if sum(sizes) > 4 * MOST_BYTES or max(sizes, default=0) > 2 * MOST_BYTES:
            raise Unreadable(f"{path.name}: nội dung khi mở ra lớn hơn {4 * MOST_BYTES // 1024 // 1024} MB.")


def _header(rows: Iterator[Iterable[Any]], titles: Titles, deepest: int) -> tuple[Mapping[int, str], int]:
    """Read up to the header: its titles by column, and its last row; empty where none of the first rows is one."""
    above: list[Sequence[Any]] = []
    for number, row in enumerate(rows, 1):
        above = [*above, list(row)][-deepest:]
        for depth in range(1, len(above) + 1):
            if found := titles(stacked(above[-depth:])):
                return found, number
        if number >= HEADER_ROWS:
            break
    return {}, 0


def _below(rows: Iterator[Iterable[Any]], header: Mapping[int, str], start: int) -> Iterator[Record]:
    for number, row in enumerate(rows, start + 1):
        cells = list(row)
        if any(cell not in (None, "") for cell in cells):
            yield number, {title: cells[i] for i, title in header.items() if i < len(cells)}
