"""Dossiers that wait for something, and the apologies for late ones."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, func, select, update

from reports.dossiers.due_list import WAITS, Waiting, Waits
from storage.dossiers import DOSSIER, Dossiers, dossier_of
from storage.tables.base import table
from storage.tables.figures import ApologyRow

APOLOGY = table(ApologyRow)


class DueDossiers(Dossiers):
    """The part of a transaction that finds due dossiers and keeps apologies."""

    async def count_due(self, unit: str, now: datetime, until: date) -> dict[Waits, dict[str, int]]:
        """Count the dossiers of a unit that wait for something, by kind and field."""
        counts: dict[Waits, dict[str, int]] = {}
        for kind in WAITS:
            wanted = (DOSSIER.c.unit == unit, _conditions(now, until)[kind])
            statement = select(DOSSIER.c.field, func.count()).where(*wanted).group_by(DOSSIER.c.field)
            rows = (await self._connection.execute(statement.order_by(DOSSIER.c.field))).all()
            if rows:
                counts[kind] = {name: int(count) for name, count in rows}
        return counts

    async def due_dossiers(self, unit: str, kind: Waits, now: datetime, until: date, most: int) -> list[Waiting]:
        """Return the dossiers of a unit that wait for one thing, the longest overdue first."""
        same = and_(APOLOGY.c.unit == DOSSIER.c.unit, APOLOGY.c.dossier == DOSSIER.c.code)
        statement = (
            select(DOSSIER, APOLOGY.c.drafted_on, APOLOGY.c.sent_on)
            .outerjoin(APOLOGY, same)
            .where(DOSSIER.c.unit == unit, _conditions(now, until)[kind])
            .order_by(DOSSIER.c.due_at.is_(None), DOSSIER.c.due_at, DOSSIER.c.code)
            .limit(most)
        )
        rows = await self._connection.execute(statement)
        return [Waiting(dossier_of(row), row.drafted_on, row.sent_on) for row in rows]

    async def note_apologies(self, unit: str, codes: Sequence[str], day: date) -> None:
        """Remember that apologies were drafted on a day; those that were drafted before keep their day."""
        if codes:
            statement = self._insert(APOLOGY).on_conflict_do_nothing()
            await self._connection.execute(
                statement, [{"unit": unit, "dossier": code, "drafted_on": day} for code in codes]
            )

    async def send_apology(self, unit: str, code: str, day: date) -> None:
        """Remember that the apology for a dossier was sent on a day; the first day stays."""
        await self.note_apologies(unit, [code], day)
        wanted = (APOLOGY.c.unit == unit, APOLOGY.c.dossier == code, APOLOGY.c.sent_on.is_(None))
        await self._connection.execute(update(APOLOGY).where(*wanted).values(sent_on=day))


def _conditions(now: datetime, until: date) -> Mapping[Waits, Any]:
    d = DOSSIER.c
    unsettled = d.resolved_on.is_(None)
    return {
        "overdue": and_(unsettled, d.due_at < now),
        "not_handed": and_(d.resolved_on.is_not(None), d.handed_at.is_(None), d.due_at < now),
        "not_closed": and_(d.handed_at.is_not(None), d.closed_at.is_(None)),
        "due_soon": and_(unsettled, d.due_at >= now, d.due_on <= until),
    }
