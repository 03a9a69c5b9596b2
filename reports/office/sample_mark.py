"""Marks each page of a sample's documents as a sample; documents of real units are left as they are."""

import io
from typing import Any

import locales
from reports.office.sheet import put_text

MARK = locales.text(locales.DEFAULT, "sample.mark")
RED = "B3261E"
ROW = 3


def marked(docx_file: bytes) -> bytes:
    """Return a Word file with the mark at the head of every page."""
    import docx

    document = docx.Document(io.BytesIO(docx_file))
    for number, section in enumerate(document.sections):
        for header in _headers(document, section):
            # A later section without its own header shows that of the section before it.
            if number == 0 or not header.is_linked_to_previous:
                _write(header)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _headers(document: Any, section: Any) -> list[Any]:
    return [
        section.header,
        *([section.first_page_header] if section.different_first_page_header_footer else []),
        *([section.even_page_header] if document.settings.odd_and_even_pages_header_footer else []),
    ]


def _write(header: Any) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt, RGBColor

    if header.is_linked_to_previous:
        header.is_linked_to_previous = False
    paragraph = header.paragraphs[0].insert_paragraph_before()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = paragraph.add_run(MARK)
    run.bold, run.font.size, run.font.color.rgb = True, Pt(12), RGBColor.from_string(RED)


def mark_workbook(book: Any) -> None:
    """Write the mark between the heading and the table of each sheet, and at the head of each printed page."""
    from openpyxl.styles import Font

    for sheet in book.worksheets:
        title = next(area for area in sheet.merged_cells.ranges if area.min_row == 1)
        cell = put_text(sheet, ROW, 1, MARK, bold=True, across="center")
        cell.font = Font(name=cell.font.name, size=12, bold=True, color=RED)
        sheet.merge_cells(start_row=ROW, end_row=ROW, start_column=1, end_column=title.max_col)
        sheet.row_dimensions[ROW].height = 18
        sheet.oddHeader.center.text = MARK
