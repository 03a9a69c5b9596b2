"""The annex as a workbook: satisfaction, its breakdowns, settled dossiers, and how all of it was computed."""

import io
from collections.abc import Sequence
from typing import Any

from reports import rates
from reports.documents.breakdowns import Breakdown, breakdowns, whole
from reports.documents.chart_trend import points
from reports.documents.details import Details
from reports.documents.excel_choices import write_choices
from reports.documents.excel_dossiers import write_dossiers
from reports.documents.excel_levels import Levels
from reports.documents.excel_trend import write_trend
from reports.documents.phrasing import (
    BLANK,
    against_target,
    clock,
    edition,
    method,
    restatement,
    rule_name,
    span,
    spoken,
    text,
)
from reports.office.packing import repacked
from reports.office.sample_mark import mark_workbook
from reports.office.sheet import frame, heading, on_paper, put_text
from reports.satisfaction.report import LEAST_SHOWN, Report
from reports.statements.statement import Statement


def as_xlsx(statement: Statement, details: Details) -> bytes:
    """Return the annex, in which totals, rates, intervals and shares are formulas for the reader's program."""
    import openpyxl

    report = statement.report
    book = openpyxl.Workbook()
    book.remove(book.active)
    found = {breakdown.key: breakdown for breakdown in breakdowns(report)}
    counted = found.pop("question", None) or Breakdown("whole", text("document.by.whole"), [whole(report)])
    first = Levels(book.create_sheet(text("document.sheet.satisfaction")), report, text("document.survey_title"))
    first.breakdown(counted)
    if others := found.pop("other", None):
        first.title(others.title)
        first.breakdown(others)
    first.end([against_target(report), restatement(statement)])
    for breakdown in found.values():
        sheet = Levels(book.create_sheet(breakdown.title), report, text("document.by_title", by=breakdown.title))
        sheet.breakdown(breakdown)
        sheet.end(() if breakdown.disjoint else (text("document.apart"),))
    if report.by_choice:
        write_choices(book.create_sheet(text("document.sheet.choices")), statement, details)
    if any(point.rate for point in points(statement)):
        write_trend(book.create_sheet(text("document.sheet.trend")), statement, details)
    if report.dossiers is not None:
        write_dossiers(book.create_sheet(text("document.sheet.dossiers")), statement, report.dossiers)
    _method(book.create_sheet(text("document.sheet.method")), statement, details)
    if details.sample:
        mark_workbook(book)
    # Values are not stored: the reader's program computes them when it opens the file.
    book.calculation.fullCalcOnLoad = True
    book.properties.creator = report.unit_name
    book.properties.title = text("document.file_title", unit=report.unit_name, period=spoken(report.period))
    out = io.BytesIO()
    book.save(out)
    return repacked(out.getvalue(), statement.made_at)


def _method(sheet: Any, statement: Statement, details: Details) -> None:
    rows = _facts(statement, details)
    heading(sheet, text("document.sheet.method"), spoken(statement.report.period), 2)
    for column, title in enumerate((text("document.column.name"), text("document.column.value")), 1):
        put_text(sheet, 4, column, title, header=True)
    for row, (name, value) in enumerate(rows, 5):
        put_text(sheet, row, 1, name, bold=True)
        put_text(sheet, row, 2, value)
    frame(sheet, 4, 4 + len(rows), 2)
    on_paper(sheet, (34.0, 110.0), (4, 4))


def _facts(statement: Statement, details: Details) -> list[tuple[str, str]]:
    report = statement.report
    return [
        (text("document.column.unit"), report.unit_name),
        (text("document.column.period"), f"{spoken(report.period)} ({span(report.period)})"),
        (text("document.fact.stratum"), text(f"report.stratum.{report.stratum}")),
        (text("document.fact.forms"), rates.number(report.forms)),
        (text("document.column.answers"), rates.number(report.answers)),
        (text("document.column.rule"), rule_name(report)),
        (text("document.fact.rate"), method(report) or text("report.none")),
        (text("document.fact.shares"), text("document.fact.shares_value")),
        (text("document.fact.hidden"), _hidden(report)),
        (text("document.fact.sample"), _sample(report)),
        (text("document.fact.target"), against_target(report) or BLANK),
        (text("document.fact.petitions"), _petitions(details)),
        (text("document.fact.number"), edition(statement)),
        (text("document.fact.made_at"), clock(statement.made_at)),
        (text("document.fact.digest"), statement.digest or BLANK),
        *((text("document.fact.change"), change) for change in statement.changes),
    ]


def _petitions(details: Details) -> str:
    """Return how many petitions came and were answered, even if none; blank if the register is not known."""
    if details.petitions is None:
        return BLANK
    received, answered = map(rates.number, details.petitions)
    return text("document.fact.petitions_value", received=received, answered=answered)


def _hidden(report: Report) -> str:
    listed: Sequence[Breakdown] = breakdowns(report)
    names = [f"{b.title}: {group.name}" for b in listed for group in b.groups if group.levels is None]
    return text("document.fact.hidden_value", least=LEAST_SHOWN, names="; ".join(names) or text("document.none"))


def _sample(report: Report) -> str:
    """Return how many forms the dossiers received call for, and how many there are."""
    if report.sample is None:
        return BLANK
    numbers = {name: rates.number(getattr(report.sample, name)) for name in ("wanted", "dossiers", "reached")}
    return text("report.sample", **numbers)
