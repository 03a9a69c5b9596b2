"""The tables of a PDF that has a text layer, each with the lines of text above it; pdfplumber finds them."""

import base64
import logging
import re
import zlib
from collections.abc import Generator, Sequence
from contextlib import closing
from itertools import chain, pairwise
from pathlib import Path
from typing import Any

from catalog.files.cells import tidied
from catalog.files.legacy_fonts import recognized
from catalog.files.limits import MOST_PAGES, MOST_UNPACKED, Watch
from catalog.files.mistakes import DAMAGED, Unreadable, unusable
from catalog.files.sheet import Merged, Row, Sheet, ends

_NEAR = 1.5
_FEW = 20
_MOST_EDGES = 10_000
_MOST_LETTERS = 30_000
# A rectangle has four edges.
_MOST_STROKES = 8_000
_MOST_CONTENT = 2 * 1024 * 1024
_STROKE = re.compile(rb"\s(?:re|l|c|v|y)(?=\s)")
# A string that is shown; a letter takes up to four signs in it.
_SHOWN = re.compile(rb"\((?:[^()\\]|\\.)*\)|<[0-9A-Fa-f\s]+>", re.DOTALL)
_SIGNS = 4
_CODELESS = "(cid:"
_STREAM = re.compile(rb"stream\r?\n")
_DESCRIBED = 1_000
_PIECE = 1 << 20


def sheets(path: Path, watch: Watch) -> Generator[Sheet, None, None]:
    """Yield the tables of a document page by page; a scan, a damaged or a locked one is Unreadable."""
    import pdfplumber

    _check_size(path)
    # pdfminer logs what it finds odd in a file; the sentence below says what could not be read.
    logging.getLogger("pdfminer").setLevel(logging.CRITICAL)
    try:
        book = pdfplumber.open(path)
        pages = book.pages
    except OSError:
        raise
    except Exception as error:
        # A damaged or locked document fails in pdfminer with errors of many kinds.
        locked = "Password" in type(error).__name__ or "Password" in repr(error)
        raise unusable(path, ".pdf", "tệp có mật khẩu" if locked else DAMAGED) from error
    with closing(book):
        if len(pages) > MOST_PAGES:
            raise Unreadable(f"{path.name}: hơn {MOST_PAGES} trang; chia thành nhiều tệp rồi nhập từng tệp.")
        letters = tables = 0
        before: list[str] = []
        for number, page in enumerate(pages, 1):
            watch.look()
            sheets, before, count = _page(path, page, number, before, watch)
            letters += count
            tables += len(sheets)
            yield from sheets
            page.close()
        if tables and before:
            yield Sheet("", iter(()), False, number=len(pages), before=tuple(before))
        if letters < _FEW * len(pages):
            raise Unreadable(
                f"{path.name}: là bản quét (ảnh), không có lớp chữ; hãy gửi bản Word, Excel hoặc PDF xuất từ máy tính."
            )
        if not tables:
            raise Unreadable(f"{path.name}: không thấy bảng nào có kẻ ô trong tệp PDF; hãy gửi bản Word hoặc Excel.")


def _check_size(path: Path) -> None:
    """Refuse a file whose streams would become too large when they are unpacked."""
    raw = path.read_bytes()
    left = MOST_UNPACKED
    for begin in _STREAM.finditer(raw):
        described = raw[max(0, begin.start() - _DESCRIBED) : begin.start()].rpartition(b"obj")[2]
        packed = raw[begin.end() : raw.find(b"endstream", begin.end())]
        if described.count(b"FlateDecode") > 1:
            left = -1
        elif b"FlateDecode" in described:
            left -= _unpacked(packed, left, ascii85=b"ASCII85Decode" in described)
        if left < 0:
            raise Unreadable(f"{path.name}: nội dung khi mở ra lớn hơn {MOST_UNPACKED // 1024 // 1024} MB.")


def _unpacked(packed: bytes, most: int, *, ascii85: bool) -> int:
    """How many bytes a stream has when it is unpacked; counted no further than `most` and one piece more."""
    count = 0
    try:
        if ascii85:
            packed = base64.a85decode(packed.strip().removesuffix(b"~>"))
        reading = zlib.decompressobj()
        while packed and count <= most and not reading.eof:
            count += len(reading.decompress(packed, _PIECE))
            packed = reading.unconsumed_tail
    except (ValueError, zlib.error):
        pass  # a damaged stream is read no further by pdfminer either
    return count


def _page(path: Path, page: Any, number: int, before: list[str], watch: Watch) -> tuple[list[Sheet], list[str], int]:
    """The tables of a page, the lines of text below the last of them, and how many letters there are."""
    try:
        crowded = _is_crowded(page)
        tables = [] if crowded else sorted(page.find_tables(), key=lambda one: one.bbox[1])
        edges = [page.bbox[1], *(edge for one in tables for edge in (one.bbox[1], one.bbox[3])), page.bbox[3]]
        gaps = [] if crowded else [_lines(page, top, bottom) for top, bottom in list(pairwise(edges))[::2]]
        texts = [one.extract() for one in tables]
    except Exception as error:
        # What is damaged inside a page fails in pdfminer with errors of many kinds.
        raise Unreadable(f"{path.name}: trang {number} bị hỏng; hãy gửi bản Word hoặc Excel.") from error
    if crowded:
        raise Unreadable(f"{path.name}: trang {number} có quá nhiều chữ hoặc nét vẽ; hãy gửi bản Word hoặc Excel.")
    written = [*chain(*gaps), *(cell for rows in texts for row in rows for cell in row if cell)]
    _check_font(path, written)
    sheets: list[Sheet] = []
    lines = before + gaps[0]
    first = 0
    for table, rows, below in zip(tables, texts, gaps[1:], strict=True):
        made: list[Row] = []
        for index, row in enumerate(rows, first + 1):
            cells = {column: value for column, cell in enumerate(row) if (value := tidied(cell)) is not None}
            if cells:
                watch.count(len(cells))
                made.append(Row(index, cells))
        merged = _merged(table, first)
        sheets.append(Sheet("", iter(made), False, merged=merged, number=number, before=tuple(ends(lines))))
        first += len(rows)
        lines = below
    return sheets, lines, sum(map(len, written))


def _is_crowded(page: Any) -> bool:
    """Whether a page draws too much; judged by its orders first, as laying it out would take minutes and all memory."""
    from pdfminer.pdftypes import stream_value

    content = b"\n".join(stream_value(one).get_data() for one in page.page_obj.contents)
    if len(content) > _MOST_CONTENT or sum(1 for _ in _STROKE.finditer(content)) > _MOST_STROKES:
        return True
    if sum(len(one[0]) for one in _SHOWN.finditer(content)) > _SIGNS * _MOST_LETTERS:
        return True
    return len(page.edges) > _MOST_EDGES or len(page.chars) > _MOST_LETTERS


def _lines(page: Any, top: float, bottom: float) -> list[str]:
    if bottom - top < 1:
        return []
    text = page.crop((page.bbox[0], max(top, page.bbox[1]), page.bbox[2], min(bottom, page.bbox[3]))).extract_text()
    return [line for line in map(str.strip, (tidied(text) or "").splitlines()) if line]


def _merged(table: Any, first: int) -> list[Merged]:
    """Cells that reach down over several rows, by where their edges are."""
    merged = []
    for index, row in enumerate(table.rows):
        for column, cell in enumerate(row.cells):
            if cell is None:
                continue
            last = max(
                (at for at, other in enumerate(table.rows) if other.bbox[3] <= cell[3] + _NEAR and at >= index),
                default=index,
            )
            if last > index:
                merged.append(Merged(first + index, column, first + last, column))
    return merged


def _check_font(path: Path, texts: Sequence[str]) -> None:
    """Refuse text whose letters cannot be known, or are those of an old font."""
    whole = " ".join(texts)
    if whole.count(_CODELESS) > max(_FEW, len(texts)):
        raise Unreadable(f"{path.name}: phông chữ trong tệp PDF không cho biết chữ cái; hãy gửi bản Word hoặc Excel.")
    found = recognized(whole)
    if found:
        raise Unreadable(
            f"{path.name}: chữ theo phông cũ {found[0]}, đổi sang Unicode rồi gửi lại bản Word hoặc Excel."
        )
