"""The tables of a Word document (.docx), each with the lines of text above it.

python-docx opens the file and knows its parts; the text is gathered here, because python-docx leaves out what was
inserted while changes were tracked.
"""

from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

from catalog.files.cells import tidied
from catalog.files.limits import LAST_COLUMN, MOST_SHEETS, Watch
from catalog.files.mistakes import ENTITIES, Unreadable, unusable
from catalog.files.sheet import Merged, Row, Sheet, ends

_OFTEN = 1_000
NUMBERED = "#"
"""What a cell holds that Word numbers by itself and that has no text of its own."""


def sheets(path: Path, watch: Watch) -> Generator[Sheet, None, None]:
    """Yield the tables of a document in their order; a damaged one is Unreadable."""
    import docx

    try:
        body = docx.Document(str(path)).element.body
    except OSError:
        raise
    except Exception as error:
        # A damaged document fails in python-docx, zipfile or lxml, each with errors of its own.
        raise unusable(path, ".docx") from error
    if body.getroottree().docinfo.doctype:
        raise unusable(path, ".docx", ENTITIES)
    before: list[str] = []
    number = 0
    for count, part in enumerate(_parts(body)):
        if count % _OFTEN == 0:
            watch.look()
        if part.tag.endswith("}p"):
            before.extend(filter(None, map(str.strip, (tidied(_text(part)) or "").splitlines())))
            continue
        number += 1
        if number > MOST_SHEETS:
            raise Unreadable(f"{path.name}: hơn {MOST_SHEETS} bảng.")
        rows, merged = _table(part, watch)
        yield Sheet("", iter(rows), False, merged=merged, number=number, before=tuple(ends(before)))
        before = []
    if number and before:
        yield Sheet("", iter(()), False, number=number, before=tuple(ends(before)))


def _parts(body: Any) -> Iterator[Any]:
    """The paragraphs and tables of a body, those inside content controls too."""
    for child in body:
        kind = child.tag.rpartition("}")[2] if isinstance(child.tag, str) else ""
        if kind in ("p", "tbl"):
            yield child
        elif kind in ("sdt", "sdtContent", "ins", "smartTag", "customXml"):
            yield from _parts(child)


def _text(element: Any) -> str:
    """The text of a paragraph, inserted parts included and deleted ones not."""
    pieces: list[str] = []
    for one in element.iter():
        kind = one.tag.rpartition("}")[2] if isinstance(one.tag, str) else ""
        if kind == "t":
            pieces.append(one.text or "")
        elif kind == "tab":
            pieces.append(" ")
        elif kind in ("br", "cr"):
            pieces.append("\n")
        elif kind == "noBreakHyphen":
            pieces.append("-")
    return "".join(pieces)


def _table(table: Any, watch: Watch) -> tuple[list[Row], list[Merged]]:
    from docx.oxml.ns import qn

    rows: list[Row] = []
    merged: list[Merged] = []
    open_at: dict[int, tuple[int, int]] = {}
    for index, line in enumerate(table.iter(qn("w:tr"))):
        if line.getparent() is not table and line.getparent().getparent().tag != qn("w:sdt"):
            continue  # of a table inside a cell
        cells: dict[int, Any] = {}
        column = line.grid_before
        for cell in line.iter(qn("w:tc")):
            if next(cell.iterancestors(qn("w:tr"))) is not line or column >= LAST_COLUMN:
                continue
            span = cell.grid_span
            if cell.vMerge == "continue" and column in open_at:
                top, right = open_at[column]
                merged = [one for one in merged if (one.top, one.left) != (top, column)]
                merged.append(Merged(top, column, index, right))
            else:
                open_at[column] = (index, column + span - 1)
                value = tidied("\n".join(map(_text, cell.iter(qn("w:p")))).strip())
                if value is None and cell.find(f".//{qn('w:numPr')}") is not None:
                    value = NUMBERED
                if value is not None:
                    cells[column] = value
            column += span
        if cells:
            watch.count(len(cells))
            rows.append(Row(index + 1, cells))
    return rows, merged
