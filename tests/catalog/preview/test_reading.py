"""Catalogs as offices have them: nothing is dropped without a word, nothing is guessed in silence."""

import csv
import io
import re
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlwt

from catalog.entries import Entry
from catalog.files.legacy_fonts import _TCVN3
from catalog.files.mistakes import Unreadable
from catalog.preview.planning import preview
from tests.catalog.books import FIRST, HEADER, SECOND, repacked, workbook

ONE = Entry("1.900001", "Cấp giấy thử một", field="Hộ tịch", time="3 ngày", fee="Không")
TWO = Entry("1.900002", "Cấp giấy thử hai", field="Đất đai", time="5 ngày", fee="10.000 đồng")
TO_TCVN3 = str.maketrans({letter: chr(code) for code, letter in _TCVN3.items()})
DAY = datetime(2026, 3, 5)  # noqa: DTZ001 -- as a spreadsheet has it


def reading(path: Path, *, accept: bool = False) -> tuple[list[Entry], list[str], list[str]]:
    """Return the entries, what is unclear or refused, and what is told."""
    made = preview(path, {}, accept=accept)
    doubtful = [line for line in made.lines if line.kind in ("unclear", "refused")]
    mistakes = [f"{line.place} {line.code}: {'; '.join([line.reason, *line.notes])}" for line in doubtful]
    notes = [f"{line.place}: {note}" for line in made.lines if line not in doubtful for note in line.notes]
    return [line.entry() for line in made.lines if line not in doubtful], mistakes, [*made.notes.sentences, *notes]


def text(path: Path, rows: list[list[Any]], encoding: str, sign: str = ",") -> Path:
    """Write rows as a text file in some encoding."""
    out = io.StringIO()
    csv.writer(out, delimiter=sign).writerows(rows)
    path.write_bytes(out.getvalue().encode(encoding))
    return path


ANNEX = [
    ["DANH MỤC THỦ TỤC HÀNH CHÍNH"],
    ["STT", "Mã số TTHC", "Tên thủ tục hành chính", "Thời hạn giải quyết", None, "Phí*:", "Ghi chú"],
    [None, None, None, "Theo quy định", "Sau cắt giảm"],
    ["(1)", "(2)", "(3)", "(4)", "(5)", "(6)", "(7)"],
    ["I. LĨNH VỰC HỘ TỊCH (02 thủ tục)"],
    [1, "1.900001", "Cấp giấy thử một", "3 ngày", "2 ngày", "Không"],
    [2, "1.900003.H44", "Cấp giấy thử ba", "-nt-", "Không thực hiện cắt giảm", "Miễn phí"],
    ["STT", "Mã số TTHC", "Tên thủ tục hành chính", "Theo quy định", "Sau cắt giảm", "Phí*:", "Ghi chú"],
    ["II", "LĨNH VỰC ĐẤT ĐAI"],
    [3, "1.900002", "Cấp giấy thử hai", "5 ngày", None, "10.000 đồng"],
    [None, None, "Tổng cộng: 03 TTHC"],
    ["Nơi nhận: như trên"],
]
ANNEX_ENTRIES = [
    Entry("1.900001", "Cấp giấy thử một", field="Hộ tịch", time="3 ngày", committed="2 ngày", fee="Không"),
    Entry("1.900003", "Cấp giấy thử ba", field="Hộ tịch", time="3 ngày", fee="Miễn phí"),
    TWO,
]


@pytest.mark.parametrize("merged", [("D2:E2", "A2:A3", "B2:B3", "C2:C3", "F2:F3", "A5:G5"), ()])
def test_an_annex_gives_its_rows_and_tells_the_rest(tmp_path: Path, merged: tuple[str, ...]) -> None:
    """Two-row header, column numbers, sections, "-nt-", suffixes, a repeated header, total and signature."""
    entries, mistakes, sentences = reading(workbook(tmp_path / "pl.xlsx", {"PL": ANNEX}, merged=merged))
    assert (entries, mistakes) == (ANNEX_ENTRIES, [])
    assert sentences == [
        "Trang «PL»: dòng tiêu đề 2 đến 3.",
        "Cột không hiểu, không nhập: «Ghi chú».",
        "Bỏ qua tiêu đề lặp lại: dòng 8.",
        "Bỏ qua dòng tổng: dòng 11.",
        "Bỏ qua ghi chú, chữ ký: dòng 12.",
    ]


def test_the_same_annex_as_text_gives_the_same(tmp_path: Path) -> None:
    """One reading of tables for all formats."""
    rows = [["" if cell is None else cell for cell in row] for row in ANNEX]
    entries, mistakes, _ = reading(text(tmp_path / "pl.csv", rows, "utf-8", ";"))
    assert (entries, mistakes) == (ANNEX_ENTRIES, [])


def test_all_sheets_are_read_and_those_left_out_are_named(tmp_path: Path) -> None:
    """A guide in front, a second list, a hidden list behind."""
    third = ["1.900003", "Cấp giấy thử ba", "", "", ""]
    sheets = {"Hướng dẫn": [["Điền thế nào"]], "Một": [HEADER, FIRST], "Hai": [HEADER, SECOND], "Ba": [HEADER, third]}
    entries, mistakes, sentences = reading(workbook(tmp_path / "a.xlsx", sheets, hidden_sheets=["Ba"]))
    assert (entries, mistakes) == ([ONE, TWO, Entry("1.900003", "Cấp giấy thử ba")], [])
    assert "Không đọc trang «Hướng dẫn»: không có hàng tiêu đề." in sentences
    assert "Trang «Ba» bị ẩn, vẫn được đọc." in sentences
    assert "Trang «Hai»: dòng tiêu đề 1." in sentences


def test_a_refusal_names_the_sheets_that_were_looked_at(tmp_path: Path) -> None:
    """And how far down."""
    with pytest.raises(Unreadable, match="trong 30 hàng đầu của các trang «A», «B»"):
        reading(workbook(tmp_path / "a.xlsx", {"A": [["x"]], "B": [["y"]]}))


def test_what_is_hidden_is_read_and_told(tmp_path: Path) -> None:
    """Rows and columns that nobody sees in Excel."""
    path = workbook(tmp_path / "a.xlsx", {"A": [HEADER, FIRST, SECOND]}, hidden_rows=[3], hidden_columns=["E"])
    entries, _, sentences = reading(path)
    assert entries == [ONE, TWO]
    assert sentences == [
        "Trang «A»: dòng tiêu đề 1.",
        "Cột ẩn vẫn được đọc: «Phí, lệ phí».",
        "Dòng ẩn vẫn được đọc: dòng 3.",
    ]


def test_merged_cells_fill_the_rows_that_they_cover(tmp_path: Path) -> None:
    """And no row below."""
    rows = [HEADER, FIRST, [*SECOND[:2], None, *SECOND[3:]], ["1.900003", "Ba", None, "", ""]]
    entries, _, _ = reading(workbook(tmp_path / "a.xlsx", {"A": rows}, merged=["C2:C3"]))
    assert [one.field for one in entries] == ["Hộ tịch", "Hộ tịch", ""]


def test_a_group_over_its_titles_does_not_hide_the_other_columns(tmp_path: Path) -> None:
    """«Lĩnh vực» stands beside the group, one row above the other titles."""
    rows = [
        ["Thủ tục hành chính", None, "Lĩnh vực", "Quy định"],
        ["Mã số", "Tên", None, "Thời hạn giải quyết", "Lệ phí"],
        FIRST,
    ]
    entries, _, sentences = reading(workbook(tmp_path / "a.xlsx", {"A": rows}, merged=["A1:B1", "D1:E1"]))
    assert (entries, sentences) == ([ONE], ["Trang «A»: dòng tiêu đề 1 đến 2."])


@pytest.mark.parametrize("code", ["1.900001.H13-1", "1.900001.000.00.00.H13-4", "1.900.001"])
def test_a_code_of_another_form_is_proposed_and_taken_when_accepted(tmp_path: Path, code: str) -> None:
    """Nothing is taken before somebody says so, and then it is told."""
    path = workbook(tmp_path / "a.xlsx", {"A": [HEADER, [code, *FIRST[1:]]]})
    entries, (mistake,), _ = reading(path)
    assert entries == []
    assert f"A!2 {code}: " in mistake
    assert "có phải là 1.900001?" in mistake
    entries, mistakes, sentences = reading(path, accept=True)
    assert (entries, mistakes) == ([ONE], [])
    assert "mã nhận theo đề xuất" in sentences[-1]


def test_a_number_that_lost_its_zeros_is_never_filled_up(tmp_path: Path) -> None:
    """Unless the cell shows all six decimals, or has them, and so lost nothing."""
    rows = [["Mã", "Tên"], [1.01266, "Mất số"], [1.01004, "Hiện đủ"], [1.012784, "Có đủ"]]
    path = workbook(tmp_path / "a.xlsx", {"A": rows}, formats={"A3": "0.000000"})
    entries, mistakes, _ = reading(path, accept=True)
    assert [one.code for one in entries] == ["1.010040", "1.012784"]
    assert len(mistakes) == 1
    assert mistakes[0].startswith("A!2 1.01266: ")
    assert "có phải là 1.012660?" in mistakes[0]


def test_text_of_an_old_font_is_named_and_changed_when_accepted(tmp_path: Path) -> None:
    """The cell and what it says in Unicode."""
    rows = [HEADER, [cell.translate(TO_TCVN3) for cell in FIRST]]
    path = workbook(tmp_path / "a.xlsx", {"A": rows})
    _, mistakes, _ = reading(path)
    assert len(mistakes) == 1
    assert (
        "cột «Tên thủ tục» (ô B2): chữ theo phông cũ TCVN3 (ABC), đổi sang Unicode là “Cấp giấy thử một”" in mistakes[0]
    )
    assert reading(path, accept=True)[0] == [ONE]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "cp1258"])
def test_an_encoding_that_nothing_states_is_found_and_told(tmp_path: Path, encoding: str) -> None:
    """That it was guessed is said, since a guess can be wrong."""
    rows = [HEADER, FIRST, SECOND]
    if encoding == "cp1258":
        rows = [[_for_1258(cell) for cell in row] for row in rows]
    entries, mistakes, sentences = reading(text(tmp_path / "a.csv", rows, encoding))
    assert (entries, mistakes) == ([ONE, TWO], [])
    assert sentences[0].startswith("Chữ được đọc ")


def _for_1258(cell: str) -> str:
    """Tones as marks of their own, as Windows-1258 has them."""
    tones = "\u0300\u0301\u0303\u0309\u0323"
    parts = [unicodedata.normalize("NFD", ch) for ch in cell]
    return "".join(
        unicodedata.normalize("NFC", part.translate({ord(t): None for t in tones}))
        + "".join(t for t in part if t in tones)
        for part in parts
    )


def test_a_text_file_in_an_old_font_is_refused_or_changed_when_accepted(tmp_path: Path) -> None:
    """The sentence shows what it would say."""
    rows = [[cell.translate(TO_TCVN3) for cell in row] for row in (HEADER, FIRST)]
    path = text(tmp_path / "a.csv", rows, "latin-1")
    with pytest.raises(Unreadable, match=r"phông cũ TCVN3 .*“Mã TTHC,Tên thủ tục.*--accept"):
        reading(path)
    assert reading(path, accept=True)[0] == [ONE]


WRONG: dict[str, tuple[int, Any, str]] = {
    "a date for a time": (3, DAY, "(ô D2) là ngày 05/03/2026"),
    "a date for a fee": (4, DAY, "(ô E2) là ngày 05/03/2026"),
    "a formula without a value": (2, '="Hộ "&"tịch"', "(ô C2) là công thức chưa có giá trị"),
    "an error": (4, "#REF!", "(ô E2) là lỗi #REF! của bảng tính"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_cell_that_holds_no_text_is_named_and_left_out(tmp_path: Path, case: str) -> None:
    """By its column and its cell; the rest of the row is read, and the rows around."""
    column, value, said = WRONG[case]
    row = [value if i == column else cell for i, cell in enumerate(FIRST)]
    entries, mistakes, sentences = reading(workbook(tmp_path / "a.xlsx", {"A": [HEADER, row, SECOND]}))
    key = ("code", "name", "field", "time", "fee")[column]
    assert (entries, mistakes) == ([replace(ONE, **{key: ""}), TWO], [])
    assert f"A!2: cột «{HEADER[column]}» {said}" in sentences[-1]


@pytest.mark.parametrize(("column", "value"), [(0, "=B2"), (1, '="Cấp "&"giấy"')])
def test_a_formula_in_a_code_or_a_name_keeps_the_row_out(tmp_path: Path, column: int, value: str) -> None:
    """Nobody can know the procedure."""
    row = [value if i == column else cell for i, cell in enumerate(FIRST)]
    entries, (mistake,), _ = reading(workbook(tmp_path / "a.xlsx", {"A": [HEADER, row, SECOND]}))
    assert entries == [TWO]
    assert "công thức chưa có giá trị" in mistake


def test_a_time_without_a_unit_and_entities_and_far_blanks(tmp_path: Path) -> None:
    """The first is told, the second decoded, the third is nothing."""
    rows = [HEADER, ["1.900001", "C&#7845;p &quot;giấy&quot;", "Hộ tịch", 3, "Không"]]
    path = workbook(tmp_path / "a.xlsx", {"A": rows})
    book = openpyxl.load_workbook(path)
    book.worksheets[0]["XFD1048576"] = " "
    book.save(path)
    entries, mistakes, sentences = reading(path)
    assert entries == [Entry("1.900001", 'Cấp "giấy"', field="Hộ tịch", time="3", fee="Không")]
    assert (mistakes, sentences[1:]) == ([], ["A!2: thời hạn «3» chỉ có số, không ghi đơn vị"])


def test_a_column_without_a_title_is_told(tmp_path: Path) -> None:
    """By its letter; what stands in it is not taken."""
    _, _, sentences = reading(workbook(tmp_path / "a.xlsx", {"A": [HEADER, [*FIRST, None, "thêm"]]}))
    assert sentences[1:] == ["Cột không có tiêu đề, không nhập: «G»."]


@pytest.mark.parametrize(
    ("heading", "what", "kind"),
    [
        ("B. THỦ TỤC HÀNH CHÍNH BỊ BÃI BỎ", "bãi bỏ", "abolished"),
        ("C. DANH MỤC TTHC ĐƯỢC THAY THẾ", "thay thế", "replaced"),
    ],
)
def test_a_heading_or_the_name_of_a_sheet_says_what_is_done(tmp_path: Path, heading: str, what: str, kind: str) -> None:
    """The rows below and the rows of that sheet, and no others."""
    sheets = {"PL1": [HEADER, FIRST, [heading], SECOND], f"PL2 - {what}": [HEADER, ["1.900003", "Ba", "", "", ""]]}
    found = preview(workbook(tmp_path / "a.xlsx", sheets), {})
    assert [line.kind for line in found.lines] == ["new", kind, kind]


def test_a_strict_workbook_is_read(tmp_path: Path) -> None:
    """Its parts have other names; nothing else differs."""
    path = workbook(tmp_path / "a.xlsx", {"A": [HEADER, FIRST]})

    def strict(name: str, part: bytes) -> bytes:
        if not name.startswith(("xl/workbook", "xl/worksheets", "xl/_rels", "xl/styles", "xl/shared")):
            return part
        for usual, other in (
            (
                b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
                b"http://purl.oclc.org/ooxml/spreadsheetml/main",
            ),
            (
                b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
                b"http://purl.oclc.org/ooxml/officeDocument/relationships",
            ),
        ):
            part = part.replace(usual, other)
        return part

    assert reading(repacked(path, strict))[0] == [ONE]


def test_an_old_workbook_is_read_like_a_new_one(tmp_path: Path) -> None:
    """Merged cells, hidden rows and sheets, shown decimals, days."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("Một")
    six = xlwt.easyxf(num_format_str="0.000000")
    for column, title in enumerate(HEADER):
        sheet.write(0, column, title)
    for number, row in ((1, FIRST), (2, SECOND)):
        for column, cell in enumerate(row):
            if column != 2:
                sheet.write(number, column, cell)
    sheet.write_merge(1, 2, 2, 2, "Hộ tịch")
    sheet.write(3, 0, 1.01004, six)
    sheet.write(3, 1, "Ba")
    sheet.row(2).hidden = True
    book.add_sheet("Hai").visibility = 1
    book.save(str(tmp_path / "a.xls"))
    entries, mistakes, sentences = reading(tmp_path / "a.xls")
    assert [(one.code, one.field) for one in entries] == [
        ("1.900001", "Hộ tịch"),
        ("1.900002", "Hộ tịch"),
        ("1.010040", ""),
    ]
    assert (mistakes, sentences[-1]) == ([], "Trang «Một»: Dòng ẩn vẫn được đọc: dòng 3.")


PAGE = r"thật ra là trang web \(HTML\)"
OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
OTHER_KINDS: dict[str, tuple[str, bytes, str]] = {
    "a page named .xls": (
        "a.xls",
        b"<html><table><tr><td>M</td></tr></table></html>",
        r"thật ra là trang web \(HTML\)",
    ),
    "a page named .xlsx": ("a.xlsx", b"\xef\xbb\xbf <!DOCTYPE html><table>", PAGE),
    "a page named .csv": ("a.csv", b"<table><tr><td>M</td></tr></table>", PAGE),
    "XML of 2003": (
        "a.xls",
        b'<?xml version="1.0"?><W xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>',
        "XML 2003",
    ),
    "a document": ("a.xls", b"{\\rtf1 x}", "văn bản RTF"),
    "a PDF": ("a.xlsx", b"%PDF-1.7", r"không phải tệp \.pdf dùng được"),
    "a locked one": (
        "a.xlsx",
        OLD + "EncryptedPackage".encode("utf-16-le"),
        "có mật khẩu",
    ),
    "macros": ("a.xlsm", b"PK", "có macro"),
    "a damaged OpenDocument": ("a.ods", b"PK\x03\x04", r"không phải tệp \.ods dùng được"),
    "a broken old one": ("a.xls", OLD + bytes(600), r"không phải tệp \.xls dùng được"),
    "a document cut off": ("a.docx", b"PK\x03\x04", r"không phải tệp \.docx dùng được \(tệp bị cắt ngang hoặc hỏng"),
    "no document at all": ("a.docx", b"x", r"không phải tệp \.docx dùng được \(tệp bị cắt ngang hoặc hỏng"),
    "no PDF at all": ("a.pdf", b"x", r"không phải tệp \.pdf dùng được \(tệp bị cắt ngang hoặc hỏng"),
    "an empty one": ("a.xlsx", b"", "tệp rỗng"),
}


@pytest.mark.parametrize("case", OTHER_KINDS)
def test_a_file_of_another_kind_is_told_what_it_is(tmp_path: Path, case: str) -> None:
    """Whatever its name says, and what to do."""
    name, content, said = OTHER_KINDS[case]
    (tmp_path / name).write_bytes(content)
    with pytest.raises(Unreadable, match=said) as refused:
        reading(tmp_path / name)
    assert re.search(r"Error|Exception|BadZip", str(refused.value)) is None, "no name of a library's class"


def _big(part: str) -> Callable[[str, bytes], bytes]:
    return lambda name, content: part.encode() if name.endswith("sheet1.xml") else content


NAMES = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
MERGE = '<mergeCell ref="A1:B2"/>'
HOSTILE = {
    "entities": (
        f'<!DOCTYPE w [<!ENTITY a "aaaa">]><worksheet {NAMES}><sheetData><row r="1"><c t="inlineStr"><is><t>&a;</t>'
        "</is></c></row></sheetData></worksheet>",
        "khai báo thực thể XML",
    ),
    "a row without end": (
        f'<worksheet {NAMES}><sheetData><row r="1">{"<c><v>1</v></c>" * 1_800_000}</row></sheetData></worksheet>',
        "một dòng của bảng quá lớn",
    ),
    "merged without end": (
        f"<worksheet {NAMES}><sheetData/><mergeCells>"
        + '<mergeCell ref="A1:B2"/>' * 20_001
        + "</mergeCells></worksheet>",
        "hơn 20000 ô gộp",
    ),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_workbook_ends_in_a_sentence(tmp_path: Path, case: str) -> None:
    """Before it is read whole."""
    part, said = HOSTILE[case]
    path = repacked(workbook(tmp_path / "a.xlsx", {"A": [HEADER, FIRST]}), _big(part))
    with pytest.raises(Unreadable, match=said):
        reading(path)


def test_a_quotation_mark_that_never_ends_is_named_by_its_line(tmp_path: Path) -> None:
    """The file is not swallowed into one cell."""
    (tmp_path / "a.csv").write_text('Mã TTHC,Tên TTHC\n1.900001,"Một' + "x,y\n" * 150_000, "utf-8")
    with pytest.raises(Unreadable, match=r"ô bắt đầu ở dòng 2 dài quá .*thiếu một dấu ngoặc kép"):
        reading(tmp_path / "a.csv")


def test_too_many_columns_are_refused(tmp_path: Path) -> None:
    """A table has its limits; too many rows are among the damaged files."""
    (tmp_path / "b.csv").write_text("Mã TTHC,Tên TTHC\n" + "1," * 20_000, "utf-8")
    with pytest.raises(Unreadable, match="hơn 16384 cột"):
        reading(tmp_path / "b.csv")


def test_reading_that_takes_too_long_is_ended(tmp_path: Path) -> None:
    """By a clock that the test holds."""
    (tmp_path / "a.csv").write_text("Mã TTHC,Tên TTHC\n" + "1,a\n" * 1_000, "utf-8")
    times = iter([0.0, 10.0])
    with pytest.raises(Unreadable, match="đọc quá 60 giây"):
        preview(tmp_path / "a.csv", {}, clock=lambda: next(times, 61.0))


@pytest.mark.parametrize("name", ["a.json", "a.jsonl"])
def test_a_code_of_many_letters_is_not_echoed(tmp_path: Path, name: str) -> None:
    """A sentence stays a sentence."""
    record = '{"code": "1.001193' + ".000" * 30_000 + '", "name": "x"}'
    (tmp_path / name).write_text(f"[{record}]" if name == "a.json" else record, "utf-8")
    _, (mistake,), _ = reading(tmp_path / name)
    assert len(mistake) < 250


def test_a_file_larger_than_the_limit_is_not_opened(tmp_path: Path) -> None:
    """Twenty megabytes; a file of lines may have more."""
    with (tmp_path / "a.json").open("wb") as big:
        big.truncate(20 * 1024 * 1024 + 1)
    with pytest.raises(Unreadable, match="tệp lớn hơn 20 MB"):
        reading(tmp_path / "a.json")
