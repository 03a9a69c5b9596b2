"""A preview comes back as it was kept; an export is the same catalog when it is imported; bad rows come back."""

import io
import tempfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import openpyxl
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.files.catalog_books import preview_workbook, refused_workbook
from catalog.entries import OWN_KEYS, Entry, Way, to_json
from catalog.import_plan import over
from catalog.preview.applying import changes
from catalog.preview.packing import packed, unpacked
from catalog.preview.planning import as_object, preview
from handlers.staff.catalog.rights import leave_above
from tests.catalog.books import workbook
from tests.catalog.entry_samples import CODES
from tests.catalog.preview.files import HEADER, known, made

DAY = date(2026, 9, 1)
WORDS = st.text("aăâbcdđeêghiklmnoôơpqrstuưvxy 0123456789", min_size=3, max_size=20).map(
    lambda text: f"A {text}".strip()
)
STATED = st.fixed_dictionaries(
    {"code": CODES | st.from_regex(r"LT\.[A-Z0-9]{1,5}", fullmatch=True), "name": WORDS},
    optional=dict.fromkeys(
        ("field", "time", "committed", "fee", "documents", "steps", "also", "agency", "forms", "short", "ended_by"),
        WORDS,
    )
    | dict.fromkeys(("ended", "since"), st.dates(date(2020, 1, 1), date(2030, 1, 1)).map(str))
    | {"successor": CODES},
)
CATALOGS = st.lists(
    st.builds(
        lambda texts, way: Entry(**texts, ways=(Way(way),) if way else ()), STATED, st.sampled_from(["", "Trực tiếp"])
    ),
    min_size=1,
    max_size=5,
    unique_by=lambda entry: entry.code,
)


@settings(max_examples=40, deadline=None)
@given(CATALOGS)
def test_the_import_of_an_export_is_the_same_catalog(entries: list[Entry]) -> None:
    """Into an empty catalog it brings the same, into its own it changes nothing."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "xuat.jsonl"
        path.write_text("".join(f"{to_json(entry)}\n" for entry in entries), "utf-8")
        for stored, brought in (({}, entries), (known(*entries), [])):
            plan = changes(preview(path, stored), stored, DAY).plan
            assert sorted(plan.to_store, key=lambda one: one.code) == sorted(brought, key=lambda one: one.code)


@settings(max_examples=40, deadline=None)
@given(CATALOGS, st.lists(st.dictionaries(st.sampled_from(sorted(OWN_KEYS)), WORDS, min_size=1), max_size=5))
def test_the_import_of_a_units_own_over_others_is_the_same(above: list[Entry], additions: list[dict[str, str]]) -> None:
    """Its rows have no names, which are those that are published above, and its own procedures keep theirs."""
    upper = known(*(replace(entry, **dict.fromkeys(OWN_KEYS, "")) for entry in above))
    stated = [Entry(code, "", **texts) for code, texts in zip(upper, additions, strict=False)]
    stated.append(Entry("LT.XA-01", "Liên thông của xã", time="3 ngày"))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "xa.jsonl"
        path.write_text("".join(f"{to_json(entry)}\n" for entry in stated), "utf-8")
        for stored, brought in (({}, stated), (known(*stated), [])):
            whole = upper | {code: over(upper[code], one) if code in upper else one for code, one in stored.items()}
            found = preview(path, whole, own=True)
            leave_above(found, upper, "Tỉnh A")
            plan = changes(found, stored, DAY).plan
            assert sorted(plan.to_store, key=lambda one: one.code) == sorted(brought, key=lambda one: one.code)


def test_a_preview_is_kept_whole(tmp_path: Path) -> None:
    """Rows, what was told, the decision, and the columns' titles."""
    rows = [["TTHC BỊ BÃI BỎ TỪ NGÀY 01/01/2027"], [1, "1.900001", "Một", "", ""], [2, 1.00361, "Hai", "3", "5 đồng"]]
    found = made(workbook(tmp_path / "a.xlsx", {"PL": [["Quyết định số 12/QĐ-UBND ngày 01/09/2026"], HEADER, *rows]}))
    again = unpacked(packed(found))
    assert as_object(again) == as_object(found)
    assert (again.lines, again.titles, again.decision) == (found.lines, found.titles, found.decision)


def test_rows_that_were_not_taken_come_back_and_are_taken_once_corrected(tmp_path: Path) -> None:
    """In the layout of their file, with the reason beside them; what they do is said in a column."""
    rows = [[1, "1.900001", "Một", "3 ngày", "Không"], ["TTHC BỊ BÃI BỎ"], [2, 1.00361, "Hai", "", ""]]
    found = made(workbook(tmp_path / "a.xlsx", {"PL": [HEADER, *rows]}))
    assert len(preview_workbook(found)) > 0
    book = openpyxl.load_workbook(io.BytesIO(refused_workbook(found)))
    sheet = book.active
    assert sheet is not None
    titles = [cell.value for cell in sheet[1]]
    assert titles[:2] == ["Mã số TTHC", "Tên thủ tục hành chính"]
    assert "có thể đã mất số 0" in str(sheet.cell(2, len(titles)).value)
    sheet["A2"] = "1.003610"
    book.save(tmp_path / "sửa.xlsx")
    (line,) = made(tmp_path / "sửa.xlsx", known(Entry("1.003610", "Hai"))).lines
    assert (line.kind, line.code, line.name) == ("abolished", "1.003610", "Hai")
