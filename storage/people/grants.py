"""The pairs of tokens that a messenger grants to accounts; only one process at a time changes a pair."""

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import or_, select, update

from storage.tables.base import table
from storage.tables.channels import GrantRow
from storage.transaction import Queries

GRANT = table(GrantRow)


@dataclass(frozen=True, slots=True)
class Grant:
    """An account's pair of tokens, encrypted, as GrantRow explains it."""

    account: str
    access: str
    refresh: str
    expires_at: datetime
    refresh_until: datetime
    version: int = 0
    seed: str = ""
    problem: str = ""
    leased_until: datetime | None = None


class Grants(Queries):
    """The part of a transaction that keeps tokens."""

    async def grant(self, account: str) -> Grant | None:
        """Return the tokens of an account; None where it never had any."""
        row = (await self._connection.execute(select(GRANT).where(GRANT.c.account == account))).mappings().one_or_none()
        return Grant(**row) if row else None

    async def keep_grant(self, grant: Grant) -> None:
        """Store an account's tokens; they replace the earlier ones."""
        statement = self._insert(GRANT)
        changed = {name: statement.excluded[name] for name in Grant.__dataclass_fields__ if name != "account"}
        upsert = statement.on_conflict_do_update(index_elements=[GRANT.c.account], set_=changed)
        await self._connection.execute(upsert, [asdict(grant)])

    async def lease_grant(self, account: str, version: int, now: datetime, until: datetime) -> bool:
        """Take the right to change a pair; False if another process has that right, or has changed the pair already."""
        free = or_(GRANT.c.leased_until.is_(None), GRANT.c.leased_until < now)
        wanted = (GRANT.c.account == account, GRANT.c.version == version, free)
        taken = await self._connection.execute(update(GRANT).where(*wanted).values(leased_until=until))
        return bool(taken.rowcount)

    async def end_lease(self, account: str, version: int, problem: str = "") -> None:
        """Give up the right with the pair unchanged; `problem` says why the pair can no longer be used."""
        wanted = (GRANT.c.account == account, GRANT.c.version == version)
        await self._connection.execute(update(GRANT).where(*wanted).values(leased_until=None, problem=problem))
