"""The stored state of the clock: when the store was last written to, and jumps of the clock."""

from sqlalchemy import select

from reports.clock_jumps import Pulse
from storage.tables.base import PulseRow, table
from storage.transaction import Queries

PULSE = table(PulseRow)
ONLY = 1


class Pulses(Queries):
    """The part of a transaction that remembers until when the store was written to, and where its clock jumped."""

    async def pulse(self) -> Pulse | None:
        """Return the stored state of the clock; None if none was stored."""
        row = (await self._connection.execute(select(PULSE).where(PULSE.c.id == ONLY))).one_or_none()
        return Pulse(row.seen, row.before, row.since) if row else None

    async def keep_pulse(self, pulse: Pulse) -> None:
        """Store the state of the clock."""
        values = {"seen": pulse.seen, "before": pulse.before, "since": pulse.since}
        statement = self._insert(PULSE).values(id=ONLY, **values)
        await self._connection.execute(statement.on_conflict_do_update(index_elements=[PULSE.c.id], set_=values))
