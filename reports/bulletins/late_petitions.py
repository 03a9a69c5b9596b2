"""Reminders of petitions whose due day is over: one for each due day and unit."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Protocol

import structlog

from handlers.channel import Traits, pieces
from handlers.ports import MailTx
from handlers.staff.petitions import late_reply
from handlers.world import World
from reports.bulletins.morning_dossiers import EVENING, MORNING
from reports.clock_jumps import SLACK
from reports.working_days import is_working_day
from surveys.petitions import Petition, PetitionState

KIND = "petitions-late"
MOST = 500
log = structlog.get_logger(__name__)


class LateTx(MailTx, Protocol):
    """A transaction that knows petitions, and the due days of which staff were reminded."""

    async def petitions(self, units: Sequence[str], state: PetitionState, most: int) -> list[Petition]:
        """Return the petitions of units in a state: open ones by their due day, answered ones the latest first."""

    async def runs(self, since: datetime, until: datetime | None = None) -> set[tuple[str, str, str]]:
        """Return the (unit, period, kind) of the runs made since a moment, and up to another."""

    async def start_run(self, unit: str, period: str, kind: str, now: datetime) -> bool:
        """Claim a run; False if this unit, period and kind had its run."""


class LateStore(Protocol):
    """A store whose transactions know petitions."""

    def transaction(self) -> AbstractAsyncContextManager[LateTx]:
        """Open a writing transaction."""

    def reading(self) -> AbstractAsyncContextManager[LateTx]:
        """Open a transaction for reading alone."""


async def remind_of_petitions(store: LateStore, world: World, channels: Mapping[str, Traits], now: datetime) -> int:
    """Send the staff of each unit the petitions that became overdue since the last reminder; returns how many.

    `now` is an aware local time; outside of a working day's office hours nothing is sent. A due day is claimed as a
    run, together with the messages.
    """
    if not (MORNING <= now.time() < EVENING and is_working_day(now.date())):
        return 0
    async with store.reading() as tx:
        found = [one for one in await tx.petitions(list(world.units), "open", MOST) if one.due < now.date()]
        since = datetime.combine(min(one.due for one in found), MORNING, now.tzinfo) if found else now
        done = await tx.runs(since, now + SLACK) if found else set()
    late: dict[str, list[Petition]] = {}
    for one in found:
        if (one.unit, one.due.isoformat(), KIND) not in done:
            late.setdefault(one.unit, []).append(one)
    return sum([await _remind(store, channels, unit, petitions, now) for unit, petitions in sorted(late.items())])


async def _remind(
    store: LateStore, channels: Mapping[str, Traits], unit: str, late: Sequence[Petition], now: datetime
) -> int:
    async with store.transaction() as tx:
        days = sorted({one.due for one in late})
        claimed_days = [day for day in days if await tx.start_run(unit, day.isoformat(), KIND, now)]
        to_remind = [one for one in late if one.due in claimed_days]
        readers = await tx.members(unit, "alerts") if to_remind else []
        for reader in sorted(readers, key=lambda one: (one.channel, one.user)):
            if reader.channel in channels and channels[reader.channel].reachable:
                traits = channels[reader.channel]
                said = late_reply(to_remind, now.date(), shared=traits.is_shared(reader.user))
                await tx.enqueue(reader, pieces(traits, said), now, pushed=traits.pushed)
    log.info("petitions_overdue", unit=unit, petitions=len(to_remind), recipients=len(readers))
    return len(to_remind)
