"""How often staff are written to about complaints: at most once a minute for each chat, faster ones together."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

GAP = timedelta(minutes=1)
# A message about many cases quotes this many of them; its link leads to the others.
QUOTED = 3


@dataclass(frozen=True, slots=True)
class Pace:
    """When a staff chat was last alerted, and what waits since: cases (the first few by id), consents to contact."""

    channel: str
    user: str
    alerted_at: datetime | None = None
    since: datetime | None = None
    waiting: int = 0
    contacts: int = 0
    cases: tuple[int, ...] = ()

    @property
    def idle(self) -> bool:
        """Whether no alert waits."""
        return not (self.waiting or self.contacts)

    def may_tell(self, now: datetime) -> bool:
        """Return whether the chat may be written to, also if the last alert lies in the future: a clock was ahead."""
        return self.alerted_at is None or not timedelta(0) <= now - self.alerted_at < GAP

    def with_cases(self, cases: Sequence[int], now: datetime) -> "Pace":
        """Add cases to the waiting alert."""
        first = (*self.cases, *cases)[:QUOTED]
        return replace(self, since=self.since or now, waiting=self.waiting + len(cases), cases=first)

    def with_contact(self, case: int, now: datetime) -> "Pace":
        """Add the consent of a case's citizen to be contacted to the waiting alert."""
        first = self.cases if case in self.cases else (*self.cases, case)[:QUOTED]
        return replace(self, since=self.since or now, contacts=self.contacts + 1, cases=first)

    def alerted(self, now: datetime) -> "Pace":
        """Note that the waiting alert was sent."""
        return Pace(self.channel, self.user, alerted_at=now)

    def minutes(self, now: datetime) -> int:
        """Return for how many minutes the oldest waiting alert has waited, at least one."""
        waited = now - self.since if self.since else timedelta(0)
        return max(1, -(-waited // timedelta(minutes=1)))
