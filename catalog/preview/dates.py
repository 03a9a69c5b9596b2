"""The days that a decision or a row states: when it was signed, and from when it has force."""

import re
from datetime import date, datetime
from typing import Any

from catalog.text import nfc

_DAY = r"(\d{1,2})\s*(?:[/.-]|tháng)\s*(\d{1,2})\s*(?:[/.-]|năm)\s*(\d{4})"
_WRITTEN = re.compile(_DAY, re.IGNORECASE)
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)")
_FORCE = re.compile(
    r"(?:có\s+)?(?:hiệu\s+lực|áp\s+dụng|thi\s+hành|thực\s+hiện|bãi\s+bỏ|thay\s+thế)(?:\s+thi\s+hành)?"
    rf"\s*:?\s*(?:kể\s+)?(?:từ|vào)\s+(?:ngày\s+)?(?:{_DAY}|(ký|ban\s+hành))",
    re.IGNORECASE,
)
_SIGNED = re.compile(rf"quyết\s+định\s+(?:số\s*:?\s*)?[^()\n]{{0,60}}?ngày\s+{_DAY}", re.IGNORECASE)
_NUMBER = re.compile(r"quyết\s+định\s+số\s*:?\s*(\d{1,6}/[\w/-]{2,30})", re.IGNORECASE)


def day_of(value: Any) -> str:
    """Return a cell that states a day as YYYY-MM-DD, "" where it states none."""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if not isinstance(value, str):
        return ""
    text = nfc(value)
    if match := _ISO.search(text):
        return _iso(match[3], match[2], match[1])
    return _iso(*match.groups()) if (match := _WRITTEN.search(text)) else ""


def in_force_from(text: str, signed: str = "") -> str:
    """Return the day from which a text says that something has force, "" where it says none.

    For "the day of signing" this is `signed`, the day on the decision, or else the day that the text states.
    """
    for match in _FORCE.finditer(text):
        if match[4]:
            return signed or signed_on(text)
        if day := _iso(match[1], match[2], match[3]):
            return day
    return ""


def signed_on(text: str) -> str:
    """Return the day that a text says a decision was made, "" where it says none."""
    match = _SIGNED.search(text)
    return _iso(*match.groups()) if match else ""


def decision_number(text: str) -> str:
    """Return the number of the decision that a text names, "" where it names none."""
    match = _NUMBER.search(text)
    return match[1].rstrip("-/") if match else ""


def _iso(day: str, month: str, year: str) -> str:
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return ""
