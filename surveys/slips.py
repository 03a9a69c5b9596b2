"""One-time slips: codes that people can type, rounds that slips belong to, and the three strata."""

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

# 31 signs, a prime, so that the check sign below catches every wrong and every swapped sign; no I, L, O, 0, 1.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
LENGTH = 10
# The longer codes of large rounds have an even number of signs too, so that they can be printed in two halves.
LENGTHS = (10, 12, 14)
# Up to this many slips get short codes; for more, a guess with a right check sign hits with a chance below MOST_LUCK.
MOST_SHORT = 1000
MOST_LUCK = 1e-9
State = Literal["issued", "used", "revoked"]
Occasion = Literal["", "refused", "returned", "late"]
Stratum = Literal["slip", "open", "assisted"]
STRATA: tuple[Stratum, ...] = ("slip", "open", "assisted")
_PARTING = re.compile(r"[\s.\-–—]+")


@dataclass(frozen=True, slots=True)
class Round:
    """A survey round: `target` slips of one form for a unit, from `first` to `last` (both included).

    `counter` is empty if the slips are handed out at every counter of the unit. `version` names the wording of its
    ballots and of the answers on its slips; 0 is the one in use.
    """

    name: str
    unit: str
    form: str
    target: int
    first: date
    last: date
    counter: str = ""
    closed_at: datetime | None = None
    version: int = 0

    def takes(self, day: date) -> bool:
        """Whether slips may be answered on a day."""
        return self.closed_at is None and day <= self.last


@dataclass(frozen=True, slots=True)
class Slip:
    """A slip of a round. `response` is the id of the form being filled in on it; empty before and after that."""

    code: str
    round: str
    serial: int
    state: State = "issued"
    occasion: Occasion = ""
    response: str = ""
    week: str = ""


@dataclass(frozen=True, slots=True)
class Counts:
    """The slips of a round: handed out (printed and not revoked), answered, being answered, revoked."""

    issued: int = 0
    used: int = 0
    begun: int = 0
    revoked: int = 0


def length_for(slips: int) -> int:
    """Return how long the codes of a round of so many slips are."""
    enough = (length for length in LENGTHS[1:] if slips / len(ALPHABET) ** (length - 1) < MOST_LUCK)
    return LENGTH if slips <= MOST_SHORT else next(enough, LENGTHS[-1])


def fresh(choose: Callable[[str], str] = secrets.choice, length: int = LENGTH) -> str:
    """Make a code of random signs (nine have 44 bits) and a check sign, at least one of them a digit."""
    while True:
        body = "".join(choose(ALPHABET) for _ in range(length - 1))
        code = body + _check(body)
        if read(code):
            return code


def shown(code: str) -> str:
    """Return a code as it is printed: "ABCDE-FGHJK"."""
    return f"{code[: len(code) // 2]}-{code[len(code) // 2 :]}"


def read(typed: str) -> str:
    """Return the code that somebody typed, in any case and with any separators; empty if it is not a valid one."""
    code = _PARTING.sub("", typed).upper()
    right = len(code) in LENGTHS and set(code) <= set(ALPHABET) and any(ch.isdigit() for ch in code)
    return code if right and _check(code[:-1]) == code[-1] else ""


def looks_like(typed: str) -> bool:
    """Tell whether a text looks like a code, valid or not: it has a code's length, and a digit in each of its parts.

    One of several parts may lack a digit, as a code is printed in two halves; a sentence ("tach thua 2") has more
    parts without one.
    """
    code = _PARTING.sub("", typed)
    if len(code) not in LENGTHS or not (code.isascii() and code.isalnum()):
        return False
    parts = [part for part in _PARTING.split(typed) if part]
    without_digit = sum(not any(sign.isdigit() for sign in part) for part in parts)
    return without_digit <= min(1, len(parts) - 1) and not code.isdigit()


def _check(body: str) -> str:
    """Return the sign that makes the weighted sum divisible by 31 (as ISBN-10 does with 11)."""
    total = sum(weight * ALPHABET.index(sign) for weight, sign in enumerate(body, 1))
    return ALPHABET[-total * pow(len(body) + 1, -1, len(ALPHABET)) % len(ALPHABET)]
