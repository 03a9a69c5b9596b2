"""Ticked options of questions: ranked, with shares of the forms that were asked; small groups are hidden."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from functools import partial
from typing import Any, Literal

from reports.satisfaction.counts import ChoiceCount
from reports.satisfaction.parts import PARTS, Part
from reports.satisfaction.small_numbers import FEWEST, Row, Sheet, hidden_rows
from surveys.cases import WORST_LEVELS, is_reason
from surveys.questionnaire import Question, Questionnaire

# Which forms are asked: all, those with a bad mark, those with certain other answers.
Base = Literal["all", "dissatisfied", "some"]
COUNTER, STRATUM, _TOTAL = "counter", "stratum", "total"
_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Asking:
    """How a question is asked: of which forms, whether for one option only, and whether for reasons of a bad mark."""

    base: Base
    single: bool
    reason: bool

    def to_json(self) -> list[Any]:
        """Return the fields as JSON values."""
        return [self.base, self.single, self.reason]


@dataclass(frozen=True, slots=True)
class Ticked:
    """An option with how many forms ticked it, and their share in percent; None if that may not be shown."""

    key: str
    name: str
    forms: int | None
    share: Decimal | None


@dataclass(frozen=True, slots=True)
class ChoiceRow:
    """What was ticked at one place, most often first, and how many forms were asked; None if that is hidden."""

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
    """The answers to one question with options: of the whole unit, by counter, and by part if that is known.

    `by_stratum` has the answers of the other strata, which are never added up.
    """

    key: str
    name: str
    asking: Asking
    whole: ChoiceRow
    by_counter: Sequence[ChoiceRow] = ()
    by_part: Mapping[Part, Sequence[ChoiceRow]] = field(default_factory=dict)
    by_stratum: Sequence[ChoiceRow] = ()

    @property
    def tables(self) -> dict[str, Sequence[ChoiceRow]]:
        """The breakdowns that have rows, by table."""
        named = [(COUNTER, self.by_counter), *self.by_part.items(), (STRATUM, self.by_stratum)]
        return {by: rows for by, rows in named if rows}


@dataclass(frozen=True, slots=True)
class ChoiceNames:
    """What people read for a question ("form.question"), an option ("form.question.option") and a counter.

    `part` names the key of a part, by the part and the key.
    """

    question: Callable[[str], str]
    option: Callable[[str], str]
    counter: Callable[[str], str]
    part: Callable[[str, str], str] = lambda _part, key: key


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
    hidden: Set[Row] = frozenset(),
    by_part: Mapping[Part, Sequence[ChoiceCount]] | None = None,
) -> list[Choice]:
    """Rank what was ticked of one stratum: reasons of bad marks first, then the questions in the order of their keys.

    `hidden` are the rows of breakdowns ("counter" and parts) whose answers a report does not show; `by_part` has the
    same ticks by part.
    """
    asked: dict[str, dict[str, list[ChoiceCount]]] = {}
    for table, these in ((COUNTER, counts), *(by_part or {}).items()):
        for one in these:
            asked.setdefault(f"{one.form}.{one.question}", {}).setdefault(table, []).append(one)
    found = [
        _choice(key, tables, ways[key], names, hidden)
        for key, tables in asked.items()
        if key in ways and any(one.ticked for one in tables.get(COUNTER, ()))
    ]
    return sorted(found, key=lambda choice: (not choice.asking.reason, choice.key))


def _choice(
    key: str, tables: Mapping[str, Sequence[ChoiceCount]], way: Asking, names: ChoiceNames, hidden: Set[Row]
) -> Choice:
    asked = {by: {one.counter: one.asked for one in counts} for by, counts in tables.items()}
    ticked = {by: {one.counter: dict(one.ticked) for one in counts} for by, counts in tables.items()}
    total: Counter[str] = Counter()
    for these in ticked[COUNTER].values():
        total.update(these)
    if sum(asked[COUNTER].values()) < FEWEST:
        whole = ChoiceRow(key, names.question(key), None)
        return Choice(key, whole.name, way, whole)
    small = _small_rows(asked, hidden)
    unshown = _hidden_options(ticked, small, way)

    def row(code: str, name: str, base: int, counted: Mapping[str, int], table: str) -> ChoiceRow:
        options = [
            Ticked(option, names.option(f"{key}.{option}"), None, None)
            if (f"{option}:{table}", code) in unshown
            else Ticked(option, names.option(f"{key}.{option}"), count, _share(count, base))
            for option, count in counted.items()
            if count
        ]
        return ChoiceRow(code, name, base, sorted(options, key=lambda one: (-(one.forms or 0), one.name, one.key)))

    def rows(by: str, name: Callable[[str], str]) -> list[ChoiceRow]:
        found = [
            ChoiceRow(code, name(code), None)
            if (by, code) in small
            else row(code, name(code), asked[by][code], ticked[by][code], by)
            for code in sorted(asked[by])
        ]
        return found if len(found) > 1 else []

    whole = row("", names.question(key), sum(asked[COUNTER].values()), total, _TOTAL)
    parts = {part: rows(part, partial(names.part, part)) for part in PARTS if part in tables}
    return Choice(key, whole.name, way, whole, rows(COUNTER, names.counter), {p: r for p, r in parts.items() if r})


def _share(count: int, base: int) -> Decimal:
    return (Decimal(count * 100) / base).quantize(_CENT, ROUND_HALF_UP)


def _small_rows(asked: Mapping[str, Mapping[str, int]], hidden: Set[Row]) -> set[Row]:
    """Return the counters and parts with too few forms, and those whose number would reveal a small one.

    All tables are checked together, as they add up to the same forms.
    """
    sheet = Sheet()
    cells = {
        by: [sheet.cell(by, count, [(by, code)]) for code, count in counts.items()] for by, counts in asked.items()
    }
    sheet.total(cells[COUNTER])
    for by in cells.keys() - {COUNTER}:
        sheet.equal(cells[COUNTER], cells[by])
    return hidden_rows(sheet, hidden & sheet.rows.keys())


def _hidden_options(ticked: Mapping[str, Mapping[str, Mapping[str, int]]], small: Set[Row], way: Asking) -> set[Row]:
    """Return the options ticked by fewer than 5 forms, or revealing such a number: in the whole, a counter or a part.

    If a form may tick several options, each option is checked by itself; if it ticks only one, they add up.
    """
    options = sorted({option for these in ticked[COUNTER].values() for option in these})
    hidden: set[Row] = set()
    for together in [options] if way.single else [[option] for option in options]:
        sheet = Sheet()
        cells = {by: _tick_cells(sheet, by, counts, together) for by, counts in ticked.items()}
        for by in cells.keys() - {COUNTER}:
            for option in together:
                sheet.equal(*(_of_option(cells[table], option) for table in (COUNTER, by)))
        if way.single:
            # If everybody answers, the number of forms is the sum of the options.
            sheet.total(cell for of_row in cells[COUNTER].values() for cell in of_row.values())
            for by, rows in cells.items():
                for code, of_row in rows.items():
                    if (by, code) not in small:
                        sheet.total(of_row.values())
        unshown = {row for row in sheet.rows if (row[0].rpartition(":")[2], row[1]) in small}
        hidden |= hidden_rows(sheet, unshown)
    return hidden


def _tick_cells(
    sheet: Sheet, by: str, counts: Mapping[str, Mapping[str, int]], options: Sequence[str]
) -> dict[str, dict[str, int]]:
    """Add the cells of a table by row and option and return them; those by counter also make up the whole."""
    found: dict[str, dict[str, int]] = {}
    for code, these in counts.items():
        for option in options:
            if count := these.get(option, 0):
                rows = [(f"{option}:{by}", code)] + ([(f"{option}:{_TOTAL}", "")] if by == COUNTER else [])
                found.setdefault(code, {})[option] = sheet.cell(by, count, rows)
    return found


def _of_option(rows: Mapping[str, Mapping[str, int]], option: str) -> list[int]:
    return [cells[option] for cells in rows.values() if option in cells]


def as_json(choice: Choice) -> dict[str, Any]:
    """Return what was ticked as JSON values."""
    return {
        "code": choice.key,
        "name": choice.name,
        "of": choice.asking.base,
        **_row(choice.whole),
        "by_counter": [_named(row) for row in choice.by_counter],
        **{f"by_{part}": [_named(row) for row in choice.by_part.get(part, ())] for part in PARTS},
        "by_stratum": [_named(row) for row in choice.by_stratum],
    }


def _named(row: ChoiceRow) -> dict[str, Any]:
    return {"code": row.key, "name": row.name, **_row(row)}


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
