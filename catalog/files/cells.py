"""Cells of any format: their values, their texts, and cells that hold no value at all."""

import html
import re
from datetime import date, datetime, time, timedelta
from typing import Any

from locales.characters import readable

FAILED_CELL = re.compile(r"#(REF|VALUE|NUM|NULL|DIV/0|N/A|NAME)[!?]?|nan|inf", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]{2,10}\d{0,2});")
_FIXED = re.compile(r"0(?:\.(0{1,15}))?")


class Uncomputed:
    """The value of a formula that no program has computed yet."""

    def __repr__(self) -> str:
        return "UNCOMPUTED"

    def __str__(self) -> str:
        return ""


UNCOMPUTED = Uncomputed()
UNCOMPUTED_SAID = "là công thức chưa có giá trị; mở tệp bằng Excel rồi lưu lại, hoặc dán giá trị thay cho công thức"


def tidied(value: Any) -> Any:
    """Return a cell's value with its HTML entities decoded and invisible characters removed; None for blank text."""
    if not isinstance(value, str):
        return value
    if "&" in value:
        value = _ENTITY.sub(lambda match: html.unescape(match.group()), value)
    value = readable(value)
    return value if value and not value.isspace() else None


def cell_text(value: Any, number_format: str = "") -> str:
    """Return a cell as text: whole numbers without a point, days as 2026-11-20, fixed decimals as they are shown."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, int | float) and (fixed := _FIXED.fullmatch(number_format)):
        return f"{value:.{len(fixed[1] or '')}f}"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, date) else str(value).strip()


def is_moment(value: Any) -> bool:
    """Tell whether a cell holds a date or a time and no text."""
    return isinstance(value, date | time | timedelta)


def moment_shown(value: Any) -> str:
    """Return a date or time as a spreadsheet shows it."""
    return value.strftime("%d/%m/%Y") if isinstance(value, date) else str(value)
