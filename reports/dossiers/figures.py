"""Computes the dossier figures of a unit and those below it in a period, from the counts of each unit."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Protocol

import locales
from catalog.text import fold
from reports.dossiers.dossier import Counted, DossierFigures, Flow, total
from reports.periods import Period


class DossierCounts(Protocol):
    """A transaction that counts dossiers."""

    async def dossier_lists(self, units: Sequence[str]) -> dict[str, datetime]:
        """Return when the list of each unit was last imported; units without a list are left out."""

    async def count_dossiers(self, units: Sequence[str], first: date, last: date) -> list[Counted]:
        """Count the dossiers that units had to settle between two days, both included, by unit and field."""

    async def dossier_totals(self, units: Sequence[str], period: str) -> list[tuple[str, Flow, datetime]]:
        """Return the totals by field that units gave for exactly this period: unit, flow, when they were imported."""


async def dossier_figures(tx: DossierCounts, units: Sequence[str], period: Period) -> DossierFigures | None:
    """Return the figures of units together, the first with those below it; None if none of them has any.

    A unit's own totals for exactly this period take precedence over the counts of its list, as it answers for them. A
    list is left out if it was last imported before the period began, or has no dossier of the period: an export may
    hold only the days that somebody asked for.
    """
    totals = await tx.dossier_totals(units, period.name)
    totals_at = {unit: at for unit, _, at in totals}
    # A day earlier, because the database gives moments in UTC.
    day_before = period.first - timedelta(days=1)
    lists = {
        unit: at
        for unit, at in (await tx.dossier_lists([unit for unit in units if unit not in totals_at])).items()
        if at.date() >= day_before
    }
    counted = await tx.count_dossiers(sorted(lists), period.first, period.last) if lists else []
    lists = {unit: lists[unit] for unit in sorted({one.unit for one in counted})}
    counted += [Counted(unit, flow) for unit, flow, _ in totals]
    return assemble(units, counted, lists, totals_at)


def assemble(
    units: Sequence[str], counted: Sequence[Counted], lists: Mapping[str, datetime], totals_at: Mapping[str, datetime]
) -> DossierFigures | None:
    """Put the counts of units together; `lists` and `totals_at` say when each unit's list or totals were imported."""
    if not lists and not totals_at:
        return None
    by_unit: dict[str, list[Flow]] = {unit: [] for unit in sorted({*lists, *totals_at})}
    for one in counted:
        by_unit[one.unit].append(one.flow)
    return DossierFigures(
        total=total(one.flow for one in counted),
        by_field=by_field(one.flow for one in counted),
        as_of=min((*lists.values(), *totals_at.values())),
        counted="both" if lists and totals_at else "totals" if totals_at else "list",
        unsettled_late=sum(one.unsettled_late for one in counted),
        not_handed=sum(one.not_handed for one in counted),
        not_closed=sum(one.not_closed for one in counted),
        by_unit={unit: total(flows) for unit, flows in by_unit.items()},
        without=[unit for unit in units[1:] if unit not in by_unit],
    )


def by_field(flows: Iterable[Flow]) -> list[Flow]:
    """Add up flows of the same field, ignoring case; in the order of the names, the one without a name last."""
    same: dict[str, list[Flow]] = {}
    for flow in flows:
        same.setdefault(fold(flow.field), []).append(flow)
    nameless = locales.text(locales.DEFAULT, "dossier.no_field")
    return [
        total(same[key], Counter(flow.field for flow in same[key]).most_common(1)[0][0] or nameless)
        for key in sorted(same, key=lambda key: (not key, key))
    ]
