"""A workshop without a process of its own: to start one, with its libraries, takes longer than most documents do."""

import asyncio
from functools import partial
from threading import Lock
from typing import Any

from bot.files import workshop
from bot.files.workshop import SECONDS, NotMade, Progress, Workshop

# The libraries of documents are not made for two threads.
ONE_AT_A_TIME = Lock()


class AtHand(Workshop):
    """Does what a workshop does in a thread here; tests/bot/files/test_workshop.py is about the process."""

    async def make(
        self, kind: str, *order: object, seconds: float = SECONDS, progress: Progress | None = None
    ) -> bytes:
        """Return what the trade's function makes of an order, with the errors of a workshop; nothing ends it."""
        trade = workshop.TRADES[self._trade]
        done: Any = workshop._named(trade.function)
        errors: tuple[type[Exception], ...] = (workshop._named(trade.expected_error),) if trade.expected_error else ()
        if trade.reports:
            tell, loop = progress or (lambda number: None), asyncio.get_running_loop()
            done = partial(done, report=partial(loop.call_soon_threadsafe, tell))

        def carry_out() -> bytes:
            with ONE_AT_A_TIME:
                made: bytes = done(kind, *order)
                return made

        try:
            return await asyncio.to_thread(carry_out)
        except errors:
            raise
        except Exception as error:
            raise NotMade(f"{type(error).__name__}: {error}") from error
