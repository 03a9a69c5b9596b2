"""The weekly summary: once per unit and week, also after downtime and with several processes."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime, time, timedelta
from typing import Protocol

import structlog

from handlers.channel import Traits, pieces
from handlers.messages import Button, Reply, Text
from handlers.ports import Membership, Tx
from handlers.rights import visible
from handlers.wording import button
from handlers.world import World
from reports import periods
from reports.cases import listed, unfinished
from reports.figures import CountsTx, compile_for
from reports.periods import Period
from reports.requests import Request, reminder
from reports.summary import summary

WEEKLY = "weekly"
WEEKLY_DAY = 0
WEEKLY_TIME = time(7, 30)
OLDEST_CASES = 3
log = structlog.get_logger(__name__)


class RunsTx(Tx, CountsTx, Protocol):
    """A transaction that also knows past runs and since when units exist."""

    async def runs(self, unit: str, kind: str) -> set[str]:
        """Return the periods that had their run."""

    async def requests(self, *, open_only: bool = False) -> list[Request]:
        """Return the requests about personal data."""

    async def unit_since(self) -> dict[str, datetime]:
        """Return the moment each unit was added."""


class RunsStore(Protocol):
    """A store whose transactions know past runs."""

    def transaction(self) -> AbstractAsyncContextManager[RunsTx]:
        """Open a transaction."""


def due_weeks(since: datetime, now: datetime) -> list[Period]:
    """Return the weeks whose Monday 07:30 fell between two aware local times, oldest first."""
    weeks = []
    monday = since.date() - timedelta(days=(since.weekday() - WEEKLY_DAY) % 7)
    while (moment := datetime.combine(monday, WEEKLY_TIME, now.tzinfo)) <= now:
        if moment > since:
            weeks.append(periods.week_before(monday))
        monday += timedelta(days=7)
    return weeks


async def send_weekly(store: RunsStore, world: World, channels: Mapping[str, Traits], now: datetime) -> int:
    """Send every summary that is due and was not sent; returns how many units' weeks were compiled.

    The claim on a unit's week and the messages are committed together, so a week is sent once
    whatever happens, by whichever process comes first.
    """
    async with store.transaction() as tx:
        since = await tx.unit_since()
        done = {unit: await tx.runs(unit, WEEKLY) for unit in since}
    compiled = 0
    for unit, moment in since.items():
        for week in due_weeks(moment.astimezone(now.tzinfo), now):
            if week.name not in done[unit] and unit in world.units and not world.units[unit].is_over(week.first):
                compiled += await _send_week(store, world, channels, unit, week, now)
    return compiled


async def _send_week(
    store: RunsStore, world: World, channels: Mapping[str, Traits], unit: str, week: Period, now: datetime
) -> int:
    async with store.transaction() as tx:
        if not await tx.start_run(unit, week.name, WEEKLY, now):
            return 0
        members = [member for member in await tx.members(unit) if member.channel in channels]
        if members:
            texts = {
                role: summary(await compile_for(tx, world, unit, week, below=role == "admin"))
                for role in {member.role for member in members}
            }
            if "admin" in texts:
                open_requests = reminder(await tx.requests(open_only=True), now.date())
                texts["admin"] = Text.lines((texts["admin"], open_requests), between="\n\n")
            for member in members:
                traits = channels[member.channel]
                count, oldest = await unfinished(tx, visible(world, member), OLDEST_CASES)
                text = Text.lines((texts[member.role], listed(world, count, oldest)), between="\n\n")
                to_cases = (button("vi", "cases", "case.list"),) if count else ()
                reply = Reply(text, (*to_cases, *unit_buttons(world, member, unit, week)))
                await tx.enqueue(member, pieces(traits, reply), now, pushed=traits.pushed)
    log.info("weekly_report", unit=unit, week=week.name, recipients=len(members))
    return 1


def unit_buttons(world: World, member: Membership, unit: str, period: Period) -> tuple[Button, ...]:
    """Buttons to the same figures of the units below, for an admin."""
    if member.role != "admin":
        return ()
    below: Sequence[str] = [code for code in world.below(member.unit) if code != unit]
    return tuple(Button(f"figures:{code}:{period.name}", world.units[code].name) for code in below[:8])
