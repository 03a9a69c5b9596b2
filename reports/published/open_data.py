"""What a unit publishes, as CSV: a row for the rate of each period, and one for each of its reasons."""

import csv
import io
from collections.abc import Sequence
from decimal import Decimal

from locales import DEFAULT, text
from reports.office.safe_cells import defused
from reports.published.result import Reason, Reasons, Result

COLUMNS = ("unit", "unit_name", "period", "first", "last", "what", "forms", "of", "percent", "low", "high", "stratum",
           "rule", "dossiers", "number", "made")  # fmt: skip


def as_csv(results: Sequence[Result], *, sample: bool) -> bytes:
    """Return results as a table: UTF-8 with a mark, split by ";", decimals with a comma, days as 2026-11-20.

    In the row of a rate, "forms" are the satisfied answers and "of" all that are counted; in that of a reason, "forms"
    ticked it and "of" were asked. A sample says so in its first row.
    """
    out = io.StringIO(newline="")
    table = csv.writer(out, delimiter=";", lineterminator="\r\n")
    if sample:
        table.writerow([text(DEFAULT, "sample.mark")])
    table.writerow([text(DEFAULT, f"results.column.{name}") for name in COLUMNS])
    for result in results:
        table.writerow(_row(result, text(DEFAULT, "results.rate"), *_rate(result)))
        for reasons in result.reasons:
            for reason in reasons.ticked:
                table.writerow(_row(result, *_ticked(reasons, reason)))
    return out.getvalue().encode("utf-8-sig")


def _row(result: Result, what: str, *numbers: int | Decimal | None) -> list[str]:
    period = result.period
    places = (result.unit, result.unit_name, period.name, period.first.isoformat(), period.last.isoformat(), what)
    ways = (text(DEFAULT, f"report.stratum.{result.stratum}"), text(DEFAULT, f"report.rule_{result.rule}"))
    printed = ["" if one is None else str(one).replace(".", ",") for one in numbers]
    dossiers = str(result.dossiers) if result.dossiers else ""
    return [*map(defused, places), *printed, *map(defused, ways), dossiers, str(result.number), result.made.isoformat()]


def _rate(result: Result) -> Sequence[int | Decimal | None]:
    rate = result.rate
    return (result.satisfied, result.answers, rate.percent, rate.low, rate.high) if rate else [None] * 5


def _ticked(reasons: Reasons, reason: Reason) -> tuple[str, int, int, Decimal, None, None]:
    return reason.name, reason.forms, reasons.asked, reason.share, None, None
