"""The trend of a rate: the last weeks, or the last months if the period itself is a month or longer."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, Protocol

from handlers.world import World
from reports import periods, rates
from reports.periods import Period
from reports.rates import Rate
from reports.satisfaction.counts import Questions
from reports.satisfaction.report import LEAST_SHOWN, SHORTEST_MONTH, Report
from surveys.slips import Stratum

Step = Literal["day", "week"]
WEEKS, MONTHS = 13, 12


@dataclass(frozen=True, slots=True)
class DayCount:
    """How many counted answers of one level came in on a day, in a stratum."""

    day: date
    stratum: Stratum
    level: int
    count: int


class DayCounts(Protocol):
    """A transaction that counts answers by day."""

    async def counts_by_day(
        self, units: Sequence[str], first: date, last: date, counted: Questions, step: Step
    ) -> list[DayCount]:
        """Count the answers to some questions (by form) by day, stratum and level, between two days, both included.

        With the step "week", a whole week may be counted on its Monday.
        """


@dataclass(frozen=True, slots=True)
class Point:
    """One week or month. `rate` is None if it may not be shown; `running`: the week or month is not over."""

    period: Period
    rate: Rate | None
    running: bool


def windows(period: Period, today: date) -> list[Period]:
    """Return the 13 weeks up to a period, or 12 months if it is as long as a month; none lies in the future."""
    monthly = (period.last - period.first).days + 1 >= SHORTEST_MONTH
    end = min(period.last, today) if period.first <= today else period.last
    found = [periods.month_of(end) if monthly else periods.week_of(end)]
    while len(found) < (MONTHS if monthly else WEEKS):
        found.append(found[-1].previous())
    return found[::-1]


def trend(within: Sequence[Period], counts: Sequence[DayCount], report: Report, today: date) -> list[Point]:
    """Return the trend up to a report: a point for each period of `within`, without those before the first answer.

    A point has no rate if this rate and the total of the report, or of the period before, would reveal fewer than 5
    answers by subtraction.
    """
    levels: dict[Period, Counter[int]] = {one: Counter() for one in within}
    for count in counts:
        if count.stratum == report.stratum:
            for one in within:
                if one.first <= count.day <= one.last:
                    levels[one][count.level] += count.count
    first = next((place for place, one in enumerate(within) if levels[one]), len(within))
    sizes = {one: levels[one].total() for one in within}
    shown = {one for one, size in sizes.items() if size >= LEAST_SHOWN}
    for printed in (report, report.previous):
        shown -= _revealing(sizes, shown, printed) if printed else set()
    return [
        Point(
            one,
            rates.rate(levels[one], report.rule) if one in shown else None,
            running=one.first <= today <= one.last,
        )
        for one in within[first:]
    ]


def _revealing(sizes: Mapping[Period, int], shown: Iterable[Period], report: Report) -> set[Period]:
    """Return the shown periods that, with the total of a report, would reveal fewer than 5 answers.

    The answers in the report's period that the shown periods inside it leave over must be 0 or at least 5; the
    smallest of these periods are returned until that holds. A period around the report's must have as many answers as
    the report, or at least 5 more.
    """
    whole, revealing = report.period, set()
    inside = [one for one in shown if whole.first <= one.first and one.last <= whole.last]
    inside.sort(key=lambda one: (sizes[one], one.first))
    rest = report.answers - sum(sizes[one] for one in inside)
    while inside and 0 < rest < LEAST_SHOWN:
        smallest = inside.pop(0)
        revealing.add(smallest)
        rest += sizes[smallest]
    around = (one for one in shown if one.first <= whole.first and whole.last <= one.last)
    return revealing | {one for one in around if 0 < sizes[one] - report.answers < LEAST_SHOWN}


async def trend_for(tx: DayCounts, world: World, report: Report, today: date, *, below: bool) -> list[Point]:
    """Read and compute the trend up to a report, by the report's rule and in its stratum."""
    within = windows(report.period, today)
    units = world.below(report.unit) if below else [report.unit]
    counted = {code: form.counted for code, form in world.forms.items()}
    step: Step = "day" if len(within) == MONTHS else "week"
    counts = await tx.counts_by_day(units, within[0].first, within[-1].last, counted, step)
    return trend(within, counts, report, today)
