"""Writes the indicators' sheet as a workbook, empty or filled; totals and grades are formulas."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import locales
from reports import periods
from reports.office import packing
from reports.office.safe_cells import as_text
from reports.office.sheet import form_header, form_row, note, on_paper, put_across
from reports.self_score.indicator_reading import title
from reports.self_score.indicators import COLUMNS, Line, Scheme

WIDTHS = (10, 78, 14, 16, 18, 36)
NUMERIC = (1, 3, 4, 5)
FIRST = 6


def write(path: Path, scheme: Scheme, lines: Sequence[Line]) -> None:
    """Write a sheet with the lines; if all are empty, it is the one to be filled in."""
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = locales.text(locales.DEFAULT, "indicator.sheet")
    put_across(sheet, 1, locales.text(locales.DEFAULT, "indicator.title"), len(COLUMNS), bold=True, size=14)
    values = {"source": scheme.source, "points": scheme.points, "most": scheme.most, "since": periods.day(scheme.since)}
    basis = locales.text(locales.DEFAULT, "indicator.basis", **values)
    guide = locales.text(locales.DEFAULT, "indicator.guide", **values)
    for row, text in enumerate((basis, guide, bands(scheme)), 2):
        note(sheet, row, text, WIDTHS)
    form_header(sheet, FIRST - 1, [title(column) for column in COLUMNS])
    for row, (name, line) in enumerate(zip(scheme.indicators, lines, strict=True), FIRST):
        sheet.cell(row, 1, row - FIRST + 1)
        as_text(sheet.cell(row, 2), name)
        sheet.cell(row, 3, scheme.points)
        sheet.cell(row, 4, line.own)
        sheet.cell(row, 5, line.appraised)
        if line.note:
            as_text(sheet.cell(row, 6), line.note)
        form_row(sheet, row, len(WIDTHS), NUMERIC)
    _sums(sheet, FIRST + len(lines), scheme)
    on_paper(sheet, WIDTHS, (FIRST - 1, FIRST - 1), kept=0)
    packing.save(book, path)


def bands(scheme: Scheme) -> str:
    """Return the grade bands on one line, which says that the unit set them."""
    listed = []
    upper: int | None = None
    for least, name in scheme.bands:
        key = "indicator.band_top" if upper is None else "indicator.band_last" if least == 0 else "indicator.band"
        listed.append(locales.text(locales.DEFAULT, key, least=least, upper=upper, name=name))
        upper = least
    return locales.text(locales.DEFAULT, "indicator.bands", bands="; ".join(listed))


def _sums(sheet: Any, row: int, scheme: Scheme) -> None:
    as_text(sheet.cell(row, 2), locales.text(locales.DEFAULT, "indicator.total"))
    as_text(sheet.cell(row + 1, 2), locales.text(locales.DEFAULT, "indicator.grade"))
    sheet.cell(row, 3, f"=SUM(C{FIRST}:C{row - 1})")
    for letter in "DE":
        cells = f"{letter}{FIRST}:{letter}{row - 1}"
        sheet[f"{letter}{row}"] = f"=SUM({cells})"
        grade = _formula(scheme, f"{letter}{row}")
        sheet[f"{letter}{row + 1}"] = f'=IF(COUNT({cells})<{len(scheme.indicators)},"",{grade})'
    for at in (row, row + 1):
        form_row(sheet, at, len(WIDTHS), NUMERIC, bold=True)


def _formula(scheme: Scheme, cell: str) -> str:
    """Return the formula for the grade of a cell's total, band after band."""
    quoted = [(least, name.replace('"', '""')) for least, name in scheme.bands]
    formula = f'"{quoted[-1][1]}"'
    for least, name in reversed(quoted[:-1]):
        formula = f'IF({cell}>={least},"{name}",{formula})'
    return formula
