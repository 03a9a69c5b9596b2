"""A conversation with its effects on a store of its own."""

from dataclasses import replace
from datetime import datetime, timedelta

import locales
from bot.effects.dispatch import Effects
from bot.nursery import Nursery
from handlers.channel import Traits
from handlers.messages import Incoming, Kind, Reply
from handlers.ports import Membership, Role
from handlers.shell import Conversation
from handlers.world import Unit, World
from storage.store import SqlStore
from surveys.responses import Response
from tests.desks import desk_of, naming_of
from tests.sample import NOW, world

ADDRESS = "https://motcua.example.vn"
ONLY_STAFF = locales.text("vi", "staff.only_staff")
LIFE = timedelta(days=7)


def units(*more: Unit) -> World:
    """The sample's province and commune, with a part of the commune below it, and `more`."""
    whole = world()
    added = (Unit("to-1", "Tổ tiếp nhận số 1", "sa-dec"), Unit("cao-lanh", "Phường Cao Lãnh", "dong-thap"), *more)
    return replace(whole, units={**whole.units, **{unit.code: unit for unit in added}})


class Office:
    """The assistant of one process on an SQLite store, with a clock that the test moves."""

    def __init__(self, store: SqlStore) -> None:
        self.store = store
        self.now = NOW
        self.world = units()
        self._sent = 0
        channels = {"chat": Traits(size=100_000)}
        desk = desk_of(store, lambda: self.world, self.clock, channels)
        self.nursery = Nursery()
        naming = naming_of(store, lambda: self.world, self.clock, channels)
        effects = Effects(store, lambda: self.world, ADDRESS, channels, self.clock, desk, self.nursery, naming)
        self._shell = Conversation(store, lambda: self.world, effects, self.clock, channels)

    def clock(self) -> datetime:
        """The time now."""
        return self.now

    async def last(self, user: str = "lan") -> Reply:
        """Wait for what is done behind an answer; returns the last message of a chat."""
        await self.nursery.close(60)
        return (await self.store.history("chat", user))[-1].reply

    async def says(self, text: str, user: str = "lan", kind: Kind = "text") -> Reply:
        """Send a message; returns the one reply to it."""
        self._sent += 1
        handled = await self._shell.handle(Incoming("chat", user, str(self._sent), text, kind))
        (outgoing,) = handled.replies
        return outgoing.reply

    async def answer_to(self, text: str, user: str = "lan", kind: Kind = "text") -> str:
        """Send a message; returns the words of the reply to it."""
        return (await self.says(text, user, kind)).text.plain

    async def invite(self, code: str, role: Role = "staff", unit: str = "sa-dec") -> None:
        """Make an invitation."""
        async with self.store.transaction() as tx:
            await tx.create_token("invitation", unit, role, code, self.now + LIFE)

    async def employ(self, user: str, role: Role, unit: str = "sa-dec") -> None:
        """Have somebody join a unit."""
        await self.invite(f"CODE-{user}", role, unit)
        assert "Đã nhận Ông/Bà" in await self.answer_to(f"/thamgia CODE-{user}", user)

    async def member(self, user: str) -> Membership | None:
        """What a chat belongs to."""
        async with self.store.reading() as tx:
            return await tx.membership("chat", user)

    async def rate(self, *levels: int, unit: str = "sa-dec") -> None:
        """Store ratings of today."""
        given = [
            Response(
                f"{unit}{number}", unit, "quay1", "nhanh", 1, "0" * 64, "web", NOW.date(), answers={"overall": level}
            )
            for number, level in enumerate(levels)
        ]
        async with self.store.transaction() as tx:
            await tx.keep_responses(given)
