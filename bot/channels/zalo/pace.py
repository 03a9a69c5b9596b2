"""How many calls are made to Zalo in any minute."""

from collections import deque
from collections.abc import Callable, Mapping

# The limit of an app (developers.zalo.me, error -32); that of an account depends on its package.
APP_A_MINUTE = 4000
MINUTE = 60.0
# With this many calls in the last second, optional calls are left out.
BUSY = 20


class Minute:
    """At most `most` calls in any minute, all of them at once if wanted. `ticks` is a monotonic clock in seconds."""

    def __init__(self, most: int, ticks: Callable[[], float]) -> None:
        # When the last calls were or will be made: the next one waits until the first of them is a minute old.
        self._made: deque[float] = deque(maxlen=most)
        self._most = most
        self._ticks = ticks
        self._held_until = 0.0

    def take(self) -> float:
        """Reserve the next call; returns in how many seconds it may be made."""
        now = self._ticks()
        free = self._made[0] + MINUTE if len(self._made) == self._most else now
        self._made.append(max(now, free, self._held_until))
        return self._made[-1] - now

    def spare(self) -> bool:
        """Tell whether fewer than half of the calls were made in the last minute, and few in the last second."""
        now, half = self._ticks(), (self._most + 1) // 2
        return (
            now >= self._held_until and not self._made_since(now - MINUTE, half) and not self._made_since(now - 1, BUSY)
        )

    def _made_since(self, moment: float, calls: int) -> bool:
        return len(self._made) >= calls and self._made[-calls] > moment

    def hold(self, seconds: float) -> None:
        """Make no call for a while."""
        self._held_until = self._ticks() + seconds


class Pace:
    """The pace of an app and its accounts; `a_minute` are the calls that one account may make."""

    def __init__(self, accounts: Mapping[str, str], a_minute: int, ticks: Callable[[], float]) -> None:
        self._app = Minute(APP_A_MINUTE, ticks)
        self._accounts = {account: Minute(a_minute, ticks) for account in accounts}

    def take(self, account: str) -> float:
        """Reserve the next call of an account; returns in how many seconds it may be made."""
        return max(self._app.take(), self._accounts[account].take())

    def take_spare(self, account: str) -> bool:
        """Reserve an optional call if it delays no other; returns whether it may be made."""
        if not (self._app.spare() and self._accounts[account].spare()):
            return False
        self.take(account)
        return True

    def hold(self, account: str, seconds: float) -> None:
        """Make no call of an account for a while: Zalo said that there were too many."""
        self._accounts[account].hold(seconds)
