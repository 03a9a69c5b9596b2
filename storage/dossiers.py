"""Dossiers and totals from exports of the e-one-stop software: their counts, and which dossiers wait for something."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, case, delete, func, insert, or_, select, union_all, update

from reports.dossiers.dossier import COUNTS, Counted, Dossier, DossierImport, Flow
from reports.dossiers.due_list import WAITS, Waiting, Waits
from storage.tables.base import table
from storage.tables.figures import ApologyRow, DossierImportRow, DossierRow, DossierTotalRow
from storage.transaction import Queries

IMPORT = table(DossierImportRow)
DOSSIER = table(DossierRow)
APOLOGY = table(ApologyRow)
TOTAL = table(DossierTotalRow)
CHUNK = 500
_KEYS = tuple(Dossier.__dataclass_fields__)
_IMPORT_KEYS = tuple(DossierImport.__dataclass_fields__)


class Dossiers(Queries):
    """The part of a transaction that keeps dossiers and apologies for late ones, and counts dossiers."""

    async def add_dossier_import(self, imported: DossierImport) -> int:
        """Enter an import into the history; returns its number."""
        values = {key: getattr(imported, key) for key in _IMPORT_KEYS}
        statement = insert(IMPORT).values(values).returning(IMPORT.c.id)
        return int((await self._connection.execute(statement)).scalar_one())

    async def last_dossier_import(self, unit: str, kind: str, period: str = "") -> DossierImport | None:
        """Return a unit's last import of a kind; `period` is that of totals, empty for lists. None if none."""
        wanted = (IMPORT.c.unit == unit, IMPORT.c.kind == kind, IMPORT.c.period == period)
        statement = select(IMPORT).where(*wanted).order_by(IMPORT.c.id.desc()).limit(1)
        row = (await self._connection.execute(statement)).one_or_none()
        return DossierImport(**{key: getattr(row, key) for key in _IMPORT_KEYS}) if row else None

    async def dossiers(self, unit: str, codes: Sequence[str]) -> dict[str, Dossier]:
        """Return dossiers of a unit by code; unknown codes are left out."""
        found: dict[str, Dossier] = {}
        for start in range(0, len(codes), CHUNK):
            wanted = DOSSIER.c.code.in_(codes[start : start + CHUNK])
            rows = await self._connection.execute(select(DOSSIER).where(DOSSIER.c.unit == unit, wanted))
            found |= {row.code: _dossier(row) for row in rows}
        return found

    async def dossiers_elsewhere(self, unit: str, codes: Sequence[str]) -> dict[str, str]:
        """Return the codes that other units have too, each with one of those units."""
        found: dict[str, str] = {}
        for start in range(0, len(codes), CHUNK):
            wanted = (DOSSIER.c.code.in_(codes[start : start + CHUNK]), DOSSIER.c.unit != unit)
            found |= dict((await self._connection.execute(select(DOSSIER.c.code, DOSSIER.c.unit).where(*wanted))).all())
        return found

    async def keep_dossiers(self, unit: str, dossiers: Sequence[Dossier], number: int) -> None:
        """Store dossiers of a unit; they replace those with the same codes. `number` is the import's."""
        if not dossiers:
            return
        statement = self._insert(DOSSIER)
        statement = statement.on_conflict_do_update(
            index_elements=[DOSSIER.c.unit, DOSSIER.c.code],
            set_={key: statement.excluded[key] for key in (*_KEYS, "import_id") if key != "code"},
        )
        rows = [{"unit": unit, "import_id": number, **{key: getattr(one, key) for key in _KEYS}} for one in dossiers]
        await self._connection.execute(statement, rows)

    async def keep_dossier_totals(self, unit: str, period: str, flows: Sequence[Flow], number: int) -> None:
        """Replace a unit's totals of a period, one row for each field; `number` is the import's."""
        await self._connection.execute(delete(TOTAL).where(TOTAL.c.unit == unit, TOTAL.c.period == period))
        rows = [
            {"unit": unit, "period": period, "import_id": number, "field": flow.field, **_counts(flow)}
            for flow in flows
        ]
        await self._connection.execute(insert(TOTAL), rows)

    async def dossier_lists(self, units: Sequence[str]) -> dict[str, datetime]:
        """Return when the list of each unit was last imported; units without a list are left out."""
        wanted = (IMPORT.c.unit.in_(units), IMPORT.c.kind == "list")
        statement = select(IMPORT.c.unit, func.max(IMPORT.c.at).label("at")).where(*wanted).group_by(IMPORT.c.unit)
        return {row.unit: row.at for row in await self._connection.execute(statement)}

    async def count_dossiers(self, units: Sequence[str], first: date, last: date) -> list[Counted]:
        """Count the dossiers that units had to settle between two days, both included, by unit and field.

        A dossier counts as received in the period, or as carried over if it came before and was unresolved
        when the period began. It is settled if it has a result up to the last day: early on a day before the
        due day, late after the due moment, else on time (also without a time limit). A pending one is late
        if its due moment passed within the period and before the unit's last import.
        """
        latest = select(IMPORT.c.unit, func.max(IMPORT.c.at).label("at")).where(IMPORT.c.kind == "list")
        latest_of = latest.group_by(IMPORT.c.unit).subquery()
        d = _concerned(units, first, last).c
        new = d.received_on >= first
        settled = and_(d.resolved_on.is_not(None), d.resolved_on <= last)
        pending = or_(d.resolved_on.is_(None), d.resolved_on > last)
        early = and_(settled, d.due_on.is_not(None), d.resolved_on < d.due_on)
        late = and_(settled, d.due_at.is_not(None), d.resolved_at > d.due_at)
        passed = and_(d.due_at.is_not(None), d.due_at < latest_of.c.at)
        pending_late = and_(pending, d.due_on <= last, passed)
        unsettled, waiting, unclosed = d.resolved_at.is_(None), d.handed_at.is_(None), d.closed_at.is_(None)
        sums = {
            "online": and_(new, d.channel == "online"),
            "direct": and_(new, d.channel == "direct"),
            "post": and_(new, d.channel == "post"),
            "carried_over": d.received_on < first,
            "early": early,
            "late": late,
            "settled": settled,
            "pending": pending,
            "pending_late": pending_late,
            "unsettled_late": and_(unsettled, passed),
            "not_handed": and_(d.resolved_at.is_not(None), waiting, passed),
            "not_closed": and_(d.handed_at.is_not(None), unclosed, passed),
        }
        counted = [func.sum(case((condition, 1), else_=0)).label(name) for name, condition in sums.items()]
        statement = (
            select(d.unit, d.field, *counted)
            .join(latest_of, latest_of.c.unit == d.unit)
            .group_by(d.unit, d.field)
            .order_by(d.unit, d.field)
        )
        return [_counted(row) for row in (await self._connection.execute(statement)).mappings()]

    async def dossier_totals(self, units: Sequence[str], period: str) -> list[tuple[str, Flow, datetime]]:
        """Return the totals by field that units gave for exactly a period: unit, flow, when they were imported."""
        statement = (
            select(TOTAL, IMPORT.c.at)
            .join(IMPORT, IMPORT.c.id == TOTAL.c.import_id)
            .where(TOTAL.c.unit.in_(units), TOTAL.c.period == period)
            .order_by(TOTAL.c.unit, TOTAL.c.field)
        )
        rows = await self._connection.execute(statement)
        return [(row.unit, Flow(row.field, **{key: getattr(row, key) for key in COUNTS}), row.at) for row in rows]

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
        return [Waiting(_dossier(row), row.drafted_on, row.sent_on) for row in rows]

    async def note_apologies(self, unit: str, codes: Sequence[str], day: date) -> None:
        """Note that apologies were drafted on a day; apologies drafted before keep their first day."""
        if codes:
            statement = self._insert(APOLOGY).on_conflict_do_nothing()
            await self._connection.execute(
                statement, [{"unit": unit, "dossier": code, "drafted_on": day} for code in codes]
            )

    async def send_apology(self, unit: str, code: str, day: date) -> None:
        """Note that the apology for a dossier was sent on a day; an apology sent before keeps its first day."""
        await self.note_apologies(unit, [code], day)
        wanted = (APOLOGY.c.unit == unit, APOLOGY.c.dossier == code, APOLOGY.c.sent_on.is_(None))
        await self._connection.execute(update(APOLOGY).where(*wanted).values(sent_on=day))


def _concerned(units: Sequence[str], first: date, last: date) -> Any:
    """Return the dossiers that had to be settled: a union of three disjoint sets, each of which uses an index."""
    d = DOSSIER.c
    sets = (
        d.received_on.between(first, last),
        and_(d.received_on < first, d.resolved_on.is_(None)),
        and_(d.received_on < first, d.resolved_on >= first),
    )
    return union_all(*(select(DOSSIER).where(d.unit.in_(units), each) for each in sets)).subquery()


def _dossier(row: Any) -> Dossier:
    """Return a row as a dossier."""
    return Dossier(**{key: getattr(row, key) for key in _KEYS})


def _counts(flow: Flow) -> dict[str, int]:
    return {key: getattr(flow, key) for key in COUNTS}


def _counted(row: Any) -> Counted:
    n = {name: int(value) for name, value in row.items() if name not in ("unit", "field")}
    flow = Flow(
        field=row["field"],
        **{name: n[name] for name in ("online", "direct", "post", "carried_over", "early", "late", "pending_late")},
        on_time=n["settled"] - n["early"] - n["late"],
        pending_in_time=n["pending"] - n["pending_late"],
    )
    return Counted(row["unit"], flow, n["unsettled_late"], n["not_handed"], n["not_closed"])


def _conditions(now: datetime, until: date) -> Mapping[Waits, Any]:
    d = DOSSIER.c
    unsettled = d.resolved_on.is_(None)
    return {
        "overdue": and_(unsettled, d.due_at < now),
        "not_handed": and_(d.resolved_on.is_not(None), d.handed_at.is_(None), d.due_at < now),
        "not_closed": and_(d.handed_at.is_not(None), d.closed_at.is_(None)),
        "due_soon": and_(unsettled, d.due_at >= now, d.due_on <= until),
    }
