"""Roll-ups: stored counts of past days; the rows that were counted stay too."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import (
    Date,
    and_,
    case,
    delete,
    false,
    func,
    insert,
    literal,
    literal_column,
    not_,
    or_,
    select,
    text,
    tuple_,
)

from reports.satisfaction.counts import Questions
from storage.counts.choices import Choices, ticked
from storage.counts.coverage import DAY, Span, runs, stretches
from storage.counts.rows import ANSWER, COUNTED, RESPONSE, STRATUM
from storage.tables.base import table
from storage.tables.figures import ChoiceRollupRow, RolledDayRow, RollupRow
from storage.tables.places import UnitRow
from storage.transaction import Queries

UNIT = table(UnitRow)
ROLLUP = table(RollupRow)
CHOICE = table(ChoiceRollupRow)
MARK = table(RolledDayRow)
LEVELS = ("n1", "n2", "n3", "n4", "n5")
PLACE = ("counter", "source", "stratum", "field")
KEYS = ("unit", "day", "until", *PLACE, "form", "question")
TICKED = ("unit", "counter", "stratum", "form", "question", "chosen")
# From the first to the last day of a week; the roll-up of a week serves only the trend of the rate.
WEEK = timedelta(days=6)


def among(form: Any, question: Any, questions: Questions) -> Any:
    """Return the condition that a row is about one of some questions; `form` and `question` are its columns."""
    return or_(false(), *(and_(form == code, question.in_(sorted(keys))) for code, keys in questions.items()))


class Rollups(Queries):
    """The part of a transaction that keeps roll-ups in step with the rows."""

    async def _unroll_days(self, units: Sequence[str], days: Sequence[date]) -> None:
        """Delete the marks of days of units, as `_unroll` does."""
        these = (MARK.c.unit.in_(units), MARK.c.day.in_(days))
        await self._connection.execute(delete(MARK).where(*these))

    async def _unroll(self, responses: Sequence[str]) -> None:
        """Delete the marks of the days of stored responses; every change or deletion of responses calls this.

        On PostgreSQL this also locks the marks' table until the end of the transaction, so that no day is rolled up
        between the change and its commit. The statement sees marks that were set before it got the lock.
        """
        days = select(RESPONSE.c.unit, RESPONSE.c.day).where(RESPONSE.c.id.in_(responses))
        await self._connection.execute(delete(MARK).where(tuple_(MARK.c.unit, MARK.c.day).in_(days)))


class Rolling(Choices):
    """Rolls days up within a transaction, and finds the days to roll up."""

    @classmethod
    def within(cls, tx: Queries) -> "Rolling":
        """Work within an open transaction."""
        return cls(tx._connection)

    async def unrolled(self, before: date) -> dict[str, list[Span]]:
        """Return by unit the stretches of days before a day without a roll-up, from the unit's first response on."""
        oldest = select(func.min(RESPONSE.c.day)).where(RESPONSE.c.unit == UNIT.c.code).scalar_subquery()
        starts = {
            row.code: row.first
            for row in await self._connection.execute(select(UNIT.c.code, oldest.label("first")))
            if row.first and row.first < before
        }
        counted = await self._connection.execute(
            select(MARK.c.unit, func.count(), func.min(MARK.c.day))
            .where(MARK.c.until == MARK.c.day, MARK.c.day < before)
            .group_by(MARK.c.unit)
        )
        marked = {unit: (count, first) for unit, count, first in counted}
        found = {}
        for unit, first in starts.items():
            count, since = marked.get(unit, (0, first))
            if count < (before - min(first, since)).days or since > first:
                known = await self._marked_days(unit, first, before)
                if missing := runs(day for day in Span(first, before - DAY).days() if day not in known):
                    found[unit] = missing
        return found

    async def _marked_days(self, unit: str, first: date, before: date) -> set[date]:
        marked = select(MARK.c.day).where(
            MARK.c.unit == unit, MARK.c.until == MARK.c.day, MARK.c.day >= first, MARK.c.day < before
        )
        return set((await self._connection.execute(marked)).scalars())

    async def roll_days(self, units: Sequence[str], span: Span) -> None:
        """Recount each day of a range for units, and mark the days as rolled up."""
        await self._hold_marks()
        within = (RESPONSE.c.unit.in_(units), RESPONSE.c.day >= span.first, RESPONSE.c.day <= span.last, COUNTED)
        await self._clear(units, span)
        place = (RESPONSE.c.unit, RESPONSE.c.day, RESPONSE.c.day.label("until"), RESPONSE.c.counter, RESPONSE.c.source)
        what = (STRATUM.label("stratum"), RESPONSE.c.field, RESPONSE.c.form)
        counted = (
            select(*place, *what, literal_column("''").label("question"), func.count().label("forms"))
            .where(*within)
            .group_by(*place, *what)
        )
        zeros: list[Any] = [literal_column("0").label(name) for name in LEVELS]
        await self._connection.execute(
            insert(ROLLUP).from_select([*KEYS, "forms", *LEVELS], counted.add_columns(*zeros))
        )
        sums = [func.sum(case((ANSWER.c.level == level, 1), else_=0)) for level in range(1, len(LEVELS) + 1)]
        answers = (
            select(*place, *what, ANSWER.c.question, literal_column("0").label("forms"), *sums)
            .join(ANSWER, ANSWER.c.response == RESPONSE.c.id)
            .where(*within, ANSWER.c.level.is_not(None))
            .group_by(*place, *what, ANSWER.c.question)
        )
        await self._connection.execute(insert(ROLLUP).from_select([*KEYS, "forms", *LEVELS], answers))
        chosen = ticked(await self._single_choices(), (RESPONSE.c.day,)).where(*within).subquery()
        columns = [chosen.c[name] for name in TICKED]
        each = select(*columns, chosen.c.forms, chosen.c.day, chosen.c.day.label("until"))
        await self._connection.execute(insert(CHOICE).from_select([*TICKED, "forms", "day", "until"], each))
        await self._mark([{"unit": unit, "day": day, "until": day} for unit in units for day in span.days()])

    async def _clear(self, units: Sequence[str], span: Span) -> None:
        """Delete the roll-ups of some days, and the marks of longer stretches that contain them."""
        for kept in (ROLLUP, CHOICE, MARK):
            single = (kept.c.day >= span.first, kept.c.day <= span.last, kept.c.until == kept.c.day)
            await self._connection.execute(delete(kept).where(kept.c.unit.in_(units), *single))
        longer = (MARK.c.until > MARK.c.day, MARK.c.day <= span.last, MARK.c.until >= span.first)
        await self._connection.execute(delete(MARK).where(MARK.c.unit.in_(units), *longer))

    async def unrolled_stretches(self, before: date) -> dict[Span, list[str]]:
        """Return the quarters and weeks before a day that can be added up from their days now, with their units."""
        single = MARK.c.until == MARK.c.day
        ends = await self._connection.execute(
            select(
                MARK.c.unit,
                func.min(MARK.c.day).filter(single),
                func.max(MARK.c.day).filter(single),
                func.count().filter(not_(single)),
            )
            .where(MARK.c.until < before)
            .group_by(MARK.c.unit)
        )
        found: dict[Span, list[str]] = {}
        for unit, first, last, count in ends.all():
            if first is None or count >= len(wanted := stretches(first, last)):
                continue
            known = await self._connection.execute(select(MARK.c.day, MARK.c.until).where(MARK.c.unit == unit))
            marked = {Span(*row) for row in known}
            for span in wanted:
                if span not in marked and all(Span(day, day) in marked for day in span.days()):
                    found.setdefault(span, []).append(unit)
        return found

    async def roll_stretch(self, units: Sequence[str], span: Span) -> None:
        """Add up the rolled days of a quarter or week for those units that have all of them, and mark it."""
        await self._hold_marks()
        inside = (MARK.c.day >= span.first, MARK.c.day <= span.last, MARK.c.until == MARK.c.day)
        counted = select(MARK.c.unit).where(MARK.c.unit.in_(units), *inside).group_by(MARK.c.unit)
        whole = counted.having(func.count() == (span.last - span.first).days + 1)
        these = list((await self._connection.execute(whole)).scalars())
        same = (ROLLUP.c.day == span.first, ROLLUP.c.until == span.last)
        await self._connection.execute(delete(ROLLUP).where(ROLLUP.c.unit.in_(these), *same))
        weekly = span.last - span.first == WEEK
        nothing: Any = literal_column("''")
        kept = [nothing if weekly and name != "stratum" else ROLLUP.c[name] for name in PLACE]
        cells = [column for column in (*kept, ROLLUP.c.form, ROLLUP.c.question) if column is not nothing]
        single = (ROLLUP.c.day >= span.first, ROLLUP.c.day <= span.last, ROLLUP.c.until == ROLLUP.c.day)
        summed = (
            select(
                ROLLUP.c.unit,
                literal(span.first, Date),
                literal(span.last, Date),
                *kept,
                ROLLUP.c.form,
                ROLLUP.c.question,
                *(func.sum(ROLLUP.c[name]) for name in ("forms", *LEVELS)),
            )
            .where(ROLLUP.c.unit.in_(these), *single)
            .group_by(ROLLUP.c.unit, *cells)
        )
        await self._connection.execute(insert(ROLLUP).from_select([*KEYS, "forms", *LEVELS], summed))
        if not weekly:
            await self._add_choices(these, span)
        await self._mark([{"unit": unit, "day": span.first, "until": span.last} for unit in these])

    async def _add_choices(self, units: Sequence[str], span: Span) -> None:
        """Add up what was ticked on the days of a quarter."""
        of_units = CHOICE.c.unit.in_(units)
        await self._connection.execute(
            delete(CHOICE).where(of_units, CHOICE.c.day == span.first, CHOICE.c.until == span.last)
        )
        single = (CHOICE.c.day >= span.first, CHOICE.c.day <= span.last, CHOICE.c.until == CHOICE.c.day)
        columns = [CHOICE.c[name] for name in TICKED]
        ends = (literal(span.first, Date), literal(span.last, Date))
        summed = select(*columns, func.sum(CHOICE.c.forms), *ends).where(of_units, *single).group_by(*columns)
        await self._connection.execute(insert(CHOICE).from_select([*TICKED, "forms", "day", "until"], summed))

    async def _mark(self, rows: list[dict[str, Any]]) -> None:
        if rows:
            await self._connection.execute(self._insert(MARK).on_conflict_do_nothing(), rows)

    async def _hold_marks(self) -> None:
        """Wait for transactions that changed responses, and block new changes until this one ends."""
        if self._connection.dialect.name == "postgresql":
            await self._connection.execute(text("LOCK TABLE rolled_day IN SHARE ROW EXCLUSIVE MODE"))
