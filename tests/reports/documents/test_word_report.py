"""The Word file: sentences of the source reports from raw counts, the form of NĐ 30/2020, the unit's own template."""

import io
import re
import zipfile
from dataclasses import replace
from datetime import UTC
from pathlib import Path

import docx
import pytest

from reports import rates
from reports.documents import DEFAULT, Details, make, word_template
from reports.documents.descriptions import alt
from reports.documents.details import CatalogFacts, Heads, Shortened, heads_of
from reports.documents.word_report import TemplateUnusable, context
from reports.dossiers.dossier import DossierFigures, Flow
from reports.satisfaction.report import Report, StratumFigures
from reports.statements.statement import Statement
from tests.reports.documents.office import converted, needs_pdf, pages
from tests.reports.documents.sample import (
    BA_BICH,
    DETAILS,
    NGA_NAM,
    NOW,
    SPLIT,
    dossiers,
    everything,
    group,
    report,
    statement,
)

ROOT = Path(__file__).parents[3]
SHIPPED = ROOT / "reports" / "documents" / "baocao.docx"
COMMUNES = Flow(direct=15_780, early=15_000, on_time=775, late=1, pending_in_time=4)


def said(of: Statement, details: Details = DETAILS) -> str:
    """All that stands in the body of the Word file, its tables included, a paragraph a line."""
    document = docx.Document(io.BytesIO(make("docx", of, details)))
    return "\n".join("".join(node.text or "" for node in p.iter(f"{W}t")) for p in document.element.body.iter(f"{W}p"))


W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"

# Raw counts, and what a report of the source collection prints of them.
SENTENCES: dict[str, tuple[Report, str]] = {
    "Ba Bích, the split and the target": (
        report(rule="top3"),
        "Kết quả khảo sát mức độ hài lòng đạt 100% (84,80% rất hài lòng, 13,43% hài lòng, 1,77% bình thường) "
        "đạt 111% chỉ tiêu (Chỉ tiêu 90%).",
    ),
    "the same by the stricter rule": (
        report(),
        "Kết quả khảo sát mức độ hài lòng đạt 98,23% (84,80% rất hài lòng, 13,43% hài lòng, 1,77% bình thường) "
        "đạt 109% chỉ tiêu (Chỉ tiêu 90%).",
    ),
    "Ngã Năm, 200 forms": (
        report({1: 0, 2: 0, 3: 0, 4: 40, 5: 160}, forms=200),
        "thu về 200 phiếu khảo sát mức độ hài lòng của người dân trong giải quyết thủ tục hành chính tại Bộ "
        "phận Một cửa "
        "phường Sa Đéc (phiếu phát tận tay); qua khảo sát tỷ lệ hài lòng của cá nhân, tổ chức đạt 100%.",
    ),
    "no target": (report(target=0), "1,77% bình thường).\n"),
    "Ngã Năm, dossiers": (
        report(dossiers=dossiers(NGA_NAM)),
        "Tổng số đã tiếp nhận 1.730 hồ sơ, đã giải quyết 1.553 hồ sơ, giải quyết đúng hạn và trước hạn 1.551 hồ sơ, "
        "đạt 99,87%, 02 hồ sơ trễ hạn (lý do: ……), có 177 hồ sơ đang giải quyết (chưa đến hạn).",
    ),
    "Ba Bích, received": (
        report(dossiers=dossiers(BA_BICH)),
        "Số lượng hồ sơ tiếp nhận: 289 hồ sơ (trực tuyến 8 hồ sơ, trực tiếp 281 hồ sơ).",
    ),
    "Ba Bích, settled": (
        report(dossiers=dossiers(BA_BICH)),
        "Số lượng hồ sơ đã giải quyết: 289 hồ sơ (trước hạn 175 hồ sơ; đúng hạn 0 hồ sơ; quá hạn 114 hồ sơ).",
    ),
    "communes below": (
        report(dossiers=dossiers(NGA_NAM, by_unit={"sa-dec": NGA_NAM, "a": COMMUNES, "b": Flow()})),
        "* Tại 02 đơn vị cấp dưới: Tổng số đã tiếp nhận 15.780 hồ sơ, đã giải quyết 15.776 hồ sơ, giải quyết "
        "đúng hạn và "
        "trước hạn 15.775 hồ sơ, đạt 99,99%, 01 hồ sơ trễ hạn (lý do: ……), có 04 hồ sơ đang giải quyết (chưa đến hạn).",
    ),
    "one's own beside them": (
        report(dossiers=dossiers(NGA_NAM, by_unit={"sa-dec": NGA_NAM, "a": COMMUNES})),
        "* Tại phường Sa Đéc: Tổng số đã tiếp nhận 1.730 hồ sơ",
    ),
    "nothing settled has no rate": (
        report(dossiers=dossiers(Flow(direct=3, pending_in_time=1, pending_late=2))),
        "Tổng số đã tiếp nhận 03 hồ sơ, chưa giải quyết xong hồ sơ nào, có 03 hồ sơ đang giải quyết (02 hồ sơ "
        "quá hạn).",
    ),
    "nothing late, nothing left": (
        report(dossiers=dossiers(Flow(direct=12, early=12))),
        "đạt 100%, không có hồ sơ trễ hạn, không còn hồ sơ đang giải quyết.",
    ),
    "what the late ones wait for": (
        report(dossiers=dossiers(BA_BICH, not_handed=10, not_closed=104)),
        "Trong số hồ sơ của kỳ, theo lần nhập gần nhất còn quá hạn: 10 hồ sơ có kết quả mà chưa trả; 104 hồ sơ đã trả "
        "giấy, chưa kết thúc "
        "trên phần mềm.",
    ),
    "units without figures": (
        report(dossiers=dossiers(NGA_NAM, without=["Xã Tân Long"])),
        "Chưa gồm 01 đơn vị chưa nhập hồ sơ của kỳ này.",
    ),
    "posted and carried over": (
        report(dossiers=dossiers(Flow(online=1, direct=2, post=3, carried_over=4, early=10))),
        "10 hồ sơ (trực tuyến 1 hồ sơ, trực tiếp 2 hồ sơ, bưu chính công ích 3 hồ sơ, từ kỳ trước 4 hồ sơ).",
    ),
    "no dossiers": (report(), "Tổng số đã tiếp nhận …… hồ sơ, đã giải quyết …… hồ sơ"),
    "no forms": (
        report(dict.fromkeys(rates.LEVELS, 0), forms=0),
        "Trong quý III năm 2026, chưa có phiếu khảo sát mức độ hài lòng.",
    ),
    "few answers": (
        report({1: 0, 2: 0, 3: 0, 4: 1, 5: 8}, forms=9),
        "Chưa đủ mẫu: mới có 9 lượt chấm, dưới 30; tỷ lệ chưa nói lên nhiều.",
    ),
    "too few for a rate": (
        report({1: 0, 2: 0, 3: 0, 4: 1, 5: 3}, forms=4),
        "Mới có 04 lượt chấm, chưa đủ để tính tỷ lệ (cần từ 5).",
    ),
    "three levels": (
        report({1: 0, 2: 1, 3: 5, 4: 38, 5: 240}, "three"),
        "đạt 99,65% (84,51% rất hài lòng (mức 5), 15,14% hài lòng (mức 3 và 4), 0,35% không hài lòng (mức 1 và 2))",
    ),
    "the period before": (
        report({1: 10, 2: 0, 3: 0, 4: 0, 5: 90}, previous=report({1: 20, 2: 0, 3: 0, 4: 0, 5: 80})),
        "So với kỳ trước (80%), tỷ lệ thay đổi +10 điểm phần trăm (khoảng tin cậy 95%: +0,01 đến +19,95), cao hơn rõ",
    ),
    "another stratum": (
        report(
            by_stratum=[
                StratumFigures(283, group("slip", SPLIT)),
                StratumFigures(9, group("open", {**SPLIT, 5: 0}, "Mã QR")),
            ]
        ),
        "Mã QR (tính riêng): 9 phiếu, hài lòng 88,37%.",
    ),
}


@pytest.mark.parametrize("case", SENTENCES)
def test_the_sentences_of_the_source_reports(case: str) -> None:
    """Numbers, padding and words are those that a clerk would have written."""
    made, sentence = SENTENCES[case]
    values = context(statement(made), DETAILS)
    assert sentence in "\n".join([*values["ho_so"], *values["khao_sat"], ""])


def test_the_import_is_dated_by_the_units_own_clock() -> None:
    """A database tells moments in UTC, seven hours behind."""
    figures = replace(dossiers(NGA_NAM), as_of=NOW.astimezone(UTC))
    values = context(statement(report(dossiers=figures)), DETAILS)
    assert values["ho_so_luc"] == "Số liệu hồ sơ lấy lúc 9:05 ngày 20/11/2026."


def test_the_catalogs_paragraphs() -> None:
    """Procedures by level, and those that take less time; nothing known is a blank to fill in."""
    made = context(statement(), DETAILS)
    assert made["cong_khai"] == [
        "Công khai 274 thủ tục hành chính thuộc thẩm quyền giải quyết của cấp xã; 09 thủ tục hành chính thuộc thẩm "
        "quyền giải quyết của cấp tỉnh. Tổng số 413 thủ tục hành chính trong danh mục tra cứu của phường Sa Đéc (một "
        "thủ tục có thể thực hiện ở nhiều cấp)."
    ]
    two = CatalogFacts(
        2, (), (Shortened("Cấp giấy phép xây dựng", "15 ngày", "10 ngày"), Shortened("Cấp lại", "07 ngày", "05 ngày"))
    )
    assert context(statement(), replace(DETAILS, catalog=two))["rut_ngan"] == [
        "Tổng số 02 thủ tục hành chính được rút ngắn thời gian giải quyết: Cấp giấy phép xây dựng (15 ngày còn "
        "10 ngày); "
        "Cấp lại (07 ngày còn 05 ngày)."
    ]
    unknown = context(statement(), DEFAULT)
    assert "……" in unknown["cong_khai"][0]
    assert unknown["rut_ngan"] == ["Thủ tục hành chính được rút ngắn thời gian giải quyết: ……"]


@pytest.mark.parametrize(
    ("cases", "sentence"),
    [
        ((4, 3), "tiếp nhận 04 ý kiến phản ánh về chất lượng phục vụ, đã xử lý 03 ý kiến."),
        ((0, 0), "không có ý kiến phản ánh về chất lượng phục vụ."),
        (None, "tiếp nhận …… ý kiến phản ánh về chất lượng phục vụ, đã xử lý …… ý kiến."),
    ],
)
def test_complaints_are_counted_or_left_blank(cases: tuple[int, int] | None, sentence: str) -> None:
    """Petitions about regulations too, where the register is not known."""
    first, second = context(statement(), replace(DETAILS, cases=cases))["phan_anh"]
    assert first.endswith(sentence)
    assert second.endswith(": ……")


def test_petitions_are_counted_zero_included() -> None:
    """In the wording of quarterly reports."""
    known = [context(statement(), replace(DETAILS, petitions=counts))["phan_anh"][-1] for counts in ((0, 0), (26, 4))]
    about = "phản ánh, kiến nghị của người dân, doanh nghiệp về quy định hành chính"
    assert known == [f"Trong quý, không có {about}.", f"Trong quý, có 26 lượt {about}, đã trả lời 04."]


HEADS = {
    ("Phường Sa Đéc", "Tỉnh Đồng Tháp"): Heads("Ủy ban nhân dân", "Phường Sa Đéc", True),
    ("UBND xã Ba Tơ", ""): Heads("Ủy ban nhân dân", "xã Ba Tơ", True),
    ("Ủy ban nhân dân đặc khu Phú Quốc", "Tỉnh An Giang"): Heads("Ủy ban nhân dân", "đặc khu Phú Quốc", True),
    ("Tỉnh Đồng Tháp", ""): Heads("Ủy ban nhân dân", "Tỉnh Đồng Tháp", True),
    ("Trung tâm Phục vụ hành chính công", "Xã Ba Tơ"): Heads(
        "Ủy ban nhân dân Xã Ba Tơ", "Trung tâm Phục vụ hành chính công", False
    ),
    ("Phòng Nội vụ", "Sở Nội vụ"): Heads("Sở Nội vụ", "Phòng Nội vụ", False),
    ("Trung tâm hành chính", ""): Heads("", "Trung tâm hành chính", False),
}


@pytest.mark.parametrize("name", HEADS)
def test_the_letterhead_follows_the_units_name(name: tuple[str, str]) -> None:
    """A committee stands alone in two lines; an office stands below its committee, or alone where none is known."""
    assert heads_of(*name) == HEADS[name]


def test_a_committees_report_has_the_form_of_the_decree() -> None:
    """National title, committee, blanks for number and day, sections, closing, recipients, signature; in that order."""
    text = said(everything())
    order = [
        "ỦY BAN NHÂN DÂN", "PHƯỜNG SA ĐÉC", "Số:        /BC-UBND", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc", "Sa Đéc, ngày       tháng       năm", "BÁO CÁO", "Kết quả cải cách thủ "
        "tục hành chính",
        "(số liệu tính từ ngày 15/6/2026 đến ngày 14/9/2026)", "1. Công khai", "2. Kết quả giải quyết", "3. Rút ngắn",
        "4. Khảo sát", "Cách tính hài lòng: mức 4 và 5; n = 283 câu trả lời được tính, từ 283 phiếu; khoảng "
        "tin cậy 95% "
        "(Wilson): 95,93% đến 99,24%.", "Bản tổng hợp lần 2, thay cho lần 1 của cùng kỳ. Thay đổi: thêm 3 phiếu "
        "giấy nhập "
        "ngày 20/11/2026.", "5. Phản ánh, kiến nghị", "của phường Sa Đéc./.", "Nơi nhận:", "- Lưu: VT, …….",
        "TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH", "PHỤ LỤC", "Bảng 1.", "Nhìn chung?", "Chờ? (không tính vào tỷ lệ chung)",
        "Bảng 2.", "Quầy 2 (không hiện, để không lộ nhóm nhỏ)",
        "Bảng 3.", "=1+1", "Tổng số", "1.730", "99,87",
    ]  # fmt: skip
    places = []
    for part in order:
        places.append(text.find(part, places[-1] if places else 0))
    assert -1 not in places, order[places.index(-1)]
    assert "SIPAS" not in text
    assert not re.search(r"Nghị định|Điều \d", text)
    assert not re.search(r"\{[{%]|[%}]\}", text)


def test_an_office_signs_for_itself() -> None:
    """No committee's words where none reports, and a symbol to fill in."""
    text = said(
        statement(report(unit_name="Trung tâm A", dossiers=None)), Details(heads=heads_of("Trung tâm A", "Xã B"))
    )
    assert "ỦY BAN NHÂN DÂN XÃ B" in text
    assert "Số:        /BC-……" in text
    assert "TM. ỦY BAN" not in text
    assert "CHỦ TỊCH" not in text
    assert "Bảng 3." not in text
    assert "……, ngày" in text


@pytest.mark.parametrize("number", [0, 1])
def test_provisional_figures_say_so(number: int) -> None:
    """A draft of a period that is not over must not pass for the report."""
    assert ("Số liệu tạm tính lúc 9:05 ngày 20/11/2026" in said(statement(number=number))) is (number == 0)


def test_names_cannot_break_the_document() -> None:
    """Marks of the file format and of the template language are shown; what no file can hold is left out."""
    name = "Quầy <b>&1</b> {{ ky }} {% if %}\x07"
    made = report(by_counter=[group("q1", SPLIT, name), group("q2", SPLIT)])
    assert "Quầy <b>&1</b> {{ ky }} {% if %}" in said(statement(made))


def test_the_paper_is_that_of_the_decree() -> None:
    """A4, its margins, Times New Roman 14 in the body, a page number from page 2, headers of tables on each page."""
    document = docx.Document(io.BytesIO(make("docx", everything(), DETAILS)))
    first, annex = document.sections
    assert [round(value.mm) for value in (first.page_width, first.page_height)] == [210, 297]
    assert [round(v.mm) for v in (first.top_margin, first.bottom_margin, first.left_margin, first.right_margin)] == [
        20,
        20,
        30,
        18,
    ]
    assert [round(value.mm) for value in (annex.page_width, annex.page_height)] == [297, 210]
    assert first.different_first_page_header_footer
    assert not annex.different_first_page_header_footer
    assert "PAGE" in first.header._element.xml
    normal = document.styles["Normal"].font
    assert (normal.name, normal.size.pt) == ("Times New Roman", 14)
    body = next(paragraph for paragraph in document.paragraphs if paragraph.text.startswith("Trong quý III"))
    form_ = body.paragraph_format
    assert (round(form_.first_line_indent.mm, 1), form_.space_after.pt, form_.line_spacing) == (12.7, 6, 1.15)
    tables = [table for table in document.tables if table.style.name == "Table Grid"]
    assert len(tables) == 4
    assert all(table.rows[0]._tr.xpath("./w:trPr/w:tblHeader") for table in tables)


def test_charts_say_in_words_what_they_show() -> None:
    """Whoever hears the document gets the figures."""
    document = docx.Document(io.BytesIO(make("docx", everything(), DETAILS)))
    descriptions = [inline.docPr.get("descr") for inline in document.element.body.iter(f"{WP}inline")]
    assert descriptions == [alt("levels.png", everything()), alt("trend.png", everything())]


WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"


def test_the_shipped_template_is_what_its_script_writes() -> None:
    """Whoever changes the form runs the script; nobody edits the file by hand."""
    with zipfile.ZipFile(io.BytesIO(word_template.build())) as built, zipfile.ZipFile(SHIPPED) as shipped:
        assert {name: built.read(name) for name in built.namelist()} == {n: shipped.read(n) for n in shipped.namelist()}


def details_with_template(folder: Path, *lines: str) -> Details:
    """Details with a template of the unit's own that has these paragraphs."""
    document = docx.Document()
    for line in lines:
        document.add_paragraph(line)
    path = folder / "baocao.docx"
    document.save(str(path))
    return replace(DETAILS, template=path)


def test_a_unit_replaces_the_template_and_keeps_the_figures(tmp_path: Path) -> None:
    """Its own words around single figures, paragraphs, rows and a chart."""
    details = details_with_template(
        tmp_path,
        "{{ don_vi_ten }}: {{ ty_le }}% ({{ muc_5 }} + {{ muc_4 }} + {{ muc_3 }}), {{ so_phieu }} phiếu",
        "{%p for dong in bang_quay %}",
        "{{ dong.ten }} {{ dong.ty_le }}",
        "{%p endfor %}",
        "{{ bieu_do_muc }}",
    )
    text = said(everything(), details)
    assert "Phường Sa Đéc: 98,23% (84,80 + 13,43 + 1,77), 283 phiếu" in text
    assert "Quầy 1 97,90" in text
    assert "BÁO CÁO" not in text


BROKEN = {
    "a name there is not": ("{{ ty_lee }}", "'ty_lee' is undefined"),
    "a tag that is not closed": ("{%p for dong in bang_quay %}", "endfor"),
    "a word of no language": ("{% nếu ty_le %}", "nếu"),
    "an attribute there is not": ("{{ tong_ho_so.tong }}", "tong"),
    "a way out": ("{{ ky.__class__.__mro__ }}", "unsafe"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_template_is_named_with_its_reason(case: str, tmp_path: Path) -> None:
    """No half document: the file and what is wrong with it."""
    line, reason = BROKEN[case]
    details = details_with_template(tmp_path, line)
    with pytest.raises(TemplateUnusable) as refused:
        make("docx", everything(), details)
    assert f"mẫu {details.template}: " in str(refused.value)
    assert reason in str(refused.value)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 nothing", b"\xd0\xcf\x11\xe0 an old .doc"])
def test_a_file_that_is_no_word_file_is_named(content: bytes, tmp_path: Path) -> None:
    """An old .doc under a new name, or a file that was cut off."""
    path = tmp_path / "baocao.docx"
    path.write_bytes(content)
    with pytest.raises(TemplateUnusable, match=re.escape(str(path))):
        make("docx", statement(), replace(DETAILS, template=path))


def test_every_name_that_a_template_may_use_is_explained() -> None:
    """docs/mau-bao-cao.md lists them all, and none that there is not."""
    explained = set(re.findall(r"^\| `(\w+)`", (ROOT / "docs" / "mau-bao-cao.md").read_text("utf-8"), re.MULTILINE))
    assert explained == {*context(everything(), DETAILS), "bieu_do_muc", "bieu_do_ky"}


@needs_pdf
def test_libreoffice_shows_the_report_page_by_page(tmp_path: Path) -> None:
    """A long report: numbers from page 2, the closing with the signature, headers of tables again on each page."""
    fields = [
        Flow(f"Lĩnh vực {n}: thành lập và hoạt động của tổ hợp tác, hợp tác xã", direct=9, early=9) for n in range(60)
    ]
    whole = DossierFigures(Flow(direct=540, early=540), fields, statement().made_at)
    document = make("docx", statement(report(dossiers=whole)), DETAILS)
    shown = pages(converted({"bao-cao.docx": document}, "pdf", tmp_path)["bao-cao.docx"])
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in shown[0]
    assert [page.split()[0] for page in shown[1:]] == [str(number) for number in range(2, len(shown) + 1)]
    signed = [page for page in shown if "TM. ỦY BAN NHÂN DÂN" in page]
    assert len(signed) == 1
    assert "./." in signed[0]
    with_fields = [page for page in shown if "Lĩnh vực 5" in page or "Lĩnh vực 1:" in page]
    assert len(with_fields) > 1
    assert all("STT" in page for page in with_fields)
