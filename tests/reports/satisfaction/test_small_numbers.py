"""No few people's answers can be had from a report by subtraction, whichever of its tables are put together."""

import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.periods import parse
from reports.satisfaction.breakdowns import Names, compile_report
from reports.satisfaction.counts import Adding, Levels, levels_of
from reports.satisfaction.report import LEAST_SHOWN, Group, Report
from reports.satisfaction.small_numbers import Sheet, hidden_rows
from tests.reports.satisfaction.attacker import Attacker

QUARTER = parse("2026-Q4")
COUNTED = {"nhanh": frozenset({"overall"}), "phuong9": frozenset({"q_1", "q_2", "q_3"})}
SECTIONS = {("phuong9", "q_1"): "phuong9.1", ("phuong9", "q_2"): "phuong9.1", ("phuong9", "q_3"): "phuong9.2"}
NAMES = Names(COUNTED, lambda _form, code: code, str, str, str, sections=SECTIONS)
DAYS = {"2026-W41": parse("2026-W41").first, "2026-W42": parse("2026-W42").first}

# One answer's place: unit, counter, source, field, form; and its question and week.
Cell = tuple[str, str, str, str, str, str, str]
Sum = frozenset[Cell]


def compiled(answers: Mapping[Cell, int]) -> Report:
    """The report of a unit with one below, from how many answers there are in each cell."""
    adding = Adding(COUNTED)
    for (unit, counter, source, field, form, question, week), count in answers.items():
        levels: Levels = levels_of((0, 0, 0, 0, count))
        adding.place((unit, counter, source, field, form, "open"), count, levels)
        adding.question(form, question, "open", levels)
        adding.day(DAYS[week], "open", levels)
    return compile_report("tinh", "Tỉnh", QUARTER, adding.sums(), NAMES)


def possible(answers: Mapping[Cell, int]) -> list[Cell]:
    """Every cell that may have an answer, as far as people know: who asks what where, in any week."""
    places = {cell[:5] for cell, count in answers.items() if count}
    asked = {(cell[4], cell[5]) for cell, count in answers.items() if count}
    weeks = {cell[6] for cell, count in answers.items() if count}
    return [
        (*place, question, week)
        for place in sorted(places)
        for form, question in sorted(asked)
        if form == place[4]
        for week in sorted(weeks)
    ]


def tables(report: Report) -> Iterable[tuple[Group, int]]:
    """Each row of a breakdown with the part of a cell that it is about."""
    for groups, part in (
        (report.by_unit, 0),
        (report.by_counter, 1),
        (report.by_source, 2),
        (report.by_field, 3),
        (report.by_week, 6),
    ):
        for group in groups:
            yield group, part


def rows(report: Report, cells: Sequence[Cell]) -> list[tuple[Group, Sum]]:
    """Every printed row with the cells that it adds up."""
    found = [(group, frozenset(c for c in cells if c[part] == group.key)) for group, part in tables(report)]
    found += [(group, frozenset(c for c in cells if f"{c[4]}.{c[5]}" == group.key)) for group in report.by_question]
    found += [
        (group, frozenset(c for c in cells if SECTIONS.get((c[4], c[5]), c[4]) == group.key))
        for group in report.by_section
    ]
    return found


def targets(cells: Sequence[Cell], printed: Sequence[tuple[Group, Sum]]) -> set[Sum]:
    """What is worth attacking: rows, every set of places, of questions, of weeks, and where two of those cross."""
    found = {cells_of for _, cells_of in printed}
    kinds = [
        [frozenset(c for c in cells if c[:5] == place) for place in sorted({c[:5] for c in cells})],
        [frozenset(c for c in cells if c[4:6] == asked) for asked in sorted({c[4:6] for c in cells})],
        [frozenset(c for c in cells if c[6] == week) for week in sorted({c[6] for c in cells})],
    ]
    for parts in kinds:
        sets = chain.from_iterable(combinations(parts, size) for size in range(1, min(len(parts), 5) + 1))
        found |= {frozenset(chain(*chosen)) for chosen in sets}
    found |= {one & other for one, other in combinations(list(chain(*kinds)), 2) if one & other}
    return found


CELLS: st.SearchStrategy[Cell] = st.tuples(
    st.sampled_from([("tinh", ""), ("sa-dec", "q1"), ("sa-dec", "q2"), ("nga-nam", "q3")]),
    st.sampled_from(["web", "paper"]),
    st.sampled_from(["", "Hộ tịch"]),
    st.sampled_from([("nhanh", "overall"), ("phuong9", "q_1"), ("phuong9", "q_2"), ("phuong9", "q_3")]),
    st.sampled_from(sorted(DAYS)),
).map(lambda drawn: (*drawn[0], drawn[1], drawn[2], *drawn[3], drawn[4]))
REPORTS = st.dictionaries(CELLS, st.sampled_from([1, 1, 2, 3, 4, 5, 8, 20, 60]), min_size=1, max_size=9)


def attack(answers: Mapping[Cell, int]) -> None:
    """Fail where a sum of 1 to 4 answers can be computed from a report."""
    report = compiled(answers)
    cells = possible(answers)
    printed = rows(report, cells)
    for group, of in printed:
        real = sum(answers.get(cell, 0) for cell in of)
        assert group.answers in (None, real)
    if report.answers < LEAST_SHOWN:
        assert all(group.answers is None for group, _ in printed)
        return
    attacker = Attacker(cells, [frozenset(cells), *(of for group, of in printed if group.answers is not None)])
    for target in targets(cells, printed):
        count = sum(answers.get(cell, 0) for cell in target)
        if 0 < count < LEAST_SHOWN:
            assert not attacker.knows(target), (count, sorted(target))


@given(REPORTS)
def test_nothing_small_can_be_computed_from_all_tables_together(answers: dict[Cell, int]) -> None:
    """Rows of all tables, the total, and the knowledge of which form is asked where, against every small sum."""
    attack(answers)


CASES: Mapping[str, Mapping[Cell, int]] = {
    "a counter of a unit with two": {
        ("sa-dec", "q1", "web", "", "nhanh", "overall", "2026-W41"): 60,
        ("sa-dec", "q2", "web", "", "nhanh", "overall", "2026-W41"): 3,
        ("nga-nam", "q3", "web", "", "nhanh", "overall", "2026-W41"): 50,
        ("nga-nam", "q4", "web", "", "nhanh", "overall", "2026-W41"): 70,
    },
    "a question of a section with two": {
        ("sa-dec", "q1", "web", "", "phuong9", "q_1", "2026-W41"): 60,
        ("sa-dec", "q1", "web", "", "phuong9", "q_2", "2026-W41"): 2,
        ("sa-dec", "q1", "web", "", "phuong9", "q_3", "2026-W41"): 50,
    },
    "where a source meets a counter": {
        ("sa-dec", "q1", "web", "", "nhanh", "overall", "2026-W41"): 50,
        ("sa-dec", "q2", "paper", "", "nhanh", "overall", "2026-W41"): 40,
        ("sa-dec", "q2", "web", "", "nhanh", "overall", "2026-W41"): 2,
    },
    "a form that one counter alone asks": {
        ("sa-dec", "", "web", "", "phuong9", "q_1", "2026-W41"): 3,
        ("sa-dec", "q1", "web", "", "nhanh", "overall", "2026-W41"): 50,
        ("sa-dec", "q2", "web", "", "nhanh", "overall", "2026-W41"): 60,
    },
    "a week of two": {
        ("sa-dec", "q1", "web", "", "nhanh", "overall", "2026-W41"): 4,
        ("sa-dec", "q1", "web", "", "nhanh", "overall", "2026-W42"): 60,
    },
    "two that are few together": {
        ("sa-dec", "q1", "web", "", "nhanh", "overall", "2026-W41"): 1,
        ("sa-dec", "q2", "web", "", "nhanh", "overall", "2026-W41"): 1,
        ("nga-nam", "q3", "web", "", "nhanh", "overall", "2026-W41"): 90,
    },
}


@pytest.mark.parametrize("answers", CASES.values(), ids=CASES)
def test_what_comes_to_mind_first_is_not_given_away(answers: Mapping[Cell, int]) -> None:
    """Differences that a reader would try by hand."""
    attack(answers)


def test_the_attacker_would_find_a_row_that_was_left_open() -> None:
    """The attack works: with the hidden counter's neighbour printed, the few answers are known."""
    answers = CASES["a counter of a unit with two"]
    cells = possible(answers)
    unit, neighbour, hidden = (
        frozenset(c for c in cells if c[0] == "sa-dec"),
        frozenset(c for c in cells if c[1] == "q1"),
        frozenset(c for c in cells if c[1] == "q2"),
    )
    assert Attacker(cells, [unit, neighbour]).knows(hidden)
    assert not Attacker(cells, [unit]).knows(hidden)


def test_large_groups_are_all_shown() -> None:
    """Nothing is hidden where nothing is small."""
    answers = {
        (unit, counter, source, field, "nhanh", "overall", week): 7
        for unit, counter in (("sa-dec", "q1"), ("nga-nam", "q2"))
        for source in ("web", "paper")
        for field in ("", "Hộ tịch")
        for week in DAYS
    }
    report = compiled(answers)
    groups = [group for group, _ in rows(report, possible(answers))]
    assert len(groups) == 2 + 2 + 2 + 2 + 2 + 1
    assert all(group.answers for group in groups)


def test_what_is_hidden_in_a_large_report_is_little() -> None:
    """A hundred units with two counters, some of them small: their neighbours are hidden, and hardly anything else."""
    chance = random.Random(1)
    sheet = Sheet()
    small = 0
    for unit in range(100):
        for counter in range(2):
            count = 2 if chance.random() < 0.1 else chance.randint(20, 90)
            small += count == 2
            rows_ = [("unit", f"u{unit}"), ("counter", f"u{unit}c{counter}"), ("source", chance.choice("abc"))]
            sheet.cell("place", count, rows_)
    sheet.total(range(len(sheet.cells)))
    hidden = Counter(table for table, _ in hidden_rows(sheet))
    assert small <= hidden["counter"] + hidden["unit"] <= 3 * small
    assert hidden["source"] == 0
