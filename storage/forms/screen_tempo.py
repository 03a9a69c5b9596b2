"""How fast screens are tapped, and how late their taps come in: counts by ten minutes that are tied to no form."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import ColumnElement, func, select

from storage.tables.base import table
from storage.tables.forms import ScreenTempoRow
from storage.transaction import Queries
from surveys.responses import Filing
from surveys.screens import MOST_IN_TEN_MINUTES, PLAUSIBLE_IN_TEN_MINUTES, Late, is_late
from surveys.signs import Slot, slot_of

SCREEN_TEMPO = table(ScreenTempoRow)


class ScreenTempo(Queries):
    """The part of a transaction that counts the taps of screens."""

    async def count_tap(self, filing: Filing) -> bool:
        """Count a new form in the ten minutes in which it was tapped; False if that is more than a screen can take.

        A form that was not tapped on a screen is not counted; True for it.
        """
        if not filing.screen or filing.tapped is None:
            return True
        late = int(filing.at is not None and is_late(filing.tapped, filing.at))
        row = {
            "screen": filing.screen,
            "day": filing.tapped.date(),
            "slot": slot_of(filing.tapped),
            "counter": filing.response.counter,
            "unit": filing.response.unit,
            "count": 1,
            "late": late,
        }
        counted = self._insert(SCREEN_TEMPO)
        counted = counted.on_conflict_do_update(
            index_elements=[SCREEN_TEMPO.c.screen, SCREEN_TEMPO.c.day, SCREEN_TEMPO.c.slot],
            set_={"count": SCREEN_TEMPO.c.count + 1, "late": SCREEN_TEMPO.c.late + counted.excluded.late},
            where=SCREEN_TEMPO.c.count < MOST_IN_TEN_MINUTES,
        ).returning(SCREEN_TEMPO.c.count)
        return (await self._connection.execute(counted, [row])).first() is not None

    async def _taps(self, units: Sequence[str], first: date, last: date) -> int:
        found = select(func.coalesce(func.sum(SCREEN_TEMPO.c.count), 0)).where(*_within(units, first, last))
        return int((await self._connection.execute(found)).scalar_one())

    async def _crowded(self, units: Sequence[str], first: date, last: date) -> tuple[Slot, ...]:
        columns = (SCREEN_TEMPO.c.counter, SCREEN_TEMPO.c.day, SCREEN_TEMPO.c.slot, SCREEN_TEMPO.c.count)
        crowded = select(*columns).where(*_within(units, first, last), SCREEN_TEMPO.c.count > PLAUSIBLE_IN_TEN_MINUTES)
        return tuple(Slot(*row) for row in await self._connection.execute(crowded.order_by(*columns)))

    async def _late(self, units: Sequence[str], first: date, last: date) -> tuple[Late, ...]:
        place = (SCREEN_TEMPO.c.counter, SCREEN_TEMPO.c.day)
        late = select(*place, func.sum(SCREEN_TEMPO.c.late)).where(
            *_within(units, first, last), SCREEN_TEMPO.c.late > 0
        )
        rows = await self._connection.execute(late.group_by(*place).order_by(*place))
        return tuple(Late(counter, day, int(count)) for counter, day, count in rows)


def _within(units: Sequence[str], first: date, last: date) -> tuple[ColumnElement[bool], ...]:
    return SCREEN_TEMPO.c.unit.in_(units), SCREEN_TEMPO.c.day >= first, SCREEN_TEMPO.c.day <= last
