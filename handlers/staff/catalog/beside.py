"""What a file is held against: the catalog that it changes, with those of the units above under it."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from catalog.editing import Stated
from catalog.entries import Entry, from_json
from catalog.import_plan import chain_entry, over
from handlers.staff.catalog.ports import CatalogTx


@dataclass(frozen=True, slots=True)
class Beside:
    """What a unit's citizens are answered with, by code, and what of it units above publish.

    `own`: the catalog is a unit's, which may have codes of its own.
    """

    whole: Mapping[str, Entry]
    above: Mapping[str, Entry] = field(default_factory=dict)
    own: bool = False


async def beside(tx: CatalogTx, scopes: Sequence[str]) -> Beside:
    """Return what a file for the first of some catalogs is held against; the others lie under it, nearest first."""
    scope, *farther = scopes
    stored = await tx.stored(scope)
    if not farther:
        return Beside(stored, own=bool(scope))
    payloads = [payload async for payload in tx.payloads(farther)]
    above = await asyncio.to_thread(_by_code, payloads)
    laid = {code: over(above[code], one) if code in above else one for code, one in stored.items()}
    return Beside({**above, **laid}, above, own=bool(scope))


class StatedTx(Protocol):
    """A transaction that knows what units state of a procedure."""

    async def stated_along(self, units: Sequence[str], code: str) -> dict[str, Entry]:
        """Return what each of some units itself states of a procedure, by unit."""


async def stated_at(tx: StatedTx, scope: str, chain: Sequence[str], code: str) -> Stated:
    """Return a procedure as the catalog of a scope states it, and those above it in a chain of units do.

    Whoever writes a procedure by hand does so over the version of this.
    """
    found = await tx.stated_along(chain, code)
    return Stated(code, found.get(scope), chain_entry(found, chain[chain.index(scope) + 1 :]))


def _by_code(payloads: Sequence[str]) -> dict[str, Entry]:
    return {entry.code: entry for entry in map(from_json, payloads)}
