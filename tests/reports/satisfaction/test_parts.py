"""By field, occasion, week, weekday and half of the day nothing can be had of few people, from all tables together."""

import random
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from itertools import combinations

import pytest

from reports.periods import parse
from reports.satisfaction.breakdowns import Names, compile_report
from reports.satisfaction.choices import COUNTER, Asking, Choice
from reports.satisfaction.counts import Adding, levels_of
from reports.satisfaction.parts import AddingParts, PartCounts, Where
from reports.satisfaction.report import LEAST_SHOWN, Report
from surveys.questionnaire import Condition
from tests.reports.satisfaction.attacker import Attacker

COUNTED = {"nhanh": frozenset({"overall"})}
REASONS = {"nhanh": {"reasons": Condition("overall", 1, 2)}}
NAMES = Names(
    COUNTED, lambda _form, code: code, str, str, str, asking={"nhanh.reasons": Asking("dissatisfied", False, True)}
)
MONDAY = date(2026, 10, 5)
BAD = levels_of((1, 0, 0, 0, 0))

# A form with a bad mark: counter, field, occasion, day, half of it; and what was ticked on it.
Place = tuple[str, str, str, date, str]
Filled = tuple[Place, frozenset[str]]


def compiled(forms: Iterable[Filled]) -> Report:
    """The report of a quarter made of such forms."""
    adding, parts = Adding(COUNTED, REASONS), AddingParts(COUNTED, REASONS)
    for (counter, field, occasion, day, half), ticked in forms:
        adding.place(("u", counter, "web", field, "nhanh", "slip"), 1, BAD)
        adding.question("nhanh", "overall", "slip", BAD)
        adding.day(day, "slip", BAD)
        adding.marked(counter, "nhanh", "slip", "overall", BAD)
        where = Where("slip", "web", "nhanh", field, occasion, day, half)
        parts.forms(where, 1)
        parts.answers(where, "overall", 1, 1)
        if ticked:
            adding.ticked(counter, "nhanh", "slip", "reasons", ",".join(sorted(ticked)), 1)
            parts.ticked(where, "reasons", ",".join(sorted(ticked)), 1)
    return compile_report("u", "Đơn vị", parse("2026-Q4"), adding.sums(), NAMES, stratum="slip", parts=parts.sums())


def keys(place: Place) -> dict[str, str]:
    """Where a place stands in each breakdown."""
    counter, field, occasion, day, half = place
    parts = Where("slip", "web", "nhanh", field, occasion, day, half).keys()
    return {COUNTER: counter, **parts}


def some(chance: random.Random) -> list[Filled]:
    """A few dozen bad forms, most of them at two counters, the rest scattered thinly."""
    places = [
        (chance.choice(["q1", "q1", "q2", "q3"]), chance.choice(["", "Hộ tịch"]), chance.choice(["", "", "late"]),
         MONDAY + timedelta(days=chance.choice([0, 1, 1, 8])), chance.choice(["am", "am", "pm", ""]))
        for _ in range(chance.choice([6, 14, 40]))
    ]  # fmt: skip
    return [(place, frozenset(o for o in "ab" if chance.random() < (0.8 if o == "a" else 0.3))) for place in places]


def possible(forms: Iterable[Place]) -> list[Place]:
    """Every place that may have a form, as far as people know: the fields of a counter, on any day, in any way."""
    known = set(forms)
    days = {
        MONDAY + timedelta(weeks=week, days=day)
        for week in {(day - MONDAY).days // 7 for _, _, _, day, _ in known}
        for day in {day.weekday() for _, _, _, day, _ in known}
    }
    pairs, ways = {place[:2] for place in known}, {occasion for _, _, occasion, _, _ in known}
    halves = {half for *_, half in known}
    return sorted((*pair, way, day, half) for pair in pairs for way in ways for day in days for half in halves)


def attacked(
    forms: Sequence[Place], shown: Mapping[tuple[str, str], int | None], total: int | None
) -> list[frozenset[Place]]:
    """What can be computed of one to four forms from rows that are shown; each row has the number that it says."""
    cells = possible(forms)
    rows = {(by, key): frozenset(c for c in cells if keys(c)[by] == key) for by, key in shown}
    for row, said in shown.items():
        assert said in (None, sum(place in rows[row] for place in forms))
    known = [rows[row] for row, said in shown.items() if said is not None]
    attacker = Attacker(cells, known + ([frozenset(cells)] if total is not None else []))
    tables = [[of for (by, _), of in rows.items() if by == table] for table in {by for by, _ in rows}]
    targets = {frozenset[Place]().union(*group) for of in tables for n in (1, 2, 3) for group in combinations(of, n)}
    targets |= {one & other for one, other in combinations(rows.values(), 2) if one & other}
    few = [of for of in targets if 0 < sum(place in of for place in forms) < LEAST_SHOWN]
    return [of for of in few if attacker.knows(of)]


def rows_of(choice: Choice) -> Iterable[tuple[str, str, int | None, dict[str, int | None]]]:
    """Each row of the breakdowns of what was ticked: how many were asked, how many ticked each option."""
    for by, rows in choice.tables.items():
        for row in rows:
            yield by, row.key, row.asked, {one.key: one.forms for one in row.options}


@pytest.mark.parametrize("seed", range(60))
def test_no_few_people_can_be_had_from_all_breakdowns_together(seed: int) -> None:
    """Marks by counter, week, day, occasion; forms that were asked; each reason: against every small row and group."""
    forms = some(random.Random(seed))
    places = [place for place, _ in forms]
    report = compiled(forms)
    tables = {
        COUNTER: report.by_counter, "field": report.by_field, "week": report.by_week,
        "weekday": report.by_weekday, "occasion": report.by_occasion, "half": report.by_half,
    }  # fmt: skip
    shown = {(by, group.key): group.answers for by, groups in tables.items() for group in groups}
    assert attacked(places, shown, len(places)) == []
    for choice in report.by_choice:
        asked = {(by, key): count for by, key, count, _ in rows_of(choice)}
        assert attacked(places, asked, choice.whole.asked) == []
        for option in choice.whole.options:
            of_option = [place for place, ticked in forms if option.key in ticked]
            rows = {(by, key): by_option.get(option.key) for by, key, _, by_option in rows_of(choice)}
            there = {row: count for row, count in rows.items() if any(keys(p)[row[0]] == row[1] for p in of_option)}
            assert attacked(of_option, there, option.forms) == []


def test_the_attack_finds_what_is_left_open() -> None:
    """With the hidden rows printed there are few people to be had."""
    forms = [("q1", "", "", MONDAY, "am")] * 9 + [("q2", "", "", MONDAY, "am")] * 3
    assert attacked(forms, {(COUNTER, "q1"): 9, (COUNTER, "q2"): None}, 12) != []


def test_parts_tell_rates_and_reasons_and_are_kept_as_they_are() -> None:
    """Ten forms: five at Quầy 2 on a Monday, all for the wait, with late dossiers; five elsewhere on a Tuesday."""
    late = [(("q2", "Hộ tịch", "late", MONDAY, "am"), frozenset({"wait"}))] * 5
    plain = [(("q1", "Đất đai", "", MONDAY + timedelta(days=1), "pm"), frozenset({"guidance"}))] * 5
    report = compiled([*late, *plain])
    assert [(group.key, group.answers) for group in report.by_weekday] == [("1", 5), ("2", 5)]
    assert [(group.key, group.answers) for group in report.by_occasion] == [("", 5), ("late", 5)]
    assert [(group.key, group.answers) for group in report.by_half] == [("am", 5), ("pm", 5)]
    (choice,) = report.by_choice
    shown = {by: [(row.key, row.asked, [(one.key, one.forms) for one in row.options]) for row in rows]
            for by, rows in choice.tables.items()}  # fmt: skip
    first, second = [("guidance", 5)], [("wait", 5)]
    assert shown == {
        COUNTER: [("q1", 5, first), ("q2", 5, second)],
        "field": [("Hộ tịch", 5, second), ("Đất đai", 5, first)],
        "occasion": [("", 5, first), ("late", 5, second)],
        "weekday": [("1", 5, second), ("2", 5, first)],
        "half": [("am", 5, second), ("pm", 5, first)],
    }
    parts = AddingParts(COUNTED, REASONS)
    parts.answers(Where("slip", "web", "nhanh", "", "late", MONDAY), "overall", 1, 3)
    parts.forms(Where("slip", "web", "nhanh", "", "late", MONDAY), 3)
    parts.ticked(Where("slip", "web", "nhanh", "", "late", MONDAY), "reasons", "wait", 2)
    assert PartCounts.from_json(parts.sums().to_json()) == parts.sums()


def test_forms_from_before_halves_were_kept_are_counted_as_they_were() -> None:
    """Where no half is known there is no table of them; beside others such forms are a row of their own."""
    before = [(("q1", "", "", MONDAY, ""), frozenset({"wait"}))] * 9
    report = compiled(before)
    assert report.by_half == []
    assert [set(choice.tables) & {"half"} for choice in report.by_choice] == [set()]
    after = [(("q1", "", "", MONDAY, "pm"), frozenset({"wait"}))] * 6
    assert [(group.key, group.answers) for group in compiled([*before, *after]).by_half] == [("", 9), ("pm", 6)]
