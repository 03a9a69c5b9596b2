"""Compiles the report of a unit and a period into a statement: once, kept, and explained if it changes."""

import asyncio
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from handlers.ports import Conflict
from handlers.world import World
from reports.satisfaction.trend import DayCounts, trend_for
from reports.statements.changes import changes
from reports.statements.gathering_inputs import CountsTx, read_inputs
from reports.statements.inputs import Inputs
from reports.statements.scope import Scope
from reports.statements.statement import Kept, Statement

RETRIES = 5


class StatementsTx(CountsTx, Protocol):
    """A transaction that also stores statements; only a writing one can keep a new one."""

    async def last_statement(self, scope: Scope) -> Kept | None:
        """Return the last statement of a scope."""

    async def keep_statement(self, kept: Kept) -> bool:
        """Store a statement; False if another process stored one with this number first."""


class StatementsStore(Protocol):
    """A store whose transactions keep statements."""

    def reading(self) -> AbstractAsyncContextManager[StatementsTx]:
        """Open a transaction for reading alone."""

    def transaction(self) -> AbstractAsyncContextManager[StatementsTx]:
        """Open a transaction."""


async def statement_of(tx: StatementsTx, world: World, scope: Scope, now: datetime) -> Statement:
    """Return the report of a scope as a statement; `now` is an aware local time.

    If the period is over, the statement is kept in this transaction, which must be a writing one: the same inputs give
    the same statement again, changed inputs a restatement. If the period is not over, or nothing is known of it yet,
    the statement is provisional.
    """
    for _ in range(RETRIES):
        inputs, last = await _read(tx, world, scope, now)
        if seen := await _seen(inputs, last, now):
            return seen
        changed = await asyncio.to_thread(changes, last.inputs, inputs, now.date()) if last else ()
        number = last.number + 1 if last else 1
        if await tx.keep_statement(Kept(number, inputs, inputs.digest, now.replace(microsecond=0), changed)):
            kept = await tx.last_statement(scope)
            if kept and _same(kept, inputs):
                return await asyncio.to_thread(kept.statement)
    raise Conflict("the inputs of a statement changed again and again")


async def statement_seen(tx: StatementsTx, world: World, scope: Scope, now: datetime) -> Statement | None:
    """Return what `statement_of` would, in a reading transaction; None if it would have to keep a new statement."""
    return await _seen(*await _read(tx, world, scope, now), now)


async def _read(tx: StatementsTx, world: World, scope: Scope, now: datetime) -> tuple[Inputs, Kept | None]:
    """Return the current inputs, and the last statement of the scope if its period is over."""
    inputs = await read_inputs(tx, world, scope)
    return inputs, await tx.last_statement(scope) if _is_over(scope, now) else None


async def _seen(inputs: Inputs, last: Kept | None, now: datetime) -> Statement | None:
    """Return a provisional statement, or the last one if the inputs are the same; None if a new one must be kept."""
    if not _is_over(inputs.scope, now) or (last is None and inputs.is_empty):
        return Statement(await asyncio.to_thread(inputs.report), 0, "", now, below=inputs.scope.below)
    return await asyncio.to_thread(last.statement) if last and _same(last, inputs) else None


def _same(last: Kept, inputs: Inputs) -> bool:
    """Tell whether a statement was computed from these inputs, ignoring what was not counted yet when it was made."""
    return last.digest == inputs.as_counted_before(last.inputs).digest


def _is_over(scope: Scope, now: datetime) -> bool:
    return scope.period.last < now.date()


async def statement_from(store: StatementsStore, world: World, scope: Scope, now: datetime) -> Statement:
    """Return the statement of a scope; writes only if there is something new to keep."""
    async with store.reading() as tx:
        seen = await statement_seen(tx, world, scope, now)
    if seen:
        return seen
    async with store.transaction() as tx:
        return await statement_of(tx, world, scope, now)


async def with_trend(tx: DayCounts, world: World, statement: Statement, now: datetime) -> Statement:
    """Return a statement with the weeks or months of its trend."""
    points = await trend_for(tx, world, statement.report, now.date(), below=statement.below)
    return replace(statement, trend=tuple(points))
