"""The browser sessions of staff: how they begin, go on and end."""

from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select, update

from handlers.ports import Membership
from storage.people.staff import STAFF, TOKEN, People, digest_of


class Logins(People):
    """The part of a transaction that keeps the sessions of staff."""

    async def begin_session(self, link: str, browser: str, now: datetime, idle: timedelta, life: timedelta) -> bool:
        """Use a login link up and open a session in its place; False if it is unknown, used, expired or void.

        The session ends `life` after now, or earlier if it is not used for `idle`.
        """
        row = await self._take("login", link, now)
        if row is None:
            return False
        values = {"unit": row.unit, "role": row.role, "channel": row.channel, "person": row.person}
        values |= {"digest": digest_of("browser", browser), "kind": "browser"}
        values |= {"expires_at": now + idle, "ends_at": now + life}
        await self._connection.execute(insert(TOKEN), [values])
        return True

    async def ends_before(self, browser: str, moment: datetime) -> bool:
        """Tell whether a session will end before a moment and can still be extended."""
        lasting = (TOKEN.c.expires_at < moment, TOKEN.c.ends_at > TOKEN.c.expires_at)
        found = select(TOKEN.c.digest).where(TOKEN.c.digest == digest_of("browser", browser), *lasting)
        return (await self._connection.execute(found)).first() is not None

    async def keep_session(self, browser: str, until: datetime) -> None:
        """Extend a session until a moment, but not beyond its maximum life."""
        mine = (TOKEN.c.digest == digest_of("browser", browser), TOKEN.c.ends_at.is_not(None))
        whole = update(TOKEN).where(*mine, TOKEN.c.ends_at > until).values(expires_at=until)
        rest = update(TOKEN).where(*mine, TOKEN.c.ends_at <= until).values(expires_at=TOKEN.c.ends_at)
        for statement in (whole, rest):
            await self._connection.execute(statement)

    async def end_sessions(self, unit: str) -> int:
        """End the sessions of a unit and void its login links; returns how many of both."""
        doors = delete(TOKEN).where(TOKEN.c.unit == unit, TOKEN.c.kind.in_(("login", "browser")))
        return (await self._connection.execute(doors)).rowcount

    async def remove_member(self, channel: str, user: str) -> Membership | None:
        """Delete a chat's membership, sessions and links; returns the membership, None if it had none."""
        member = await self.membership(channel, user)
        await self._connection.execute(delete(STAFF).where(STAFF.c.channel == channel, STAFF.c.person == user))
        await self._connection.execute(delete(TOKEN).where(TOKEN.c.channel == channel, TOKEN.c.person == user))
        return member
