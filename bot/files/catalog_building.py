"""Builds a catalog in a process separate from the server."""

import asyncio
from collections.abc import Sequence

import structlog

from bot.files.workshop import NotMade, Workshop
from catalog.catalogs import Catalog, Gathered, unpack
from catalog.handing_over import built, taken_over
from catalog.search.breath import Breath

# For a smaller catalog, starting the process takes longer than building.
_FEWEST = 1000
log = structlog.get_logger(__name__)


class CatalogBuilder:
    """The process that builds catalogs; it ends after each one, which frees its memory."""

    def __init__(self) -> None:
        self._workshop = Workshop("building")

    async def begin(self, procedures: int) -> None:
        """Start the process if there are enough procedures to need it."""
        if procedures >= _FEWEST:
            await self._workshop.begin()

    async def build(self, packed: Sequence[bytes], breath: Breath) -> Catalog:
        """Build a catalog of packed entries; a small one is built in a thread of this process."""
        if len(packed) >= _FEWEST:
            try:
                made = await self._workshop.make("catalog", packed)
                return await asyncio.to_thread(taken_over, packed, made, breath)
            except NotMade as error:
                log.warning("catalog_not_built_apart", reason=str(error))
            finally:
                await self.close()
        return await asyncio.to_thread(lambda: Gathered(map(unpack, packed), breath=breath).build(breath))

    async def close(self) -> None:
        """End the process."""
        await self._workshop.close()


def work(_kind: str, packed: Sequence[bytes]) -> bytes:
    """Return the catalog built from packed entries, as bytes."""
    return built(packed)
