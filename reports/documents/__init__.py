"""Documents of a statement: files of bytes that are the same each time they are made."""

from collections.abc import Callable, Mapping

from reports.documents.chart_levels import levels_png, trend_png
from reports.documents.chart_reasons import reasons_png
from reports.documents.csv_table import as_csv
from reports.documents.details import DEFAULT, Details
from reports.documents.excel_annex import as_xlsx
from reports.documents.word_report import as_docx
from reports.periods import BETWEEN
from reports.statements.statement import Statement

MAKERS: Mapping[str, Callable[[Statement, Details], bytes]] = {
    "csv": as_csv,
    "xlsx": as_xlsx,
    "docx": as_docx,
    "levels.png": levels_png,
    "trend.png": trend_png,
    "reasons.png": reasons_png,
}
_MEDIA = {
    "pdf": "application/pdf",
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "png": "image/png",
}


# The kinds of document that hold details besides the figures.
WITH_DETAILS = ("docx", "xlsx", "trend.png")


def make(kind: str, statement: Statement, details: Details = DEFAULT) -> bytes:
    """Return a document of a statement: "csv", "xlsx", "docx", "levels.png", "trend.png" or "reasons.png".

    The same statement and details give the same bytes. TemplateUnusable if the unit's own template cannot be filled in.
    Charts and templates take up to seconds: do not call it on the event loop.
    """
    return MAKERS[kind](statement, details)


def media(kind: str) -> str:
    """Return the media type of a kind of document."""
    return _MEDIA[kind.rpartition(".")[2]]


def file_name(kind: str, statement: Statement) -> str:
    """Return a name for the file that is plain ASCII and sorts by unit and period."""
    report = statement.report
    suffix = f"-{statement.number}" if statement.number > 1 else ""
    return f"{report.unit}_{report.period.name.replace(':', '-').replace(BETWEEN, '_')}{suffix}.{kind}"
