"""How fast forms come in and from how many devices: counts that are tied to no form."""

import secrets
from collections import Counter
from collections.abc import Sequence
from datetime import date

from sqlalchemy import delete, func, select

from storage.counts.rows import COUNTED, RESPONSE, STRATUM
from storage.forms.budget import TEMPO, Budgets
from storage.forms.screen_tempo import SCREEN_TEMPO, ScreenTempo
from storage.tables.base import table
from storage.tables.forms import DeviceRow, VoteKeyRow
from surveys.responses import week_of
from surveys.signs import LEAST_BURST, MOST_A_DAY, Arrival, FormGroup, Repeated, Signs, Slot, device_digest, slot_of

DEVICE = table(DeviceRow)
# The secrets that an ISO week's votes and devices are hashed with.
KEY = table(VoteKeyRow)
MOST_LISTED = 10


class Integrity(ScreenTempo, Budgets):
    """The part of a transaction that counts how forms come in, and keeps the keys of weeks."""

    async def week_key(self, week: str) -> bytes:
        """Return the secret of an ISO week; it is created when it is first needed."""
        if not (key := await self._key(week)):
            fresh = {"week": week, "key": secrets.token_hex(32)}
            await self._connection.execute(self._insert(KEY).on_conflict_do_nothing(), [fresh])
            key = await self._key(week)
        return key

    async def _key(self, week: str) -> bytes:
        found = await self._connection.execute(select(KEY.c.key).where(KEY.c.week == week))
        return bytes.fromhex(found.scalar_one_or_none() or "")

    async def note_arrivals(self, arrivals: Sequence[Arrival]) -> set[str]:
        """Count new forms before they are stored; returns the ids of those to be kept apart from the figures."""
        if not arrivals:
            return set()
        ids = {arrived.response for arrived in arrivals}
        stored = select(RESPONSE.c.id).where(RESPONSE.c.id.in_(ids))
        known = set((await self._connection.execute(stored)).scalars())
        fresh: dict[str, Arrival] = {}
        for arrived in arrivals:
            if arrived.response not in known:
                fresh.setdefault(arrived.response, arrived)
        if not fresh:
            return set()
        await self._count_slots(list(fresh.values()))
        await self._count_devices([arrived for arrived in fresh.values() if arrived.device])
        return await self._keep_within_budget(list(fresh.values()))

    async def _count_slots(self, arrivals: Sequence[Arrival]) -> None:
        slots = Counter((a.place, a.at.date(), slot_of(a.at), a.unit) for a in arrivals)
        slips = Counter((a.place, a.at.date(), slot_of(a.at), a.unit) for a in arrivals if a.slip)
        statement = self._insert(TEMPO)
        statement = statement.on_conflict_do_update(
            index_elements=[TEMPO.c.counter, TEMPO.c.day, TEMPO.c.slot],
            set_={name: TEMPO.c[name] + statement.excluded[name] for name in ("count", "slips")},
        )
        # In the same order in every process, or two processes could wait for each other for ever.
        rows = [
            {"counter": place[0], "day": place[1], "slot": place[2], "unit": place[3], "count": count}
            | {"slips": slips[place], "apart": 0, "hasty": 0}
            for place, count in sorted(slots.items())
        ]
        await self._connection.execute(statement, rows)

    async def _count_devices(self, arrivals: Sequence[Arrival]) -> None:
        keys = {week: await self.week_key(week) for week in sorted({week_of(a.at.date()) for a in arrivals})}
        devices = Counter(
            (device_digest(keys[week_of(a.at.date())], a), a.place, a.at.date(), a.unit) for a in arrivals
        )
        statement = self._insert(DEVICE)
        statement = statement.on_conflict_do_update(
            index_elements=[DEVICE.c.digest], set_={"count": DEVICE.c.count + statement.excluded.count}
        )
        rows = [
            {"digest": digest, "counter": counter, "day": day, "unit": unit, "count": count}
            for (digest, counter, day, unit), count in sorted(devices.items())
        ]
        if rows:
            await self._connection.execute(statement, rows)

    async def signs(self, units: Sequence[str], first: date, last: date) -> Signs:
        """Return what was counted at units between two days, both included."""
        tempo = (TEMPO.c.unit.in_(units), TEMPO.c.day >= first, TEMPO.c.day <= last)
        device = (DEVICE.c.unit.in_(units), DEVICE.c.day >= first, DEVICE.c.day <= last)
        rhythm: dict[str, dict[int, int]] = {}
        often = select(TEMPO.c.counter, TEMPO.c.count, func.count()).where(*tempo)
        for counter, count, slots in await self._connection.execute(often.group_by(TEMPO.c.counter, TEMPO.c.count)):
            rhythm.setdefault(counter, {})[count] = slots
        full = select(TEMPO.c.counter, TEMPO.c.day, TEMPO.c.slot, TEMPO.c.count).where(
            *tempo, TEMPO.c.count >= LEAST_BURST
        )
        above = DEVICE.c.count > MOST_A_DAY
        counted = select(func.count(), func.count().filter(above)).select_from(DEVICE).where(*device)
        devices, repeating = (await self._connection.execute(counted)).one()
        repeated = (
            select(DEVICE.c.counter, DEVICE.c.day, DEVICE.c.count)
            .where(*device, above)
            .order_by(DEVICE.c.count.desc(), DEVICE.c.day, DEVICE.c.counter)
            .limit(MOST_LISTED)
        )
        return Signs(
            forms=await self._form_groups(units, first, last),
            rhythm=rhythm,
            full=[Slot(*row) for row in await self._connection.execute(full)],
            devices=devices,
            repeating=repeating,
            repeated=[Repeated(*row) for row in await self._connection.execute(repeated)],
            taps=await self._taps(units, first, last),
            crowded=await self._crowded(units, first, last),
            late=await self._late(units, first, last),
        )

    async def open_by_day(self, units: Sequence[str], first: date, last: date) -> dict[date, int]:
        """Count by day the forms without slips that came in at units between two days, both included."""
        within = (TEMPO.c.unit.in_(units), TEMPO.c.day >= first, TEMPO.c.day <= last)
        counted = select(TEMPO.c.day, func.sum(TEMPO.c.count - TEMPO.c.slips)).where(*within).group_by(TEMPO.c.day)
        return {day: int(count) for day, count in await self._connection.execute(counted)}

    async def _form_groups(self, units: Sequence[str], first: date, last: date) -> list[FormGroup]:
        within = (RESPONSE.c.unit.in_(units), RESPONSE.c.day >= first, RESPONSE.c.day <= last, COUNTED)
        kinds = (RESPONSE.c.counter, RESPONSE.c.source, STRATUM, RESPONSE.c.hasty)
        counted = select(*kinds, func.count()).where(*within).group_by(*kinds)
        return [FormGroup(*row) for row in sorted(map(tuple, await self._connection.execute(counted)))]

    async def forget_counts(self, before: date) -> int:
        """Delete the counts of days before one; returns how many rows."""
        gone = 0
        for kept in (TEMPO, DEVICE, SCREEN_TEMPO):
            gone += (await self._connection.execute(delete(kept).where(kept.c.day < before))).rowcount
        return gone
