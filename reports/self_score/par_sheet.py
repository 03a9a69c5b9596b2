"""Writes the self-score as a workbook: an empty one to be filled in, or a filled one whose totals are formulas."""

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import locales
from reports.office import packing
from reports.office.safe_cells import as_text
from reports.office.sheet import form_header, form_row, note, on_paper, put_across, put_text
from reports.self_score.par_index import AREAS, COLUMNS, Area, sentence, total_line
from reports.self_score.par_reading import title

WIDTHS = (34, 50, 14, 17, 17, 17, 38)
SUMMED = {3: "C", 4: "D", 5: "E", 6: "F"}
FIRST = 5


def write_template(path: Path) -> None:
    """Write an empty sheet with the eight areas; the maxima are the province's to fill in."""
    book, sheet = _begin(guide=True)
    for row, number in enumerate(AREAS, FIRST):
        as_text(sheet.cell(row, 1), locales.text(locales.DEFAULT, f"par.area.{number}"))
        _frame(sheet, row, bold=False)
    _end(book, sheet, path)


def write_scored(path: Path, areas: Sequence[Area], subject: str) -> None:
    """Write the areas with their sums as formulas, and the sentences of the report on a second sheet."""
    book, sheet = _begin(guide=False)
    row, heads = FIRST, []
    for area in areas:
        heads.append(row)
        row = _area(sheet, row, area)
    as_text(sheet.cell(row, 1), locales.text(locales.DEFAULT, "par.sum"))
    for letter in SUMMED.values():
        # SUM skips cells that are not determined yet; adding them up would fail.
        sheet[f"{letter}{row}"] = f"=SUM({','.join(f'{letter}{head}' for head in heads)})"
    as_text(sheet.cell(row, 7), total_line(areas))
    _frame(sheet, row, bold=True)
    _sentences(book, areas, subject)
    _end(book, sheet, path)


def _area(sheet: Any, row: int, area: Area) -> int:
    """Write an area and its criteria; returns the row after them."""
    as_text(sheet.cell(row, 1), area.name)
    whole = len(area.criteria) == 1 and not area.criteria[0].name
    rows = [row] if whole else list(range(row + 1, row + 1 + len(area.criteria)))
    unknown = locales.text(locales.DEFAULT, "par.undetermined")
    if not whole:
        for letter in SUMMED.values():
            listed = f"{letter}{rows[0]}:{letter}{rows[-1]}"
            sheet[f"{letter}{row}"] = f'=IF(COUNT({listed})=0,"{unknown}",SUM({listed}))'
    _frame(sheet, row, bold=True)
    for at, one in zip(rows, area.criteria, strict=True):
        if one.name:
            as_text(sheet.cell(at, 2), f"({one.number}) {one.name}")
        sheet.cell(at, 3, one.maximum)
        if one.maximum > one.survey:
            _points(sheet.cell(at, 4), one.score)
        if one.survey:
            sheet.cell(at, 5, one.survey)
            _points(sheet.cell(at, 6), one.survey_score)
        if one.note:
            as_text(sheet.cell(at, 7), one.note)
        _frame(sheet, at, bold=whole)
    return rows[-1] + 1


def _points(cell: Any, value: Decimal | None) -> None:
    if value is None:
        as_text(cell, locales.text(locales.DEFAULT, "par.undetermined"))
    else:
        cell.value = value


def _begin(*, guide: bool) -> tuple[Any, Any]:
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = locales.text(locales.DEFAULT, "par.sheet")
    put_across(sheet, 1, locales.text(locales.DEFAULT, "par.title"), len(COLUMNS), bold=True, size=14)
    if guide:
        note(sheet, 2, locales.text(locales.DEFAULT, "par.guide"), WIDTHS)
    form_header(sheet, FIRST - 1, [title(column) for column in COLUMNS])
    return book, sheet


def _end(book: Any, sheet: Any, path: Path) -> None:
    on_paper(sheet, WIDTHS, (FIRST - 1, FIRST - 1), kept=0)
    packing.save(book, path)


def _frame(sheet: Any, row: int, *, bold: bool) -> None:
    form_row(sheet, row, len(WIDTHS), SUMMED, bold=bold)


def _sentences(book: Any, areas: Sequence[Area], subject: str) -> None:
    sheet = book.create_sheet(locales.text(locales.DEFAULT, "par.sentences"))
    lines = [*((area.name, sentence(area, subject)) for area in areas), ("", total_line(areas))]
    for row, line in enumerate(lines, 1):
        for column, text in enumerate(line, 1):
            put_text(sheet, row, column, text, size=12, bold=row == len(lines))
    on_paper(sheet, (WIDTHS[0], 100))
