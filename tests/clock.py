"""The clock of a test run: every test begins at a moment that the run chose, and so does every program it starts.

The moment is that of the sample, so that a run says the same on every day of the year; `--moment` chooses others.
Programs that tests start read the clock from a file, see `started/sitecustomize.py` and `forks.py`.
"""

import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import time_machine

# When the sample was made, and where.
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
NOW = datetime(2026, 11, 20, 9, 0, tzinfo=ZONE)
# Where a program finds the file with its clock.
VARIABLE = "MOTCUA_TEST_CLOCK"
STARTED = Path(__file__).parent / "started"
WIDTH = 30


@dataclass(frozen=True)
class Moment:
    """When the fixtures of a test are prepared, and how much later its own part begins."""

    prepared: datetime
    passes: timedelta = timedelta(0)

    @property
    def begins(self) -> datetime:
        """When the test's own part begins."""
        return self.prepared + self.passes


ORDINARY = Moment(NOW)
# Until when something holds that is not to end during a test.
FAR_OFF = datetime(2100, 1, 1, tzinfo=ZONE)
OVER_MIDNIGHT = timedelta(seconds=2)
AWKWARD: Mapping[str, Moment] = {
    "monday": Moment(datetime(2026, 11, 30, 7, 0, tzinfo=ZONE)),
    "sunday-into-monday": Moment(datetime(2026, 11, 22, 23, 59, 59, tzinfo=ZONE), OVER_MIDNIGHT),
    "first-of-a-month": Moment(datetime(2026, 12, 1, 0, 0, tzinfo=ZONE)),
    "last-of-a-month": Moment(datetime(2027, 1, 31, 23, 0, tzinfo=ZONE)),
    "into-a-new-year": Moment(datetime(2026, 12, 31, 23, 59, 59, tzinfo=ZONE), OVER_MIDNIGHT),
    "leap-day": Moment(datetime(2028, 2, 29, 9, 0, tzinfo=ZONE)),
}


def now() -> datetime:
    """Return the test's time in the sample's zone."""
    return datetime.now(ZONE)


def today() -> date:
    """Return the test's day in the sample's zone."""
    return now().date()


def follow() -> None:
    """Set the clock of a program that was forked to that of the test; one that waited for work sets it once more."""
    ahead = float(Path(os.environ[VARIABLE]).read_text(encoding="utf-8"))
    there = time_machine.escape_hatch.time.time() + ahead
    time_machine.traveller_stack[-1].move_to(there, tick=True)


class Clock:
    """The clock of this process and of the programs it starts; it runs on from where it is set."""

    def __init__(self) -> None:
        self._handle, name = tempfile.mkstemp(prefix="motcua-clock-")
        self._file = Path(name)
        path = os.pathsep.join(filter(None, [str(STARTED), os.environ.get("PYTHONPATH", "")]))
        os.environ.update({VARIABLE: name, "PYTHONPATH": path})
        # It stands while modules load, so that what they draw from it is the same in every process of a run.
        self._travel = time_machine.travel(NOW.timestamp(), tick=False)
        self._traveller = self._travel.start()

    def run(self, moment: datetime) -> None:
        """Run on from a moment."""
        self._traveller.move_to(moment.timestamp(), tick=True)
        ahead = moment.timestamp() - time_machine.escape_hatch.time.time()
        # In place: to empty a file and write it anew takes some disks a hundred times as long.
        os.pwrite(self._handle, f"{ahead:{WIDTH}.6f}".encode(), 0)

    def close(self) -> None:
        """Give the machine's own time back."""
        self._travel.stop()
        os.close(self._handle)
        self._file.unlink()
