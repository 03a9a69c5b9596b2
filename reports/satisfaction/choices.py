"""What was ticked of questions with options: ranked, with shares of the forms that were asked, small groups hidden."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Literal

from reports.satisfaction.counts import ChoiceCount
from reports.satisfaction.small_numbers import FEWEST, Row, Sheet, hidden_rows
from surveys.cases import WORST_LEVELS, is_reason
from surveys.questionnaire import Question, Questionnaire

# Which forms are asked: all, those with a bad mark, those with certain other answers.
Base = Literal["all", "dissatisfied", "some"]
_TOTAL = "total"
_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Asking:
    """How a question is asked: of which forms, whether one option or several, whether for reasons of a bad mark."""

    base: Base
    single: bool
    reason: bool

    def to_json(self) -> list[Any]:
        """Return it as JSON values."""
        return [self.base, self.single, self.reason]


@dataclass(frozen=True, slots=True)
class Ticked:
    """An option with how many forms ticked it, and their share in percent; None where that may not be shown."""

    key: str
    name: str
    forms: int | None
    share: Decimal | None


@dataclass(frozen=True, slots=True)
class ChoiceRow:
    """What was ticked somewhere, most often first, of so many forms that were asked; None where that is hidden."""

    key: str
    name: str
    asked: int | None
    options: Sequence[Ticked] = ()

    @property
    def shown(self) -> list[Ticked]:
        """The options whose numbers are shown."""
        return [one for one in self.options if one.forms is not None]

    @property
    def hidden(self) -> list[Ticked]:
        """The options of which no number is shown."""
        return [one for one in self.options if one.forms is None]


@dataclass(frozen=True, slots=True)
class Choice:
    """The answers to one question with options: of the whole unit, and by counter."""

    key: str
    name: str
    asking: Asking
    whole: ChoiceRow
    by_counter: Sequence[ChoiceRow] = ()


@dataclass(frozen=True, slots=True)
class ChoiceNames:
    """What people read for a question ("form.question"), an option ("form.question.option") and a counter."""

    question: Callable[[str], str]
    option: Callable[[str], str]
    counter: Callable[[str], str]


def asking(form: Questionnaire, question: Question) -> Asking:
    """Return how a question of a form is asked."""
    when = question.when
    worst = when is not None and not when.among and when.most <= max(WORST_LEVELS) and when.question in form.counted
    base: Base = "dissatisfied" if worst else "some" if when else "all"
    return Asking(base, question.kind == "single", is_reason(form, question))


def choices(
    counts: Iterable[ChoiceCount],
    ways: Mapping[str, Asking],
    names: ChoiceNames,
    hidden_counters: Set[str] = frozenset(),
) -> list[Choice]:
    """Rank what was ticked of one stratum: reasons of bad marks first, then the questions in the order of their keys.

    `hidden_counters` are those whose answers a report does not show.
    """
    asked: dict[str, list[ChoiceCount]] = {}
    for one in counts:
        asked.setdefault(f"{one.form}.{one.question}", []).append(one)
    found = [
        _choice(key, rows, ways[key], names, hidden_counters)
        for key, rows in asked.items()
        if key in ways and any(one.ticked for one in rows)
    ]
    return sorted(found, key=lambda choice: (not choice.asking.reason, choice.key))


def _choice(
    key: str, counts: Sequence[ChoiceCount], way: Asking, names: ChoiceNames, hidden_counters: Set[str]
) -> Choice:
    asked = {one.counter: one.asked for one in counts}
    ticked = {one.counter: dict(one.ticked) for one in counts}
    total: Counter[str] = Counter()
    for these in ticked.values():
        total.update(these)
    if sum(asked.values()) < FEWEST:
        whole = ChoiceRow(key, names.question(key), None)
        return Choice(key, whole.name, way, whole)
    small = _small_counters(asked, hidden_counters)
    hidden = _hidden_options(ticked, small, way)

    def row(code: str, name: str, base: int, counted: Mapping[str, int], table: str) -> ChoiceRow:
        options = [
            Ticked(option, names.option(f"{key}.{option}"), None, None)
            if (f"{option}:{table}", code) in hidden
            else Ticked(option, names.option(f"{key}.{option}"), count, _share(count, base))
            for option, count in counted.items()
            if count
        ]
        return ChoiceRow(code, name, base, sorted(options, key=lambda one: (-(one.forms or 0), one.name, one.key)))

    whole = row("", names.question(key), sum(asked.values()), total, _TOTAL)
    counters = [
        ChoiceRow(code, names.counter(code), None)
        if code in small
        else row(code, names.counter(code), asked[code], ticked[code], "")
        for code in sorted(asked)
    ]
    return Choice(key, whole.name, way, whole, counters if len(counters) > 1 else ())


def _share(count: int, base: int) -> Decimal:
    return (Decimal(count * 100) / base).quantize(_CENT, ROUND_HALF_UP)


def _small_counters(asked: Mapping[str, int], hidden: Set[str]) -> set[str]:
    """Return the counters with too few forms, and those whose number would reveal that of others."""
    sheet = Sheet()
    sheet.total([sheet.cell("asked", count, [("counter", code)]) for code, count in asked.items()])
    found = hidden_rows(sheet, {("counter", code) for code in hidden if code in asked})
    return {code for _, code in found}


def _hidden_options(ticked: Mapping[str, Mapping[str, int]], small: Set[str], way: Asking) -> set[Row]:
    """The options, of the whole and by counter, that fewer than 5 forms ticked or that give such a number away.

    Options of which a form may tick several have nothing to do with each other; of which it takes one, they add up.
    """
    options = sorted({option for these in ticked.values() for option in these})
    hidden: set[Row] = set()
    for together in [options] if way.single else [[option] for option in options]:
        sheet, by_counter = Sheet(), dict[str, list[int]]()
        for counter, these in ticked.items():
            for option in together:
                if count := these.get(option, 0):
                    rows = [(f"{option}:", counter), (f"{option}:{_TOTAL}", "")]
                    by_counter.setdefault(counter, []).append(sheet.cell("ticked", count, rows))
        if way.single:
            # Where everybody answers, the number of forms is their sum.
            sheet.total(cell for cells in by_counter.values() for cell in cells)
            for counter, cells in by_counter.items():
                if counter not in small:
                    sheet.total(cells)
        hidden |= hidden_rows(sheet, {row for row in sheet.rows if row[1] in small})
    return hidden


def as_json(choice: Choice) -> dict[str, Any]:
    """Return what was ticked as JSON values."""
    return {
        "code": choice.key,
        "name": choice.name,
        "of": choice.asking.base,
        **_row(choice.whole),
        "by_counter": [{"code": row.key, "name": row.name, **_row(row)} for row in choice.by_counter],
    }


def _row(row: ChoiceRow) -> dict[str, Any]:
    return {
        "asked": row.asked,
        "options": [
            {
                "code": one.key,
                "name": one.name,
                "forms": one.forms,
                "share": None if one.share is None else float(one.share),
            }
            for one in row.options
        ],
    }
