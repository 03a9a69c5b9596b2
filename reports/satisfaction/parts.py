"""The parts, besides places, that answers and reasons are broken down by: field, occasion, week, weekday, half-day."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, get_args

from reports.satisfaction.counts import (
    NONE,
    ONE_QUESTION,
    ChoiceCount,
    Choosing,
    Conditions,
    Levels,
    PlaceCount,
    Questions,
    added,
    levels_of,
)
from surveys.responses import week_of
from surveys.slips import Stratum

Part = Literal["field", "occasion", "week", "weekday", "half"]
PARTS: tuple[Part, ...] = get_args(Part)
# Answers are counted by these parts; figures by the other parts come from the counts of places and weeks.
LEVELLED: tuple[Part, ...] = ("occasion", "weekday", "half")
WEEKDAYS = ("1", "2", "3", "4", "5", "6", "7")


@dataclass(frozen=True, slots=True, order=True)
class PartCount:
    """The counted answers of one part, such as those on slips handed out with a refusal, or on Mondays ("1")."""

    part: Part
    key: str
    stratum: Stratum
    levels: Levels


@dataclass(frozen=True, slots=True)
class PartCounts:
    """Answers and ticks by parts, each sorted; `choices` have the key of a part in place of a counter's code."""

    levels: Sequence[PartCount] = ()
    choices: Mapping[Part, Sequence[ChoiceCount]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        """Whether anything was counted."""
        return bool(self.levels or self.choices)

    def of(self, part: Part, stratum: Stratum) -> list[PartCount]:
        """Return the counted answers of a stratum by one part."""
        return [one for one in self.levels if one.part == part and one.stratum == stratum]

    def to_json(self) -> dict[str, Any]:
        """Return the counts as JSON values; `choices` is left out if nothing was ticked."""
        values: dict[str, Any] = {"levels": [[one.part, one.key, one.stratum, *one.levels] for one in self.levels]}
        if self.choices:
            values["choices"] = {part: [one.to_json() for one in counts] for part, counts in self.choices.items()}
        return values

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "PartCounts":
        """Return what `to_json` made the values from."""
        return cls(
            [PartCount(part, key, stratum, levels_of(levels)) for part, key, stratum, *levels in values["levels"]],
            {part: [ChoiceCount.from_json(row) for row in rows] for part, rows in values.get("choices", {}).items()},
        )


NO_PARTS = PartCounts()


@dataclass(frozen=True, slots=True)
class Where:
    """What forms have in common that are counted together by parts."""

    stratum: Stratum
    source: str
    form: str
    field: str
    occasion: str
    day: date
    half: str = ""

    def keys(self) -> dict[Part, str]:
        """Return the key in each part."""
        return {
            "field": self.field,
            "occasion": self.occasion,
            "week": week_of(self.day),
            "weekday": str(self.day.isoweekday()),
            "half": self.half,
        }


class AddingParts:
    """Counts by parts that are being added up; ticks only of reasons, whose `conditions` say when they are asked."""

    def __init__(self, counted: Questions, conditions: Conditions) -> None:
        self._counted = counted
        self._levels: dict[tuple[Part, str, Stratum], Levels] = {}
        self._choosing = {part: Choosing(conditions) for part in PARTS}
        self._forms: dict[Part, list[PlaceCount]] = {part: [] for part in PARTS}

    def forms(self, where: Where, count: int) -> None:
        """Add so many forms."""
        for part, key in where.keys().items():
            self._forms[part].append(PlaceCount("", key, where.source, "", where.form, where.stratum, count, NONE))

    def answers(self, where: Where, question: str, level: int, count: int) -> None:
        """Add so many answers of one level."""
        levels = levels_of(count if level == one else 0 for one in range(1, 6))
        counts = question in self._counted.get(where.form, frozenset())
        for part, key in where.keys().items():
            if counts and part in LEVELLED:
                place = (part, key, where.stratum)
                self._levels[place] = added(self._levels.get(place, NONE), levels)
            if where.source != ONE_QUESTION:
                self._choosing[part].marked(key, where.form, where.stratum, question, levels)

    def ticked(self, where: Where, question: str, chosen: str, count: int) -> None:
        """Add so many forms that ticked the same options."""
        for part, key in where.keys().items():
            self._choosing[part].ticked(key, where.form, where.stratum, question, chosen, count)

    def sums(self) -> PartCounts:
        """Return the sums, sorted; half-days only if one is known, as inputs that were kept would change otherwise."""
        parts = [part for part in PARTS if part != "half" or any(one.counter for one in self._forms[part])]
        return PartCounts(
            sorted(PartCount(*key, levels) for key, levels in self._levels.items() if key[0] in parts),
            {part: found for part in parts if (found := self._choosing[part].sums(self._forms[part]))},
        )


def of_stratum(counts: Iterable[ChoiceCount], stratum: Stratum) -> list[ChoiceCount]:
    """Return the counts of one stratum."""
    return [one for one in counts if one.stratum == stratum]
