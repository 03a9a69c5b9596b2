"""From counted answers to one report value; everything else only shows it."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from handlers.ports import FormCount, Tally
from reports import dossiers, rates
from reports.dossiers import DossierFigures
from reports.periods import Period
from reports.rates import Rate
from surveys.slips import STRATA, Stratum

LEAST_SHOWN = 5
LEAST_TELLING = 30


@dataclass(frozen=True, slots=True)
class Group:
    """One row of a breakdown. `rate` is None where the group is too small to be shown.

    A question that is not `counted` stands alone: its answers are in no total.
    """

    key: str
    name: str
    answers: int | None
    rate: Rate | None
    levels: Mapping[int, int] | None
    counted: bool = True


@dataclass(frozen=True, slots=True)
class StratumFigures:
    """The rate of one stratum, from so many forms."""

    forms: int
    group: Group


@dataclass(frozen=True, slots=True)
class Report:
    """Satisfaction figures of a unit and a period, of one stratum: strata are never mixed in a figure.

    `forms` is the number of survey forms, `answers` that of the counted answers (n of the rate),
    `levels` the counted answers by level 1 to 5. `verdict` compares with the period before: 1
    higher, -1 lower, 0 not more than chance. `by_stratum` shows each stratum that has forms on its own.
    `target` is the wanted rate in percent, 0 where there is none.
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

    @property
    def answers(self) -> int:
        """The number of counted answers."""
        return sum(self.levels.values())

    @property
    def verdict(self) -> int:
        """How the rate compares with the period before."""
        return rates.differs(self.levels, self.previous.levels, self.rule) if self.previous else 0


@dataclass(frozen=True, slots=True)
class Names:
    """What stands behind codes: counted questions by form, and what people read."""

    counted: Mapping[str, frozenset[str]]
    question: Callable[[str, str], str]
    counter: Callable[[str], str]
    source: Callable[[str], str]
    stratum: Callable[[str], str]


def compile_report(
    unit: str,
    unit_name: str,
    period: Period,
    counted: tuple[Sequence[Tally], Sequence[FormCount]],
    names: Names,
    rule: str = rates.DEFAULT_RULE,
    previous: "Report | None" = None,
    stratum: Stratum | None = None,
) -> Report:
    """Make the figures of one period from the tallies of its answers.

    `stratum` names the one that is reported; by default that with the most forms. The rate pools all
    answers to the counted questions; breakdowns by counter and source do the same, the one by question
    has each scale question on its own.
    """
    all_tallies, all_forms = counted
    by_stratum = _by_stratum(all_tallies, all_forms, names, rule)
    chosen = stratum or _largest(all_tallies, all_forms)
    tallies = [t for t in all_tallies if t.stratum == chosen]
    forms = [count for count in all_forms if count.stratum == chosen]
    pooled = [t for t in tallies if t.question in names.counted.get(t.form, frozenset())]
    others = [t for t in tallies if t.question not in names.counted.get(t.form, frozenset())]
    levels = _levels(pooled)
    return Report(
        unit=unit,
        unit_name=unit_name,
        period=period,
        rule=rule,
        stratum=chosen,
        forms=sum(count.count for count in forms),
        levels=levels,
        rate=rates.rate(levels, rule),
        shares=rates.shares(levels),
        by_question=sorted(
            (*_by_question(pooled, names, rule, disjoint=True), *_by_question(others, names, rule, disjoint=False)),
            key=lambda group: group.key,
        ),
        by_counter=_groups(pooled, lambda t: t.counter, lambda t: names.counter(t.counter), rule),
        by_source=_groups(pooled, lambda t: t.source, lambda t: names.source(t.source), rule),
        by_stratum=by_stratum,
        previous=previous,
    )


def _largest(tallies: Sequence[Tally], forms: Sequence[FormCount]) -> Stratum:
    """Slips or the open code, whichever has more forms (then answers); assisted forms where there are no others."""

    def size(stratum: Stratum) -> tuple[int, int]:
        return (
            sum(count.count for count in forms if count.stratum == stratum),
            sum(tally.count for tally in tallies if tally.stratum == stratum),
        )

    return max(STRATA, key=lambda stratum: (stratum != "assisted" and any(size(stratum)), size(stratum)))


def _by_stratum(tallies: Sequence[Tally], forms: Sequence[FormCount], names: Names, rule: str) -> list[StratumFigures]:
    """Each stratum is a figure of its own; there is no total over them that a small one could be had from."""
    pooled = [t for t in tallies if t.question in names.counted.get(t.form, frozenset())]
    groups = _groups(pooled, lambda t: t.stratum, lambda t: names.stratum(t.stratum), rule, disjoint=False)
    shown = {group.key: group for group in groups}
    counts = {stratum: sum(f.count for f in forms if f.stratum == stratum) for stratum in STRATA}
    return [
        StratumFigures(counts[stratum], shown.get(stratum) or Group(stratum, names.stratum(stratum), None, None, None))
        for stratum in STRATA
        if counts[stratum]
    ]


def _by_question(tallies: Sequence[Tally], names: Names, rule: str, *, disjoint: bool) -> list[Group]:
    """Counted questions add up to the total that is shown; the others stand alone."""
    groups = _groups(
        tallies,
        lambda t: f"{t.form}.{t.question}",
        lambda t: names.question(t.form, t.question),
        rule,
        disjoint=disjoint,
    )
    return [replace(group, counted=disjoint) for group in groups]


def _levels(tallies: Iterable[Tally]) -> dict[int, int]:
    counts: Counter[int] = Counter()
    for tally in tallies:
        counts[tally.level] += tally.count
    return {level: counts[level] for level in rates.LEVELS}


def _groups(
    tallies: Sequence[Tally],
    key: Callable[[Tally], str],
    name: Callable[[Tally], str],
    rule: str,
    *,
    disjoint: bool = True,
) -> list[Group]:
    split: dict[str, list[Tally]] = {}
    for tally in tallies:
        split.setdefault(key(tally), []).append(tally)
    counts = {code: _levels(listed) for code, listed in split.items()}
    hidden = _hidden({code: sum(levels.values()) for code, levels in counts.items()}, disjoint)
    return [
        Group(code, name(split[code][0]), None, None, None)
        if code in hidden
        else Group(code, name(split[code][0]), sum(counts[code].values()), rates.rate(counts[code], rule), counts[code])
        for code in sorted(split)
    ]


def _hidden(sizes: Mapping[str, int], disjoint: bool) -> set[str]:
    """The groups not to be shown: those under 5 answers, and, where the groups add up to a total that
    is shown, so many of the next smallest that the hidden ones cannot be had by subtraction.
    """
    hidden = {code for code, size in sizes.items() if size < LEAST_SHOWN}
    if disjoint and hidden:
        shown = sorted((code for code in sizes if code not in hidden), key=lambda code: (sizes[code], code))
        while shown and (len(hidden) < 2 or sum(sizes[code] for code in hidden) < LEAST_SHOWN):
            hidden.add(shown.pop(0))
    return hidden


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
        "by_field": [],
        "by_source": {group.key: _group(group) for group in report.by_source},
        "previous": as_json(report.previous) if report.previous else None,
        "dossiers": dossiers.as_json(report.dossiers) if report.dossiers else None,
        "stratum": report.stratum,
        "by_stratum": {one.group.key: {"forms": one.forms, **_group(one.group)} for one in report.by_stratum},
    }
    return values


def _group(group: Group) -> dict[str, Any]:
    return {"code": group.key, "name": group.name, "answers": group.answers, **_rate(group.rate)}


def _rate(rate: Rate | None) -> dict[str, float | None]:
    return {
        "rate": float(rate.percent) if rate else None,
        "rate_low": float(rate.low) if rate else None,
        "rate_high": float(rate.high) if rate else None,
    }
