"""How far a period's forms can be relied on: response rates, strata, speed, bursts, devices, round results."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Protocol

from handlers.ports import FormCount, Tally
from handlers.world import World
from reports.integrity import uncounted
from reports.integrity.findings import Finding, Seen, all_findings, can_be_shown
from reports.periods import Period
from reports.place_names import place_name
from surveys.budget import LEARNT
from surveys.signs import Signs
from surveys.slips import Counts, Round, Stratum
from surveys.uncounted import Decision, Group


class SignsTx(Protocol):
    """A transaction that counts forms, slips and devices."""

    async def tallies(self, units: Sequence[str], first: date, last: date) -> tuple[list[Tally], list[FormCount]]:
        """Count answers and forms of units between two days, both included."""

    async def signs(self, units: Sequence[str], first: date, last: date) -> Signs:
        """Return how forms came in at units between two days, both included."""

    async def apart(self, units: Sequence[str], first: date, last: date) -> list[Group]:
        """Return the forms of units that are kept apart, by counter, day and state, latest first."""

    async def decisions(self, units: Sequence[str], first: date, last: date) -> list[Decision]:
        """Return what was decided about forms of units from days between two, both included, the latest first."""

    async def open_by_day(self, units: Sequence[str], first: date, last: date) -> dict[date, int]:
        """Count the forms without slips that came in at units, by day, between two days, both included."""

    async def rounds(self) -> dict[str, Round]:
        """Return all rounds by name."""

    async def round_counts(self, names: Sequence[str]) -> dict[str, Counts]:
        """Return how many slips of rounds are handed out and used; rounds without slips are left out."""


@dataclass(frozen=True, slots=True)
class Integrity:
    """The signs of a unit's forms in a period. `strata` is None if one of them has fewer forms than may be shown.

    `apart` are the uncounted forms, `decisions` what staff decided about them.
    """

    unit: str
    unit_name: str
    period: Period
    forms: int
    strata: Mapping[Stratum, int] | None
    findings: Sequence[Finding]
    apart: Sequence[Group] = ()
    decisions: Sequence[Decision] = ()


def compile_integrity(unit: str, unit_name: str, period: Period, seen: Seen) -> Integrity:
    """Make the findings of one period from its counts."""
    strata = seen.strata
    shown = strata if can_be_shown(strata) else None
    return Integrity(unit, unit_name, period, seen.forms, shown, all_findings(seen), seen.apart)


async def integrity_for(
    tx: SignsTx, world: World, unit: str, period: Period, today: date, language: str = "vi", *, below: bool = True
) -> Integrity:
    """Read the counts of a unit and a period and compile them; `below` takes in the units under it."""
    units = world.below(unit) if below else [unit]
    counted = {code: form.counted for code, form in world.forms.items()}

    tallies, _ = await tx.tallies(units, period.first, period.last)
    learnt = period.first - LEARNT
    seen = Seen(
        signs=await tx.signs(units, period.first, period.last),
        satisfied=[tally for tally in tallies if tally.question in counted.get(tally.form, frozenset())],
        rounds=await rounds_for(tx, units, period),
        today=today,
        language=language,
        place=lambda code: place_name(world, code, unit, language, period.last),
        apart=await tx.apart(units, period.first, period.last),
        open_by_day=await tx.open_by_day(units, learnt, period.last),
        since=period.first,
    )
    compiled = compile_integrity(unit, world.units[unit].name_on(period.last), period, seen)
    return replace(compiled, decisions=await tx.decisions(units, period.first, period.last))


async def rounds_for(tx: SignsTx, units: Sequence[str], period: Period) -> list[tuple[Round, Counts]]:
    """Return the rounds of units that lie at least partly in a period, with the counts of their slips."""
    found = {
        name: one
        for name, one in (await tx.rounds()).items()
        if one.unit in units and one.first <= period.last and one.last >= period.first
    }
    counts = await tx.round_counts(list(found))
    return [(one, counts.get(name, Counts())) for name, one in found.items()]


def as_json(integrity: Integrity) -> dict[str, Any]:
    """Return the findings as JSON values."""
    return {
        "unit": integrity.unit,
        "period": integrity.period.name,
        "from": integrity.period.first.isoformat(),
        "to": integrity.period.last.isoformat(),
        "forms": integrity.forms,
        "strata": dict(integrity.strata) if integrity.strata else None,
        "findings": [
            {"kind": finding.kind, "state": finding.state, "sentences": list(finding.sentences)}
            for finding in integrity.findings
        ],
        **uncounted.as_json(integrity.apart, integrity.decisions),
    }
