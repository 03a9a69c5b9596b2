"""Work in a separate process, which can be stopped and whose memory is bounded and freed.

A unit's template is foreign code, an admin's file may be built to exhaust its reader, and the libraries for
documents take 100 MB that an idle server does not need.
"""

import asyncio
import contextlib
import pickle
import resource
import struct
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from typing import Any, BinaryIO

SECONDS = 90.0
IDLE_SECONDS = 60.0
_MB = 1024**2
# The result, the expected error, or the text of any other error. Numbers sent before it tell the progress.
Answer = tuple[bytes, Exception | None, str]
Progress = Callable[[int], None]
_LENGTH = struct.Struct(">Q")


@dataclass(frozen=True, slots=True)
class Trade:
    """What a workshop does: the function that returns bytes, the error that its caller handles, its memory limit.

    `limit` says what is counted: all addresses (RLIMIT_AS), or only written memory (RLIMIT_DATA), which leaves out
    libraries that are merely loaded. An empty `expected_error`: the caller can handle none. If it `reports`, its
    function gets a second one as `report`, to call with its progress.
    """

    function: str
    expected_error: str
    most_memory: int
    limit: int
    reports: bool = False


TRADES: Mapping[str, Trade] = {
    "documents": Trade(
        "reports.documents.make", "reports.documents.word_report.TemplateUnusable", 3 * 1024 * _MB, resource.RLIMIT_AS
    ),
    "catalog": Trade(
        "bot.files.catalog_reading.work",
        "catalog.files.mistakes.Unreadable",
        300 * _MB,
        resource.RLIMIT_DATA,
        reports=True,
    ),
    "building": Trade("bot.files.catalog_building.work", "", 1024 * _MB, resource.RLIMIT_DATA),
}


class NotMade(Exception):
    """Something took too long, or its process failed."""


class Workshop:
    """Carries out one order at a time, in a process that starts with the first and ends when idle."""

    def __init__(self, trade: str = "documents", *, idle_seconds: float = IDLE_SECONDS) -> None:
        self._trade = trade
        self._idle_seconds = idle_seconds
        self._process: asyncio.subprocess.Process | None = None
        self._leaving: list[asyncio.subprocess.Process] = []
        self._turn = asyncio.Lock()
        self._ending: asyncio.TimerHandle | None = None

    async def make(
        self, kind: str, *order: object, seconds: float = SECONDS, progress: Progress | None = None
    ) -> bytes:
        """Return what the trade's function makes of an order. Raises the expected error; NotMade for any other error
        or after `seconds`. A trade that reports calls `progress` with how far the work is.
        """
        async with self._turn:
            if self._ending:
                self._ending.cancel()
            try:
                async with asyncio.timeout(seconds):
                    made, problem, failed = await self._asked((kind, *order), progress)
            except (TimeoutError, asyncio.IncompleteReadError, ConnectionError) as error:
                await self.close()
                raise NotMade(f"{kind} was not made within {seconds:g} seconds") from error
            except BaseException:
                # The caller is gone; the rest of its answer must not be read as the answer to the next caller.
                await self.close()
                raise
            self._ending = asyncio.get_running_loop().call_later(self._idle_seconds, self._end)
            if problem is not None or failed:
                # A process that ran out of memory or was interrupted gets no further order.
                await self.close()
        if problem is not None:
            raise problem
        if failed:
            raise NotMade(failed)
        return made

    async def begin(self) -> None:
        """Start the process, so that it is there when the first order comes."""
        async with self._turn:
            await self._started()

    async def close(self) -> None:
        """Kill the process."""
        if self._ending:
            self._ending.cancel()
        leaving = [*self._leaving, *([self._process] if self._process else [])]
        self._process, self._leaving = None, []
        for process in leaving:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()

    async def _asked(self, order: Any, progress: Progress | None) -> Answer:
        process = await self._started()
        if process.stdin is None or process.stdout is None:
            raise ConnectionError
        asked = pickle.dumps(order)
        process.stdin.write(_LENGTH.pack(len(asked)) + asked)
        await process.stdin.drain()
        while True:
            (length,) = _LENGTH.unpack(await process.stdout.readexactly(_LENGTH.size))
            answer: Answer | int = pickle.loads(await process.stdout.readexactly(length))  # noqa: S301 -- our own process wrote it
            if not isinstance(answer, int):
                return answer
            if progress:
                progress(answer)

    async def _started(self) -> asyncio.subprocess.Process:
        if self._process is None or self._process.returncode is not None:
            command = (sys.executable, "-m", "bot.files.workshop", self._trade)
            pipe = asyncio.subprocess.PIPE
            self._process = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe)
        return self._process

    def _end(self) -> None:
        """End an idle process."""
        if self._process and self._process.stdin:
            self._process.stdin.close()
            self._leaving = [one for one in (*self._leaving, self._process) if one.returncode is None]
            self._process = None


def serve(make: Callable[..., bytes], errors: tuple[type[Exception], ...], orders: BinaryIO, answers: BinaryIO) -> None:
    """Answer orders until there are no more."""
    while head := orders.read(_LENGTH.size):
        (length,) = _LENGTH.unpack(head)
        try:
            answer: Answer = (make(*pickle.loads(orders.read(length))), None, "")  # noqa: S301 -- the server wrote it
        except errors as error:
            answer = (b"", error, "")
        except Exception as error:
            # As text: an error class of this process's main module is a different class in the server.
            answer = (b"", None, f"{type(error).__name__}: {error}")
        write_answer(answers, answer)


def write_answer(answers: BinaryIO, answer: Answer | int) -> None:
    """Write an answer, or how far the work is."""
    packed = pickle.dumps(answer)
    answers.write(_LENGTH.pack(len(packed)) + packed)
    answers.flush()


def main() -> None:
    """Serve orders from standard input within a limit of memory."""
    trade = TRADES[sys.argv[1]]
    resource.setrlimit(trade.limit, (trade.most_memory, trade.most_memory))
    answers = sys.stdout.buffer
    # Output of libraries must not get between answers.
    sys.stdout = sys.stderr
    make = _named(trade.function)
    if trade.reports:
        make = partial(make, report=partial(write_answer, answers))
    serve(make, (_named(trade.expected_error),) if trade.expected_error else (), sys.stdin.buffer, answers)


def _named(path: str) -> Any:
    module, _, name = path.rpartition(".")
    return getattr(import_module(module), name)


if __name__ == "__main__":
    main()
