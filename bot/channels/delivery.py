"""Delivering committed replies: in order for each chat, again until it works, no chat holding up another."""

import asyncio
import random
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Protocol

import structlog
from prometheus_client import Counter

from bot.nursery import Nursery
from handlers.gathering import Gathering
from handlers.ports import Outgoing
from storage.store import SqlStore

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 30.0
POLL = 2.0
SENT = Counter("motcua_replies_total", "Replies by channel and outcome", ["channel", "outcome"])
log = structlog.get_logger(__name__)


class SendError(Exception):
    """A reply was not accepted. `retryable`: later may go better; `retry_after`: not before so many seconds."""

    def __init__(self, reason: str, *, retryable: bool, retry_after: float | None = None) -> None:
        super().__init__(reason)
        self.retryable = retryable
        self.retry_after = retry_after


class Moved(Exception):
    """The chat answers to another address from now on."""

    def __init__(self, address: str) -> None:
        super().__init__(address)
        self.address = address


class Sender(Protocol):
    """The sending half of a channel."""

    async def send(self, outgoing: Outgoing) -> None:
        """Send one reply, or raise SendError, or Moved with the chat's new address."""


class Delivery:
    """Sends what was committed, and marks it."""

    def __init__(
        self, store: SqlStore, senders: Mapping[str, Sender], nursery: Nursery, clock: Callable[[], datetime]
    ) -> None:
        self._store = store
        self._senders = senders
        self._nursery = nursery
        self._clock = clock
        self._queues: dict[tuple[str, str], deque[Outgoing]] = {}
        self._held: set[int] = set()
        self._caught_up = False
        self._marks: Gathering[int, None] = Gathering(self._mark, most=500)

    def push(self, replies: Iterable[Outgoing]) -> None:
        """Take replies that were just committed and are leased to this process."""
        for outgoing in replies:
            if outgoing.id in self._held or outgoing.channel not in self._senders:
                continue
            self._held.add(outgoing.id)
            person = (outgoing.channel, outgoing.user)
            if person in self._queues:
                self._queues[person].append(outgoing)
            else:
                self._queues[person] = deque([outgoing])
                self._nursery.start(self._serve(person), name=f"deliver-{outgoing.channel}")

    def idle(self, replies: Sequence[Outgoing]) -> bool:
        """Tell whether this is one reply to a chat that has no other on its way."""
        return len(replies) == 1 and (replies[0].channel, replies[0].user) not in self._queues

    async def settle(self, outgoing: Outgoing) -> None:
        """Mark a reply as delivered, however long the database takes: an unmarked one would be sent again."""
        SENT.labels(outgoing.channel, "sent").inc()
        pause = FIRST_PAUSE
        while True:
            try:
                await self._marks.add(outgoing.id)
            except Exception:
                log.exception("delivery_not_marked", reply=outgoing.id)
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)
            else:
                return

    async def run(self) -> None:
        """Look for replies that nobody holds (after a crash, or from a job), until cancelled."""
        if not self._senders:
            return
        await self.catch_up()
        while True:
            try:
                await self._look()
            except Exception:
                log.exception("outbox_not_read")
            await asyncio.sleep(POLL)

    async def catch_up(self) -> None:
        """Take over all that a process before this one left, before new replies may overtake it; until it works."""
        while self._senders and not self._caught_up:
            try:
                if self._store.single_process:
                    async with self._store.transaction() as tx:
                        await tx.release()
                while await self._look():
                    pass
                self._caught_up = True
            except Exception:
                log.exception("outbox_not_read")
                await asyncio.sleep(POLL)

    async def _look(self) -> int:
        async with self._store.transaction() as tx:
            if self._held:
                await tx.hold(sorted(self._held), self._clock())
            found = await tx.claim(sorted(self._senders), self._clock())
        self.push(found)
        return len(found)

    async def _serve(self, person: tuple[str, str]) -> None:
        """Send a chat's replies one after the other; ends when none is left."""
        queue = self._queues[person]
        try:
            while queue:
                await self._deliver(queue[0])
                self._held.discard(queue.popleft().id)
        finally:
            del self._queues[person]
            self._held.difference_update(outgoing.id for outgoing in queue)

    async def _deliver(self, outgoing: Outgoing) -> None:
        pause = FIRST_PAUSE
        while True:
            try:
                await self._senders[outgoing.channel].send(outgoing)
            except Moved as moved:
                outgoing = await self._follow(outgoing, moved.address)
            except SendError as error:
                if not error.retryable:
                    await self._refuse(outgoing, str(error))
                    return
                log.warning("send_failed", channel=outgoing.channel, reply=outgoing.id, reason=str(error))
                SENT.labels(outgoing.channel, "retried").inc()
                jitter = random.uniform(0.8, 1.2)  # noqa: S311 -- spreads retries, guards nothing
                await asyncio.sleep(pause * jitter if error.retry_after is None else error.retry_after)
                pause = min(pause * 2, LONGEST_PAUSE)
            else:
                await self.settle(outgoing)
                return

    async def _follow(self, outgoing: Outgoing, address: str) -> Outgoing:
        """Move all that is kept of a chat to its new address; returns the reply as it goes there."""
        log.info("chat_moved", channel=outgoing.channel, reply=outgoing.id)
        async with self._store.transaction() as tx:
            await tx.move_chat(outgoing.channel, outgoing.user, address)
        return replace(outgoing, user=address)

    async def _mark(self, identifiers: Sequence[int]) -> list[None]:
        async with self._store.transaction() as tx:
            await tx.sent(identifiers)
        return [None] * len(identifiers)

    async def _refuse(self, outgoing: Outgoing, reason: str) -> None:
        log.error("reply_refused", channel=outgoing.channel, reply=outgoing.id, reason=reason)
        SENT.labels(outgoing.channel, "refused").inc()
        async with self._store.transaction() as tx:
            await tx.refused(outgoing.id, reason[:500])
