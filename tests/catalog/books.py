"""Workbooks that tests write, with what offices do to them: merged and hidden cells, several sheets."""

import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import openpyxl

HEADER = ["Mã TTHC", "Tên thủ tục", "Lĩnh vực", "Thời hạn giải quyết", "Phí, lệ phí"]
FIRST = ["1.900001", "Cấp giấy thử một", "Hộ tịch", "3 ngày", "Không"]
SECOND = ["1.900002", "Cấp giấy thử hai", "Đất đai", "5 ngày", "10.000 đồng"]


def workbook(
    path: Path,
    sheets: Mapping[str, Sequence[Sequence[Any]]],
    *,
    merged: Sequence[str] = (),
    hidden_rows: Sequence[int] = (),
    hidden_columns: Sequence[str] = (),
    hidden_sheets: Sequence[str] = (),
    formats: Mapping[str, str] | None = None,
) -> Path:
    """Write sheets; what is merged, hidden or formatted is so in the first of them."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
        if name in hidden_sheets:
            sheet.sheet_state = "hidden"
    first = book.worksheets[0]
    for cells in merged:
        first.merge_cells(cells)
    for number in hidden_rows:
        first.row_dimensions[number].hidden = True
    for letter in hidden_columns:
        first.column_dimensions[letter].hidden = True
    for cell, form in (formats or {}).items():
        first[cell].number_format = form
    book.save(path)
    return path


def repacked(path: Path, change: Callable[[str, bytes], bytes]) -> Path:
    """Rewrite the parts inside a workbook."""
    with zipfile.ZipFile(path) as source:
        parts = {name: change(name, source.read(name)) for name in source.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in parts.items():
            target.writestr(name, content)
    return path
