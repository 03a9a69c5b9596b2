"""Working days of Vietnam's offices: Monday to Friday without public holidays, by the calendar of `holidays`."""

from datetime import date, timedelta
from functools import cache
from importlib import import_module
from typing import Any


@cache
def _calendar() -> Any:
    # The calendar takes 17 MB and a tenth of a second, and most runs need no working day.
    return import_module("holidays").country_holidays("VN")


def is_working_day(day: date) -> bool:
    """Tell whether offices work on a day, including Saturdays that the government swapped for a day off."""
    return bool(_calendar().is_working_day(day))


def working_days_after(day: date, count: int) -> date:
    """Return the last day of a time limit of `count` working days; the day it starts from is not counted."""
    last: date = _calendar().get_nth_working_day(day, count)
    return last


def working_days_between(day: date, later: date) -> int:
    """Count the working days after a day up to and including a later one; 0 if it is not later."""
    if later <= day:
        return 0
    return int(_calendar().get_working_days_count(day + timedelta(days=1), later))
