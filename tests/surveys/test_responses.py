"""What is kept of the moment of a form."""

from datetime import datetime

import pytest

from surveys.responses import half_of
from tests.clock import ZONE


@pytest.mark.parametrize(("hour", "minute", "half"), [(0, 0, "am"), (11, 59, "am"), (12, 0, "pm"), (23, 59, "pm")])
def test_a_moment_is_in_the_morning_or_in_the_afternoon(hour: int, minute: int, half: str) -> None:
    """Noon begins the afternoon."""
    assert half_of(datetime(2026, 11, 20, hour, minute, tzinfo=ZONE)) == half
