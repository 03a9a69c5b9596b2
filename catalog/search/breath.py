"""Long work in a thread lets others go first: Python runs one thread at a time."""

import time
from collections.abc import Callable

Breath = Callable[[], None]

# Seconds of work between two pauses: nobody waits longer for the processor meanwhile. A turn needs it a dozen
# times, because all its database work is done in other threads.
WORK = 0.001
# Seconds of a pause: just letting go, or as long as what was done where a turn is under way.
PAUSE, WHILE_BUSY = 0.0001, 0.001


def no_pause() -> None:
    """Go on without a pause: nobody waits."""


def never_busy() -> bool:
    """Return False: nobody waits."""
    return False


class Breather:
    """Called often, it pauses when the last pause was long enough ago; longer while `busy`."""

    def __init__(self, busy: Callable[[], bool] = never_busy) -> None:
        self._busy = busy
        self._since = time.perf_counter()

    def __call__(self) -> None:
        """Let other threads work."""
        if time.perf_counter() - self._since > WORK:
            time.sleep(WHILE_BUSY if self._busy() else PAUSE)
            self._since = time.perf_counter()
