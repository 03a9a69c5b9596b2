"""What changed between two versions of a report, in words."""

from collections import Counter
from collections.abc import Iterator
from datetime import date

import locales
from reports import periods, rates
from reports.inputs import Inputs
from reports.report import Report

PAPER = "paper"
# So many names are said; the rest is counted.
MOST_NAMES = 3


def changes(before: Inputs, now: Inputs, day: date, language: str = "vi") -> tuple[str, ...]:
    """Say what changed and why, dated; one sentence."""
    said = "; ".join(_Compared(before, now, language).said())
    return (locales.text(language, "statement.dated", day=periods.day(day), changes=said),)


class _Compared:
    def __init__(self, before: Inputs, now: Inputs, language: str) -> None:
        self._inputs = before, now
        self._reports: tuple[Report, Report] = before.report(), now.report()
        self._language = language

    def _say(self, key: str, **values: object) -> str:
        return locales.text(self._language, f"statement.{key}", **values)

    def said(self) -> Iterator[str]:
        """Each change, what weighs most first."""
        before, now = self._inputs
        yield from self._answers()
        if before.before != now.before:
            yield self._say("earlier")
        if _dossiers(before) != _dossiers(now):
            yield self._say("dossiers")
        if before.target != now.target:
            yield self._say("target", before=before.target, now=now.target)
        yield from self._names()
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
        told = [self._moved(source, count) for source, count in sorted(moved.items()) if count]
        if told:
            forms = {"forms": rates.number(new.forms), "before": rates.number(old.forms)}
            yield f"{', '.join(told)} ({self._say('forms', **forms)})"
        elif (old.levels, old.by_question) != (new.levels, new.by_question):
            yield self._say("answers")
        else:
            yield self._say("strata")
        if old.rate and new.rate and old.telling and new.telling and old.rate.percent != new.rate.percent:
            printed = {"before": rates.percent(old.rate.percent), "now": rates.percent(new.rate.percent)}
            yield self._say("rate", **printed)

    def _moved(self, source: str, count: int) -> str:
        if count < 0:
            return self._say("fewer", count=rates.padded(-count))
        if source == PAPER:
            return self._say("more_paper", count=rates.padded(count))
        name = self._inputs[1].names.get("source", {}).get(source, source)
        return self._say("more", count=rates.padded(count), source=name)

    def _names(self) -> Iterator[str]:
        before, now = self._inputs
        pairs = [(before.unit_name, now.unit_name)]
        for table in ("unit", "counter", "field", "section", "question"):
            old, new = before.names.get(table, {}), now.names.get(table, {})
            pairs += [(old[code], new[code]) for code in sorted(old.keys() & new.keys())]
        renamed = list(dict.fromkeys(pair for pair in pairs if pair[0] != pair[1]))
        for old_name, new_name in renamed[:MOST_NAMES]:
            yield self._say("name", before=old_name, now=new_name)
        if len(renamed) > MOST_NAMES:
            yield self._say("names", count=rates.padded(len(renamed) - MOST_NAMES))


def _by_source(inputs: Inputs, stratum: str) -> Counter[str]:
    forms: Counter[str] = Counter()
    for place in inputs.counts.places:
        if place.stratum == stratum:
            forms[place.source] += place.forms
    return forms


def _dossiers(inputs: Inputs) -> object:
    figures = inputs.dossiers
    return figures and (figures.total, list(figures.by_field))
