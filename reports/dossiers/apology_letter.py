"""A draft of the letter that apologizes for a late dossier and proposes a new day (TT 03/2025/TT-VPCP, form 04).

The wording is our own, in the form of NĐ 30/2020/NĐ-CP; what the clerk has to fill in stands as "……".
"""

import io
import re
import zipfile
import zlib
from datetime import datetime
from typing import Any

from catalog.text import fold
from handlers.wording import day_text
from reports.dossiers.dossier import Dossier
from reports.office.sample_mark import marked

BLANK = "……"
_STAMP = (1980, 1, 1, 0, 0, 0)
_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}", re.ASCII)
_NOT_PLAIN = re.compile(r"[^a-z0-9]+")
BODY = (
    "Kính gửi: Ông/Bà " + BLANK * 6,
    "Ngày {received}, {unit} tiếp nhận hồ sơ mã số {code} của Ông/Bà{procedure}; hẹn trả kết quả ngày {due}.",
    "Đến nay hồ sơ chưa có kết quả, đã quá thời hạn giải quyết. Lý do: " + BLANK * 12,
    "{unit} trân trọng xin lỗi Ông/Bà về sự chậm trễ này và đề nghị được gia hạn thời gian giải quyết hồ sơ.",
    "Thời gian hẹn trả kết quả mới: …… giờ ……, ngày …… tháng …… năm ……",
    "Khi cần biết thêm, Ông/Bà vui lòng liên hệ Bộ phận Một cửa{contact}.",
    "Rất mong Ông/Bà thông cảm./.",
)


def apology_name(dossier: Dossier) -> str:
    """Return a file name in plain ASCII that says this is a draft: "du-thao-xin-loi_H20.34-261120-0001.docx"."""
    code = dossier.code
    if not _PLAIN.fullmatch(code):
        code = f"{_NOT_PLAIN.sub('-', fold(code))[:60].strip('-')}_{zlib.crc32(code.encode()):08x}"
    return f"du-thao-xin-loi_{code}.docx"


def apology_letter(dossier: Dossier, unit: str, contact: str, *, sample: bool = False) -> bytes:
    """Return the draft as .docx; the same bytes for the same dossier, unit and contact.

    Number, day, the citizen's name, the reason and the new day are left blank: the list of dossiers knows
    none of them. `contact` is the unit's phone or address, "" if unknown. That of the `sample` says so on its page.
    """
    import docx

    document = docx.Document()
    _set_up(document)
    _heading(document, unit)
    _line(document, "VĂN BẢN XIN LỖI", bold=True, centred=True, size=14, before=18)
    _line(document, "và đề nghị gia hạn thời gian giải quyết", bold=True, centred=True, size=14, after=12)
    values = {
        "unit": unit,
        "code": dossier.code,
        "received": day_text(dossier.received_on),
        "procedure": f" về thủ tục {dossier.name}" if dossier.name else "",
        "due": day_text(dossier.due_on) if dossier.due_on else BLANK,
        "contact": f" ({contact})" if contact else "",
    }
    for paragraph in BODY:
        # One pass: braces in a name from a spreadsheet stay what they are.
        _line(document, paragraph.format(**values), indented=not paragraph.startswith("Kính gửi"))
    _signature(document)
    return _packed(document, sample=sample)


def _set_up(document: Any) -> None:
    """A4 upright, margins and typeface of NĐ 30/2020/NĐ-CP, Appendix I."""
    from docx.oxml.ns import qn
    from docx.shared import Mm, Pt

    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin = section.bottom_margin = Mm(20)
    section.left_margin, section.right_margin = Mm(30), Mm(15)
    style = document.styles["Normal"]
    style.font.name, style.font.size = "Times New Roman", Pt(13)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), "Times New Roman")
    properties = document.core_properties
    properties.author = properties.last_modified_by = properties.comments = ""
    properties.title = "Dự thảo văn bản xin lỗi"
    properties.created = properties.modified = datetime(2000, 1, 1)  # noqa: DTZ001 -- the same bytes whenever it is made


def _heading(document: Any, unit: str) -> None:
    table = document.add_table(rows=1, cols=2)
    left, right = table.rows[0].cells
    _widths(table, 65, 100)
    _line(left, unit.upper(), bold=True, centred=True, size=12, first=True)
    _line(left, "_______", centred=True, size=8)
    _line(left, f"Số: {BLANK}/{BLANK}", centred=True, before=4)
    _line(right, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", bold=True, centred=True, size=12, first=True)
    _line(right, "Độc lập - Tự do - Hạnh phúc", bold=True, centred=True, underlined=True)
    _line(right, f"{BLANK}, ngày {BLANK} tháng {BLANK} năm {BLANK}", italic=True, centred=True, before=10)


def _widths(table: Any, *millimetres: float) -> None:
    """Set the widths of columns: Word reads those of the cells, LibreOffice those of the columns."""
    from docx.shared import Mm

    table.autofit = False
    for column, width in zip(table.columns, millimetres, strict=True):
        column.width = Mm(width)
        for cell in column.cells:
            cell.width = Mm(width)


def _signature(document: Any) -> None:
    table = document.add_table(rows=1, cols=2)
    left, right = table.rows[0].cells
    _widths(table, 80, 85)
    _line(left, "Nơi nhận:", bold=True, italic=True, size=12, first=True, before=12)
    for line in ("- Như trên;", f"- Lưu: VT, {BLANK}"):
        _line(left, line, size=11)
    _line(right, "THỦ TRƯỞNG CƠ QUAN, ĐƠN VỊ", bold=True, centred=True, first=True, before=12)
    _line(right, "(Chữ ký, dấu)", italic=True, centred=True)


def _line(
    holder: Any,
    text: str,
    *,
    bold: bool = False,
    italic: bool = False,
    underlined: bool = False,
    centred: bool = False,
    indented: bool = False,
    first: bool = False,
    size: int = 13,
    before: int = 0,
    after: int = 0,
) -> None:
    """Add a paragraph to a document or a cell; `first` writes into the one that every cell has."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Mm, Pt

    paragraph = holder.paragraphs[0] if first else holder.add_paragraph()
    run = paragraph.add_run(text)
    run.bold, run.italic, run.underline, run.font.size = bold, italic, underlined, Pt(size)
    form = paragraph.paragraph_format
    form.space_before, form.space_after = Pt(before), Pt(after)
    if centred:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    if indented:
        # A line of dots to write on would be torn apart.
        paragraph.alignment = WD_ALIGN_PARAGRAPH.LEFT if BLANK in text else WD_ALIGN_PARAGRAPH.JUSTIFY
        form.first_line_indent, form.space_before, form.line_spacing = Mm(12.7), Pt(6), 1.2


def _packed(document: Any, *, sample: bool) -> bytes:
    """The document's bytes without the moment it was packed at."""
    packed, stamped = io.BytesIO(), io.BytesIO()
    document.save(packed)
    made = io.BytesIO(marked(packed.getvalue())) if sample else packed
    with zipfile.ZipFile(made) as source, zipfile.ZipFile(stamped, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(zipfile.ZipInfo(name, _STAMP), source.read(name), zipfile.ZIP_DEFLATED)
    return stamped.getvalue()
