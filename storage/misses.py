"""What citizens did not find, day by day, and what admins did about it."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date

from sqlalchemy import String, cast, literal, select, update

from reports.missed.groups import Handling, Miss
from storage.forms.answers import MISS
from storage.tables.base import table
from storage.tables.missed import MissHandlingRow
from storage.transaction import Queries

HANDLING = table(MissHandlingRow)
_KEYS = tuple(Handling.__dataclass_fields__)


class Misses(Queries):
    """The part of a transaction that keeps what citizens did not find, and what was done about it."""

    async def missed_daily(self, units: Sequence[str], first: date) -> list[Miss]:
        """Return what citizens of units did not find since a day, ordered by unit, day, kind and text."""
        wanted = (MISS.c.unit.in_(units), MISS.c.day >= first)
        columns = (MISS.c.unit, MISS.c.day, MISS.c.kind, MISS.c.text, MISS.c.count)
        rows = await self._connection.execute(select(*columns).where(*wanted).order_by(*columns))
        return [Miss(*row) for row in rows]

    async def handlings(self, units: Sequence[str]) -> list[Handling]:
        """Return what admins of units did about what was missed, the oldest first."""
        wanted = select(*(HANDLING.c[key] for key in _KEYS)).where(HANDLING.c.unit.in_(units))
        rows = await self._connection.execute(wanted.order_by(HANDLING.c.day, HANDLING.c.id))
        return [Handling(**{**row, "gists": frozenset(row["gists"])}) for row in rows.mappings()]

    async def matters_of_others(self) -> list[Handling]:
        """Return the handlings that declared a question another office's matter, the latest first."""
        wanted = select(*(HANDLING.c[key] for key in _KEYS)).where(HANDLING.c.what == "outside")
        rows = await self._connection.execute(wanted.order_by(HANDLING.c.id.desc()))
        return [Handling(**{**row, "gists": frozenset(row["gists"])}) for row in rows.mappings()]

    async def handle_misses(self, handling: Handling) -> bool:
        """Store what was done about a group; False if the same was done on this day before."""
        values = {**asdict(handling), "gists": sorted(handling.gists)}
        statement = self._insert(HANDLING).on_conflict_do_nothing().values(values)
        return bool((await self._connection.execute(statement)).rowcount)

    async def forget_handled_words(self, before: date) -> int:
        """Delete the citizens' words from what was handled before a day, except what became a name or a matter."""
        old = (HANDLING.c.day < before, HANDLING.c.what.in_(("missing", "ignored")), HANDLING.c.text != "")
        blank = {"text": "", "gist": literal("#") + cast(HANDLING.c.id, String), "gists": []}
        return int((await self._connection.execute(update(HANDLING).where(*old).values(blank))).rowcount)
