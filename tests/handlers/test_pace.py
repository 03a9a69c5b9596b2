"""The pace of alerts: one a minute for each chat, with a true count."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.pace import GAP, QUOTED, Pace
from tests.sample import NOW

LAN = Pace("telegram", "lan")


@pytest.mark.parametrize(
    ("alerted_at", "may"),
    [
        (None, True),
        (NOW, False),
        (NOW - timedelta(seconds=59.9), False),
        (NOW - GAP, True),
        (NOW + timedelta(seconds=1), True),
        (NOW + timedelta(days=400), True),
    ],
)
def test_a_chat_is_told_once_a_minute(alerted_at: datetime | None, may: bool) -> None:
    """Also where a clock that was ahead wrote down when: nobody waits for that time to come."""
    assert Pace("telegram", "lan", alerted_at=alerted_at).may_tell(NOW) is may


@given(st.lists(st.integers(min_value=1, max_value=9), max_size=30))
def test_the_count_is_true_however_many_come(batches: list[int]) -> None:
    """All are counted, the first are quoted, and it is known since when."""
    pace, number = LAN, 0
    for size in batches:
        pace = pace.with_cases(range(number, number + size), NOW + timedelta(seconds=number))
        number += size
    assert (pace.waiting, pace.cases) == (number, tuple(range(min(QUOTED, number))))
    assert pace.idle == (not batches)
    assert pace.since == (NOW if batches else None)
    assert pace.alerted(NOW) == Pace("telegram", "lan", alerted_at=NOW)


def test_a_citizen_who_may_be_written_to_is_told_with_the_case() -> None:
    """The case is quoted once, also where it still waits itself."""
    pace = LAN.with_cases([7], NOW).with_contact(7, NOW)
    assert (pace.waiting, pace.contacts, pace.cases) == (1, 1, (7,))
    assert LAN.with_contact(7, NOW).cases == (7,)


@pytest.mark.parametrize(("seconds", "minutes"), [(0, 1), (1, 1), (60, 1), (61, 2), (300, 5), (-5, 1)])
def test_minutes_are_rounded_up(seconds: int, minutes: int) -> None:
    """Never "in the last 0 minutes"."""
    assert LAN.with_cases([1], NOW).minutes(NOW + timedelta(seconds=seconds)) == minutes
