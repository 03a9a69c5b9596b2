"""Texts on their way into files that other programs open: no control characters, no formulas."""

import re
from datetime import date
from typing import Any

_SIGNS = "=+\\-@＝＋－＠"
_AT_START = re.compile(rf"[\s\"']*[{_SIGNS}]")
# A program that parts the file by another sign than ours begins a cell in the middle of a text.
_INSIDE = re.compile(rf"([,;|\t\r\n][\s\"]*)(?=[{_SIGNS}])")
# What XML and spreadsheets cannot hold: control characters, half pairs, and two code points that are no characters.
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
Cell = str | int | date | None


def clean(text: str) -> str:
    """Return a text without the characters that no file of an office program can hold."""
    return _UNPRINTABLE.sub("", text)


def defused(text: str) -> str:
    """Return a text for CSV: an apostrophe stands before whatever a spreadsheet would begin a formula with.

    After OWASP, CSV Injection (owasp.org/www-community/attacks/CSV_Injection).
    """
    kept = clean(text)
    inside = _INSIDE.sub(r"\1'", kept)
    return f"'{inside}" if _AT_START.match(kept) else inside


def as_text(cell: Any, text: str) -> Any:
    """Put a text into a cell of openpyxl so that it stays text, also when somebody edits the cell; returns it."""
    cell.value = clean(text)
    cell.data_type = "s"
    cell.quotePrefix = True
    return cell
