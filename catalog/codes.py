"""Procedure codes as files write them: made plain, or turned into a proposal for a person to confirm."""

import re

from catalog.entries import is_code

_SUFFIX = re.compile(r"(?:\.000)?(?:\.00){0,2}(?:\.H\d{1,2})?")
_START = re.compile(r"(\d\.\d{6})(?!\d)")
# The form of a unit's codes for its own groups of procedures ("LT.01"); no national code has it.
_OWN_CODE = re.compile(r"LT\.[A-Z0-9][A-Z0-9.-]{0,19}")
LONGEST_CODE = 100
# Stands in the column of codes in a row that only shows how a file is filled in; such a row is never taken.
SAMPLE_CODE = "MẪU"
DECIMALS = 6


def is_own_code(text: str) -> bool:
    """Tell whether text has the form of a unit's own code: "LT." and capitals, digits, dots or hyphens."""
    return _OWN_CODE.fullmatch(text) is not None


def plain_code(text: str) -> str:
    """Return a procedure code without the suffixes that provinces add ("2.001765.000.00.00.H44")."""
    bare = text.replace("\xa0", "").strip()
    if len(bare) <= LONGEST_CODE and (match := _START.match(bare)) and _SUFFIX.fullmatch(bare, match.end()):
        return match[1]
    return bare


def proposed_code(text: str) -> str:
    """Return the code that a cell not in the usual form most likely means, "" if that would be no more than a guess.

    Such a cell has a suffix that no province is known to use ("1.900001.H13-1"), or spaces or other dots inside
    ("1. 0004194", "1.013.978").
    """
    bare = "".join(text.split()).replace(",", ".")
    if len(bare) > LONGEST_CODE:
        return ""
    if (match := _START.match(bare)) and not _START.search(bare, match.end()):
        return match[1]
    head, _, digits = bare.partition(".")
    joined = digits.replace(".", "")
    found = f"{head}.{joined}"
    return found if is_code(found) else ""


def padded_code(number: float) -> str:
    """Return the code of a number whose last zeros were cut off, "" if it cannot be one."""
    text = f"{number:.{DECIMALS}f}"
    return text if is_code(text) and float(text) == number != int(number) else ""


def whole_code(number: float) -> str:
    """Return the code of a number that still has all its decimals, "" for any other number."""
    text = repr(number)
    return text if is_code(text) else ""
