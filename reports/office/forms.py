"""How sheets to be filled in by hand look: one font, framed rows, heights that show all of a text, A4 across."""

import math
from collections.abc import Sequence
from typing import Any

LINE = 16.5


def font(*, bold: bool = False, size: int = 12) -> Any:
    """Return the font of official texts."""
    from openpyxl.styles import Font

    return Font(name="Times New Roman", size=size, bold=bold)


def frame(sheet: Any, row: int, widths: Sequence[int], numeric: frozenset[str], *, bold: bool) -> None:
    """Frame a row and make it as high as its longest text needs; the cells under `numeric` letters are centred."""
    from openpyxl.styles import Alignment, Border, Side

    line = Side("thin")
    cells = [sheet.cell(row, column) for column in range(1, len(widths) + 1)]
    for cell in cells:
        cell.font, cell.border = font(bold=bold), Border(line, line, line, line)
        centred = cell.column_letter in numeric
        cell.alignment = Alignment("center" if centred else "left", "top", wrap_text=True)
    texts = ["" if str(cell.value).startswith("=") else str(cell.value or "") for cell in cells]
    sheet.row_dimensions[row].height = LINE * lines_of(texts, widths)


def lines_of(texts: Sequence[str], widths: Sequence[int]) -> int:
    """Return how many lines the longest of texts takes in columns so wide (in letters)."""
    return max(math.ceil(len(text) / width) or 1 for text, width in zip(texts, widths, strict=True))


def to_print(sheet: Any) -> None:
    """Set a sheet up to be printed on A4 across, as wide as the page."""
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
