"""The rules of counting dossiers written once more, row by row, for the database to be compared with."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from reports.dossiers.dossier import Counted, Dossier, Flow, total
from reports.dossiers.due_list import WAITS, Waiting, Waits


class PlainDossiers:
    """Lists of dossiers by unit, each with the moment of its import; nobody gave totals or drafted apologies."""

    def __init__(self, lists: Mapping[str, tuple[datetime, Sequence[Dossier]]]) -> None:
        self._lists = lists

    async def dossier_lists(self, units: Sequence[str]) -> dict[str, datetime]:
        """Return when the list of each unit was imported."""
        return {unit: at for unit, (at, _) in self._lists.items() if unit in units}

    async def dossier_totals(self, units: Sequence[str], period: str) -> list[tuple[str, Flow, datetime]]:
        """Return no totals."""
        return []

    async def count_dossiers(self, units: Sequence[str], first: date, last: date) -> list[Counted]:
        """Count the dossiers that units had to settle between two days, both included, by unit and field."""
        groups: dict[tuple[str, str], list[Counted]] = {}
        for unit in units:
            at, dossiers = self._lists[unit]
            for one in dossiers:
                if counted := _counted(unit, one, first, last, at):
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
        return [
            Waiting(one) for one in sorted(found, key=lambda one: (one.due_at is None, one.due_at or now, one.code))
        ][:most]

    def _waiting(self, unit: str, kind: Waits, now: datetime, until: date) -> list[Dossier]:
        return [one for one in self._lists[unit][1] if kind in _waits(one, now, until)]


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
