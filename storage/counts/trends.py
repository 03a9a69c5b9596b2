"""Counts of answers by day or by week: what a trend is drawn from."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from reports.satisfaction.counts import Questions
from reports.satisfaction.trend import DayCount, Step
from storage.counts.coverage import Span, weeks
from storage.counts.rollups import LEVELS, ROLLUP, among
from storage.counts.tallies import Tallies


class Trends(Tallies):
    """The part of a transaction that counts answers by day."""

    async def counts_by_day(
        self, units: Sequence[str], first: date, last: date, counted: Questions, step: Step
    ) -> list[DayCount]:
        """Count the answers to some questions (by form) by day, stratum and level, between two days, both included.

        By the step "week" the whole weeks that are rolled up stand under their Mondays: a seventh of the rows.
        """
        found: dict[tuple[Any, ...], int] = {}
        rate = among(ROLLUP.c.form, ROLLUP.c.question, counted)
        stretches = weeks(first, last) if step == "week" else []
        for cover in await self._covers(units, Span(first, last), stretches):
            for day, stratum, *counts in await self._rolled(cover, ("day", "stratum"), LEVELS, rate):
                for level, count in enumerate(counts, 1):
                    found[day, stratum, level] = found.get((day, stratum, level), 0) + int(count)
            for *_, form, stratum, day, question, level, count in await self._live_answers(cover):
                if question in counted.get(form, frozenset()):
                    found[day, stratum, level] = found.get((day, stratum, level), 0) + int(count)
        return [DayCount(day, stratum, level, count) for (day, stratum, level), count in found.items() if count]
