"""Several callers share one unit of work, so that many durable commits cost little more than one."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Generic, TypeVar

Item = TypeVar("Item")
Outcome = TypeVar("Outcome")


class Gathering(Generic[Item, Outcome]):
    """Collects items while a batch is being worked on and hands them over together, in order.

    Whoever finds no batch running works for all who wait. Nobody is answered before the work that
    contains their item is done.
    """

    def __init__(self, work: Callable[[Sequence[Item]], Awaitable[Sequence[Outcome]]], most: int = 32) -> None:
        self._work = work
        self._most = most
        self._waiting: list[tuple[Item, asyncio.Future[Outcome]]] = []
        self._turn = asyncio.Lock()

    async def add(self, item: Item) -> Outcome:
        """Have an item worked on, and return its outcome or raise what its work raised."""
        future: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, future))
        async with self._turn:
            if not future.done():
                await self._lead()
        return await future

    async def _lead(self) -> None:
        batch, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
        try:
            outcomes = await self._work([item for item, _ in batch])
        except BaseException as error:
            if isinstance(error, Exception) and len(batch) > 1:
                await self._one_by_one(batch)
                return
            for _, future in batch:
                _fail(future, error)
            if not isinstance(error, Exception):
                raise
            return
        for (_, future), outcome in zip(batch, outcomes, strict=True):
            if not future.done():
                future.set_result(outcome)

    async def _one_by_one(self, batch: Sequence[tuple[Item, asyncio.Future[Outcome]]]) -> None:
        """One bad item must not take its neighbours along."""
        for item, future in batch:
            try:
                (outcome,) = await self._work([item])
            except Exception as error:
                _fail(future, error)
            else:
                if not future.done():
                    future.set_result(outcome)


def _fail(future: "asyncio.Future[Any]", error: BaseException) -> None:
    if not future.done():
        future.set_exception(error if isinstance(error, Exception) else asyncio.CancelledError())
