"""Inbox, sessions and outbox: a turn is committed as one."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import bindparam, delete, func, insert, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from handlers.messages import Incoming, Reply, Text
from handlers.ports import Addressee, Conflict, Outgoing, Recalled, Recorded
from handlers.session import Session
from storage.conversations.outbox import OUTBOX, Queues, outgoing
from storage.tables.base import HeartbeatRow, table
from storage.tables.channels import SilenceRow
from storage.tables.conversations import InboxRow, SessionRow, TokenRow
from storage.transaction import insert_into

INBOX = table(InboxRow)
SESSION = table(SessionRow)
TOKEN = table(TokenRow)
HEARTBEAT = table(HeartbeatRow)
SILENCE = table(SilenceRow)


class Turns(Queues):
    """The part of a transaction that keeps conversations."""

    async def record(self, turns: Sequence[Recorded], now: datetime) -> list[list[Outgoing]]:
        """Commit inbox, sessions and outbox of turns; raise Conflict if any was overtaken."""
        await self._claim_messages(turns, now)
        await self._save_sessions(turns, now)
        pushed = {(turn.incoming.channel, turn.incoming.user) for turn in turns if turn.pushed and turn.replies}
        waited_for = await self._waited_for(pushed, now)
        leased = self._lease(await self.moment(now)) if pushed else {}
        rows: list[dict[str, Any]] = []
        owners: list[int | None] = []
        for position, turn in enumerate(turns):
            behind = (turn.incoming.channel, turn.incoming.user) in waited_for
            lease = leased if turn.pushed and not behind else {}
            if turn.said:
                rows.append(_row(turn, Reply(Text.of(turn.said)), now, mine=True))
                owners.append(None)
            for reply in turn.replies:
                rows.append(_row(turn, reply, now) | lease)
                owners.append(position)
        sent: list[list[Outgoing]] = [[] for _ in turns]
        replies = iter([reply for turn in turns for reply in turn.replies])
        for identifier, owner in zip(await self._numbered(rows), owners, strict=True):
            if owner is not None:
                channel, user = turns[owner].incoming.channel, turns[owner].incoming.user
                behind = (channel, user) in waited_for
                sent[owner].append(Outgoing(identifier, channel, user, next(replies), behind=behind))
        return sent

    async def _numbered(self, rows: Sequence[dict[str, Any]]) -> list[int]:
        """Put rows into the outbox; returns their ids in the order given."""
        if not rows:
            return []
        statement = _numbering(self._connection.dialect.name)
        return sorted((await self._connection.execute(statement, rows)).scalars())

    async def _claim_messages(self, turns: Sequence[Recorded], now: datetime) -> None:
        rows = [{"channel": t.incoming.channel, "message": t.incoming.id, "at": now} for t in turns]
        statement = _claiming(self._connection.dialect.name)
        if len((await self._connection.execute(statement, rows)).all()) != len(rows):
            raise Conflict("a message was answered by another process")

    async def _save_sessions(self, turns: Sequence[Recorded], now: datetime) -> None:
        rows: dict[tuple[str, str], dict[str, Any]] = {}
        for turn in turns:
            person = (turn.incoming.channel, turn.incoming.talk)
            version = rows[person]["version"] if person in rows else turn.version + 1
            rows[person] = {
                "channel": person[0],
                "person": person[1],
                "version": version,
                "state": turn.session.to_json(),
                "at": now,
            }
        statement = _saving(self._connection.dialect.name)
        ordered = [rows[person] for person in sorted(rows)]
        if len((await self._connection.execute(statement, ordered)).all()) != len(ordered):
            raise Conflict("a session was changed by another process")

    async def enqueue(self, person: Addressee, replies: Sequence[Reply], now: datetime, *, pushed: bool) -> None:
        """Put replies to one chat into the outbox, outside any turn.

        The chat's session is locked, as by a turn. Ids are therefore in the order of commits, and a page that asks for
        the replies after the last id it saw misses none.
        """
        lock = self._insert(SESSION).on_conflict_do_update(
            index_elements=[SESSION.c.channel, SESSION.c.person], set_={"version": SESSION.c.version}
        )
        session = {"channel": person.channel, "person": person.user, "version": 0, "state": Session().to_json()}
        await self._connection.execute(lock, [{**session, "at": now}])
        rows = [_values(person.channel, person.user, "", reply, now, pushed=pushed) for reply in replies]
        await self._connection.execute(insert(OUTBOX), rows)

    async def forget_before(self, limit: datetime, now: datetime, spared: Sequence[str] = ()) -> int:
        """Delete chats older than `limit` except waiting replies, and expired secrets; returns how many rows.

        Chats of `spared` channels are not deleted.
        """
        statements = (
            delete(OUTBOX).where(OUTBOX.c.at < limit, OUTBOX.c.state != "waiting", OUTBOX.c.channel.not_in(spared)),
            delete(INBOX).where(INBOX.c.at < limit, INBOX.c.channel.not_in(spared)),
            delete(SESSION).where(SESSION.c.at < limit, SESSION.c.channel.not_in(spared)),
            delete(TOKEN).where(TOKEN.c.expires_at < now),
            delete(SILENCE).where(SILENCE.c.until < limit),
        )
        return sum([(await self._connection.execute(statement)).rowcount for statement in statements])

    async def beat(self, now: datetime) -> None:
        """Insert and delete a row, to see whether the database can be written; the commit changes nothing else."""
        statement = self._insert(HEARTBEAT).on_conflict_do_update(index_elements=[HEARTBEAT.c.name], set_={"at": now})
        await self._connection.execute(statement, [{"name": "readiness", "at": now}])
        await self._connection.execute(delete(HEARTBEAT))

    async def date_back(self, limit: datetime) -> int:
        """Set the date of chats that a wrong clock dated after `limit` to `limit`, or they would be kept too long."""
        statements = [update(rows).where(rows.c.at > limit).values(at=limit) for rows in (OUTBOX, INBOX, SESSION)]
        return sum([(await self._connection.execute(statement)).rowcount for statement in statements])


# Statements that every turn runs are built once: building takes longer than running.
_SESSIONS_OF: Any = select(SESSION.c.channel, SESSION.c.person, SESSION.c.state, SESSION.c.version).where(
    tuple_(SESSION.c.channel, SESSION.c.person).in_(bindparam("people", expanding=True))
)
_ANSWERED_OF: Any = select(INBOX.c.channel, INBOX.c.message).where(
    tuple_(INBOX.c.channel, INBOX.c.message).in_(bindparam("keys", expanding=True))
)


@cache
def _claiming(dialect: str) -> Any:
    return insert_into(INBOX, dialect).on_conflict_do_nothing().returning(INBOX.c.message)


@cache
def _saving(dialect: str) -> Any:
    statement = insert_into(SESSION, dialect)
    return statement.on_conflict_do_update(
        index_elements=[SESSION.c.channel, SESSION.c.person],
        set_={name: statement.excluded[name] for name in ("version", "state", "at")},
        where=SESSION.c.version == statement.excluded.version - 1,
    ).returning(SESSION.c.person)


@cache
def _numbering(dialect: str) -> Any:
    # SQLite numbers rows in the order given; SQLAlchemy, asked for that order, would insert them one by one.
    return insert(OUTBOX).returning(OUTBOX.c.id, sort_by_parameter_order=dialect != "sqlite")


def _row(turn: Recorded, reply: Reply, now: datetime, *, mine: bool = False) -> dict[str, Any]:
    incoming = turn.incoming
    values = _values(incoming.channel, incoming.user, incoming.id, reply, now, pushed=turn.pushed and not mine)
    return {**values, "mine": mine}


def _values(channel: str, person: str, message: str, reply: Reply, now: datetime, *, pushed: bool) -> dict[str, Any]:
    return {
        "channel": channel,
        "person": person,
        "message": message,
        "mine": False,
        "payload": reply.to_json(),
        "state": "waiting" if pushed else "held",
        "attempts": 0,
        "leased_until": None,
        "holder": "",
        "at": now,
        "problem": "",
    }


async def recall(connection: AsyncConnection, messages: Sequence[Incoming]) -> list[Recalled]:
    """Return for each message, in order, the session that it belongs to, and whether it was answered."""
    people = {(message.channel, message.talk) for message in messages}
    keys = {(message.channel, message.id) for message in messages}
    sessions = {
        (row.channel, row.person): (Session.from_json(row.state), row.version)
        for row in await connection.execute(_SESSIONS_OF, {"people": sorted(people)})
    }
    answered = {(row.channel, row.message) for row in await connection.execute(_ANSWERED_OF, {"keys": sorted(keys)})}
    return [
        Recalled(
            *sessions.get((message.channel, message.talk), (Session(), 0)),
            answered=(message.channel, message.id) in answered,
        )
        for message in messages
    ]


async def replies_to(connection: AsyncConnection, incoming: Incoming) -> list[Outgoing]:
    """Return the committed replies to a message that was answered before."""
    statement = select(OUTBOX).where(
        OUTBOX.c.channel == incoming.channel, OUTBOX.c.message == incoming.id, OUTBOX.c.mine.is_(False)
    )
    return [outgoing(row) for row in await connection.execute(statement.order_by(OUTBOX.c.id))]


async def history(connection: AsyncConnection, channel: str, user: str, after: int, most: int) -> list[Outgoing]:
    """Return the last messages of a chat with ids above `after`, oldest first."""
    statement = (
        select(OUTBOX)
        .where(OUTBOX.c.channel == channel, OUTBOX.c.person == user, OUTBOX.c.id > after)
        .order_by(OUTBOX.c.id.desc())
        .limit(most)
    )
    return [outgoing(row) for row in await connection.execute(statement)][::-1]


async def line(connection: AsyncConnection, channel: str, user: str, identifier: int) -> Outgoing | None:
    """Return a message of a chat by its id; None where the chat has none of this id."""
    wanted = (OUTBOX.c.id == identifier, OUTBOX.c.channel == channel, OUTBOX.c.person == user)
    row = (await connection.execute(select(OUTBOX).where(*wanted))).one_or_none()
    return outgoing(row) if row else None


async def waiting(connection: AsyncConnection) -> int:
    """Count the replies that are not delivered yet."""
    counted = await connection.execute(select(func.count()).where(OUTBOX.c.state == "waiting"))
    return int(counted.scalar_one())
