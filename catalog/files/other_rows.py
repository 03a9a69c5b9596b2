"""Rows of a table that are no records: numbers of columns, repeated titles, totals, notes and signatures."""

import re

from catalog.files.cells import cell_text
from catalog.files.header import Header
from catalog.files.sheet import Row
from catalog.text import nfc

_COLUMN_NUMBER = re.compile(r"\(?(?:(?P<number>\d{1,2})|[A-ZĐ])\)?(?:\s*=.*)?")
_TOTAL = re.compile(
    r"tổng (?:cộng|số)\b.*|(?:tổng|cộng|cộng chung|toàn bộ)\s*(?:[:.(\d–-].*)?", re.IGNORECASE | re.DOTALL
)
_NOTE = re.compile(
    r"\(?đã ký\)?|\(?ký(?: tên)?, .*|nơi nhận\b.*|người (?:lập|tổng hợp|ghi|báo cáo)\b.*|(?:tm|kt|tl|tuq)\. .*"
    r"|ghi chú\s*:.*|\*?\s*lưu ý\s*:.*|(?:chủ tịch|phó chủ tịch|thủ trưởng|giám đốc)\b.{0,40}"
    r"|.{2,40}, ngày .{1,40} tháng .{1,12} năm .*",
    re.IGNORECASE | re.DOTALL,
)
_FEW = 3
_LOOKED_AT = 300


def numbers_columns(row: Row) -> bool:
    """Tell whether a row below a header numbers its columns: (1), (2), (3)=(4)+(5), or A, B, 1, 2."""
    cells = [_COLUMN_NUMBER.fullmatch(cell_text(cell)) for _, cell in sorted(row.cells.items())]
    if len(cells) < _FEW or not all(cells):
        return False
    numbers = [int(cell["number"]) for cell in cells if cell and cell["number"]]
    return bool(numbers) and numbers == list(range(numbers[0], numbers[0] + len(numbers))) and numbers[0] <= 2


def repeats(row: Row, header: Header) -> bool:
    """Tell whether a row is the header once more, as every printed page has it."""
    texts = {column: " ".join(cell_text(cell).split()) for column, cell in row.cells.items() if column in header.meant}
    return len(texts) > 1 and all(text == header.title(column) for column, text in texts.items())


def is_total(row: Row) -> bool:
    """Tell whether a row sums up those above: "Tổng cộng: 07 TTHC"."""
    return any(_TOTAL.fullmatch(text) for text in _first_texts(row))


def is_note(row: Row) -> bool:
    """Tell whether a row is what stands below a table: who signed it, who gets it, a remark."""
    return any(_NOTE.fullmatch(text) for text in _first_texts(row))


def _first_texts(row: Row) -> list[str]:
    texts = [nfc(cell[:_LOOKED_AT]).strip() for _, cell in sorted(row.cells.items()) if isinstance(cell, str)]
    return [" ".join(text.split()) for text in texts[:_FEW]]
