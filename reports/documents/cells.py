"""Texts on their way into files that other programs open: no control characters, no formulas."""

import re

# What XML and spreadsheets cannot hold: control characters, half pairs, and two code points that are no characters.
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def clean(text: str) -> str:
    """Return a text without the characters that no file of an office program can hold."""
    return _UNPRINTABLE.sub("", text)


def is_formula(text: str) -> bool:
    """Whether a spreadsheet could take a text for a formula (OWASP, CSV injection: = + - @ tab and return)."""
    return text.startswith(_FORMULA)


def defused(text: str) -> str:
    """Return a text for a CSV cell: what a spreadsheet would compute begins with an apostrophe instead."""
    kept = clean(text)
    return f"'{kept}" if is_formula(kept) else kept
