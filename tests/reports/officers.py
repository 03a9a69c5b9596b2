"""Officers who get reports by the clock, and what waits for them."""

from datetime import datetime, timedelta

from handlers.channel import Traits
from handlers.ports import Membership, Outgoing
from handlers.world import World
from reports.bulletins.sending import send_due
from reports.bulletins.timetable import Deadlines
from storage.store import SqlStore
from tests.clock import ZONE
from tests.sample import world

CHANNELS = {"telegram": Traits(size=4096, pushed=True), "webchat": Traits(size=100_000, remembers=True)}
DEADLINES = Deadlines()
WEEK = timedelta(days=7)
MONDAY = datetime(2026, 11, 23, 7, 30, tzinfo=ZONE)
WEDNESDAY = datetime(2026, 11, 18, 10, 0, tzinfo=ZONE)
OFFICER = Membership("telegram", "77", "sa-dec", "staff")


async def prepared(store: SqlStore, *members: Membership, since: datetime = WEDNESDAY) -> None:
    """Add the sample's units, and members of staff who have redeemed their codes."""
    async with store.transaction() as tx:
        for unit in world().units.values():
            await tx.add_unit(unit, since)
        for number, member in enumerate(members):
            code = f"AAAA{number}"
            await tx.create_token("invitation", member.unit, member.role, code, since + WEEK)
            await tx.redeem(code, member.channel, member.user, since)


async def send(store: SqlStore, now: datetime, using: World | None = None) -> int:
    """Run the job."""
    return await send_due(store, using or world(), CHANNELS, now, DEADLINES)


async def everything(store: SqlStore, now: datetime = MONDAY) -> list[Outgoing]:
    """What waits for delivery, texts and files; each is seen once in the hour after."""
    async with store.transaction() as tx:
        return await tx.claim(["telegram", "zalo"], now)


async def waiting(store: SqlStore, now: datetime = MONDAY) -> list[Outgoing]:
    """The texts that wait for delivery."""
    return [outgoing for outgoing in await everything(store, now) if outgoing.reply.text]
