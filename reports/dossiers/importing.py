"""Importing an export into a unit: which dossiers are new or changed, and which are refused."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from reports.dossiers.dossier import Dossier, DossierImport, Flow
from reports.dossiers.export import Export
from reports.rates import number

MOST_NAMED = 3


class NotTaken(Exception):
    """An export that cannot be imported into this unit; the message says why."""


class DossierTx(Protocol):
    """A transaction that stores dossiers."""

    async def last_dossier_import(self, unit: str, kind: str, period: str = "") -> DossierImport | None:
        """Return the last import of a kind into a unit; if of totals, the last one for that period."""

    async def add_dossier_import(self, imported: DossierImport) -> int:
        """Add an import to the history; returns its number."""

    async def dossiers(self, unit: str, codes: Sequence[str]) -> dict[str, Dossier]:
        """Return dossiers of a unit by code; unknown codes are left out."""

    async def dossiers_elsewhere(self, unit: str, codes: Sequence[str]) -> dict[str, str]:
        """Return those of the codes that other units have, each with one of those units."""

    async def keep_dossiers(self, unit: str, dossiers: Sequence[Dossier], number: int) -> None:
        """Store dossiers of a unit, replacing those with the same codes; `number` is the import's."""

    async def keep_dossier_totals(self, unit: str, period: str, flows: Sequence[Flow], number: int) -> None:
        """Replace a unit's totals of a period, a row for each field; `number` is the import's."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome of an import. `moved_back`: dossiers that had a result before and have none now.

    `repeated` is the previous import if it was of the very same file; then nothing was changed.
    """

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    moved_back: Sequence[str] = ()
    repeated: DossierImport | None = None


async def take_in(
    tx: DossierTx, unit: str, export: Export, now: datetime, period: str = "", *, dry_run: bool = False
) -> Outcome:
    """Store an export without mistakes; NotTaken if its dossiers belong to another unit.

    The rows of a list replace the dossiers with the same codes; dossiers that are not in the file are kept. Totals
    replace all totals of their period. `dry_run` finds out what would be done and writes nothing.
    """
    last = await tx.last_dossier_import(unit, export.kind, period)
    if last and last.sha256 == export.sha256:
        return Outcome(unchanged=export.rows, repeated=last)
    imported = DossierImport(unit, export.file, export.sha256, export.kind, now, export.rows, period)
    if export.kind == "totals":
        if not dry_run:
            await tx.keep_dossier_totals(unit, period, export.flows, await tx.add_dossier_import(imported))
        return Outcome(new=0 if last else export.rows, changed=export.rows if last else 0)
    codes = sorted(export.dossiers)
    if elsewhere := await tx.dossiers_elsewhere(unit, codes):
        named = ", ".join(f"{code} ({owner})" for code, owner in sorted(elsewhere.items())[:MOST_NAMED])
        raise NotTaken(f"{number(len(elsewhere))} hồ sơ đã thuộc đơn vị khác: {named}; xem lại --unit")
    known = await tx.dossiers(unit, codes)
    fresh = [export.dossiers[code] for code in codes if known.get(code) != export.dossiers[code]]
    if not dry_run:
        await tx.keep_dossiers(unit, fresh, await tx.add_dossier_import(imported))
    changed = [one.code for one in fresh if one.code in known]
    back = tuple(code for code in changed if known[code].resolved_at and not export.dossiers[code].resolved_at)
    return Outcome(len(fresh) - len(changed), len(changed), export.rows - len(fresh), back)


def flows_of(export: Export, now: datetime) -> list[Flow]:
    """Return the sums of a file by field, with the whole file as one period, to compare them with the software."""
    if export.kind == "totals":
        return list(export.flows)
    counted: dict[str, dict[str, int]] = {}
    for one in export.dossiers.values():
        counts = counted.setdefault(one.field, {})
        for name in (one.channel, settled(one) or ("pending_late" if is_overdue(one, now) else "pending_in_time")):
            counts[name] = counts.get(name, 0) + 1
    return [Flow(name, **counts) for name, counts in sorted(counted.items())]


def settled(dossier: Dossier) -> str:
    """Return how a dossier was settled: "early" (on a day before the due day), "on_time" or "late"; "" if it was not.

    The rule is the one by which the store counts; a dossier without a time limit is never late.
    """
    if dossier.resolved_at is None or dossier.resolved_on is None:
        return ""
    if dossier.due_at is None or dossier.due_on is None:
        return "on_time"
    if dossier.resolved_on < dossier.due_on:
        return "early"
    return "late" if dossier.resolved_at > dossier.due_at else "on_time"


def is_overdue(dossier: Dossier, now: datetime) -> bool:
    """Tell whether a dossier has no result and its due moment is over."""
    return dossier.resolved_at is None and dossier.due_at is not None and dossier.due_at < now
