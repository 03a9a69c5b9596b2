"""The sheet of the trend: the rate of each week or month with its interval, and the chart of it."""

import io
from typing import Any

from reports.documents.chart_frame import WIDTH
from reports.documents.chart_levels import trend_png
from reports.documents.chart_trend import points
from reports.documents.details import Details
from reports.documents.phrasing import rule_name, spoken, text
from reports.office.sheet import COUNT, PERCENT, frame, heading, note, on_paper, put_number, put_text
from reports.statements.statement import Statement

HEADER = 4
TITLES = ("time", "answers", "rate", "low", "high")
WIDTHS = (26.0, 18.0, 22.0, 22.0, 22.0)
# Pixels per millimetre at which spreadsheets show pictures.
SCALE = 96 / 25.4


def write_trend(sheet: Any, statement: Statement, details: Details) -> None:
    """Write a row for each week or month; one with too few answers says so. The chart stands below."""
    report = statement.report
    heading(sheet, text("document.trend_title"), f"{report.unit_name}, {spoken(report.period)}", len(TITLES))
    for column, title in enumerate(TITLES, 1):
        put_text(sheet, HEADER, column, text(f"document.column.{title}"), header=True)
    row = HEADER
    for point in points(statement):
        row += 1
        put_text(sheet, row, 1, point.label)
        if point.rate is None:
            put_text(sheet, row, 2, "–", across="right")
            put_text(sheet, row, 3, text("document.hidden"), italic=True, across="center")
            sheet.merge_cells(start_row=row, end_row=row, start_column=3, end_column=len(TITLES))
            continue
        put_number(sheet, row, 2, point.rate.answers, COUNT)
        for column, value in enumerate((point.rate.percent, point.rate.low, point.rate.high), 3):
            put_number(sheet, row, column, float(value / 100), PERCENT)
    frame(sheet, HEADER, row, len(TITLES))
    note(sheet, row + 2, text("document.trend_note", rule=rule_name(report)), WIDTHS)
    put_picture(sheet, row + 4, trend_png(statement, details))
    on_paper(sheet, WIDTHS, (HEADER, HEADER))


def put_picture(sheet: Any, row: int, png: bytes) -> None:
    """Put a chart under a table, as wide as on paper."""
    from openpyxl.drawing.image import Image

    picture = Image(io.BytesIO(png))
    picture.height = picture.height * WIDTH * SCALE / picture.width
    picture.width = WIDTH * SCALE
    sheet.add_image(picture, f"A{row}")
