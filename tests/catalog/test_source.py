"""Catalog files of every kind are read alike; what cannot be taken is named by file, row and field."""

import codecs
import csv
import io
import json
import random
import re
import unicodedata
import zipfile
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.chart import BarChart

from catalog.codes import plain_code
from catalog.entries import TEXT_KEYS, Entry, Way, to_json
from catalog.files.cells import FAILED_CELL
from catalog.files.mistakes import Mistake, Unreadable
from catalog.preview.planning import preview
from catalog.record import LONGEST_NAME, LONGEST_TEXT, clean
from catalog.source import KINDS, parse
from catalog.source import read as read_records
from catalog.text import fold

BIRTH = Entry("1.001193", "Đăng ký khai sinh", field="Hộ tịch", fee="Không")
MARRIAGE = Entry("1.000894", "Đăng ký kết hôn", field="Hộ tịch", documents="1. Tờ khai\n2. Giấy tờ tùy thân")
ROWS = [
    ["Mã TTHC", "Tên TTHC", "Lĩnh vực", "Phí, lệ phí", "Thành phần hồ sơ"],
    ["1.001193", "Đăng ký khai sinh", "Hộ tịch", "Không", ""],
    ["1.000894", "Đăng ký kết hôn", "Hộ tịch", "", "1. Tờ khai\n2. Giấy tờ tùy thân"],
]
RECORDS: list[dict[str, Any]] = [
    {"code": "1.001193", "name": "Đăng ký khai sinh", "field": "Hộ tịch", "fee": "Không"},
    {
        "code": "1.000894",
        "name": "Đăng ký kết hôn",
        "field": "Hộ tịch",
        "documents": "1. Tờ khai\r\n2. Giấy tờ tùy thân",
    },
]
TOML = """
[[procedure]]
code = "1.001193"
name = "Đăng ký khai sinh"
field = "Hộ tịch"
fee = "Không"

[[procedure]]
code = "1.000894"
name = "Đăng ký kết hôn"
field = "Hộ tịch"
documents = \"\"\"
1. Tờ khai
2. Giấy tờ tùy thân
\"\"\"
"""
NO_HEADER = "không thấy hàng tiêu đề có cột mã và cột tên thủ tục trong 30 hàng đầu."


def read(path: Path, *, accept: bool = False) -> Iterator[Entry | Mistake]:
    """Yield entries and mistakes of a file of any kind, in its order."""
    if path.suffix.lower() in KINDS:
        yield from read_records(path, accept=accept)
        return
    for line in preview(path, {}, accept=accept).lines:
        doubtful = line.kind in ("unclear", "refused")
        yield Mistake(path.name, line.row, "", line.reason, line.sheet) if doubtful else line.entry()


def table(delimiter: str, rows: list[list[str]]) -> str:
    """Return rows as spreadsheet programs write them."""
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue()


def jsonl(*records: dict[str, Any]) -> str:
    """Return records as lines of JSON."""
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)


def workbook(path: Path, rows: list[list[Any]]) -> Path:
    """Write rows as an .xlsx file."""
    book = openpyxl.Workbook()
    sheet = book.active
    for row in rows:
        sheet.append(row)
    book.save(path)
    return path


def repacked(path: Path, change: Callable[[str, bytes], bytes]) -> Path:
    """Rewrite the parts inside an .xlsx file."""
    with zipfile.ZipFile(path) as source:
        parts = {name: change(name, source.read(name)) for name in source.namelist()}
    with zipfile.ZipFile(path, "w") as target:
        for name, content in parts.items():
            target.writestr(name, content)
    return path


def mistakes(path: Path) -> list[str]:
    """Return what is said about the records of a file that cannot be taken."""
    return [str(found) for found in read(path) if isinstance(found, Mistake)]


def write(folder: Path, name: str, content: str | bytes) -> Path:
    """Write a file as given."""
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


FILES: dict[str, tuple[str, str | bytes]] = {
    "lines of JSON": ("danh-muc.jsonl", jsonl(*RECORDS)),
    "lines of JSON with a byte order mark": ("danh-muc.jsonl", codecs.BOM_UTF8 + jsonl(*RECORDS).encode()),
    "lines of JSON with blank lines": ("danh-muc.jsonl", "\n" + jsonl(*RECORDS).replace("\n", "\r\n\r\n")),
    "a JSON list": ("danh-muc.json", json.dumps(RECORDS)),
    "a JSON object": ("danh-muc.json", json.dumps({"procedures": RECORDS}, ensure_ascii=False)),
    "a JSON list with a byte order mark": ("danh-muc.json", codecs.BOM_UTF8 + json.dumps(RECORDS).encode()),
    "TOML": ("danh-muc.toml", TOML),
    "a capital suffix": ("DANH-MUC.TOML", TOML),
    "CSV with ,": ("danh-muc.csv", table(",", ROWS)),
    "CSV with ;": ("danh-muc.csv", table(";", ROWS)),
    "CSV with |": ("danh-muc.csv", table("|", ROWS)),
    "CSV with tabs": ("danh-muc.csv", table("\t", ROWS)),
    "CSV with a byte order mark": ("danh-muc.csv", codecs.BOM_UTF8 + table(";", ROWS).encode()),
    "CSV in UTF-16": ("danh-muc.csv", table("\t", ROWS).encode("utf-16")),
    "CSV in UTF-16, big end first": ("danh-muc.csv", codecs.BOM_UTF16_BE + table(";", ROWS).encode("utf-16-be")),
    "CSV with the line ends of old Macs": ("danh-muc.csv", table(",", ROWS).replace("\r\n", "\r")),
    "CSV in decomposed Unicode": ("danh-muc.csv", unicodedata.normalize("NFD", table(",", ROWS))),
}


@pytest.mark.parametrize(("name", "content"), FILES.values(), ids=FILES)
def test_every_kind_of_text_file_gives_the_same_entries(tmp_path: Path, name: str, content: str | bytes) -> None:
    """The format, delimiter and encoding of a file do not show in what is read from it."""
    assert list(read(write(tmp_path, name, content))) == [BIRTH, MARRIAGE]


def test_an_excel_file_gives_the_same_entries(tmp_path: Path) -> None:
    """A workbook as Excel writes it is read like the text files."""
    assert list(read(workbook(tmp_path / "danh-muc.xlsx", ROWS))) == [BIRTH, MARRIAGE]


def test_an_excel_file_that_misstates_its_size_is_read_whole(tmp_path: Path) -> None:
    """Exports of other programs often say that the sheet is the cell A1 alone; the cells themselves count."""
    path = workbook(tmp_path / "danh-muc.xlsx", ROWS)
    repacked(path, lambda name, part: re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1"', part))
    assert list(read(path)) == [BIRTH, MARRIAGE]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_header_is_found_below_a_title(tmp_path: Path, kind: str) -> None:
    """Decisions put a motto and a title above the table; rows keep the numbers of the sheet."""
    above = [["CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"], [], ["PHỤ LỤC: DANH MỤC THỦ TỤC HÀNH CHÍNH", "", "Năm 2026"]]
    rows = [*above, *ROWS, ["", "Dòng không mã"]]
    path = tmp_path / f"phu-luc.{kind}"
    if kind == "csv":
        write(tmp_path, path.name, table(";", rows))
    else:
        workbook(path, rows)
    assert list(read(path)) == [
        BIRTH,
        MARRIAGE,
        Mistake(
            path.name,
            7,
            "",
            "không có mã, và danh mục không có thủ tục nào tên như vậy",
        ),
    ]


@pytest.mark.parametrize(("empty_rows", "found"), [(14, True), (29, True), (30, False)])
def test_a_header_is_looked_for_in_the_first_thirty_rows(tmp_path: Path, empty_rows: int, found: bool) -> None:
    """A header in row 30 is taken, one in row 31 is not, and the refusal says so."""
    path = write(tmp_path, "danh-muc.csv", table(";", [["Tiêu đề", ""]] * empty_rows + ROWS))
    if found:
        assert list(read(path)) == [BIRTH, MARRIAGE]
        return
    with pytest.raises(Unreadable) as refusal:
        list(read(path))
    assert str(refusal.value) == f"danh-muc.csv: {NO_HEADER}"


COLUMNS = {
    "Mã thủ tục": "code",
    "TÊN THỦ TỤC HÀNH CHÍNH": "name",
    "Lĩnh vực": "field",
    "Cơ quan thực hiện": "agency",
    "Cấp thực hiện": "level",
    "Đối tượng thực hiện": "subjects",
    "Thời hạn\ngiải quyết": "time",
    "Thời hạn cam kết": "committed",
    "Phí,  lệ phí": "fee",
    "Thành phần hồ sơ": "documents",
    "Trình tự thực hiện": "steps",
    "Cách thức thực hiện": "channels",
    "Địa điểm thực hiện": "where",
    "Kết quả thực hiện": "result",
    "Yêu cầu, điều kiện": "conditions",
    "Mẫu đơn, tờ khai": "forms",
    "Căn cứ pháp lý": "legal_basis",
    "Quyết định công bố": "decision",
    "Ngày cập nhật": "updated",
}


def test_vietnamese_column_titles_fill_their_fields(tmp_path: Path) -> None:
    """Each title of an official annex fills the field it means, whatever its case and line breaks."""
    values = {key: f"Nội dung {key}" for key in COLUMNS.values()} | {"code": "1.001193", "updated": "2026-07"}
    rows = [["STT", *COLUMNS, "Ghi chú"], ["1", *(values[key] for key in COLUMNS.values()), "bỏ qua"]]
    expected = Entry(**values)
    assert list(read(workbook(tmp_path / "a.xlsx", rows))) == [expected]
    assert list(read(write(tmp_path, "a.csv", table(";", rows)))) == [expected]


def stands_for_itself(text: str) -> bool:
    """Whether a cell is neither a spreadsheet's error nor a sign that the one above it holds here too."""
    return not FAILED_CELL.fullmatch(text.strip()) and not any(ditto in fold(text) for ditto in ("nt", "nhu tren"))


CELLS = st.text(
    alphabet="aăâbcdđeêghiklmnoôơpqrstuưvxyàáảãạệộữ ,;|.:'\"()\n\t0123456789/-", min_size=0, max_size=40
).filter(stands_for_itself)


@given(
    delimiter=st.sampled_from([",", ";", "|", "\t"]),
    texts=st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=8),
)
def test_a_csv_file_gives_back_what_a_spreadsheet_wrote_into_it(
    tmp_path_factory: pytest.TempPathFactory, delimiter: str, texts: list[tuple[str, str, str]]
) -> None:
    """Delimiters, quotes and line breaks inside cells do not tear the cells apart."""
    rows = [["Mã TTHC", "Tên TTHC", "Kết quả", "Trình tự thực hiện", "Thành phần hồ sơ"]]
    expected = []
    for number, (result, steps, documents) in enumerate(texts):
        code, name = f"1.{number:06}", f"Thủ tục số {number}"
        rows.append([code, name, result, steps, documents])
        expected.append(Entry(code, name, result=clean(result), steps=clean(steps), documents=clean(documents)))
    path = write(tmp_path_factory.mktemp("csv"), "danh-muc.csv", table(delimiter, rows))
    assert list(read(path)) == expected


def test_quotes_far_down_a_csv_file_are_read_like_those_at_its_start(tmp_path: Path) -> None:
    """A quotation mark inside a cell is written twice; it need not occur among the first rows."""
    rows = [["Mã TTHC", "Tên TTHC", "Lệ phí"]]
    rows += [[f"1.{number:06}", f"Thủ tục số {number}, phường", "Không"] for number in range(1000)]
    rows.append(["2.000001", "Cấp “sổ đỏ”", 'Theo "Bảng giá, phụ lục 1", nộp một lần'])
    found = list(read(write(tmp_path, "danh-muc.csv", table(",", rows))))
    assert found[-1] == Entry("2.000001", "Cấp “sổ đỏ”", fee='Theo "Bảng giá, phụ lục 1", nộp một lần')
    assert len(found) == 1001


def test_one_broken_line_in_the_middle_costs_only_itself(tmp_path: Path) -> None:
    """The lines before and after a broken one are read, and the broken one is named."""
    path = write(tmp_path, "danh-muc.jsonl", jsonl(RECORDS[0]) + "{broken\n" + jsonl(RECORDS[1]))
    first, broken, last = read(path)
    assert (first, last) == (BIRTH, MARRIAGE)
    assert isinstance(broken, Mistake)
    assert (broken.file, broken.row, broken.column) == ("danh-muc.jsonl", 2, "dòng")
    assert str(broken).startswith("danh-muc.jsonl, dòng 2, cột «dòng»: không phải JSON (sai từ ký tự ")


def test_a_broken_first_line_costs_only_itself(tmp_path: Path) -> None:
    """A file is not given up for its beginning alone."""
    path = write(tmp_path, "danh-muc.jsonl", "# danh mục\n" + jsonl(*RECORDS))
    assert [type(found) for found in read(path)] == [Mistake, Entry, Entry]


MISTAKES: dict[str, tuple[dict[str, Any], str]] = {
    "no code": ({"name": "Đăng ký khai sinh"}, "cột «code»: thiếu mã thủ tục của 'Đăng ký khai sinh'"),
    "an empty code": (
        {"code": " ", "name": "Đăng ký khai sinh"},
        "cột «code»: thiếu mã thủ tục của 'Đăng ký khai sinh'",
    ),
    "a code that lost its zero": (
        {"code": "1.01266", "name": "Đăng ký khai sinh"},
        "cột «code»: mã '1.01266' không có dạng 1.234567",
    ),
    "a code with a dot too many": (
        {"code": "1.013.978", "name": "Đăng ký khai sinh"},
        "cột «code»: mã '1.013.978' không có dạng 1.234567; có phải là 1.013978? Nếu đúng, thêm --accept để nhận",
    ),
    "two codes": (
        {"code": "1.001193; 1.000894", "name": "Hộ tịch"},
        "cột «code»: mã '1.001193; 1.000894' không có dạng 1.234567",
    ),
    "a code as a number": (
        {"code": 1.01266, "name": "Đăng ký khai sinh"},
        "cột «code»: mã 1.01266 bị bảng tính đổi thành số, có thể mất số 0 ở cuối, có thể là 1.012660; "
        "định dạng ô là chữ rồi ghi lại",
    ),
    "a code as a whole number": (
        {"Mã TTHC": 1001193, "Tên TTHC": "Đăng ký khai sinh"},
        "cột «Mã TTHC»: mã 1001193 bị bảng tính đổi thành số, có thể mất số 0 ở cuối; định dạng ô là chữ rồi ghi lại",
    ),
    "no name": ({"code": "1.001193"}, "cột «name»: thiếu tên của thủ tục 1.001193"),
    "a name too long": (
        {"code": "1.001193", "name": "a" * (LONGEST_NAME + 1)},
        "cột «name»: tên dài 2001 chữ cái, quá 2000",
    ),
    "a text too long": (
        {"code": "1.001193", "name": "Đăng ký khai sinh", "steps": "a" * (LONGEST_TEXT + 1)},
        "cột «steps»: dài 200001 chữ cái, quá 200000",
    ),
    "a short name too long": (
        {"code": "1.001193", "name": "Đăng ký khai sinh", "short": "a" * (LONGEST_TEXT + 1)},
        "cột «short»: dài 200001 chữ cái, quá 200000",
    ),
    "a list for a name": (
        {"code": "1.001193", "name": ["Đăng ký khai sinh"]},
        "cột «name»: cần là chữ, đang là danh sách",
    ),
    "an object for a text": (
        {"code": "1.001193", "name": {"vi": "Đăng ký khai sinh"}},
        "cột «name»: cần là chữ, đang là nhóm giá trị",
    ),
    "true for a text": (
        {"code": "1.001193", "name": "Đăng ký khai sinh", "fee": True},
        "cột «fee»: cần là chữ, đang là đúng hoặc sai",
    ),
    "an object for a short name": (
        {"code": "1.001193", "name": "Đăng ký khai sinh", "short": {"vi": "Khai sinh"}},
        "cột «short»: cần là chữ, đang là nhóm giá trị",
    ),
    "a text for the list of doubts": (
        {"code": "1.001193", "name": "Đăng ký khai sinh", "unchecked": "fee"},
        "cột «unchecked»: cần là danh sách tên cột",
    ),
    "an unknown doubt": (
        {"code": "1.001193", "name": "Đăng ký khai sinh", "unchecked": ["lệ phí"]},
        "cột «unchecked»: cần là danh sách tên cột",
    ),
    "an object in the list of doubts": (
        {"code": "1.001193", "name": "Đăng ký khai sinh", "unchecked": [{"fee": True}]},
        "cột «unchecked»: cần là danh sách tên cột",
    ),
    "a text for the ways": (
        {"code": "1.001193", "name": "Đăng ký khai sinh", "methods": "Trực tiếp"},
        "cột «methods»: cần là danh sách cách nộp, mỗi cách có tên",
    ),
    "a way without a name": (
        {"code": "1.001193", "name": "Đăng ký khai sinh", "methods": [{"time": "05 ngày"}]},
        "cột «methods»: cần là danh sách cách nộp, mỗi cách có tên",
    ),
}


@pytest.mark.parametrize(("record", "said"), MISTAKES.values(), ids=MISTAKES)
def test_a_record_that_cannot_be_taken_is_named_by_file_row_and_field(
    tmp_path: Path, record: dict[str, Any], said: str
) -> None:
    """The message stands alone on an officer's screen; the records around are read."""
    path = write(tmp_path, "danh-muc.jsonl", jsonl(RECORDS[1], record, {"code": "1.004194", "name": "Tạm trú"}))
    found = list(read(path))
    assert [str(one) for one in found if isinstance(one, Mistake)] == [f"danh-muc.jsonl, dòng 2, {said}"]
    assert [one.code for one in found if isinstance(one, Entry)] == ["1.000894", "1.004194"]


def test_a_mistake_in_a_list_is_named_by_its_place_in_the_list(tmp_path: Path) -> None:
    """In .json and .toml files the rows are the records, counted from 1."""
    as_json = write(tmp_path, "a.json", json.dumps([RECORDS[0], {"code": "sai", "name": "Sai"}]))
    as_toml = write(tmp_path, "a.toml", TOML + '\n[[procedure]]\ncode = "1.004194"\n')
    assert mistakes(as_json) == ["a.json, dòng 2, cột «code»: mã 'sai' không có dạng 1.234567"]
    assert mistakes(as_toml) == ["a.toml, dòng 3, cột «name»: thiếu tên của thủ tục 1.004194"]


def test_codes_that_a_spreadsheet_turned_into_numbers_are_not_guessed(tmp_path: Path) -> None:
    """1.012660 becomes 1.01266 in a number cell; the row is refused with what to do about it."""
    rows = [ROWS[0][:2], ["1.001193", "Đăng ký khai sinh"], [1.01266, "Chứng thực"], [2, "Tạm trú"]]
    lost = "mã 1.01266 là số, có thể đã mất số 0 ở cuối; có phải là 1.012660?"
    assert mistakes(workbook(tmp_path / "a.xlsx", rows)) == [
        f"a.xlsx, dòng 3, cột «»: {lost}",
        "a.xlsx, dòng 4, cột «»: 2 không phải mã thủ tục",
    ]


@pytest.mark.parametrize(
    ("said", "kept"),
    [(datetime(2026, 7, 1), "2026-07-01"), ("2026-07", "2026-07"), (2026, "2026")],  # noqa: DTZ001 -- as cells hold it
)
def test_a_date_cell_is_read_as_a_date(tmp_path: Path, said: object, kept: str) -> None:
    """Excel keeps a date typed into a cell as a date, not as text; the record is good all the same."""
    rows = [["Mã TTHC", "Tên TTHC", "Ngày cập nhật"], ["1.001193", "Đăng ký khai sinh", said]]
    assert list(read(workbook(tmp_path / "a.xlsx", rows))) == [Entry("1.001193", "Đăng ký khai sinh", updated=kept)]


def test_numbers_in_other_cells_are_texts(tmp_path: Path) -> None:
    """A fee of 8000 in a number cell is as good as the text."""
    rows = [["Mã TTHC", "Tên TTHC", "Lệ phí", "Thời hạn"], ["1.001193", "Đăng ký khai sinh", 8000, 0.5]]
    found = list(read(workbook(tmp_path / "a.xlsx", rows)))
    assert found == [Entry("1.001193", "Đăng ký khai sinh", fee="8000", time="0.5")]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("1.001193", "1.001193"),
        ("2.001765.000.00.00.H44", "2.001765"),
        ("1.001193.H44", "1.001193"),
        ("1.001193.000.00.00.H1", "1.001193"),
        ("1.001193.000", "1.001193"),
        (" 1.001193\u00a0", "1.001193"),
        ("2.000000", "2.000000"),
        ("1.001000.000.00.00.H44", "1.001000"),
        ("1.001193.H444", "1.001193.H444"),
        ("H44", "H44"),
        ("", ""),
    ],
)
def test_codes_lose_the_suffixes_that_provinces_add(text: str, code: str) -> None:
    """The national code remains; what is no known suffix stays to be refused."""
    assert plain_code(text) == code


def test_a_code_with_a_suffix_is_the_same_procedure(tmp_path: Path) -> None:
    """A province's spelling of a code is found out as a double."""
    suffixed = RECORDS[0] | {"code": "1.001193.000.00.00.H44"}
    path = write(tmp_path, "danh-muc.jsonl", jsonl(suffixed, RECORDS[0]))
    assert list(read(path)) == [
        BIRTH,
        Mistake("danh-muc.jsonl", 2, "code", "mã 1.001193 đã có ở dòng 1, giống hệt"),
    ]


def test_a_code_that_stood_before_is_refused_with_the_place_of_the_first(tmp_path: Path) -> None:
    """No code stands twice in what is imported, and the officer learns whether the texts differ."""
    dearer = RECORDS[0] | {"fee": "8.000 đồng"}
    path = write(tmp_path, "danh-muc.jsonl", jsonl(RECORDS[0], RECORDS[1], RECORDS[0], dearer))
    assert mistakes(path) == [
        "danh-muc.jsonl, dòng 3, cột «code»: mã 1.001193 đã có ở dòng 1, giống hệt",
        "danh-muc.jsonl, dòng 4, cột «code»: mã 1.001193 đã có ở dòng 1, với nội dung khác",
    ]


def test_a_refused_record_does_not_take_the_code_of_a_good_one(tmp_path: Path) -> None:
    """After a mistake the corrected record in the same file is taken."""
    path = write(tmp_path, "danh-muc.jsonl", jsonl({"code": "1.001193"}, RECORDS[0]))
    assert [type(found) for found in read(path)] == [Mistake, Entry]


BINARY = bytes(random.Random(1).randbytes(40_000))
UNREADABLE: dict[str, tuple[str, str | bytes, str]] = {
    "another kind": (
        "danh-muc.odt",
        b"PK",
        "danh-muc.odt: chưa đọc được loại tệp này; nhận .csv, .docx, .json,",
    ),
    "no suffix": (
        "danh-muc",
        "",
        "danh-muc: chưa đọc được loại tệp này; nhận .csv, .docx, .json, .jsonl, .ods, .pdf, .toml, .tsv, .xls, .xlsx.",
    ),
    "a JSON text": ("a.json", '"chữ"', "a.json: cần một danh sách thủ tục."),
    "a JSON object of another form": ("a.json", '{"data": []}', "a.json: cần một danh sách thủ tục."),
    "a JSON list of texts": ("a.json", '["1.001193"]', "a.json: cần một danh sách thủ tục."),
    "broken JSON": ("a.json", "[{]", "a.json: không phải JSON ("),
    "endless JSON": ("a.json", "[" * 200_000, "a.json: không phải JSON ("),
    "binary JSON": ("a.json", BINARY, "a.json: không phải JSON ("),
    "TOML without a block": ("a.toml", 'name = "Đăng ký"', "a.toml: không có khối [[procedure]] nào."),
    "TOML with one table": ("a.toml", '[procedure]\ncode = "1.001193"', "a.toml: không có khối [[procedure]] nào."),
    "a TOML list of texts": ("a.toml", 'procedure = ["1.001193"]', "a.toml: không có khối [[procedure]] nào."),
    "broken TOML": ("a.toml", "[[procedure]", "a.toml: không phải TOML ("),
    "endless TOML": ("a.toml", "a = " + "[" * 20_000, "a.toml: không phải TOML ("),
    "binary TOML": ("a.toml", BINARY, "a.toml: không phải TOML ("),
    "an empty CSV": ("a.csv", "\n", f"a.csv: {NO_HEADER}"),
    "a CSV without a name column": ("a.csv", "Mã TTHC;Lĩnh vực\n1.001193;Hộ tịch\n", f"a.csv: {NO_HEADER}"),
    "a CSV without a code column": ("a.csv", "Tên TTHC;Lĩnh vực\nKhai sinh;Hộ tịch\n", f"a.csv: {NO_HEADER}"),
    "a CSV in no encoding that we know": (
        "a.csv",
        "Mã TTHC;Tên TTHC\n1.001193;Đăng ký khai sinh".encode()[:-1] + bytes(range(0x80, 0xA0)) * 20,
        "a.csv: không đọc được chữ; hãy lưu lại tệp với bảng mã UTF-8 (",
    ),
    "half a UTF-16 file": (
        "a.csv",
        "Mã TTHC;Tên TTHC".encode("utf-16")[:-1],
        "a.csv: không đọc được chữ; hãy lưu lại tệp với bảng mã UTF-8 (",
    ),
    "a binary CSV": ("a.csv", BINARY, "a.csv: không đọc được chữ; hãy lưu lại tệp với bảng mã UTF-8 ("),
    "an Excel file that is none": ("a.xlsx", BINARY, "a.xlsx: không phải tệp .xlsx dùng được ("),
    "an empty Excel file": ("a.xlsx", b"", "a.xlsx: tệp rỗng"),
    "binary lines": ("a.jsonl", BINARY, "a.jsonl: không dòng nào trong 20 dòng đầu là JSON."),
    "lines of prose": ("a.jsonl", "Danh mục thủ tục\n" * 30, "a.jsonl: không dòng nào trong 20 dòng đầu là JSON."),
}


@pytest.mark.parametrize(("name", "content", "said"), UNREADABLE.values(), ids=UNREADABLE)
def test_a_file_that_is_no_catalog_is_refused_with_its_name_and_the_reason(
    tmp_path: Path, name: str, content: str | bytes, said: str
) -> None:
    """One sentence says what is wrong; nothing of such a file is taken."""
    taken = []
    with pytest.raises(Unreadable) as refusal:
        taken.extend(found for found in read(write(tmp_path, name, content)) if isinstance(found, Entry))
    assert str(refusal.value).startswith(said)
    assert str(refusal.value)[-1] == "."
    assert taken == []


def test_a_zip_file_named_xlsx_is_refused(tmp_path: Path) -> None:
    """An archive of something else is not taken for a workbook."""
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("thu.txt", "chữ")
    with pytest.raises(Unreadable, match=r"^a\.xlsx: tên là \.xlsx nhưng thật ra là tệp nén"):
        list(read(path))


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/styles.xml"])
def test_an_excel_file_with_a_torn_part_is_refused(tmp_path: Path, part: str) -> None:
    """A download that was cut and repaired by hand gives a sentence, not a trace."""
    path = workbook(tmp_path / "a.xlsx", ROWS)
    repacked(path, lambda name, content: content[: len(content) // 2] if name == part else content)
    with pytest.raises(Unreadable, match=r"^a\.xlsx: không phải tệp \.xlsx dùng được \("):
        list(read(path))


@pytest.mark.parametrize("seed", range(12))
def test_an_excel_file_with_damaged_bytes_is_refused_or_read(tmp_path: Path, seed: int) -> None:
    """A bad memory stick gives a sentence, not a trace."""
    path = workbook(tmp_path / "a.xlsx", ROWS)
    content, chance = bytearray(path.read_bytes()), random.Random(seed)
    for _ in range(5):
        content[chance.randrange(len(content) - 100)] ^= 0xFF
    path.write_bytes(content)
    try:
        found = list(read(path))
    except Unreadable as refusal:
        assert str(refusal).startswith("a.xlsx: ")  # noqa: PT017 -- reading on is right, too
    else:
        assert found == [BIRTH, MARRIAGE]


def test_a_workbook_that_opens_on_a_chart_is_read_or_refused(tmp_path: Path) -> None:
    """A chart sheet in front has no cells; the sheet behind it is read, or one sentence says what is wrong."""
    path = workbook(tmp_path / "a.xlsx", ROWS)
    book = openpyxl.load_workbook(path)
    book.create_chartsheet("Biểu đồ").add_chart(BarChart())
    book.active = 1
    book.save(path)
    try:
        found = list(read(path))
    except Unreadable as refusal:
        assert str(refusal).startswith("a.xlsx: ")  # noqa: PT017 -- reading on is right, too
    else:
        assert found == [BIRTH, MARRIAGE]


def test_a_missing_file_is_refused_with_the_reason(tmp_path: Path) -> None:
    """A mistyped path is named in full."""
    path = tmp_path / "không có.jsonl"
    with pytest.raises(Unreadable) as refusal:
        list(read(path))
    assert str(refusal.value) == f"{path}: không mở được tệp: không có tệp hoặc thư mục đó."


def test_a_folder_is_refused_with_the_reason(tmp_path: Path) -> None:
    """A folder with the name of a catalog is no catalog."""
    folder = tmp_path / "danh-muc.json"
    folder.mkdir()
    with pytest.raises(Unreadable, match="không mở được tệp"):
        list(read(folder))


def test_a_csv_cell_that_is_too_long_is_named_by_its_row(tmp_path: Path) -> None:
    """The limit of a field is our own, with our own sentence, also in a CSV file."""
    rows = [*ROWS, ["1.004194", "Đăng ký tạm trú", "Cư trú", "", "a" * (LONGEST_TEXT + 1)]]
    found = list(read(write(tmp_path, "a.csv", table(";", rows))))
    assert found[:2] == [BIRTH, MARRIAGE]
    assert [str(one) for one in found[2:]] == [
        "a.csv, dòng 4, cột «»: cột «Thành phần hồ sơ» dài 200001 chữ cái, quá 200000"
    ]


def test_a_csv_cell_of_legal_length_is_read(tmp_path: Path) -> None:
    """Real records reach 51,000 characters; up to the limit nothing is refused."""
    rows = [*ROWS[:1], ["1.001193", "Đăng ký khai sinh", "", "", "a" * LONGEST_TEXT]]
    found = list(read(write(tmp_path, "a.csv", table(";", rows))))
    assert found == [Entry("1.001193", "Đăng ký khai sinh", documents="a" * LONGEST_TEXT)]


def test_half_a_character_does_not_get_into_the_catalog(tmp_path: Path) -> None:
    """JSON can hold half of a surrogate pair, which no database and no page takes."""
    path = write(tmp_path, "a.jsonl", '{"code": "1.001193", "name": "Đăng ký \\ud83d khai sinh"}\n')
    for found in read(path):
        assert isinstance(found, Mistake) or to_json(found).encode()


def test_the_ways_to_hand_in_are_read_under_both_of_their_names() -> None:
    """Collections call the list `methods` and the channel `method`; our own export calls them ways and channel."""
    theirs = {"method": "Trực tuyến", "time": "05 ngày", "fee": "7.000 đồng", "note": "Cổng\u00a0DVCQG", "id": 4}
    ours = {"channel": "Trực tuyến", "time": "05 ngày", "fee": "7.000 đồng", "note": "Cổng DVCQG"}
    expected = (Way("Trực tuyến", "05 ngày", "7.000 đồng", "Cổng DVCQG"),)
    for key, way in (("methods", theirs), ("ways", ours)):
        entry = parse("a.jsonl", 1, {"code": "1.001193", "name": "Đăng ký khai sinh", key: [way]})
        assert isinstance(entry, Entry)
        assert entry.ways == expected


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("2026", "2026"),
        ("2026-07", "2026-07"),
        ("2026-07-15", "2026-07-15"),
        ("2026-06/07 (đợt 2)", "2026-06"),
        ("2025-04-28, danh sách cũ", "2025-04-28"),
        ("tháng 7", ""),
        ("", ""),
    ],
)
def test_a_date_keeps_the_year_month_or_day_it_starts_with(said: str, kept: str) -> None:
    """Remarks about the origin go, and what is no date is left out."""
    entry = parse("a.jsonl", 1, {"code": "1.001193", "name": "Đăng ký khai sinh", "data_date": said})
    assert isinstance(entry, Entry)
    assert entry.updated == kept


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  Đăng ký \n", "Đăng ký"),
        ("một\r\nhai", "một\nhai"),
        ("một\rhai", "một\nhai"),
        ("một\x0bhai", "một\nhai"),
        ("một\n\n\n\n\nhai", "một\n\nhai"),
        ("một \n \n \n hai", "một\n\n hai"),
        ("một\thai\u00a0ba", "một hai ba"),
        ("một\x00\x07hai\x7f", "mộthai"),
        (unicodedata.normalize("NFD", "phường Sa Đéc"), "phường Sa Đéc"),
        ("e\x01\u0301", "é"),
        ("Chữ “nghiêng” – 😀", "Chữ “nghiêng” – 😀"),
        ("", ""),
    ],
)
def test_texts_are_cleaned_of_what_nobody_sees(text: str, expected: str) -> None:
    """One Unicode form, no control characters, no words glued together where a line ended."""
    assert clean(text) == expected


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
def test_a_clean_text_stays_as_it_is(text: str) -> None:
    """Cleaning twice changes nothing; the result is NFC, without control characters or three line breaks in a row."""
    cleaned = clean(text)
    assert clean(cleaned) == cleaned
    assert unicodedata.is_normalized("NFC", cleaned)
    assert "\n\n\n" not in cleaned
    assert [ch for ch in cleaned if unicodedata.category(ch) == "Cc" and ch != "\n"] == []


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(
    st.dictionaries(
        st.sampled_from([*TEXT_KEYS, "methods", "ways", "unchecked", "Mã TTHC", "Tên TTHC"]), JSON_VALUES, max_size=5
    )
)
def test_any_json_object_becomes_an_entry_or_a_named_mistake(record: dict[str, Any]) -> None:
    """Whatever stands in a record, reading it ends in one of the two, and an entry can be stored."""
    found = parse("a.jsonl", 3, {"code": "1.001193", "name": "Đăng ký khai sinh"} | record)
    if isinstance(found, Mistake):
        assert str(found).startswith("a.jsonl, dòng 3, cột ")
    else:
        assert to_json(found)
        assert all(isinstance(getattr(found, key), str) for key in TEXT_KEYS)


@given(st.binary(max_size=300), st.sampled_from([".jsonl", ".json", ".toml", ".csv", ".xlsx"]))
def test_any_bytes_at_all_are_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, suffix: str
) -> None:
    """A file sent by mistake is never more than a sentence."""
    path = write(tmp_path_factory.mktemp("any"), f"a{suffix}", content)
    try:
        found = list(read(path))
    except Unreadable as refusal:
        assert str(refusal).startswith("a.")  # noqa: PT017 -- reading on is right, too
    else:
        assert [one for one in found if isinstance(one, Entry)] == []


@pytest.mark.parametrize("ditto", ["-nt-", "nt", "Như trên", "(như trên)", '"nt"'])
def test_a_ditto_means_the_cell_above(tmp_path: Path, ditto: str) -> None:
    """Offices write "-nt-" below a value that holds for several rows."""
    path = tmp_path / "a.csv"
    quoted = ditto.replace('"', '""')
    rows = [
        "Mã TTHC,Tên TTHC,Lệ phí (đồng)",
        "1.000001,Một,50.000",
        f'1.000002,Hai,"{quoted}"',
        f'1.000003,Ba,"{quoted}"',
    ]
    path.write_text("\n".join(rows), "utf-8")
    assert [getattr(entry, "fee", None) for entry in read(path)] == ["50.000"] * 3


@pytest.mark.parametrize("cell", ["#REF!", "#N/A", "#VALUE!", "#NAME?", "#DIV/0!", "nan"])
def test_a_failed_formula_is_no_value(tmp_path: Path, cell: str) -> None:
    """What a spreadsheet shows for a formula that failed is left out and named by its column."""
    path = tmp_path / "a.csv"
    path.write_text(f"Mã TTHC,Tên TTHC,Lệ phí\n1.000001,Một,{cell}\n", "utf-8")
    (line,) = preview(path, {}).lines
    assert line.entry() == Entry("1.000001", "Một")
    assert line.notes == [f"cột «Lệ phí» là lỗi {cell} của bảng tính; để trống"]


def test_a_heading_is_known_without_its_brackets(tmp_path: Path) -> None:
    """Units in brackets and line ends do not hide a column."""
    path = tmp_path / "a.csv"
    path.write_text('Mã thủ tục,Tên thủ tục,"Phí, lệ phí\n(nếu có)",Thời gian (ngày)\n1.000001,Một,Không,3\n', "utf-8")
    (entry,) = read(path)
    assert isinstance(entry, Entry)
    assert (entry.fee, entry.time) == ("Không", "3")
