"""Python loads this at the start of every program that a test starts: it sets the program's clock to the test's."""

import os
import sys
from pathlib import Path

# With pytest at hand it would load it, for a fixture: half of what a small program's start takes.
sys.modules["pytest"] = None  # type: ignore[assignment]
import time_machine  # noqa: E402

del sys.modules["pytest"]

VARIABLE = "MOTCUA_TEST_CLOCK"


def set_clock() -> None:
    """Set this program's clock to that of the test."""
    ahead = float(Path(os.environ[VARIABLE]).read_text(encoding="utf-8"))
    time_machine.traveller_stack[-1].move_to(time_machine.escape_hatch.time.time() + ahead)


if VARIABLE in os.environ:
    time_machine.travel(0).start()
    set_clock()
