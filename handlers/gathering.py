"""Several callers share one unit of work, so that many durable commits cost little more than one."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

Item = TypeVar("Item")
Outcome = TypeVar("Outcome")


class Gathering(Generic[Item, Outcome]):
    """Collects items while a batch is being worked on and hands them over together, in order.

    The work runs in a separate task: a caller who gives up does not cancel the items of others.
    A caller gets the result once the work that contains their item is done.
    """

    def __init__(self, work: Callable[[Sequence[Item]], Awaitable[Sequence[Outcome]]], most: int = 128) -> None:
        self._work = work
        self._most = most
        self._waiting: deque[tuple[Item, asyncio.Future[Outcome]]] = deque()
        self._worker: asyncio.Task[None] | None = None

    @property
    def busy(self) -> bool:
        """Whether a batch is being worked on."""
        return self._worker is not None

    async def add(self, item: Item) -> Outcome:
        """Queue an item; returns the outcome of its work, or raises its error."""
        future: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, future))
        if self._worker is None:
            self._worker = asyncio.create_task(self._serve())  # noqa: TID251 -- ends when nobody waits
        return await future

    async def _serve(self) -> None:
        batch: list[tuple[Item, asyncio.Future[Outcome]]] = []
        try:
            while batch := self._next():
                await self._do(batch)
        finally:
            self._worker = None
            for _, future in (*batch, *self._waiting):
                future.cancel()
            self._waiting.clear()

    def _next(self) -> list[tuple[Item, "asyncio.Future[Outcome]"]]:
        """Return the next batch, without items whose callers gave up."""
        batch: list[tuple[Item, asyncio.Future[Outcome]]] = []
        while self._waiting and len(batch) < self._most:
            item, future = self._waiting.popleft()
            if not future.done():
                batch.append((item, future))
        return batch

    async def _do(self, batch: Sequence[tuple[Item, "asyncio.Future[Outcome]"]]) -> None:
        """Work on a batch; if that fails, on each item alone, so that one bad item does not fail the others."""
        try:
            outcomes = await self._work([item for item, _ in batch])
        except Exception as error:
            if len(batch) > 1:
                for one in batch:
                    await self._do([one])
            elif not batch[0][1].done():
                batch[0][1].set_exception(error)
            return
        for (_, future), outcome in zip(batch, outcomes, strict=True):
            if not future.done():
                future.set_result(outcome)
