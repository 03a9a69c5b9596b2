"""What a report is made from: counted answers by place, by question and by week, one table for each."""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date
from typing import Any

from handlers.ports import FormCount, Tally
from surveys.responses import week_of
from surveys.slips import Stratum

# The number of answers of the levels 1 to 5.
Levels = tuple[int, int, int, int, int]
Questions = Mapping[str, Set[str]]
NONE: Levels = (0, 0, 0, 0, 0)


@dataclass(frozen=True, slots=True, order=True)
class PlaceCount:
    """The forms of one questionnaire at a counter, from a source, about a field; and their counted answers."""

    unit: str
    counter: str
    source: str
    field: str
    form: str
    stratum: Stratum
    forms: int
    levels: Levels


@dataclass(frozen=True, slots=True, order=True)
class QuestionCount:
    """The answers to one question of a questionnaire, counted or not."""

    form: str
    question: str
    stratum: Stratum
    levels: Levels


@dataclass(frozen=True, slots=True, order=True)
class WeekCount:
    """The counted answers of one ISO week ("2026-W47"), as far as it lies in the period."""

    week: str
    stratum: Stratum
    levels: Levels


@dataclass(frozen=True, slots=True)
class Counts:
    """The counts of a unit (or several) and a period, each table sorted."""

    places: Sequence[PlaceCount] = ()
    questions: Sequence[QuestionCount] = ()
    weeks: Sequence[WeekCount] = ()

    def to_json(self) -> dict[str, list[list[Any]]]:
        """Return the tables as rows of JSON values."""
        return {
            "places": [
                [one.unit, one.counter, one.source, one.field, one.form, one.stratum, one.forms, *one.levels]
                for one in self.places
            ],
            "questions": [[one.form, one.question, one.stratum, *one.levels] for one in self.questions],
            "weeks": [[one.week, one.stratum, *one.levels] for one in self.weeks],
        }

    @classmethod
    def from_json(cls, values: Mapping[str, Sequence[Sequence[Any]]]) -> "Counts":
        """Return what `to_json` made the values from."""
        return cls(
            [_place(row[:6], row[6], levels_of(row[7:])) for row in values["places"]],
            [QuestionCount(form, asked, stratum, levels_of(n)) for form, asked, stratum, *n in values["questions"]],
            [WeekCount(week, stratum, levels_of(levels)) for week, stratum, *levels in values["weeks"]],
        )


def levels_of(counts: Iterable[int]) -> Levels:
    """Return the counts of the five levels as whole numbers, whatever the database calls them."""
    one, two, three, four, five = (int(count) for count in counts)
    return one, two, three, four, five


def added(first: Levels, second: Levels) -> Levels:
    """Add two counts up, level by level."""
    return levels_of(a + b for a, b in zip(first, second, strict=True))


def _place(key: Sequence[Any], forms: int, levels: Levels) -> PlaceCount:
    unit, counter, source, field, form, stratum = key
    return PlaceCount(unit, counter, source, field, form, stratum, forms, levels)


class Adding:
    """Counts that are being added up; rows of the same place, question or week come together."""

    def __init__(self, counted: Questions) -> None:
        self._counted = counted
        self._places: dict[tuple[Any, ...], tuple[int, Levels]] = {}
        self._questions: dict[tuple[str, str, Stratum], Levels] = {}
        self._weeks: dict[tuple[str, Stratum], Levels] = {}

    def counts(self, form: str, question: str) -> bool:
        """Whether the answers to a question make up the rate."""
        return question in self._counted.get(form, frozenset())

    def place(self, key: tuple[Any, ...], forms: int, levels: Levels = NONE) -> None:
        """Add forms and counted answers of a place: unit, counter, source, field, form, stratum."""
        before, known = self._places.get(key, (0, NONE))
        self._places[key] = before + int(forms), added(known, levels)

    def question(self, form: str, question: str, stratum: Stratum, levels: Levels) -> None:
        """Add answers to a question."""
        key = (form, question, stratum)
        self._questions[key] = added(self._questions.get(key, NONE), levels)

    def day(self, day: date, stratum: Stratum, levels: Levels) -> None:
        """Add the counted answers of a day, or of a week by its first day."""
        key = (week_of(day), stratum)
        self._weeks[key] = added(self._weeks.get(key, NONE), levels)

    def sums(self) -> Counts:
        """Return what was added, sorted."""
        return Counts(
            sorted(_place(key, forms, levels) for key, (forms, levels) in self._places.items()),
            sorted(QuestionCount(*key, levels) for key, levels in self._questions.items()),
            sorted(WeekCount(*key, levels) for key, levels in self._weeks.items()),
        )


def gathered(tallies: Iterable[Tally], forms: Iterable[FormCount], counted: Questions) -> Counts:
    """Make counts of tallies, without weeks; forms whose questionnaire is not known are counted by themselves."""
    adding = Adding(counted)
    for tally in tallies:
        levels = levels_of(tally.count if level == tally.level else 0 for level in range(1, 6))
        adding.question(tally.form, tally.question, tally.stratum, levels)
        if adding.counts(tally.form, tally.question):
            adding.place((tally.unit, tally.counter, tally.source, tally.field, tally.form, tally.stratum), 0, levels)
    for form in forms:
        adding.place((form.unit, form.counter, form.source, form.field, "", form.stratum), form.count)
    return adding.sums()
