"""What a file is compared with: the catalog that it changes, with those of the units above under it."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Protocol

from catalog.editing import Stated
from catalog.entries import Entry, from_json
from catalog.import_plan import chain_entry, over
from handlers.staff.catalog.ports import CatalogTx


@dataclass(frozen=True)
class CurrentCatalog:
    """What a unit's own catalog states, and what units above it publish, by code.

    `own`: the catalog is that of one unit, which may add codes.
    """

    stored: Mapping[str, Entry]
    above: Mapping[str, Entry] = field(default_factory=dict)
    own: bool = False

    @cached_property
    def whole(self) -> Mapping[str, Entry]:
        """The procedures that the unit's citizens are answered from, by code."""
        above, stored = self.above, self.stored
        return {**above, **{code: over(above[code], one) if code in above else one for code, one in stored.items()}}

    def in_force(self, today: date) -> list[Entry]:
        """Return what is in force today, by code, for editing in a workbook; other names only if the unit adds them."""
        holds = [
            one
            for _, one in sorted(self.whole.items())
            if one.name and not one.ended and one.since <= today.isoformat()
        ]
        return [replace(one, also=self._added_names(one.code)) if one.code in self.above else one for one in holds]

    def _added_names(self, code: str) -> str:
        return self.stored[code].also if code in self.stored else ""


async def current_catalog(tx: CatalogTx, scopes: Sequence[str]) -> CurrentCatalog:
    """Return what a file for the first of `scopes` is compared with; the others lie under it, nearest first."""
    scope, *farther = scopes
    stored = await tx.stored(scope)
    if not farther:
        return CurrentCatalog(stored, own=bool(scope))
    payloads = [payload async for payload in tx.payloads(farther)]
    return CurrentCatalog(stored, await asyncio.to_thread(_by_code, payloads), own=bool(scope))


class StatedTx(Protocol):
    """A transaction that knows what units state of a procedure."""

    async def stated_along(self, units: Sequence[str], code: str) -> dict[str, Entry]:
        """Return what each of some units itself states of a procedure, by unit."""


async def stated_at(tx: StatedTx, scope: str, chain: Sequence[str], code: str) -> Stated:
    """Return a procedure as the catalog of a scope states it, and as those above it in a chain of units state it.

    An edit by hand is made over the version of this.
    """
    found = await tx.stated_along(chain, code)
    return Stated(code, found.get(scope), chain_entry(found, chain[chain.index(scope) + 1 :]))


def _by_code(payloads: Sequence[str]) -> dict[str, Entry]:
    return {entry.code: entry for entry in map(from_json, payloads)}
