"""The budget of counters: which forms are kept apart from the figures, and what staff decide about them."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import and_, delete, func, insert, select, update

from storage.counts.rollups import Rollups
from storage.counts.rows import RESPONSE
from storage.forms.answers import RECENT
from storage.forms.cases import CASE
from storage.tables.base import table
from storage.tables.forms import ApartRow, TempoRow
from surveys.budget import FLOOR, Load, Slice, budget_of, first_learnt, needs_budget, rule, week_start
from surveys.cases import UNFINISHED
from surveys.signs import Arrival, slot_of
from surveys.uncounted import Decision, Group, Verdict

TEMPO = table(TempoRow)
DECISION = table(ApartRow)
# How long it is stored in which ten minutes a form came in.
RECENT_KEPT = timedelta(hours=1)
_SLICE = (TEMPO.c.count, TEMPO.c.slips, TEMPO.c.apart, TEMPO.c.hasty)
_STATES: Mapping[Verdict, str] = {"count": "", "discard": "discarded"}


class Budgets(Rollups):
    """The part of a transaction that keeps forms beyond a counter's budget apart from the figures."""

    async def _keep_within_budget(self, arrivals: Sequence[Arrival]) -> set[str]:
        """Return the ids of the forms to be kept apart; this transaction has already counted all forms in their slots.

        Counting locked the rows of those slots, so that other processes have committed, or wait.
        """
        groups: dict[tuple[str, date], list[Arrival]] = {}
        for arrived in arrivals:
            groups.setdefault((arrived.place, arrived.at.date()), []).append(arrived)
        apart: set[str] = set()
        for (place, day), forms in sorted(groups.items()):
            apart |= await self._keep_day(place, day, forms)
        return apart

    async def _keep_day(self, place: str, day: date, forms: Sequence[Arrival]) -> set[str]:
        slices = (await self.slices(place, day, day)).get(day, {})
        for one in forms:
            number = slot_of(one.at)
            here = slices[number]
            slices[number] = Slice(here.forms - 1, here.slips - one.slip, here.apart, here.hasty)
        budget = await self.budget(place, day) if needs_budget(slices, len(forms)) else FLOOR
        ruling = rule(budget, slices, forms)
        for number in sorted({slot_of(one.at) for one in forms} - ruling.flooded):
            now, before = ruling.day[number], slices[number]
            if (now.apart, now.hasty) != (before.apart, before.hasty):
                row = (TEMPO.c.counter == place, TEMPO.c.day == day, TEMPO.c.slot == number)
                await self._connection.execute(update(TEMPO).where(*row).values(apart=now.apart, hasty=now.hasty))
        if ruling.flooded:
            await self._sweep(place, day, sorted(ruling.flooded))
        fresh = [one for one in forms if one.response not in ruling.apart and not one.slip]
        rows = [
            {"response": one.response, "counter": place, "day": day, "slot": slot_of(one.at), "at": one.at}
            for one in fresh
        ]
        if rows:
            await self._connection.execute(self._insert(RECENT).on_conflict_do_nothing(), rows)
        return ruling.apart

    async def _sweep(self, place: str, day: date, slots: Sequence[int]) -> None:
        """Keep apart the forms that were already counted when a flood was detected in these slots."""
        here = (TEMPO.c.counter == place, TEMPO.c.day == day, TEMPO.c.slot.in_(slots))
        await self._connection.execute(update(TEMPO).where(*here).values(apart=TEMPO.c.count - TEMPO.c.slips, hasty=0))
        recent = (RECENT.c.counter == place, RECENT.c.day == day, RECENT.c.slot.in_(slots))
        gone = delete(RECENT).where(*recent).returning(RECENT.c.response)
        swept = list((await self._connection.execute(gone)).scalars())
        if swept:
            await self._unroll(swept)
            these = (RESPONSE.c.id.in_(swept), RESPONSE.c.apart == "")
            await self._connection.execute(update(RESPONSE).where(*these).values(apart="waiting"))

    async def slices(self, place: str, first: date, last: date) -> dict[date, dict[int, Slice]]:
        """Return how many forms came in at a place, by day and ten minutes, between two days, both included."""
        within = (TEMPO.c.counter == place, TEMPO.c.day >= first, TEMPO.c.day <= last)
        found: dict[date, dict[int, Slice]] = {}
        for day, slot, *numbers in await self._connection.execute(
            select(TEMPO.c.day, TEMPO.c.slot, *_SLICE).where(*within)
        ):
            found.setdefault(day, {})[slot] = Slice(*numbers)
        return found

    async def budget(self, place: str, day: date) -> Load:
        """Return how many forms without slips may count in a counter's figures on a day."""
        return budget_of((await self.slices(place, first_learnt(day), week_start(day) - timedelta(days=1))).values())

    async def forget_recent(self, before: datetime) -> int:
        """Delete the records of which ten minutes forms came in before a moment; returns how many."""
        return (await self._connection.execute(delete(RECENT).where(RECENT.c.at < before))).rowcount

    async def apart(self, units: Sequence[str], first: date, last: date) -> list[Group]:
        """Return the forms of units that are kept apart, by counter, day and state, latest first."""
        kinds = (RESPONSE.c.unit, RESPONSE.c.counter, RESPONSE.c.day, RESPONSE.c.apart)
        within = (RESPONSE.c.unit.in_(units), RESPONSE.c.day >= first, RESPONSE.c.day <= last, RESPONSE.c.apart != "")
        counted = select(*kinds, func.count()).where(*within).group_by(*kinds)
        found = [Group(*row) for row in await self._connection.execute(counted)]
        return sorted(found, key=lambda one: (-one.day.toordinal(), one.unit, one.counter, one.state))

    async def decide_apart(self, decision: Decision) -> int:
        """Count a counter's waiting forms of a day in the figures or discard them, noting who did; returns how many."""
        waiting = and_(
            RESPONSE.c.unit == decision.unit,
            RESPONSE.c.counter == decision.counter,
            RESPONSE.c.day == decision.day,
            RESPONSE.c.apart == "waiting",
        )
        if decision.verdict == "discard":
            these = select(RESPONSE.c.id).where(waiting)
            closed: dict[str, Any] = {"state": "handled", "changed_on": decision.at.date(), "channel": "", "person": ""}
            of_them = (CASE.c.unit == decision.unit, CASE.c.response.in_(these), CASE.c.state.in_(UNFINISHED))
            await self._connection.execute(update(CASE).where(*of_them).values(closed))
        state = _STATES[decision.verdict]
        forms = (await self._connection.execute(update(RESPONSE).where(waiting).values(apart=state))).rowcount
        if not forms:
            return 0
        if decision.verdict == "count":
            place = decision.counter or f"@{decision.unit}"
            here = (TEMPO.c.counter == place, TEMPO.c.day == decision.day)
            await self._connection.execute(update(TEMPO).where(*here).values(apart=0))
        await self._unroll_days([decision.unit], [decision.day])
        row = {name: getattr(decision, name) for name in Decision.__dataclass_fields__} | {"forms": forms}
        await self._connection.execute(insert(DECISION).values(row))
        return forms

    async def decisions(self, units: Sequence[str], first: date, last: date) -> list[Decision]:
        """Return the decisions about units' forms of the days from `first` to `last`, both included, latest first."""
        within = (DECISION.c.unit.in_(units), DECISION.c.day >= first, DECISION.c.day <= last)
        rows = await self._connection.execute(select(DECISION).where(*within).order_by(DECISION.c.id.desc()))
        return [Decision(**{name: getattr(row, name) for name in Decision.__dataclass_fields__}) for row in rows]
