"""A statement as CSV."""

import csv
import io

from reports import rates
from reports.documents.breakdowns import Breakdown, breakdowns, whole
from reports.documents.details import Details
from reports.documents.option_rows import OptionRow, option_rows
from reports.documents.phrasing import text
from reports.office.safe_cells import defused
from reports.satisfaction.report import Group, Report
from reports.statements.statement import Statement


def as_csv(statement: Statement, details: Details) -> bytes:
    """Return a table of the breakdowns and the ticked options for Excel in Vietnam: UTF-8 with a mark, split by ";".

    Each group or option has a row, without figures if it is hidden. Rows of options have two more columns. The last two
    rows are the petitions received and answered, if the register is known. A sample says so in its first row. Numbers
    have a decimal comma and no dots, so that Excel reads them as numbers.
    """
    report = statement.report
    out = io.StringIO(newline="")
    table = csv.writer(out, delimiter=";", lineterminator="\r\n")
    if details.sample:
        table.writerow([text("sample.mark")])
    rows = option_rows(report)
    more = [text("document.column.asked"), text("document.column.share")] if rows else []
    table.writerow(_header() + more)
    everything = Breakdown("whole", text("document.by.whole"), [whole(report)])
    for breakdown in (everything, *breakdowns(report)):
        for group in breakdown.groups:
            texts = (report.unit_name, report.period.name, report.rule, breakdown.title, group.key, group.name)
            table.writerow([*map(defused, texts), *_figures(group), *("" for _ in more)])
    for row in rows:
        table.writerow(_ticked(report, row))
    for name, count in zip(("received", "answered"), details.petitions or (), strict=False):
        title, label = text("document.fact.petitions"), text(f"document.fact.petitions_{name}")
        texts = (report.unit_name, report.period.name, "", title, f"petitions_{name}", label)
        table.writerow([*map(defused, texts), str(count), *[""] * (len(rates.LEVELS) + 3), *("" for _ in more)])
    return out.getvalue().encode("utf-8-sig")


def _ticked(report: Report, row: OptionRow) -> list[str]:
    """Return an option's row: the forms that ticked it in the column of answers, then the forms asked and the share."""
    title, code, name = text("document.by.choice", base=row.base), row.code, row.option
    if row.by:
        title = text("document.by.choice_at", by=text(f"document.by.{row.by}").lower(), base=row.base)
        code, name = f"{row.place}:{row.code}", f"{row.place_name}: {row.option}"
    texts = (report.unit_name, report.period.name, report.rule, title, code, name)
    numbers = ["" if one is None else str(one).replace(".", ",") for one in (row.forms, row.asked, row.share)]
    return [*map(defused, texts), numbers[0], *[""] * (len(rates.LEVELS) + 3), *numbers[1:]]


def _header() -> list[str]:
    return [
        text("document.column.unit"),
        text("document.column.period"),
        text("document.column.rule"),
        text("document.column.kind"),
        text("document.column.code"),
        text("document.column.name"),
        text("document.column.answers"),
        *(text(f"level.{level}") for level in rates.LEVELS),
        text("document.column.rate"),
        text("document.column.low"),
        text("document.column.high"),
    ]


def _figures(group: Group) -> list[str]:
    levels = [str(group.levels[level]) for level in rates.LEVELS] if group.levels else [""] * len(rates.LEVELS)
    found = [group.rate.percent, group.rate.low, group.rate.high] if group.rate else []
    printed = [str(value).replace(".", ",") for value in found] or [""] * 3
    return ["" if group.answers is None else str(group.answers), *levels, *printed]
