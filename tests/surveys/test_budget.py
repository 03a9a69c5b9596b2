"""A counter's budget: learnt from its past, never below the floor, and unmoved by a flood."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.budget import (
    FLOOD,
    FLOOR,
    HASTY_PART,
    RUSH,
    TIMES,
    Load,
    Slice,
    budget_of,
    busiest,
    first_learnt,
    is_rush,
    may_be_rush,
    needs_budget,
    rule,
    week_start,
)
from surveys.signs import Arrival
from tests.sample import NOW

START = NOW.replace(hour=8, minute=0, second=0, microsecond=0)
MINUTES = st.lists(st.integers(min_value=0, max_value=9 * 60), max_size=400)


def sent(minutes: Sequence[float], *, slip: bool = False, hasty: bool = False, name: str = "f") -> list[Arrival]:
    """Forms of one counter, so many minutes after eight."""
    return [
        Arrival(f"{name}{n}", "sa-dec", "quay1", "", START + timedelta(minutes=minute), slip=slip, hasty=hasty)
        for n, minute in enumerate(minutes)
    ]


def held(forms: Sequence[Arrival], budget: Load = FLOOR) -> set[str]:
    """The forms that are kept apart of those that come to an empty day."""
    return rule(budget, {}, forms).apart


@pytest.mark.parametrize(
    ("days", "load"),
    [
        ([], Load(0, 0, 0)),
        ([{54: Slice(5)}], Load(5, 5, 5)),
        ([{54: Slice(5), 55: Slice(7)}], Load(7, 12, 12)),
        ([{54: Slice(5), 59: Slice(7), 60: Slice(2)}], Load(7, 12, 14)),
        ([{54: Slice(5)}, {54: Slice(3), 80: Slice(4)}], Load(5, 5, 7)),
        ([{54: Slice(500, apart=490)}], Load(10, 10, 10)),
        ([{54: Slice(30, slips=30)}], Load(30, 30, 30)),
    ],
)
def test_the_busiest_ten_minutes_hour_and_day_are_learnt(days: list[dict[int, Slice]], load: Load) -> None:
    """Slips count as people who were served; what was kept apart teaches nothing."""
    assert busiest(days) == load


def test_a_budget_is_twice_the_busiest_and_never_below_the_floor() -> None:
    """A counter without a past has the floor, each stretch for itself."""
    assert budget_of([]) == FLOOR
    assert budget_of([{54: Slice(50)}]) == Load(50 * TIMES, 50 * TIMES, FLOOR.day)


@pytest.mark.parametrize("day", [date(2026, 11, 23), date(2026, 11, 27), date(2026, 11, 29)])
def test_the_running_week_teaches_nothing(day: date) -> None:
    """A flood that goes on for days does not raise its own budget before the week is over."""
    assert (first_learnt(day), week_start(day)) == (date(2026, 9, 28), date(2026, 11, 23))


def test_a_small_office_is_never_limited() -> None:
    """A form every minute all day long from one counter counts, whatever its past."""
    assert held(sent([n * 2 for n in range(4 * 60)])) == set()
    assert held(sent(list(range(60)))) == set()


def test_a_little_too_much_is_kept_apart_and_no_more() -> None:
    """A busy ten minutes lose their surplus alone: those who came before stay."""
    assert held(sent([1] * (FLOOR.slot + 3))) == {"f20", "f21", "f22"}


def test_a_flood_takes_its_beginning_along() -> None:
    """From twice the budget on nothing of these ten minutes is left in the figures; what came before is."""
    flood = sent([11] * (FLOOR.slot * FLOOD + 1))
    honest = sent([1, 2, 3], name="honest")
    ruling = rule(FLOOR, {}, [*honest, *flood])
    assert ruling.apart == {one.response for one in flood}
    assert ruling.flooded == {49}
    assert (ruling.day[48].counted, ruling.day[49].counted) == (3, 0)


def test_an_hours_flood_just_under_the_ten_minutes_is_one_too() -> None:
    """Thirty forms every ten minutes are no flood in any of them, but in the hour."""
    ruling = rule(FLOOR, {}, sent([n / 3 for n in range(180)]))
    assert sum(one.counted for one in ruling.day.values()) == 0


def test_after_one_short_burst_the_next_people_count() -> None:
    """Ten minutes of flood do not shut the counter out for the rest of the hour."""
    ruling = rule(FLOOR, {}, [*sent([1] * 5000), *sent([12, 14, 15], name="late")])
    assert ruling.day[49] == Slice(3)


def test_slips_always_count_and_make_room() -> None:
    """A slip is proof of itself; where many are served, many may use the open code too."""
    slips = sent([1] * 500, slip=True, name="slip")
    assert held(slips) == set()
    assert held([*slips, *sent([2] * 500)]) == set()
    assert held(sent([2] * 500)) == {f"f{n}" for n in range(500)}


def test_answers_that_nobody_can_have_read_count_as_a_few_only() -> None:
    """A quarter of the budget; slower ones after them still count."""
    few = FLOOR.slot // HASTY_PART
    assert held(sent([1] * (few + 2), hasty=True)) == {f"f{few}", f"f{few + 1}"}
    assert held([*sent([1] * few, hasty=True), *sent([2] * 10, name="slow")]) == set()


@pytest.mark.parametrize(
    ("forms", "slips", "past", "rush"),
    [(RUSH, 0, 0, False), (RUSH + 1, 0, 0, True), (RUSH + 1, 1, 0, False), (RUSH + 1, 0, 100, False)],
)
def test_a_form_has_to_be_proved_only_where_nobody_could_send_so_many(
    forms: int, slips: int, past: int, rush: bool
) -> None:
    """More than one a second for ten minutes without slips, and ten times the budget."""
    budget = budget_of([{54: Slice(past)}])
    assert is_rush(budget, {48: Slice(forms, slips)}, 48) is rush
    assert may_be_rush({48: Slice(forms, slips)}, 48) or not rush
    assert not is_rush(budget, {}, 48)


@given(MINUTES, st.integers(min_value=0, max_value=40))
def test_no_stretch_ever_holds_more_than_its_budget(minutes: list[int], past: int) -> None:
    """Whatever comes in whatever order: counted forms stay within ten minutes, hour and day."""
    budget = budget_of([{54: Slice(past)}])
    ruling = rule(budget, {}, sent(sorted(minutes)))
    load = busiest([ruling.day])
    assert load.slot <= budget.slot
    assert load.hour <= budget.hour
    assert load.day <= budget.day
    assert sum(one.forms for one in ruling.day.values()) == len(minutes)
    assert sum(one.apart for one in ruling.day.values()) == len(ruling.apart)


@given(MINUTES, st.integers(min_value=1, max_value=50))
def test_it_makes_no_difference_how_forms_are_batched(minutes: list[int], size: int) -> None:
    """One after the other, or many in one commit: the same number counts in each ten minutes."""
    forms = sent(sorted(minutes))
    at_once = rule(FLOOR, {}, forms).day
    day: dict[int, Slice] = {}
    for start in range(0, len(forms), size):
        day = rule(FLOOR, day, forms[start : start + size]).day
    assert day == at_once


@given(MINUTES, st.booleans())
def test_below_the_floor_no_past_is_needed(minutes: list[int], hasty: bool) -> None:
    """What needs no budget would be counted by the smallest one."""
    forms = sent(sorted(minutes), hasty=hasty)
    if not needs_budget({}, len(forms)):
        assert held(forms) == set()


def test_the_moment_is_that_of_the_counter() -> None:
    """The ten minutes are those of the local day."""
    late = datetime.fromisoformat("2026-11-20T23:59:00+07:00")
    assert set(rule(FLOOR, {}, [Arrival("a", "u", "c", "", late)]).day) == {143}
