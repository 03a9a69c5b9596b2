"""The one sheet of a text file whose cells are separated by a sign: , ; | or tab."""

import csv
from collections import Counter
from collections.abc import Generator, Iterator
from pathlib import Path

from catalog.files.cells import tidied
from catalog.files.encoding import decoded
from catalog.files.limits import LAST_COLUMN, LAST_ROW, LONGEST_CELL, Watch
from catalog.files.mistakes import Unreadable
from catalog.files.notes import Notes
from catalog.files.sheet import Row, Sheet

DELIMITERS = ",;|\t"
_LOOKED_AT = 20_000
_OFTEN = 4096


def sheets(path: Path, watch: Watch, notes: Notes, *, accept: bool | None = None) -> Generator[Sheet, None, None]:
    """Yield the table once for each sign that may separate cells, the likeliest first; rows are counted from 1."""
    text = decoded(path.name, path.read_bytes(), notes, accept=accept)
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if text.startswith("sep=") and text[4:5] in DELIMITERS and text[5:6] == "\n":
        text = "\n" + text[7:]
    often = Counter(sign for sign in text[:_LOOKED_AT] if sign in DELIMITERS)
    for sign in sorted(DELIMITERS, key=lambda sign: -often[sign]):
        yield Sheet("", _rows(path, text, sign, watch, notes))


def _rows(path: Path, text: str, sign: str, watch: Watch, notes: Notes) -> Iterator[Row]:
    # Callers refuse cells longer than LONGEST_CELL; a far longer one is a quotation mark that never ends.
    csv.field_size_limit(2 * LONGEST_CELL)
    rows = csv.reader(_lines(text), delimiter=sign)
    number = 0
    widths: Counter[int] = Counter()
    last, ended = text.count("\n") + 1, text.endswith("\n")
    while True:
        line = rows.line_num + 1
        try:
            row = next(rows, None)
        except csv.Error as error:
            raise Unreadable(
                f"{path.name}: ô bắt đầu ở dòng {line} dài quá {2 * LONGEST_CELL} chữ cái hoặc hỏng; "
                'có lẽ thiếu một dấu ngoặc kép (").'
            ) from error
        if row is None:
            return
        if len(row) > LAST_COLUMN:
            raise Unreadable(f"{path.name}: dòng {line} có hơn {LAST_COLUMN} cột.")
        number += 1
        if number > LAST_ROW:
            raise Unreadable(f"{path.name}: hơn {LAST_ROW} dòng; chia thành nhiều tệp rồi nhập từng tệp.")
        if number % _OFTEN == 0:
            watch.look()
        at_end = not ended and rows.line_num == last
        usual = widths.most_common(1)[0][0] if at_end and widths else 0
        cut = at_end and (len(row) < usual or text.count('"') % 2 == 1)
        if cut:
            notes.say(
                f"Tệp kết thúc giữa dòng {number} ({len(row)} trong {usual} cột): "
                "có lẽ bị cắt ngang và thiếu phần sau; xin gửi lại cả tệp."
            )
        elif at_end:
            notes.say(f"Dòng cuối {number} không có dấu xuống dòng: nếu tệp gốc còn dài hơn thì tệp đã bị cắt ngang.")
        widths[len(row)] += 1
        cells = {column: value for column, cell in enumerate(row) if (value := tidied(cell)) is not None}
        if cells:
            watch.count(len(cells))
            yield Row(number, cells, cut=cut)


def _lines(text: str) -> Iterator[str]:
    """The lines of a text with their ends; the text is not copied."""
    start = 0
    while start < len(text):
        end = text.find("\n", start) + 1 or len(text)
        yield text[start:end]
        start = end
