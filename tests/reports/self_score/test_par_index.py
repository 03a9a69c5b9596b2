"""The self-score sheet against the Sa Đéc report (domain.md 4.2), and against mistakes."""

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from catalog.files.mistakes import Unreadable
from catalog.files.notes import Notes
from reports.self_score import par_sheet
from reports.self_score.par_index import Area, Criterion, sentence, total_line, totals
from reports.self_score.par_reading import read
from tests.reports.par_samples import SA_DEC, SENTENCES, TOTAL, table


def areas_of(folder: Path, rows: str) -> Sequence[Area]:
    """The areas of a table without mistakes."""
    areas, mistakes = read(table(folder, rows), Notes())
    assert mistakes == []
    return areas


def test_the_figures_of_sa_dec_come_out(tmp_path: Path) -> None:
    """57,96/70 with 0/30 pending; each area's sentence as the report words it."""
    areas = areas_of(tmp_path, SA_DEC)
    assert [sentence(area, "Thành phố") for area in areas] == SENTENCES
    assert total_line(areas) == TOTAL
    assert sum(area.maximum for area in areas) == 100


def test_they_come_out_again_from_the_workbook(tmp_path: Path) -> None:
    """The sheet that was written is read back as it was; the same areas give the same bytes."""
    areas = areas_of(tmp_path, SA_DEC)
    for name in ("a.xlsx", "b.xlsx"):
        par_sheet.write_scored(tmp_path / name, areas, "Thành phố")
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    again, mistakes = read(tmp_path / "a.xlsx", Notes())
    assert (list(again), mistakes) == (list(areas), [])
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx").worksheets[0]
    formulas = [cell.value for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    assert len(formulas) == 4 + 4  # an area of several criteria, and the totals


def test_what_the_survey_gave_counts(tmp_path: Path) -> None:
    """Once it is there, nothing of the area is pending."""
    (area,) = areas_of(tmp_path, "TTHC;(6) Khảo sát;10;;10;8,5;\n;(1) Đúng hạn;3;3;;;\n")
    assert sentence(area, "xã") == "Chỉ số này ước xã đạt 11,5/13 điểm."
    assert total_line([area]) == "03 điểm/03 điểm; 8,5/10 điểm ĐTXHH"


def test_criteria_without_a_number_are_counted(tmp_path: Path) -> None:
    """The number that stands before a criterion is kept."""
    (area,) = areas_of(tmp_path, "TTHC;Một;1;1;;;\n;2.1. Hai;2;;2;;\n;Ba;3;;3;;\n")
    assert [one.number for one in area.criteria] == ["1", "2.1", "3"]
    assert "tiêu chí (2.1), (3) ĐTXHH: 05 điểm" in sentence(area, "xã")


def test_an_areas_own_maximum_must_be_that_of_its_criteria(tmp_path: Path) -> None:
    """Where both stand; one that is left empty is added up."""
    assert areas_of(tmp_path, "A;;5;;;;\nA;Một;2;2;;;\n;Hai;3;3;;;\n")[0].maximum == 5
    _, mistakes = read(table(tmp_path, "A;;6;;;;\nA;Một;2;2;;;\n;Hai;3;3;;;\n"), Notes())
    assert [str(mistake) for mistake in mistakes] == [
        "bang.csv, dòng 2, cột «Điểm tối đa»: 06 điểm, nhưng các tiêu chí cộng lại 05 điểm"
    ]


MISTAKES = {
    "above the maximum": ("A;Một;3;3,5;;;", 2, "Điểm tự chấm", "3,5/03"),
    "above what the survey leaves": ("A;Một;10;5;6;;", 2, "Điểm tự chấm", "trừ 06 điểm ĐTXHH"),
    "text": ("A;Một;3;tốt;;;", 2, "Điểm tự chấm", "tốt"),
    "negative": ("A;Một;3;-1;;;", 2, "Điểm tự chấm", "số âm"),
    "a rate above 100": ("A;Một;3;120%;;;", 2, "Điểm tự chấm", "120%"),
    "no maximum": ("A;Một;;2;;;", 2, "Điểm tối đa", "chưa ghi"),
    "survey above the maximum": ("A;Một;3;;4;;", 2, "Điểm ĐTXHH", "lớn hơn"),
    "survey score above the survey": ("A;Một;3;;2;2,5;", 2, "ĐTXHH đạt", "2,5/02"),
    "no area": (";Một;3;1;;;", 2, "Lĩnh vực", "chưa ghi"),
    "an area twice": ("A;;3;1;;;\nA;;3;1;;;", 3, "Lĩnh vực", "hai dòng"),
    "a failed formula": ("A;Một;#REF!;1;;;", 2, "Điểm tối đa", "#REF!"),
}


@pytest.mark.parametrize(("rows", "row", "column", "reason"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_named_by_file_row_and_column(
    tmp_path: Path, rows: str, row: int, column: str, reason: str
) -> None:
    """One each, and the other rows are read on."""
    _, mistakes = read(table(tmp_path, f"{rows}\nB;Hai;1;2;;;"), Notes())
    (first, second) = map(str, mistakes)
    assert first.startswith(f"bang.csv, dòng {row}, cột «{column}»: ")
    assert reason in first
    assert "cột «Điểm tự chấm»: 02/01" in second


def test_a_file_without_points_is_refused(tmp_path: Path) -> None:
    """The empty template, a table without the columns, another kind of file."""
    par_sheet.write_template(tmp_path / "a.xlsx")
    with pytest.raises(Unreadable, match="chưa có điểm tối đa"):
        read(tmp_path / "a.xlsx", Notes())
    (tmp_path / "b.csv").write_text("Tên;Điểm\nx;1\n", encoding="utf-8")
    with pytest.raises(Unreadable, match="Lĩnh vực"):
        read(tmp_path / "b.csv", Notes())
    with pytest.raises(Unreadable, match="xlsx"):
        read(tmp_path / "c.pdf", Notes())


def test_no_text_becomes_a_formula(tmp_path: Path) -> None:
    """Names and notes of the unit's own stay texts in the sheet that is written."""
    area = Area("=A1", (Criterion("1", "+1", Decimal(1), Decimal(1), note="@SUM(A1)"),))
    par_sheet.write_scored(tmp_path / "a.xlsx", [area], "=1+1")
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    typed = [cell for sheet in book for row in sheet.iter_rows() for cell in row if str(cell.value)[:1] in "=+@"]
    assert [
        cell.value for cell in typed if cell.data_type == "f" and not str(cell.value).startswith(("=SUM", "=IF"))
    ] == []
    assert {"=A1", "@SUM(A1)"} <= {cell.value for cell in typed if cell.quotePrefix}


def test_the_template_has_the_eight_areas(tmp_path: Path) -> None:
    """With empty maxima, which the province sets."""
    par_sheet.write_template(tmp_path / "a.xlsx")
    rows = list(openpyxl.load_workbook(tmp_path / "a.xlsx").active.iter_rows(min_row=5, values_only=True))
    assert len(rows) == 8
    assert all(row[0] and set(row[1:]) == {None} for row in rows)


def test_totals_keep_the_surveys_points_apart() -> None:
    """The unit's own points stand over what it can give itself."""
    found = totals([Area("A", (Criterion("1", "x", Decimal(10), Decimal(3), Decimal(6), Decimal(5)),))])
    assert (found.score, found.maximum, found.survey_score, found.survey) == (3, 4, 5, 6)
