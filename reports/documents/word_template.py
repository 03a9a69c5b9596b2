"""The shipped template of the report: `python -m reports.documents.word_template` writes baocao.docx anew."""

import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from reports.office.packing import repacked

# NĐ 30/2020, Phụ lục I: margins in millimetres, type in points.
TOP, BOTTOM, LEFT, RIGHT = 20, 20, 30, 18
BODY, SMALL, HEADER = 14, 11, 10
FIRST_LINE, AFTER, SPACING = 12.7, 6, 1.15
FONT = "Times New Roman"
HEAD_MM = (60, 104)
MADE = datetime(2026, 11, 20, tzinfo=UTC)
SECTIONS = (
    ("1. Công khai thủ tục hành chính", "cong_khai"),
    ("2. Kết quả giải quyết hồ sơ thủ tục hành chính", "ho_so"),
    ("3. Rút ngắn thời gian giải quyết", "rut_ngan"),
    ("4. Khảo sát mức độ hài lòng của người dân, tổ chức", "khao_sat"),
    ("5. Phản ánh, kiến nghị", "phan_anh"),
)
LEVELS = ("Rất không hài lòng", "Không hài lòng", "Bình thường", "Hài lòng", "Rất hài lòng")
LEVEL_COLUMNS = (
    ("STT", "stt", 13),
    ("Nội dung", "ten", 112),
    *((name, f"muc_{level}", 19) for level, name in enumerate(LEVELS, 1)),
    ("Số câu trả lời", "so_cau", 19),
    ("Tỷ lệ hài lòng (%)", "ty_le", 20),
)
REASON_COLUMNS = (
    ("STT", "stt", 13),
    ("Nơi", "noi", 70),
    ("Lý do", "ten", 94),
    ("Số phiếu chọn", "so_phieu", 26),
    ("Số phiếu chưa hài lòng được hỏi", "so_phieu_hoi", 30),
    ("Tỷ lệ (%)", "ty_le", 24),
)
REASONS_NOTE = (
    "Một phiếu chọn được nhiều lý do, nên các tỷ lệ không cộng lại. "
    "Lý do dưới 5 phiếu không hiện, để không lộ người trả lời."
)
DOSSIER_COLUMNS = (
    ("STT", "stt", 13),
    ("Lĩnh vực", "ten", 54),
    ("Tiếp nhận: tổng số", "tiep_nhan", 17),
    ("Trực tuyến", "truc_tuyen", 16),
    ("Trực tiếp, bưu chính", "truc_tiep", 17),
    ("Từ kỳ trước", "ky_truoc", 15),
    ("Đã giải quyết: tổng số", "da_giai_quyet", 17),
    ("Trước hạn", "truoc_han", 16),
    ("Đúng hạn", "dung_han", 15),
    ("Quá hạn", "qua_han", 14),
    ("Đang giải quyết: tổng số", "dang_giai_quyet", 17),
    ("Trong hạn", "con_han", 16),
    ("Quá hạn", "dang_qua_han", 14),
    ("Tỷ lệ đúng hạn (%)", "ty_le", 16),
)


def build() -> bytes:
    """Return the template: letterhead, body, signature, and an annex of tables and charts on pages across."""
    import docx

    document = docx.Document()
    _styles(document)
    _paper(document.sections[0])
    _page_numbers(document.sections[0])
    _letterhead(document)
    _title(document)
    _body(document)
    _signature(document)
    _annex(document)
    document.core_properties.comments = ""
    document.core_properties.last_modified_by = ""
    out = io.BytesIO()
    document.save(out)
    return repacked(out.getvalue(), MADE)


def _styles(document: Any) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Pt

    style = document.styles["Normal"]
    style.font.name, style.font.size = FONT, Pt(BODY)
    for script in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
        style.element.rPr.rFonts.set(qn(script), FONT)
    style.paragraph_format.space_before = style.paragraph_format.space_after = Pt(0)
    style.paragraph_format.line_spacing = 1.0


def _paper(section: Any, *, across: bool = False) -> None:
    from docx.enum.section import WD_ORIENT
    from docx.shared import Mm

    width, height = (297, 210) if across else (210, 297)
    section.page_width, section.page_height = Mm(width), Mm(height)
    section.orientation = WD_ORIENT.LANDSCAPE if across else WD_ORIENT.PORTRAIT
    section.top_margin, section.bottom_margin = Mm(TOP), Mm(BOTTOM)
    section.left_margin, section.right_margin = (Mm(20), Mm(20)) if across else (Mm(LEFT), Mm(RIGHT))
    section.header_distance = Mm(10)


def _page_numbers(section: Any) -> None:
    """Numbers at the top in the middle, none on the first page."""
    from docx.shared import Pt

    section.different_first_page_header_footer = True
    paragraph = section.header.paragraphs[0]
    _align(paragraph, "center")
    run = paragraph.add_run()
    run.font.size = Pt(13)
    for kind, content in (("begin", None), (None, "PAGE"), ("end", None)):
        _element(run, kind, content)


def _element(run: Any, kind: str | None, content: str | None) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    if content is None:
        element = OxmlElement("w:fldChar")
        element.set(qn("w:fldCharType"), kind)
    else:
        element = OxmlElement("w:instrText")
        element.text = content
    run._r.append(element)


def _letterhead(document: Any) -> None:
    table = _table(document, HEAD_MM)
    left, right = table.rows[0].cells
    # A committee's two lines are both its name; an office's first line is that of the committee above it.
    _line(left, "{%p if la_uy_ban %}", first=True)
    _line(left, "{{ co_quan_tren }}", 13, bold=True)
    _line(left, "{%p elif co_quan_tren %}")
    _line(left, "{{ co_quan_tren }}", 13)
    _line(left, "{%p endif %}")
    _line(left, "{{ co_quan }}", 13, bold=True)
    _rule(left, HEAD_MM[0], 22)
    _line(left, "Số:        /{{ ky_hieu }}", 13)
    _line(right, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 12, bold=True, first=True)
    _line(right, "Độc lập - Tự do - Hạnh phúc", 13, bold=True)
    _rule(right, HEAD_MM[1], 56)
    _line(right, "{{ dia_danh }}, ngày       tháng       năm          ", 13.5, italic=True)


def _title(document: Any) -> None:
    from docx.shared import Pt

    title = _line(document, "BÁO CÁO", BODY, bold=True)
    title.paragraph_format.space_before = Pt(18)
    _line(document, "{{ trich_yeu }}", BODY, bold=True)
    _rule(document, 210 - LEFT - RIGHT, 50)


def _body(document: Any) -> None:
    from docx.shared import Pt

    opening = (
        "Thực hiện chế độ báo cáo công tác cải cách hành chính, {{ don_vi }} báo cáo kết quả {{ ky }} "
        "({{ khoang }}) như sau:"
    )
    _paragraph(document, opening).paragraph_format.space_before = Pt(12)
    for heading, name in SECTIONS:
        _paragraph(document, heading, bold=True).paragraph_format.keep_with_next = True
        _each(document, name)
        if name == "khao_sat":
            _each(document, "ghi_chu", italic=True, size=12)
    last = _paragraph(document, "Trên đây là báo cáo {{ trich_yeu[:1].lower() + trich_yeu[1:] }} của {{ don_vi }}./.")
    last.paragraph_format.keep_with_next = True


def _each(document: Any, name: str, **look: Any) -> None:
    document.add_paragraph(f"{{%p for doan in {name} %}}")
    _paragraph(document, "{{ doan }}", **look)
    document.add_paragraph("{%p endfor %}")


def _signature(document: Any) -> None:
    table = _table(document, (75, 87))
    left, right = table.rows[0].cells
    _line(left, "Nơi nhận:", 12, bold=True, italic=True, across="left", first=True)
    for line in ("- ……;", "- Lưu: VT, …….", ""):
        _line(left, line, 11, across="left")
    _line(right, "{%p if la_uy_ban %}", first=True)
    _line(right, "TM. ỦY BAN NHÂN DÂN", BODY, bold=True)
    _line(right, "CHỦ TỊCH", BODY, bold=True)
    _line(right, "{%p else %}")
    _line(right, "THỦ TRƯỞNG ĐƠN VỊ", BODY, bold=True)
    _line(right, "{%p endif %}")
    for _ in range(4):
        _line(right, "", BODY)
    _line(right, "……………………", BODY, bold=True)
    for paragraph in (*left.paragraphs, *right.paragraphs[:-1]):
        paragraph.paragraph_format.keep_with_next = True


def _annex(document: Any) -> None:
    from docx.enum.section import WD_SECTION

    section = document.add_section(WD_SECTION.NEW_PAGE)
    section.different_first_page_header_footer = False
    _paper(section, across=True)
    _line(document, "PHỤ LỤC", BODY, bold=True)
    _line(document, "SỐ LIỆU KÈM THEO", BODY, bold=True)
    referring = "(Kèm theo Báo cáo số        /{{ ky_hieu }} ngày       tháng       năm           của {{ don_vi }})"
    _line(document, referring, BODY, italic=True)
    _rule(document, 257, 60)
    for title, name in (("Mức độ hài lòng theo câu hỏi", "bang_cau_hoi"), ("Mức độ hài lòng theo quầy", "bang_quay")):
        _rows_table(document, title, name, LEVEL_COLUMNS, "{{ cach_tinh }}")
    _rows_table(document, "Lý do chưa hài lòng, người dân chọn trên phiếu", "bang_ly_do", REASON_COLUMNS, REASONS_NOTE)
    identity = "Tiếp nhận = đã giải quyết + đang giải quyết. Tỷ lệ đúng hạn = (trước hạn + đúng hạn) / đã giải quyết."
    note = f"{{{{ ho_so_luc }}}} {identity}"
    title = "Tình hình, kết quả giải quyết hồ sơ"
    _rows_table(document, title, "bang_ho_so", DOSSIER_COLUMNS, note, total="tong_ho_so")
    charts = _table(document, (126, 126))
    for cell, name in zip(charts.rows[0].cells, ("bieu_do_muc", "bieu_do_ky"), strict=True):
        _line(cell, f"{{{{ {name} }}}}", first=True)


def _rows_table(
    document: Any, title: str, name: str, columns: tuple[tuple[str, str, int], ...], note: str, total: str = ""
) -> None:
    """A table whose header stands on each page, a row for each of the list of that name, and a note as its last row.

    `total` names the row before the note. Nothing of the table is there where the list is empty.
    """
    from docx.enum.table import WD_ALIGN_VERTICAL
    from docx.oxml import OxmlElement
    from docx.shared import Pt

    document.add_paragraph(f"{{%p if {name} %}}")
    heading = _line(document, f"Bảng {{{{ so_bang.{name} }}}}. {title}", 13, bold=True, across="left")
    heading.paragraph_format.space_before, heading.paragraph_format.space_after = Pt(10), Pt(4)
    heading.paragraph_format.keep_with_next = True
    table = _table(document, tuple(width for _, _, width in columns), rows=6 if total else 5, style="Table Grid")
    header, opening, each, closing, *sums, last = table.rows
    for cell, (said, _, _) in zip(header.cells, columns, strict=True):
        _line(cell, said, HEADER, bold=True, first=True).paragraph_format.keep_with_next = True
    _line(opening.cells[0], f"{{%tr for dong in {name} %}}", first=True)
    for row, name_of_row, bold in ((each, "dong", False), *((row, total, True) for row in sums)):
        for cell, (_, key, _) in zip(row.cells, columns, strict=True):
            across = "left" if key in ("ten", "noi") else "center"
            _line(cell, f"{{{{ {name_of_row}.{key} }}}}", SMALL, bold=bold, first=True, across=across)
    _line(closing.cells[0], "{%tr endfor %}", first=True)
    _line(last.cells[0].merge(last.cells[-1]), note, SMALL, italic=True, across="left", first=True)
    header._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    for row in table.rows:
        for cell in row.cells:
            cell.vertical_alignment = WD_ALIGN_VERTICAL.CENTER
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    document.add_paragraph("{%p endif %}")


def _table(document: Any, widths: tuple[int, ...], rows: int = 1, style: str | None = None) -> Any:
    from docx.enum.table import WD_TABLE_ALIGNMENT
    from docx.shared import Mm

    table = document.add_table(rows=rows, cols=len(widths), style=style)
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
        for cell in column.cells:
            cell.width = Mm(width)
    return table


def _line(
    place: Any,
    said: str,
    size: float = BODY,
    *,
    bold: bool = False,
    italic: bool = False,
    across: str = "center",
    first: bool = False,
) -> Any:
    """Add a line to a cell or to the document; the `first` of a cell takes the paragraph that is there."""
    from docx.shared import Pt

    paragraph = place.paragraphs[0] if first else place.add_paragraph()
    run = paragraph.add_run(said)
    run.font.size, run.bold, run.italic = Pt(size), bold, italic
    _align(paragraph, across)
    return paragraph


def _paragraph(document: Any, said: str, *, bold: bool = False, italic: bool = False, size: float = BODY) -> Any:
    """Add a paragraph of the body: justified, its first line set in."""
    from docx.shared import Mm, Pt

    paragraph = _line(document, said, size, bold=bold, italic=italic, across="justify")
    form = paragraph.paragraph_format
    form.first_line_indent, form.space_after, form.line_spacing = Mm(FIRST_LINE), Pt(AFTER), SPACING
    form.widow_control = True
    return paragraph


def _rule(place: Any, width: float, length: float) -> None:
    """Draw a thin line of a length in the middle of a width, both in millimetres."""
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls
    from docx.shared import Mm, Pt

    paragraph = _line(place, "", 4)
    form = paragraph.paragraph_format
    form.left_indent = form.right_indent = Mm((width - length) / 2)
    form.space_before = form.space_after = Pt(3)
    paragraph._p.get_or_add_pPr().append(
        parse_xml(f'<w:pBdr {nsdecls("w")}><w:top w:val="single" w:sz="6" w:space="1" w:color="000000"/></w:pBdr>')
    )


def _align(paragraph: Any, across: str) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    paragraph.alignment = getattr(WD_ALIGN_PARAGRAPH, across.upper())


if __name__ == "__main__":
    Path(__file__).with_name("baocao.docx").write_bytes(build())
