"""`motcua responses export`: every form of a period as a row, and no trace of who gave it."""

import csv
import io
import shutil
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest

from surveys.responses import Response
from tests.bot.installation import Installation, Warm
from tests.clock import Moment

IDS = [f"{n:032x}" for n in range(10, 16)]
EVIL = "=cmd|' /C calc'!A0"


@pytest.fixture(scope="module")
def template(run_moment: Moment, tmp_path_factory: pytest.TempPathFactory, sample_database: Path, warm: Warm) -> Path:
    """The sample with a commune below, and forms of two kinds on days around a reform report's cut-off."""
    folder = tmp_path_factory.mktemp("template")
    shutil.copy(sample_database, folder / "motcua.db")
    made = Installation(folder, warm)
    made.did("unit", "add", "ap-1", "Ấp 1", "--parent", "sa-dec")

    def form(n: int, unit: str, kind: str, day: date, answers: dict[str, object]) -> Response:
        return Response(IDS[n], unit, "quay1", kind, 1, "0" * 64, "web", day, complete=True, answers=answers)  # type: ignore[arg-type]

    given = [
        form(0, "ap-1", "nhanh", date(2026, 9, 14), {"overall": 1, "reasons": ("wait", "other"), "comment": EVIL}),
        form(1, "sa-dec", "phuong9", date(2026, 9, 14), {"q1": 4, "bo": "x"}),
        form(2, "sa-dec", "nhanh", date(2026, 9, 15), {"overall": 5}),
        form(3, "sa-dec", "nhanh", date(2026, 6, 15), {}),
    ]
    made.asked(lambda tx: tx.keep_responses(given))
    return folder


@pytest.fixture
def office(template: Path, tmp_path: Path, warm: Warm) -> Installation:
    """An installation with those forms."""
    shutil.copy(template / "motcua.db", tmp_path / "motcua.db")
    return Installation(tmp_path, warm)


def exported(office: Installation, period: str, *more: str, unit: str = "sa-dec") -> list[dict[str, str]]:
    """The rows of a CSV export, by the heading before its colon."""
    office.did("responses", "export", "--unit", unit, "--period", period, "--out", "ra.csv", *more)
    text = (office.folder / "ra.csv").read_bytes().decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))
    heads = [head.partition(":")[0] for head in rows[0]]
    return [dict(zip(heads, row, strict=True)) for row in rows[1:]]


def test_each_form_of_the_period_is_a_row(office: Installation) -> None:
    """Units below are in; a form without answers too; every answer has its column."""
    rows = exported(office, "2026-Q3")
    assert [(row["STT"], row["Ngày"]) for row in rows] == [
        ("1", "2026-09-14"),
        ("2", "2026-09-14"),
        ("3", "2026-09-15"),
    ]
    assert {row["Đơn vị"] for row in rows[:2]} == {"ap-1", "sa-dec"}
    below = next(row for row in rows if row["Đơn vị"] == "ap-1")
    assert (below["nhanh.overall"], below["nhanh.reasons"], below["nhanh.comment"]) == ("1", "wait,other", f"'{EVIL}")
    paper = next(row for row in rows if row["Mẫu phiếu"] == "phuong9")
    assert (paper["phuong9.q1"], paper["phuong9.bo"], paper["nhanh.overall"]) == ("4", "x", "")
    assert [row["Đơn vị"] for row in exported(office, "2026-Q3", unit="ap-1")] == ["ap-1"]
    assert {row["Mẫu phiếu"] for row in exported(office, "2026-Q3", "--form", "nhanh")} == {"nhanh"}


def test_the_reform_reports_cut_offs_hold(office: Installation) -> None:
    """Quarter 3 runs from 15/6 to 14/9 there."""
    assert sorted(row["Ngày"] for row in exported(office, "2026-Q3:cchc")) == ["2026-06-15", "2026-09-14", "2026-09-14"]


def test_nothing_in_the_files_leads_to_a_form(office: Installation) -> None:
    """No id of a response, whole or in part, in the table or the notes."""
    exported(office, "2026")
    office.did("responses", "export", "--unit", "sa-dec", "--period", "2026", "--out", "ra.xlsx")
    notes = (office.folder / "ra.ghi-chu.txt").read_text("utf-8")
    assert notes.startswith("MẪU THỬ")
    content = (office.folder / "ra.csv").read_text("utf-8-sig") + notes
    book = openpyxl.load_workbook(office.folder / "ra.xlsx")
    content += "".join(str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row)
    assert [identifier for identifier in IDS if identifier in content or identifier[-8:] in content] == []


def test_a_workbook_has_a_sheet_for_each_form_and_the_same_bytes_again(office: Installation) -> None:
    """Notes stand first; a text stays a text; a second export differs in nothing."""
    wanted = ("responses", "export", "--unit", "sa-dec", "--period", "2026-Q3", "--out")
    office.did(*wanted, "mot.xlsx")
    office.did(*wanted, "hai.xlsx")
    assert (office.folder / "mot.xlsx").read_bytes() == (office.folder / "hai.xlsx").read_bytes()
    book = openpyxl.load_workbook(office.folder / "mot.xlsx")
    assert book.sheetnames == ["Ghi chú", "nhanh", "phuong9"]
    assert "•••" in "".join(str(row[0]) for row in book["Ghi chú"].iter_rows(values_only=True))
    days = list(book["nhanh"]["I"][1:])
    assert {(cell.is_date, cell.number_format, type(cell.value)) for cell in days} == {(True, "dd/mm/yyyy", datetime)}
    comments = [cell for row in book["nhanh"].iter_rows(min_row=2) for cell in row if cell.value == EVIL]
    assert [(cell.data_type, cell.quotePrefix) for cell in comments] == [("s", True)]


REFUSED = {
    "no such unit": (("--unit", "khong-co", "--period", "2026", "--out", "ra.csv"), "khong-co"),
    "a bad period": (("--unit", "sa-dec", "--period", "2026-13", "--out", "ra.csv"), "2026-13"),
    "another ending": (("--unit", "sa-dec", "--period", "2026", "--out", "ra.pdf"), ".xlsx"),
    "no such form": (("--unit", "sa-dec", "--period", "2026", "--out", "ra.csv", "--form", "la"), "nhanh"),
    "no such folder": (("--unit", "sa-dec", "--period", "2026", "--out", "khong/co/ra.csv"), "khong/co"),
}


@pytest.mark.parametrize(("arguments", "expected"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_exported_is_refused(office: Installation, arguments: tuple[str, ...], expected: str) -> None:
    """Exit code 1, one sentence, and no file."""
    before = sorted(office.folder.iterdir())
    done = office.motcua("responses", "export", *arguments)
    assert (done.code, done.out) == (1, "")
    assert expected in done.reason
    assert sorted(office.folder.iterdir()) == before


def test_options_that_are_lacking_are_wrong_usage(office: Installation) -> None:
    """Exit code 2."""
    assert office.motcua("responses", "export", "--unit", "sa-dec").code == 2
