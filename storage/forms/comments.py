"""What citizens wrote: comments on forms with the state of their cases, and what they did not find."""

from collections.abc import Sequence
from datetime import date
from itertools import islice
from typing import Any, get_args

from sqlalchemy import func, select

from catalog.text import fold
from handlers.turn import MissKind
from reports.satisfaction.comments import ANY, Comment, Missed, Wanted
from reports.satisfaction.counts import Questions
from storage.counts.rollups import among
from storage.counts.rows import ANSWER, COUNTED, RESPONSE
from storage.forms.answers import MISS
from storage.forms.cases import CASE
from storage.transaction import Queries

# A text is searched for only in this many of the latest comments that meet the other conditions.
MOST_SEARCHED = 5000


class Comments(Queries):
    """The part of a transaction that reads what citizens wrote."""

    async def comments(
        self,
        units: Sequence[str],
        first: date,
        last: date,
        asked: tuple[Questions, Questions],
        most: int,
        skipped: int,
        wanted: Wanted = ANY,
    ) -> list[Comment]:
        """Return `most` comments of units between two days, both included, latest first, after `skipped` others.

        `asked` holds by form the questions for comments, and the questions whose lowest level is returned with each
        comment. A text is searched for here, since databases do not know which letters count as alike.
        """
        questions, counted = asked
        sought = fold(wanted.text)
        levels = ANSWER.alias("beside")
        level = (
            select(func.min(levels.c.level))
            .where(levels.c.response == RESPONSE.c.id, among(RESPONSE.c.form, levels.c.question, counted))
            .scalar_subquery()
        )
        # Within a day the order is by random ids, so that the list does not show who came first.
        order = (RESPONSE.c.day.desc(), RESPONSE.c.id, ANSWER.c.question)
        statement = (
            select(
                RESPONSE.c.unit,
                RESPONSE.c.counter,
                RESPONSE.c.day,
                func.coalesce(level, 0),
                ANSWER.c.text,
                CASE.c.state,
            )
            .join(ANSWER, ANSWER.c.response == RESPONSE.c.id)
            .outerjoin(CASE, CASE.c.response == RESPONSE.c.id)
            .where(RESPONSE.c.unit.in_(units), RESPONSE.c.day >= first, RESPONSE.c.day <= last)
            .where(COUNTED, ANSWER.c.text.is_not(None), among(RESPONSE.c.form, ANSWER.c.question, questions))
            .where(*_wanted(wanted, level))
            .order_by(*order)
        )
        if not sought:
            return [Comment(*row) for row in await self._connection.execute(statement.limit(most).offset(skipped))]
        rows = await self._connection.execute(statement.limit(MOST_SEARCHED))
        found = (one for one in (Comment(*row) for row in rows) if sought in fold(one.text))
        return list(islice(found, skipped, skipped + most))

    async def missed(self, units: Sequence[str], first: date, last: date, most: int) -> list[Missed]:
        """Return what citizens of units did not find between two days, by kind, with at most `most` texts of each."""
        total = func.sum(MISS.c.count)
        place = func.row_number().over(partition_by=MISS.c.kind, order_by=(total.desc(), MISS.c.text))
        of_kind = func.sum(total).over(partition_by=MISS.c.kind)
        counted = (
            select(MISS.c.kind, MISS.c.text, total.label("times"), of_kind.label("of_kind"))
            .add_columns(place.label("place"))
            .where(MISS.c.unit.in_(units), MISS.c.day >= first, MISS.c.day <= last)
            .group_by(MISS.c.kind, MISS.c.text)
            .subquery()
        )
        statement = select(counted).where(counted.c.place <= most).order_by(counted.c.kind, counted.c.place)
        rows = (await self._connection.execute(statement)).all()
        return [
            Missed(kind, int(of_this_kind[0].of_kind), tuple((row.text, int(row.times)) for row in of_this_kind))
            for kind in get_args(MissKind)
            if (of_this_kind := [row for row in rows if row.kind == kind])
        ]


def _wanted(wanted: Wanted, level: Any) -> list[Any]:
    """Return the conditions on a comment's counter, level and case."""
    found = [RESPONSE.c.counter == wanted.counter] if wanted.counter else []
    found += [level == wanted.level] if wanted.level else []
    return found + ([CASE.c.state == wanted.state] if wanted.state else [])
