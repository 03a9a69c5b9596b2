"""Long work in a thread lets others go first: Python runs one thread at a time."""

import time
from collections.abc import Callable

Breath = Callable[[], None]

# Seconds of work between two pauses, and of a pause: a turn that waits for the processor has it within the first.
WORK, PAUSE = 0.002, 0.0005


def held_up() -> None:
    """Go on without a pause: nobody waits."""


class Breather:
    """Called often, it pauses when the last pause was long enough ago."""

    def __init__(self) -> None:
        self._since = time.perf_counter()

    def __call__(self) -> None:
        """Let other threads work."""
        if time.perf_counter() - self._since > WORK:
            time.sleep(PAUSE)
            self._since = time.perf_counter()
