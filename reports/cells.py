"""Cells of spreadsheets that a typed text cannot turn into formulas."""

import re
from typing import Any

_SIGNS = "=+\\-@＝＋－＠"
_AT_START = re.compile(rf"[\s\"']*[{_SIGNS}]")
# A program that parts the file by another sign than ours begins a cell in the middle of a text.
_INSIDE = re.compile(rf"([,;|\t\r\n][\s\"]*)(?=[{_SIGNS}])")
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
Cell = str | int | None


def defused(text: str) -> str:
    """Return a text for CSV: an apostrophe stands before whatever a spreadsheet would begin a formula with.

    After OWASP, CSV Injection (owasp.org/www-community/attacks/CSV_Injection).
    """
    inside = _INSIDE.sub(r"\1'", text)
    return f"'{inside}" if _AT_START.match(text) else inside


def as_text(cell: Any, text: str) -> Any:
    """Put a text into a cell of openpyxl so that it stays text, also when somebody edits the cell; returns it."""
    cell.value = _UNPRINTABLE.sub("", text)
    cell.data_type = "s"
    cell.quotePrefix = True
    return cell
