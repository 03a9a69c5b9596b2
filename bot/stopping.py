"""Ending in order at any moment, also in the first second, before the event loop runs."""

import asyncio
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from types import FrameType
from typing import NoReturn

INTERRUPTED = 130
STOPPED = "Đã dừng."
SIGNALS = (signal.SIGTERM, signal.SIGINT)


def leave_when_stopped(arguments: Sequence[str]) -> None:
    """Let `motcua` end without a traceback when it is stopped while it is still loading; no work has started yet.

    `motcua run`, which only ends by being stopped, ends with exit code 0.
    """
    if arguments[1:2] == ["run"]:
        for number in SIGNALS:
            signal.signal(number, _leave)
    elif Path(arguments[0]).name == "motcua":
        signal.signal(signal.SIGINT, _interrupt)


def loaded() -> None:
    """Let Ctrl-C be an exception again, for the command that is about to begin."""
    if signal.getsignal(signal.SIGINT) is _interrupt:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def _leave(_number: int, _frame: FrameType | None) -> NoReturn:
    raise SystemExit(0)


def _interrupt(_number: int, _frame: FrameType | None) -> NoReturn:
    print(STOPPED, file=sys.stderr)
    raise SystemExit(INTERRUPTED)


def until_stopped() -> asyncio.Event:
    """Return an event that is set when the process gets a signal to stop."""
    stopping = asyncio.Event()
    for number in SIGNALS:
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    return stopping
