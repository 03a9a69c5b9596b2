"""Makes texts safe for files that other programs open: no control characters, no formulas."""

import re
from datetime import date
from typing import Any

_SIGNS = "=+\\-@＝＋－＠"
_AT_START = re.compile(rf"[\s\"']*[{_SIGNS}]")
# A program that splits the file at another separator than ours begins a cell in the middle of a text.
_INSIDE = re.compile(rf"([,;|\t\r\n][\s\"]*)(?=[{_SIGNS}])")
# What XML and spreadsheets cannot hold: control characters, lone surrogates, and two noncharacters.
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
Cell = str | int | date | None


def clean(text: str) -> str:
    """Return a text without the characters that no file of an office program can hold."""
    return _UNPRINTABLE.sub("", text)


def defused(text: str) -> str:
    """Return a text for CSV, with an apostrophe before anything that a spreadsheet would read as a formula.

    After OWASP, CSV Injection (owasp.org/www-community/attacks/CSV_Injection).
    """
    kept = clean(text)
    inside = _INSIDE.sub(r"\1'", kept)
    return f"'{inside}" if _AT_START.match(kept) else inside


def as_text(cell: Any, text: str) -> Any:
    """Put a text into an openpyxl cell so that it stays text, even if somebody edits the cell; returns the cell."""
    cell.value = clean(text)
    cell.data_type = "s"
    cell.quotePrefix = True
    return cell
