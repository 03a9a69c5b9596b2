"""Counting answers and reasons by parts, from the rows: for few units and days, so nothing is rolled up for it."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, or_, select

from reports.satisfaction.counts import ONE_QUESTION, PAPER, Conditions, Questions, conditioning
from reports.satisfaction.parts import AddingParts, PartCounts, Where
from storage.counts.choices import Choices, ticked
from storage.counts.rollups import among
from storage.counts.rows import ANSWER, COUNTED, RESPONSE, STRATUM

_WHERE = (
    STRATUM.label("stratum"),
    *(RESPONSE.c[name] for name in ("source", "form", "field", "occasion", "day", "half")),
)


class Parts(Choices):
    """The part of a transaction that counts by field, occasion, week, day of the week and half of the day."""

    async def part_counts(
        self, units: Sequence[str], first: date, last: date, counted: Questions, reasons: Conditions
    ) -> PartCounts:
        """Count answers to the counted questions and reasons of units between two days, both included, by part."""
        adding = AddingParts(counted, reasons)
        here = (RESPONSE.c.unit.in_(units), RESPONSE.c.day >= first, RESPONSE.c.day <= last, COUNTED)
        for *where, count in await self._grouped(select(*_WHERE, func.count()).where(*here).group_by(*_WHERE)):
            adding.forms(Where(*where), int(count))
        asked = or_(*(among(RESPONSE.c.form, ANSWER.c.question, those) for those in (counted, conditioning(reasons))))
        what = (*_WHERE, ANSWER.c.question, ANSWER.c.level)
        levels = (
            select(*what, func.count())
            .join(ANSWER, ANSWER.c.response == RESPONSE.c.id)
            .where(*here, ANSWER.c.level.is_not(None), asked)
            .group_by(*what)
        )
        for *where, question, level, count in await self._grouped(levels):
            adding.answers(Where(*where), question, level, int(count))
        those = among(RESPONSE.c.form, ANSWER.c.question, {form: asked.keys() for form, asked in reasons.items()})
        chosen = ticked(await self._single_choices(), _WHERE[1:2] + _WHERE[3:]).where(*here, those)
        for one in await self._grouped(chosen):
            where = Where(one.stratum, one.source, one.form, one.field, one.occasion, one.day, one.half)
            adding.ticked(where, one.question, one.chosen, int(one.forms))
        return adding.sums()

    async def finished(self, units: Sequence[str], first: date, last: date, forms: Sequence[str]) -> tuple[int, int]:
        """Count how many of some forms were finished, and how many were started, on people's own devices.

        Screens at a counter and paper are left out: they have no second page.
        """
        here = (RESPONSE.c.unit.in_(units), RESPONSE.c.day >= first, RESPONSE.c.day <= last, COUNTED)
        on_devices = (RESPONSE.c.form.in_(forms), RESPONSE.c.source.not_in((ONE_QUESTION, PAPER)))
        ended = func.count().filter(RESPONSE.c.complete)
        done, started = (await self._connection.execute(select(ended, func.count()).where(*here, *on_devices))).one()
        return int(done), int(started)

    async def _grouped(self, statement: Any) -> Sequence[Any]:
        return (await self._connection.execute(statement)).all()
