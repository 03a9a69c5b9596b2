"""Annexes of decisions, in every form that they come in: what each row does, and what is said of it."""

from pathlib import Path
from typing import Any

import pytest

from catalog.entries import Entry
from catalog.files.mistakes import Unreadable
from tests.catalog.books import workbook
from tests.catalog.preview.files import HEADER, document, known, made, printed, read

BIRTH = Entry("1.900001", "Đăng ký nuôi chim yến", level="Cấp xã", fee="135.000 đồng")
FAIR = Entry("1.900002", "Cấp phép dựng rạp cưới", level="Cấp xã")
TITLE = (
    "DANH MỤC THỦ TỤC HÀNH CHÍNH THUỘC THẨM QUYỀN GIẢI QUYẾT CỦA ỦY BAN NHÂN DÂN CẤP XÃ\n"
    "(Kèm theo Quyết định số 12/QĐ-UBND ngày 18/8/2026; có hiệu lực kể từ ngày 01/9/2026)"
)
ROWS: list[list[Any]] = [
    ["A. THỦ TỤC HÀNH CHÍNH MỚI BAN HÀNH"],
    ["I. LĨNH VỰC CHĂN NUÔI"],
    [1, "1.900003.H44", "Cấp sổ nuôi ong", "03 ngày", "Không"],
    ["B. THỦ TỤC HÀNH CHÍNH ĐƯỢC SỬA ĐỔI, BỔ SUNG"],
    ["I. LĨNH VỰC VĂN HÓA"],
    [1, "1.900002", "Cấp phép dựng rạp cưới", "-nt-", "Không quy định"],
    ["C. THỦ TỤC HÀNH CHÍNH BỊ BÃI BỎ"],
    [1, "1.900001", "Đăng ký nuôi chim yến", "", ""],
    ["Tổng cộng: 03 TTHC"],
]
ACTS = [
    ("new", "1.900003", "Cấp xã", "Chăn nuôi", "03 ngày", "Không", "2026-09-01"),
    ("amended", "1.900002", "Cấp xã", "Văn hóa", "03 ngày", "Không quy định", "2026-09-01"),
    ("abolished", "1.900001", "Cấp xã", "", "", "", "2026-09-01"),
]
KEYS = ("action", "code", "level", "field", "time", "fee", "effective_from")


def acts(found: dict[str, Any]) -> list[tuple[str, ...]]:
    """What the rows do."""
    return [tuple(row[key] for key in KEYS) for row in found["rows"]]


def _workbook(folder: Path) -> Path:
    return workbook(folder / "a.xlsx", {"PL1": [[TITLE], HEADER, *ROWS]})


def _document(folder: Path) -> Path:
    return document(folder / "a.docx", TITLE, [HEADER, *ROWS[:3]], "", *[ROWS[3][0]], [HEADER, *ROWS[4:]])


def _printed(folder: Path) -> Path:
    title, effect = TITLE.split("\n")
    return printed(folder / "a.pdf", [title, effect, [HEADER, *ROWS[:3]]], [[HEADER, *ROWS[3:]]])


@pytest.mark.parametrize("write", [_workbook, _document, _printed])
def test_sections_set_action_field_and_level_in_every_form(tmp_path: Path, write: Any) -> None:
    """Sections go on over tables and pages; titles give the level and the day; totals are left out and counted."""
    found = read(write(tmp_path), known(BIRTH, FAIR))
    assert acts(found) == ACTS
    assert found["counts"]["skipped_rows"] == (2 if write is _workbook else 1)
    assert found["refused"] == []


def test_where_a_row_stands_is_said_in_the_terms_of_the_file(tmp_path: Path) -> None:
    """Sheet and row of a workbook, table and row of a document, page and row of a PDF."""
    places = [read(write(tmp_path))["rows"][0]["where"] for write in (_workbook, _document, _printed)]
    assert places == ["PL1!5", "1/4", "1/4"]


def test_one_code_at_two_levels_is_two_rows(tmp_path: Path) -> None:
    """A declared number may count the code once; there is no alarm."""
    rows = [
        HEADER,
        ["II. THỦ TỤC HÀNH CHÍNH ĐƯỢC SỬA ĐỔI, BỔ SUNG (01 thủ tục)"],
        ["A. Thủ tục hành chính cấp tỉnh"],
        [1, "1.900001", "Đăng ký nuôi chim yến", "3 ngày", "Không"],
        ["B. Thủ tục hành chính cấp xã"],
        [1, "1.900001", "Đăng ký nuôi chim yến", "2 ngày", "Không"],
    ]
    found = read(workbook(tmp_path / "a.xlsx", {"PL": rows}))
    assert [(row["code"], row["level"]) for row in found["rows"]] == [("1.900001", "Cấp tỉnh"), ("1.900001", "Cấp xã")]
    assert not [said for said in found["told"] if "không khớp" in said]


def test_a_declared_number_that_does_not_match_is_told(tmp_path: Path) -> None:
    """Two declared, one read."""
    rows = [HEADER, ["I. TTHC MỚI BAN HÀNH (02 thủ tục)"], [1, "1.900003", "Cấp sổ nuôi ong", "3 ngày", "Không"]]
    sentences = read(workbook(tmp_path / "a.xlsx", {"PL": rows}))["told"]
    assert any("nêu 02" in said and "đọc được 01" in said for said in sentences)


def test_new_rows_without_a_code_are_matched_by_name_or_refused(tmp_path: Path) -> None:
    """An exact name is taken and said, a near one and an ambiguous one are unclear, an unknown one is refused."""
    twin = Entry("1.900004", "Cấp phép dựng rạp cưới", level="Cấp tỉnh")
    rows = [
        ["STT", "Tên thủ tục", "Lĩnh vực", "Lệ phí"],
        [1, "ĐĂNG KÝ NUÔI CHIM YẾN", "Chăn nuôi", "Không"],
        [2, "Đăng kí nuôi chim yếm", "Chăn nuôi", "Không"],
        [3, "Cấp phép dựng rạp cưới", "Văn hóa", "Không"],
        [4, "Việc chưa ai nghe", "Khác", "Không"],
    ]
    found = read(workbook(tmp_path / "a.xlsx", {"DS": rows}), known(BIRTH, FAIR, twin))
    assert [(row["action"], row["code"]) for row in found["rows"]] == [
        ("amended", "1.900001"),
        ("unclear", ""),
        ("unclear", ""),
    ]
    assert "không có mã" in found["rows"][0]["notes"][0]
    assert [one["where"] for one in found["refused"]] == ["DS!5"]


REPLACED: dict[str, tuple[list[list[Any]], list[tuple[str, list[str]]]]] = {
    "in brackets": (
        [HEADER, ["C. TTHC ĐƯỢC THAY THẾ"], [1, "1.900005 (thay thế 1.900001)", "Nuôi chim", "3 ngày", "Không"]],
        [("1.900005", ["1.900001"])],
    ),
    "an arrow": (
        [HEADER, ["C. TTHC ĐƯỢC THAY THẾ"], [1, "1.900001 → 1.900005", "Nuôi chim", "3 ngày", "Không"]],
        [("1.900005", ["1.900001"])],
    ),
    "the number column holds the old code": (
        [
            ["DANH MỤC TTHC ĐƯỢC THAY THẾ"],
            ["Số TT", "Tên thủ tục hành chính", "Thời hạn giải quyết"],
            ["1.900001", "Nuôi chim (Mã số TTHC: 1.900005)", "3 ngày"],
        ],
        [("1.900005", ["1.900001"])],
    ),
    "columns of old and new": (
        [
            ["STT", "Mã TTHC cũ", "Tên TTHC cũ", "Mã TTHC mới", "Tên TTHC mới"],
            [1, "1.900001", "Đăng ký nuôi chim yến", "1.900005", "Nuôi chim"],
            [2, "1.900002", "Cấp phép dựng rạp cưới", "1.900005", "Nuôi chim"],
        ],
        [("1.900005", ["1.900001"]), ("1.900005", ["1.900002"])],
    ),
}


@pytest.mark.parametrize("case", REPLACED)
def test_old_and_new_stand_in_one_row(tmp_path: Path, case: str) -> None:
    """A row for a pair; the old code is not abolished besides."""
    rows, pairs = REPLACED[case]
    found = read(workbook(tmp_path / "a.xlsx", {"PL": rows}), known(BIRTH, FAIR))
    assert [(row["code"], row["replaces"]) for row in found["rows"]] == pairs
    assert (found["counts"]["replaced"], found["counts"]["abolished"]) == (len(pairs), 0)


def test_a_shortened_time_is_a_commitment_and_not_shortened_is_none(tmp_path: Path) -> None:
    """The two columns under the time, the words for "as in the first", and times in several steps kept whole."""
    steps = "Thông báo: 02 ngày; Thẩm định: 16,5 ngày"
    rows = [
        ["STT", "Mã TTHC", "Tên TTHC", "Thời hạn giải quyết", None],
        [None, None, None, "Theo quy định", "Sau khi cắt giảm"],
        [1, "1.900001", "Một", steps, "2,5 ngày"],
        [2, "1.900002", "Hai", "5 ngày", "Không thực hiện cắt giảm"],
    ]
    found = read(workbook(tmp_path / "a.xlsx", {"PL": rows}))["rows"]
    assert [(row["time"], row["committed"]) for row in found] == [(steps, "2,5 ngày"), ("5 ngày", "")]


def test_the_day_of_a_row_goes_before_that_of_the_decision(tmp_path: Path) -> None:
    """A column, a remark, the words "26 tháng 3 năm 2026"; the day of signing is none unless it is said to be."""
    title = "DANH MỤC TTHC (Kèm theo Quyết định số 1/QĐ-UBND ngày 10/7/2025, có hiệu lực từ ngày 26 tháng 3 năm 2026)"
    rows = [
        [title],
        [*HEADER[:3], "Ngày hiệu lực", "Ghi chú"],
        [1, "1.900001", "Một", "01/01/2027", None],
        [2, "1.900002", "Hai", None, "Bãi bỏ từ ngày 01/02/2027"],
        [3, "1.900003", "Ba", None, None],
    ]
    found = read(workbook(tmp_path / "a.xlsx", {"PL": rows}))["rows"]
    assert [row["effective_from"] for row in found] == ["2027-01-01", "2027-02-01", "2026-03-26"]
    signed = [["DANH MỤC TTHC (Quyết định số 1/QĐ-UBND ngày 10/7/2025)"], HEADER, ROWS[2]]
    assert read(workbook(tmp_path / "b.xlsx", {"PL": signed}))["rows"][0]["effective_from"] == ""
    signed[0] = ["DANH MỤC TTHC (Quyết định số 1/QĐ-UBND ngày 10/7/2025 có hiệu lực kể từ ngày ký)"]
    assert read(workbook(tmp_path / "c.xlsx", {"PL": signed}))["rows"][0]["effective_from"] == "2025-07-10"


def test_a_row_cut_by_the_page_is_one_procedure(tmp_path: Path) -> None:
    """Its tail stands in the next table, which has no header; the name is joined."""
    path = document(
        tmp_path / "a.docx",
        [HEADER, [1, "1.900001", "Đăng ký nuôi chim yến (thuộc địa bàn", "3 ngày", "Không"]],
        "",
        [["", "", "quản lý)", "", ""], [2, "1.900002", "Cấp phép dựng rạp cưới", "3 ngày", "Không"]],
    )
    found = read(path)
    assert [row["name"] for row in found["rows"]] == [
        "Đăng ký nuôi chim yến (thuộc địa bàn quản lý)",
        "Cấp phép dựng rạp cưới",
    ]
    assert found["refused"] == []


ODD = {
    "split letters": ("Công nh ận nuôi chim yến", "tách rời"),
    "a syllable cut in two": ("Cấp gi ấy nuôi chim yến", "tách rời"),
    "a name that runs on": ("Nuôi chim ngoài tự nhiên Nghị định số 37/2026/NĐ -CP ngày 23/01/2026", "căn cứ pháp lý"),
}


@pytest.mark.parametrize("case", ODD)
def test_what_a_conversion_did_to_a_name_is_told_not_mended(tmp_path: Path, case: str) -> None:
    """The name stays as it is written."""
    name, said = ODD[case]
    row = read(document(tmp_path / "a.docx", [HEADER, [1, "1.900001", name, "3 ngày", "Không"]]))["rows"][0]
    assert row["name"] == name
    assert any(said in note for note in row["notes"])


def test_an_ordinary_name_is_not_suspicious(tmp_path: Path) -> None:
    """One-letter words, licence classes and laws that belong to a name."""
    names = ["Giấy phép lái xe hạng B ô tô", "Xác nhận nơi ở; mức thu ở xã", "Hỗ trợ theo Nghị định số 20/2021/NĐ-CP"]
    rows = [HEADER, *([at, f"1.90000{at}", name, "3 ngày", "Không"] for at, name in enumerate(names, 1))]
    assert [row.get("notes") for row in read(workbook(tmp_path / "a.xlsx", {"PL": rows}))["rows"]] == [None] * 3


FEES = ["Không", "Không quy định", "Miễn phí", "0 đồng", "0", "", "Chưa quy định"]


def test_seven_ways_to_say_no_fee_stay_seven(tmp_path: Path) -> None:
    """None becomes another."""
    rows = [HEADER, *([at, f"1.90000{at}", f"Việc {at}", "3 ngày", fee] for at, fee in enumerate(FEES))]
    assert [row["fee"] for row in read(workbook(tmp_path / "a.xlsx", {"PL": rows}))["rows"]] == FEES


def test_a_fee_without_its_zeros_is_told(tmp_path: Path) -> None:
    """135 where it was 135.000."""
    rows = [HEADER, [1, "1.900001", "Đăng ký nuôi chim yến", "3 ngày", "135 VNĐ"]]
    row = read(workbook(tmp_path / "a.xlsx", {"PL": rows}), known(BIRTH))["rows"][0]
    assert "135.000 đồng" in row["notes"][0]


def test_shared_procedures_are_of_all_levels(tmp_path: Path) -> None:
    """A section "dùng chung" names them."""
    rows = [HEADER, ["THỦ TỤC HÀNH CHÍNH DÙNG CHUNG (CẤP BỘ, CẤP TỈNH, CẤP XÃ)"], ROWS[2]]
    line = made(workbook(tmp_path / "a.xlsx", {"PL": rows})).lines[0]
    assert line.levels == {"bo", "tinh", "xa"}


def test_internal_processes_are_no_catalog(tmp_path: Path) -> None:
    """They carry the same codes and change nothing."""
    rows = [["QUY TRÌNH NỘI BỘ GIẢI QUYẾT THỦ TỤC HÀNH CHÍNH"], HEADER, ROWS[2]]
    with pytest.raises(Unreadable, match="quy trình nội bộ"):
        read(workbook(tmp_path / "a.xlsx", {"PL": rows}))


def test_a_scan_is_told_so(tmp_path: Path) -> None:
    """A page without letters."""
    with pytest.raises(Unreadable, match="bản quét"):
        read(printed(tmp_path / "a.pdf", [""], [""]))
