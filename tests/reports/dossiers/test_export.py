"""The e-one-stop software's exports in many layouts: what is read, what is refused and where, what is never kept."""

import csv
import tracemalloc
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from catalog.files.header import stacked
from catalog.files.mistakes import Unreadable
from reports.dossiers.dossier import Dossier, Flow, total
from reports.dossiers.export import MOST_MISTAKES, Export, read
from reports.dossiers.export_cells import Wrong, channel, count, moment, text
from reports.dossiers.export_totals import broken, suspicious
from tests.clock import NOW, ZONE
from tests.reports.dossier_exports import ANNEX, BIRTHS, LAND, PERSON, TITLES, WHOLE, book, row

TODAY = NOW.date()


def at(written: str) -> datetime:
    """A moment of the unit's own clock."""
    return datetime.fromisoformat(written).replace(tzinfo=ZONE)


def table(folder: Path, rows: Sequence[Sequence[Any]], delimiter: str = ",", name: str = "ds.csv") -> Path:
    """A .csv file."""
    with (folder / name).open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows(rows)
    return folder / name


def taken(path: Path) -> Export:
    """An export without mistakes."""
    export = read(path, ZONE, TODAY)
    assert list(map(str, export.mistakes)) == []
    return export


def mistakes(path: Path) -> list[str]:
    """What is wrong in a file."""
    return list(map(str, read(path, ZONE, TODAY).mistakes))


def one(path: Path) -> Dossier:
    """The only dossier of a file."""
    (dossier,) = taken(path).dossiers.values()
    return dossier


# Cells

MOMENTS: dict[str, tuple[Any, str, bool]] = {
    "a day of Excel": (datetime(2026, 11, 20), "2026-11-20 00:00:00", False),  # noqa: DTZ001 -- as openpyxl gives it
    "a day": (date(2026, 11, 20), "2026-11-20 00:00:00", False),
    "a moment of Excel, a hair too early": (datetime(2026, 11, 20, 15, 29, 59, 999997), "2026-11-20 15:30:00", True),  # noqa: DTZ001
    "a written day": ("20/11/2026", "2026-11-20 00:00:00", False),
    "a written day with dots": ("5.1.2026", "2026-01-05 00:00:00", False),
    "day and time": ("20/11/2026 15:30", "2026-11-20 15:30:00", True),
    "day, time and seconds": ("20/11/2026 15:30:45", "2026-11-20 15:30:45", True),
    "time first": ("15:30 20/11/2026", "2026-11-20 15:30:00", True),
    "time first with a comma": ("15h30, ngày 20/11/2026", "2026-11-20 15:30:00", True),
    "ISO": ("2026-11-20 15:30:00", "2026-11-20 15:30:00", True),
    "ISO with a T": ("2026-11-20T15:30:00", "2026-11-20 15:30:00", True),
    "ISO of another zone": ("2026-11-20T08:30:00+00:00", "2026-11-20 15:30:00", True),
    "midnight is no time": ("20/11/2026 00:00:00", "2026-11-20 00:00:00", False),
}


@pytest.mark.parametrize("case", MOMENTS)
def test_a_moment_is_read_in_the_units_own_zone(case: str) -> None:
    """Whatever way the software writes it."""
    cell, written, exact = MOMENTS[case]
    found = moment(cell, ZONE)
    assert found is not None
    assert (found.at, found.day, found.exact) == (at(written), at(written).date(), exact)


@pytest.mark.parametrize("cell", [None, "", "  ", "-", "–", "\xa0"])
def test_an_empty_cell_is_no_moment(cell: Any) -> None:
    """A dash stands for nothing."""
    assert moment(cell, ZONE) is None


@pytest.mark.parametrize(
    "cell",
    ["31/02/2026", "20/13/2026", "20/11/26", "hôm qua", 46346.5, True, "20/11/2026 25:00", "#REF!", "20/11/1926"],
)
def test_what_is_no_moment_is_refused(cell: Any) -> None:
    """A number in an unformatted cell may be anything; a day that does not exist is none."""
    with pytest.raises(Wrong):
        moment(cell, ZONE)


def test_a_due_day_without_a_time_lasts_to_its_end() -> None:
    """With a time it counts to the second."""
    day, exact = moment("20/11/2026", ZONE, due=True), moment("20/11/2026 15:30", ZONE, due=True)
    assert day is not None
    assert exact is not None
    assert (day.at, exact.at) == (at("2026-11-20 23:59:59"), at("2026-11-20 15:30:00"))


def test_a_due_moment_may_say_that_there_is_none() -> None:
    """In words; as any other moment the words are a mistake."""
    assert moment("Không quy định", ZONE, due=True) is None
    with pytest.raises(Wrong):
        moment("Không quy định", ZONE)


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        (5, 5),
        (5.0, 5),
        ("5", 5),
        ("1.730", 1730),
        ("15,780", 15780),
        ("1 730", 1730),
        ("1.234.567", 1234567),
        ("-", 0),
        (None, 0),
    ],
)
def test_a_count_is_read(cell: Any, number: int) -> None:
    """With thousands parted in any way; nothing is nought."""
    assert count(cell) == number


@pytest.mark.parametrize(
    "cell", [-1, 1.5, "1,5", "năm", True, "1.7300", "#VALUE!", 10**10, "٣", float("inf"), float("nan")]
)
def test_what_is_no_count_is_refused(cell: Any) -> None:
    """No guess is made."""
    with pytest.raises(Wrong):
        count(cell)


@pytest.mark.parametrize(
    ("cell", "way"),
    [
        ("Trực tuyến", "online"),
        ("Nộp qua DVC quốc gia", "online"),
        ("TRỰC TIẾP", "direct"),
        ("Nộp tại quầy", "direct"),
        ("Dịch vụ bưu chính công ích", "post"),
        ("", None),
    ],
)
def test_a_way_is_read(cell: str, way: str | None) -> None:
    """As the software's exports word it."""
    assert channel(cell) == way


@pytest.mark.parametrize("cell", ["=1+1", "#N/A", 1.5, 1e20, True, "a\x07b", "x" * 501, datetime(2026, 1, 1)])  # noqa: DTZ001
def test_what_is_no_text_is_refused(cell: Any) -> None:
    """Formulas, failed cells, numbers that lost digits, and what cannot be shown."""
    with pytest.raises(Wrong):
        text(cell)


# Headers


def test_titles_under_merged_cells_carry_those_above() -> None:
    """A group holds its text in its first column alone and ends where the next begins."""
    rows = [["STT", "Tiếp nhận", None, None, "Ghi chú"], [None, "Trong kỳ", None, "Kỳ trước"], [None, "A", "B"]]
    assert stacked(rows) == [
        "STT",
        "Tiếp nhận / Trong kỳ / A",
        "Tiếp nhận / Trong kỳ / B",
        "Tiếp nhận / Kỳ trước",
        "Ghi chú",
    ]  # fmt: skip


@pytest.mark.parametrize("above", [[], [["UBND PHƯỜNG SA ĐÉC"], [], ["DANH SÁCH HỒ SƠ", None, "Tháng 11"]]])
@pytest.mark.parametrize("numbered", [False, True])
def test_a_list_is_read_below_its_header(tmp_path: Path, above: list[list[Any]], numbered: bool) -> None:
    """Titles of the report above it, and a row that numbers the columns, are no dossiers."""
    numbers = [[f"({i})" for i in range(1, len(TITLES) + 1)]] if numbered else []
    rows = [
        *above,
        TITLES,
        *numbers,
        row(1, "H20-1", "18/11/2026 08:00", "20/11/2026", "19/11/2026 09:00", way="Trực tuyến"),
    ]
    found = one(book(tmp_path, rows))
    assert found == Dossier(
        code="H20-1",
        received_at=at("2026-11-18 08:00"),
        received_on=date(2026, 11, 18),
        due_at=at("2026-11-20 23:59:59"),
        due_on=date(2026, 11, 20),
        resolved_at=at("2026-11-19 09:00"),
        resolved_on=date(2026, 11, 19),
        name="Đăng ký khai sinh",
        field="Hộ tịch",
        channel="online",
        state="Đang xử lý",
    )


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_csv_file_is_read_like_a_workbook(tmp_path: Path, delimiter: str) -> None:
    """Whatever parts its cells."""
    rows = [["Danh sách"], TITLES, row(1, "H20-1", "18/11/2026", "20/11/2026", "19/11/2026")]
    assert one(table(tmp_path, rows, delimiter)) == one(book(tmp_path, rows))


def test_a_header_may_stand_over_two_rows(tmp_path: Path) -> None:
    """«Ngày» over «Tiếp nhận» and «Hẹn trả» means the same as in one cell."""
    rows = [
        ["Số biên nhận", "Thủ tục", "Ngày", None, None, "Tình trạng"],
        [None, None, "Tiếp nhận", "Hẹn trả", "Trả kết quả", None],
        ["H20-1", "Chứng thực", "18/11/2026", "20/11/2026", None, "Đang giải quyết"],
    ]
    found = one(book(tmp_path, rows, merged=["A1:A2", "B1:B2", "C1:E1", "F1:F2"]))
    assert (found.code, found.due_on, found.state) == ("H20-1", date(2026, 11, 20), "Đang giải quyết")


def test_nothing_about_applicants_is_read(tmp_path: Path) -> None:
    """Their columns are named, and no cell of them is anywhere in what is kept."""
    export = taken(book(tmp_path, [TITLES, row(1, "H20-1", "18/11/2026", "20/11/2026", "19/11/2026")]))
    assert export.ignored == ["STT", "Họ tên người nộp", "Số CCCD", "Số điện thoại"]
    assert [secret for secret in PERSON if secret in repr(export)] == []


@pytest.mark.parametrize(
    "titles",
    [
        ["Họ tên", "Ngày sinh"],
        ["Mã hồ sơ", "Ngày tiếp nhận"],
        ["Mã hồ sơ", "Ngày tiếp nhận", "Hạn trả"],
        ["Lĩnh vực", "Tiếp nhận", "Giải quyết"],
    ],
)
def test_a_table_that_is_neither_layout_is_refused(tmp_path: Path, titles: list[str]) -> None:
    """The columns that are needed are named."""
    with pytest.raises(Unreadable, match=r"ds\.xlsx: không thấy hàng tiêu đề .*«Mã hồ sơ».*«Hạn trả».*«Lĩnh vực»"):
        read(book(tmp_path, [titles, ["x"] * len(titles)]), ZONE, TODAY)


# Steps


def test_a_step_without_a_column_counts_as_done_with_the_one_before(tmp_path: Path) -> None:
    """A missing column makes no dossier wait for its citizen, and it is said."""
    rows = [
        ["Mã hồ sơ", "Ngày tiếp nhận", "Hạn trả", "Ngày có kết quả"],
        ["A", "18/11/2026", "20/11/2026", "19/11/2026 09:00"],
        ["B", "18/11/2026", "20/11/2026", None],
    ]
    export = taken(book(tmp_path, rows))
    done, pending = export.dossiers["A"], export.dossiers["B"]
    assert done.resolved_at == done.handed_at == done.closed_at == at("2026-11-19 09:00")
    assert (pending.resolved_at, pending.handed_at, pending.closed_at) == (None, None, None)
    assert [note.split(":")[0] for note in export.notes if "cột" in note] == [
        "Tệp không có cột «Ngày trả kết quả»",
        "Tệp không có cột «Ngày kết thúc»",
        "Tệp không có cột «Lĩnh vực»",
    ]


def test_a_step_that_was_done_implies_those_before(tmp_path: Path) -> None:
    """Closed without a day of handing over: handed over by then; handed over on paper alone: not closed."""
    rows = [
        TITLES,
        row(1, "A", "18/11/2026", "20/11/2026", None, None, "19/11/2026 16:00"),
        row(2, "B", "18/11/2026", "20/11/2026", None, "19/11/2026 10:00"),
    ]
    export = taken(book(tmp_path, rows))
    assert export.dossiers["A"].resolved_at == export.dossiers["A"].handed_at == at("2026-11-19 16:00")
    handed = export.dossiers["B"]
    assert (handed.resolved_at, handed.handed_at, handed.closed_at) == (*[at("2026-11-19 10:00")] * 2, None)


# Mistakes and remarks

WRONG_ROWS: dict[str, tuple[list[Any], str]] = {
    "no code": (row(1, "", "18/11/2026", "20/11/2026"), "cột «Mã hồ sơ»: thiếu mã hồ sơ"),
    "no day of receipt": (row(1, "A", None, "20/11/2026"), "cột «Ngày tiếp nhận»: hồ sơ A thiếu ngày tiếp nhận"),
    "a day that does not exist": (row(1, "A", "31/02/2026", "20/11/2026"), "cột «Ngày tiếp nhận»: '31/02/2026'"),
    "a due day as a number": (row(1, "A", "18/11/2026", 46346), "cột «Hạn trả»: 46346 không phải ngày"),
    "a failed cell": (row(1, "A", "18/11/2026", "#REF!"), "cột «Hạn trả»: #REF! là lỗi của bảng tính"),
    "an unknown way": (row(1, "A", "18/11/2026", "20/11/2026", way="Bồ câu"), "cột «Hình thức nộp»: 'Bồ câu'"),
    "a code that lost digits": (row(1, 1.5e20, "18/11/2026", "20/11/2026"), "cột «Mã hồ sơ»: bị bảng tính đổi"),  # type: ignore[arg-type]
    "a long code": (row(1, "A" * 101, "18/11/2026", "20/11/2026"), "cột «Mã hồ sơ»: dài 101 chữ cái, quá 100"),
}


@pytest.mark.parametrize("case", WRONG_ROWS)
def test_a_mistake_is_named_by_file_row_and_column(tmp_path: Path, case: str) -> None:
    """So that somebody can mend it in the software."""
    cells, said = WRONG_ROWS[case]
    good = row(2, "OK", "18/11/2026", "20/11/2026")
    (found,) = mistakes(book(tmp_path, [["Tiêu đề"], TITLES, good, cells]))
    assert found.startswith(f"ds.xlsx, dòng 4, {said}")


def test_a_formula_in_a_csv_file_is_no_code(tmp_path: Path) -> None:
    """It would run when the list is opened again."""
    path = table(tmp_path, [TITLES, row(1, '=HYPERLINK("http://x")', "18/11/2026", "20/11/2026")])
    assert "là công thức" in mistakes(path)[0]


def test_a_formula_that_was_never_computed_is_named(tmp_path: Path) -> None:
    """A code from such a cell is not said to be missing: the officer sees one in Excel."""
    assert (
        "công thức chưa có giá trị"
        in mistakes(book(tmp_path, [TITLES, row(1, '=A1&"x"', "18/11/2026", "20/11/2026")]))[0]
    )


def test_a_code_twice_with_different_content_is_named_with_both_rows(tmp_path: Path) -> None:
    """The very same row twice is counted once and said."""
    rows = [TITLES, row(1, "A", "18/11/2026", "20/11/2026"), row(2, "A", "18/11/2026", "21/11/2026")]
    assert mistakes(book(tmp_path, rows)) == ["ds.xlsx, dòng 3, cột «Mã hồ sơ»: mã A đã có ở dòng 2 với nội dung khác"]
    export = taken(book(tmp_path, [TITLES, rows[1], rows[1]]))
    assert (export.rows, export.notes) == (1, ["1 dòng lặp lại y hệt dòng trước, tính một lần (dòng 3)."])


def test_mistakes_without_end_are_cut(tmp_path: Path) -> None:
    """A file of another kind does not fill the screen."""
    rows = [TITLES, *(row(n, f"A{n}", "hôm qua", "20/11/2026") for n in range(MOST_MISTAKES + 5))]
    export = read(book(tmp_path, rows), ZONE, TODAY)
    assert len(export.mistakes) == MOST_MISTAKES
    assert export.more


REMARKS: dict[str, tuple[list[Any], str]] = {
    "no due day": (row(1, "A", "18/11/2026", None), "1 hồ sơ không có hạn trả"),
    "no field": (row(1, "A", "18/11/2026", "20/11/2026", field=""), "1 hồ sơ không ghi lĩnh vực"),
    "no way": (row(1, "A", "18/11/2026", "20/11/2026", way=" "), "1 hồ sơ không ghi hình thức nộp"),
    "settled first": (row(1, "A", "18/11/2026", "20/11/2026", "17/11/2026"), "1 hồ sơ có kết quả trước khi tiếp nhận"),
    "due first": (row(1, "A", "18/11/2026", "17/11/2026"), "1 hồ sơ có hạn trả trước khi tiếp nhận"),
    "from tomorrow": (row(1, "A", "28/11/2026", "30/11/2026"), "1 hồ sơ có ngày tiếp nhận sau hôm nay"),
    "a footer": (["Người lập biểu"], "1 dòng không có mã hồ sơ và ngày, bỏ qua (dòng 3)."),
}


@pytest.mark.parametrize("case", REMARKS)
def test_what_is_suspicious_is_said_and_let_in(tmp_path: Path, case: str) -> None:
    """It may be true; somebody should look."""
    cells, said = REMARKS[case]
    export = taken(book(tmp_path, [TITLES, row(9, "OK", "18/11/2026", "20/11/2026"), cells]))
    assert len(export.notes) == 1
    assert export.notes[0].startswith(said)


def test_a_day_without_a_time_is_not_before_a_time_of_that_day(tmp_path: Path) -> None:
    """Received at nine and settled on the same day, nobody knows when: nothing to remark."""
    assert taken(book(tmp_path, [TITLES, row(1, "A", "18/11/2026 09:00", "20/11/2026", "18/11/2026")])).notes == []


def test_many_early_and_none_on_its_day_is_said(tmp_path: Path) -> None:
    """Some software writes the due day of the next step."""
    early = [row(n, f"A{n}", "16/11/2026", "20/11/2026", "17/11/2026") for n in range(20)]
    assert "20 hồ sơ trước hạn" in taken(book(tmp_path, [TITLES, *early])).notes[0]
    on_the_day = row(20, "B", "16/11/2026", "20/11/2026", "20/11/2026")
    assert taken(book(tmp_path, [TITLES, *early, on_the_day])).notes == []


# Hostile files


@pytest.mark.parametrize(
    ("name", "content"), [("ds.xlsx", b"PK\x03\x04" + bytes(100)), ("ds.docx", b""), ("ds.xlsx", b"")]
)
def test_what_is_no_table_is_refused_by_name(tmp_path: Path, name: str, content: bytes) -> None:
    """In one sentence."""
    (tmp_path / name).write_bytes(content)
    with pytest.raises(Unreadable, match=name):
        read(tmp_path / name, ZONE, TODAY)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    """With the reason of the system."""
    with pytest.raises(Unreadable, match="không mở được tệp"):
        read(tmp_path / "khong-co.xlsx", ZONE, TODAY)


def test_a_header_without_rows_is_refused(tmp_path: Path) -> None:
    """An empty list would look as if everything were done."""
    with pytest.raises(Unreadable, match="không có dòng nào"):
        read(book(tmp_path, [TITLES]), ZONE, TODAY)
    with pytest.raises(Unreadable, match="không có hồ sơ nào"):
        read(book(tmp_path, [TITLES, ["Người lập biểu"]]), ZONE, TODAY)


def test_a_row_with_a_number_out_of_this_world_is_never_reached(tmp_path: Path) -> None:
    """Row 1000000000 of the file's XML does not make a billion empty rows."""
    import zipfile

    path = book(tmp_path, [TITLES, row(1, "A", "18/11/2026", "20/11/2026"), row(2, "B", "18/11/2026", "20/11/2026")])
    bad = tmp_path / "xa.xlsx"
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(bad, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name.endswith("sheet1.xml"):
                content = content.replace(b'<row r="3"', b'<row r="1000000000"')
            target.writestr(name, content)
    assert list(taken(bad).dossiers) == ["A"]


def test_a_large_list_is_read_in_little_memory(tmp_path: Path) -> None:
    """Cells of rows that were read are let go: a dossier costs a few kilobytes at the most, with all its texts."""
    rows = [row(n, f"H20.34-261118-{n:05d}", "18/11/2026 08:00", "20/11/2026", "19/11/2026") for n in range(3000)]
    path = table(tmp_path, [TITLES, *rows])
    tracemalloc.start()
    export = taken(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert export.rows == 3000
    assert peak < 3000 * 4096


# Totals


def test_the_settlement_annex_is_read_with_its_three_rows_of_titles(tmp_path: Path) -> None:
    """The whole is checked and not kept as a field; the footer is no field."""
    export = taken(book(tmp_path, [*ANNEX, BIRTHS, LAND, WHOLE, [], [None, "Người lập biểu"]]))
    assert (export.kind, export.notes) == ("totals", [])
    assert export.flows == [
        Flow("Hộ tịch", 100, 880, 0, 20, 900, 49, 1, 49, 1),
        Flow("Đất đai", 8, 700, 0, 22, 600, 2, 1, 127, 0),
    ]
    whole = total(export.flows)
    assert (whole.received, whole.resolved, whole.in_time, whole.late, whole.pending) == (1730, 1553, 1551, 2, 177)


def test_a_field_with_a_short_name_is_no_row_of_column_numbers(tmp_path: Path) -> None:
    """«Thuế» with all its counts different."""
    tax = [1, "Thuế", 15, 4, 5, 6, 12, 9, 2, 1, 3, 3, 0]
    assert [flow.field for flow in taken(book(tmp_path, [*ANNEX[:4], tax])).flows] == ["Thuế"]


def test_flat_titles_mean_the_same(tmp_path: Path) -> None:
    """One row of titles, each with its group in words, and post in a column of its own."""
    titles = [
        *("Lĩnh vực", "Tiếp nhận trực tuyến", "Tiếp nhận trực tiếp", "Tiếp nhận qua bưu chính", "Tiếp nhận kỳ trước"),
        *("Đã giải quyết trước hạn", "Đã giải quyết đúng hạn", "Đã giải quyết quá hạn"),
        *("Đang giải quyết trong hạn", "Đang giải quyết quá hạn"),
    ]
    export = taken(book(tmp_path, [titles, ["Hộ tịch", 8, 270, 11, None, 175, None, 114, 0, 0]]))
    assert export.flows == [Flow("Hộ tịch", 8, 270, 11, 0, 175, 0, 114, 0, 0)]
    assert export.notes == ["Đúng hạn 0 trong khi trước hạn 175: xem lại, phần mềm có thể gộp đúng hạn vào đó."]


def test_titles_without_their_groups_mean_what_they_usually_do(tmp_path: Path) -> None:
    """A clerk's own table: late is late settled, what is pending says so."""
    titles = [
        *("Lĩnh vực", "Trực tuyến", "Trực tiếp", "Bưu chính", "Kỳ trước", "Trước hạn", "Đúng hạn", "Quá hạn"),
        *("Đang giải quyết trong hạn", "Đang giải quyết quá hạn"),
    ]
    export = taken(book(tmp_path, [titles, ["Hộ tịch", 1000, 600, 0, 30, 1400, 100, 1, 128, 1]]))
    assert export.flows == [Flow("Hộ tịch", 1000, 600, 0, 30, 1400, 100, 1, 128, 1)]


def changed(line: list[Any], column: int, value: Any) -> list[Any]:
    """A row with another cell."""
    return [*line[:column], value, *line[column + 1 :]]


VIOLATED: dict[str, tuple[list[list[Any]], list[str]]] = {
    "received and its channels": (
        [changed(BIRTHS, 3, 101)],
        [
            "dòng 6, cột «Tổng số»: tiếp nhận 1.000 khác "
            "trực tuyến 101 + trực tiếp 880 + bưu chính 0 + kỳ trước 20 = 1.001"
        ],
    ),
    "settled": (
        [changed(BIRTHS, 9, 2)],
        ["dòng 6, cột «Tổng số»: đã giải quyết 950 khác trước hạn 900 + đúng hạn 49 + quá hạn 2 = 951"],
    ),
    "pending": (
        [changed(BIRTHS, 12, 0)],
        ["dòng 6, cột «Tổng số»: đang giải quyết 50 khác trong hạn 49 + quá hạn 0 = 49"],
    ),
    "received, settled and pending": (
        [changed(changed(BIRTHS, 10, 51), 12, 2)],
        ["dòng 6, cột «Tổng số»: tiếp nhận 1.000 khác đã giải quyết 950 + đang giải quyết 51 = 1.001"],
    ),
    "the whole": (
        [BIRTHS, LAND, ["Cộng", None, 1000, 100, 880, 20, 950, 900, 49, 1, 50, 49, 1]],
        [
            "dòng 8, cột «Trực tuyến»: dòng tổng ghi 100, các lĩnh vực cộng lại là 108",
            "dòng 8, cột «Trực tiếp, dịch vụ bưu chính»: dòng tổng ghi 880, các lĩnh vực cộng lại là 1.580",
        ],
    ),
    "a field twice": (
        [BIRTHS, changed(BIRTHS, 1, "HỘ TỊCH")],
        ["dòng 7, cột «Lĩnh vực»: lĩnh vực 'HỘ TỊCH' đã có ở dòng 6"],
    ),
    "no name": ([changed(BIRTHS, 1, None)], ["dòng 6, cột «Lĩnh vực»: thiếu tên lĩnh vực"]),
    "no number": ([changed(BIRTHS, 3, "nhiều")], ["dòng 6, cột «Trực tuyến»: 'nhiều' không phải số hồ sơ"]),
}  # fmt: skip


@pytest.mark.parametrize("case", VIOLATED)
def test_totals_that_do_not_add_up_are_named_with_their_numbers(tmp_path: Path, case: str) -> None:
    """Each identity in words."""
    rows, said = VIOLATED[case]
    assert mistakes(book(tmp_path, [*ANNEX, *rows]))[: len(said)] == [f"ds.xlsx, {one}" for one in said]


@pytest.mark.parametrize(
    "flow",
    [
        Flow(direct=1730, early=1500, on_time=51, late=2, pending_in_time=177),
        Flow(direct=15780, early=15000, on_time=775, late=1, pending_in_time=4),
        Flow(online=8, direct=281, early=175, late=114),
    ],
)
def test_the_figures_of_the_source_reports_add_up(flow: Flow) -> None:
    """1.730 = 1.553 + 177, 15.780 = 15.776 + 4, 289 = 175 + 0 + 114 = 8 + 281."""
    assert broken(flow, {}) == []
    assert (suspicious(flow) != []) is (flow.on_time == 0)


# What offices do to their exports


def test_morning_and_afternoon_are_read(tmp_path: Path) -> None:
    """SA and CH stand after a time of twelve hours."""
    rows = [TITLES, row(1, "A", "05/11/2026 08:15:22 SA", "09/11/2026 05:00:00 CH", "06/11/2026 12:30 SA")]
    found = one(book(tmp_path, rows))
    assert found.received_at == at("2026-11-05 08:15:22")
    assert found.due_at == at("2026-11-09 17:00:00")
    assert found.resolved_at == at("2026-11-06 00:30:00")


def test_entities_signs_and_line_ends_do_not_hide_anything(tmp_path: Path) -> None:
    """In titles and in cells."""
    titles = ["Mã\nhồ sơ", "Lĩnh vực", "Ngày\ntiếp nhận (1)", "Ngày hẹn trả*", "Ngày có kết quả:"]
    rows = [titles, ["A", "H&#7897; t&#7883;ch", "05/11/2026", "09/11/2026", None]]
    assert one(book(tmp_path, rows)).field == "Hộ tịch"


def test_a_total_and_a_second_sheet_are_left_out_and_told(tmp_path: Path) -> None:
    """The list is read all the same; hidden rows too, and said."""
    path = book(tmp_path, [TITLES, row(1, "A", "05/11/2026", "09/11/2026"), ["", "Tổng cộng: 1"]])
    made = openpyxl.load_workbook(path)
    made.create_sheet("Khác").append(TITLES)
    made.worksheets[0].row_dimensions[2].hidden = True
    made.save(path)
    export = taken(path)
    assert list(export.dossiers) == ["A"]
    assert [sentence.rpartition("»: ")[2] for sentence in export.reading_notes] == [
        "dòng tiêu đề 1.",
        "Dòng ẩn vẫn được đọc: dòng 2.",
        "chỉ đọc trang «Sheet».",
        "Bỏ qua dòng tổng: dòng 3.",
    ]


def test_text_of_an_old_font_is_named(tmp_path: Path) -> None:
    """It would become a field of its own in the figures."""
    rows = [TITLES, row(1, "A", "05/11/2026", "09/11/2026", field="Hé tÞch")]
    assert "chữ theo phông cũ TCVN3 (ABC), đổi sang Unicode là “Hộ tịch”" in mistakes(book(tmp_path, rows))[0]
