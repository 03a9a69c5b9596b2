"""Reads the indicators' sheet back: every line, or the mistakes with row and column."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import locales
from catalog.files.header import bare_title
from catalog.files.mistakes import Mistake
from catalog.files.notes import Notes
from catalog.files.opening import TABLES, readable
from catalog.files.records import Wanted, records
from reports.self_score.indicators import COLUMNS, Line, Scheme
from reports.self_score.points import Wrong, read_points, text_of

_NUMBER = re.compile(r"(\d{1,3})(?:\.0)?\.?")


def title(column: str) -> str:
    """Return the heading of a column."""
    return locales.text(locales.DEFAULT, f"indicator.column.{column}")


def read(path: Path, scheme: Scheme, notes: Notes) -> tuple[list[Line], list[Mistake]]:
    """Read a line for each indicator, in order, and every mistake; Unreadable if the file cannot be used at all."""
    mistakes: list[Mistake] = []
    found: dict[int, Line] = {}
    lacking = f"không thấy hàng tiêu đề có cột «{title('number')}» và «{title('own')}»"
    wanted = Wanted(_titles, lacking, deepest=1, numbered=False)
    with readable(path, TABLES):
        for record in records(path, wanted, notes):
            row, cells = record.row, record.cells
            number = _NUMBER.fullmatch(" ".join(str(cells.get("number") or "").split()))
            if number is None:
                # A row of totals, or text below the table.
                continue
            _take(found, mistakes, scheme, int(number[1]), path.name, row, cells)
    return [found.get(number, Line()) for number in range(1, len(scheme.indicators) + 1)], mistakes


def _take(
    found: dict[int, Line],
    mistakes: list[Mistake],
    scheme: Scheme,
    number: int,
    file: str,
    row: int,
    cells: Mapping[str, Any],
) -> None:
    def wrong(column: str, reason: str) -> None:
        mistakes.append(Mistake(file, row, title(column), reason))

    if not 1 <= number <= len(scheme.indicators):
        wrong("number", f"không có chỉ số {number}; có từ 1 đến {len(scheme.indicators)}")
        return
    if number in found:
        wrong("number", f"chỉ số {number} ghi hai lần")
        return
    given: dict[str, int | None] = {}
    for column in ("own", "appraised"):
        try:
            given[column] = _whole(cells.get(column), scheme.points)
        except Wrong as error:
            wrong(column, str(error))
    try:
        note = text_of(cells.get("note"))
    except Wrong as error:
        wrong("note", str(error))
        note = ""
    found[number] = Line(given.get("own"), given.get("appraised"), note)


def _whole(cell: Any, most: int) -> int | None:
    value = read_points(cell)
    if value is None:
        return None
    if value != value.to_integral_value() or value > most:
        raise Wrong(f"cần một số nguyên từ 0 đến {most}, đang ghi {text_of(cell)}")
    return int(value)


def _titles(row: Iterable[Any]) -> dict[int, str]:
    known = {bare_title(title(column)): column for column in COLUMNS}
    titles = {i: bare_title(str(cell)) for i, cell in enumerate(row) if cell is not None}
    found = {i: known[one] for i, one in titles.items() if one in known}
    return found if {"number", "own"} <= set(found.values()) else {}
