"""Counting recent failed attempts, to slow down guessing."""

from collections.abc import MutableMapping
from datetime import datetime, timedelta

MOST = 10
WITHIN = timedelta(minutes=10)


class Attempts:
    """Counts failures by name in this process; memory is bounded, since the names are few and known."""

    def __init__(self) -> None:
        self._failed: MutableMapping[str, list[datetime]] = {}

    def are_too_many(self, name: str, now: datetime) -> bool:
        """Tell whether a name failed too often within the last minutes."""
        recent = [moment for moment in self._failed.get(name, ()) if now - moment < WITHIN]
        self._failed[name] = recent
        return len(recent) >= MOST

    def note(self, name: str, now: datetime) -> None:
        """Note a failure."""
        self._failed.setdefault(name, []).append(now)
