"""A town whose citizens and staff chat: whole turns of one process on an SQLite store."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.effects.dispatch import Effects
from bot.nursery import Nursery
from handlers.channel import Traits
from handlers.messages import Incoming, Kind, Reply, Text
from handlers.pace import GAP
from handlers.ports import Outgoing, Role
from handlers.shell import Conversation
from handlers.world import Unit, World
from storage.store import SqlStore
from surveys.cases import STATES, Case
from tests.desks import desk_of, naming_of
from tests.sample import NOW, world

LIFE = timedelta(days=7)
NONCE = "0123456789abcdef0123456789abcdef"
KEY = NONCE[:8]
ADDRESS = "https://motcua.example.vn"
COMMENT = "Chờ từ 8 giờ đến 11 giờ mới được gọi."
CHANNELS = {"telegram": Traits(4000, pushed=True), "webchat": Traits(4000, remembers=True), "console": Traits(4000)}


def units() -> World:
    """The sample's province and commune, a part of the commune below it, and a neighbour."""
    whole = world()
    added = (Unit("to-1", "Tổ tiếp nhận số 1", "sa-dec"), Unit("cao-lanh", "Phường Cao Lãnh", "dong-thap"))
    return replace(whole, units={**whole.units, **{unit.code: unit for unit in added}})


class Town:
    """The assistant of one process on an SQLite store, with a clock that the test moves; `sent`: earlier messages."""

    def __init__(self, store: SqlStore, sent: int = 0) -> None:
        self.store = store
        self.now = NOW
        self.channels = dict(CHANNELS)
        self._sent = sent
        desk = desk_of(store, units, self.clock, self.channels)
        naming = naming_of(store, units, self.clock, self.channels)
        self.shell = Conversation(
            store,
            units,
            Effects(store, units, ADDRESS, self.channels, self.clock, desk, Nursery(), naming),
            self.clock,
            self.channels,
            ADDRESS,
        )

    def clock(self) -> datetime:
        """The time now."""
        return self.now

    async def says(
        self, text: str, user: str = "dân", kind: Kind = "text", channel: str = "telegram", quoted: tuple[str, ...] = ()
    ) -> Reply:
        """Send a message; returns the last reply to it, an empty one where there is none."""
        self._sent += 1
        handled = await self.shell.handle(Incoming(channel, user, str(self._sent), text, kind, NONCE, quoted=quoted))
        async with self.store.transaction() as tx:
            await tx.sent([outgoing.id for outgoing in handled.replies])
        return handled.replies[-1].reply if handled.replies else Reply(Text())

    async def answer_to(self, text: str, user: str = "dân", kind: Kind = "text", channel: str = "telegram") -> str:
        """Send a message; returns the words of the last reply."""
        return (await self.says(text, user, kind, channel)).text.plain

    async def taps(self, button: str, user: str = "dân", channel: str = "telegram") -> str:
        """Press a button; returns the words of the reply."""
        return await self.answer_to(button, user, "button", channel)

    async def employ(self, user: str, role: Role = "staff", unit: str = "sa-dec", channel: str = "telegram") -> None:
        """Have somebody join a unit."""
        async with self.store.transaction() as tx:
            await tx.create_token("invitation", unit, role, f"CODE-{user}", self.now + LIFE)
        assert "Đã nhận Ông/Bà" in await self.answer_to(f"/thamgia CODE-{user}", user, channel=channel)

    async def complains(self, user: str = "dân", channel: str = "telegram", level: int = 1) -> Reply:
        """Rate counter 2 badly and say why; returns what the citizen is asked then."""
        await self.says("k_quay2", user, "start", channel)
        await self.taps(f"s:{KEY}:agree", user, channel)
        await self.taps(f"s:{KEY}:overall:{level}", user, channel)
        await self.taps(f"s:{KEY}:skip:reasons", user, channel)
        return await self.says(COMMENT, user, channel=channel)

    async def case(self) -> Case:
        """The only case."""
        async with self.store.reading() as tx:
            (case,) = await tx.cases(list(units().units), STATES, 9)
        return case

    async def a_minute_later(self) -> int:
        """Let a minute pass, and do what the clock does; returns how many chats were written to."""
        self.now += GAP
        async with self.store.transaction() as tx:
            return await self.shell.alerts.tell_waiting(tx)

    async def inbox(self) -> dict[str, list[Reply]]:
        """What was sent outside of turns since the last look, by reader."""
        found: dict[str, list[Reply]] = {}
        async with self.store.transaction() as tx:
            claimed: list[Outgoing] = await tx.claim(["telegram"], self.now)
            await tx.sent([outgoing.id for outgoing in claimed])
        for outgoing in claimed:
            found.setdefault(outgoing.user, []).append(outgoing.reply)
        return found
