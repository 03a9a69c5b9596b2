"""Parts of Word files in the form of NĐ 30/2020/NĐ-CP, Appendix I, from which the shipped templates are built."""

import io
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from reports.office.packing import repacked

# Millimetres.
TOP, BOTTOM, LEFT, RIGHT = 20, 20, 30, 18
FIRST_LINE = 12.7
# Points.
BODY, AFTER, SPACING = 14, 6, 1.15
FONT = "Times New Roman"
MADE = datetime(2026, 11, 20, tzinfo=UTC)


def typeface(document: Any, size: float = BODY) -> Any:
    """Set the typeface of official texts; returns the style of all paragraphs."""
    from docx.oxml.ns import qn
    from docx.shared import Pt

    style = document.styles["Normal"]
    style.font.name, style.font.size = FONT, Pt(size)
    for script in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
        style.element.rPr.rFonts.set(qn(script), FONT)
    return style


def paper(section: Any, right: float = RIGHT, *, across: bool = False) -> None:
    """Set A4 with the margins of official texts."""
    from docx.enum.section import WD_ORIENT
    from docx.shared import Mm

    width, height = (297, 210) if across else (210, 297)
    section.page_width, section.page_height = Mm(width), Mm(height)
    section.orientation = WD_ORIENT.LANDSCAPE if across else WD_ORIENT.PORTRAIT
    section.top_margin, section.bottom_margin = Mm(TOP), Mm(BOTTOM)
    section.left_margin, section.right_margin = (Mm(20), Mm(20)) if across else (Mm(LEFT), Mm(right))


def add_table(document: Any, widths: Sequence[float], rows: int = 1, style: str | None = None) -> Any:
    """Add a centred table; Word reads the widths of cells, LibreOffice those of columns (both in millimetres)."""
    from docx.enum.table import WD_TABLE_ALIGNMENT
    from docx.shared import Mm

    table = document.add_table(rows=rows, cols=len(widths), style=style)
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
        for cell in column.cells:
            cell.width = Mm(width)
    return table


def add_line(
    place: Any,
    said: str,
    size: float = BODY,
    *,
    bold: bool = False,
    italic: bool = False,
    across: str = "center",
    first: bool = False,
) -> Any:
    """Add a line to a cell or to the document; the `first` line of a cell takes the paragraph that is already there."""
    from docx.shared import Pt

    paragraph = place.paragraphs[0] if first else place.add_paragraph()
    run = paragraph.add_run(said)
    run.font.size, run.bold, run.italic = Pt(size), bold, italic
    align(paragraph, across)
    return paragraph


def add_paragraph(document: Any, said: str, *, bold: bool = False, italic: bool = False, size: float = BODY) -> Any:
    """Add a paragraph of the body: justified, with an indented first line."""
    from docx.shared import Mm, Pt

    paragraph = add_line(document, said, size, bold=bold, italic=italic, across="justify")
    form = paragraph.paragraph_format
    form.first_line_indent, form.space_after, form.line_spacing = Mm(FIRST_LINE), Pt(AFTER), SPACING
    form.widow_control = True
    return paragraph


def add_rule(place: Any, width: float, length: float) -> None:
    """Draw a thin line of `length` in the middle of `width`, both in millimetres."""
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls
    from docx.shared import Mm, Pt

    paragraph = add_line(place, "", 4)
    form = paragraph.paragraph_format
    form.left_indent = form.right_indent = Mm((width - length) / 2)
    form.space_before = form.space_after = Pt(3)
    paragraph._p.get_or_add_pPr().append(
        parse_xml(f'<w:pBdr {nsdecls("w")}><w:top w:val="single" w:sz="6" w:space="1" w:color="000000"/></w:pBdr>')
    )


def align(paragraph: Any, across: str) -> None:
    """Set a paragraph "left", "center" or "justify"."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    paragraph.alignment = getattr(WD_ALIGN_PARAGRAPH, across.upper())


def built(document: Any) -> bytes:
    """Return a template's bytes, without who made it and when."""
    document.core_properties.comments = ""
    document.core_properties.last_modified_by = ""
    out = io.BytesIO()
    document.save(out)
    return repacked(out.getvalue(), MADE)
