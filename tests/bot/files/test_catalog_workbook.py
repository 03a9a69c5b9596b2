"""The workbook to fill in and that of a catalog: the importer reads all of it, and nothing that is not changed."""

import io
from dataclasses import replace
from datetime import date
from pathlib import Path

import openpyxl

from bot.demo import sample_entries
from bot.files.catalog_workbook import catalog_workbook
from catalog import titles
from catalog.entries import TEXT_KEYS, Entry
from catalog.preview.applying import Changes, changes
from catalog.preview.packing import outlines, packed, unpacked
from catalog.preview.planning import preview
from catalog.template import COLUMNS, INTRODUCTION, LONGEST_IN_CELL
from handlers.staff.catalog.current_catalog import CurrentCatalog
from handlers.staff.catalog.rights import leave_above


def test_a_filled_in_template_is_read_whole_but_for_its_sample_row(tmp_path: Path) -> None:
    """Every column reaches its key; the code keeps its last zeros as the column is of text."""
    assert titles.columns([column.title for column in COLUMNS]) == dict(enumerate(column.key for column in COLUMNS))
    book = openpyxl.load_workbook(io.BytesIO(catalog_workbook(())))
    sheet, guide = book.worksheets
    values = {column.key: f"{column.title} của thủ tục" for column in COLUMNS}
    values |= {
        "code": "1.003610",
        "effective": "",
        "unchecked": "Phí, lệ phí; Thời hạn giải quyết; Màu bìa",
        "time": "3 ngày",
        "committed": "2 ngày",
        "fee": "Không",
        "field": "Hộ tịch",
    }
    sheet.append([values[column.key] for column in COLUMNS])
    explained = [row[0] for row in guide.iter_rows(min_row=len(INTRODUCTION) + 3, values_only=True)]
    assert explained == [column.title for column in COLUMNS]
    book.save(tmp_path / "mẫu.xlsx")
    made = preview(tmp_path / "mẫu.xlsx", {}, accept=False)
    sample, filled = made.lines
    assert (sample.kind, sample.reason) == ("refused", "dòng mẫu của tệp mẫu, không nhập; xóa dòng này")
    assert (filled.kind, filled.code) == ("new", "1.003610")
    entry = filled.entry()
    assert {key: getattr(entry, key) for key in TEXT_KEYS if key in values} == {
        key: text for key, text in values.items() if key in TEXT_KEYS
    }
    assert entry.unchecked == ("time", "fee")
    assert filled.notes == ["cột chưa đối chiếu: không có cột «Màu bìa»"]


TODAY = date(2026, 11, 20)


def sent_back(known: CurrentCatalog, folder: Path) -> Changes:
    """What a catalog's own workbook changes when it is sent back as it is."""
    (folder / "danh-muc.xlsx").write_bytes(catalog_workbook(known.in_force(TODAY)))
    made = unpacked(packed(preview(folder / "danh-muc.xlsx", outlines(known.whole.values()), own=known.own)))
    leave_above(made, known.above, "Tỉnh")
    assert [line.reason for line in made.lines if line.reason] == []
    return changes(made, known.stored if known.above else known.whole, TODAY)


def test_a_catalog_that_is_sent_back_as_it_was_loaded_changes_nothing(tmp_path: Path) -> None:
    """Line ends, what looks like a formula, doubts, texts too long for a cell, and what ended or has no force yet."""
    birth, *rest = sample_entries()
    odd = [
        Entry(
            "1.999991", "=Đăng ký +1", field="Hộ tịch", level="Cấp xã", fee="-1+2", documents="- Tờ khai\n\n+ Ảnh 3x4"
        ),
        Entry("1.999992", "Đăng ký thứ hai", steps="a" * (LONGEST_IN_CELL + 1), unchecked=("steps", "fee")),
        Entry("1.999993", "Đã bãi bỏ", ended="2026-01-01", successor=birth.code),
        Entry("1.999994", "Chưa có hiệu lực", since="2027-01-01"),
        Entry("LT.01", "Liên thông của phường", also="thôi nôi"),
    ]
    known = CurrentCatalog({one.code: one for one in (birth, *rest, *odd)}, own=True)
    found = sent_back(known, tmp_path)
    assert (found.plan.added, found.plan.changed, found.ended, found.waiting) == ((), (), (), ())
    assert found.plan.unchanged == len(rest) + 4


def test_a_units_own_part_over_what_is_published_above_changes_nothing(tmp_path: Path) -> None:
    """Of names the unit's own are in the file alone, or those above would become its own."""
    above = {one.code: one for one in sample_entries()}
    stated = {"1.001193": Entry("1.001193", "", also="giấy của bé", where="Quầy 3", committed="1 ngày")}
    found = sent_back(CurrentCatalog(stated, above, own=True), tmp_path)
    assert (found.plan.added, found.plan.changed) == ((), ())


def test_what_is_changed_in_a_loaded_catalog_is_all_that_changes(tmp_path: Path) -> None:
    """A new fee, and the doubts that are taken away; texts that are not there stay doubtful."""
    known = CurrentCatalog({one.code: one for one in sample_entries()})
    book = openpyxl.load_workbook(io.BytesIO(catalog_workbook(known.in_force(TODAY))))
    column = {cell.value: cell.column for cell in book.worksheets[0][1]}
    row = next(row for row in book.worksheets[0].iter_rows(min_row=2) if row[0].value == "1.001622")
    row[column["Phí, lệ phí"] - 1].value = "8.000 đồng"
    row[column["Chưa đối chiếu"] - 1].value = None
    book.save(tmp_path / "sửa.xlsx")
    found = changes(preview(tmp_path / "sửa.xlsx", outlines(known.whole.values())), known.whole, TODAY)
    (entry,) = found.plan.changed
    before = known.whole["1.001622"]
    assert entry == replace(before, fee="8.000 đồng", unchecked=("time", "conditions"))
    assert len(before.unchecked) > len(entry.unchecked)
