"""Limits on one chat, and on all chats together: length, pace, codes tried, and how much is stored of them a day.

Each process counts by itself, so several processes allow as many times as much. Staff are not limited.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from handlers.channel import Traits
from handlers.heard import slip_code
from handlers.limit_metrics import Limit
from handlers.messages import Incoming, Reply
from handlers.session import Session
from handlers.wording import say
from handlers.world import World
from surveys.pacing import Allowance, Allowances, Rate

LONGEST = 2000
# Anybody can open a page; a messenger's chat belongs to an account, and delivers what piled up during a downtime.
PAGE = Rate(120, 1)
MESSENGER = Rate(1000, 1)
WRONG_CODES = Rate(5, 1 / 60)
WRONG_CODES_IN_ALL = Rate(60, 1 / 10)
LIMIT_REPLIES = Rate(1, 1 / 60)
MEGABYTE = 1_000_000
DAY = timedelta(days=1)
MEGABYTES_A_DAY = 500
# The rows of a turn without its texts: message, session, inbox.
ROWS = 1500


def limit_reply(world: World, session: Session, limit: str) -> Reply:
    """Say which limit acted and what to do; the conversation stays where it is."""
    return Reply(say(session.language, f"limit.chat.{limit}", unit=world.unit(session.unit).name))


class Gate:
    """Remembers how fast chats write; what it remembers is bounded."""

    def __init__(self, megabytes_a_day: int = MEGABYTES_A_DAY) -> None:
        self._pages = Allowances(PAGE)
        self._messengers = Allowances(MESSENGER)
        self._codes = Allowances(WRONG_CODES)
        self._all_codes = Allowances(WRONG_CODES_IN_ALL)
        self._limit_replies = Allowances(LIMIT_REPLIES)
        whole = megabytes_a_day * MEGABYTE
        self._volume = Allowance(Rate(whole, whole / DAY.total_seconds()))

    def limit_of(self, incoming: Incoming, traits: Traits, now: datetime) -> Limit | None:
        """Return which limit a message goes beyond; None for a message that may pass, and for the terminal."""
        if not (traits.remembers or traits.pushed):
            return None
        if self._volume.left(now) <= 0:
            return "volume"
        if slip_code(incoming) and not self._may_try(incoming, now):
            return "codes"
        paces = self._pages if traits.remembers else self._messengers
        if not paces.of(incoming.person).spend(now):
            return "pace"
        return "length" if len(incoming.text) > LONGEST else None

    def may_say(self, incoming: Incoming, now: datetime) -> bool:
        """Return whether a chat gets a message about a limit now, and count it: at most one a minute."""
        return self._limit_replies.of(incoming.person).spend(now)

    def note_wrong_code(self, incoming: Incoming, now: datetime) -> None:
        """Remember that a message held a code that no slip has."""
        self._codes.of(incoming.person).spend(now)
        self._all_codes.of(incoming.channel).spend(now)

    def note_stored(self, incoming: Incoming, replies: Iterable[Reply], now: datetime) -> None:
        """Remember how much a turn stored, roughly: a Vietnamese letter takes two or three bytes."""
        letters = len(incoming.text) + sum(len(reply.text.plain) + 60 * len(reply.buttons) for reply in replies)
        self._volume.owe(now, ROWS + 2 * letters)

    def _may_try(self, incoming: Incoming, now: datetime) -> bool:
        here, all_ = self._codes.of(incoming.person), self._all_codes.of(incoming.channel)
        return here.left(now) >= 1 and all_.left(now) >= 1
