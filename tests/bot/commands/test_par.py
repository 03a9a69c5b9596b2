"""`motcua par` as a unit uses it: a sheet to fill in, the filled one back with sums, mistakes named."""

import asyncio
import shutil
from pathlib import Path

import openpyxl
import pytest

from tests.bot.installation import Installation, Warm, surroundings
from tests.reports.par_samples import SA_DEC, SENTENCES, TOTAL, table

OFFICE = shutil.which("soffice")


@pytest.fixture
def office(tmp_path: Path, warm: Warm) -> Installation:
    """A folder; these commands need no database."""
    return Installation(tmp_path, warm)


def test_the_score_is_printed_and_written(office: Installation) -> None:
    """Each area's sentence, the totals last; no database is made."""
    table(office.folder, SA_DEC)
    said = office.did("par", "score", "bang.csv", "--subject", "Thành phố", "--out", "a.xlsx").splitlines()
    assert [line.partition(": ")[2] for line in said[:8]] == SENTENCES
    assert said[8:] == [TOTAL, "Đã ghi a.xlsx."]
    assert not office.file.exists()


@pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not installed")
async def test_libreoffice_finds_the_same_totals(office: Installation) -> None:
    """The formulas of both sheets, recomputed by another program; what is not determined is passed over."""
    table(office.folder, SA_DEC)
    office.did("par", "score", "bang.csv", "--out", "a.xlsx")
    (office.folder / "i.csv").write_text(
        "Chỉ số;Điểm tự chấm;Điểm thẩm định\n" + "".join(f"{n};{2 if n < 7 else 1};\n" for n in range(1, 10)), "utf-8"
    )
    office.did("par", "indicators", "score", "i.csv", "--out", "b.xlsx")
    process = await asyncio.create_subprocess_exec(
        *(str(OFFICE), f"-env:UserInstallation=file://{office.folder}/profile", "--headless"),
        *("--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", "ra", "a.xlsx", "b.xlsx"),
        cwd=office.folder,
        env=surroundings(),
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    assert await process.wait() == 0
    rows = list(openpyxl.load_workbook(office.folder / "ra/a.xlsx", data_only=True).worksheets[0].values)
    assert [round(float(str(cell)), 2) for cell in rows[-1][2:6]] == [100, 57.96, 30, 0]
    assert [row[2:6] for row in rows if row[0] == "TTHC"] == [(29, 18.98, 10, "chưa xác định")]
    grades = list(openpyxl.load_workbook(office.folder / "ra/b.xlsx", data_only=True).active.values)
    assert grades[-2][2:5] == (18, 15, 0)
    assert (grades[-1][3], grades[-1][4] or "") == ("Xuất sắc", "")


def test_the_indicators_are_graded(office: Installation) -> None:
    """The template can be filled in and read; a missing indicator is named; the bands say whose they are."""
    office.did("par", "indicators", "template", "--out", "a.xlsx")
    book = openpyxl.load_workbook(office.folder / "a.xlsx")
    for row in range(6, 15):
        book.active.cell(row, 4).value = 2 if row < 12 else 1
        book.active.cell(row, 5).value = 2 if row > 6 else None
    book.save(office.folder / "b.xlsx")
    said = office.did("par", "indicators", "score", "b.xlsx").splitlines()
    assert said[:2] == [
        "Tổng điểm tự chấm 15/18: Xuất sắc",
        "Tổng điểm thẩm định 16/18: chưa xếp loại, còn thiếu chỉ số 1",
    ]
    assert said[2].startswith("Khung xếp loại theo thiết lập của đơn vị: từ 15 điểm trở lên Xuất sắc;")


REFUSED = {
    "a mistake": (("par", "score", "sai.csv", "--out", "ra.xlsx"), "1 ô sai"),
    "no such file": (("par", "score", "khong-co.xlsx"), "khong-co.xlsx"),
    "another ending": (("par", "template", "--out", "ra.csv"), ".xlsx"),
    "a folder that is not there": (("par", "template", "--out", "khong/co/ra.xlsx"), "khong/co"),
    "nobody": (("par", "score", "dung.csv", "--subject", " "), "--subject"),
    "indicators: a mistake": (("par", "indicators", "score", "chi-so.csv", "--out", "ra.xlsx"), "1 ô sai"),
    "indicators: no such file": (("par", "indicators", "score", "khong-co.csv"), "khong-co.csv"),
}


@pytest.mark.parametrize(("arguments", "expected"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_scored_is_refused(office: Installation, arguments: tuple[str, ...], expected: str) -> None:
    """Exit code 1, a sentence, and no file."""
    table(office.folder, "A;Một;3;4;;;").rename(office.folder / "sai.csv")
    table(office.folder, "A;Một;3;3;;;").rename(office.folder / "dung.csv")
    (office.folder / "chi-so.csv").write_text("Chỉ số;Điểm tự chấm\n1;9\n", encoding="utf-8")
    before = sorted(office.folder.iterdir())
    done = office.motcua(*arguments)
    assert (done.code, done.out) == (1, "")
    assert expected in done.reason
    assert sorted(office.folder.iterdir()) == before


def test_bands_that_cannot_be_used_are_refused(office: Installation) -> None:
    """With the file in DATA_DIR and the reason."""
    (office.folder / "xep-loai.toml").write_text("points = 2", encoding="utf-8")
    done = office.motcua("par", "indicators", "template", "--out", "a.xlsx")
    assert done.code == 1
    assert "xep-loai.toml: thiếu 'since'" in done.reason
