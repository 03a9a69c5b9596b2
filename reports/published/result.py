"""What a kept report tells everybody: the rate, its n and reasons of bad marks; nothing about fewer than five."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from reports import rates
from reports.periods import Period
from reports.rates import Rate
from reports.satisfaction.choices import Base, Choice
from reports.satisfaction.report import LEAST_SHOWN
from reports.statements.statement import Statement
from surveys.slips import Stratum


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason of bad marks: how many forms ticked it, and their share in percent of the forms that were asked."""

    key: str
    name: str
    forms: int
    share: Decimal


@dataclass(frozen=True, slots=True)
class Reasons:
    """One question for reasons: which forms were asked and how many, and what they ticked, most often first."""

    name: str
    base: Base
    asked: int
    ticked: Sequence[Reason]


@dataclass(frozen=True, slots=True)
class Result:
    """A period as it is published. With too few forms or answers `rate` is None, and the counts of them are 0.

    `dossiers` are those that came in, 0 if not known. `number` and the day `made` are those of the statement.
    """

    unit: str
    unit_name: str
    period: Period
    rule: str
    stratum: Stratum
    number: int
    made: date
    rate: Rate | None = None
    forms: int = 0
    answers: int = 0
    satisfied: int = 0
    dossiers: int = 0
    reasons: Sequence[Reasons] = ()

    @property
    def response(self) -> Decimal | None:
        """The forms in percent of the dossiers received; None if either is not published, or there are more forms."""
        return rates.percent_of(self.forms, self.dossiers) if 0 < self.forms <= self.dossiers else None


def result_of(statement: Statement) -> Result:
    """Return what a statement tells everybody. A form has several answers, so forms and answers must both be five."""
    report = statement.report
    flow = report.dossiers.total if report.dossiers else None
    result = Result(
        report.unit,
        report.unit_name,
        report.period,
        report.rule,
        report.stratum,
        statement.number,
        statement.made_at.date(),
        dossiers=max(0, flow.received - flow.carried_over) if flow else 0,
    )
    if report.rate is None or min(report.forms, report.answers) < LEAST_SHOWN:
        return result
    satisfied = sum(report.levels[level] for level in rates.RULES[report.rule])
    reasons = [found for choice in report.by_choice if choice.asking.reason and (found := _reasons(choice))]
    return replace(
        result,
        rate=report.rate,
        forms=report.forms,
        answers=report.answers,
        satisfied=satisfied,
        reasons=tuple(reasons),
    )


def _reasons(choice: Choice) -> Reasons | None:
    ticked = tuple(
        Reason(one.key, one.name, one.forms, one.share)
        for one in choice.whole.shown
        if one.forms is not None and one.share is not None
    )
    return (
        Reasons(choice.name, choice.asking.base, choice.whole.asked, ticked) if choice.whole.asked and ticked else None
    )


def result_of_versions(versions: Sequence[Statement]) -> Result | None:
    """Return what is published of a period from its statements, oldest first; None if there are none.

    A restatement replaces what was published before, unless somebody could subtract the two and find out what fewer
    than five forms said.
    """
    shown: Statement | None = None
    for one in versions:
        if shown is None or _far_enough(shown, one):
            shown = one
    return result_of(shown) if shown else None


def _far_enough(before: Statement, now: Statement) -> bool:
    if before.report.stratum != now.report.stratum:
        return True
    moved = (now.report.forms - before.report.forms, _distance(before.report.levels, now.report.levels))
    if any(0 < abs(step) < LEAST_SHOWN for step in moved):
        return False
    old, new = (_ticked(one) for one in (before, now))
    return all(_steps_apart(old[key], new[key]) for key in old.keys() & new.keys())


def _distance(before: Mapping[int, int], now: Mapping[int, int]) -> int:
    return sum(abs(now[level] - before[level]) for level in rates.LEVELS)


def _ticked(statement: Statement) -> dict[str, dict[str, int]]:
    """Return the published numbers of each question for reasons; under "" is the number of forms that were asked."""
    return {
        choice.key: {"": choice.whole.asked or 0, **{one.key: one.forms or 0 for one in choice.whole.shown}}
        for choice in statement.report.by_choice
        if choice.asking.reason
    }


def _steps_apart(before: Mapping[str, int], now: Mapping[str, int]) -> bool:
    """Tell whether nothing changed, or the number of forms asked changed by as many as may be shown."""
    return before == now or abs(now[""] - before[""]) >= LEAST_SHOWN
