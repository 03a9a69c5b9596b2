"""The nine indicators: sums, bands at their edges, the unit's own bands, and mistakes."""

from pathlib import Path

import openpyxl
import pytest

from catalog.files.mistakes import Unreadable
from catalog.files.notes import Notes
from reports.self_score import indicator_sheet
from reports.self_score.indicator_reading import read
from reports.self_score.indicators import SCHEME_FILE, Line, SchemeError, add_up, load, parse

SCHEME = """
source = "Quyết định của tỉnh"
since = 2026-01-01
points = 1
indicators = ["Một", "Hai"]
[[band]]
least = 2
name = "Đạt"
[[band]]
least = 0
name = "Chưa \\"đạt\\""
"""


@pytest.mark.parametrize(
    ("total", "grade"),
    [
        (18, "Xuất sắc"),
        (15, "Xuất sắc"),  # a known program tests > 15 here
        (14, "Tốt"),
        (12, "Tốt"),
        (11, "Khá"),
        (9, "Khá"),
        (8, "Trung bình"),
        (6, "Trung bình"),
        (5, "Yếu"),
        (0, "Yếu"),
    ],
)
def test_the_least_total_of_a_band_belongs_to_it(tmp_path: Path, total: int, grade: str) -> None:
    """Each total on either side of each edge."""
    filled = [2] * (total // 2) + [1] * (total % 2)
    found = add_up(load(tmp_path), [*filled, *([0] * (9 - len(filled)))])
    assert (found.total, found.grade, found.lacking) == (total, grade, ())


def test_there_is_no_grade_while_an_indicator_is_missing(tmp_path: Path) -> None:
    """The missing ones are named; a zero is not missing."""
    found = add_up(load(tmp_path), [2, None, 0, 2, 2, 2, 2, 2, None])
    assert (found.total, found.grade, found.lacking) == (12, "", (2, 9))


def test_a_units_own_bands_take_the_place_of_the_shipped_ones(tmp_path: Path) -> None:
    """In the sums and in the sheet, which says whose they are."""
    (tmp_path / SCHEME_FILE).write_text(SCHEME, encoding="utf-8")
    scheme = load(tmp_path)
    assert add_up(scheme, [1, 1]).grade == "Đạt"
    assert "theo thiết lập của đơn vị: từ 2 điểm trở lên Đạt; dưới 2 điểm Chưa" in indicator_sheet.bands(scheme)
    indicator_sheet.write(tmp_path / "a.xlsx", scheme, [Line(1), Line()])
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx").active
    text = "\n".join(str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value)
    assert "Quyết định của tỉnh" in text
    assert 'IF(D8>=2,"Đạt","Chưa ""đạt""")' in text


WRONG = {
    "not TOML": ("points =", "TOML"),
    "nothing there": ("", "thiếu 'since'"),
    "an unknown key": (SCHEME.replace("points", "diem"), "không có mục 'diem'"),
    "points as text": (SCHEME.replace("points = 1", 'points = "1"'), "points"),
    "a date as text": (SCHEME.replace("2026-01-01", '"2026"'), "since"),
    "bands upwards": (SCHEME.replace("least = 2", "least = 0"), "cao xuống thấp"),
    "no last band": (SCHEME.replace("least = 0", "least = 1"), "least = 0"),
    "a band out of reach": (SCHEME.replace("least = 2", "least = 3"), "cao nhất là 2"),
    "an empty name": (SCHEME.replace('"Đạt"', '" "'), "name"),
}


@pytest.mark.parametrize(("source", "reason"), WRONG.values(), ids=WRONG)
def test_a_scheme_that_cannot_be_used_is_refused(source: str, reason: str) -> None:
    """With the file and the reason."""
    with pytest.raises(SchemeError, match=rf"x\.toml: .*{reason}"):
        parse(source, "x.toml")


def test_a_filled_sheet_is_read_back(tmp_path: Path) -> None:
    """As it was written, the line of totals passed over; the same bytes again."""
    scheme = load(tmp_path)
    lines = [Line(n % 3, None if n else 2, "=1+1" if n == 4 else "") for n in range(9)]
    for name in ("a.xlsx", "b.xlsx"):
        indicator_sheet.write(tmp_path / name, scheme, lines)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    assert read(tmp_path / "a.xlsx", scheme, Notes()) == (lines, [])


def test_mistakes_are_named_by_row_and_column(tmp_path: Path) -> None:
    """All of them at once."""
    path = tmp_path / "a.csv"
    path.write_text("Chỉ số;Điểm tự chấm;Điểm thẩm định\n1;3;x\n2;1,5;\n2;-1;\n12;1;\n", encoding="utf-8")
    _, mistakes = read(path, load(tmp_path), Notes())
    assert [str(mistake) for mistake in mistakes] == [
        "a.csv, dòng 2, cột «Điểm tự chấm»: cần một số nguyên từ 0 đến 2, đang ghi 3",
        "a.csv, dòng 2, cột «Điểm thẩm định»: cần một số điểm, ví dụ 13,91; đang ghi “x”",
        "a.csv, dòng 3, cột «Điểm tự chấm»: cần một số nguyên từ 0 đến 2, đang ghi 1,5",
        "a.csv, dòng 4, cột «Chỉ số»: chỉ số 2 ghi hai lần",
        "a.csv, dòng 5, cột «Chỉ số»: không có chỉ số 12; có từ 1 đến 9",
    ]
    path.write_text("a;b\n1;2\n", encoding="utf-8")
    with pytest.raises(Unreadable, match="Chỉ số"):
        read(path, load(tmp_path), Notes())
