"""What a report is made from: answers counted by place, question and week, and ticked options."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date
from typing import Any

from handlers.ports import FormCount, Tally
from surveys.questionnaire import Condition
from surveys.responses import week_of
from surveys.slips import Stratum

# The number of answers of the levels 1 to 5.
Levels = tuple[int, int, int, int, int]
Questions = Mapping[str, Set[str]]
# By form, the questions that are answered by ticking options, each with the condition on which it is asked.
Conditions = Mapping[str, Mapping[str, Condition | None]]
# A screen at a counter asks only one question, so forms from screens were not asked any other.
ONE_QUESTION = "kiosk"
PAPER = "paper"
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
    """The counted answers of one ISO week ("2026-W47"), on those of its days that lie in the period."""

    week: str
    stratum: Stratum
    levels: Levels


@dataclass(frozen=True, slots=True, order=True)
class ChoiceCount:
    """How many forms of a counter were asked a question, and how many ticked each of its options."""

    form: str
    question: str
    stratum: Stratum
    counter: str
    asked: int
    ticked: tuple[tuple[str, int], ...]

    def to_json(self) -> list[Any]:
        """Return the count as a row of JSON values."""
        return [self.form, self.question, self.stratum, self.counter, self.asked, *map(list, self.ticked)]

    @classmethod
    def from_json(cls, row: Sequence[Any]) -> "ChoiceCount":
        """Return what `to_json` made the row from."""
        form, asked, stratum, counter, count, *ticked = row
        return cls(form, asked, stratum, counter, count, tuple((option, forms) for option, forms in ticked))


@dataclass(frozen=True, slots=True)
class Counts:
    """The counts of a unit (or several) and a period, each table sorted.

    `choices` has the questions with at least one option ticked.
    """

    places: Sequence[PlaceCount] = ()
    questions: Sequence[QuestionCount] = ()
    weeks: Sequence[WeekCount] = ()
    choices: Sequence[ChoiceCount] = ()

    def to_json(self) -> dict[str, list[list[Any]]]:
        """Return the tables as rows of JSON values; `choices` is left out if empty, as before ticks were counted."""
        tables = {
            "places": [
                [one.unit, one.counter, one.source, one.field, one.form, one.stratum, one.forms, *one.levels]
                for one in self.places
            ],
            "questions": [[one.form, one.question, one.stratum, *one.levels] for one in self.questions],
            "weeks": [[one.week, one.stratum, *one.levels] for one in self.weeks],
        }
        if self.choices:
            tables["choices"] = [one.to_json() for one in self.choices]
        return tables

    @classmethod
    def from_json(cls, values: Mapping[str, Sequence[Sequence[Any]]]) -> "Counts":
        """Return what `to_json` made the values from."""
        return cls(
            [_place(row[:6], row[6], levels_of(row[7:])) for row in values["places"]],
            [QuestionCount(form, asked, stratum, levels_of(n)) for form, asked, stratum, *n in values["questions"]],
            [WeekCount(week, stratum, levels_of(levels)) for week, stratum, *levels in values["weeks"]],
            [ChoiceCount.from_json(row) for row in values.get("choices", ())],
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
    """Counts that are being added up, by place, question and week.

    `counted` are the questions that make up the rate, `conditions` those that are answered by ticking.
    """

    def __init__(self, counted: Questions, conditions: Conditions | None = None) -> None:
        self._counted = counted
        self._places: dict[tuple[Any, ...], tuple[int, Levels]] = {}
        self._questions: dict[tuple[str, str, Stratum], Levels] = {}
        self._weeks: dict[tuple[str, Stratum], Levels] = {}
        self._choices = Choosing(conditions or {})

    def counts(self, form: str, question: str) -> bool:
        """Tell whether the answers to a question make up the rate."""
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
        """Add the counted answers of a day, or of a week, given its first day."""
        key = (week_of(day), stratum)
        self._weeks[key] = added(self._weeks.get(key, NONE), levels)

    def marked(self, counter: str, form: str, stratum: Stratum, question: str, levels: Levels) -> None:
        """Add levels, from forms with more than one question, that decide which other questions were asked."""
        self._choices.marked(counter, form, stratum, question, levels)

    def ticked(self, counter: str, form: str, stratum: Stratum, question: str, chosen: str, count: int) -> None:
        """Add so many forms that ticked the same options (separated by commas) of a question."""
        self._choices.ticked(counter, form, stratum, question, chosen, count)

    def sums(self) -> Counts:
        """Return what was added, sorted."""
        places = sorted(_place(key, forms, levels) for key, (forms, levels) in self._places.items())
        return Counts(
            places,
            sorted(QuestionCount(*key, levels) for key, levels in self._questions.items()),
            sorted(WeekCount(*key, levels) for key, levels in self._weeks.items()),
            self._choices.sums(places),
        )


class Choosing:
    """Counts of ticked options that are being added up, with the numbers of forms that were asked."""

    def __init__(self, conditions: Conditions) -> None:
        self._conditions = conditions
        # By form, stratum, counter and question: its levels, and how often each combination of options was ticked.
        self._levels: dict[tuple[str, Stratum, str, str], Levels] = {}
        self._chosen: dict[tuple[str, Stratum, str, str], Counter[str]] = {}

    def marked(self, counter: str, form: str, stratum: Stratum, question: str, levels: Levels) -> None:
        """Add levels of a question."""
        key = (form, stratum, counter, question)
        self._levels[key] = added(self._levels.get(key, NONE), levels)

    def ticked(self, counter: str, form: str, stratum: Stratum, question: str, chosen: str, count: int) -> None:
        """Add forms that ticked the same options."""
        self._chosen.setdefault((form, stratum, counter, question), Counter())[chosen] += int(count)

    def sums(self, places: Iterable[PlaceCount]) -> list[ChoiceCount]:
        """Return the counts of the questions with anything ticked; `places` has the numbers of forms."""
        forms: Counter[tuple[str, Stratum, str]] = Counter()
        for place in places:
            if place.source != ONE_QUESTION:
                forms[place.form, place.stratum, place.counter] += place.forms
        found = []
        for form, question in sorted({(form, question) for form, _, _, question in self._chosen}):
            if question not in self._conditions.get(form, {}):
                continue
            condition = self._conditions[form][question]
            for key in [key for key in forms if key[0] == form]:
                ticked: Counter[str] = Counter()
                for chosen, count in self._chosen.get((*key, question), {}).items():
                    ticked.update(dict.fromkeys(chosen.split(","), count))
                if asked := self._asked(condition, key, forms[key]):
                    found.append(ChoiceCount(form, question, key[1], key[2], asked, tuple(sorted(ticked.items()))))
        return sorted(found)

    def _asked(self, condition: Condition | None, key: tuple[str, Stratum, str], forms: int) -> int:
        """Return how many forms meet a condition, by the rule of `surveys.answers.applies`."""
        if condition is None:
            return forms
        levels = enumerate(self._levels.get((*key, condition.question), NONE), 1)
        if not condition.among:
            return sum(count for level, count in levels if condition.least <= level <= condition.most)
        among = set(condition.among)
        combined: Mapping[str, int] = self._chosen.get((*key, condition.question), {})
        return sum(count for level, count in levels if str(level) in among) + sum(
            count for chosen, count in combined.items() if among.intersection(chosen.split(","))
        )


def conditioning(conditions: Conditions) -> Questions:
    """Return, by form, the questions whose answers decide whether others are asked."""
    return {form: {one.question for one in asked.values() if one} for form, asked in conditions.items()}


def gathered(tallies: Iterable[Tally], forms: Iterable[FormCount], counted: Questions) -> Counts:
    """Make counts from tallies, without weeks; `forms` are added under an empty questionnaire, as theirs is unknown."""
    adding = Adding(counted)
    for tally in tallies:
        levels = levels_of(tally.count if level == tally.level else 0 for level in range(1, 6))
        adding.question(tally.form, tally.question, tally.stratum, levels)
        if adding.counts(tally.form, tally.question):
            adding.place((tally.unit, tally.counter, tally.source, tally.field, tally.form, tally.stratum), 0, levels)
    for form in forms:
        adding.place((form.unit, form.counter, form.source, form.field, "", form.stratum), form.count)
    return adding.sums()
