"""Compiling the report of a unit and a period into a statement: once, kept, and explained where it changes."""

import asyncio
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from handlers.ports import Conflict
from handlers.world import World
from reports.periods import Period
from reports.rates import DEFAULT_RULE
from reports.satisfaction.trend import DayCounts, trend_for
from reports.statements.changes import changes
from reports.statements.gathering_inputs import CountsTx, read_inputs
from reports.statements.inputs import Inputs
from reports.statements.statement import ALONE, BELOW, Kept, Statement
from surveys.slips import Stratum

RETRIES = 5


class StatementsTx(CountsTx, Protocol):
    """A transaction that also keeps statements; only one that may write can keep a new one."""

    async def last_statement(self, unit: str, period: str, variant: str) -> Kept | None:
        """Return the last statement of a unit and a period, asked for in one way."""

    async def keep_statement(self, kept: Kept) -> bool:
        """Keep a statement; False if another process kept one with its number first."""


class StatementsStore(Protocol):
    """A store whose transactions keep statements."""

    def reading(self) -> AbstractAsyncContextManager[StatementsTx]:
        """Open a transaction for reading alone."""

    def transaction(self) -> AbstractAsyncContextManager[StatementsTx]:
        """Open a transaction."""


def variant(rule: str, stratum: Stratum | None, *, below: bool) -> str:
    """Name how a report is asked for."""
    return f"{rule}:{stratum or 'largest'}:{BELOW if below else ALONE}"


async def statement_of(
    tx: StatementsTx,
    world: World,
    unit: str,
    period: Period,
    now: datetime,
    *,
    rule: str = DEFAULT_RULE,
    stratum: Stratum | None = None,
    below: bool = True,
) -> Statement:
    """Return a unit's report of a period as a statement; `now` is an aware local time.

    That of a period that is over is kept, in this transaction, which must be one that writes: the same inputs give
    the same statement again, changed ones a restatement. Where the period is not over, or nothing is known of it yet,
    the report is of this moment.
    """
    asked = variant(rule, stratum, below=below)
    for _ in range(RETRIES):
        inputs = await read_inputs(tx, world, unit, period, rule, below=below, stratum=stratum)
        last = await tx.last_statement(unit, period.name, asked) if is_over(period, now) else None
        if seen := await _seen(inputs, last, period, now, below=below):
            return seen
        told = await asyncio.to_thread(changes, last.inputs, inputs, now.date()) if last else ()
        number = last.number + 1 if last else 1
        if await tx.keep_statement(Kept(asked, number, inputs, inputs.digest, now.replace(microsecond=0), told)):
            kept = await tx.last_statement(unit, period.name, asked)
            if kept and _same(kept, inputs):
                return await asyncio.to_thread(kept.statement)
    raise Conflict("the inputs of a statement changed again and again")


async def statement_seen(
    tx: StatementsTx,
    world: World,
    unit: str,
    period: Period,
    now: datetime,
    *,
    rule: str = DEFAULT_RULE,
    stratum: Stratum | None = None,
    below: bool = True,
) -> Statement | None:
    """Return what `statement_of` would, in a transaction that reads; None where it would have to keep a new one."""
    inputs = await read_inputs(tx, world, unit, period, rule, below=below, stratum=stratum)
    asked = variant(rule, stratum, below=below)
    last = await tx.last_statement(unit, period.name, asked) if is_over(period, now) else None
    return await _seen(inputs, last, period, now, below=below)


async def _seen(inputs: Inputs, last: Kept | None, period: Period, now: datetime, *, below: bool) -> Statement | None:
    """Return the statement that needs not be kept: of this moment, or the last one; None where there is a new one."""
    if not is_over(period, now) or (last is None and inputs.is_empty):
        return Statement(await asyncio.to_thread(inputs.report), 0, "", now, below=below)
    return await asyncio.to_thread(last.statement) if last and _same(last, inputs) else None


def _same(last: Kept, inputs: Inputs) -> bool:
    """Whether a statement was computed from these inputs; one of before what is ticked was counted stays as it is."""
    counts_ticks = bool(last.inputs.asking)
    return last.digest == (inputs if counts_ticks else inputs.without_choices()).digest


async def statement_from(
    store: StatementsStore,
    world: World,
    unit: str,
    period: Period,
    now: datetime,
    *,
    rule: str = DEFAULT_RULE,
    stratum: Stratum | None = None,
    below: bool = True,
) -> Statement:
    """Return the statement of a unit and a period; writes only where there is something new to keep."""
    async with store.reading() as tx:
        seen = await statement_seen(tx, world, unit, period, now, rule=rule, stratum=stratum, below=below)
    if seen:
        return seen
    async with store.transaction() as tx:
        return await statement_of(tx, world, unit, period, now, rule=rule, stratum=stratum, below=below)


async def with_trend(tx: DayCounts, world: World, statement: Statement, now: datetime) -> Statement:
    """Return a statement with the weeks or months that led up to it."""
    points = await trend_for(tx, world, statement.report, now.date(), below=statement.below)
    return replace(statement, trend=tuple(points))


def is_over(period: Period, now: datetime) -> bool:
    """Whether a period's last day is past."""
    return period.last < now.date()
