"""The code on a counter's screen: it changes each minute, is valid for ten, and is made from the secret key."""

import hmac
from datetime import datetime

from web.signing import Signer

MINUTES = 10
DIGITS = 12


def code_at(signer: Signer, counter: str, now: datetime) -> str:
    """Return the code that a counter's screen shows in the minute of `now`."""
    return _code(signer, counter, _minute(now))


def is_good(signer: Signer, counter: str, code: str, now: datetime) -> bool:
    """Tell whether a code was shown at this counter in this minute or the nine before it."""
    given, minute = code.encode("utf-8", "surrogatepass"), _minute(now)
    return any(hmac.compare_digest(given, _code(signer, counter, minute - age).encode()) for age in range(MINUTES))


def seconds_left(now: datetime) -> float:
    """Return how many seconds the minute of `now` still lasts."""
    return 60 - now.timestamp() % 60


def _minute(now: datetime) -> int:
    return int(now.timestamp() // 60)


def _code(signer: Signer, counter: str, minute: int) -> str:
    return signer.sign(f"kiosk-code:{counter}", str(minute)).rpartition(".")[2][:DIGITS]
