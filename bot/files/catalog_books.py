"""Workbooks of a preview: all that a file would change, and the rows to be corrected and sent again."""

import io
from collections.abc import Iterable, Sequence

import locales
from catalog import titles
from catalog.entries import TEXT_KEYS
from catalog.preview.lines import Line
from catalog.preview.planning import WORDS, Preview
from locales import DEFAULT
from reports.office.safe_cells import as_text

_SAID = ("level", "name", "field", "time", "committed", "fee")
_WIDTHS = {"name": 60, "reason": 60, "code": 14}
_WIDTH = 20


def preview_workbook(made: Preview) -> bytes:
    """Return all rows of a preview as .xlsx: what each does, its texts, its place in the file, and remarks."""
    keys = ("action", "code", *_SAID, titles.EFFECTIVE, "replaces", "place", "reason")
    rows = (
        [
            WORDS[line.kind] if line.kind else "",
            line.code,
            *(line.texts.get(key, "") for key in _SAID),
            line.effective,
            "\n".join(line.replaces),
            line.place,
            _reason(line),
        ]
        for line in made.lines
    )
    return _book(keys, [_title(key) for key in keys], rows)


def refused_workbook(made: Preview) -> bytes:
    """Return the rows that are not taken, in the layout of their file, with the reason next to each."""
    lines = [line for line in made.lines if line.kind in ("unclear", "refused")]
    stated = {key for line in lines for key, text in line.texts.items() if text}
    known = [key for key in made.titles if key in TEXT_KEYS]
    columns = [key for key in ("code", *known, *TEXT_KEYS) if key in stated or key in ("code", "name", *known)]
    keys = [*dict.fromkeys(columns), titles.ACTION, titles.EFFECTIVE, "place", "reason"]
    rows = (
        [
            line.code,
            *(line.texts.get(key, "") for key in keys[1:-4]),
            WORDS[line.said] if line.said else "",
            line.effective,
            line.place,
            _reason(line),
        ]
        for line in lines
    )
    return _book(keys, [made.titles.get(key) or _title(key) for key in keys], rows)


def _reason(line: Line) -> str:
    return "; ".join(filter(None, [line.reason, *line.notes]))


def _title(key: str) -> str:
    return locales.text(DEFAULT, f"catalog_desk.column.{key}")


def _book(keys: Sequence[str], header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    import openpyxl
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    book = openpyxl.Workbook()
    sheet = book.active
    for column, title in enumerate(header, 1):
        as_text(sheet.cell(1, column), title).font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(column)].width = _WIDTHS.get(keys[column - 1], _WIDTH)
    for number, row in enumerate(rows, 2):
        for column, text in enumerate(row, 1):
            if text:
                as_text(sheet.cell(number, column), text)
    sheet.freeze_panes = "A2"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
