"""The short code by which staff pair a screen: it changes every ten minutes and is made from the secret key."""

import hmac
from datetime import datetime

from web.signing import Signer

SECONDS = 600
DIGITS = 8


def code_at(signer: Signer, digest: str, now: datetime) -> str:
    """Return the code that a device shows at a moment; `digest` is the hash of its secret."""
    return _code(signer, digest, _window(now))


def is_good(signer: Signer, digest: str, code: str, now: datetime) -> bool:
    """Tell whether a device shows this code, or showed it in the ten minutes before."""
    window = _window(now)
    return any(hmac.compare_digest(code.encode(), _code(signer, digest, window - age).encode()) for age in (0, 1))


def shown(code: str) -> str:
    """Return a code in two halves, to be read from a distance."""
    return f"{code[: DIGITS // 2]} {code[DIGITS // 2 :]}"


def read(typed: str) -> str:
    """Return the code in a typed text, empty if it is not one."""
    digits = "".join(sign for sign in typed[:40] if sign.isascii() and sign.isdigit())
    rest = set(typed) - set("0123456789 .-\t\xa0")
    return digits if len(digits) == DIGITS and not rest else ""


def _window(now: datetime) -> int:
    return int(now.timestamp() // SECONDS)


def _code(signer: Signer, digest: str, window: int) -> str:
    mark = signer.sign("screen-code", f"{digest} {window}").rpartition(".")[2]
    return f"{int(mark, 16) % 10**DIGITS:0{DIGITS}d}"
