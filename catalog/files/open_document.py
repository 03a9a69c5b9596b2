"""The sheets of an .ods workbook, as LibreOffice writes them."""

from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

from catalog.files.cells import tidied
from catalog.files.limits import MOST_SHEETS, Watch
from catalog.files.mistakes import Unreadable
from catalog.files.sheet import Merged, Row, Sheet


def sheets(path: Path, watch: Watch) -> Generator[Sheet, None, None]:
    """Yield the sheets of a workbook; a damaged one is Unreadable."""
    from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

    try:
        book = CalamineWorkbook.from_path(path)
        described = book.sheets_metadata
        if len(described) > MOST_SHEETS:
            raise Unreadable(f"{path.name}: hơn {MOST_SHEETS} trang tính.")
        for one in described:
            sheet = book.get_sheet_by_name(one.name)
            merged = [
                Merged(top, left, bottom, right) for (top, left), (bottom, right) in sheet.merged_cell_ranges or ()
            ]
            hidden = one.visible != SheetVisibleEnum.Visible
            yield Sheet(one.name, _rows(sheet, watch), len(described) == 1, hidden, merged)
    except CalamineError as error:
        raise Unreadable(f"{path.name}: không phải tệp .ods dùng được ({str(error)[:100]}).") from error


def _rows(sheet: Any, watch: Watch) -> Iterator[Row]:
    top, left = sheet.start or (0, 0)
    for number, row in enumerate(sheet.to_python(skip_empty_area=True), top + 1):
        cells = {column: value for column, cell in enumerate(row, left) if (value := tidied(cell)) is not None}
        if cells:
            watch.count(len(cells))
            yield Row(number, cells)
