"""Counts of answers by day: what a trend is drawn from."""

from collections.abc import Mapping, Sequence, Set
from datetime import date

from sqlalchemy import and_, func, or_, select

from reports.trend import DayCount
from storage.answers import ANSWER, RESPONSE, STRATUM
from storage.part import Part


class Trends(Part):
    """The part of a transaction that counts answers by day."""

    async def counts_by_day(
        self, units: Sequence[str], first: date, last: date, counted: Mapping[str, Set[str]]
    ) -> list[DayCount]:
        """Count the answers to some questions (by form) by day, stratum and level, between two days, both included."""
        if not any(counted.values()):
            return []
        asked = [and_(RESPONSE.c.form == form, ANSWER.c.question.in_(keys)) for form, keys in counted.items()]
        what = (RESPONSE.c.day, STRATUM, ANSWER.c.level)
        rows = await self._connection.execute(
            select(*what, func.count())
            .join(ANSWER, ANSWER.c.response == RESPONSE.c.id)
            .where(RESPONSE.c.unit.in_(units), RESPONSE.c.day >= first, RESPONSE.c.day <= last)
            .where(ANSWER.c.level.is_not(None), or_(*asked))
            .group_by(*what)
        )
        return [DayCount(*row) for row in rows]
