"""Dossiers in the store in memory: the rules of counting written once more, row by row."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any

from reports.dossiers.dossier import Counted, Dossier, DossierImport, Flow, total
from reports.dossiers.due_list import WAITS, Waiting, Waits


@dataclass(slots=True)
class Kept:
    """What is kept of dossiers."""

    imports: list[DossierImport] = field(default_factory=list)
    dossiers: dict[tuple[str, str], Dossier] = field(default_factory=dict)
    totals: dict[tuple[str, str], tuple[list[Flow], int]] = field(default_factory=dict)
    apologies: dict[tuple[str, str], tuple[date, date | None]] = field(default_factory=dict)

    def __copy__(self) -> "Kept":
        """Return another one with the same values."""
        return Kept(list(self.imports), dict(self.dossiers), dict(self.totals), dict(self.apologies))


class MemoryDossiers:
    """The part of a transaction in memory that keeps dossiers."""

    state: Any

    @property
    def _kept(self) -> Kept:
        kept: Kept = self.state.dossiers
        return kept

    async def add_dossier_import(self, imported: DossierImport) -> int:
        """Enter an import into the history; returns its number."""
        self._kept.imports.append(replace(imported, at=imported.at.astimezone(UTC)))
        return len(self._kept.imports)

    async def last_dossier_import(self, unit: str, kind: str, period: str = "") -> DossierImport | None:
        """Return the last import of a kind into a unit; of totals, that of a period."""
        wanted = (unit, kind, period)
        return next((one for one in self._kept.imports[::-1] if (one.unit, one.kind, one.period) == wanted), None)

    async def dossiers(self, unit: str, codes: Sequence[str]) -> dict[str, Dossier]:
        """Return dossiers of a unit by code; those that are not known are left out."""
        return {code: self._kept.dossiers[unit, code] for code in codes if (unit, code) in self._kept.dossiers}

    async def dossiers_elsewhere(self, unit: str, codes: Sequence[str]) -> dict[str, str]:
        """Return which of the codes other units have, with one of those units each."""
        return {code: other for other, code in self._kept.dossiers if other != unit and code in codes}

    async def keep_dossiers(self, unit: str, dossiers: Sequence[Dossier], number: int) -> None:
        """Store dossiers of a unit, or replace what stands under their codes; `number` is the import's."""
        self._kept.dossiers.update({(unit, one.code): one for one in dossiers})

    async def keep_dossier_totals(self, unit: str, period: str, flows: Sequence[Flow], number: int) -> None:
        """Replace a unit's totals of a period, a row a field; `number` is the import's."""
        self._kept.totals[unit, period] = (sorted(flows, key=lambda flow: flow.field), number)

    async def dossier_lists(self, units: Sequence[str]) -> dict[str, datetime]:
        """Return when the list of each unit was last imported; units without a list are left out."""
        return {one.unit: one.at for one in self._kept.imports if one.kind == "list" and one.unit in units}

    async def count_dossiers(self, units: Sequence[str], first: date, last: date) -> list[Counted]:
        """Count the dossiers that units had to settle between two days, both included, by unit and field."""
        lists = await self.dossier_lists(units)
        groups: dict[tuple[str, str], list[Counted]] = {}
        for (unit, _), one in self._kept.dossiers.items():
            if unit in lists and (counted := _counted(unit, one, first, last, lists[unit])):
                groups.setdefault((unit, one.field), []).append(counted)
        return [
            Counted(
                unit,
                total((one.flow for one in group), name),
                sum(one.unsettled_late for one in group),
                sum(one.not_handed for one in group),
                sum(one.not_closed for one in group),
            )
            for (unit, name), group in sorted(groups.items())
        ]

    async def dossier_totals(self, units: Sequence[str], period: str) -> list[tuple[str, Flow, datetime]]:
        """Return the totals by field that units gave for exactly a period: unit, flow, when they were imported."""
        return [
            (unit, flow, self._kept.imports[number - 1].at)
            for (unit, name), (flows, number) in sorted(self._kept.totals.items())
            for flow in flows
            if unit in units and name == period
        ]

    async def count_due(self, unit: str, now: datetime, until: date) -> dict[Waits, dict[str, int]]:
        """Count the dossiers of a unit that wait for something, by kind and field."""
        counts: dict[Waits, dict[str, int]] = {}
        for kind in WAITS:
            for one in self._waiting(unit, kind, now, until):
                fields = counts.setdefault(kind, {})
                fields[one.field] = fields.get(one.field, 0) + 1
        return {kind: dict(sorted(fields.items())) for kind, fields in counts.items()}

    async def due_dossiers(self, unit: str, kind: Waits, now: datetime, until: date, most: int) -> list[Waiting]:
        """Return the dossiers of a unit that wait for one thing, the longest overdue first."""
        found = self._waiting(unit, kind, now, until)
        found.sort(key=lambda one: (one.due_at is None, one.due_at or now, one.code))
        return [Waiting(one, *self._kept.apologies.get((unit, one.code), (None, None))) for one in found[:most]]

    def _waiting(self, unit: str, kind: Waits, now: datetime, until: date) -> list[Dossier]:
        return [
            one for (owner, _), one in self._kept.dossiers.items() if owner == unit and kind in _waits(one, now, until)
        ]

    async def note_apologies(self, unit: str, codes: Sequence[str], day: date) -> None:
        """Remember that apologies were drafted on a day; those that were drafted before keep their day."""
        for code in codes:
            self._kept.apologies.setdefault((unit, code), (day, None))

    async def send_apology(self, unit: str, code: str, day: date) -> None:
        """Remember that the apology for a dossier was sent on a day; the first day stays."""
        drafted, sent = self._kept.apologies.get((unit, code), (day, None))
        self._kept.apologies[unit, code] = (drafted, sent or day)


def _waits(one: Dossier, now: datetime, until: date) -> set[Waits]:
    """What one dossier waits for."""
    found: set[Waits] = set()
    if one.resolved_on is None and one.due_at and one.due_on:
        if one.due_at < now:
            found.add("overdue")
        elif one.due_on <= until:
            found.add("due_soon")
    if one.resolved_on and one.handed_at is None and one.due_at and one.due_at < now:
        found.add("not_handed")
    if one.handed_at and one.closed_at is None:
        found.add("not_closed")
    return found


def _counted(unit: str, one: Dossier, first: date, last: date, as_of: datetime) -> Counted | None:
    """Where one dossier goes; None where it is not the period's business."""
    if one.received_on > last:
        return None
    if one.received_on < first and one.resolved_on and one.resolved_on < first:
        return None
    came = one.channel if one.received_on >= first else "carried_over"
    passed = one.due_at is not None and one.due_at < as_of
    if one.resolved_on and one.resolved_on <= last:
        if one.due_at is None or one.due_on is None or one.resolved_at is None:
            went = "on_time"
        elif one.resolved_on < one.due_on:
            went = "early"
        else:
            went = "on_time" if one.resolved_at <= one.due_at else "late"
    else:
        went = "pending_late" if passed and one.due_on and one.due_on <= last else "pending_in_time"
    return Counted(
        unit,
        Flow(one.field, **{came: 1, went: 1}),
        int(passed and one.resolved_at is None),
        int(passed and one.resolved_at is not None and one.handed_at is None),
        int(passed and one.handed_at is not None and one.closed_at is None),
    )
