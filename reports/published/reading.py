"""Reads what a unit publishes: its kept statements of one kind of period, each computed once."""

import asyncio
import re
from collections import OrderedDict, defaultdict
from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from datetime import date
from typing import Protocol

from handlers.world import World
from reports import periods
from reports.periods import Period
from reports.published.result import Result, result_of_versions
from reports.statements.scope import Scope
from reports.statements.statement import Kept

# The kinds of period that a unit can choose from, and their names; periods of one kind never overlap.
STEPS: Mapping[str, "re.Pattern[str]"] = {
    "month": re.compile(r"\d{4}-\d{2}"),
    "quarter": re.compile(r"\d{4}-Q\d"),
    "week": re.compile(r"\d{4}-W\d{2}"),
}
MOST_PERIODS = 12
MOST_KNOWN = 500


@dataclass(frozen=True, slots=True)
class Note:
    """A kept statement without its content."""

    id: int
    period: str
    variant: str
    number: int
    digest: str


class PublishedTx(Protocol):
    """A transaction that reads kept statements."""

    async def kept_notes(self, unit: str, variants: Sequence[str]) -> list[Note]:
        """Return which statements of a unit are kept, by period and number."""

    async def kept_by_id(self, identifiers: Sequence[int]) -> list[Kept]:
        """Return statements as they are stored, in the order of their ids."""


class PublishedStore(Protocol):
    """A store whose transactions read kept statements."""

    def reading(self) -> AbstractAsyncContextManager[PublishedTx]:
        """Open a transaction for reading alone."""


def last_over(step: str, today: date) -> Period:
    """Return the last period of a kind that is over."""
    within = {"week": periods.week_of, "month": periods.month_of, "quarter": periods.quarter_of}[step](today)
    return within.previous()


class Shelf:
    """The published results of units. Statements never change, so the result of the same statements is made once."""

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[tuple[int, str], ...], Result] = OrderedDict()

    async def results(self, store: PublishedStore, world: World, unit: str, step: str, today: date) -> list[Result]:
        """Return the published results of the last kept periods of a kind, oldest first."""
        scope = Scope(unit, last_over(step, today))
        # For a unit with no units below it, both variants give the same.
        scopes = [scope] if len(world.below(unit)) > 1 else [scope, replace(scope, below=False)]
        variants = [one.variant for one in scopes]
        async with store.reading() as tx:
            notes = await tx.kept_notes(unit, variants)
            versions = _versions([one for one in notes if STEPS[step].fullmatch(one.period)], variants)
            wanted = [note.id for found in versions if _key(found) not in self._known for note in found]
            kept = {one.id: one for one in await tx.kept_by_id(wanted)}
        return [await self._result(found, kept) for found in versions]

    async def _result(self, notes: Sequence[Note], kept: Mapping[int, Kept]) -> Result:
        key = _key(notes)
        if key not in self._known:
            found = await asyncio.to_thread(lambda: result_of_versions([kept[note.id].statement() for note in notes]))
            if found is None:
                raise ValueError("a period without statements")
            self._known[key] = found
            while len(self._known) > MOST_KNOWN:
                self._known.popitem(last=False)
        self._known.move_to_end(key)
        return self._known[key]


def _versions(notes: Sequence[Note], variants: Sequence[str]) -> list[list[Note]]:
    """Return the statements of each of the last periods, oldest first, in the first variant that was kept."""
    by_period: dict[str, dict[str, list[Note]]] = defaultdict(lambda: defaultdict(list))
    for note in notes:
        by_period[note.period][note.variant].append(note)
    return [
        next(found[variant] for variant in variants if variant in found)
        for _, found in sorted(by_period.items())[-MOST_PERIODS:]
    ]


def _key(notes: Sequence[Note]) -> tuple[tuple[int, str], ...]:
    return tuple((note.id, note.digest) for note in notes)
