"""One sheet of a workbook: writes cells with their types, and fits the sheet to paper."""

import math
from collections.abc import Collection, Sequence
from functools import cache
from typing import Any

from reports.office.safe_cells import as_text

HEADER_FILL = "ECE7DF"
PERCENT = "[=1]0%;0.00%"
COUNT = "#,##0"
# The height of a line of SIZE, both in points.
LINE, SIZE = 15.5, 11
FONT = "Times New Roman"


def put_text(sheet: Any, row: int, column: int, text: str, **look: Any) -> Any:
    """Write a text as a text, whatever it begins with; `look` is passed on to `dress`."""
    return dress(as_text(sheet.cell(row, column), text), **look)


def put_number(sheet: Any, row: int, column: int, value: int | float, form: str = COUNT, **look: Any) -> Any:
    """Write a number."""
    cell = sheet.cell(row, column)
    cell.value, cell.number_format = value, form
    return dress(cell, **{"across": "right", **look})


def put_formula(sheet: Any, row: int, column: int, formula: str, form: str = COUNT, **look: Any) -> Any:
    """Write a formula of our own; texts from others must not be passed here."""
    return put_number(sheet, row, column, f"={formula}", form, **look)  # type: ignore[arg-type]


def dress(
    cell: Any, *, bold: bool = False, italic: bool = False, size: int = SIZE, across: str = "left", header: bool = False
) -> Any:
    """Set a cell's type face, place and lines; a `header` is bold, shaded and centred."""
    cell.font = _font(size, bold or header, italic)
    cell.alignment = _place("center" if header else across)
    if header:
        cell.fill = _shade()
    return cell


# A workbook looks up the style of each cell among those it has: the same object is found at once, an equal one slowly.
@cache
def _font(size: int, bold: bool, italic: bool) -> Any:
    from openpyxl.styles import Font

    return Font(name=FONT, size=size, bold=bold, italic=italic)


@cache
def _place(across: str) -> Any:
    from openpyxl.styles import Alignment

    return Alignment(horizontal=across, vertical="center", wrap_text=True)


@cache
def _shade() -> Any:
    from openpyxl.styles import PatternFill

    return PatternFill("solid", start_color=HEADER_FILL)


@cache
def _lines_around() -> Any:
    from openpyxl.styles import Border, Side

    line = Side(style="thin", color="666666")
    return Border(left=line, right=line, top=line, bottom=line)


def frame(sheet: Any, first: int, last: int, columns: int) -> None:
    """Draw thin lines around the cells of rows `first` to `last` in the columns 1 to `columns`."""
    for row in sheet.iter_rows(min_row=first, max_row=last, max_col=columns):
        for cell in row:
            cell.border = _lines_around()


def form_header(sheet: Any, row: int, titles: Sequence[str]) -> None:
    """Write the header of a form to be filled in by hand."""
    for column, title in enumerate(titles, 1):
        put_text(sheet, row, column, title, size=12, header=True)
    frame(sheet, row, row, len(titles))


def form_row(sheet: Any, row: int, columns: int, centred: Collection[int] = (), *, bold: bool = False) -> None:
    """Dress and frame a row of a form to be filled in by hand."""
    for column in range(1, columns + 1):
        dress(sheet.cell(row, column), bold=bold, size=12, across="center" if column in centred else "left")
    frame(sheet, row, row, columns)


def heading(sheet: Any, title: str, under: str, columns: int) -> None:
    """Write the sheet's title, and the line under it, over the width of the table."""
    put_across(sheet, 1, title, columns, bold=True, size=14, across="center").height = 22
    put_across(sheet, 2, under, columns, italic=True, across="center").height = 18


def note(sheet: Any, row: int, said: str, widths: tuple[float, ...]) -> None:
    """Write a note over the width of the table."""
    put_across(sheet, row, said, len(widths), italic=True).height = LINE * _lines(said, sum(widths))


def put_across(sheet: Any, row: int, said: str, columns: int, **look: Any) -> Any:
    """Write a text over `columns` columns; returns the dimensions of its row."""
    put_text(sheet, row, 1, said, **look)
    sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=columns)
    return sheet.row_dimensions[row]


def on_paper(sheet: Any, widths: tuple[float, ...], header: tuple[int, int] = (1, 0), kept: int = 2) -> None:
    """Set A4 landscape, one page wide, with rows as high as their texts; `widths` are in letters.

    The rows of the `header` are printed on each page and stay in sight, like the first `kept` columns. By default there
    is no header.
    """
    from openpyxl.utils import get_column_letter

    for column, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    merged = {cell for area in sheet.merged_cells.ranges for row in area.rows for cell in row}
    for row in sheet.iter_rows(min_row=header[0]):
        # Programs guess the height of a row differently, and do not guess it for merged cells at all.
        text_cells = [cell for cell in row if isinstance(cell.value, str) and cell.data_type == "s"]
        heights = [
            LINE * cell.font.size / SIZE * _lines(cell.value, widths[cell.column - 1])
            for cell in text_cells
            if (cell.row, cell.column) not in merged
        ]
        if heights:
            sheet.row_dimensions[row[0].row].height = max(heights)
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    if header[1]:
        sheet.print_title_rows = f"{header[0]}:{header[1]}"
        sheet.freeze_panes = sheet.cell(header[1] + 1, kept + 1)
    sheet.print_options.horizontalCentered = True
    margins = sheet.page_margins
    margins.left = margins.right = 0.5
    margins.top = margins.bottom = 0.7
    sheet.oddFooter.center.text = "&P/&N"


def _lines(said: str, width: float) -> int:
    """Return about how many lines a text takes in a column of `width` letters."""
    return max(1, math.ceil(len(said) * 1.1 / width))
