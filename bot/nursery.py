"""Background work that is kept track of: failures are logged, and closing waits for it."""

import asyncio
import math
from collections.abc import Coroutine
from typing import Any

import structlog

log = structlog.get_logger(__name__)


class Nursery:
    """Keeps background tasks until they end."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()
        # When each sleeping task wakes, and when all tasks are cancelled, by the event loop's time.
        self._resting: dict[asyncio.Task[Any], float] = {}
        self._end = math.inf

    def start(self, work: Coroutine[Any, Any, Any], name: str) -> None:
        """Run something in the background."""
        task = asyncio.create_task(work, name=name)  # noqa: TID251 -- the one place that may
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: "asyncio.Task[Any]") -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            log.error("background_failed", task=task.get_name(), exc_info=error)

    async def rest(self, seconds: float) -> None:
        """Sleep in a task of the nursery. While it closes, a sleep that would outlast the grace ends at once."""
        task = asyncio.current_task()
        if task not in self._tasks:
            raise ValueError("only a task of the nursery rests in it")
        self._resting[task] = asyncio.get_running_loop().time() + seconds
        try:
            self._wake_the_late()
            await asyncio.sleep(seconds)
        finally:
            del self._resting[task]

    def _wake_the_late(self) -> None:
        for task, until in self._resting.items():
            if until > self._end:
                task.cancel()

    async def close(self, grace: float = 5.0) -> None:
        """Give running work, and any work it starts, `grace` seconds to end, then cancel it."""
        loop = asyncio.get_running_loop()
        self._end = loop.time() + grace
        self._wake_the_late()
        while self._tasks and (left := self._end - loop.time()) > 0:
            await asyncio.wait(self._tasks, timeout=left)
        while self._tasks:
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
