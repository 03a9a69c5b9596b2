"""Allowances: saved up, spent, and never more memory than was allowed."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from surveys.pacing import Allowance, Allowances, Rate
from tests.sample import NOW

RATE = Rate(most=3, a_second=0.5)


def test_what_was_saved_up_is_spent_at_once_and_comes_back_slowly() -> None:
    """Three at once, the fourth two seconds later."""
    one = Allowance(RATE)
    assert [one.spend(NOW) for _ in range(4)] == [True, True, True, False]
    assert not one.spend(NOW + timedelta(seconds=1))
    assert one.spend(NOW + timedelta(seconds=2))


def test_a_clock_that_is_set_back_gives_and_takes_nothing() -> None:
    """Nobody gains by it, and nobody waits for the old time to come again."""
    one = Allowance(RATE)
    assert [one.spend(NOW) for _ in range(3)] == [True] * 3
    assert not one.spend(NOW - timedelta(days=1))
    assert one.spend(NOW - timedelta(days=1) + timedelta(seconds=2))


def test_what_was_used_already_is_owed_to_an_end() -> None:
    """A debt is paid off in at most the time that fills the whole allowance."""
    one = Allowance(RATE)
    one.owe(NOW, 1000)
    assert one.left(NOW) == -RATE.most
    assert one.spend(NOW + timedelta(seconds=8))


@given(st.lists(st.floats(min_value=0, max_value=600), max_size=200))
def test_no_stretch_of_time_gets_more_than_its_share(seconds: list[float]) -> None:
    """Whenever somebody comes: what was let through in a stretch is what was saved up, and the rate times it."""
    one = Allowance(RATE)
    passed = [second for second in sorted(seconds) if one.spend(NOW + timedelta(seconds=second))]
    for start, first in enumerate(passed):
        for end in range(start, len(passed)):
            length = passed[end] - first
            assert end - start + 1 <= RATE.most + length * RATE.a_second + 1e-6


@given(st.lists(st.integers(min_value=0, max_value=50), max_size=300))
def test_memory_is_bounded_and_keeps_the_latest(keys: list[int]) -> None:
    """However many come, so many are remembered: those who came last."""
    many = Allowances(RATE, keys=5)
    for key in keys:
        many.of(str(key)).spend(NOW)
    assert len(many) == min(5, len(set(keys)))
    if keys:
        assert many.of(str(keys[-1])).left(NOW) < RATE.most
