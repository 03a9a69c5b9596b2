"""The code on a counter's screen: another each minute, good for ten, for this counter and this installation alone."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from web.citizen.screen_codes import DIGITS, code_at, is_good, seconds_left
from web.signing import Signer

SIGNER = Signer(b"key of the installation, long enough")
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))


def after(**passed: float) -> datetime:
    """A moment counted from noon."""
    return NOON + timedelta(**passed)


@pytest.mark.parametrize(
    ("shown", "scanned", "good"),
    [
        (after(), after(), True),
        (after(seconds=59.999), after(seconds=60), True),
        (after(), after(minutes=9, seconds=59.999), True),
        (after(), after(minutes=10), False),
        (after(seconds=59.999), after(minutes=9, seconds=59.999), True),
        (after(seconds=59.999), after(minutes=10), False),
        (after(seconds=60), after(minutes=10), True),
        (after(seconds=60), after(minutes=11), False),
        (after(), after(hours=1), False),
        (after(), after(days=1), False),
        (after(minutes=1), after(seconds=59.999), False),
        (after(), after(seconds=-0.001), False),
    ],
)
def test_a_code_is_good_for_ten_minutes_from_its_minute(shown: datetime, scanned: datetime, good: bool) -> None:
    """An old photo of the screen stops working; a code that was not shown yet does not work either."""
    assert is_good(SIGNER, "quay1", code_at(SIGNER, "quay1", shown), scanned) is good


@pytest.mark.parametrize(
    ("moment", "same"),
    [(after(seconds=59.999), True), (after(seconds=60), False), (after(seconds=-0.001), False), (after(days=1), False)],
)
def test_the_code_changes_with_the_minute(moment: datetime, same: bool) -> None:
    """Within a minute it stays, so that somebody has the time to scan it."""
    assert (code_at(SIGNER, "quay1", moment) == code_at(SIGNER, "quay1", NOON)) is same


def test_the_zone_of_the_clock_does_not_matter() -> None:
    """Two machines in different zones show and take the same code."""
    assert code_at(SIGNER, "quay1", NOON.astimezone(UTC)) == code_at(SIGNER, "quay1", NOON)


CODE = code_at(SIGNER, "quay1", NOON)


@pytest.mark.parametrize(
    "forged",
    [
        "",
        CODE[:-1],
        CODE + "0",
        CODE.upper(),
        CODE[::-1],
        "0" * DIGITS,
        code_at(SIGNER, "quay2", NOON),
        code_at(Signer(b"key of another installation, as long"), "quay1", NOON),
        SIGNER.sign("kiosk:quay1", str(int(NOON.timestamp() // 60))).rpartition(".")[2][:DIGITS],
        "mã-chụp-lại",
        "\udcff",
    ],
)
def test_a_forged_code_is_refused(forged: str) -> None:
    """Neither a guess, nor another counter's, nor another installation's code opens the survey."""
    assert not is_good(SIGNER, "quay1", forged, NOON)


@pytest.mark.parametrize(("moment", "left"), [(after(), 60), (after(seconds=1.5), 58.5), (after(seconds=59.75), 0.25)])
def test_the_screen_knows_when_the_next_code_comes(moment: datetime, left: float) -> None:
    """The page asks again when the minute is over, not a minute after it asked."""
    assert seconds_left(moment) == pytest.approx(left)
