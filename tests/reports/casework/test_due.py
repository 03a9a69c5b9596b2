"""Until when a case has time, once it was handled and is opened again."""

from datetime import date

import pytest

from reports.casework.due import due_again
from surveys.cases import Case
from tests.sample import world

MONDAY = date(2026, 11, 16)


@pytest.mark.parametrize(
    ("handled", "again", "due", "why"),
    [
        (date(2026, 11, 17), date(2026, 11, 17), date(2026, 11, 18), "its day is still to come"),
        (date(2026, 11, 17), date(2026, 11, 18), date(2026, 11, 18), "its day is today"),
        (date(2026, 11, 18), date(2026, 11, 19), date(2026, 11, 23), "handled on its last day, which has passed"),
        (date(2026, 11, 19), date(2026, 11, 19), date(2026, 11, 18), "it was late when it was handled"),
        (date(2026, 11, 19), date(2026, 12, 24), date(2026, 11, 18), "it was late, weeks ago"),
    ],
)
def test_what_was_late_stays_late(handled: date, again: date, due: date, why: str) -> None:
    """A case of a Monday has until Wednesday; opening it again gives no more than it had."""
    case = Case(1, "sa-dec", "quay1", MONDAY, 1, "Chờ lâu", "r", handled, "handled")
    assert due_again(world(), case, again) == due, why


def test_a_day_that_was_agreed_with_an_office_stays() -> None:
    """The day of a hand-over counts, not the usual two."""
    agreed = date(2026, 12, 1)
    case = Case(1, "sa-dec", "quay1", MONDAY, 1, "Chờ lâu", "r", date(2026, 11, 27), "handled", due=agreed)
    assert due_again(world(), case, date(2026, 11, 30)) == agreed
