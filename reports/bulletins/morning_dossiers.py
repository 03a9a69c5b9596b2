"""The morning's list of due and overdue dossiers: once per unit and working day, whichever process comes first."""

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from datetime import datetime, time, timedelta
from typing import Protocol

import structlog

from handlers.channel import Traits, pieces
from handlers.messages import Reply, Text
from handlers.staff.bulletins import mute_button
from handlers.wording import say
from handlers.world import World
from reports.bulletins.sending import RunsTx
from reports.clock_jumps import SLACK
from reports.dossiers.due_list import IN_CHAT, STALE_DAYS, DueTx, due_list, due_text
from reports.periods import week_of
from reports.statements.summary import mark
from reports.working_days import is_working_day

KIND, STALE_KIND = "dossiers", "dossiers-stale"
MORNING, EVENING = time(7, 45), time(17, 0)
# A unit that stopped importing is reminded once a week, for two months.
GIVEN_UP_DAYS = 60
log = structlog.get_logger(__name__)


class DueJobTx(RunsTx, DueTx, Protocol):
    """A transaction that knows due dossiers and past runs."""


class DueJobStore(Protocol):
    """A store whose transactions know due dossiers and past runs."""

    def transaction(self) -> AbstractAsyncContextManager[DueJobTx]:
        """Open a transaction."""


async def send_due_lists(store: DueJobStore, world: World, channels: Mapping[str, Traits], now: datetime) -> int:
    """Send today's list to the staff of every unit that has something due; returns to how many units it was sent.

    `now` is an aware local time; outside of a working day's office hours nothing is sent: a process that was down in
    the morning catches up, but not in the evening. An outdated list is not shown; its unit gets a message about that
    once a week. The claim and the messages are committed together.
    """
    if not (MORNING <= now.time() < EVENING and is_working_day(now.date())):
        return 0
    async with store.transaction() as tx:
        lists = await tx.dossier_lists(list(world.units))
        done = await tx.runs(now - timedelta(days=7), now + SLACK)
        days = {unit: (now.date() - at.astimezone(now.tzinfo).date()).days for unit, at in lists.items()}
    due = [(unit, *_run_of(age, now)) for unit, age in sorted(days.items()) if age <= GIVEN_UP_DAYS]
    todo = [(unit, kind, run) for unit, kind, run in due if (unit, run, kind) not in done]
    return sum([await _send(store, world, channels, unit, kind, run, now) for unit, kind, run in todo])


def _run_of(age: int, now: datetime) -> tuple[str, str]:
    """Return the kind and period of the run that is due when the list is `age` days old."""
    return (KIND, now.date().isoformat()) if age <= STALE_DAYS else (STALE_KIND, week_of(now.date()).name)


async def _send(
    store: DueJobStore, world: World, channels: Mapping[str, Traits], unit: str, kind: str, run: str, now: datetime
) -> int:
    async with store.transaction() as tx:
        if not await tx.start_run(unit, run, kind, now):
            return 0
        due = await due_list(tx, unit, world.units[unit].name, now, world.due_days, IN_CHAT)
        text = Text() if due.is_empty else due_text(due)
        if due.stale:
            text = say("vi", "due.only_stale", unit=due.unit_name, days=due.age)
        text = Text.lines((text, mark("vi", sample=world.units[unit].demo)), between="\n\n") if text else text
        readers = await tx.members(unit, "dossiers") if text else []
        members = [member for member in readers if member.channel in channels]
        said = Reply(text, (mute_button("dossiers", "vi"),))
        for member in members:
            traits = channels[member.channel]
            await tx.enqueue(member, pieces(traits, said), now, pushed=traits.pushed)
    log.info("due_dossiers", unit=unit, run=run, recipients=len(members))
    return int(bool(members))
