"""Delivers committed replies: in order for each chat, with retries, and without one chat delaying another."""

import asyncio
import random
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import datetime
from itertools import dropwhile
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
QUICK = 0.2
# A reply is sent only under a lease this fresh (a lease lasts ten seconds).
FRESH = 5.0
# The most replies of a channel that are sent and not yet marked: if the process is killed, no more arrive twice.
MOST_ON_THEIR_WAY = 40
Chat = tuple[str, str]
SENT = Counter("motcua_replies_total", "Replies by channel and outcome", ["channel", "outcome"])
log = structlog.get_logger(__name__)


class SendError(Exception):
    """A reply was not accepted. `retryable`: it may succeed later; `retry_after`: not before so many seconds.

    `waits`: it can be sent once the person has written again.
    """

    def __init__(self, reason: str, *, retryable: bool, retry_after: float | None = None, waits: bool = False) -> None:
        super().__init__(reason)
        self.waits = waits
        self.retryable = retryable
        self.retry_after = retry_after


class Moved(Exception):
    """The chat has a new address."""

    def __init__(self, address: str) -> None:
        super().__init__(address)
        self.address = address


class Sender(Protocol):
    """Sends replies to a channel."""

    async def send(self, outgoing: Outgoing) -> None:
        """Send one reply, or raise SendError, or Moved with the chat's new address."""


class Pushing(Protocol):
    """What a channel needs of the delivery."""

    def push(self, replies: Iterable[Outgoing]) -> None:
        """Take replies that were just committed."""


class Delivery:
    """Sends committed replies, and marks them as sent.

    `first_pause`: seconds before the first retry, doubled up to LONGEST_PAUSE. `poll`: seconds between two looks for
    replies that no process holds.
    """

    def __init__(
        self,
        store: SqlStore,
        senders: Mapping[str, Sender],
        nursery: Nursery,
        clock: Callable[[], datetime],
        *,
        first_pause: float = FIRST_PAUSE,
        poll: float = POLL,
    ) -> None:
        self._store = store
        self._senders = senders
        self._nursery = nursery
        self._clock = clock
        self._first_pause = first_pause
        self._poll = poll
        self._queues: dict[Chat, deque[Outgoing]] = {}
        # When each lease was taken or renewed, by the event loop's time; and the replies being marked.
        self._held: dict[int, float] = {}
        self._done: set[int] = set()
        # A reply holds a place from before it is sent until it is marked.
        self._ways: dict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(MOST_ON_THEIR_WAY))
        self._caught_up = False
        self._looking = asyncio.Lock()
        self._wake = asyncio.Event()
        self._quick_until = 0.0
        self._marks: Gathering[int, None] = Gathering(self._mark, most=500)

    def push(self, replies: Iterable[Outgoing]) -> None:
        """Queue replies that were just committed; those behind an older reply held elsewhere are claimed later."""
        for outgoing in replies:
            if outgoing.id in self._held or outgoing.channel not in self._senders:
                continue
            if outgoing.behind:
                self._quick_until = _time() + self._poll
                self._wake.set()
                continue
            self._held[outgoing.id] = _time()
            chat = (outgoing.channel, outgoing.user)
            if chat in self._queues:
                # A reply given up while it is being sent is still in the queue.
                if outgoing not in self._queues[chat]:
                    self._queues[chat].append(outgoing)
            else:
                self._queues[chat] = deque([outgoing])
                self._start(chat)

    def idle(self, replies: Sequence[Outgoing]) -> bool:
        """Tell whether this is a single reply to a chat without other queued replies."""
        return len(replies) == 1 and not replies[0].behind and (replies[0].channel, replies[0].user) not in self._queues

    @asynccontextmanager
    async def carried(self, outgoing: Outgoing) -> AsyncIterator[None]:
        """Hold back the other replies of an idle chat while the block delivers one outside of the queue.

        It counts as delivered when the block ends without an error; otherwise it is sent like all others.
        """
        chat = (outgoing.channel, outgoing.user)
        queue = self._queues[chat] = deque([outgoing])
        self._held[outgoing.id] = _time()
        try:
            yield
            await self.settle(outgoing)
            self._forget(queue.popleft())
        except ConnectionError:
            log.info("response_not_written", reply=outgoing.id)
        finally:
            if queue:
                self._start(chat)
            else:
                del self._queues[chat]

    async def settle(self, outgoing: Outgoing) -> None:
        """Mark a reply as delivered, however long the database takes: an unmarked one would be sent again."""
        SENT.labels(outgoing.channel, "sent").inc()
        self._done.add(outgoing.id)
        await self._until_written(outgoing, lambda: self._marks.add(outgoing.id))

    async def run(self) -> None:
        """Claim replies that no process holds (after a crash, or from a job), until cancelled."""
        if not self._senders:
            return
        await self.catch_up()
        while True:
            self._wake.clear()
            try:
                await self._look()
            except Exception:
                log.exception("outbox_not_read")
            with suppress(TimeoutError):
                async with asyncio.timeout(QUICK if _time() < self._quick_until else self._poll):
                    await self._wake.wait()

    async def catch_up(self) -> None:
        """Take over the replies of an earlier process before new ones can overtake them; retries until it works."""
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
                await asyncio.sleep(self._poll)

    async def _look(self) -> int:
        """Renew the leases and claim free replies; returns the number claimed."""
        async with self._looking:
            return await self._take_over()

    async def _take_over(self) -> int:
        started, held = _time(), sorted(self._held)
        async with self._store.transaction(urgent=True) as tx:
            kept = await tx.hold(held, self._clock()) if held else set()
            found = await tx.claim(sorted(self._senders), self._clock())
            kept |= {outgoing.id for outgoing in found}
            lost = {one for one in held if one not in kept and one in self._held and one not in self._done}
            given_up = self._given_up(lost)
            await tx.let_go(sorted(given_up - lost))
        for one in kept & self._held.keys():
            self._held[one] = started
        for one in given_up:
            self._held.pop(one, None)
        for queue in self._queues.values():
            head, *rest = queue
            if given_up.intersection(one.id for one in rest):
                queue.clear()
                queue.extend([head, *(one for one in rest if one.id in self._held)])
        self.push(found)
        return len(found)

    def _given_up(self, lost: Collection[int]) -> set[int]:
        """Return the replies lost to another process or an erasure, and those queued after them in their chats."""
        if not lost:
            return set()
        log.warning("replies_given_up", lost=len(lost))
        after = [dropwhile(lambda one: one.id not in lost, queue) for queue in self._queues.values()]
        return {one.id for rest in after for one in rest if one.id not in self._done}

    def _start(self, chat: Chat) -> None:
        self._nursery.start(self._serve(chat), name=f"deliver-{chat[0]}")

    async def _serve(self, chat: Chat) -> None:
        """Send a chat's replies one after the other; ends when none is left."""
        queue = self._queues[chat]
        try:
            while queue:
                await self._deliver(queue[0])
                self._forget(queue.popleft())
        finally:
            del self._queues[chat]
            for outgoing in queue:
                self._forget(outgoing)

    def _forget(self, outgoing: Outgoing) -> None:
        self._held.pop(outgoing.id, None)
        self._done.discard(outgoing.id)

    async def _deliver(self, outgoing: Outgoing) -> None:
        pause = self._first_pause
        while True:
            async with self._ways[outgoing.channel]:
                if not await self._is_ours(outgoing):
                    return
                try:
                    await self._senders[outgoing.channel].send(outgoing)
                except Moved as moved:
                    outgoing = await self._follow(outgoing, moved.address)
                    continue
                except Exception as error:
                    if isinstance(error, SendError) and not error.retryable:
                        await self._refuse(outgoing, str(error), waits=error.waits)
                        return
                    after = _noted(outgoing, error)
                else:
                    await self.settle(outgoing)
                    return
            jitter = random.uniform(0.8, 1.2)  # noqa: S311 -- spreads retries, guards nothing
            await self._nursery.rest(pause * jitter if after is None else after)
            pause = min(pause * 2, LONGEST_PAUSE)

    async def _follow(self, outgoing: Outgoing, address: str) -> Outgoing:
        """Move all data of a chat to its new address; returns the reply with that address."""
        log.info("chat_moved", channel=outgoing.channel, reply=outgoing.id)
        async with self._store.transaction() as tx:
            await tx.move_chat(outgoing.channel, outgoing.user, address)
        return replace(outgoing, user=address)

    async def _is_ours(self, outgoing: Outgoing) -> bool:
        """Tell whether this process may still send a reply; a stale lease is renewed first.

        A process that was suspended must not send what another has taken over.
        """
        while not self._store.single_process and self._is_stale(outgoing):
            try:
                async with self._looking:
                    if self._is_stale(outgoing):
                        await self._take_over()
            except Exception:
                log.exception("outbox_not_read")
                await asyncio.sleep(self._poll)
        return outgoing.id in self._held

    def _is_stale(self, outgoing: Outgoing) -> bool:
        taken = self._held.get(outgoing.id)
        return taken is not None and _time() - taken > FRESH

    async def _mark(self, identifiers: Sequence[int]) -> list[None]:
        async with self._store.transaction(urgent=True) as tx:
            await tx.sent(identifiers)
        return [None] * len(identifiers)

    async def _refuse(self, outgoing: Outgoing, reason: str, *, waits: bool) -> None:
        outcome = "aside" if waits else "refused"
        log.error(f"reply_{outcome}", channel=outgoing.channel, reply=outgoing.id, reason=reason)
        SENT.labels(outgoing.channel, outcome).inc()
        self._done.add(outgoing.id)

        async def write() -> None:
            async with self._store.transaction(urgent=True) as tx:
                await (tx.let_wait if waits else tx.refused)(outgoing.id, reason[:500])

        await self._until_written(outgoing, write)

    async def _until_written(self, outgoing: Outgoing, write: Callable[[], Awaitable[None]]) -> None:
        pause = self._first_pause
        while True:
            try:
                await write()
            except Exception:
                log.exception("delivery_not_marked", reply=outgoing.id)
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)
            else:
                return


def _noted(outgoing: Outgoing, error: Exception) -> float | None:
    """Log a failed attempt; returns after how many seconds to retry, if the channel says so."""
    SENT.labels(outgoing.channel, "retried").inc()
    if isinstance(error, SendError):
        log.warning("send_failed", channel=outgoing.channel, reply=outgoing.id, reason=str(error))
        return error.retry_after
    log.error("send_broke", channel=outgoing.channel, reply=outgoing.id, exc_info=error)
    return None


def _time() -> float:
    return asyncio.get_running_loop().time()
