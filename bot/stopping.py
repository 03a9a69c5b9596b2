"""Ending in order at any moment: also in the first second, before there is a loop that could be told."""

import asyncio
import signal
from collections.abc import Sequence
from types import FrameType
from typing import NoReturn

SIGNALS = (signal.SIGTERM, signal.SIGINT)


def leave_when_told(arguments: Sequence[str]) -> None:
    """Let `motcua run` end with exit code 0 when it is told to stop while it is still loading; nothing is begun yet."""
    if arguments[1:2] == ["run"]:
        for number in SIGNALS:
            signal.signal(number, _leave)


def _leave(_number: int, _frame: FrameType | None) -> NoReturn:
    raise SystemExit(0)


def until_stopped() -> asyncio.Event:
    """Return an event that is set when the process is told to stop."""
    stopping = asyncio.Event()
    for number in SIGNALS:
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    return stopping
