"""The sheets of an .xls workbook, as Excel wrote them before 2007 and e-one-stop software still does.

xlrd is used for them: it alone tells number formats and what is hidden.
"""

import io
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

from catalog.files.cells import tidied
from catalog.files.limits import MOST_SHEETS, Watch
from catalog.files.mistakes import Unreadable, unusable
from catalog.files.sheet import Merged, Row, Sheet


def sheets(path: Path, watch: Watch) -> Generator[Sheet, None, None]:
    """Yield the sheets of a workbook; a damaged one is Unreadable."""
    import xlrd

    try:
        # xlrd logs what it finds odd in a file; the sentence below says what could not be read.
        book = xlrd.open_workbook(path, formatting_info=True, logfile=io.StringIO())
        found = book.sheets()
    except OSError:
        raise
    except Exception as error:
        # A damaged workbook fails in xlrd with errors of many kinds.
        raise unusable(path, ".xls") from error
    if len(found) > MOST_SHEETS:
        raise Unreadable(f"{path.name}: hơn {MOST_SHEETS} trang tính.")
    for sheet in found:
        merged = [Merged(top, left, bottom - 1, right - 1) for top, bottom, left, right in sheet.merged_cells]
        hidden = frozenset(column for column, described in sheet.colinfo_map.items() if described.hidden)
        yield Sheet(sheet.name, _rows(book, sheet, watch), len(found) == 1, sheet.visibility != 0, merged, hidden)


def _rows(book: Any, sheet: Any, watch: Watch) -> Iterator[Row]:
    for number in range(sheet.nrows):
        cells: dict[int, Any] = {}
        formats: dict[int, str] = {}
        for column, cell in enumerate(sheet.row(number)):
            value = tidied(_value(book, cell))
            if value is None:
                continue
            cells[column] = value
            form = book.format_map.get(book.xf_list[cell.xf_index].format_key)
            if isinstance(value, float) and form is not None and form.format_str != "General":
                formats[column] = form.format_str
        if cells:
            watch.count(len(cells))
            described = sheet.rowinfo_map.get(number)
            yield Row(number + 1, cells, formats, bool(described and described.hidden))


def _value(book: Any, cell: Any) -> Any:
    import xlrd

    if cell.ctype == xlrd.XL_CELL_DATE:
        try:
            return xlrd.xldate_as_datetime(cell.value, book.datemode)
        except (ValueError, OverflowError):
            return "#VALUE!"
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return xlrd.error_text_from_code.get(cell.value, "#VALUE!")
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return bool(cell.value)
    return None if cell.ctype in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK) else cell.value
