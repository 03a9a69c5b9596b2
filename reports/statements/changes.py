"""What changed between two versions of a report, in words."""

from collections import Counter
from collections.abc import Iterator
from datetime import date

import locales
from reports import periods, rates
from reports.satisfaction.counts import PAPER, ChoiceCount, Counts
from reports.satisfaction.report import LEAST_SHOWN, Report
from reports.statements.inputs import OF_THE_PERIOD, Inputs


def changes(before: Inputs, now: Inputs, day: date, language: str = "vi") -> tuple[str, ...]:
    """Return one dated sentence that says what changed and why."""
    said = "; ".join(_Compared(before, now, language).said())
    return (locales.text(language, "statement.dated", day=periods.day(day), changes=said),)


class _Compared:
    def __init__(self, before: Inputs, now: Inputs, language: str) -> None:
        # What was not counted at all before is not a change.
        self._inputs = before, now.as_counted_before(before)
        self._reports: tuple[Report, Report] = before.report(), now.report()
        self._language = language

    def _say(self, key: str, **values: object) -> str:
        return locales.text(self._language, f"statement.{key}", **values)

    def said(self) -> Iterator[str]:
        """Yield each change as a sentence, the most important first."""
        before, now = self._inputs
        yield from self._answers()
        if before.counts == now.counts and before.parts != now.parts:
            yield self._say("answers")
        if before.before != now.before:
            yield self._say("earlier")
        if _dossiers(before) != _dossiers(now):
            yield self._say("dossiers", before=_settled(before), now=_settled(now))
        if before.target != now.target:
            yield self._say("target", before=before.target, now=now.target)
        if before.unit_name != now.unit_name:
            yield self._say("name", before=before.unit_name, now=now.unit_name)
        if (before.counted, before.sections) != (now.counted, now.sections) and before.counts == now.counts:
            yield self._say("form")

    def _answers(self) -> Iterator[str]:
        before, now = self._inputs
        old, new = self._reports
        if before.counts == now.counts:
            return
        if old.stratum != new.stratum:
            named = {"before": old.stratum, "now": new.stratum}
            kinds = {key: locales.text(self._language, f"report.stratum_of.{one}") for key, one in named.items()}
            yield self._say("stratum", **kinds)
        moved = Counter(_by_source(now, new.stratum))
        moved.subtract(_by_source(before, new.stratum))
        sentences = [self._moved(source, count) for source, count in sorted(moved.items()) if count]
        if sentences:
            forms = {"forms": rates.number(new.forms), "before": rates.number(old.forms)}
            yield f"{', '.join(sentences)} ({self._say('forms', **forms)})"
        elif _of(before, new.stratum) != _of(now, new.stratum):
            yield self._say("answers")
        elif before.asking and _ticked(before, new.stratum) != _ticked(now, new.stratum):
            yield self._say("reasons")
        else:
            yield self._say("strata")
        # The rates before and after would reveal what so few people said.
        many = abs(new.answers - old.answers) >= LEAST_SHOWN
        if many and old.rate and new.rate and old.has_enough and old.rate.percent != new.rate.percent:
            printed = {"before": rates.percent(old.rate.percent), "now": rates.percent(new.rate.percent)}
            yield self._say("rate", **printed)

    def _moved(self, source: str, count: int) -> str:
        if count < 0:
            return self._say("fewer", count=rates.padded(-count))
        if source == PAPER:
            return self._say("more_paper", count=rates.padded(count))
        name = self._inputs[1].names.get("source", {}).get(source, source)
        return self._say("more", count=rates.padded(count), source=name)


def _by_source(inputs: Inputs, stratum: str) -> Counter[str]:
    forms: Counter[str] = Counter()
    for place in inputs.counts.places:
        if place.stratum == stratum:
            forms[place.source] += place.forms
    return forms


def _of(inputs: Inputs, stratum: str) -> Counts:
    counts = inputs.counts
    return Counts(
        [place for place in counts.places if place.stratum == stratum],
        [question for question in counts.questions if question.stratum == stratum],
        [week for week in counts.weeks if week.stratum == stratum],
    )


def _ticked(inputs: Inputs, stratum: str) -> list[ChoiceCount]:
    return [choice for choice in inputs.counts.choices if choice.stratum == stratum]


def _settled(inputs: Inputs) -> str:
    """Return how many dossiers were received and settled in time: "1.730; 99,87%"; a dash if none are known."""
    flow = inputs.dossiers.total if inputs.dossiers else None
    if flow is None:
        return "–"
    rate = f"; {rates.percent(flow.rate)}%" if flow.rate is not None else ""
    return f"{rates.number(flow.received)}{rate}"


def _dossiers(inputs: Inputs) -> object:
    return inputs.dossiers and [getattr(inputs.dossiers, part) for part in OF_THE_PERIOD]
