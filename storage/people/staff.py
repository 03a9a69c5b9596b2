"""Staff and their secrets: invitations, login links, browser sessions. Only hashes are stored."""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any, Literal, cast

from sqlalchemy import ColumnElement, delete, insert, select, update

from handlers.ports import Addressee, Bulletin, Chat, Membership, Role
from reports.clock_jumps import SLACK
from storage.tables.base import table
from storage.tables.conversations import RunRow, StaffRow, TokenRow
from storage.transaction import Queries

STAFF = table(StaffRow)
TOKEN = table(TokenRow)
RUN = table(RunRow)
TokenKind = Literal["invitation", "login", "browser"]
# No link or session lasts longer than this; one that does was made by a clock that was ahead, and is void.
LONGEST = timedelta(days=1, hours=1)


class People(Queries):
    """The part of a transaction that keeps staff, their secrets and the report runs."""

    async def create_token(
        self, kind: TokenKind, unit: str, role: Role, secret: str, expires: datetime, owner: Addressee | None = None
    ) -> None:
        """Store the hash of a secret. With an `owner`, the secret is valid only as long as that chat's membership."""
        values = {"digest": digest_of(kind, secret), "kind": kind, "unit": unit, "role": role, "expires_at": expires}
        values |= {"channel": owner.channel, "person": owner.user} if owner else {"channel": "", "person": ""}
        await self._connection.execute(insert(TOKEN), [values])

    async def use_token(self, kind: TokenKind, secret: str, now: datetime) -> tuple[str, Role] | None:
        """Use up a secret and return its unit and role; None if it is unknown, used or expired."""
        row = await self._take(kind, secret, now)
        return (row.unit, row.role) if row else None

    async def find_token(self, kind: TokenKind, secret: str, now: datetime) -> tuple[str, Role] | None:
        """Return the unit and role of a secret without using it up; None if it is not valid."""
        statement = select(TOKEN).where(TOKEN.c.digest == digest_of(kind, secret), *_worth(kind, now))
        row = await self._as_of_now((await self._connection.execute(statement)).one_or_none())
        return (row.unit, row.role) if row else None

    async def token_owner(self, kind: TokenKind, secret: str) -> Chat | None:
        """Return the chat that asked for a secret; None if the command line did."""
        owner = select(TOKEN.c.channel, TOKEN.c.person).where(TOKEN.c.digest == digest_of(kind, secret))
        row = (await self._connection.execute(owner)).one_or_none()
        return Chat(row.channel, row.person) if row and row.person else None

    async def _take(self, kind: TokenKind, secret: str, now: datetime) -> Any:
        """Delete a secret; returns its row if it was still valid."""
        statement = delete(TOKEN).where(TOKEN.c.digest == digest_of(kind, secret), *_worth(kind, now))
        return await self._as_of_now((await self._connection.execute(statement.returning(TOKEN))).one_or_none())

    async def _as_of_now(self, row: Any) -> Any:
        """Return a token's row with the role that its owner has now; None if the owner has left the unit."""
        if row is None or not row.person:
            return row
        role = select(STAFF.c.role).where(
            STAFF.c.channel == row.channel, STAFF.c.person == row.person, STAFF.c.unit == row.unit
        )
        found = (await self._connection.execute(role)).scalar_one_or_none()
        return SimpleNamespace(**{**row._mapping, "role": found}) if found else None

    async def forget_token(self, kind: TokenKind, secret: str) -> None:
        """Delete a secret, for example at logout."""
        await self._connection.execute(delete(TOKEN).where(TOKEN.c.digest == digest_of(kind, secret)))

    async def redeem(self, code: str, channel: str, user: str, now: datetime) -> Membership | None:
        """Use an invitation code once; None if it is unknown, used or expired."""
        found = await self.use_token("invitation", code, now)
        if found is None:
            return None
        unit, role = found
        statement = self._insert(STAFF)
        statement = statement.on_conflict_do_update(
            index_elements=[STAFF.c.channel, STAFF.c.person],
            set_={name: statement.excluded[name] for name in ("unit", "role", "joined_at", "seen_at")},
        )
        row = {"channel": channel, "person": user, "unit": unit, "role": role, "joined_at": now, "seen_at": now}
        await self._connection.execute(statement, [row])
        return await self.membership(channel, user)

    async def membership(self, channel: str, user: str) -> Membership | None:
        """Return the staff membership of a chat."""
        statement = select(STAFF).where(STAFF.c.channel == channel, STAFF.c.person == user)
        row = (await self._connection.execute(statement)).one_or_none()
        return _membership(row) if row else None

    async def members(self, unit: str, bulletin: Bulletin | None = None) -> list[Membership]:
        """Return the staff of a unit, without those who do not want a bulletin."""
        statement = select(STAFF).where(STAFF.c.unit == unit).order_by(STAFF.c.channel, STAFF.c.person)
        found = [_membership(row) for row in await self._connection.execute(statement)]
        return [member for member in found if bulletin not in member.muted]

    async def mute(self, channel: str, user: str, muted: Sequence[Bulletin]) -> None:
        """Remember which bulletins a member of staff does not want."""
        person = (STAFF.c.channel == channel, STAFF.c.person == user)
        await self._connection.execute(update(STAFF).where(*person).values(muted=",".join(sorted(set(muted)))))

    async def note_seen(self, channel: str, user: str, now: datetime) -> None:
        """Note that a member of staff looks at the chat now."""
        person = (STAFF.c.channel == channel, STAFF.c.person == user)
        await self._connection.execute(update(STAFF).where(*person).values(seen_at=now))

    async def leave(self, channel: str, user: str) -> bool:
        """End a chat's membership of staff; False if it had none."""
        statement = delete(STAFF).where(STAFF.c.channel == channel, STAFF.c.person == user)
        return bool((await self._connection.execute(statement)).rowcount)

    async def start_run(self, unit: str, period: str, kind: str, now: datetime) -> bool:
        """Claim a report run; False if it was claimed before. A claim by a clock that was ahead does not count."""
        statement = self._insert(RUN)
        statement = statement.on_conflict_do_update(
            index_elements=[RUN.c.unit, RUN.c.period, RUN.c.kind],
            set_={"at": statement.excluded.at},
            where=RUN.c.at > now + SLACK,
        ).returning(RUN.c.id)
        row = {"unit": unit, "period": period, "kind": kind, "at": now}
        return (await self._connection.execute(statement, [row])).first() is not None

    async def runs(self, since: datetime, until: datetime | None = None) -> set[tuple[str, str, str]]:
        """Return the (unit, period, kind) of the runs made since one moment and, if given, up to another."""
        statement = select(RUN.c.unit, RUN.c.period, RUN.c.kind).where(RUN.c.at >= since)
        if until:
            statement = statement.where(RUN.c.at <= until)
        return {(row.unit, row.period, row.kind) for row in await self._connection.execute(statement)}


def _worth(kind: TokenKind, now: datetime) -> list[ColumnElement[bool]]:
    """Return the conditions under which a secret is valid."""
    ends = [] if kind == "invitation" else [TOKEN.c.expires_at <= now + LONGEST]
    return [TOKEN.c.expires_at > now, *ends]


def digest_of(kind: TokenKind, secret: str) -> str:
    """Return the hash of a secret; in invitation codes, which people copy by hand, only letters and digits count."""
    if kind == "invitation":
        secret = "".join(ch for ch in secret.upper() if ch.isalnum())
    return hashlib.sha256(f"{kind}:{secret}".encode("utf-8", "surrogatepass")).hexdigest()


def _membership(row: Any) -> Membership:
    muted = cast(tuple[Bulletin, ...], tuple(filter(None, row.muted.split(","))))
    return Membership(row.channel, row.person, row.unit, row.role, muted, row.seen_at or row.joined_at)
