"""Sends reports by the clock: each once for a unit, period and kind, even after downtime and with several processes."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import datetime
from typing import Protocol

import structlog

from handlers.channel import Traits, pieces
from handlers.messages import Text
from handlers.ports import MailTx
from handlers.retention import CHAT_PAGE
from handlers.wording import say
from handlers.world import World
from reports.bulletins.bulletin import BulletinTx, bulletin
from reports.bulletins.timetable import KINDS, LOOK_BACK, MOST_MISSED, Deadlines, Kind, due
from reports.bulletins.unread import unread, unread_line
from reports.clock_jumps import SLACK
from reports.periods import Period
from reports.statements.compiling import statement_of
from reports.statements.scope import Scope

log = structlog.get_logger(__name__)


class RunsTx(MailTx, Protocol):
    """A transaction that knows past runs, and claims the next."""

    async def runs(self, since: datetime, until: datetime | None = None) -> set[tuple[str, str, str]]:
        """Return the (unit, period, kind) of the runs made since a moment, and up to another."""

    async def start_run(self, unit: str, period: str, kind: str, now: datetime) -> bool:
        """Claim a report run; False if this unit, period and kind had its run."""


class ReportRunsTx(RunsTx, BulletinTx, Protocol):
    """A transaction that also knows since when units exist."""

    async def unit_since(self) -> dict[str, datetime]:
        """Return the moment each unit was added."""


class RunsStore(Protocol):
    """A store whose transactions know past runs."""

    def transaction(self) -> AbstractAsyncContextManager[ReportRunsTx]:
        """Open a transaction."""

    def reading(self) -> AbstractAsyncContextManager[ReportRunsTx]:
        """Open a transaction for reading alone."""


async def send_due(
    store: RunsStore, world: World, channels: Mapping[str, Traits], now: datetime, deadlines: Deadlines
) -> int:
    """Send every report that is due and was not sent; returns how many were compiled. `now` is an aware local time.

    The claim on a unit's period and the messages are committed together, so a report is sent once, by the first
    process to claim it. If many were missed, only the latest are sent (docs/decisions/0018).
    """
    oldest = now - LOOK_BACK
    async with store.reading() as tx:
        since = await tx.unit_since()
        # A run is made at its moment or later, so no run older than `oldest` matters. A run in the future was made
        # by a clock that was ahead, and is made again.
        done = await tx.runs(oldest, now + SLACK)
    compiled = 0
    for unit, moment in since.items():
        if unit not in world.units:
            continue
        start = max(moment, oldest).astimezone(now.tzinfo)
        for kind in KINDS:
            missed = [
                period
                for period in due(kind, start, now, deadlines)
                if (unit, period.name, kind) not in done and not world.units[unit].is_over(period.first)
            ]
            passed, wanted = missed[: -MOST_MISSED[kind]], missed[-MOST_MISSED[kind] :]
            for period in wanted:
                compiled += await _send(store, world, channels, (unit, kind, period), passed, now, deadlines)
                passed = []
    return compiled


async def _send(
    store: RunsStore,
    world: World,
    channels: Mapping[str, Traits],
    run: tuple[str, Kind, Period],
    passed: Sequence[Period],
    now: datetime,
    deadlines: Deadlines,
) -> int:
    unit, kind, period = run
    async with store.transaction() as tx:
        if not await tx.start_run(unit, period.name, kind, now):
            return 0
        left_out = [one for one in passed if await tx.start_run(unit, one.name, kind, now)]
        members = [member for member in await tx.members(unit, kind) if member.channel in channels]
        statements = {
            role: await statement_of(tx, world, Scope(unit, period, below=role == "admin"), now)
            for role in sorted({member.role for member in members})
        }
        pages = [channel for channel, traits in channels.items() if traits.remembers]
        missing = unread_line(await unread(tx, unit, pages, now), now) if kind == "weekly" else Text()
        for member in members:
            traits = channels[member.channel]
            said = await bulletin(tx, world, member, kind, statements[member.role], left_out, now, deadlines)
            lines = [said.text, missing if member.role == "admin" else Text()]
            if kind == "weekly" and traits.remembers:
                lines.append(say("vi", "staff.page_remembers", days=CHAT_PAGE.days))
            said = replace(said, text=Text.lines(lines, between="\n\n"))
            await tx.enqueue(member, pieces(traits, said), now, pushed=traits.pushed)
    log.info("report_sent", unit=unit, period=period.name, kind=kind, recipients=len(members), left_out=len(left_out))
    return 1
