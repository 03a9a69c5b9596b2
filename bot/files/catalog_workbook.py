"""The workbook of a catalog (.xlsx): empty to be filled in, or with its procedures to be corrected and sent back."""

import io
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from catalog import template
from catalog.entries import Entry
from catalog.template import COLUMNS
from reports.office.safe_cells import as_text

# Marks a cell as text for Excel, so that a code keeps its last zeros.
_TEXT = "@"
_EMPTY_ROWS = 500
_WIDTH = 28
_GUIDE_WIDTHS = {"A": 26, "B": 80, "C": 12}
_NEEDED, _OTHER = "DDEBF7", "F2F2F2"
_GREY = "7F7F7F"


def catalog_workbook(entries: Sequence[Entry]) -> bytes:
    """Return the workbook of some procedures; without any, the one to fill in, with a sample row."""
    import openpyxl

    book = openpyxl.Workbook(write_only=True)
    _list(book.create_sheet(template.SHEET), entries)
    _explain(book.create_sheet(template.GUIDE), entries)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _list(sheet: Any, entries: Sequence[Entry]) -> None:
    from openpyxl.utils import get_column_letter

    sheet.freeze_panes = "C2"
    for number in range(1, len(COLUMNS) + 1):
        sheet.column_dimensions[get_column_letter(number)].width = _WIDTH
    sheet.append([_filled(_cell(sheet, column.title, _bold()), column.needed) for column in COLUMNS])
    for entry in entries:
        sheet.append(_row(sheet, template.cells(entry)))
    if not entries:
        sheet.append(_row(sheet, {column.key: column.sample for column in COLUMNS}, _pale()))
        for _ in range(_EMPTY_ROWS):
            sheet.append([_as_code(_cell(sheet, ""))])


def _explain(sheet: Any, entries: Sequence[Entry]) -> None:
    for letter, width in _GUIDE_WIDTHS.items():
        sheet.column_dimensions[letter].width = width
    for sentence in template.ABOUT_CURRENT if entries else template.INTRODUCTION:
        sheet.append([sentence])
    sheet.append([])
    sheet.append([_cell(sheet, title, _bold()) for title in template.GUIDE_TITLES])
    for column in COLUMNS:
        sheet.append([_cell(sheet, text) for text in (column.title, column.means, "Có" if column.needed else "")])
    sheet.append([])
    for entry in entries:
        for key in template.too_long(entry):
            title = template.TITLES[key]
            sheet.append([f"{entry.code}: «{title}» quá dài cho một ô nên để trống; nội dung giữ nguyên."])


def _row(sheet: Any, texts: Mapping[str, str], font: Any = None) -> list[Any]:
    cells = {column.key: _cell(sheet, texts.get(column.key, ""), font) for column in COLUMNS}
    _as_code(cells["code"])
    return list(cells.values())


def _cell(sheet: Any, text: str, font: Any = None) -> Any:
    from openpyxl.cell import WriteOnlyCell

    cell = as_text(WriteOnlyCell(sheet), text)
    cell.alignment = _wrapped()
    if font:
        cell.font = font
    return cell


# One object for all cells: a workbook compares a cell's style with those it has (reports/office/sheet.py).
@cache
def _wrapped() -> Any:
    from openpyxl.styles import Alignment

    return Alignment(wrap_text=True, vertical="top")


@cache
def _bold() -> Any:
    from openpyxl.styles import Font

    return Font(bold=True)


@cache
def _pale() -> Any:
    from openpyxl.styles import Font

    return Font(italic=True, color=_GREY)


def _as_code(cell: Any) -> Any:
    cell.number_format = _TEXT
    return cell


def _filled(cell: Any, needed: bool) -> Any:
    from openpyxl.styles import PatternFill

    cell.fill = PatternFill("solid", fgColor=_NEEDED if needed else _OTHER)
    return cell
