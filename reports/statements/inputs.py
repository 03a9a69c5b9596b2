"""What one report is computed from, as a value that can be stored, compared and computed from again."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import Any

from reports import periods
from reports.dossiers.dossier import DossierFigures, Flow
from reports.satisfaction.breakdowns import Names, compile_report, largest
from reports.satisfaction.choices import Asking
from reports.satisfaction.counts import Counts
from reports.satisfaction.parts import NO_PARTS, PartCounts
from reports.satisfaction.report import Report
from reports.statements.scope import Scope

# The figures of dossiers that belong to the period; the others are as of the last import, which may be later.
OF_THE_PERIOD = ("total", "by_field", "by_unit")


@dataclass(frozen=True)
class Inputs:
    """Counts of a report's scope and of the period before, and the names that are printed.

    `names` maps the tables of Names to names by code; `counted` are the counted questions by form, `sections` the
    section of each ("form.question"), `asking` says how each question with options is asked. It is empty if nothing was
    ticked, and in statements from before ticks were counted. `parts` has the same answers and ticks by part, as far as
    those are counted.
    """

    scope: Scope
    unit_name: str
    target: int
    counts: Counts
    before: Counts
    counted: Mapping[str, tuple[str, ...]]
    sections: Mapping[str, str]
    names: Mapping[str, Mapping[str, str]]
    dossiers: DossierFigures | None = None
    asking: Mapping[str, Asking] = field(default_factory=dict)
    parts: PartCounts = NO_PARTS

    @property
    def is_empty(self) -> bool:
        """Whether nothing is known of the period: neither forms nor dossiers."""
        return not self.counts.places and self.dossiers is None

    def report(self) -> Report:
        """Compile the report, compared with the same stratum of the period before."""
        scope, named = self.scope, self._named()
        report = compile_report(
            *(scope.unit, self.unit_name, scope.period, self.counts, named, scope.rule),
            stratum=scope.stratum or largest(self.counts, self.before),
            target=self.target,
            dossiers=self.dossiers,
            parts=self.parts,
        )
        previous = compile_report(
            *(scope.unit, self.unit_name, scope.period.previous(), self.before, named, scope.rule),
            stratum=report.stratum,
            target=self.target,
        )
        return replace(report, previous=previous) if previous.forms else report

    def _named(self) -> Names:
        def of(table: str) -> Any:
            return lambda code: self.names.get(table, {}).get(code, code)

        asked = of("question")
        return Names(
            counted={form: frozenset(questions) for form, questions in self.counted.items()},
            question=lambda form, code: asked(f"{form}.{code}"),
            counter=of("counter"),
            source=of("source"),
            stratum=of("stratum"),
            field=of("field"),
            unit=of("unit"),
            week=of("week"),
            section=of("section"),
            option=lambda key: self.names.get("option", {}).get(key, key.rpartition(".")[2]),
            part=lambda part, key: self.names.get(part, {}).get(key, key),
            asking=self.asking,
            sections={tuple(key.split(".", 1)): section for key, section in self.sections.items()},  # type: ignore[misc]
        )

    def to_json(self) -> dict[str, Any]:
        """Return the inputs as JSON values; `parts` and `asking` are left out if empty, as before they existed."""
        values = {
            "unit": self.scope.unit,
            "unit_name": self.unit_name,
            "period": self.scope.period.name,
            "rule": self.scope.rule,
            "stratum": self.scope.stratum,
            "target": self.target,
            "counts": self.counts.to_json(),
            "before": self.before.to_json(),
            "counted": {form: list(questions) for form, questions in self.counted.items()},
            "sections": dict(self.sections),
            "names": {table: dict(names) for table, names in self.names.items()},
            "dossiers": _plain(self.dossiers) if self.dossiers else None,
        }
        if self.parts:
            values["parts"] = self.parts.to_json()
        if self.asking:
            values["asking"] = {key: asking.to_json() for key, asking in self.asking.items()}
        return values

    @classmethod
    def from_json(cls, values: Mapping[str, Any], variant: str) -> "Inputs":
        """Return the inputs that `to_json` made the values from; the `variant` says if the units below are counted."""
        scope = Scope(values["unit"], periods.parse(values["period"]), values["rule"], values["stratum"])
        return cls(
            scope=scope if scope.variant == variant else replace(scope, below=False),
            unit_name=values["unit_name"],
            target=values["target"],
            counts=Counts.from_json(values["counts"]),
            before=Counts.from_json(values["before"]),
            counted={form: tuple(questions) for form, questions in values["counted"].items()},
            sections=values["sections"],
            names=values["names"],
            dossiers=_dossiers(values["dossiers"]) if values["dossiers"] else None,
            asking={key: Asking(*asking) for key, asking in values.get("asking", {}).items()},
            parts=PartCounts.from_json(values["parts"]) if "parts" in values else NO_PARTS,
        )

    def as_counted_before(self, last: "Inputs") -> "Inputs":
        """Return these inputs without what was not counted yet when `last` was gathered."""
        now = self if last.asking else self.without_choices()
        return now if last.parts else replace(now, parts=NO_PARTS)

    def without_choices(self) -> "Inputs":
        """Return these inputs without ticks, as inputs were before ticks were counted."""
        if not self.asking:
            return self
        counts, before = (replace(counts, choices=[]) for counts in (self.counts, self.before))
        parts = replace(self.parts, choices={})
        return replace(self, counts=counts, before=before, asking={}, parts=parts)

    @cached_property
    def digest(self) -> str:
        """The SHA-256 of the inputs in canonical JSON, without what an update or a later import changes.

        It also leaves out the names of counters, questions and the like: a report keeps those it was compiled with.
        """
        values = self.to_json()
        del values["names"]
        if values["dossiers"]:
            values["dossiers"] = {key: values["dossiers"][key] for key in OF_THE_PERIOD}
        return hashlib.sha256(canonical(values).encode()).hexdigest()


def canonical(values: Any) -> str:
    """Write JSON values in a form in which equal values give equal texts."""
    return json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _plain(figures: DossierFigures) -> dict[str, Any]:
    return {**asdict(figures), "as_of": figures.as_of.isoformat()}


def _dossiers(values: Mapping[str, Any]) -> DossierFigures:
    made = dict(values)
    made["total"] = Flow(**values["total"])
    made["by_field"] = [Flow(**flow) for flow in values["by_field"]]
    made["as_of"] = datetime.fromisoformat(values["as_of"])
    made["by_unit"] = {unit: Flow(**flow) for unit, flow in values["by_unit"].items()}
    return DossierFigures(**made)
