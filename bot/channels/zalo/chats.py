"""What is known of a chat besides the conversation: when its person wrote, who answers in it, and its erasure."""

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

import locales
from bot.channels.zalo.wire import CHANNEL
from handlers.messages import Incoming, Reply
from handlers.ports import Chat
from handlers.wording import button, day_text, say
from reports.data_requests import carried_out_at_once
from storage.store import SqlStore

# Messages are free for so long after the person's last one.
FREE = timedelta(hours=48)
MOST_HEARD = 50_000
# The id of the button that sends what was set aside.
SHOW = "waiting:show"
log = structlog.get_logger(__name__)


class Chats:
    """The chats of all accounts. `silence`: how long the assistant is silent after somebody of the office wrote."""

    def __init__(self, store: SqlStore, clock: Callable[[], datetime], silence: timedelta) -> None:
        self._store = store
        self._clock = clock
        self._silence = silence
        # When each chat was last heard here; and the silences, cached if no other process can begin one.
        self._heard: OrderedDict[str, datetime] = OrderedDict()
        self._silent: dict[str, datetime] | None = None
        # The chats for which something was set aside, cached if no other process can do that.
        self._with_set_aside: set[str] | None = None

    async def note_heard(self, address: str) -> None:
        """Note that a person wrote, and offer them what could not be sent before."""
        now = self._clock()
        before = self._heard.get(address)
        if (before is None or now - before > FREE - timedelta(hours=1)) and await self._something_waits(address):
            language = await self._language(address)
            async with self._store.transaction() as tx:
                waiting = await tx.note_offered(CHANNEL, address)
                if waiting is None:
                    return  # the delivery is about to set it aside: the next message looks again
                count, first = waiting
                day = day_text(first.astimezone(now.tzinfo).date())
                offered = say(language, "zalo.waiting.offered", count=count, day=day)
                offer = Reply(offered, (button(language, SHOW, "zalo.waiting.show"),))
                await tx.enqueue(Chat(CHANNEL, address), [offer], now, pushed=True)
            log.info("zalo_waiting_offered", replies=count)
            self._with_set_aside = None
        self._heard[address] = now
        self._heard.move_to_end(address)
        if len(self._heard) > MOST_HEARD:
            self._heard.popitem(last=False)

    async def show_waiting(self, address: str, press: str) -> None:
        """Send what was set aside, after a person pressed the button for it; a repeat of the press does nothing."""
        now, language = self._clock(), await self._language(address)
        async with self._store.transaction() as tx:
            if not await tx.note_event(CHANNEL, press, now):
                return
            count = await tx.resume(CHANNEL, address)
            if not count:
                gone = Reply(say(language, "zalo.waiting.gone"))
                await tx.enqueue(Chat(CHANNEL, address), [gone], now, pushed=True)
        log.info("zalo_resumed", replies=count)

    async def _language(self, address: str) -> str:
        (known,) = await self._store.recall([Incoming(CHANNEL, address, "")])
        return known.session.language

    async def wrote_lately(self, address: str) -> bool:
        """Tell whether a person wrote within the time in which messages are free, as far as is known here."""
        heard = self._heard.get(address)
        if heard is None:
            async with self._store.reading() as tx:
                heard = await tx.last_turn(CHANNEL, address)
        return heard is not None and self._clock() - heard < FREE

    async def _something_waits(self, address: str) -> bool:
        if self._with_set_aside is None or not self._store.single_process:
            async with self._store.reading() as tx:
                self._with_set_aside = await tx.chats_with_set_aside(CHANNEL)
        return address in self._with_set_aside

    def set_aside(self, address: str) -> None:
        """Note that something waits until a person writes again, since they last wrote too long ago."""
        self._heard.pop(address, None)
        if self._with_set_aside is not None:
            self._with_set_aside.add(address)

    async def _silences(self) -> dict[str, datetime]:
        if self._silent is None or not self._store.single_process:
            async with self._store.reading() as tx:
                self._silent = await tx.silences(CHANNEL)
        return self._silent

    async def leave_to_person(self, address: str, at: datetime) -> None:
        """Leave a chat for a while to somebody of the office, who wrote in it from Zalo's own page."""
        until = at + self._silence
        if not self._silence or (await self._silences()).get(address, until) > until:
            return
        async with self._store.transaction() as tx:
            await tx.keep_silence(CHANNEL, address, until)
        (await self._silences())[address] = until

    async def is_silent(self, address: str, at: datetime) -> bool:
        """Tell whether a chat is left to somebody of the office; when that ends, the assistant says that it is back."""
        until = (await self._silences()).get(address)
        if until is None:
            return False
        if at < until:
            return True
        async with self._store.transaction() as tx:
            if await tx.end_silence(CHANNEL, address):
                back = Reply(say(locales.DEFAULT, "greeting.back"))
                await tx.enqueue(Chat(CHANNEL, address), [back], self._clock(), pushed=True)
        (await self._silences()).pop(address, None)
        return False

    async def erase(self, address: str, at: datetime) -> None:
        """Delete what is stored of a person who withdrew their consent, and enter that in the register, once."""
        now = self._clock()
        digest = hashlib.sha256(f"{address} {at.isoformat()}".encode()).hexdigest()
        async with self._store.transaction() as tx:
            if await tx.note_event(CHANNEL, f"erasure:{digest}", now):
                await tx.erase(CHANNEL, address, now.date())
                await tx.add_request(carried_out_at_once("erase", now.date()))
        self._heard.pop(address, None)
        (await self._silences()).pop(address, None)
