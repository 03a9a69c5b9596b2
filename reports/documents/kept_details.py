"""The details in a statement's documents: looked up for the first document, and the same in all later ones."""

import asyncio
import json
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import asdict, replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Protocol

from handlers.world import World
from reports import periods
from reports.documents.details import CatalogFacts, Details, Heads, Shortened, details_of
from reports.rates import Rate
from reports.satisfaction.trend import DayCounts, Point
from reports.statements.compiling import with_trend
from reports.statements.statement import Statement

_KEPT = ("catalog", "heads", "cases", "petitions")


class DetailsTx(DayCounts, Protocol):
    """A transaction that looks up and stores the details of a statement's documents."""

    async def cases_between(self, units: Sequence[str], first: date, last: date) -> tuple[int, int]:
        """Count the cases of a period: received, handled."""

    async def petitions_between(self, units: Sequence[str], first: date, last: date) -> tuple[int, int]:
        """Count the petitions of a period: received, answered."""

    async def keep_facts(self, identifier: int, facts: str) -> str:
        """Store the details of a statement unless some are stored already; returns the stored ones."""


class DetailsStore(Protocol):
    """A store whose transactions look up and store details."""

    def reading(self) -> AbstractAsyncContextManager[DetailsTx]:
        """Open a transaction for reading alone."""

    def transaction(self) -> AbstractAsyncContextManager[DetailsTx]:
        """Open a writing transaction."""


async def looked_up(
    store: DetailsStore, world: World, statement: Statement, data_dir: Path, place: str, now: datetime
) -> tuple[Statement, Details]:
    """Return a statement with its trend and the details of its documents; `now` is an aware local time."""
    report = statement.report
    units = world.below(report.unit) if statement.below else [report.unit]
    async with store.reading() as tx:
        statement = await with_trend(tx, world, statement, now)
        cases = await tx.cases_between(units, report.period.first, report.period.last)
        petitions = await tx.petitions_between(units, report.period.first, report.period.last)
    current = await asyncio.to_thread(details_of, world, report.unit, data_dir, place, cases, report.period.last)
    return await kept_details(store, statement, replace(current, petitions=petitions))


async def kept_details(store: DetailsStore, statement: Statement, now: Details) -> tuple[Statement, Details]:
    """Return a statement with its trend, and the details that its first document had.

    If this is the first document, these are `now`, which are then stored. Place and template are the clerk's own and
    are always those of `now`. A provisional statement stores nothing.
    """
    if not statement.id:
        return statement, now
    async with store.transaction() as tx:
        facts = json.loads(await tx.keep_facts(statement.id, _facts(statement, now)))
    catalog, heads, cases = facts["catalog"], facts["heads"], facts["cases"]
    petitions = facts.get("petitions")
    details = replace(
        now,
        catalog=catalog and _catalog(catalog),
        heads=heads and Heads(**heads),
        cases=cases and (cases[0], cases[1]),
        petitions=petitions and (petitions[0], petitions[1]),
    )
    return replace(statement, trend=tuple(_point(*point) for point in facts["trend"])), details


def _facts(statement: Statement, details: Details) -> str:
    facts = {key: value for key, value in asdict(replace(details, template=None)).items() if key in _KEPT}
    facts["trend"] = [
        [
            one.period.name,
            one.running,
            one.rate and [one.rate.answers, *map(str, (one.rate.percent, one.rate.low, one.rate.high))],
        ]
        for one in statement.trend
    ]
    return json.dumps(facts, ensure_ascii=False, sort_keys=True)


def _point(period: str, running: bool, rate: tuple[int, str, str, str] | None) -> Point:
    known_rate = Rate(rate[0], Decimal(rate[1]), Decimal(rate[2]), Decimal(rate[3])) if rate else None
    return Point(periods.parse(period), known_rate, running)


def _catalog(values: dict[str, Any]) -> CatalogFacts:
    levels = tuple((level, count) for level, count in values["levels"])
    return CatalogFacts(values["procedures"], levels, tuple(Shortened(**one) for one in values["shortened"]))
