"""The workbook to fill in: the importer understands all its columns, refuses its sample row and skips its guide."""

import io
from pathlib import Path

import openpyxl

from catalog import titles
from catalog.preview.planning import preview
from catalog.template import COLUMNS, workbook


def test_a_filled_in_template_is_read_whole_but_for_its_sample_row(tmp_path: Path) -> None:
    """Every column reaches its key; the code keeps its last zeros as the column is of text."""
    assert titles.columns([column.title for column in COLUMNS]) == dict(enumerate(column.key for column in COLUMNS))
    book = openpyxl.load_workbook(io.BytesIO(workbook()))
    sheet, guide = book.worksheets
    values = {column.key: f"{column.title} của thủ tục" for column in COLUMNS}
    values |= {
        "code": "1.003610",
        "effective": "",
        "time": "3 ngày",
        "committed": "2 ngày",
        "fee": "Không",
        "field": "Hộ tịch",
    }
    sheet.append([values[column.key] for column in COLUMNS])
    assert [row[0] for row in guide.iter_rows(min_row=3, values_only=True)] == [column.title for column in COLUMNS]
    book.save(tmp_path / "mẫu.xlsx")
    made = preview(tmp_path / "mẫu.xlsx", {}, accept=False)
    sample, filled = made.lines
    assert (sample.kind, sample.reason) == ("refused", "dòng mẫu của tệp mẫu, không nhập; xóa dòng này")
    assert (filled.kind, filled.code) == ("new", "1.003610")
    entry = filled.entry()
    assert {key: getattr(entry, key) for key in values if key != "effective"} == {
        key: text for key, text in values.items() if key != "effective"
    }
