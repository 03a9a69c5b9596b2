"""The list of dossiers that are due or overdue, for a unit's staff: codes and procedures, nothing about applicants."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, Protocol, get_args

from handlers.messages import Text
from handlers.wording import day_text, plain, say
from reports.dossiers.dossier import Dossier
from reports.dossiers.export_cells import END_OF_DAY
from reports.rates import number, padded
from reports.working_days import working_days_after, working_days_between

Waits = Literal["overdue", "not_handed", "not_closed", "due_soon"]
WAITS: tuple[Waits, ...] = get_args(Waits)
STALE_DAYS = 7
IN_CHAT = 8
IN_GROUP = 20
LONGEST_NAME = 90


@dataclass(frozen=True, slots=True)
class Waiting:
    """A dossier that waits for something; if it is overdue, also when an apology was drafted and sent."""

    dossier: Dossier
    drafted_on: date | None = None
    sent_on: date | None = None


@dataclass(frozen=True, slots=True)
class DueList:
    """What a unit's dossiers wait for at a moment: how many of each kind and field, and the first ones of each kind.

    `until` is the last due day that counts as soon; `imported_at` is the moment of the list, None if there is none.
    """

    unit: str
    unit_name: str
    now: datetime
    until: date
    imported_at: datetime | None
    counts: Mapping[Waits, Mapping[str, int]]
    first: Mapping[Waits, Sequence[Waiting]]

    @property
    def age(self) -> int:
        """How many days ago the list was imported."""
        return (self.now.date() - self.imported_at.astimezone(self.now.tzinfo).date()).days if self.imported_at else 0

    @property
    def stale(self) -> bool:
        """Whether the list is too old to be relied on."""
        return self.age > STALE_DAYS

    def count(self, kind: Waits) -> int:
        """Return how many dossiers wait for one thing."""
        return sum(self.counts.get(kind, {}).values())

    @property
    def is_empty(self) -> bool:
        """Whether nothing is due or overdue."""
        return not any(self.count(kind) for kind in WAITS)


class DueTx(Protocol):
    """A transaction that finds due dossiers."""

    async def dossier_lists(self, units: Sequence[str]) -> dict[str, datetime]:
        """Return when the list of each unit was last imported; units without a list are left out."""

    async def count_due(self, unit: str, now: datetime, until: date) -> dict[Waits, dict[str, int]]:
        """Count the dossiers of a unit that wait for something, by kind and field."""

    async def due_dossiers(self, unit: str, kind: Waits, now: datetime, until: date, most: int) -> list[Waiting]:
        """Return the dossiers of a unit that wait for one thing, the longest overdue first."""


class ApologiesTx(DueTx, Protocol):
    """A transaction that also knows the apologies for late dossiers."""

    async def dossiers(self, unit: str, codes: Sequence[str]) -> dict[str, Dossier]:
        """Return dossiers of a unit by code; unknown codes are left out."""

    async def note_apologies(self, unit: str, codes: Sequence[str], day: date) -> None:
        """Note that apologies were drafted on a day; those drafted before keep their day."""

    async def send_apology(self, unit: str, code: str, day: date) -> None:
        """Note that the apology for a dossier was sent on a day; if it was sent before, it keeps its first day."""


async def due_list(tx: DueTx, unit: str, unit_name: str, now: datetime, days: int, most: int) -> DueList:
    """Read what a unit's dossiers wait for, with the first `most` of each kind.

    `now` is an aware local time; a dossier is due soon if it is due within so many working `days` from today.
    """
    until = working_days_after(now.date(), days) if days else now.date()
    imported = (await tx.dossier_lists([unit])).get(unit)
    counts = await tx.count_due(unit, now, until) if imported else {}
    first = {kind: await tx.due_dossiers(unit, kind, now, until, most) for kind in WAITS if counts.get(kind)}
    return DueList(unit, unit_name, now, until, imported, counts, first)


async def due_counts(tx: DueTx, units: Sequence[str], now: datetime, days: int) -> dict[str, dict[Waits, int]]:
    """Count what the dossiers of each unit wait for; units without a list are left out. `now`, `days`: see due_list."""
    until = working_days_after(now.date(), days) if days else now.date()
    found = {}
    for unit in sorted(await tx.dossier_lists(units)):
        counted = await tx.count_due(unit, now, until)
        found[unit] = {kind: sum(counted.get(kind, {}).values()) for kind in WAITS}
    return found


def below_text(counts: Mapping[str, Mapping[Waits, int]], names: Mapping[str, str], language: str = "vi") -> Text:
    """Return what the dossiers of units wait for, a line for each unit, the most overdue first; empty if nothing."""
    order = sorted(counts, key=lambda unit: ([-counts[unit][kind] for kind in WAITS], unit))
    return Text.lines(
        plain(language, "due.unit", unit=names[unit], code=unit, **{kind: counts[unit][kind] for kind in WAITS})
        for unit in order
    )


def due_text(due: DueList, language: str = "vi") -> Text:
    """Return the list as a text for a chat, which can also be copied into one."""
    heading = say(language, "due.heading", unit=due.unit_name, day=day_text(due.now.date()))
    if due.imported_at is None:
        return Text.lines([heading, plain(language, "due.never")])
    return Text.lines(
        [
            heading,
            plain(language, "due.stale", days=due.age) if due.stale else "",
            *(_part(due, kind, language) for kind in WAITS if due.count(kind)),
            plain(language, "due.nothing") if due.is_empty else "",
        ]
    )


def _part(due: DueList, kind: Waits, language: str) -> Text:
    shown = due.first.get(kind, ())
    title = say(
        language,
        f"due.kind.{kind}",
        count=padded(due.count(kind)),
        fields=fields_text(due.counts[kind], language),
    )
    rest = due.count(kind) - len(shown)
    return Text.lines(
        [
            Text.of("\n", title),
            *(f"• {waiting_line(due, kind, one, language)}" for one in shown),
            plain(language, "due.rest", count=number(rest)) if rest else "",
        ]
    )


def fields_text(counts: Mapping[str, int], language: str) -> str:
    """Return the number of dossiers of each field, the most first: "Hộ tịch 5, Đất đai 3"."""
    most = sorted(counts, key=lambda name: (-counts[name], name))
    return ", ".join(f"{name or plain(language, 'dossier.no_field')} {number(counts[name])}" for name in most)


def waiting_line(due: DueList, kind: Waits, waiting: Waiting, language: str) -> str:
    """Return one dossier on one line: code, procedure, field, due day, how late."""
    one = waiting.dossier
    name = one.name if len(one.name) <= LONGEST_NAME else f"{one.name[:LONGEST_NAME].rstrip()}…"
    what = f"{name} ({one.field})" if name and one.field else name or one.field
    return " · ".join(
        filter(None, (one.code, what, due_day(due, one, language), lateness(due, kind, waiting, language)))
    )


def due_day(due: DueList, dossier: Dossier, language: str) -> str:
    """Return the due day in words, with the time if the due moment has one; empty if there is no due day."""
    if dossier.due_at is None or dossier.due_on is None:
        return ""
    time = dossier.due_at.astimezone(due.now.tzinfo).time()
    day = day_text(dossier.due_on)
    return plain(language, "due.day", day=day if time == END_OF_DAY else f"{time:%H:%M} {day}")


def lateness(due: DueList, kind: Waits, waiting: Waiting, language: str) -> str:
    """Return how late a dossier is in working days and what became of the apology, or when it is due."""
    dossier, today = waiting.dossier, due.now.date()
    if dossier.due_at is None or dossier.due_on is None:
        return ""
    if dossier.due_at >= due.now:
        return plain(language, "due.today") if dossier.due_on == today else ""
    days = working_days_between(dossier.due_on, today)
    if kind == "not_closed":
        return plain(language, "due.past", days=padded(days)) if days else ""
    late = plain(language, "due.late", days=padded(days)) if days else plain(language, "due.late_today")
    return f"{late}, {apology(waiting, language)}" if kind == "overdue" else late


def apology(waiting: Waiting, language: str) -> str:
    """Return what became of the apology for an overdue dossier."""
    if waiting.sent_on:
        return plain(language, "due.apology_sent", day=day_text(waiting.sent_on))
    return plain(language, "due.apology_drafted") if waiting.drafted_on else plain(language, "due.apology_none")
