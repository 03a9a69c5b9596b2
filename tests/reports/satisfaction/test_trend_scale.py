"""How trends are drawn on the page and on paper: the scale holds everything, values stand clear of the target line."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.periods import parse
from reports.rates import Rate
from reports.satisfaction.trend_scale import label, labelled, scale, value_height, valued


def rate(low: int) -> Rate:
    """A rate whose interval begins at a percent."""
    return Rate(20, Decimal(low), Decimal(low), Decimal(100))


@given(st.lists(st.none() | st.integers(0, 100).map(rate), max_size=13), st.integers(0, 100))
def test_the_scale_holds_every_interval_and_the_target(rates: list[Rate | None], target: int) -> None:
    """It ends at 100%, with three to six lines."""
    bottom, ticks = scale(rates, target)
    assert all(bottom <= one.low for one in rates if one)
    assert bottom <= target or not target
    assert ticks[0] == 100
    assert ticks[-1] >= bottom
    assert 2 <= len(ticks) <= 6


@given(st.floats(20, 200), st.none() | st.floats(20, 200), st.floats(3, 20))
def test_a_value_never_stands_on_the_line_of_the_target(high: float, target: float | None, size: float) -> None:
    """It stands over its interval, or else over the line; letters reach from the foot up by their size."""
    foot = value_height(high, target, size)
    assert foot <= high
    assert target is None or not foot - size < target < foot


def test_the_last_is_named_and_valued_where_not_all_have_room() -> None:
    """Weeks by their Monday, months by number and year, on page and paper alike."""
    assert labelled(13, 20, 64) == [0, 4, 8, 12]
    assert valued([rate(1), None, rate(2)], 10, 50) == [2]
    assert valued([rate(1), None, rate(2)], 60, 50) == [0, 2]
    assert [label(parse(name)) for name in ("2026-W48", "2026-11")] == ["23/11", "T11/26"]


@pytest.mark.parametrize("count", [1, 2])
def test_few_are_all_named(count: int) -> None:
    """With room for each."""
    assert labelled(count, 100, 64) == list(range(count))
