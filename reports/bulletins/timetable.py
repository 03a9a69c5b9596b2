"""When the reports that go out by the clock are due: weekly, monthly, and before the province's deadlines."""

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal

from reports import periods
from reports.periods import Period

Kind = Literal["weekly", "monthly", "periodic"]
KINDS: tuple[Kind, ...] = ("weekly", "monthly", "periodic")
SEND_TIME = time(7, 30)
# After a long downtime only this many missed reports are sent, the latest; one line names the earlier ones.
MOST_MISSED = {"weekly": 4, "monthly": 2, "periodic": 1}
# Reports missed longer ago than this are not sent.
LOOK_BACK = timedelta(days=400)
# The reform reports of a year: quarter 2 is part of the half-year, quarter 4 of the year (công văn 581/BNV-CCHC).
_PERIODIC = ("Q1", "H1", "Q3", "")


@dataclass(frozen=True, slots=True)
class Deadlines:
    """The day of a period's last month on which the reform report is due, and how many days earlier it is sent."""

    day: int = 20
    before: int = 3

    def of(self, period: Period) -> date:
        """Return the day on which a reform report is due; the month's last day if the month is too short."""
        year, month = period.last.year, period.last.month
        return date(year, month, min(self.day, calendar.monthrange(year, month)[1]))

    def sending(self, period: Period) -> date:
        """Return the day on which a reform report is sent, which is never before its figures are complete."""
        return max(self.of(period) - timedelta(days=self.before), period.last + timedelta(days=1))


def due(kind: Kind, since: datetime, now: datetime, deadlines: Deadlines) -> list[Period]:
    """Return the periods whose moment of sending fell after `since` and up to `now`, oldest first.

    Both are aware local times; the moment is 07:30 of the day of sending.
    """
    found = []
    for day, period in _sendings(kind, since.date(), now.date(), deadlines):
        if since < datetime.combine(day, SEND_TIME, now.tzinfo) <= now:
            found.append(period)
    return found


def _sendings(kind: Kind, first: date, last: date, deadlines: Deadlines) -> Iterator[tuple[date, Period]]:
    """Yield each day of sending between two days, both included, with its period, in the order of the days."""
    match kind:
        case "weekly":
            day = first - timedelta(days=first.weekday())
            while day <= last:
                yield day, periods.week_before(day)
                day += timedelta(days=7)
        case "monthly":
            day = first.replace(day=1)
            while day <= last:
                yield day, periods.month_of(day - timedelta(days=1))
                day = (day + timedelta(days=32)).replace(day=1)
        case "periodic":
            for year in range(first.year, last.year + 1):
                for part in _PERIODIC:
                    period = periods.parse(f"{year}-{part}:cchc" if part else f"{year}:cchc")
                    yield deadlines.sending(period), period
