"""One after the other: those in a hurry before the rest, each kind in the order in which it came."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Turnstile:
    """Lets one task in at a time. Who is in a hurry waits for the one inside, and for nobody else but its own kind."""

    def __init__(self) -> None:
        self._taken = False
        self._urgent: deque[asyncio.Future[None]] = deque()
        self._others: deque[asyncio.Future[None]] = deque()

    @asynccontextmanager
    async def passed(self, *, urgent: bool = False) -> AsyncIterator[None]:
        """Wait for one's turn, and be inside until the block is left."""
        if self._taken:
            await self._wait(self._urgent if urgent else self._others)
        self._taken = True
        try:
            yield
        finally:
            self._let_in()

    async def _wait(self, line: deque[asyncio.Future[None]]) -> None:
        mine: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        line.append(mine)
        try:
            await mine
        except asyncio.CancelledError:
            if mine.done() and not mine.cancelled():
                self._let_in()
            elif mine in line:
                line.remove(mine)
            raise

    def _let_in(self) -> None:
        """Hand the place over to the next, so that nobody who comes now gets in between; else it is free."""
        for line in (self._urgent, self._others):
            while line:
                waiting = line.popleft()
                if not waiting.done():
                    waiting.set_result(None)
                    return
        self._taken = False
