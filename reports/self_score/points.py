"""Points of a self-score: read from cells, earned by a rate, and written as the reform reports write them."""

import re
from decimal import ROUND_DOWN, Decimal, InvalidOperation
from typing import Any

from catalog.files.cells import FAILED_CELL
from catalog.text import fold, nfc
from reports import rates

MOST = 1000
DECIMALS = 4
UNKNOWN = frozenset(("", "-", "chua xac dinh", "chua xac dinh duoc"))
_NUMBER = re.compile(r"\d{1,4}(?:[.,]\d{1,4})?", re.ASCII)


class Wrong(ValueError):
    """A cell that cannot be read; the message says why."""


def text_of(cell: Any) -> str:
    """Return the text of a cell on one line; Wrong if the spreadsheet shows an error in it."""
    text = " ".join(nfc(str(cell)).split()) if cell is not None else ""
    if FAILED_CELL.fullmatch(text):
        raise Wrong(f"ô đang báo lỗi {text}")
    return text


def read_points(cell: Any) -> Decimal | None:
    """Return the points in a cell, None if they are not determined yet; Wrong for anything else.

    Points are 0 to 1000 with at most 4 decimals, written with a comma or a dot.
    """
    text = text_of(cell)
    if fold(text) in UNKNOWN:
        return None
    if isinstance(cell, bool):
        raise Wrong(f"cần một số điểm, không phải {text}")
    try:
        value = Decimal(text.replace(",", ".")) if isinstance(cell, int | float) or _NUMBER.fullmatch(text) else None
    except InvalidOperation:
        value = None
    if value is None and re.fullmatch(r"-\d+(?:[.,]\d+)?", text):
        raise Wrong(f"{text} là số âm")
    if value is None:
        raise Wrong(f"cần một số điểm, ví dụ 13,91; đang ghi “{text[:40]}”")
    if value < 0:
        raise Wrong(f"{text} là số âm")
    if value > MOST:
        raise Wrong(f"{text} lớn hơn {MOST}")
    # A formula's result comes with the noise of binary fractions.
    return value.quantize(Decimal(1).scaleb(-DECIMALS)).normalize()


def read_rate(cell: Any) -> Decimal | None:
    """Return a rate in percent that is written as text ("99,87%"); None if the cell holds no rate. May raise Wrong."""
    text = text_of(cell)
    if not text.endswith("%"):
        return None
    number = text.removesuffix("%").strip()
    if not _NUMBER.fullmatch(number) or (rate := Decimal(number.replace(",", "."))) > 100:
        raise Wrong(f"tỷ lệ {text} không đúng; ghi từ 0% đến 100%, ví dụ 99,87%")
    return rate


def earned(maximum: Decimal, rate: Decimal) -> Decimal:
    """Return the points that a rate in percent earns, cut off after two decimals: 99,87% of 3 is 2,99.

    Cut off, not rounded: a criterion that was not met in full is never printed as if it were (domain.md 4, row 47:
    "(2,99/3,0)", "(1,99/2,0)").
    """
    return (maximum * rate / 100).quantize(Decimal("0.01"), ROUND_DOWN)


def points(value: Decimal, decimals: int = 0) -> str:
    """Write points: whole ones under 10 with a leading zero ("03", "0"), others with at least `decimals` decimals."""
    if value == value.to_integral_value():
        return f"{int(value):02d}" if 0 < value < 10 else rates.number(int(value))
    return rates.number(value.quantize(Decimal(1).scaleb(-max(decimals, _decimals(value)))))


def pair(score: Decimal, maximum: Decimal) -> str:
    """Write points out of a maximum: "03/07", "18,98/29", "13,91/16,50", "7,8/14,5"."""
    decimals = max(_decimals(score), _decimals(maximum))
    return f"{points(score, decimals)}/{points(maximum, decimals)}"


def _decimals(value: Decimal) -> int:
    exponent = value.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0
