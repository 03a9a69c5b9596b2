"""What the operator must know of an account: kept for `motcua zalo check` and the staff page, sent to admins once."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

import structlog

import locales
from bot.channels.zalo.wire import CHANNEL
from handlers.channel import Traits, pieces
from handlers.messages import Reply, Text
from handlers.wording import say
from handlers.world import World
from storage.store import SqlStore, SqlTx
from web.staff.zalo import trouble_words

TROUBLE = "trouble:"
CHARGED = "charged:"
HEARD = "heard"
# Within this time admins are not told again of a trouble that comes back.
QUIET = timedelta(hours=24)
HEARD_EVERY = timedelta(minutes=10)
log = structlog.get_logger(__name__)


class Notes:
    """Keeps notes about accounts (with the codes of their units), and tells admins in a channel other than Zalo.

    `page` is the address of the page that shows the notes.
    """

    def __init__(
        self,
        store: SqlStore,
        world: Callable[[], World],
        channels: Mapping[str, Traits],
        clock: Callable[[], datetime],
        accounts: Mapping[str, str],
        page: str = "",
    ) -> None:
        self._store = store
        self._world = world
        self._channels = channels
        self._clock = clock
        self._accounts = accounts
        self._page = page
        self._troubles: dict[str, set[str]] = {account: set() for account in accounts}
        self._heard: dict[str, tuple[datetime, str]] = {}

    async def load(self) -> None:
        """Load the troubles that are not over."""
        async with self._store.reading() as tx:
            notes = await tx.channel_notes(CHANNEL)
        for note in notes:
            if note.kind.startswith(TROUBLE) and note.text and note.account in self._troubles:
                self._troubles[note.account].add(note.kind.removeprefix(TROUBLE))

    async def trouble(self, account: str, kind: str, reason: str) -> None:
        """Note a trouble; tell admins the first time, or when it comes back after a day."""
        if kind in self._troubles[account]:
            return
        log.error("zalo_needs_operator", account=account, kind=kind, reason=reason)
        now = self._clock()
        async with self._store.transaction() as tx:
            before = await tx.note_channel(CHANNEL, account, TROUBLE + kind, reason, now)
            if before is None or (not before.text and now - before.at > QUIET):
                await self._tell_admins(tx, account, trouble_words(locales.DEFAULT, account, kind, reason), now)
        self._troubles[account].add(kind)

    async def works(self, account: str) -> None:
        """Note that a message went out, which ends the troubles that would have stopped it."""
        for kind in [kind for kind in self._troubles[account] if kind not in ("ends", "charged")]:
            await self.over(account, kind)

    async def over(self, account: str, kind: str) -> None:
        """Note that a trouble is over."""
        if kind not in self._troubles[account]:
            return
        async with self._store.transaction() as tx:
            await tx.clear_channel_note(CHANNEL, account, TROUBLE + kind)
        self._troubles[account].discard(kind)
        log.info("zalo_trouble_over", account=account, kind=kind)

    async def charged(self, account: str, *, wanted: bool) -> None:
        """Count a message that cost something; if that was not `wanted`, note it as a trouble."""
        now = self._clock()
        async with self._store.transaction() as tx:
            await tx.note_channel(CHANNEL, account, f"{CHARGED}{now:%Y-%m}", "", now)
        if not wanted:
            await self.trouble(account, "charged", f"{now:%d/%m/%Y}")

    async def heard(self, account: str, signed: str) -> None:
        """Note that an event of an account came, and how it was signed; every ten minutes, or when that changes."""
        now = self._clock()
        at, before = self._heard.get(account, (None, ""))
        if at and now - at < HEARD_EVERY and before == signed:
            return
        async with self._store.transaction() as tx:
            await tx.note_channel(CHANNEL, account, HEARD, signed, now)
        self._heard[account] = now, signed

    async def _tell_admins(self, tx: SqlTx, account: str, words: str, now: datetime) -> None:
        world = self._world()
        unit = world.unit(self._accounts[account]).code
        see = say(locales.DEFAULT, "zalo.see", page=self._page) if self._page else ""
        text = Text.lines((say(locales.DEFAULT, "zalo.told", words=words), see))
        for code in world.lineage(unit):
            for member in await tx.members(code):
                traits = self._channels.get(member.channel)
                elsewhere = not member.channel.startswith(CHANNEL)
                if member.role == "admin" and elsewhere and traits and traits.reachable:
                    await tx.enqueue(member, pieces(traits, Reply(text)), now, pushed=traits.pushed)
