"""Times shorter than the published ones, to which a unit commits itself."""

import re

from catalog.entries import Entry, is_code
from handlers.unit_settings.notices import Wrong, one_line

LONGEST_TIME = 60
MOST_ROWS = 1000
_ROW = re.compile(r"\s*([^\s;,|]+)\s*(?:[;,|\t]|\s)\s*(.*?)\s*")
_DAYS = re.compile(r"(\d{1,3}(?:[.,]\d{1,2})?)\s*(ngày làm việc|ngày)?\.?", re.IGNORECASE)


def committed_time(typed: str, entry: Entry) -> str:
    """Return a committed time as it is stored; a bare number has the unit of the published time, else days.

    Wrong if it is not shorter than the published time; only numbers of days are compared.
    """
    said = one_line(typed, LONGEST_TIME)
    days = _DAYS.fullmatch(said)
    if not days:
        return said
    lawful = _DAYS.fullmatch(entry.published_time.strip())
    number = float(days[1].replace(",", "."))
    if number <= 0 or (lawful and number >= float(lawful[1].replace(",", "."))):
        raise Wrong("no_shorter", code=entry.code, time=said, published=entry.published_time)
    unit = (days[2] or (lawful[2] if lawful else "") or "ngày").lower()
    return f"{days[1].lstrip('0')} {unit}"


def typed_table(text: str) -> list[tuple[str, str]]:
    """Read rows of code and time, as they are pasted from a spreadsheet; Wrong names the first that is no such row.

    Rows before the first code are titles.
    """
    found: dict[str, str] = {}
    rows = text.splitlines()
    if len(rows) > MOST_ROWS:
        raise Wrong("rows", most=MOST_ROWS)
    for number, row in enumerate(rows, 1):
        if not row.strip():
            continue
        match = _ROW.fullmatch(row)
        code = match[1] if match else ""
        if not match or not is_code(code):
            if not found and number <= 3:
                continue
            raise Wrong("row", row=number, text=row.strip()[:40])
        if code in found:
            raise Wrong("twice", row=number, code=code)
        found[code] = match[2]
    if not found:
        raise Wrong("no_rows")
    return list(found.items())
