"""The sheet of ticked options, whose shares are formulas of the spreadsheet."""

from typing import Any

from reports.documents.chart_reasons import reasons_png, shown
from reports.documents.details import Details
from reports.documents.excel_trend import put_picture
from reports.documents.option_rows import option_rows
from reports.documents.phrasing import span, spoken, text
from reports.office.sheet import COUNT, PERCENT, frame, heading, note, on_paper, put_formula, put_number, put_text
from reports.satisfaction.report import LEAST_SHOWN
from reports.statements.statement import Statement

HEADER = 4
TITLES = ("number", "question", "by", "place", "option", "ticked", "asked", "base", "share")
WIDTHS = (6.0, 40.0, 16.0, 26.0, 34.0, 12.0, 12.0, 24.0, 12.0)


def write_choices(sheet: Any, statement: Statement, details: Details) -> None:
    """Write a row for each option: where, how many forms ticked it, how many and which were asked, and its share.

    If there are reasons, their chart stands below.
    """
    report = statement.report
    under = f"{report.unit_name}, {spoken(report.period)} ({span(report.period)})"
    heading(sheet, text("document.ticked_title"), under, len(TITLES))
    for column, title in enumerate(TITLES, 1):
        put_text(sheet, HEADER, column, text(f"document.column.{title}"), header=True)
    row = HEADER
    for number, one in enumerate(option_rows(report), 1):
        row += 1
        put_text(sheet, row, 1, str(number), across="center")
        by = text(f"document.by.{one.by}") if one.by else ""
        for column, said in enumerate((one.question, by, one.place_name, one.option), 2):
            put_text(sheet, row, column, said)
        if one.forms is None or one.asked is None:
            put_text(sheet, row, 6, text("document.hidden"), italic=True, across="center")
            sheet.merge_cells(start_row=row, end_row=row, start_column=6, end_column=len(TITLES))
            continue
        put_number(sheet, row, 6, one.forms, COUNT)
        put_number(sheet, row, 7, one.asked, COUNT)
        put_text(sheet, row, 8, one.base)
        put_formula(sheet, row, 9, f"ROUND(F{row}/G{row},4)", PERCENT)
    frame(sheet, HEADER, row, len(TITLES))
    note(sheet, row + 2, text("document.ticked_note", least=LEAST_SHOWN), WIDTHS)
    if shown(report):
        put_picture(sheet, row + 4, reasons_png(statement, details))
    on_paper(sheet, WIDTHS, (HEADER, HEADER))
