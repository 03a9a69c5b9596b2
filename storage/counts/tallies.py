"""Counting answers and forms: days that are over from their roll-ups, all others from the rows."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import Select, Table, and_, func, or_, select, union_all

from handlers.ports import FormCount, Tally
from reports.satisfaction.counts import (
    ONE_QUESTION,
    Adding,
    Conditions,
    Counts,
    Questions,
    conditioning,
    levels_of,
)
from reports.satisfaction.trend import DayCount, Step
from storage.counts.choices import ticked
from storage.counts.coverage import Cover, Span, covers, quarters, weeks
from storage.counts.parts import Parts
from storage.counts.rollups import CHOICE, LEVELS, MARK, ROLLUP, among
from storage.counts.rows import ANSWER, COUNTED, RESPONSE, STRATUM

_PLACE = ("unit", "counter", "source", "field", "form", "stratum")
_ROWS = tuple(STRATUM.label("stratum") if name == "stratum" else RESPONSE.c[name] for name in (*_PLACE, "day"))


class Tallies(Parts):
    """The part of a transaction that counts."""

    async def tallies(self, units: Sequence[str], first: date, last: date) -> tuple[list[Tally], list[FormCount]]:
        """Count answers and forms of units between two days, both included."""
        answers: dict[tuple[Any, ...], int] = {}
        forms: dict[tuple[Any, ...], int] = {}
        for cover in await self._covers(units, Span(first, last), quarters(first, last)):
            keys = (*_PLACE, "question")
            for *what, count, n1, n2, n3, n4, n5 in await self._rolled(cover, keys, sums=("forms", *LEVELS)):
                _add(forms, tuple(what[:-1]), count)
                for level, number in enumerate((n1, n2, n3, n4, n5), 1):
                    _add(answers, (*what, level), number)
            for *place, _day, count in await self._live_forms(cover):
                _add(forms, tuple(place), count)
            for *place, _day, question, level, count in await self._live_answers(cover):
                _add(answers, (*place, question, level), count)
        places: dict[tuple[Any, ...], int] = {}
        for (unit, counter, source, field, _form, stratum), count in forms.items():
            _add(places, (unit, counter, source, stratum, field), count)
        return (
            [
                Tally(unit, counter, source, form, question, level, count, stratum, field)
                for (unit, counter, source, field, form, stratum, question, level), count in answers.items()
            ],
            [
                FormCount(unit, counter, source, count, stratum, field)
                for (unit, counter, source, stratum, field), count in places.items()
            ],
        )

    async def counts(
        self,
        units: Sequence[str],
        first: date,
        last: date,
        counted: Questions,
        conditions: Conditions | None = None,
        *,
        weekly: bool = True,
    ) -> Counts:
        """Count forms and answers of units between two days, both included, for reports; by week too if `weekly`.

        `counted` names by form the questions whose answers make up the rate. `conditions` names the questions that are
        answered by ticking, each with the condition on which it is asked.
        """
        adding = Adding(counted, conditions)
        within = Span(first, last)
        rate = among(ROLLUP.c.form, ROLLUP.c.question, counted)
        for cover in await self._covers(units, within, quarters(first, last)):
            places = or_(ROLLUP.c.question == "", rate)
            for *key, forms, n1, n2, n3, n4, n5 in await self._rolled(cover, _PLACE, ("forms", *LEVELS), places):
                adding.place(tuple(key), forms, levels_of((n1, n2, n3, n4, n5)))
            asked = ("form", "question", "stratum")
            for form, question, stratum, *levels in await self._rolled(cover, asked, LEVELS, ROLLUP.c.question != ""):
                adding.question(form, question, stratum, levels_of(levels))
            await self._add_rows(adding, cover)
            if conditions:
                await self._add_choices(adding, cover, conditions)
        if not weekly:
            return replace(adding.sums(), weeks=[])
        for cover in await self._covers(units, within, weeks(first, last)):
            for day, stratum, *levels in await self._rolled(cover, ("day", "stratum"), LEVELS, rate):
                adding.day(day, stratum, levels_of(levels))
        return adding.sums()

    async def _add_rows(self, adding: Adding, cover: Cover) -> None:
        """Add the days that are counted from the rows."""
        for *place, _day, count in await self._live_forms(cover):
            adding.place(tuple(place), count)
        for *place, day, question, level, count in await self._live_answers(cover):
            form, stratum = place[4], place[5]
            levels = levels_of(count if level == one else 0 for one in range(1, len(LEVELS) + 1))
            adding.question(form, question, stratum, levels)
            if place[2] != ONE_QUESTION:
                adding.marked(place[1], form, stratum, question, levels)
            if adding.counts(form, question):
                adding.place(tuple(place), 0, levels)
                adding.day(day, stratum, levels)

    async def _add_choices(self, adding: Adding, cover: Cover, conditions: Conditions) -> None:
        """Add the ticked options, and from roll-ups the answers that decide whether a question was asked."""
        deciding = conditioning(conditions)
        if any(deciding.values()):
            keys: tuple[str, ...] = ("counter", "form", "stratum", "question")
            where = and_(among(ROLLUP.c.form, ROLLUP.c.question, deciding), ROLLUP.c.source != ONE_QUESTION)
            for counter, form, stratum, question, *levels in await self._rolled(cover, keys, LEVELS, where):
                adding.marked(counter, form, stratum, question, levels_of(levels))
        known: Questions = {form: asked.keys() for form, asked in conditions.items()}
        keys = ("counter", "form", "stratum", "question", "chosen")
        where = among(CHOICE.c.form, CHOICE.c.question, known)
        rolled = await self._rolled(cover, keys, ("forms",), where, CHOICE)
        for counter, form, stratum, question, chosen, count in rolled:
            adding.ticked(counter, form, stratum, question, chosen, count)
        if cover.live:
            found = await self._connection.execute(ticked(await self._single_choices()).where(*_in_rows(cover)))
            for _unit, counter, stratum, form, question, chosen, count in found:
                adding.ticked(counter, form, stratum, question, chosen, count)

    async def _covers(self, units: Sequence[str], within: Span, wanted: Sequence[Span]) -> list[Cover]:
        """Return, for groups of units, which days of a range are rolled up; `wanted` are longer roll-ups to prefer."""
        if not units or within.first > within.last:
            return []
        inside = (MARK.c.day >= within.first, MARK.c.day <= within.last)
        single = (MARK.c.unit.in_(units), MARK.c.until == MARK.c.day, *inside)
        having = set((await self._connection.execute(select(MARK.c.unit).where(*single).distinct())).scalars())
        never = tuple(sorted(set(units) - having))
        found = [Cover(never, (), (), (within,))] if never else []
        if not having:
            return found
        marked = select(MARK.c.day, func.count().label("units")).where(*single).group_by(MARK.c.day)
        known: dict[date, int] = {row.day: row.units for row in await self._connection.execute(marked)}
        nowhere = {day for day in within.days() if day not in known}
        partly = {day for day, count in known.items() if count < len(having)}
        here: dict[str, set[date]] = {}
        if partly:
            some = select(MARK.c.unit, MARK.c.day).where(*single, MARK.c.day.in_(sorted(partly)))
            for unit, day in await self._connection.execute(some):
                here.setdefault(unit, set()).add(day)
        rolled: dict[str, set[Span]] = {}
        if wanted:
            longer = select(MARK.c.unit, MARK.c.day, MARK.c.until).where(
                MARK.c.unit.in_(having), MARK.c.day.in_([span.first for span in wanted]), MARK.c.until > MARK.c.day
            )
            for unit, start, end in await self._connection.execute(longer):
                if Span(start, end) in wanted:
                    rolled.setdefault(unit, set()).add(Span(start, end))
        missing = {unit: partly - here.get(unit, set()) for unit in having} if partly else {}
        return found + covers(sorted(having), within, rolled, nowhere, missing)

    async def _rolled(
        self, cover: Cover, keys: Sequence[str], sums: Sequence[str], where: Any = None, kept: Table = ROLLUP
    ) -> Sequence[Sequence[Any]]:
        """Return roll-ups summed by some of their columns. Each stretch is a separate SELECT by the primary key."""
        columns = [kept.c[name] for name in (*keys, *sums)]
        parts: list[Select[Any]] = [
            select(*columns).where(kept.c.day == span.first, kept.c.until == span.last) for span in cover.whole
        ]
        parts += [
            select(*columns).where(kept.c.day >= run.first, kept.c.day <= run.last, kept.c.until == kept.c.day)
            for run in cover.days
        ]
        if not parts:
            return []
        chosen = [part.where(kept.c.unit.in_(cover.units)) for part in parts]
        rows = (union_all(*chosen) if where is None else union_all(*(part.where(where) for part in chosen))).subquery()
        by = [rows.c[name] for name in keys]
        summed = select(*by, *(func.sum(rows.c[name]) for name in sums)).group_by(*by)
        return (await self._connection.execute(summed)).all()

    async def _live_forms(self, cover: Cover) -> Sequence[Sequence[Any]]:
        if not cover.live:
            return []
        counted = select(*_ROWS, func.count()).where(*_in_rows(cover)).group_by(*_ROWS)
        return (await self._connection.execute(counted)).all()

    async def _live_answers(self, cover: Cover) -> Sequence[Sequence[Any]]:
        if not cover.live:
            return []
        what = (*_ROWS, ANSWER.c.question, ANSWER.c.level)
        counted = (
            select(*what, func.count())
            .join(ANSWER, ANSWER.c.response == RESPONSE.c.id)
            .where(*_in_rows(cover), ANSWER.c.level.is_not(None))
            .group_by(*what)
        )
        return (await self._connection.execute(counted)).all()

    async def counts_by_day(
        self, units: Sequence[str], first: date, last: date, counted: Questions, step: Step
    ) -> list[DayCount]:
        """Count the answers to some questions (by form) by day, stratum and level, between two days, both included.

        With the step "week", each rolled-up whole week is counted under its Monday, which reads a seventh of the rows.
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


def _in_rows(cover: Cover) -> tuple[Any, ...]:
    days = or_(*(and_(RESPONSE.c.day >= run.first, RESPONSE.c.day <= run.last) for run in cover.live))
    ends = (RESPONSE.c.day >= cover.live[0].first, RESPONSE.c.day <= cover.live[-1].last)
    return RESPONSE.c.unit.in_(cover.units), *ends, days, COUNTED


def _add(sums: dict[tuple[Any, ...], int], key: tuple[Any, ...], count: int) -> None:
    if count:
        sums[key] = sums.get(key, 0) + int(count)
