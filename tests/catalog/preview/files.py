"""Files that tests of the preview write: workbooks, documents and PDFs as officers have them."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import docx
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate, Table

from catalog.entries import Entry
from catalog.preview.planning import Preview, as_object, preview
from surveys.printing.letters import face

Grid = Sequence[Sequence[Any]]
HEADER = ["STT", "Mã số TTHC", "Tên thủ tục hành chính", "Thời hạn giải quyết", "Phí, lệ phí"]


def known(*entries: Entry) -> dict[str, Entry]:
    """A stored catalog."""
    return {entry.code: entry for entry in entries}


def read(path: Path, stored: Mapping[str, Entry] | None = None, *, accept: bool = False) -> dict[str, Any]:
    """Return the preview of a file as scripts read it."""
    return as_object(made(path, stored, accept=accept))


def made(path: Path, stored: Mapping[str, Entry] | None = None, *, accept: bool = False) -> Preview:
    """Return the preview of a file."""
    return preview(path, stored or {}, accept=accept)


def document(path: Path, *parts: str | Grid) -> Path:
    """Write a Word document of paragraphs and tables; a text that stands in neighbouring cells is merged."""
    book = docx.Document()
    for part in parts:
        if isinstance(part, str):
            book.add_paragraph(part)
            continue
        width = max(map(len, part))
        table = book.add_table(len(part), width)
        for number, row in enumerate(part):
            for column, text in enumerate(row):
                table.cell(number, column).text = str(text)
            if len(row) == 1:
                table.cell(number, 0).merge(table.cell(number, width - 1))
    book.save(str(path))
    return path


def printed(path: Path, *pages: Sequence[str | Grid]) -> Path:
    """Write a PDF with a text layer; of each page the paragraphs and ruled tables."""
    style = ParagraphStyle("cell", fontName=face("normal"), fontSize=7, leading=8)
    story: list[Any] = []
    for page in pages:
        for part in page:
            if isinstance(part, str):
                story.append(Paragraph(part, style))
                continue
            width = max(map(len, part))
            cells = [[Paragraph(str(text), style) for text in row] + [""] * (width - len(row)) for row in part]
            spans = [("SPAN", (0, at), (-1, at)) for at, row in enumerate(part) if len(row) == 1]
            story.append(Table(cells, style=[("GRID", (0, 0), (-1, -1), 0.5, "black"), *spans]))
        story.append(PageBreak())
    SimpleDocTemplate(str(path), pagesize=A4).build(story)
    return path
