"""The workbook of a catalog (.xlsx): to fill in, or with the procedures there are, to be corrected and sent back."""

import io
from collections.abc import Mapping, Sequence
from typing import Any

from catalog import template
from catalog.entries import Entry
from catalog.template import COLUMNS
from reports.office.safe_cells import as_text

# How Excel is told that a cell holds text, so that a code keeps its last zeros.
_TEXT = "@"
_EMPTY_ROWS = 500
_WIDTH = 28
_GUIDE_WIDTHS = {"A": 26, "B": 80, "C": 12}
_NEEDED, _OTHER = "DDEBF7", "F2F2F2"
_BOLD: Mapping[str, object] = {"bold": True}
_SAMPLE: Mapping[str, object] = {"italic": True, "color": "7F7F7F"}


def catalog_workbook(entries: Sequence[Entry]) -> bytes:
    """Return the workbook of some procedures; of none the one to fill in, with a row that shows how."""
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
    sheet.append([_filled(_cell(sheet, column.title, _BOLD), column.needed) for column in COLUMNS])
    for entry in entries:
        sheet.append(_row(sheet, template.cells(entry)))
    if not entries:
        sheet.append(_row(sheet, {column.key: column.sample for column in COLUMNS}, _SAMPLE))
        for _ in range(_EMPTY_ROWS):
            sheet.append([_as_code(_cell(sheet, ""))])


def _explain(sheet: Any, entries: Sequence[Entry]) -> None:
    for letter, width in _GUIDE_WIDTHS.items():
        sheet.column_dimensions[letter].width = width
    for sentence in template.ABOUT_CURRENT if entries else template.INTRODUCTION:
        sheet.append([sentence])
    sheet.append([])
    sheet.append([_cell(sheet, title, _BOLD) for title in template.GUIDE_TITLES])
    for column in COLUMNS:
        sheet.append([_cell(sheet, text) for text in (column.title, column.means, "Có" if column.needed else "")])
    sheet.append([])
    for entry in entries:
        for key in template.too_long(entry):
            title = template.TITLES[key]
            sheet.append([f"{entry.code}: «{title}» quá dài cho một ô nên để trống; nội dung giữ nguyên."])


def _row(sheet: Any, texts: Mapping[str, str], font: Mapping[str, object] | None = None) -> list[Any]:
    cells = {column.key: _cell(sheet, texts.get(column.key, ""), font) for column in COLUMNS}
    _as_code(cells["code"])
    return list(cells.values())


def _cell(sheet: Any, text: str, font: Mapping[str, object] | None = None) -> Any:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Font

    cell = as_text(WriteOnlyCell(sheet), text)
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    if font:
        cell.font = Font(**font)
    return cell


def _as_code(cell: Any) -> Any:
    cell.number_format = _TEXT
    return cell


def _filled(cell: Any, needed: bool) -> Any:
    from openpyxl.styles import PatternFill

    cell.fill = PatternFill("solid", fgColor=_NEEDED if needed else _OTHER)
    return cell
