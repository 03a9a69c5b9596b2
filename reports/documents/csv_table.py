"""A statement as CSV."""

import csv
import io

from reports import rates
from reports.documents.breakdowns import Breakdown, breakdowns, whole
from reports.documents.details import Details
from reports.documents.phrasing import text
from reports.office.safe_cells import defused
from reports.satisfaction.report import Group
from reports.statements.statement import Statement


def as_csv(statement: Statement, details: Details) -> bytes:
    """Return the breakdowns as a table in UTF-8 with a byte order mark, parted by ";" as Excel in Vietnam reads it.

    A row a group; a hidden one has no figures. The first row of the sample's says that it is one. Numbers have a
    decimal comma and no thousands dot, so that they are numbers there.
    """
    report = statement.report
    out = io.StringIO(newline="")
    table = csv.writer(out, delimiter=";", lineterminator="\r\n")
    if details.sample:
        table.writerow([text("sample.mark")])
    table.writerow(_header())
    everything = Breakdown("whole", text("document.by.whole"), [whole(report)])
    for breakdown in (everything, *breakdowns(report)):
        for group in breakdown.groups:
            texts = (report.unit_name, report.period.name, report.rule, breakdown.title, group.key, group.name)
            table.writerow([*map(defused, texts), *_figures(group)])
    return out.getvalue().encode("utf-8-sig")


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
