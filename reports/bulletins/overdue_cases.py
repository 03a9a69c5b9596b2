"""Reminders of cases whose due day is over: each morning one for each unit, with each due day of a case only once."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import date, datetime
from typing import Protocol

import structlog

from handlers.channel import Traits, pieces
from handlers.ports import MailTx
from handlers.staff.cases import CasesTx, overdue_reply
from handlers.world import World
from reports.bulletins.morning_dossiers import EVENING, MORNING
from reports.casework.due import with_due
from reports.working_days import is_working_day
from surveys.cases import UNFINISHED, Case

MOST = 500
log = structlog.get_logger(__name__)


class RemindersTx(CasesTx, MailTx, Protocol):
    """A transaction that knows cases, and the due days of which staff were reminded."""

    async def note_reminded(self, identifier: int, due: date) -> bool:
        """Note that staff were reminded of the due day of a case; False if they had been reminded of it before."""


class RemindersStore(Protocol):
    """A store whose transactions know cases."""

    def transaction(self) -> AbstractAsyncContextManager[RemindersTx]:
        """Open a writing transaction."""

    def reading(self) -> AbstractAsyncContextManager[RemindersTx]:
        """Open a transaction for reading alone."""


async def remind(store: RemindersStore, world: World, channels: Mapping[str, Traits], now: datetime) -> int:
    """Remind the staff of each unit of the cases that are overdue since the last reminder; returns how many cases.

    The staff of a unit to which a case was handed over are reminded too. `now` is an aware local time; outside of a
    working day's office hours nothing is sent. The notes of reminders and the messages are committed together.
    """
    if not (MORNING <= now.time() < EVENING and is_working_day(now.date())):
        return 0
    async with store.reading() as tx:
        found = await tx.cases(list(world.units), UNFINISHED, MOST)
    late: dict[str, list[Case]] = {}
    for case in (with_due(world, one) for one in found):
        if case.due and case.due < now.date() and case.reminded != case.due:
            late.setdefault(case.unit, []).append(case)
    return sum([await _remind(store, world, channels, unit, cases, now) for unit, cases in sorted(late.items())])


async def _remind(
    store: RemindersStore, world: World, channels: Mapping[str, Traits], unit: str, late: Sequence[Case], now: datetime
) -> int:
    async with store.transaction() as tx:
        to_remind = [case for case in late if case.due and await tx.note_reminded(case.id, case.due)]
        recipients = await _enqueue(tx, world, channels, unit, to_remind, now)
        for office in sorted({case.handed_to for case in to_remind} - {"", unit}):
            in_hand = [case for case in to_remind if case.handed_to == office]
            recipients += await _enqueue(tx, world, channels, office, in_hand, now)
    log.info("cases_overdue", unit=unit, cases=len(to_remind), recipients=recipients)
    return len(to_remind)


async def _enqueue(
    tx: RemindersTx, world: World, channels: Mapping[str, Traits], unit: str, late: Sequence[Case], now: datetime
) -> int:
    """Send the staff of a unit its overdue cases, if there are any; returns how many people get them."""
    readers = [
        reader
        for reader in (await tx.members(unit, "alerts") if late else [])
        if reader.channel in channels and channels[reader.channel].reachable
    ]
    for reader in sorted(readers, key=lambda one: (one.channel, one.user)):
        traits = channels[reader.channel]
        said = overdue_reply(world, late, now.date(), shared=traits.is_shared(reader.user))
        await tx.enqueue(reader, pieces(traits, said), now, pushed=traits.pushed)
    return len(readers)
