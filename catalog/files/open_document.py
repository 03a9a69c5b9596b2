"""The sheets of an OpenDocument workbook (.ods), row by row.

python-calamine reads such files too, but does not tell number formats, formulas and what is hidden.
"""

import zipfile
from collections.abc import Generator
from datetime import datetime
from pathlib import Path
from typing import Any

from catalog.files.cells import UNCOMPUTED, tidied
from catalog.files.limits import LAST_COLUMN, LAST_ROW, MOST_SHEETS, Watch
from catalog.files.mistakes import Unreadable, damage, unusable
from catalog.files.sheet import Merged, Row, Sheet

_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_HIDDEN = ("collapse", "filter")


def sheets(path: Path, watch: Watch) -> Generator[Sheet, None, None]:
    """Yield the sheets of a workbook; a damaged one is Unreadable."""
    from defusedxml.ElementTree import iterparse

    found: list[Sheet] = []
    hidden_styles: set[str] = set()
    try:
        with zipfile.ZipFile(path) as packed, packed.open("content.xml") as content:
            for _, element in iterparse(content, ("end",)):
                if element.tag == f"{_STYLE}style" and any(
                    one.get(f"{_TABLE}display") == "false" for one in element.iter(f"{_STYLE}table-properties")
                ):
                    hidden_styles.add(element.get(f"{_STYLE}name", ""))
                elif element.tag == f"{_TABLE}table":
                    found.append(_sheet(element, watch, hidden_styles))
                    element.clear()
    except (OSError, Unreadable):
        raise
    except Exception as error:
        # A damaged file fails in zipfile, zlib or the XML parser, each with errors of its own.
        raise unusable(path, ".ods", damage(error)) from error
    if len(found) > MOST_SHEETS:
        raise Unreadable(f"{path.name}: hơn {MOST_SHEETS} trang tính.")
    for sheet in found:
        yield Sheet(sheet.name, sheet.rows, len(found) == 1, sheet.hidden, sheet.merged, sheet.hidden_columns)


def _sheet(table: Any, watch: Watch, hidden_styles: set[str]) -> Sheet:
    rows: list[Row] = []
    merged: list[Merged] = []
    number = 0
    for line in table.iter(f"{_TABLE}table-row"):
        times = _times(line, "number-rows-repeated")
        cells, formats, ranges = _cells(line, number)
        if cells:
            for index in range(min(times, LAST_ROW - number)):
                watch.count(len(cells))
                hidden = line.get(f"{_TABLE}visibility") in _HIDDEN
                rows.append(Row(number + index + 1, cells, formats, hidden))
            merged += ranges
        number += times
    hidden_columns: set[int] = set()
    column = 0
    for described in table.iter(f"{_TABLE}table-column"):
        times = min(_times(described, "number-columns-repeated"), LAST_COLUMN - column)
        if described.get(f"{_TABLE}visibility") in _HIDDEN:
            hidden_columns.update(range(column, column + times))
        column += times
    hidden = table.get(f"{_TABLE}style-name", "") in hidden_styles
    return Sheet(table.get(f"{_TABLE}name", ""), iter(rows), False, hidden, merged, frozenset(hidden_columns))


def _cells(line: Any, number: int) -> tuple[dict[int, Any], dict[int, str], list[Merged]]:
    cells: dict[int, Any] = {}
    formats: dict[int, str] = {}
    merged: list[Merged] = []
    column = 0
    for cell in line:
        if cell.tag not in (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
            continue
        times = min(_times(cell, "number-columns-repeated"), LAST_COLUMN - column)
        value, form = (None, "") if cell.tag.endswith("covered-table-cell") else _value(cell)
        if value is not None:
            for index in range(column, column + times):
                cells[index] = value
                if form:
                    formats[index] = form
            down, right = _times(cell, "number-rows-spanned"), _times(cell, "number-columns-spanned")
            if down > 1 or right > 1:
                merged.append(Merged(number, column, number + down - 1, column + right - 1))
        column += times
    return cells, formats, merged


def _value(cell: Any) -> tuple[Any, str]:
    """A cell's value, and the number format "0.000" that its shown text stands for."""
    kind = cell.get(f"{_OFFICE}value-type")
    shown = "\n".join(map(_shown, cell.findall(f"{_TEXT}p")))
    if kind is None:
        return (UNCOMPUTED if cell.get(f"{_TABLE}formula") else tidied(shown)), ""
    if kind in ("float", "percentage", "currency"):
        number = float(cell.get(f"{_OFFICE}value", "nan"))
        whole, _, decimals = shown.replace(",", ".").partition(".")
        plain = whole.isdecimal() and decimals.isdecimal() and float(f"{whole}.{decimals}") == number
        return number, f"0.{'0' * len(decimals)}" if plain else ""
    if kind == "date":
        try:
            return datetime.fromisoformat(cell.get(f"{_OFFICE}date-value", "")), ""
        except ValueError:
            return tidied(shown), ""
    return tidied(shown), ""


def _shown(paragraph: Any) -> str:
    pieces = [paragraph.text or ""]
    for child in paragraph:
        if child.tag == f"{_TEXT}s":
            pieces.append(" ")
        elif child.tag == f"{_TEXT}line-break":
            pieces.append("\n")
        else:
            pieces.append(_shown(child))
        pieces.append(child.tail or "")
    return "".join(pieces)


def _times(element: Any, name: str) -> int:
    return max(1, int(element.get(f"{_TABLE}{name}", "1")))
