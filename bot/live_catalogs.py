"""The catalogs of a running process, brought up to what the store has: by what changed where that is little."""

import asyncio
import ctypes
import time
from collections.abc import AsyncIterator, Mapping, Sequence

from catalog.begun import Begun
from catalog.catalogs import MOST_LAID_OVER, Catalog, Gathered, lineage
from catalog.search.breath import Breath, Breather, held_up
from storage.store import SqlTx

_CHUNK = 500
Stamps = Mapping[str, int]


class LiveCatalogs:
    """Keeps the catalog of every unit that has procedures of its own; "" is the common one.

    A unit's catalog lies over that of the nearest unit above it, and shares with it all that is not its own.
    """

    def __init__(self) -> None:
        self._catalogs: dict[str, Catalog] = {}
        self._below: dict[str, Catalog | None] = {}
        self._stamps: Mapping[str, Stamps] = {}
        self.begun = Begun()

    async def refresh(self, tx: SqlTx, parents: Mapping[str, str]) -> Mapping[str, Catalog]:
        """Return the catalogs as the store has them; those held before serve on until this returns."""
        stamps = await tx.stamps()
        found: dict[str, Catalog] = {}
        below: dict[str, Catalog | None] = {}
        for chain in sorted((lineage(unit, parents) for unit in stamps), key=len):
            unit, *above = chain
            below[unit] = next((found[one] for one in above if one in found), None)
            found[unit] = await self._brought_up(tx, chain, below[unit], stamps[unit])
        self._catalogs, self._below, self._stamps = found, below, stamps
        await asyncio.to_thread(_give_back)
        return found

    async def _brought_up(self, tx: SqlTx, chain: Sequence[str], below: Catalog | None, stamps: Stamps) -> Catalog:
        """Return the catalog of the first unit of a chain, laid over what was there where little is new."""
        unit = chain[0]
        breath = Breather() if self._catalogs else held_up
        start: Catalog | None = below
        known: Stamps = {}
        if unit in self._catalogs and self._below[unit] is below:
            start, known = self._catalogs[unit], self._stamps[unit]
        changed = sorted(code for code in stamps.keys() | known.keys() if stamps.get(code) != known.get(code))
        if unit in self._catalogs:
            self.begun.keep(self._catalogs[unit].packed(changed), time.monotonic())
        if start is None or len(changed) > MOST_LAID_OVER * len(start):
            return await load_catalog(tx, chain, breath)
        if not changed:
            return start
        gathered = Gathered(gone=changed)
        for first in range(0, len(changed), _CHUNK):
            await _gather(gathered, tx.payloads(chain, changed[first : first + _CHUNK]), breath)
        return await asyncio.to_thread(start.over, gathered, breath)


async def load_catalog(tx: SqlTx, chain: Sequence[str], breath: Breath = held_up) -> Catalog:
    """Build the catalog that the first unit of a chain answers from."""
    gathered = Gathered()
    await _gather(gathered, tx.payloads(chain), breath)
    return await asyncio.to_thread(gathered.build, breath)


async def _gather(gathered: Gathered, payloads: AsyncIterator[str], breath: Breath) -> None:
    """Read entries in a thread, some at a time."""
    waiting: list[str] = []
    async for payload in payloads:
        waiting.append(payload)
        if len(waiting) == _CHUNK:
            await asyncio.to_thread(gathered.add, waiting, breath)
            waiting = []
    await asyncio.to_thread(gathered.add, waiting, breath)


def _give_back() -> None:
    """Return freed memory to the system; building an index of 6,646 procedures leaves 12 MB of holes (glibc alone)."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim:
        trim(0)
