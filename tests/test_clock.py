"""The clock of a test run: this process and the programs it starts have the moment that the run chose."""

import asyncio
import sys
from datetime import UTC, datetime, timedelta

import pytest

from tests.clock import AWKWARD, Moment, now, today

pytestmark = pytest.mark.calendar

AN_HOUR = timedelta(hours=1)
PRINT_NOW = "from datetime import UTC, datetime; print(datetime.now(UTC).isoformat())"


@pytest.fixture
def prepared() -> datetime:
    """When the fixtures of a test are prepared."""
    return now()


def test_a_test_begins_at_the_chosen_moment(run_moment: Moment, prepared: datetime) -> None:
    """Its fixtures before a midnight and itself after it, where the moment has one."""
    assert run_moment.prepared <= prepared < run_moment.prepared + AN_HOUR
    assert run_moment.begins <= now() < run_moment.begins + AN_HOUR
    assert (prepared.date(), today()) == (run_moment.prepared.date(), run_moment.begins.date())


async def test_a_program_has_the_clock_of_the_test_that_starts_it(run_moment: Moment) -> None:
    """Not that of the machine, nor that of the test before."""
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", PRINT_NOW, stdout=asyncio.subprocess.PIPE)
    out, _ = await process.communicate()
    assert (
        run_moment.begins.astimezone(UTC) <= datetime.fromisoformat(out.decode().strip()) < run_moment.begins + AN_HOUR
    )


def test_the_awkward_moments_are_what_they_are_called() -> None:
    """A Monday, ends and beginnings of months, years and weeks, and the day that only some years have."""
    days = {name: (moment.prepared.date(), moment.begins.date()) for name, moment in AWKWARD.items()}
    assert days["monday"][1].weekday() == 0
    assert [day.weekday() for day in days["sunday-into-monday"]] == [6, 0]
    assert days["first-of-a-month"][1].day == 1
    assert (days["last-of-a-month"][1] + timedelta(days=1)).day == 1
    assert [day.year for day in days["into-a-new-year"]] == [2026, 2027]
    assert (days["leap-day"][1].month, days["leap-day"][1].day) == (2, 29)
