"""The shipped template of the report: `python -m reports.documents.word_template` writes baocao.docx anew."""

from pathlib import Path
from typing import Any

from reports.office.word_parts import (
    BODY,
    LEFT,
    RIGHT,
    add_line,
    add_paragraph,
    add_rule,
    add_table,
    align,
    built,
    paper,
    typeface,
)

# Points.
SMALL, HEADER = 11, 10
HEAD_MM = (60, 104)
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
TREND_COLUMNS = (
    ("Tuần (ghi ngày thứ Hai), tháng", "ky", 60),
    ("Số câu trả lời", "so_cau", 40),
    ("Tỷ lệ hài lòng (%)", "ty_le", 45),
    ("Khoảng tin cậy 95%, từ", "tu", 45),
    ("Khoảng tin cậy 95%, đến", "den", 45),
)
TREND_NOTE = "Kỳ dưới 5 câu trả lời không hiện, để không lộ người trả lời."
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
    """Return the template: letterhead, body, signature, and a landscape annex of tables and charts."""
    import docx
    from docx.shared import Pt

    document = docx.Document()
    form = typeface(document).paragraph_format
    form.space_before, form.space_after, form.line_spacing = Pt(0), Pt(0), 1.0
    paper(document.sections[0])
    _page_numbers(document.sections[0])
    _letterhead(document)
    _title(document)
    _body(document)
    _signature(document)
    _annex(document)
    return built(document)


def _page_numbers(section: Any) -> None:
    """Put page numbers at the top in the middle, none on the first page."""
    from docx.shared import Mm, Pt

    section.different_first_page_header_footer = True
    section.header_distance = Mm(10)
    paragraph = section.header.paragraphs[0]
    align(paragraph, "center")
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
    table = add_table(document, HEAD_MM)
    left, right = table.rows[0].cells
    # A committee's name fills both lines; an office has the committee above it in the first line.
    add_line(left, "{%p if la_uy_ban %}", first=True)
    add_line(left, "{{ co_quan_tren }}", 13, bold=True)
    add_line(left, "{%p elif co_quan_tren %}")
    add_line(left, "{{ co_quan_tren }}", 13)
    add_line(left, "{%p endif %}")
    add_line(left, "{{ co_quan }}", 13, bold=True)
    add_rule(left, HEAD_MM[0], 22)
    add_line(left, "Số:        /{{ ky_hieu }}", 13)
    add_line(right, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 12, bold=True, first=True)
    add_line(right, "Độc lập - Tự do - Hạnh phúc", 13, bold=True)
    add_rule(right, HEAD_MM[1], 56)
    add_line(right, "{{ dia_danh }}, ngày       tháng       năm          ", 13.5, italic=True)


def _title(document: Any) -> None:
    from docx.shared import Pt

    title = add_line(document, "BÁO CÁO", BODY, bold=True)
    title.paragraph_format.space_before = Pt(18)
    add_line(document, "{{ trich_yeu }}", BODY, bold=True)
    add_rule(document, 210 - LEFT - RIGHT, 50)


def _body(document: Any) -> None:
    from docx.shared import Pt

    opening = (
        "Thực hiện chế độ báo cáo công tác cải cách hành chính, {{ don_vi }} báo cáo kết quả {{ ky }} "
        "({{ khoang }}) như sau:"
    )
    add_paragraph(document, opening).paragraph_format.space_before = Pt(12)
    for heading, name in SECTIONS:
        add_paragraph(document, heading, bold=True).paragraph_format.keep_with_next = True
        _each(document, name)
        if name == "khao_sat":
            _each(document, "ghi_chu", italic=True, size=12)
    last = add_paragraph(
        document, "Trên đây là báo cáo {{ trich_yeu[:1].lower() + trich_yeu[1:] }} của {{ don_vi }}./."
    )
    last.paragraph_format.keep_with_next = True


def _each(document: Any, name: str, **look: Any) -> None:
    document.add_paragraph(f"{{%p for doan in {name} %}}")
    add_paragraph(document, "{{ doan }}", **look)
    document.add_paragraph("{%p endfor %}")


def _signature(document: Any) -> None:
    table = add_table(document, (75, 87))
    left, right = table.rows[0].cells
    add_line(left, "Nơi nhận:", 12, bold=True, italic=True, across="left", first=True)
    for line in ("- ……;", "- Lưu: VT, …….", ""):
        add_line(left, line, 11, across="left")
    add_line(right, "{%p if la_uy_ban %}", first=True)
    add_line(right, "TM. ỦY BAN NHÂN DÂN", BODY, bold=True)
    add_line(right, "CHỦ TỊCH", BODY, bold=True)
    add_line(right, "{%p else %}")
    add_line(right, "THỦ TRƯỞNG ĐƠN VỊ", BODY, bold=True)
    add_line(right, "{%p endif %}")
    for _ in range(4):
        add_line(right, "", BODY)
    add_line(right, "……………………", BODY, bold=True)
    for paragraph in (*left.paragraphs, *right.paragraphs[:-1]):
        paragraph.paragraph_format.keep_with_next = True


def _annex(document: Any) -> None:
    from docx.enum.section import WD_SECTION

    section = document.add_section(WD_SECTION.NEW_PAGE)
    section.different_first_page_header_footer = False
    paper(section, across=True)
    add_line(document, "PHỤ LỤC", BODY, bold=True)
    add_line(document, "SỐ LIỆU KÈM THEO", BODY, bold=True)
    referring = "(Kèm theo Báo cáo số        /{{ ky_hieu }} ngày       tháng       năm           của {{ don_vi }})"
    add_line(document, referring, BODY, italic=True)
    add_rule(document, 257, 60)
    for title, name in (("Mức độ hài lòng theo câu hỏi", "bang_cau_hoi"), ("Mức độ hài lòng theo quầy", "bang_quay")):
        _rows_table(document, title, name, LEVEL_COLUMNS, "{{ cach_tinh }}")
    _rows_table(document, "Lý do chưa hài lòng, người dân chọn trên phiếu", "bang_ly_do", REASON_COLUMNS, REASONS_NOTE)
    document.add_paragraph("{%p if bieu_do_ly_do %}")
    add_line(document, "{{ bieu_do_ly_do }}")
    document.add_paragraph("{%p endif %}")
    identity = "Tiếp nhận = đã giải quyết + đang giải quyết. Tỷ lệ đúng hạn = (trước hạn + đúng hạn) / đã giải quyết."
    note = f"{{{{ ho_so_luc }}}} {identity}"
    title = "Tình hình, kết quả giải quyết hồ sơ"
    _rows_table(document, title, "bang_ho_so", DOSSIER_COLUMNS, note, total="tong_ho_so")
    _rows_table(document, "Tỷ lệ hài lòng theo thời gian", "bang_xu_huong", TREND_COLUMNS, TREND_NOTE)
    charts = add_table(document, (126, 126))
    for cell, name in zip(charts.rows[0].cells, ("bieu_do_muc", "bieu_do_ky"), strict=True):
        add_line(cell, f"{{{{ {name} }}}}", first=True)


def _rows_table(
    document: Any, title: str, name: str, columns: tuple[tuple[str, str, int], ...], note: str, total: str = ""
) -> None:
    """Add a table: a header repeated on each page, a row for each item of the list `name`, and a note as the last row.

    `total` names the values of a row before the note. If the list is empty, the whole table is left out.
    """
    from docx.enum.table import WD_ALIGN_VERTICAL
    from docx.oxml import OxmlElement
    from docx.shared import Pt

    document.add_paragraph(f"{{%p if {name} %}}")
    heading = add_line(document, f"Bảng {{{{ so_bang.{name} }}}}. {title}", 13, bold=True, across="left")
    heading.paragraph_format.space_before, heading.paragraph_format.space_after = Pt(10), Pt(4)
    heading.paragraph_format.keep_with_next = True
    table = add_table(document, tuple(width for _, _, width in columns), rows=6 if total else 5, style="Table Grid")
    header, opening, each, closing, *sums, last = table.rows
    for cell, (said, _, _) in zip(header.cells, columns, strict=True):
        add_line(cell, said, HEADER, bold=True, first=True).paragraph_format.keep_with_next = True
    add_line(opening.cells[0], f"{{%tr for dong in {name} %}}", first=True)
    for row, name_of_row, bold in ((each, "dong", False), *((row, total, True) for row in sums)):
        for cell, (_, key, _) in zip(row.cells, columns, strict=True):
            across = "left" if key in ("ten", "noi") else "center"
            add_line(cell, f"{{{{ {name_of_row}.{key} }}}}", SMALL, bold=bold, first=True, across=across)
    add_line(closing.cells[0], "{%tr endfor %}", first=True)
    add_line(last.cells[0].merge(last.cells[-1]), note, SMALL, italic=True, across="left", first=True)
    header._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    for row in table.rows:
        for cell in row.cells:
            cell.vertical_alignment = WD_ALIGN_VERTICAL.CENTER
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    document.add_paragraph("{%p endif %}")


if __name__ == "__main__":
    Path(__file__).with_name("baocao.docx").write_bytes(build())
