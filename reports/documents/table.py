"""A statement as CSV."""

import csv
import io

from reports import rates
from reports.statements import Statement


def as_csv(statement: Statement) -> bytes:
    """Return the breakdowns as a table in UTF-8 with a byte order mark, parted by ";" as Excel in Vietnam reads it."""
    report = statement.report
    out = io.StringIO(newline="")
    table = csv.writer(out, delimiter=";", lineterminator="\r\n")
    table.writerow(["unit", "period", "rule", "group", "name", "answers", "rate"])
    for kind, groups in (("question", report.by_question), ("counter", report.by_counter)):
        for group in groups:
            rate = rates.number(group.rate.percent) if group.rate else ""
            table.writerow([report.unit, report.period.name, report.rule, kind, group.name, group.answers, rate])
    return out.getvalue().encode("utf-8-sig")
