"""JSON of the portal, of communes' sites and of crawlers: known keys and lists are read, others are named."""

import json
from pathlib import Path
from typing import Any

import pytest

from catalog.entries import Entry, Way
from catalog.files.mistakes import Mistake, Unreadable
from catalog.files.notes import Notes
from catalog.source import read

SITE = {
    "stt": "1",
    "ma_tthc": "1.900001",
    "ten_tthc": "Công nhận trường",
    "linh_vuc": "Giáo dục",
    "dia_chi_tiep_nhan": "UBND xã",
    "cach_thuc_thuc_hien": [
        {"hinh_thuc_nop": "Trực tiếp", "thoi_gian": "15 ngày", "phi_le_phi": "Không", "mo_ta": "…"}
    ],
    "trinh_tu_thuc_hien": [{"truong_hop_xu_ly": "", "mo_ta_chi_tiet": "Bước 1"}, {"mo_ta_chi_tiet": "Bước 2"}],
    "tphs": [{"ten_giay_to": "Báo cáo", "ban_chinh": True}],
    "kqth": [{"ten_ket_qua": "Bằng"}],
    "ccpl": [{"so_ky_hieu": "19/2018/TT-BGDĐT"}],
}
PORTAL = {
    "id": "019d",
    "code": "1.900002",
    "name": "Gia hạn Giấy phép",
    "executionSteps": [{"name": "", "description": "- Nộp hồ sơ"}],
    "executionMethods": [
        {
            "submissionMethod": "ONLINE",
            "processingTime": 5,
            "processingTimeUnit": "WORKING_DAY",
            "fees": [{"type": "FEE", "value": 20000}],
        }
    ],
    "executionCases": [{"name": "", "profileComponents": [{"name": "Đơn"}, {"name": "Bản sao"}]}],
    "categoriesDetails": [{"name": "Thương mại"}],
    "executingAgencies": "UBND cấp tỉnh",
    "requirementsAndConditions": "",
    "fees": [],
}
NESTED = {"id": "X", "national_code": "1.900003", "domain": "Cư trú", "procedure": {"name": "Thường trú"}}
RECORDS: dict[str, tuple[Any, Entry, list[str]]] = {
    "a commune's site": (
        [SITE],
        Entry(
            "1.900001",
            "Công nhận trường",
            field="Giáo dục",
            where="UBND xã",
            steps="Bước 1\nBước 2",
            documents="Báo cáo",
            result="Bằng",
            legal_basis="19/2018/TT-BGDĐT",
            ways=(Way("Trực tiếp", "15 ngày", "Không", "…"),),
        ),
        ["Khóa không hiểu, không nhập: «tphs.ban_chinh (1)»."],
    ),
    "the portal, one record alone": (
        PORTAL,
        Entry(
            "1.900002",
            "Gia hạn Giấy phép",
            field="Thương mại",
            agency="UBND cấp tỉnh",
            steps="- Nộp hồ sơ",
            documents="Đơn\nBản sao",
            ways=(Way("Trực tuyến", "5 ngày làm việc", "Phí: 20.000 đồng"),),
        ),
        ["Khóa không hiểu, không nhập: «id (1)»."],
    ),
    "a record in a record": (
        NESTED,
        Entry("1.900003", "Thường trú", field="Cư trú"),
        ["Khóa không hiểu, không nhập: «id (1)»."],
    ),
    "a list inside an answer": (
        {"soQD": "1", "data": {"items": [{"ma": "1.900004", "ten": "Bốn", "linhVuc": "Đất đai", "thoiHan": "2 ngày"}]}},
        Entry("1.900004", "Bốn", field="Đất đai", time="2 ngày"),
        ["Ngoài danh sách thủ tục, không đọc các khóa: «soQD»."],
    ),
}


@pytest.mark.parametrize("case", RECORDS)
def test_records_of_others_are_understood_and_the_rest_is_named(tmp_path: Path, case: str) -> None:
    """Keys with underscores and in camel case, lists, records in records."""
    content, entry, said = RECORDS[case]
    path = tmp_path / "a.json"
    path.write_text(json.dumps(content, ensure_ascii=False), "utf-8")
    notes = Notes()
    assert list(read(path, notes)) == [entry]
    assert notes.sentences == said


def test_of_two_keys_for_one_text_the_usual_one_counts_and_the_other_is_named(tmp_path: Path) -> None:
    """Whichever comes first."""
    record = {"code": "1.900001", "name": "Một", "co_quan_co_tham_quyen": "A", "co_quan_thuc_hien": "B"}
    (tmp_path / "a.jsonl").write_text(json.dumps(record), "utf-8")
    notes = Notes()
    (entry,) = read(tmp_path / "a.jsonl", notes)
    assert isinstance(entry, Entry)
    assert entry.agency == "B"
    assert notes.sentences == ["Khóa không hiểu, không nhập: «co_quan_co_tham_quyen (1)»."]


def test_the_page_of_another_procedure_is_refused(tmp_path: Path) -> None:
    """A crawler stored it under the wrong code."""
    record = {"ma_thu_tuc": "3.000284", "ten_thu_tuc": "Hỗ trợ", "raw_text": "Tên thủ tụcHỗ trợMã thủ tục1.014023Số"}
    (tmp_path / "a.json").write_text(json.dumps(record), "utf-8")
    (mistake,) = read(tmp_path / "a.json")
    assert isinstance(mistake, Mistake)
    assert mistake.reason == "mã ghi '3.000284' nhưng trang lấy về là của 1.014023"


def test_json_that_is_nested_without_end_is_refused(tmp_path: Path) -> None:
    """In one sentence, in Vietnamese."""
    (tmp_path / "a.json").write_text("[" * 200_000, "utf-8")
    with pytest.raises(Unreadable, match="lồng nhau quá sâu"):
        list(read(tmp_path / "a.json"))


def test_a_record_of_too_many_keys_says_so(tmp_path: Path) -> None:
    """What was not looked at is named."""
    record = {"code": "1.900001", "name": "Một"} | {f"k{i}": i for i in range(500)}
    (tmp_path / "a.json").write_text(json.dumps(record), "utf-8")
    notes = Notes()
    assert list(read(tmp_path / "a.json", notes)) == [Entry("1.900001", "Một")]
    assert "các khóa sau khóa thứ 400" in notes.sentences[0]
