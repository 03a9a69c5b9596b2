"""Bulletins that nobody has read: staff of the chat page who have not opened it since."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from handlers.messages import Text
from handlers.ports import MailTx
from handlers.retention import CHAT_PAGE
from handlers.wording import say
from reports import periods

UNREAD_AFTER = timedelta(days=7)
# By two questions: whether nobody has read it, and whether the first absent reader's cookie has expired.
KEYS = {
    (False, False): "staff.unread",
    (False, True): "staff.unread_gone",
    (True, False): "staff.unread_all",
    (True, True): "staff.unread_all_gone",
}


@dataclass(frozen=True, slots=True)
class Unread:
    """How many `readers` the weekly bulletin has, how many are `away`, and since when the longest absent one is."""

    away: int
    readers: int
    longest: datetime

    @property
    def ends(self) -> datetime:
        """Return when the first absent reader's cookie expires."""
        return self.longest + CHAT_PAGE


async def unread(tx: MailTx, unit: str, pages: Collection[str], now: datetime) -> Unread | None:
    """Count the staff who get bulletins on the chat page and have not opened it for a week; None if there are none."""
    readers = await tx.members(unit, "weekly")
    looked = [one.seen for one in readers if one.channel in pages and one.seen and one.seen <= now - UNREAD_AFTER]
    return Unread(len(looked), len(readers), min(looked)) if looked else None


def unread_line(found: Unread | None, now: datetime, language: str = "vi") -> Text:
    """Return a line for an admin about unread bulletins; empty if all were read."""
    if found is None:
        return Text()
    longest, ends = (periods.day(one.astimezone(now.tzinfo).date()) for one in (found.longest, found.ends))
    key = KEYS[found.away == found.readers, found.ends <= now]
    return say(language, key, count=found.away, readers=found.readers, longest=longest, ends=ends)
