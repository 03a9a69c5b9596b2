"""Compiles counts into a report: the total, and its breakdowns, whose small rows are not shown."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from functools import partial

from reports import rates
from reports.dossiers.dossier import DossierFigures
from reports.periods import Period
from reports.satisfaction.choices import Asking, Choice, ChoiceNames, ChoiceRow, choices
from reports.satisfaction.counts import Counts, Levels, PlaceCount, QuestionCount, WeekCount
from reports.satisfaction.parts import LEVELLED, NO_PARTS, Part, PartCount, PartCounts, of_stratum
from reports.satisfaction.report import LEAST_JUDGED, LEAST_SHOWN, Group, Report, StratumFigures
from reports.satisfaction.small_numbers import Row, Sheet, hidden_rows
from surveys.slips import STRATA, Stratum

QUESTION, SECTION, WEEK = "question", "section", "week"
# The tables that break counted answers down by where they come from, and how each finds its key in a place.
PLACES: Mapping[str, Callable[[PlaceCount], str]] = {
    "counter": lambda place: place.counter,
    "source": lambda place: place.source,
    "field": lambda place: place.field,
    "unit": lambda place: place.unit,
}


@dataclass(frozen=True, slots=True)
class Names:
    """The names for codes: which questions of each form are counted, and what people read.

    A section is named by form and number of its page, counted from 1; `sections` has it by form and question.
    An option is named by form, question and its value; `asking` says how questions with options are asked.
    """

    counted: Mapping[str, frozenset[str]]
    question: Callable[[str, str], str]
    counter: Callable[[str], str]
    source: Callable[[str], str]
    stratum: Callable[[str], str]
    field: Callable[[str], str] = str
    unit: Callable[[str], str] = str
    week: Callable[[str], str] = str
    section: Callable[[str], str] = str
    sections: Mapping[tuple[str, str], str] | None = None
    option: Callable[[str], str] = str
    part: Callable[[str, str], str] = lambda _part, key: key
    asking: Mapping[str, Asking] | None = None

    def question_of(self, key: str) -> str:
        """Name a question by its key, "form.question"."""
        form, _, question = key.partition(".")
        return self.question(form, question)


def compile_report(
    unit: str,
    unit_name: str,
    period: Period,
    counts: Counts,
    names: Names,
    rule: str = rates.DEFAULT_RULE,
    previous: Report | None = None,
    stratum: Stratum | None = None,
    *,
    target: int = 0,
    dossiers: DossierFigures | None = None,
    parts: PartCounts = NO_PARTS,
) -> Report:
    """Make the figures of one period from its counts, and from those by part.

    `stratum` is the reported one; by default it is the one with the most forms. The rate pools all
    answers to the counted questions, as do breakdowns; the one by question has each scale question by itself.
    """
    chosen = stratum or largest(counts, Counts())
    places = [place for place in counts.places if place.stratum == chosen]
    asked = [question for question in counts.questions if question.stratum == chosen]
    weeks = [week for week in counts.weeks if week.stratum == chosen]
    by_part = {part: parts.of(part, chosen) for part in LEVELLED}
    tables = _Tables(unit, places, asked, weeks, names, rule, by_part)
    levels = _sum(place.levels for place in places)
    return Report(
        unit=unit,
        unit_name=unit_name,
        period=period,
        rule=rule,
        stratum=chosen,
        forms=sum(place.forms for place in places),
        levels=levels,
        rate=rates.rate(levels, rule),
        shares=rates.shares(levels),
        by_question=sorted((*tables.groups(QUESTION, None), *tables.others()), key=lambda group: group.key),
        by_counter=tables.groups("counter", names.counter),
        by_source=tables.groups("source", names.source),
        by_stratum=_by_stratum(counts, names, rule),
        previous=previous,
        by_section=tables.groups(SECTION, names.section),
        by_field=tables.groups("field", names.field),
        by_unit=tables.groups("unit", names.unit),
        by_week=tables.groups(WEEK, names.week),
        target=target,
        dossiers=dossiers,
        by_choice=_choices(counts, parts, chosen, names, tables.hidden),
        by_occasion=tables.groups("occasion", partial(names.part, "occasion")),
        by_weekday=tables.groups("weekday", partial(names.part, "weekday")),
        by_half=tables.groups("half", partial(names.part, "half")),
    )


def _choices(counts: Counts, parts: PartCounts, chosen: Stratum, names: Names, hidden: Set[Row]) -> list[Choice]:
    """Return what was ticked in a stratum, and in the other strata as wholes."""
    called = ChoiceNames(names.question_of, names.option, names.counter, names.part)

    def within(stratum: Stratum, unshown: Set[Row]) -> list[Choice]:
        by_part = {part: of_stratum(these, stratum) for part, these in parts.choices.items()}
        return choices(of_stratum(counts.choices, stratum), names.asking or {}, called, unshown, by_part)

    elsewhere = {stratum: {one.key: one for one in within(stratum, set())} for stratum in STRATA if stratum != chosen}

    def others(key: str) -> list[ChoiceRow]:
        there = {stratum: found[key].whole for stratum, found in elsewhere.items() if key in found}
        return [replace(whole, key=stratum, name=names.stratum(stratum)) for stratum, whole in there.items()]

    return [replace(choice, by_stratum=others(choice.key)) for choice in within(chosen, hidden)]


class _Tables:
    """The breakdowns of one stratum; rows are hidden if the tables together would reveal what a few people said."""

    def __init__(
        self,
        unit: str,
        places: Sequence[PlaceCount],
        asked: Sequence[QuestionCount],
        weeks: Sequence[WeekCount],
        names: Names,
        rule: str,
        by_part: Mapping[Part, Sequence[PartCount]],
    ) -> None:
        self._names, self._rule = names, rule
        self._asked = asked
        self._rows: dict[Row, Counter[int]] = {}
        sheet = Sheet()
        left_out = {WEEK} if len(weeks) < 2 else set()
        left_out |= {"field"} if not any(place.field for place in places) else set()
        left_out |= {"unit"} if {place.unit for place in places} <= {unit} else set()
        sections = names.sections or {}
        left_out |= (
            {SECTION} if len({self._section(sections, one) for one in asked if self._counts(one)}) < 2 else set()
        )
        by_form: dict[str, tuple[list[int], list[int]]] = {}
        for place in places:
            if any(place.levels):
                rows = [(table, key(place)) for table, key in PLACES.items() if table not in left_out]
                by_form.setdefault(place.form, ([], []))[0].append(self._add(sheet, "place", rows, place.levels))
        for one in asked:
            if self._counts(one) and any(one.levels):
                rows = [(QUESTION, f"{one.form}.{one.question}"), (SECTION, self._section(sections, one))]
                rows = [row for row in rows if row[0] not in left_out]
                by_form.setdefault(one.form, ([], []))[1].append(self._add(sheet, "question", rows, one.levels))
        everywhere = [cell for cells, _ in by_form.values() for cell in cells]
        sheet.total(everywhere)
        for here, questions in by_form.values():
            sheet.equal(here, questions)
        if WEEK not in left_out:
            each = [self._add(sheet, "week", [(WEEK, week.week)], week.levels) for week in weeks if any(week.levels)]
            sheet.equal(everywhere, each)
        for part, of_part in by_part.items():
            there = [one for one in of_part if any(one.levels)]
            if len(there) > 1:
                sheet.equal(everywhere, [self._add(sheet, part, [(part, one.key)], one.levels) for one in there])
        self.hidden = hidden_rows(sheet)

    def _counts(self, one: QuestionCount) -> bool:
        return one.question in self._names.counted.get(one.form, frozenset())

    @staticmethod
    def _section(sections: Mapping[tuple[str, str], str], one: QuestionCount) -> str:
        return sections.get((one.form, one.question), one.form)

    def _add(self, sheet: Sheet, kind: str, rows: Sequence[Row], levels: Levels) -> int:
        for row in rows:
            self._rows.setdefault(row, Counter()).update(dict(zip(rates.LEVELS, levels, strict=True)))
        return sheet.cell(kind, sum(levels), rows)

    def groups(self, table: str, name: Callable[[str], str] | None) -> list[Group]:
        """Return a breakdown in the order of its keys."""
        return [
            self._group(row[1], (name or self._names.question_of)(row[1]), counted, shown=row not in self.hidden)
            for row, counted in sorted(self._rows.items())
            if row[0] == table
        ]

    def others(self) -> list[Group]:
        """Break down by the questions outside the rate; their answers are in no total."""
        found = []
        for one in self._asked:
            if not self._counts(one) and any(one.levels):
                key = f"{one.form}.{one.question}"
                counted = Counter(dict(zip(rates.LEVELS, one.levels, strict=True)))
                group = self._group(key, self._names.question_of(key), counted, shown=sum(one.levels) >= LEAST_SHOWN)
                found.append(replace(group, counted=False))
        return found

    def _group(self, key: str, name: str, counted: Counter[int], *, shown: bool) -> Group:
        if not shown:
            return Group(key, name, None, None, None)
        levels = {level: counted[level] for level in rates.LEVELS}
        return Group(key, name, sum(levels.values()), rates.rate(levels, self._rule), levels)


def largest(counts: Counts, before: Counts) -> Stratum:
    """Return the stratum that is reported if none was asked for.

    It is slips or the open code, whichever has more forms (then answers), or assisted forms if there are no others.
    While it has too few answers to judge by, the period before counts as well, so that a page that is read on a Monday
    morning does not switch strata.
    """

    def size(stratum: Stratum, looked_at: Sequence[Counts]) -> tuple[int, int]:
        return (
            sum(place.forms for one in looked_at for place in one.places if place.stratum == stratum),
            sum(sum(asked.levels) for one in looked_at for asked in one.questions if asked.stratum == stratum),
        )

    def most(possible: Sequence[Stratum], looked_at: Sequence[Counts]) -> Stratum:
        sizes = {one: size(one, looked_at) for one in possible}
        return max(possible, key=lambda one: (one != "assisted" and any(sizes[one]), sizes[one], one == "open"))

    now = most(STRATA, [counts])
    if size(now, [counts])[1] >= LEAST_JUDGED:
        return now
    there = [one for one in STRATA if one != "assisted" and any(size(one, [counts]))]
    return most(there or ([now] if any(size(now, [counts])) else STRATA), [counts, before])


def _by_stratum(counts: Counts, names: Names, rule: str) -> list[StratumFigures]:
    """Break down by stratum. No total over strata is shown, so that small ones cannot be computed from it."""
    found = []
    for stratum in STRATA:
        places = [place for place in counts.places if place.stratum == stratum]
        forms, levels = sum(place.forms for place in places), _sum(place.levels for place in places)
        answers = sum(levels.values())
        group = Group(stratum, names.stratum(stratum), None, None, None)
        if answers >= LEAST_SHOWN:
            group = Group(stratum, group.name, answers, rates.rate(levels, rule), levels)
        if forms:
            found.append(StratumFigures(forms, group))
    return found


def _sum(counted: Iterable[Levels]) -> dict[int, int]:
    sums = [0] * len(rates.LEVELS)
    for levels in counted:
        sums = [before + count for before, count in zip(sums, levels, strict=True)]
    return dict(zip(rates.LEVELS, sums, strict=True))
