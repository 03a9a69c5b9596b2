"""The outbox as queues: a chat's replies are delivered in order, and by one process at a time."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, func, literal, literal_column, not_, select, text, tuple_, update

from handlers.messages import Reply
from handlers.ports import Outgoing
from storage.tables.base import table
from storage.tables.conversations import OutboxRow
from storage.transaction import Queries

LEASE = timedelta(seconds=10)
AT_ONCE = 5000
OUTBOX = table(OutboxRow)
# The advisory lock of PostgreSQL under which processes look for replies, one after the other.
LOOKING = 0x6D6F7463 + 1
# A literal, since a partial index is not used for a bound value.
WAITING: Any = literal_column("'waiting'")
_EARLIER = OUTBOX.alias("earlier")


class Queues(Queries):
    """The methods of a transaction that lease replies to processes.

    A waiting reply is leased to the process that will send it. A reply is not leased to a process while an older reply
    of the same chat waits elsewhere: with another process, or without a lease. Leases go by the database's own clock.
    SQLite has none, so there a lease that ends later than any lease can last is void.
    """

    async def moment(self, now: datetime) -> datetime:
        """Return the present moment by the database's own clock; on SQLite, which has none, return `now`."""
        if not self._has_clock:
            return now
        moment: datetime = (await self._connection.execute(select(func.clock_timestamp()))).scalar_one()
        return moment.astimezone(now.tzinfo)

    def _lease(self, moment: Any) -> dict[str, Any]:
        """Return the lease columns of a reply that this process takes over."""
        return {"leased_until": moment + LEASE, "holder": self._holder}

    async def _waited_for(self, chats: Collection[tuple[str, str]], now: datetime) -> set[tuple[str, str]]:
        """Return the chats in which a reply waits that is not leased to this process.

        Their sessions must be locked: every other process that writes to these chats has then committed, or waits.
        """
        if not chats:
            return set()
        given: dict[str, Any] = {"chats": sorted(chats), "ours": self._holder}
        if not self._has_clock:
            given |= {"now": now, "lease_ends": now + LEASE}
        found = await self._connection.execute(_waiting_elsewhere(by_clock=self._has_clock), given)
        return {(row.channel, row.person) for row in found}

    async def sent(self, identifiers: Sequence[int]) -> None:
        """Mark replies as delivered."""
        await self._connection.execute(_SENT, {"delivered": list(identifiers)})

    async def refused(self, identifier: int, problem: str) -> None:
        """Mark a reply that can never be delivered, with the reason."""
        done = update(OUTBOX).where(OUTBOX.c.id == identifier)
        await self._connection.execute(done.values(state="refused", problem=problem, **_FREE))

    async def claim(self, channels: Sequence[str], now: datetime, most: int = 200) -> list[Outgoing]:
        """Lease waiting replies that no process holds, oldest first; none if an older one of its chat is held."""
        await self._look_alone()
        elsewhere = (
            select(literal(1))
            .where(
                _EARLIER.c.state == WAITING,
                _EARLIER.c.channel == OUTBOX.c.channel,
                _EARLIER.c.person == OUTBOX.c.person,
                _EARLIER.c.id < OUTBOX.c.id,
                _EARLIER.c.holder != self._holder,
                self._is_leased(_EARLIER, now),
            )
            .exists()
        )
        free = not_(self._is_leased(OUTBOX, now))
        wanted = (
            select(OUTBOX.c.id)
            .where(OUTBOX.c.state == WAITING, OUTBOX.c.channel.in_(channels), free, not_(elsewhere))
            .order_by(OUTBOX.c.id)
            .limit(most)
            .with_for_update()
        )
        statement = (
            update(OUTBOX)
            .where(OUTBOX.c.id.in_(wanted))
            .values(attempts=OUTBOX.c.attempts + 1, **self._lease(self._moment(now)))
            .returning(OUTBOX.c.id, OUTBOX.c.channel, OUTBOX.c.person, OUTBOX.c.payload, OUTBOX.c.mine)
        )
        return sorted((outgoing(row) for row in await self._connection.execute(statement)), key=lambda out: out.id)

    async def hold(self, identifiers: Sequence[int], now: datetime) -> set[int]:
        """Renew this process's leases on replies; returns the ids that still wait and are still leased to it."""
        await self._look_alone()
        kept: set[int] = set()
        for some in _batched(identifiers, AT_ONCE):
            statement = (
                update(OUTBOX).where(*self._ours(some)).values(**self._lease(self._moment(now))).returning(OUTBOX.c.id)
            )
            kept.update((await self._connection.execute(statement)).scalars())
        return kept

    async def let_go(self, identifiers: Sequence[int]) -> None:
        """Release leases of this process, for the process that holds older replies of the same chat."""
        for some in _batched(identifiers, AT_ONCE):
            await self._connection.execute(update(OUTBOX).where(*self._ours(some)).values(**_FREE))

    async def release(self) -> None:
        """Free all leases; for a database that only one process uses, at its start."""
        await self._connection.execute(update(OUTBOX).where(OUTBOX.c.state == WAITING).values(**_FREE))

    def _ours(self, identifiers: Sequence[int]) -> tuple[ColumnElement[bool], ...]:
        return OUTBOX.c.id.in_(identifiers), OUTBOX.c.state == WAITING, OUTBOX.c.holder == self._holder

    async def _look_alone(self) -> None:
        """Lock out other processes while choosing replies: two at once would split a chat's queue."""
        if self._has_clock:
            await self._connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOOKING})

    @property
    def _has_clock(self) -> bool:
        return self._connection.dialect.name == "postgresql"

    def _moment(self, now: datetime) -> Any:
        return func.clock_timestamp() if self._has_clock else now

    def _is_leased(self, rows: Any, now: datetime) -> ColumnElement[bool]:
        moment = self._moment(now)
        return _leased_between(rows, moment, moment + LEASE)


def _leased_between(rows: Any, moment: Any, latest: Any) -> ColumnElement[bool]:
    until = rows.c.leased_until
    return and_(until.is_not(None), until >= moment, until <= latest)


def _batched(identifiers: Sequence[int], most: int) -> Iterator[Sequence[int]]:
    """Cut a list into parts that are short enough to be bound to a statement."""
    return (identifiers[start : start + most] for start in range(0, len(identifiers), most))


_FREE = {"leased_until": None, "holder": ""}
# Statements that every turn runs are built once: building takes longer than running.
_SENT: Any = update(OUTBOX).where(OUTBOX.c.id.in_(bindparam("delivered", expanding=True))).values(state="sent", **_FREE)


def _moment_named(name: str) -> Any:
    return bindparam(name, type_=OUTBOX.c.leased_until.type)


@cache
def _waiting_elsewhere(*, by_clock: bool) -> Any:
    """Return the SELECT of those of `chats` in which a reply waits that is not leased to the process `ours`.

    Leases are checked by the database's own clock, or else at `now`; a lease that ends after `lease_ends` is void.
    """
    clock: Any = func.clock_timestamp()
    moment, latest = (clock, clock + LEASE) if by_clock else map(_moment_named, ("now", "lease_ends"))
    ours = and_(OUTBOX.c.holder == bindparam("ours"), _leased_between(OUTBOX, moment, latest))
    asked = tuple_(OUTBOX.c.channel, OUTBOX.c.person).in_(bindparam("chats", expanding=True))
    return select(OUTBOX.c.channel, OUTBOX.c.person).where(OUTBOX.c.state == WAITING, asked, not_(ours))


def outgoing(row: Any) -> Outgoing:
    """Read a row of the outbox."""
    return Outgoing(row.id, row.channel, row.person, Reply.from_json(row.payload), row.mine)
