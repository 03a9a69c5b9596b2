"""The catalogs of a running process, kept equal to the store: by the changes if they are few, else built anew."""

import asyncio
import ctypes
import time
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from bot.collector import building_much
from bot.files.catalog_building import CatalogBuilder
from catalog.catalogs import MOST_LAID_OVER, Catalog, Gathered, lineage, pack
from catalog.earlier_texts import EarlierTexts
from catalog.search.breath import Breath, Breather, never_busy, no_pause
from storage.catalog import laid_over
from storage.store import SqlTx

_CHUNK = 500
Stamps = Mapping[str, int]


@dataclass(slots=True)
class _Layer:
    """A catalog to be made: the procedures with the codes `changed`, laid over the catalog `start`."""

    chain: Sequence[str]
    start: Catalog
    changed: Sequence[str]


class LiveCatalogs:
    """Keeps the catalog of every unit that has procedures of its own; "" is the common one.

    A unit's catalog lies over that of the nearest unit above it, and shares with it all but the unit's procedures.
    """

    def __init__(self, busy: Callable[[], bool] = never_busy) -> None:
        """`busy` tells whether citizens wait for an answer."""
        self._busy = busy
        self._builder = CatalogBuilder()
        self._catalogs: dict[str, Catalog] = {}
        self._below: dict[str, Catalog | None] = {}
        self._states: Mapping[str, tuple[int, int]] = {}
        self._stamps: dict[str, Stamps] = {}
        self.earlier_texts = EarlierTexts()

    async def refresh(self, tx: SqlTx, parents: Mapping[str, str]) -> Mapping[str, Catalog]:
        """Return the catalogs as the store has them; the old ones stay in use until this returns."""
        states = await tx.states()
        moved = [unit for unit, state in states.items() if self._states.get(unit) != state]
        stamps = {unit: held for unit, held in self._stamps.items() if unit in states} | await tx.stamps(moved)
        chains = sorted((lineage(unit, parents) for unit in states), key=len)
        found: dict[str, Catalog] = {}
        below: dict[str, Catalog | None] = {}
        with building_much():
            for _, level in groupby(chains, len):
                layers = []
                for chain in level:
                    unit, *above = chain
                    below[unit] = next((found[one] for one in above if one in found), None)
                    layer = self._to_lay(chain, below[unit], stamps[unit])
                    if layer is None:
                        found[unit] = await self._built(tx, chain, states[unit][0])
                    elif layer.changed:
                        layers.append(layer)
                    else:
                        found[unit] = layer.start
                for batch in _batches(layers):
                    found |= await self._laid(tx, batch)
            self._catalogs, self._below, self._states, self._stamps = found, below, states, stamps
        await asyncio.to_thread(_give_back)
        return found

    def _to_lay(self, chain: Sequence[str], below: Catalog | None, stamps: Stamps) -> _Layer | None:
        """Return the changes to the catalog of a chain's first unit; None if so many that it is built anew."""
        unit = chain[0]
        start: Catalog | None = below
        known: Stamps = {}
        if unit in self._catalogs and self._below[unit] is below:
            start, known = self._catalogs[unit], self._stamps[unit]
        changed = sorted(code for code in stamps.keys() | known.keys() if stamps.get(code) != known.get(code))
        if unit in self._catalogs:
            self.earlier_texts.keep(self._catalogs[unit].packed(changed), time.monotonic())
        if start is None or len(changed) > MOST_LAID_OVER * len(start):
            return None
        return _Layer(chain, start, changed)

    async def close(self) -> None:
        """Stop building."""
        await self._builder.close()

    async def _built(self, tx: SqlTx, chain: Sequence[str], procedures: int) -> Catalog:
        if not self._catalogs:
            return await load_catalog(tx, chain)
        breath = Breather(self._busy)
        await self._builder.begin(procedures)
        packed: list[bytes] = []
        async for some in _in_chunks(tx.payloads(chain)):
            packed += await asyncio.to_thread(_packed, some, breath)
        return await self._builder.build(packed, breath)

    async def _laid(self, tx: SqlTx, layers: Sequence[_Layer]) -> dict[str, Catalog]:
        """Return the catalogs of some layers by unit."""
        units = {unit for layer in layers for unit in layer.chain}
        codes = sorted({code for layer in layers for code in layer.changed})
        texts: dict[str, dict[str, str]] = {}
        for first in range(0, len(codes), _CHUNK):
            texts |= await tx.texts(units, codes[first : first + _CHUNK])
        breath = Breather(self._busy) if self._catalogs else no_pause
        return await asyncio.to_thread(_lay, layers, texts, breath)


def _batches(layers: Iterable[_Layer]) -> Iterator[list[_Layer]]:
    """Divide layers into batches that each change few procedures."""
    batch: list[_Layer] = []
    for layer in layers:
        batch.append(layer)
        if sum(len(one.changed) for one in batch) >= _CHUNK:
            yield batch
            batch = []
    if batch:
        yield batch


def _lay(layers: Sequence[_Layer], texts: Mapping[str, Mapping[str, str]], breath: Breath) -> dict[str, Catalog]:
    laid = {}
    for layer in layers:
        chain = set(layer.chain)
        stated = (texts[code] for code in layer.changed if not chain.isdisjoint(texts.get(code, ())))
        gathered = Gathered((laid_over(layer.chain, one) for one in stated), layer.changed, breath)
        laid[layer.chain[0]] = layer.start.over(gathered, breath)
    return laid


async def load_catalog(tx: SqlTx, chain: Sequence[str]) -> Catalog:
    """Build the catalog that the first unit of a chain answers from."""
    gathered = Gathered()
    async for some in _in_chunks(tx.payloads(chain)):
        await asyncio.to_thread(gathered.add, some)
    return await asyncio.to_thread(gathered.build)


async def _in_chunks(payloads: AsyncIterator[str]) -> AsyncIterator[list[str]]:
    some: list[str] = []
    async for payload in payloads:
        some.append(payload)
        if len(some) == _CHUNK:
            yield some
            some = []
    yield some


def _packed(payloads: Sequence[str], breath: Breath) -> list[bytes]:
    packed = []
    for payload in payloads:
        packed.append(pack(payload))
        breath()
    return packed


def _give_back() -> None:
    """Return freed memory to the system; building an index of 6,646 procedures leaves 12 MB of holes (glibc alone)."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim:
        trim(0)
