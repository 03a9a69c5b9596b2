"""A clock that jumped: what is sent by it, what is deleted by it, and when it is believed."""

from datetime import datetime, timedelta

import pytest

from reports.clock_jumps import JUMP, PATIENCE, SETTLING, Pulse, felt
from tests.sample import NOW

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
NOTHING = timedelta()


def beats(*shown: tuple[datetime, timedelta], pulse: Pulse | None = None) -> list[tuple[datetime, datetime]]:
    """What is sent and deleted by at each look at the clock."""
    found = []
    for now, stood in shown:
        pulse, moments = felt(pulse, now, stood)
        found.append((moments.sending, moments.deleting))
    return found


def test_a_clock_that_goes_on_is_believed() -> None:
    """Minute by minute, after a night, and where nothing is known yet."""
    times = [NOW, NOW + MINUTE, NOW + 15 * HOUR, NOW + 15 * HOUR + JUMP]
    assert beats(*((now, NOTHING) for now in times)) == [(now, now) for now in times]


@pytest.mark.parametrize("ahead", [JUMP + MINUTE, 21 * DAY, 400 * DAY])
def test_a_jump_ahead_moves_nothing_until_it_has_stood(ahead: timedelta) -> None:
    """For an hour jobs count on from the last moment known; then they go by the clock, and deleting a day later."""
    since = NOW + ahead + PATIENCE
    assert beats(
        (NOW, NOTHING),
        (NOW + ahead, NOTHING),
        (NOW + ahead + MINUTE, MINUTE),
        (since, PATIENCE),
        (since + HOUR, PATIENCE + HOUR),
        (since + SETTLING - MINUTE, SETTLING),
        (since + SETTLING, SETTLING + PATIENCE),
    ) == [
        (NOW, NOW),
        (NOW, NOW),
        (NOW + MINUTE, NOW + MINUTE),
        (since, NOW),
        (since + HOUR, NOW + HOUR),
        (since + SETTLING - MINUTE, NOW + SETTLING - MINUTE),
        (since + SETTLING, since + SETTLING),
    ]


def test_a_clock_that_is_set_right_again_was_never_deleted_by() -> None:
    """Three weeks ahead for half a day, then right: nothing is deleted by a moment that has not come."""
    ahead = NOW + 21 * DAY
    right = NOW + 12 * HOUR
    found = beats(
        (NOW, NOTHING),
        (ahead, NOTHING),
        (ahead + PATIENCE, PATIENCE),
        (ahead + 12 * HOUR, 12 * HOUR),
        (right, NOTHING),
        (right + PATIENCE, PATIENCE),
        (right + DAY, DAY),
    )
    assert max(deleting for _, deleting in found[:5]) <= right
    assert found[4][0] == right
    assert found[5:] == [(right + PATIENCE,) * 2, (right + DAY,) * 2]


def test_jumps_that_follow_each_other_are_counted_from_the_first() -> None:
    """A clock that leaps again before it has settled does not make the first leap good."""
    first, second = NOW + 10 * DAY, NOW + 40 * DAY
    found = beats((NOW, NOTHING), (first, PATIENCE), (second, NOTHING), (second, PATIENCE), (second + HOUR, HOUR))
    assert [deleting for _, deleting in found] == [NOW, NOW, NOW, NOW, NOW + HOUR]


def test_a_clock_that_fell_back_far_sends_nothing_new() -> None:
    """An empty battery: by the old moment nothing is due; when it is right again it is believed at once."""
    found = beats((NOW, NOTHING), (NOW - 2000 * DAY, NOTHING), (NOW + MINUTE, NOTHING))
    assert found == [(NOW, NOW), (NOW - 2000 * DAY,) * 2, (NOW + MINUTE,) * 2]
