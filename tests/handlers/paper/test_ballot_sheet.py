"""Spreadsheets of paper ballots: columns are understood or named, rows are read or named, never dropped."""

import csv
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from catalog.files.cells import cell_text
from catalog.files.limits import MOST_UNPACKED
from catalog.files.mistakes import Unreadable
from catalog.files.notes import Notes
from handlers.paper.ballot import Register
from handlers.paper.ballot_sheet import MOST_BYTES, MOST_ROWS, Batch, read_rows, read_table
from surveys.slips import Slip, fresh
from tests.handlers.ballot_samples import FORM, OPEN, ROUND, TODAY, USED

SLIPS = [Slip(fresh(), "Quý 4", serial) for serial in range(1, 6)]
HEADER = ["Số phiếu", "1", "2", "3", "4", "Có người giúp", "Ngày"]


def table(folder: Path, rows: list[list[Any]], name: str = "phieu.xlsx") -> Path:
    """Write rows as a workbook or as CSV."""
    path = folder / name
    if path.suffix == ".csv":
        with path.open("w", encoding="utf-8", newline="") as out:
            csv.writer(out, delimiter=";").writerows(rows)
        return path
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


def batch(path: Path, slips: list[Slip] | None = None) -> Batch:
    """Read a file against the slips of the round."""
    return read_table(path.name, read_rows(path, Notes()), FORM, ROUND, Register.of(slips or SLIPS), TODAY)


@pytest.mark.parametrize("name", ["phieu.xlsx", "phieu.csv"])
def test_a_file_is_read_row_by_row(tmp_path: Path, name: str) -> None:
    """Numbers, labels, days and ticks as a spreadsheet holds them; a title above the header does not matter."""
    day: Any = datetime(2026, 11, 2) if name.endswith("xlsx") else "02/11/2026"  # noqa: DTZ001 -- as openpyxl has it
    rows = [["Phiếu quý 4"], HEADER, [1, 5, None, 2, "Tốt", "x", day], [], ["002", "1", "1,3", "", "", "", ""]]
    found = batch(table(tmp_path, rows, name))
    assert (found.mistakes, found.notes) == ((), ())
    first, second = found.ballots
    assert first.slip == SLIPS[0]
    assert first.day == date(2026, 11, 2)
    assert first.assisted
    assert dict(first.answers) == {"overall": 5, "age": "old", "comment": "Tốt"}
    assert second.slip == SLIPS[1]
    assert second.day == TODAY
    assert not second.assisted
    assert dict(second.answers) == {"overall": 1, "why": ("wait", "other")}


@pytest.mark.parametrize(
    "title",
    ["overall", "1", "1.", "Câu 1", "cau 1:", "Nhìn chung?", "NHÌN CHUNG", "1. Nhìn chung?", "Câu 1: Nhìn chung?"],
)
def test_a_question_is_named_by_id_number_or_text(tmp_path: Path, title: str) -> None:
    """However the officer headed the column."""
    (ballot,) = batch(table(tmp_path, [["STT", "Mã phiếu", title], [1, SLIPS[3].code.lower(), 2]])).ballots
    assert (ballot.slip, dict(ballot.answers)) == (SLIPS[3], {"overall": 2})


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        (["Số phiếu", "1", "Ghi chú"], "«Ghi chú»"),
        (["Số phiếu", "1", "Câu 1"], "«Câu 1»"),
        (["Số phiếu", "1", "1"], "«1»"),
        (["Số phiếu", "2"], "câu 1"),
        (["Số phiếu", "1", "5"], "«5»"),
        (["Phiếu số", "1"], "«Số phiếu»"),
    ],
)
def test_a_column_that_is_not_understood_is_named(tmp_path: Path, header: list[str], reason: str) -> None:
    """No column is left out in silence, none is read twice, none that is needed is missing."""
    with pytest.raises(Unreadable, match=reason) as caught:
        batch(table(tmp_path, [header, [1, 5, 5][: len(header)]]))
    assert str(caught.value).startswith("phieu.xlsx")


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        ([1, 6, None, None, None, None, None], "1", "từ 1 đến 5"),
        ([1, None, None, None, None, None, None], "1", "cần câu trả lời"),
        ([1, 1, "9", None, None, None, None], "2", "dấu phẩy"),
        ([1, 4, None, "Già", None, None, None], "3", "số thứ tự"),
        ([9, 4, None, None, None, None, None], "Số phiếu", "không có phiếu 9"),
        (["", 4, None, None, None, None, None], "Số phiếu", "Thiếu số phiếu"),
        ([1, 4, None, None, None, "hình như", None], "Có người giúp", "hình như"),
        ([1, 4, None, None, None, None, "11/20/2026"], "Ngày", "11/20/2026"),
        ([1, 4, None, None, None, None, "21/11/2026"], "Ngày", "21/11/2026"),
        ([1, 4, None, None, "#REF!", None, None], "4", "#REF!"),
    ],
)
def test_a_wrong_cell_is_named_by_file_row_and_column(tmp_path: Path, row: list[Any], column: str, reason: str) -> None:
    """The officer finds the cell at once, and the good row beside it is read."""
    found = batch(table(tmp_path, [HEADER, [2, 5, None, None, None, None, None], row]))
    (mistake,) = found.mistakes
    assert str(mistake).startswith(f"phieu.xlsx, dòng 3, cột «{column}»: ")
    assert reason in mistake.reason
    assert [ballot.slip.serial for ballot in found.ballots] == [2]


def test_one_slip_twice_in_a_file_is_refused_and_names_both_rows(tmp_path: Path) -> None:
    """By number here and by code there: it is the same ballot."""
    rows = [["Số phiếu", "Mã phiếu", "1"], [1, "", 5], ["", SLIPS[0].code, 4]]
    (mistake,) = batch(table(tmp_path, rows)).mistakes
    assert (mistake.row, mistake.reason) == (3, "phiếu 001 đã có ở dòng 2")


def test_a_number_and_a_code_of_two_slips_are_refused(tmp_path: Path) -> None:
    """One of them was misread; nobody guesses which."""
    rows = [["Số phiếu", "Mã phiếu", "1"], [1, SLIPS[1].code, 5], [2, SLIPS[1].code, 5]]
    found = batch(table(tmp_path, rows))
    assert [(mistake.row, mistake.column) for mistake in found.mistakes] == [(2, "Mã phiếu")]
    assert [ballot.slip.serial for ballot in found.ballots] == [2]


def test_a_used_slip_is_refused(tmp_path: Path) -> None:
    """Whoever imports a file again changes nothing."""
    (mistake,) = batch(table(tmp_path, [["Số phiếu", "1"], [2, 5]]), [OPEN, USED]).mistakes
    assert "002 đã có câu trả lời" in mistake.reason


def test_an_answer_that_was_not_asked_for_is_told(tmp_path: Path) -> None:
    """The ballot counts, that answer does not, and the officer reads it."""
    found = batch(table(tmp_path, [HEADER, [1, 4, "1", None, None, None, None]]))
    assert [str(note) for note in found.notes] == [
        "phieu.xlsx, dòng 2, cột «2»: không tính câu 2: chỉ hỏi khi câu 1 ở mức 1 đến 2"
    ]
    assert (len(found.ballots), found.mistakes) == (1, ())


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (None, ""),
        (4, "4"),
        (4.0, "4"),
        (4.5, "4.5"),
        (" 4 ", "4"),
        (True, "1"),
        (date(2026, 1, 2), "2026-01-02"),
        (datetime(2026, 1, 2, 8, 30), "2026-01-02"),  # noqa: DTZ001 -- as openpyxl has it
    ],
)
def test_cells_read_as_people_see_them(cell: object, text: str) -> None:
    """A spreadsheet turns numbers into decimals and days into moments."""
    assert cell_text(cell) == text


def test_files_that_cannot_be_used_are_refused_with_a_sentence(tmp_path: Path) -> None:
    """Another kind, none at all, too large, damaged, empty, without a header, with too many rows."""
    (tmp_path / "a.ods").write_bytes(b"PK")
    (tmp_path / "to.csv").write_bytes(b" " * (MOST_BYTES + 1))
    (tmp_path / "hong.xlsx").write_bytes(b"PK\x03\x04")
    table(tmp_path, [["Số phiếu", "1"]], "rong.csv")
    table(tmp_path, [["Số", "Điểm"], ["1", "5"]], "la.csv")
    table(tmp_path, [["Số phiếu", "1"], *([["1", "5"]] * (MOST_ROWS + 1))], "dai.csv")
    for name in ("a.ods", "khong-co.csv", "to.csv", "hong.xlsx", "rong.csv", "la.csv", "dai.csv"):
        with pytest.raises(Unreadable, match=name):
            read_rows(tmp_path / name, Notes())


def test_a_small_workbook_that_unpacks_to_gigabytes_is_not_opened(tmp_path: Path) -> None:
    """What a packed part claims to hold is looked at before anything is unpacked."""
    path = table(tmp_path, [["Số phiếu", "1"], [1, 5]])
    with zipfile.ZipFile(path, "a") as packed:
        packed.writestr("xl/media/anh.bin", b"")
        packed.filelist[-1].file_size = MOST_UNPACKED + 1
    with pytest.raises(Unreadable, match="lớn hơn"):
        read_rows(path, Notes())


def test_totals_hidden_rows_and_formulas_are_not_passed_over(tmp_path: Path) -> None:
    """The first is skipped and told, the second read and told, the third named."""
    path = table(tmp_path, [["Số phiếu", "1"], [1, 5], [2, "=5"], ["Tổng cộng: 2", 10]])
    book = openpyxl.load_workbook(path)
    book.worksheets[0].row_dimensions[2].hidden = True
    book.save(path)
    notes = Notes()
    found = read_table(path.name, read_rows(path, notes), FORM, ROUND, Register.of(SLIPS), TODAY)
    assert [ballot.slip.serial for ballot in found.ballots] == [1]
    assert [str(mistake)[:36] for mistake in found.mistakes] == ["phieu.xlsx, dòng 3, cột «1» (ô B3): "]
    assert notes.sentences == ["Dòng ẩn vẫn được đọc: dòng 2.", "Bỏ qua dòng tổng: dòng 4."]
