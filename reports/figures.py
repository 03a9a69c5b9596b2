"""Reading the counts of a unit and a period from the store and compiling them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Protocol

import locales
from handlers.ports import FormCount, Tally
from handlers.world import World
from reports.periods import Period
from reports.places import counter_name
from reports.rates import DEFAULT_RULE
from reports.report import Names, Report, compile_report
from surveys.questionnaire import words_in
from surveys.slips import Stratum


class Counts(Protocol):
    """Where answers are counted."""

    async def tallies(self, units: Sequence[str], first: date, last: date) -> tuple[list[Tally], list[FormCount]]:
        """Count answers and forms of units between two days, both included."""


async def compile_for(
    counts: Counts,
    world: World,
    unit: str,
    period: Period,
    rule: str = DEFAULT_RULE,
    language: str = "vi",
    *,
    below: bool = True,
    stratum: Stratum | None = None,
) -> Report:
    """Compile a unit's report against the same stratum of the period before; `below` takes in the units under it."""
    units = world.below(unit) if below else [unit]
    named = names(world, unit, language, period.last)
    title = world.units[unit].name_on(period.last)
    current = await counts.tallies(units, period.first, period.last)
    report = compile_report(unit, title, period, current, named, rule, stratum=stratum)
    before = period.previous()
    earlier = await counts.tallies(units, before.first, before.last)
    previous = compile_report(unit, title, before, earlier, named, rule, stratum=report.stratum)
    return replace(report, previous=previous) if previous.forms else report


def names(world: World, unit: str, language: str, on: date = date.max) -> Names:
    """Return how codes are read in a unit's report: counters of other units carry the name theirs had on a day."""

    def question(form: str, code: str) -> str:
        known = world.forms[form].questions.get(code) if form in world.forms else None
        return words_in(known.text, language) if known else code

    def counter(code: str) -> str:
        return counter_name(world, code, unit, language, on) or locales.text(language, "report.no_counter")

    def source(code: str) -> str:
        key = f"report.source.{code}"
        return locales.text(language, key) if key in locales.texts(locales.DEFAULT) else code

    def stratum(code: str) -> str:
        return locales.text(language, f"report.stratum.{code}")

    counted = {code: form.counted for code, form in world.forms.items()}
    return Names(counted, question, counter, source, stratum)
