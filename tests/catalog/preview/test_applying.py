"""What a confirmed preview stores: ended procedures stay, levels keep their own, an earlier state comes back."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from catalog.entries import Entry, to_json
from catalog.preview.applying import Changes, changes
from catalog.preview.lines import Line
from catalog.preview.planning import Preview, preview
from tests.catalog.books import workbook
from tests.catalog.preview.files import HEADER, known

DAY = date(2026, 9, 1)
BIRTH = Entry("1.900001", "Đăng ký nuôi chim yến", level="Cấp xã", time="5 ngày", documents="1. Tờ khai")
FAIR = Entry("1.900002", "Cấp phép dựng rạp cưới", level="Cấp tỉnh, Cấp xã", time="9 ngày")


def change(folder: Path, rows: list[list[Any]], *stored: Entry) -> tuple[Changes, dict[str, Entry]]:
    """Apply a sheet to a catalog; returns what changed and the catalog afterwards."""
    path = workbook(folder / "a.xlsx", {"PL": [HEADER, *rows]})
    before = known(*stored)
    found = changes(preview(path, before), before, DAY)
    return found, {**before, **known(*found.plan.to_store)}


def test_an_abolished_procedure_stays_and_is_marked(tmp_path: Path) -> None:
    """Nothing of it is lost."""
    found, after = change(tmp_path, [["TTHC BỊ BÃI BỎ"], [1, BIRTH.code, BIRTH.name, "", ""]], BIRTH)
    assert after[BIRTH.code] == replace(BIRTH, ended="2026-09-01")
    assert found.ended == (BIRTH.code,)


def test_what_a_unit_states_over_a_published_procedure_adds_none() -> None:
    """It is a change; with a name of its own it is a procedure more."""
    lines = [
        Line("amended", "1.900001", {"place": "Nhà văn hóa"}, "PL!2", 2, "PL", record=Entry("1.900001", "")),
        Line("new", "1.900002", {"name": FAIR.name}, "PL!3", 3, "PL", record=FAIR),
    ]
    plan = changes(Preview(lines), {}, DAY).plan
    assert [[entry.code for entry in part] for part in (plan.added, plan.changed)] == [["1.900002"], ["1.900001"]]


def test_an_earlier_state_that_is_imported_brings_it_back(tmp_path: Path) -> None:
    """What was exported before is the catalog again."""
    (tmp_path / "truoc.jsonl").write_text(to_json(BIRTH) + "\n", "utf-8")
    ended = known(replace(BIRTH, ended="2026-09-01", successor="1.900009"))
    found = changes(preview(tmp_path / "truoc.jsonl", ended), ended, DAY)
    assert found.plan.changed == (BIRTH,)


def test_a_replaced_procedure_names_its_successor_and_is_found_by_the_old_name(tmp_path: Path) -> None:
    """The old one ends; the new one is called as the old one was too."""
    rows = [["TTHC ĐƯỢC THAY THẾ"], [1, "1.900005 (thay thế 1.900001)", "Nuôi chim", "3 ngày", "Không"]]
    _, after = change(tmp_path, rows, BIRTH)
    assert (after[BIRTH.code].ended, after[BIRTH.code].successor) == ("2026-09-01", "1.900005")
    assert after["1.900005"].also == BIRTH.name


def test_abolished_at_one_level_stands_at_the_other(tmp_path: Path) -> None:
    """The level goes, the procedure does not."""
    rows = [["TTHC CẤP TỈNH BỊ BÃI BỎ"], [1, FAIR.code, FAIR.name, "", ""]]
    _, after = change(tmp_path, rows, FAIR)
    assert after[FAIR.code] == replace(FAIR, level="Cấp xã")


def test_a_time_that_differs_by_level_has_a_line_for_each(tmp_path: Path) -> None:
    """Amended again at one level, the other keeps its own; the same everywhere, it is one text."""
    rows = [["TTHC CẤP XÃ SỬA ĐỔI, BỔ SUNG"], [1, FAIR.code, FAIR.name, "3 ngày", ""]]
    _, after = change(tmp_path, rows, FAIR)
    assert after[FAIR.code].time == "Cấp tỉnh: 9 ngày\nCấp xã: 3 ngày"
    _, again = change(tmp_path, [rows[0], [*rows[1][:3], "2 ngày", ""]], after[FAIR.code])
    assert again[FAIR.code].time == "Cấp tỉnh: 9 ngày\nCấp xã: 2 ngày"
    _, last = change(tmp_path, [rows[0], [*rows[1][:3], "9 ngày", ""]], again[FAIR.code])
    assert last[FAIR.code].time == "9 ngày"


def test_what_has_force_later_waits(tmp_path: Path) -> None:
    """It is neither quoted nor ended before its day."""
    rows = [["TTHC BỊ BÃI BỎ TỪ NGÀY 01/01/2027"], [1, BIRTH.code, BIRTH.name, "", ""]]
    found, after = change(tmp_path, rows, BIRTH)
    assert [line.code for line in found.waiting] == [BIRTH.code]
    assert after == known(BIRTH)


def test_what_is_unclear_or_refused_is_not_stored(tmp_path: Path) -> None:
    """Only what the preview says is done."""
    found, _ = change(tmp_path, [[1, 1.00361, "Một", "3 ngày", ""], [2, "LT.1", "Hai", "3 ngày", ""]])
    assert found.plan.to_store == ()
