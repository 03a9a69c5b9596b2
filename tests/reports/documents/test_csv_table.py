"""The CSV: what Excel in Vietnam reads, what is hidden, and what a text cannot do."""

import csv
import io
from dataclasses import replace

import openpyxl
import pytest

from reports.documents import make
from reports.documents.csv_table import as_csv
from reports.documents.excel_annex import as_xlsx
from reports.office.safe_cells import clean, defused
from tests.reports.documents.sample import DETAILS, everything, group, report, statement


def rows(data: bytes) -> list[list[str]]:
    """The cells of a CSV."""
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";"))


def test_every_breakdown_has_its_levels_rate_and_interval() -> None:
    """By hand: 240, 38 and 5 of 283; a hidden counter has its name alone; the byte order mark comes first."""
    data = make("csv", everything())
    table = rows(data)
    assert data.startswith(b"\xef\xbb\xbf")
    assert {len(row) for row in table} == {15}
    by_name = {(row[3], row[5]): row[6:] for row in table}
    assert by_name["Toàn bộ", "Toàn bộ"] == ["283", "0", "0", "5", "38", "240", "98,23", "95,93", "99,24"]
    assert by_name["Quầy", "Quầy 1"][:6] == ["143", "0", "0", "3", "20", "120"]
    assert by_name["Quầy", "Quầy 2"] == [""] * 9
    others = "Câu hỏi thêm (không tính vào tỷ lệ chung)"
    kinds = ["Toàn bộ", "Câu hỏi", others, *["Quầy"] * 3, "Nguồn", *["Tuần"] * 3]
    assert [row[3] for row in table[1:]] == kinds


def test_petitions_are_counted_as_in_the_report() -> None:
    """Two rows of the table and a fact of the workbook; neither where the register is not known."""
    details = replace(DETAILS, petitions=(26, 0))
    assert [row[4:7] for row in rows(as_csv(everything(), details))[-2:]] == [
        ["petitions_received", "Đã nhận", "26"],
        ["petitions_answered", "Đã trả lời", "0"],
    ]
    sheet = openpyxl.load_workbook(io.BytesIO(as_xlsx(everything(), details)))["Cách tính"]
    assert ("Phản ánh, kiến nghị", "26 lượt, đã trả lời 0") in sheet.iter_rows(values_only=True)


def test_numbers_are_written_so_that_excel_computes_with_them() -> None:
    """A thousands dot would make 12.345 a little more than twelve where the dot is the decimal sign."""
    made = report({1: 0, 2: 0, 3: 0, 4: 0, 5: 12345}, forms=12345)
    assert rows(make("csv", statement(made)))[1][6:] == [
        "12345",
        "0",
        "0",
        "0",
        "0",
        "12345",
        "100,00",
        "99,97",
        "100,00",
    ]


@pytest.mark.parametrize("name", ["=1+1", "+84", "-1", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("http://x")', "＝1"])
def test_a_name_that_looks_like_a_formula_is_a_text(name: str) -> None:
    """It begins with an apostrophe, in the file as well."""
    table = rows(make("csv", statement(report(by_counter=[group("q1", {1: 0, 2: 0, 3: 0, 4: 0, 5: 9}, name)]))))
    assert table[-1][5] == defused(name)
    assert table[-1][5].startswith("'")


@pytest.mark.parametrize("name", ["Quầy 1", "a=b", "1-2", "(-1)", ""])
def test_other_names_stay_as_they_are(name: str) -> None:
    """Nothing is added to a plain name."""
    assert defused(name) == name


def test_characters_that_no_office_file_can_hold_are_left_out() -> None:
    """Bells, half pairs and the like; Vietnamese in both forms stays."""
    assert clean("Quầy\x07 1\ud800\ufffe\x00") == "Quầy 1"
    assert clean("Phường Sa Đéc") == "Phường Sa Đéc"
