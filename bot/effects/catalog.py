"""Effects of catalog files: taking one in, confirming and cancelling it."""

from collections.abc import Callable, Sequence
from datetime import datetime

from bot.nursery import Nursery
from handlers.messages import Incoming, Reply
from handlers.ports import Membership
from handlers.session import Session
from handlers.staff.catalog.confirming import Prepared, cancel, confirm, prepared
from handlers.staff.catalog.desk import Desk, sender_of, shown_name
from handlers.staff.catalog.replies import confirmed_reply
from handlers.staff.catalog.rights import publishes, scope_of, scopes_above
from handlers.staff.catalog.sent import OnFile, TakeFile
from handlers.turn import Effect
from handlers.wording import say
from handlers.world import World
from storage.store import SqlStore, SqlTx


class CatalogEffects:
    """Carries out what admins do with files in a chat."""

    def __init__(self, store: SqlStore, world: Callable[[], World], desk: Desk, nursery: Nursery) -> None:
        self._store = store
        self._world = world
        self._desk = desk
        self._nursery = nursery
        self._ready: Prepared | None = None

    async def prepare(self, effect: Effect, incoming: Incoming, now: datetime) -> None:
        """Work out what a confirmation will store, before its turn keeps others from writing."""
        if not isinstance(effect, OnFile) or effect.what == "no":
            return
        async with self._store.reading() as tx:
            member, world = await tx.membership(incoming.channel, incoming.user), self._world()
            if member and publishes(world, member):
                self._ready = await prepared(tx, _scopes(world, member), effect.token, now)

    async def take(
        self, tx: SqlTx, effect: TakeFile, incoming: Incoming, session: Session, now: datetime
    ) -> Sequence[Reply]:
        """Take in a file if its sender may change the catalog; it is read once the turn is committed."""
        member = await tx.membership(incoming.channel, incoming.user)
        if member is None:
            return [Reply(say(session.language, "none.unreadable"))]
        if not publishes(self._world(), member):
            return [Reply(say(session.language, "catalog_desk.only_admins"))]
        file = effect.file
        if refusal := self._desk.refusal(file):
            return [Reply(say(session.language, f"catalog_desk.refused.{refusal}", file=shown_name(file.name)))]
        who = sender_of(incoming, member.unit)
        pending = await self._desk.receive(tx, member.unit, who, file.name, file.content, file.source)
        self._nursery.start(self._desk.read_soon(pending.unit, pending.token), name="catalog-file")
        return [Reply(say(session.language, "catalog_desk.received", file=shown_name(file.name)))]

    async def act(
        self, tx: SqlTx, effect: OnFile, incoming: Incoming, session: Session, now: datetime
    ) -> Sequence[Reply]:
        """Confirm or cancel a file."""
        member, world = await tx.membership(incoming.channel, incoming.user), self._world()
        if member is None or not publishes(world, member):
            return [Reply(say(session.language, "catalog_desk.only_admins"))]
        unit = scope_of(world, member.unit)
        if effect.what == "no":
            gone = await cancel(tx, unit, effect.token)
            return [Reply(say(session.language, "catalog_desk.cancelled" if gone else "catalog_desk.outcome.gone"))]
        who, ready = sender_of(incoming, member.unit), self._ready
        self._ready = None
        done = await confirm(tx, _scopes(world, member), effect.token, who, now, effect.typed, ready=ready)
        if done.outcome == "moved":
            self._nursery.start(self._desk.read_soon(unit, effect.token), name="catalog-file")
        return [confirmed_reply(done, effect.token)]


def _scopes(world: World, member: Membership) -> list[str]:
    """Return the codes of the catalog that an admin changes and of those that it lies over."""
    return [scope_of(world, member.unit), *scopes_above(world, member.unit)]
