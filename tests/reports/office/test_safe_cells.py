"""No text that a person typed becomes a formula, whichever program opens the file."""

import csv
import io

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.cell import WriteOnlyCell

from reports.office.safe_cells import as_text, defused

CASES = {
    "tốt": "tốt",
    "Quầy 1 - Hộ tịch": "Quầy 1 - Hộ tịch",
    "=1+1": "'=1+1",
    "+84": "'+84",
    "-1": "'-1",
    "@SUM(A1)": "'@SUM(A1)",
    "＝1＋1": "'＝1＋1",
    "\t=1": "'\t'=1",
    " =1": "' =1",
    '"=1"': '\'"=1"',
    "chờ lâu,=cmd|' /C calc'!A0": "chờ lâu,'=cmd|' /C calc'!A0",
    "một\n=2": "một\n'=2",
    "a; -b": "a; '-b",
    "": "",
}


@pytest.mark.parametrize(("given", "safe"), CASES.items())
def test_an_apostrophe_stands_before_what_would_begin_a_formula(given: str, safe: str) -> None:
    """At the start of a text, and wherever a reader that parts by another sign would begin a cell."""
    assert defused(given) == safe


@given(st.text(alphabet="=+-@,;|\t\n\"' ab1＝", max_size=20), st.sampled_from(",;|\t"))
def test_no_reader_finds_a_cell_that_begins_with_a_formula(text: str, sign: str) -> None:
    """Written with one sign and read with any other, no cell begins as a formula."""
    out = io.StringIO()
    csv.writer(out, delimiter=";", lineterminator="\r\n").writerow([defused(text), defused(text)])
    for row in csv.reader(io.StringIO(out.getvalue(), newline=""), delimiter=sign):
        assert [cell for cell in row if cell.lstrip(' \t\n\r"').startswith(("=", "+", "-", "@", "＝"))] == []


def test_a_workbook_keeps_a_formula_as_the_text_it_is() -> None:
    """Nothing is added to the text; the cell is marked as text and stays it when edited."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("a")
    sheet.append([as_text(WriteOnlyCell(sheet), text) for text in ("=1+1", "\x00@A\ud800", "tốt")])
    out = io.BytesIO()
    book.save(out)
    cells = next(iter(openpyxl.load_workbook(out).worksheets[0].iter_rows()))
    assert [(cell.value, cell.data_type, cell.quotePrefix) for cell in cells] == [
        ("=1+1", "s", True),
        ("@A", "s", True),
        ("tốt", "s", True),
    ]
