"""Limits on how fast something may come: a saved amount at once, then so much a second. Memory is bounded."""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Rate:
    """A limit: up to `most` at once, and `a_second` more with every second."""

    most: float
    a_second: float


class Allowance:
    """A token bucket: what is left of one rate. The caller passes the time to every call."""

    def __init__(self, rate: Rate) -> None:
        self._rate = rate
        self._left = rate.most
        self._at: datetime | None = None

    def left(self, now: datetime) -> float:
        """Return how much may be spent now; a clock that goes back adds nothing."""
        if self._at is not None:
            passed = max(0.0, (now - self._at).total_seconds())
            self._left = min(self._rate.most, self._left + passed * self._rate.a_second)
        self._at = now
        return self._left

    def spend(self, now: datetime, amount: float = 1) -> bool:
        """Spend an amount and return True; if less is left, return False and change nothing."""
        if self.left(now) < amount:
            return False
        self._left -= amount
        return True

    def owe(self, now: datetime, amount: float) -> None:
        """Subtract an amount that was already used, going into debt by at most the size of the bucket."""
        self._left = max(-self._rate.most, self.left(now) - amount)


class Allowances:
    """An allowance for each of at most `keys` keys; beyond these, the least recently used one is forgotten."""

    def __init__(self, rate: Rate, keys: int = 10_000) -> None:
        self._rate = rate
        self._most = keys
        self._kept: OrderedDict[str, Allowance] = OrderedDict()

    def __len__(self) -> int:
        """Return how many keys are remembered."""
        return len(self._kept)

    def of(self, key: str) -> Allowance:
        """Return the allowance of a key."""
        found = self._kept.pop(key, None) or Allowance(self._rate)
        self._kept[key] = found
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)
        return found
