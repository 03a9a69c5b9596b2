"""Lists of a unit's own and exports of software: codes that are doubtful, cells that are no text, rows that repeat."""

import csv
import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
import xlwt

from catalog.entries import Entry
from catalog.files.limits import MOST_ROWS
from catalog.files.mistakes import Unreadable
from tests.catalog.books import workbook
from tests.catalog.preview.files import HEADER, document, known, printed, read

BIRTH = Entry("1.900001", "Đăng ký nuôi chim yến", level="Cấp xã")
CODES: dict[str, tuple[Any, str, str, str]] = {
    "a province's suffix": ("1.900001.000.00.00.H44", "new", "1.900001", ""),
    "a no-break space": ("1.\xa0900001", "new", "1.900001", ""),
    "a space inside": ("1.9 00001", "new", "1.900001", "khoảng trắng"),
    "a series of today": ("1.116316", "new", "1.116316", ""),
    "a number that may have lost a zero": (1.00361, "unclear", "1.00361", "mất số 0"),
    "a text that may have lost a zero": ("1.00361", "unclear", "1.00361", "mất số 0"),
    "a number with all its decimals": (1.012784, "new", "1.012784", ""),
    "dots inside": ("1.013.978", "unclear", "1.013.978", "1.013978"),
    "another suffix": ("1.900001.H13-1", "unclear", "1.900001.H13-1", "1.900001"),
    "words before it": ("Mã: 1.900001", "unclear", "Mã: 1.900001", "1.900001"),
    "two codes": ("1.900001; 1.900002", "unclear", "1.900001; 1.900002", "2 mã"),
    "too few digits": ("1.14028", "refused", "1.14028", "không phải mã"),
    "a letter": ("1.0O4946", "refused", "1.0O4946", "không phải mã"),
    "a linked group": ("LT.NCC-BHXH", "refused", "LT.NCC-BHXH", "liên thông"),
    "a number of the software": (23604, "refused", "23604", "không phải mã"),
    "a formula without a value": ("=A1", "refused", "", "công thức"),
}


@pytest.mark.parametrize("case", CODES)
def test_a_code_is_taken_shown_or_refused_and_never_repaired_in_silence(tmp_path: Path, case: str) -> None:
    """What is taken has the form of a code as it stands; the rest is shown as written."""
    written, action, code, said = CODES[case]
    found = read(workbook(tmp_path / "a.xlsx", {"DS": [HEADER, [1, written, "Cấp sổ nuôi ong", "3 ngày", "Không"]]}))
    if action == "refused":
        ((one,), rows) = (found["refused"], found["rows"])
        assert (one.get("code", ""), rows) == (code, [])
        assert said in one["reason"]
    else:
        (row,) = found["rows"]
        assert (row["action"], row["code"]) == (action, code)
        assert said in "; ".join(row.get("notes", []))


def test_a_proposed_code_is_taken_where_it_is_accepted(tmp_path: Path) -> None:
    """It is said; a lost zero is never taken, as the digit may have been another."""
    rows = [HEADER, [1, "1.013.978", "Nuôi ong", "3 ngày", "Không"], [2, 1.00361, "Nuôi bò", "3 ngày", "Không"]]
    first, second = read(workbook(tmp_path / "a.xlsx", {"DS": rows}), accept=True)["rows"]
    assert (first["action"], first["code"]) == ("new", "1.013978")
    assert "đề xuất" in first["notes"][0]
    assert (second["action"], second["code"]) == ("unclear", "1.00361")


VALUES: dict[str, tuple[Any, str]] = {
    "a formula without a value": ("=1+1", "công thức"),
    "a failed cell": ("#N/A", "lỗi #N/A"),
    "a date as text": ("03/05/2026", "ngày 03/05/2026"),
}


@pytest.mark.parametrize("case", VALUES)
def test_a_time_that_is_none_is_left_empty_and_told(tmp_path: Path, case: str) -> None:
    """The row keeps what it does."""
    value, said = VALUES[case]
    path = workbook(tmp_path / "a.xlsx", {"DS": [HEADER, [1, "1.900001", "Đăng ký nuôi chim yến", value, "Không"]]})
    (row,) = read(path)["rows"]
    assert (row["action"], row["time"], row["fee"]) == ("new", "", "Không")
    assert said in row["notes"][0]
    assert "ô D2" in row["notes"][0]


def test_what_comes_again_is_left_out_and_another_text_is_unclear(tmp_path: Path) -> None:
    """The first stands."""
    first = [1, "1.900001", "Đăng ký nuôi chim yến", "3 ngày", "Không"]
    rows = [HEADER, first, [2, *first[1:]], [3, "1.900001", "Nuôi chim", "5 ngày", "Không"]]
    found = read(workbook(tmp_path / "a.xlsx", {"DS": rows}))
    assert [(row["action"], row["where"]) for row in found["rows"]] == [("new", "DS!2"), ("unclear", "DS!4")]
    assert found["counts"]["skipped_rows"] == 1


def test_a_file_that_states_no_action_adds_and_amends_by_code_and_level(tmp_path: Path) -> None:
    """A known code at another level is new there."""
    rows = [
        [*HEADER, "Cấp thực hiện"],
        [1, "1.900001", "Đăng ký nuôi chim yến", "3 ngày", "Không", "Xã"],
        [2, "1.900001", "Đăng ký nuôi chim yến", "3 ngày", "Không", "Tỉnh"],
    ]
    found = read(workbook(tmp_path / "a.xlsx", {"DS": rows}), known(BIRTH))
    assert [row["action"] for row in found["rows"]] == ["amended", "new"]


def test_the_word_in_the_column_of_actions_decides(tmp_path: Path) -> None:
    """A word that nobody knows is unclear."""
    said = {
        "Mới": "new",
        "Sửa đổi, bổ sung": "amended",
        "Bãi bỏ": "abolished",
        "repealed": "abolished",
        "Lạ": "unclear",
    }
    rows = [[*HEADER, "Loại thay đổi"]]
    rows += [[at, f"1.90000{at}", f"Việc thứ {at}", "3 ngày", "Không", word] for at, word in enumerate(said)]
    found = read(workbook(tmp_path / "a.xlsx", {"DS": rows}))
    assert [row["action"] for row in found["rows"]] == list(said.values())


SAID = {
    "Mới ban hành": "new",
    "TTHC bị bãi bỏ.": "abolished",
    "Hết hiệu lực từ 01/7/2026": "abolished",
    "Cập nhật": "amended",
    "Bãi bỏ thành phần hồ sơ sổ hộ khẩu": "new",
    "Toàn trình": "new",
    "": "new",
}


@pytest.mark.parametrize("title", ["Ghi chú", "Tình trạng", "Loại"])
def test_a_remark_that_says_it_of_the_whole_procedure_decides(tmp_path: Path, title: str) -> None:
    """One that speaks of a part of it, or of something else, does not."""
    rows = [[*HEADER, title]]
    rows += [[at, f"1.90000{at}", f"Việc thứ {at}", "3 ngày", "Không", word] for at, word in enumerate(SAID)]
    found = read(workbook(tmp_path / "a.xlsx", {"DS": rows}))
    assert [row["action"] for row in found["rows"]] == list(SAID.values())


def test_a_remark_against_its_section_is_unclear(tmp_path: Path) -> None:
    """Whether it is abolished is for a person to say."""
    rows = [[*HEADER, "Ghi chú"], ["II. TTHC SỬA ĐỔI, BỔ SUNG"], [1, "1.900001", "Nuôi yến", "", "", "Bãi bỏ"]]
    (line,) = read(workbook(tmp_path / "a.xlsx", {"DS": rows}))["rows"]
    assert line["action"] == "unclear"


@pytest.mark.parametrize(
    "header",
    [
        ["STT", "Số hồ sơ TTHC", "Tên TTHC", "Tên VBQPPL quy định việc bãi bỏ TTHC"],
        ["STT", "Mã TTHC", "Tên TTHC", "Quyết định bãi bỏ"],
        ["STT", "Mã TTHC bị bãi bỏ", "Tên TTHC bị bãi bỏ", "Văn bản"],
    ],
)
def test_titles_of_what_is_abolished_say_so_where_no_heading_does(tmp_path: Path, header: list[str]) -> None:
    """A row whose cell of the abolishing document is empty is in force."""
    rows = [[1, BIRTH.code, BIRTH.name, "Nghị định 1/2026/NĐ-CP"], [2, "1.900002", "Thả diều", None]]
    found = read(workbook(tmp_path / "a.xlsx", {"PL": [header, *rows]}), known(BIRTH))
    last = "abolished" if "bị" in header[1] else "new"
    assert [row["action"] for row in found["rows"]] == ["abolished", last]


def test_a_title_of_what_amends_or_abolishes_says_neither(tmp_path: Path) -> None:
    """As annexes of amended procedures have it."""
    header = ["STT", "Mã TTHC", "Tên TTHC", "Tên VBQPPL quy định nội dung sửa đổi, bổ sung, bãi bỏ"]
    rows = [[1, BIRTH.code, BIRTH.name, "Nghị định 1/2026/NĐ-CP"]]
    found = read(workbook(tmp_path / "a.xlsx", {"PL": [header, *rows]}), known(BIRTH))
    assert [row["action"] for row in found["rows"]] == ["amended"]


PARTS = [
    ("Phụ lục I - Thủ tục được công bố mới", "Phụ lục II - Thủ tục được điều chỉnh", "Phụ lục III - Thủ tục bãi bỏ"),
    ("(I) TTHC mới", "(II) TTHC SĐBS", "(III) TTHC hủy công khai"),
    ("1. Danh mục thủ tục mới", "2. Danh mục thủ tục được sửa đổi, thay thế một phần", "3. Danh mục hết hiệu lực"),
    ("I.TTHC ban hành mới", "II.TTHC sửa đổi", "III.TTHC không còn hiệu lực"),
]


@pytest.mark.parametrize("form", ["rows", "numbered rows", "tables", "paragraphs"])
@pytest.mark.parametrize("parts", PARTS)
def test_parts_say_what_is_done_however_they_are_numbered(tmp_path: Path, parts: tuple[str, ...], form: str) -> None:
    """As a row, parted from its number, above a table of its own, or as a paragraph."""
    rows = [[1, f"1.90000{at}", f"Cấp phép thứ {at}", "3 ngày", "Không"] for at in range(3)]
    if form == "paragraphs":
        path = document(
            tmp_path / "a.docx", *(one for part, row in zip(parts, rows, strict=True) for one in (part, [HEADER, row]))
        )
    else:
        grid: list[list[Any]] = [] if form == "tables" else [HEADER]
        for part, row in zip(parts, rows, strict=True):
            number, _, text = part.replace(".", ". ", 1).partition("- " if " - " in part else " ")
            grid.append([number.strip(), text] if form == "numbered rows" else [part])
            grid += [HEADER, row] if form == "tables" else [row]
        path = workbook(tmp_path / "a.xlsx", {"PL": grid})
    found = read(path)
    assert [(row["action"], row["code"]) for row in found["rows"]] == [
        ("new", "1.900000"), ("amended", "1.900001"), ("abolished", "1.900002"),
    ]  # fmt: skip
    assert {row["field"] for row in found["rows"]} == {""}
    assert found["refused"] == []


@pytest.mark.parametrize("number", [[], ["II"]])
def test_a_heading_may_be_repeated_in_every_cell_or_counted(tmp_path: Path, number: list[str]) -> None:
    """As merged cells come out of a conversion, and with how many procedures stand below it."""
    said = "Thủ tục hành chính bị bãi bỏ"
    gone = [1, BIRTH.code, BIRTH.name, "", ""]
    for name, heading in (("a", [*number, *[said] * (5 - len(number))]), ("b", [*number, said, "01 TTHC"])):
        found = read(workbook(tmp_path / f"{name}.xlsx", {"PL": [HEADER, heading, gone]}), known(BIRTH))
        assert [(row["action"], row["code"]) for row in found["rows"]] == [("abolished", BIRTH.code)]
        assert found["refused"] == []


NAMED = {
    "Đăng ký nuôi chim yến (Mã TTHC: 1.900001)": ("1.900001", "Đăng ký nuôi chim yến"),
    "Đăng ký nuôi chim yến - 1.900001": ("1.900001", "Đăng ký nuôi chim yến"),
    "Đăng ký nuôi chim yến; mã số: 1.900001.H20": ("1.900001", "Đăng ký nuôi chim yến"),
    "Đăng ký nuôi chim yến\n1.900001": ("1.900001", "Đăng ký nuôi chim yến"),
    "1.900001 - Đăng ký nuôi chim yến": ("1.900001", "Đăng ký nuôi chim yến"),
}


@pytest.mark.parametrize("written", NAMED)
def test_a_code_that_stands_with_the_name_is_parted_from_it(tmp_path: Path, written: str) -> None:
    """In a list that has no column of codes."""
    header = ["STT", "Tên thủ tục hành chính", "Thời hạn giải quyết", "Phí, lệ phí"]
    (row,) = read(workbook(tmp_path / "a.xlsx", {"PL": [header, [1, written, "2 ngày", ""]]}))["rows"]
    assert (row["code"], row["name"]) == NAMED[written]


def test_a_code_in_a_sentence_is_no_code_of_the_name(tmp_path: Path) -> None:
    """It is another procedure's."""
    header = ["STT", "Tên thủ tục hành chính", "Thời hạn giải quyết", "Phí, lệ phí"]
    said = "Cấp lại giấy đã cấp theo thủ tục 1.900001"
    found = read(workbook(tmp_path / "a.xlsx", {"PL": [header, [1, said, "2 ngày", ""]]}), known(BIRTH))
    assert (found["rows"], len(found["refused"])) == ([], 1)


def test_a_list_without_codes_is_read_by_names_where_nothing_else_is(tmp_path: Path) -> None:
    """A summary beside lists with codes is not."""
    rows = [["STT", "Tên thủ tục hành chính", "Ghi chú"], [1, BIRTH.name, ""], [2, "Việc lạ", ""]]
    alone = read(workbook(tmp_path / "a.xlsx", {"PL": [["DANH MỤC TTHC BỊ BÃI BỎ"], *rows]}), known(BIRTH))
    assert [(row["action"], row["code"]) for row in alone["rows"]] == [("abolished", BIRTH.code)]
    assert [one["where"] for one in alone["refused"]] == ["PL!4"]
    other = [HEADER, [1, "1.900007", "Thả diều", "", ""]]
    both = read(workbook(tmp_path / "b.xlsx", {"Tổng hợp": rows, "PL": other}), known(BIRTH))
    assert [row["code"] for row in both["rows"]] == ["1.900007"]


def test_rows_below_a_merged_code_belong_to_its_procedure(tmp_path: Path) -> None:
    """Each channel keeps its fee."""
    rows = [
        ["STT", "Mã TTHC", "Tên TTHC", "Hình thức", "Phí, lệ phí"],
        [1, "1.900001", "Đăng ký nuôi chim yến", "Trực tiếp", "20.000 đồng"],
        [None, None, None, "Trực tuyến", "10.000 đồng"],
    ]
    found = read(workbook(tmp_path / "a.xlsx", {"DS": rows}, merged=["A2:A3", "B2:B3", "C2:C3"]))
    assert [row["fee"] for row in found["rows"]] == ["Trực tiếp: 20.000 đồng Trực tuyến: 10.000 đồng"]


def test_levels_marked_with_x_are_levels(tmp_path: Path) -> None:
    """Columns under one title, a mark in each that holds."""
    rows = [
        ["STT", "Mã TTHC", "Tên TTHC", "Cấp thực hiện", None],
        [None, None, None, "Tỉnh", "Xã"],
        [1, "1.900001", "Đăng ký nuôi chim yến", "x", "x"],
        [2, "1.900002", "Cấp phép dựng rạp cưới", None, "x"],
    ]
    found = read(workbook(tmp_path / "a.xlsx", {"DS": rows}, merged=["D1:E1"]))
    assert [row["level"] for row in found["rows"]] == ["Cấp tỉnh, Cấp xã", "Cấp xã"]


def test_what_is_hidden_is_read_and_said(tmp_path: Path) -> None:
    """Rows, columns and sheets; a sheet without a list is named."""
    rows = [
        [*HEADER, "Kệ"],
        [1, "1.900001", "Một", "3 ngày", "Không", "K1"],
        [2, "1.900002", "Hai", "3 ngày", "Không", "K1"],
    ]
    path = workbook(
        tmp_path / "a.xlsx",
        {"DS": rows, "Khác": [HEADER, [1, "1.900003", "Ba", "3 ngày", "Không"]], "Hướng dẫn": [["Cách điền"]]},
        hidden_rows=[3],
        hidden_columns=["F"],
        hidden_sheets=["Khác"],
    )
    found = read(path)
    assert [row["code"] for row in found["rows"]] == ["1.900001", "1.900002", "1.900003"]
    sentences = " ".join(found["told"])
    for said in ("Dòng ẩn vẫn được đọc: dòng 3", "«Kệ (ẩn)»", "«Khác» bị ẩn", "«Hướng dẫn»"):
        assert said in sentences


def test_signatures_and_names_below_them_are_left_out(tmp_path: Path) -> None:
    """They are counted."""
    rows = [
        HEADER,
        [1, "1.900001", "Đăng ký nuôi chim yến", "3 ngày", "Không"],
        ["NGƯỜI LẬP BIỂU", None, "CHỦ TỊCH"],
        ["Nguyễn Văn A", None, "Trần Thị B"],
    ]
    counts = read(workbook(tmp_path / "a.xlsx", {"DS": rows}))["counts"]
    assert (counts["new"], counts["refused"], counts["skipped_rows"]) == (1, 0, 2)


@pytest.mark.parametrize("sign", [",", ";", "|", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
def test_text_files_are_read_whatever_parts_their_cells(tmp_path: Path, encoding: str, sign: str) -> None:
    """A cell may hold line ends and quotes; rows are records from 1."""
    out = io.StringIO()
    steps = '12 ngày\n- Xã: "05 ngày"'
    csv.writer(out, delimiter=sign).writerows(
        [HEADER, [1, "1.900001", "Đăng ký nuôi chim yến", steps, "Không"], [""] * 5]
    )
    (tmp_path / "a.csv").write_bytes(out.getvalue().encode(encoding))
    (row,) = read(tmp_path / "a.csv")["rows"]
    assert (row["where"], row["time"]) == ("!2", '12 ngày - Xã: "05 ngày"')


def test_an_old_workbook_keeps_its_numbers_entities_and_dates(tmp_path: Path) -> None:
    """Codes as numbers with a format, HTML entities, days of their own."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("Sheet1")
    day = xlwt.easyxf(num_format_str="dd/mm/yyyy")
    for column, title in enumerate([*HEADER, "Ngày áp dụng"]):
        sheet.write(0, column, title)
    sheet.write(1, 1, 1.00361, xlwt.easyxf(num_format_str="0.000000"))
    sheet.write(1, 2, "Cấp sổ &amp; giấy")
    sheet.write(1, 5, 46388, day)
    book.save(str(tmp_path / "a.xls"))
    (row,) = read(tmp_path / "a.xls")["rows"]
    assert (row["code"], row["name"], row["effective_from"]) == ("1.003610", "Cấp sổ & giấy", "2027-01-01")


ODS = (
    '<?xml version="1.0"?>{doctype}<office:document-content '
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
    '<table:table table:name="DS">{rows}</table:table></office:spreadsheet></office:body></office:document-content>'
)


def ods(path: Path, rows: str, doctype: str = "") -> Path:
    """Write an OpenDocument workbook of one sheet."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("content.xml", ODS.format(rows=rows, doctype=doctype))
    return path


def _cell(text: str, more: str = 'office:value-type="string"') -> str:
    return f"<table:table-cell {more}><text:p>{text}</text:p></table:table-cell>"


def test_an_open_document_is_read_with_formats_formulas_and_what_is_hidden(tmp_path: Path) -> None:
    """A number that shows its zeros has lost none; a formula without a value is named."""
    rows = (
        f"<table:table-row>{''.join(map(_cell, HEADER))}</table:table-row>"
        '<table:table-row table:visibility="collapse"><table:table-cell/>'
        + _cell("1.003610", 'office:value-type="float" office:value="1.00361"')
        + _cell("Cấp sổ nuôi ong")
        + '<table:table-cell table:formula="of:=1+1"/>'
        + _cell("Không")
        + '</table:table-row><table:table-row table:number-rows-repeated="1048574"><table:table-cell '
        'table:number-columns-repeated="16384"/></table:table-row>'
    )
    found = read(ods(tmp_path / "a.ods", rows))
    (row,) = found["rows"]
    assert (row["code"], row["name"], row["time"], row["fee"]) == ("1.003610", "Cấp sổ nuôi ong", "", "Không")
    assert "công thức" in row["notes"][0]
    assert "Dòng ẩn vẫn được đọc: dòng 2." in found["told"]


def _entities(path: Path) -> Path:
    return ods(path.with_suffix(".ods"), "", '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hosts">]>')


def _endless(path: Path) -> Path:
    row = f'<table:table-row table:number-rows-repeated="{MOST_ROWS + 1}">{_cell("1")}</table:table-row>'
    return ods(path.with_suffix(".ods"), row)


def _document_entities(path: Path) -> Path:
    made = document(path.with_suffix(".docx"), [HEADER])
    with zipfile.ZipFile(made) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    parts["word/document.xml"] = parts["word/document.xml"].replace(b"?>", b'?><!DOCTYPE a [<!ENTITY x "y">]>', 1)
    with zipfile.ZipFile(made, "w") as target:
        for name, content in parts.items():
            target.writestr(name, content)
    return made


def _cut(path: Path) -> Path:
    made = printed(path.with_suffix(".pdf"), [[HEADER]])
    made.write_bytes(made.read_bytes()[:600])
    return made


HOSTILE = {
    "entities": (_entities, "thực thể XML"),
    "rows without end": (_endless, "hơn 100000 dòng"),
    "entities in a document": (_document_entities, "thực thể XML"),
    "half a PDF": (_cut, "hỏng"),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_file_ends_in_a_sentence(tmp_path: Path, case: str) -> None:
    """It is refused as a whole."""
    write, said = HOSTILE[case]
    with pytest.raises(Unreadable, match=said):
        read(write(tmp_path / "a"))
