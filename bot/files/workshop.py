"""Makes documents in a separate process, which can be stopped and whose memory is freed.

A unit's template is foreign code, and drawing takes 100 MB that an idle server does not need.
"""

import asyncio
import contextlib
import pickle
import resource
import struct
import sys
from typing import Any, BinaryIO

from reports.documents import make
from reports.documents.details import Details
from reports.documents.word_report import TemplateUnusable
from reports.statements.statement import Statement

SECONDS = 90.0
IDLE_SECONDS = 60.0
MOST_MEMORY = 3 * 1024**3
_LENGTH = struct.Struct(">Q")


class NotMade(Exception):
    """A document took too long, or its process failed."""


class Workshop:
    """Makes one document at a time, in a process that starts with the first and ends when idle."""

    def __init__(self, *, idle_seconds: float = IDLE_SECONDS) -> None:
        self._idle_seconds = idle_seconds
        self._process: asyncio.subprocess.Process | None = None
        self._leaving: list[asyncio.subprocess.Process] = []
        self._turn = asyncio.Lock()
        self._ending: asyncio.TimerHandle | None = None

    async def make(self, kind: str, statement: Statement, details: Details, *, seconds: float = SECONDS) -> bytes:
        """Return a document's bytes. TemplateUnusable for a template of the unit's; NotMade after so many seconds."""
        async with self._turn:
            if self._ending:
                self._ending.cancel()
            try:
                async with asyncio.timeout(seconds):
                    made, problem = await self._asked((kind, statement, details))
            except (TimeoutError, asyncio.IncompleteReadError, ConnectionError) as error:
                await self.close()
                raise NotMade(f"{kind} was not made within {seconds:g} seconds") from error
            except BaseException:
                # The caller is gone; the rest of its answer must not be read as that of the next one.
                await self.close()
                raise
            self._ending = asyncio.get_running_loop().call_later(self._idle_seconds, self._end)
        if problem is not None:
            raise problem
        return made

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

    async def _asked(self, order: Any) -> tuple[bytes, Exception | None]:
        process = self._process
        if process is None or process.returncode is not None:
            command = (sys.executable, "-m", "bot.files.workshop")
            pipe = asyncio.subprocess.PIPE
            process = self._process = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe)
        if process.stdin is None or process.stdout is None:
            raise ConnectionError
        asked = pickle.dumps(order)
        process.stdin.write(_LENGTH.pack(len(asked)) + asked)
        await process.stdin.drain()
        (length,) = _LENGTH.unpack(await process.stdout.readexactly(_LENGTH.size))
        answer: tuple[bytes, Exception | None] = pickle.loads(await process.stdout.readexactly(length))  # noqa: S301 -- our own process wrote it
        return answer

    def _end(self) -> None:
        """End an idle process."""
        if self._process and self._process.stdin:
            self._process.stdin.close()
            self._leaving = [one for one in (*self._leaving, self._process) if one.returncode is None]
            self._process = None


def serve(orders: BinaryIO, answers: BinaryIO) -> None:
    """Answer orders until there are no more."""
    while head := orders.read(_LENGTH.size):
        (length,) = _LENGTH.unpack(head)
        try:
            answer: tuple[bytes, Exception | None] = (make(*pickle.loads(orders.read(length))), None)  # noqa: S301 -- the server wrote it
        except TemplateUnusable as error:
            answer = (b"", error)
        except Exception as error:
            answer = (b"", NotMade(f"{type(error).__name__}: {error}"))
        packed = pickle.dumps(answer)
        answers.write(_LENGTH.pack(len(packed)) + packed)
        answers.flush()


def main() -> None:
    """Serve orders from standard input within a limit of memory."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    answers = sys.stdout.buffer
    # Output of libraries must not get between answers.
    sys.stdout = sys.stderr
    serve(sys.stdin.buffer, answers)


if __name__ == "__main__":
    main()
