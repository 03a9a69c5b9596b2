"""The shipped template of the apology: `python -m reports.dossiers.apology_template` writes xin-loi.docx anew."""

from pathlib import Path
from typing import Any

from reports.office.word_parts import FIRST_LINE, add_line, add_table, built, paper, typeface

SHIPPED = "xin-loi.docx"
BLANK = "……"
SIZE, RIGHT = 13, 15
OPENING = (
    "Ngày {{ ngay_nhan }}, {{ don_vi }} tiếp nhận hồ sơ mã số {{ ma_ho_so }} của Ông/Bà"
    "{% if thu_tuc %} về thủ tục {{ thu_tuc }}{% endif %}; hẹn trả kết quả ngày {{ ngay_hen }}."
)
BODY = (
    OPENING,
    f"Đến nay hồ sơ chưa có kết quả, đã quá thời hạn giải quyết. Lý do: {BLANK * 12}",
    "{{ don_vi }} trân trọng xin lỗi Ông/Bà về sự chậm trễ này và đề nghị được gia hạn thời gian giải quyết hồ sơ.",
    "Thời gian hẹn trả kết quả mới: …… giờ ……, ngày …… tháng …… năm ……",
    "Khi cần biết thêm, Ông/Bà vui lòng liên hệ Bộ phận Một cửa{% if lien_he %} ({{ lien_he }}){% endif %}.",
    "Rất mong Ông/Bà thông cảm./.",
)


def build() -> bytes:
    """Return the template: letterhead, title, body and signature."""
    import docx

    document = docx.Document()
    typeface(document, SIZE)
    paper(document.sections[0], RIGHT)
    left, right = _halves(document, 65, 100)
    _line(left, "{{ don_vi | upper }}", 12, bold=True, first=True)
    _line(left, "_______", 8)
    _line(left, f"Số: {BLANK}/{BLANK}", before=4)
    _line(right, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 12, bold=True, first=True)
    _line(right, "Độc lập - Tự do - Hạnh phúc", bold=True).runs[0].underline = True
    _line(right, f"{BLANK}, ngày {BLANK} tháng {BLANK} năm {BLANK}", italic=True, before=10)
    _line(document, "VĂN BẢN XIN LỖI", 14, bold=True, before=18)
    _line(document, "và đề nghị gia hạn thời gian giải quyết", 14, bold=True, after=12)
    _line(document, f"Kính gửi: Ông/Bà {BLANK * 6}", across="left")
    for said in BODY:
        _body(document, said)
    left, right = _halves(document, 80, 85)
    _line(left, "Nơi nhận:", 12, bold=True, italic=True, across="left", first=True, before=12)
    for said in ("- Như trên;", f"- Lưu: VT, {BLANK}"):
        _line(left, said, 11, across="left")
    _line(right, "THỦ TRƯỞNG CƠ QUAN, ĐƠN VỊ", bold=True, first=True, before=12)
    _line(right, "(Chữ ký, dấu)", italic=True)
    return built(document)


def _halves(document: Any, *widths: float) -> Any:
    table = add_table(document, widths)
    table.alignment = None
    return table.rows[0].cells


def _line(place: Any, said: str, size: float = SIZE, *, before: float = 0, after: float = 0, **look: Any) -> Any:
    from docx.shared import Pt

    paragraph = add_line(place, said, size, **look)
    paragraph.paragraph_format.space_before, paragraph.paragraph_format.space_after = Pt(before), Pt(after)
    return paragraph


def _body(document: Any, said: str) -> None:
    """Add a paragraph with an indented first line, justified unless that would pull a line of dots apart."""
    from docx.shared import Mm

    form = _line(document, said, across="left" if BLANK in said else "justify", before=6).paragraph_format
    form.first_line_indent, form.line_spacing = Mm(FIRST_LINE), 1.2


if __name__ == "__main__":
    Path(__file__).with_name(SHIPPED).write_bytes(build())
