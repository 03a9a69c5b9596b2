"""The sheets of an .xlsx workbook, row by row, with what openpyxl alone does not tell.

openpyxl reads cells; this module adds formulas that have no value, hidden rows and columns, merged cells, and
"strict" workbooks, whose XML namespaces differ.
"""

import io
import re
import warnings
import zipfile
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from catalog.files.cells import UNCOMPUTED, tidied
from catalog.files.limits import LAST_COLUMN, LAST_ROW, MOST_SHEETS, Watch
from catalog.files.mistakes import Unreadable, damage, unusable
from catalog.files.sheet import Merged, Row, Sheet

_STRICT = b"http://purl.oclc.org/ooxml/"
_ORDINARY = (
    (b"http://purl.oclc.org/ooxml/spreadsheetml/main", b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"),
    (
        b"http://purl.oclc.org/ooxml/officeDocument/relationships",
        b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    ),
    (b"http://purl.oclc.org/ooxml/drawingml/main", b"http://schemas.openxmlformats.org/drawingml/2006/main"),
)
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^<>]*?ref="\$?([A-Z]{1,3})\$?(\d{1,7}):\$?([A-Z]{1,3})\$?(\d{1,7})"')
_CHUNK = 1 << 20
_LONGEST_TAG = 200
_ROW_END = b"row>"
_LONGEST_ROW = 24 * 1024 * 1024
_MOST_MERGED = 20_000
_YES = ("1", "true")


def sheets(path: Path, watch: Watch) -> Generator[Sheet, None, None]:
    """Yield the sheets of a workbook; a damaged one is Unreadable wherever it breaks."""
    with _refusing_damage(path), _opened(path) as book:
        found = _worksheets(book)
        if not found:
            raise Unreadable(f"{path.name}: không có trang tính nào.")
        if len(found) > MOST_SHEETS:
            raise Unreadable(f"{path.name}: hơn {MOST_SHEETS} trang tính.")
        for sheet, part in found:
            with book.archive.open(part) as source:
                merged = list(_merged(path.name, source))
            # A reader that is left half way keeps the file open, whatever becomes of the book.
            with book.archive.open(part) as source:
                parser = _parser(book, source)
                with closing(_rows(path, parser, book, watch)) as rows:
                    yield _sheet(sheet, parser, rows, merged, alone=len(found) == 1)


@contextmanager
def _refusing_damage(path: Path) -> Iterator[None]:
    try:
        yield
    except (Unreadable, OSError, GeneratorExit):
        raise
    except Exception as error:
        # A damaged workbook fails in openpyxl, zipfile, zlib or the XML parser, each with errors of its own.
        raise unusable(path, ".xlsx", damage(error)) from error


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    """Open a workbook as openpyxl does, except for its sheets, which it would read an extra time for their size."""
    from openpyxl.reader.excel import ExcelReader, apply_stylesheet

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of styles and extensions that openpyxl leaves out; no cell is
        book = ExcelReader(_ordinary(path), read_only=True, data_only=True)
        with closing(book.archive):
            book.read_manifest()
            book.read_strings()
            book.read_workbook()
            apply_stylesheet(book.archive, book.wb)
            yield book


def _worksheets(book: Any) -> list[tuple[Any, str]]:
    """The sheets that have cells, with the parts that hold them; charts have none."""
    return [
        (sheet, link.target)
        for sheet, link in book.parser.find_sheets()
        if link.target in book.valid_files and "chartsheet" not in link.Type
    ]


def _ordinary(path: Path) -> Path | io.BytesIO:
    """Return a strict workbook, in memory, with the usual XML namespaces; the path itself if it is not strict."""
    with zipfile.ZipFile(path) as packed:
        names = packed.namelist()
        if "xl/workbook.xml" not in names or _STRICT not in packed.read("xl/workbook.xml"):
            return path
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target:
            for name in names:
                content = packed.read(name)
                if name.endswith((".xml", ".rels")):
                    for strict, usual in _ORDINARY:
                        content = content.replace(strict, usual)
                target.writestr(name, content)
    made.seek(0)
    return made


def _sheet(sheet: Any, parser: Any, rows: Iterator[Row], merged: Sequence[Merged], *, alone: bool) -> Sheet:
    first = next(rows, None)  # columns are described before the first row
    hidden = frozenset(
        column
        for described in parser.column_dimensions.values()
        if described.get("hidden") in _YES
        for column in range(int(described["min"]) - 1, min(int(described["max"]), LAST_COLUMN))
    )
    return Sheet(sheet.name, _from(first, rows), alone, sheet.state != "visible", merged, hidden)


def _from(first: Row | None, rows: Iterator[Row]) -> Iterator[Row]:
    if first is not None:
        yield first
        yield from rows


def _merged(file: str, source: Any) -> Iterator[Merged]:
    """Yield the merged cells; a separate pass before the rows, because the file lists them after all rows."""
    from openpyxl.utils import column_index_from_string

    tail, count, since_row = b"", 0, 0
    while chunk := source.read(_CHUNK):
        # A row is held whole while it is read.
        ends = chunk.rfind(_ROW_END)
        since_row = len(chunk) - ends if ends >= 0 else since_row + len(chunk)
        if since_row > _LONGEST_ROW:
            raise Unreadable(f"{file}: một dòng của bảng quá lớn.")
        text = tail + chunk
        end = 0
        for match in _MERGED.finditer(text):
            end = match.end()
            left, top, right, bottom = match.groups()
            count += 1
            if count > _MOST_MERGED:
                raise Unreadable(f"{file}: hơn {_MOST_MERGED} ô gộp.")
            yield Merged(
                *(int(top) - 1, column_index_from_string(left.decode()) - 1),
                *(int(bottom) - 1, column_index_from_string(right.decode()) - 1),
            )
        tail = text[max(end, len(text) - _LONGEST_TAG) :]


def _parser(book: Any, source: Any) -> Any:
    """Return openpyxl's reader of a sheet, extended to tell formulas without a value."""
    from openpyxl.worksheet._reader import FORMULA_TAG, VALUE_TAG, WorkSheetParser

    class Parser(WorkSheetParser):  # type: ignore[misc]
        def parse_cell(self, element: Any) -> Any:
            cell = super().parse_cell(element)
            if cell["value"] is None and element.find(FORMULA_TAG) is not None:
                stored = element.find(VALUE_TAG)
                # A formula that gives the empty text has stored it.
                if stored is None or (stored.text is None and element.get("t") != "str"):
                    cell["value"] = UNCOMPUTED
            return cell

    return Parser(
        source,
        book.shared_strings,
        data_only=True,
        epoch=book.wb.epoch,
        date_formats=book.wb._date_formats,
        timedelta_formats=book.wb._timedelta_formats,
    )


def _rows(path: Path, parser: Any, book: Any, watch: Watch) -> Generator[Row, None, None]:
    formats: dict[int, str] = {}
    with _refusing_damage(path):
        for number, parsed in _quietly(parser.parse()):
            if number > LAST_ROW:
                return
            described = parser.row_dimensions.pop(str(number), {})
            cells: dict[int, Any] = {}
            shown: dict[int, str] = {}
            for cell in parsed:
                value = tidied(cell["value"])
                if value is None:
                    continue
                cells[cell["column"] - 1] = value
                if (style := cell["style_id"]) and isinstance(value, int | float):
                    if style not in formats:
                        formats[style] = _number_format(book.wb, style)
                    if formats[style] != "General":
                        shown[cell["column"] - 1] = formats[style]
            if cells:
                watch.count(len(cells))
                yield Row(number, cells, shown, described.get("hidden") in _YES)


def _quietly(parsed: Iterator[Any]) -> Iterator[Any]:
    """Yield rows without openpyxl's warnings: of dates out of range (then failed cells), of formats no cell needs."""
    while True:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            row = next(parsed, None)
        if row is None:
            return
        yield row


def _number_format(book: Any, style: int) -> str:
    from openpyxl.styles.numbers import BUILTIN_FORMATS, BUILTIN_FORMATS_MAX_SIZE

    number = book._cell_styles[style].numFmtId
    if number in BUILTIN_FORMATS:
        return str(BUILTIN_FORMATS[number])
    return str(book._number_formats[number - BUILTIN_FORMATS_MAX_SIZE])
