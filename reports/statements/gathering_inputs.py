"""Reads the counts of a unit and a period from the store, and compiles them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Protocol

import locales
from handlers.world import World
from reports import periods
from reports.dossiers.figures import DossierCounts, dossier_figures
from reports.place_names import counter_name, unit_name
from reports.satisfaction.choices import asking
from reports.satisfaction.counts import Conditions, Counts, Questions
from reports.satisfaction.parts import LEVELLED, NO_PARTS, PartCounts
from reports.statements.inputs import Inputs
from reports.statements.scope import Scope
from surveys.cases import is_reason
from surveys.questionnaire import Condition, Questionnaire, words_in
from surveys.slips import STRATA

# In longer periods there are more weeks than a table or a chart can show.
MOST_BY_WEEK = timedelta(days=190)
# Parts are counted form by form, so only for this many units times days: a commune's half-year, a province's week.
MOST_IN_PARTS = 1000


class CountsTx(DossierCounts, Protocol):
    """A transaction that counts answers."""

    async def counts(
        self,
        units: Sequence[str],
        first: date,
        last: date,
        counted: Questions,
        conditions: Conditions | None = None,
        *,
        weekly: bool = True,
    ) -> Counts:
        """Count forms and answers of units between two days, both included; by week only if `weekly`."""

    async def part_counts(
        self, units: Sequence[str], first: date, last: date, counted: Questions, reasons: Conditions
    ) -> PartCounts:
        """Count answers and reasons of units between two days by part: field, occasion, week, day of the week."""


async def read_inputs(tx: CountsTx, world: World, scope: Scope) -> Inputs:
    """Read the current inputs of a report."""
    unit, period, units = scope.unit, scope.period, scope.units(world)
    counted = {code: form.counted for code, form in world.forms.items()}
    earlier = period.previous()
    weekly = period.last - period.first < MOST_BY_WEEK
    conditions = {code: _conditions(form) for code, form in world.forms.items()}
    counts = await tx.counts(units, period.first, period.last, counted, conditions, weekly=weekly)
    before = await tx.counts(units, earlier.first, earlier.last, counted, conditions, weekly=weekly)
    parts = NO_PARTS
    if weekly and len(units) * (period.last - period.first + timedelta(days=1)).days <= MOST_IN_PARTS:
        parts = await tx.part_counts(units, period.first, period.last, counted, _reasons(world))
    both = (counts, before)
    ticked = sorted({(one.form, one.question) for each in both for one in each.choices})
    forms = sorted({one.form for each in both for one in each.questions} & counted.keys())
    return Inputs(
        scope=scope,
        unit_name=world.units[unit].name_on(period.last),
        target=world.target,
        counts=counts,
        before=before,
        counted={form: tuple(sorted(counted[form])) for form in forms},
        sections={
            f"{form}.{question.id}": f"{form}.{number}"
            for form in forms
            for number, page in enumerate(world.forms[form].pages, 1)
            for question in page.questions
            if question.counted
        },
        names={**names(world, unit, locales.DEFAULT, both, period.last), **part_names(parts, locales.DEFAULT)},
        parts=parts,
        dossiers=await dossier_figures(tx, units, period),
        asking={
            f"{form}.{code}": asking(world.forms[form], world.forms[form].questions[code]) for form, code in ticked
        },
    )


def _conditions(form: Questionnaire) -> dict[str, Condition | None]:
    """Return the questions of a form that are answered by ticking, each with the condition on which it is asked."""
    return {q.id: q.when for q in form.questions.values() if q.kind in ("single", "multiple")}


def _reasons(world: World) -> dict[str, dict[str, Condition | None]]:
    """Return the questions of each form that ask for reasons of a bad mark, each with its condition."""
    return {
        code: {q.id: q.when for q in form.questions.values() if is_reason(form, q)}
        for code, form in world.forms.items()
    }


def part_names(parts: PartCounts, language: str) -> dict[str, dict[str, str]]:
    """Return the names of the parts that neither places nor weeks name: occasions, weekdays and half-days."""
    if not parts:
        return {}
    used = {part: sorted({one.key for one in parts.levels if one.part == part}) for part in LEVELLED}
    return {
        "occasion": {key: locales.text(language, f"report.occasion.{key or 'none'}") for key in used["occasion"]},
        "weekday": {key: locales.text(language, f"report.weekday.{key}") for key in used["weekday"]},
        "half": {key: locales.text(language, f"report.half_day.{key or 'none'}") for key in used["half"]},
    }


def names(world: World, unit: str, language: str, used: Iterable[Counts], on: date) -> dict[str, dict[str, str]]:
    """Return the names of codes in a unit's report, by table; places are named as they were called on a day."""
    places = [place for counts in used for place in counts.places]
    ticked = {(one.form, one.question) for counts in used for one in counts.choices}
    asked = {(one.form, one.question) for counts in used for one in counts.questions} | ticked
    known = [world.forms[form] for form in sorted({form for form, _ in asked}) if form in world.forms]
    tables: Mapping[str, tuple[Iterable[str], Callable[[str], str]]] = {
        "counter": ({place.counter for place in places}, lambda code: counter_name(world, code, unit, language, on)),
        "source": ({place.source for place in places}, lambda code: _source(code, language)),
        "stratum": (STRATA, lambda code: locales.text(language, f"report.stratum.{code}")),
        "field": (
            {place.field for place in places},
            lambda name: name or locales.text(language, "report.no_field"),
        ),
        "unit": ({place.unit for place in places}, lambda code: unit_name(world, code, unit, language, on)),
        "week": (
            {one.week for counts in used for one in counts.weeks},
            lambda week: periods.label(periods.parse(week), language),
        ),
    }
    found = {table: {code: name(code) for code in sorted(codes)} for table, (codes, name) in tables.items()}
    found["question"] = {f"{form}.{code}": _question(world, form, code, language) for form, code in sorted(asked)}
    found["section"] = {
        f"{form.code}.{number}": _section(form, number, language)
        for form in known
        for number, page in enumerate(form.pages, 1)
        if any(question.counted for question in page.questions)
    }
    if ticked:
        found["option"] = {
            f"{form}.{code}.{option.value}": words_in(option.label, language)
            for form, code in sorted(ticked)
            for option in world.forms[form].questions[code].options
        }
    return found


def _question(world: World, form: str, code: str, language: str) -> str:
    known = world.forms[form].questions.get(code) if form in world.forms else None
    return words_in(known.text, language) if known else code


def _section(form: Questionnaire, number: int, language: str) -> str:
    """Return the title of a page, or of the form if the page has none."""
    return words_in(form.pages[number - 1].title or form.title, language)


def _source(code: str, language: str) -> str:
    key = f"report.source.{code}"
    return locales.text(language, key) if key in locales.texts(locales.DEFAULT) else code
