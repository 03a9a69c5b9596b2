"""One report as a value, and as JSON; all other modules only show it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from reports import rates
from reports.dossiers import dossier as dossiers
from reports.dossiers.dossier import DossierFigures
from reports.periods import Period
from reports.rates import Change, Rate
from reports.satisfaction import choices
from reports.satisfaction.choices import Choice
from reports.satisfaction.small_numbers import FEWEST
from surveys.slips import Stratum

LEAST_SHOWN = FEWEST
LEAST_JUDGED = 30
SHORTEST_MONTH = 28


@dataclass(frozen=True, slots=True)
class Group:
    """One row of a breakdown. `rate` is None if the group is too small to be shown.

    If a question is not `counted`, its answers are in no total.
    """

    key: str
    name: str
    answers: int | None
    rate: Rate | None
    levels: Mapping[int, int] | None
    counted: bool = True


@dataclass(frozen=True, slots=True)
class StratumFigures:
    """The rate of one stratum, and its number of forms."""

    forms: int
    group: Group


@dataclass(frozen=True, slots=True)
class Sample:
    """How many forms a number of dossiers calls for, and how many there are."""

    dossiers: int
    wanted: int
    reached: int


@dataclass(frozen=True, slots=True)
class Report:
    """Satisfaction figures of a unit and a period, of one stratum: strata are never mixed in a figure.

    `forms` is the number of survey forms, `answers` that of the counted answers (n of the rate),
    `levels` the counted answers by level 1 to 5. `verdict` compares with the period before: 1
    higher, -1 lower, 0 not more than chance. `by_stratum` shows each stratum that has forms by itself.
    `by_choice` are the questions with options of which something was ticked.
    `target` is the wanted rate in percent, 0 if there is none. A table is empty if its only row would be the
    total: sections, units and weeks if there is one, fields if none is known. Occasions and weekdays are given only
    for so few units and days that their forms can be counted one by one.
    """

    unit: str
    unit_name: str
    period: Period
    rule: str
    stratum: Stratum
    forms: int
    levels: Mapping[int, int]
    rate: Rate | None
    shares: Mapping[int, Decimal]
    by_question: Sequence[Group]
    by_counter: Sequence[Group]
    by_source: Sequence[Group]
    by_stratum: Sequence[StratumFigures]
    previous: "Report | None" = None
    by_section: Sequence[Group] = ()
    by_field: Sequence[Group] = ()
    by_unit: Sequence[Group] = ()
    by_week: Sequence[Group] = ()
    target: int = 0
    dossiers: DossierFigures | None = None
    by_choice: Sequence[Choice] = ()
    by_occasion: Sequence[Group] = ()
    by_weekday: Sequence[Group] = ()
    by_half: Sequence[Group] = ()

    @property
    def answers(self) -> int:
        """The number of counted answers."""
        return sum(self.levels.values())

    @property
    def has_enough(self) -> bool:
        """Whether there are enough answers to show the rate and the shares."""
        return self.answers >= LEAST_SHOWN

    @property
    def enough(self) -> bool:
        """Whether there are enough answers to judge the rate by."""
        return self.answers >= LEAST_JUDGED

    @property
    def of_target(self) -> int | None:
        """How much of the target the rate reaches, in whole percent; None if there is no rate or no target."""
        return rates.of_target(self.rate.percent, self.target) if self.rate else None

    @property
    def sample(self) -> Sample | None:
        """The forms that the dossiers received call for; None if these are not known, or for less than a month."""
        flow = self.dossiers.total if self.dossiers else None
        came_in = flow.received - flow.carried_over if flow else 0
        long = (self.period.last - self.period.first).days + 1 >= SHORTEST_MONTH
        return Sample(came_in, rates.wanted_sample(came_in), self.forms) if came_in and long else None

    @property
    def change(self) -> Change | None:
        """How the rate moved since the period before; None if one of the two has too few answers to be shown."""
        if self.previous is None or not (self.has_enough and self.previous.has_enough):
            return None
        return rates.change(self.levels, self.previous.levels, self.rule)

    @property
    def to_target(self) -> Decimal | None:
        """How many percentage points the rate is above its target (below: negative); None without a rate or target."""
        return self.rate.percent - self.target if self.rate and self.target else None

    @property
    def verdict(self) -> int:
        """How the rate compares with the period before."""
        return rates.differs(self.levels, self.previous.levels, self.rule) if self.previous else 0


def as_json(report: Report) -> dict[str, Any]:
    """Return a report as the JSON that `motcua report --format json` prints."""
    values: dict[str, Any] = {
        "unit": report.unit,
        "period": report.period.name,
        "from": report.period.first.isoformat(),
        "to": report.period.last.isoformat(),
        "rule": report.rule,
        "forms": report.forms,
        "answers": report.answers,
        "levels": {str(level): report.levels[level] for level in rates.LEVELS},
        "shares": {str(level): rates.number(share) for level, share in report.shares.items()},
        **_rate(report.rate),
        "by_question": [_group(group) for group in report.by_question],
        "by_counter": [_group(group) for group in report.by_counter],
        "by_field": [_group(group) for group in report.by_field],
        "by_source": {group.key: _group(group) for group in report.by_source},
        "previous": as_json(report.previous) if report.previous else None,
        "dossiers": dossiers.as_json(report.dossiers) if report.dossiers else None,
        "stratum": report.stratum,
        "by_stratum": {one.group.key: {"forms": one.forms, **_group(one.group)} for one in report.by_stratum},
        "by_section": [_group(group) for group in report.by_section],
        "by_unit": [_group(group) for group in report.by_unit],
        "by_week": [_group(group) for group in report.by_week],
        "target": report.target or None,
        "of_target": report.of_target,
        "sample": _sample(report.sample) if report.sample else None,
        "by_choice": [choices.as_json(choice) for choice in report.by_choice],
        "change": _change(report.change) if report.change else None,
        "by_occasion": [_group(group) for group in report.by_occasion],
        "by_weekday": [_group(group) for group in report.by_weekday],
        "by_half": [_group(group) for group in report.by_half],
    }
    return values


def _sample(sample: Sample) -> dict[str, int]:
    return {"dossiers": sample.dossiers, "wanted": sample.wanted, "reached": sample.reached}


def _change(change: Change) -> dict[str, float]:
    return {"points": float(change.points), "low": float(change.low), "high": float(change.high)}


def _group(group: Group) -> dict[str, Any]:
    return {"code": group.key, "name": group.name, "answers": group.answers, **_rate(group.rate)}


def _rate(rate: Rate | None) -> dict[str, float | None]:
    return {
        "rate": float(rate.percent) if rate else None,
        "rate_low": float(rate.low) if rate else None,
        "rate_high": float(rate.high) if rate else None,
    }
