"""`motcua round` and `motcua paper` as operators run them: done whole, or refused with a sentence and nothing done."""

import re
import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from bot.commands.common import Refused
from bot.commands.round_slips import MOST_SLIPS, serials
from reports import periods
from surveys.slips import Slip
from tests.bot.installation import Installation, Warm
from tests.clock import Clock, Moment, today

ROUND = "Quý này"


@pytest.fixture(scope="module")
def template(
    run_moment: Moment, run_clock: Clock, tmp_path_factory: pytest.TempPathFactory, sample_database: Path, warm: Warm
) -> Path:
    """The sample with three rounds: one of six slips, one used and one revoked; a closed one; a past one.

    A quarter that begins at midnight takes no ballot before.
    """
    run_clock.run(run_moment.begins)
    folder = tmp_path_factory.mktemp("template")
    shutil.copy(sample_database, folder / "motcua.db")
    made = Installation(folder, warm)
    day = run_moment.begins
    quarter = f"{day.year}-Q{(day.month + 2) // 3}"
    made.did("round", "open", ROUND, "--unit", "sa-dec", "--target", "6", "--period", quarter)
    made.did("round", "sheets", ROUND, "--out", "dau.pdf")
    made.did("round", "revoke", ROUND, "6")
    (folder / "p.csv").write_text("Số phiếu,1\n5,4\n", encoding="utf-8")
    made.did("paper", "import", "p.csv", "--round", ROUND)
    made.did("round", "open", "Đã đóng", "--unit", "sa-dec", "--target", "2")
    made.did("round", "close", "Đã đóng")
    made.did("round", "open", "Cũ", "--unit", "sa-dec", "--target", "2", "--period", "2020-01")
    made.did("round", "sheets", "Cũ", "--out", "cu.pdf")
    return folder


@pytest.fixture
def office(template: Path, tmp_path: Path, warm: Warm) -> Installation:
    """An installation with those rounds."""
    shutil.copy(template / "motcua.db", tmp_path / "motcua.db")
    return Installation(tmp_path, warm)


def slips(office: Installation, name: str = ROUND) -> list[Slip]:
    """The slips of a round."""
    found: list[Slip] = office.asked(lambda tx: tx.slips_of(name))
    return found


def pages(path: Path) -> int:
    """How many pages a PDF has."""
    return len(re.findall(rb"/Type\s*/Page\b", path.read_bytes()))


def listed(office: Installation, *more: str) -> dict[str, list[str]]:
    """The table of rounds by name."""
    rows = [line.split("\t") for line in office.did("round", "list", *more).splitlines()]
    assert {len(row) for row in rows} <= {12}
    return {row[0]: row[1:] for row in rows}


OPEN = ("round", "open", "Mới", "--unit", "sa-dec", "--target", "5")
REFUSED: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "open: a name twice": (("round", "open", f" {ROUND} ", "--unit", "sa-dec", "--target", "5"), (ROUND, "round list")),
    "open: no name": (("round", "open", "  ", "--unit", "sa-dec", "--target", "5"), ("Quý 4/2026",)),
    "open: a name too long": (("round", "open", "x" * 61, "--unit", "sa-dec", "--target", "5"), ("60",)),
    "open: no such unit": (("round", "open", "M", "--unit", "khong-co", "--target", "5"), ("motcua unit list",)),
    "open: no slips": (("round", "open", "M", "--unit", "sa-dec", "--target", "0"), ("--target 0",)),
    "open: too many": (("round", "open", "M", "--unit", "sa-dec", "--target", "10001"), (str(MOST_SLIPS),)),
    "open: no such form": ((*OPEN, "--form", "khong-co"), ("khong-co", "nhanh", "phuong9")),
    "open: no such counter": ((*OPEN, "--counter", "khong-co"), ("khong-co", "counter list")),
    "open: a counter of another unit": (
        ("round", "open", "M", "--unit", "dong-thap", "--target", "5", "--counter", "quay1"),
        ("quay1", "dong-thap"),
    ),
    "open: a bad period": ((*OPEN, "--period", "2026-Q5"), ("2026-Q5", "2026-Q3")),
    "list: no such unit": (("round", "list", "--unit", "khong-co"), ("khong-co",)),
    "close: no such round": (("round", "close", "khong-co"), ("khong-co", "round list")),
    "close: twice": (("round", "close", "Đã đóng"), ("đã đóng",)),
    "revoke: a used slip": (("round", "revoke", ROUND, "1-5"), ("005", "chưa thu hồi")),
    "revoke: no such slip": (("round", "revoke", ROUND, "1,77"), ("077",)),
    "revoke: no number": (("round", "revoke", ROUND, "một"), ("một", "12,15-20")),
    "sheets: no such round": (("round", "sheets", "khong-co", "--out", "a.pdf"), ("khong-co",)),
    "sheets: printed before": (("round", "sheets", ROUND, "--out", "a.pdf"), ("6", "--count", "--reprint")),
    "sheets: another ending": (("round", "sheets", ROUND, "--out", "a.png"), ("a.png", ".pdf")),
    "sheets: a folder that is not there": (
        ("round", "sheets", ROUND, "--out", "khong/co/a.pdf", "--count", "1"),
        ("khong/co/a.pdf",),
    ),
    "sheets: a folder": (("round", "sheets", ROUND, "--out", "thu-muc.pdf", "--count", "1"), ("thu-muc.pdf",)),
    "sheets: none more": (("round", "sheets", ROUND, "--out", "a.pdf", "--count", "0"), ("--count 0",)),
    "sheets: far too many": (("round", "sheets", ROUND, "--out", "a.pdf", "--count", "9999"), ("9999", "10000")),
    "sheets: a used slip again": (("round", "sheets", ROUND, "--out", "a.pdf", "--reprint", "4-5"), ("005",)),
    "sheets: a revoked slip again": (("round", "sheets", ROUND, "--out", "a.pdf", "--reprint", "6"), ("006",)),
    "sheets: an unknown slip again": (("round", "sheets", ROUND, "--out", "a.pdf", "--reprint", "1,9"), ("009",)),
    "sheets: a closed round": (("round", "sheets", "Đã đóng", "--out", "a.pdf"), ("đã đóng",)),
    "ballots: a closed round": (("round", "ballots", "Đã đóng", "--out", "a.pdf"), ("đã đóng",)),
    "paper: no such round": (("paper", "import", "tot.csv", "--round", "khong-co"), ("khong-co",)),
    "paper: no such file": (("paper", "import", "khong-co.csv", "--round", ROUND), ("khong-co.csv",)),
    "paper: a closed round": (("paper", "import", "tot.csv", "--round", "Đã đóng"), ("đã đóng",)),
    "paper: one bad row": (("paper", "import", "sai.csv", "--round", ROUND), ("2 phiếu lỗi", "chưa nhập gì")),
    "paper: one bad row, tried": (("paper", "import", "sai.csv", "--round", ROUND, "--dry-run"), ("2 phiếu lỗi",)),
    "paper: an unknown column": (("paper", "import", "la.csv", "--round", ROUND), ("Ghi chú",)),
    "paper: a round that is over, without days": (("paper", "import", "cu.csv", "--round", "Cũ"), ("1 phiếu lỗi",)),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_refusal_is_a_sentence_and_nothing_is_done(office: Installation, case: str) -> None:
    """Exit code 1, the reason on standard error alone, the database and the folder as before."""
    arguments, expected = REFUSED[case]
    (office.folder / "thu-muc.pdf").mkdir()
    for name, text in {
        "tot.csv": "Số phiếu,1\n1,5\n",
        "sai.csv": "Số phiếu,1\n1,5\n2,7\n5,4\n",
        "la.csv": "Số phiếu,1,Ghi chú\n1,5,x\n",
        "cu.csv": "Số phiếu,1\n1,5\n",
    }.items():
        (office.folder / name).write_text(text, encoding="utf-8")
    before, files = office.content(), sorted(office.folder.iterdir())
    done = office.motcua(*arguments)
    assert (done.code, done.out) == (1, "")
    assert [words for words in expected if words not in done.reason] == []
    assert office.content() == before
    assert [path for path in sorted(office.folder.iterdir()) if not path.name.startswith("motcua.db-")] == files


@pytest.mark.parametrize(
    "arguments",
    [
        ("sheets", ROUND, "--out", "a.pdf", "--count", "1", "--reprint", "1"),
        ("sheets", ROUND, "--out", "a.pdf", "--occasion", "late"),
        ("ballots", ROUND, "--out", "a.pdf", "--occasion", "happy", "--count", "1"),
    ],
)
def test_options_that_do_not_go_together_are_wrong_usage(office: Installation, arguments: tuple[str, ...]) -> None:
    """Exit code 2, as for every command."""
    assert office.motcua("round", *arguments).code == 2
    assert len(slips(office)) == 6


@pytest.mark.calendar
def test_a_round_is_opened_for_this_quarter_with_the_counters_form(office: Installation) -> None:
    """Without options the period is the quarter of today, the form that of the unit's counters."""
    office.did(*OPEN)
    office.did(
        "round", "open", "Chín câu", "--unit", "sa-dec", "--target", "7", "--form", "phuong9", "--counter", "quay2"
    )
    rounds = office.asked(lambda tx: tx.rounds())
    quarter = periods.quarter_of(today())
    assert (rounds["Mới"].form, rounds["Mới"].first, rounds["Mới"].last) == ("nhanh", quarter.first, quarter.last)
    assert (rounds["Chín câu"].form, rounds["Chín câu"].counter, rounds["Chín câu"].target) == ("phuong9", "quay2", 7)


def test_the_list_shows_counts_and_the_response_rate(office: Installation) -> None:
    """One of five slips that are out was answered."""
    table = listed(office)
    assert table[ROUND][:3] == ["sa-dec", "nhanh", "6"]
    assert table[ROUND][5:] == ["5", "1", "0", "1", "20", "đang mở"]
    assert table["Đã đóng"][5:] == ["0", "0", "0", "0", "-", "đã đóng"]
    assert listed(office, "--unit", "dong-thap") == {}


def test_sheets_are_printed_first_for_the_target_and_then_as_asked(office: Installation) -> None:
    """Eleven slips make two pages; more are numbered on; what is printed again is no new slip."""
    office.did("round", "open", "Mới", "--unit", "sa-dec", "--target", "11")
    said = office.did("round", "sheets", "Mới", "--out", "a.pdf")
    assert "11 phiếu mới" in said
    assert "001 đến 011" in said
    assert pages(office.folder / "a.pdf") == 2
    office.did("round", "sheets", "Mới", "--out", "b.pdf", "--count", "2", "--occasion", "refused")
    office.did("round", "sheets", "Mới", "--out", "c.pdf", "--reprint", "1, 3-5,3")
    made = slips(office, "Mới")
    assert [(slip.serial, slip.occasion) for slip in made] == [(n, "") for n in range(1, 12)] + [
        (12, "refused"),
        (13, "refused"),
    ]
    assert len({slip.code for slip in made}) == 13
    assert sorted(path.name for path in office.folder.glob("*.pdf")) == ["a.pdf", "b.pdf", "c.pdf"]


def test_ballots_carry_the_slips_that_are_there(office: Installation) -> None:
    """The four open slips on two sheets; nothing new is issued until it is asked for."""
    said = office.did("round", "ballots", ROUND, "--out", "a.pdf")
    assert "4 phiếu đã có" in said
    assert pages(office.folder / "a.pdf") == 2
    assert len(slips(office)) == 6
    assert "1 phiếu mới" in office.did("round", "ballots", ROUND, "--out", "b.pdf", "--count", "1")
    assert [slip.serial for slip in slips(office)] == [1, 2, 3, 4, 5, 6, 7]


def test_slips_are_revoked_once(office: Installation) -> None:
    """Those that were revoked before are told, and the codes are dead."""
    assert office.did("round", "revoke", ROUND, "4,6").strip() == "Đã thu hồi 1 phiếu. 1 phiếu đã thu hồi từ trước."
    assert [slip.state for slip in slips(office)] == ["issued"] * 3 + ["revoked", "used", "revoked"]


@pytest.mark.calendar
def test_paper_is_imported_whole_and_added_up(office: Installation) -> None:
    """The sums are those of the pile; the same file again is refused and changes nothing."""
    yesterday = max(today() - timedelta(days=1), periods.quarter_of(today()).first)
    rows = f'Số phiếu,1,2,comment,Có người giúp,Ngày\n1,5,,Tốt,x,\n2,2,"1,3",gọi 0912345678,,{yesterday}\n3,5,1,,,\n'
    (office.folder / "p.csv").write_text(rows, encoding="utf-8")
    tried = office.did("paper", "import", "p.csv", "--round", ROUND, "--dry-run")
    assert [slip.state for slip in slips(office)].count("used") == 1
    said = office.did("paper", "import", "p.csv", "--round", ROUND)
    assert tried.splitlines()[:-1] == said.splitlines()[:-1]
    assert "p.csv, dòng 4, cột «2»: không tính câu 2" in said
    assert "3 phiếu, 1 phiếu có người giúp" in said
    assert said.splitlines()[-2:] == ["1\t0\t1\t0\t0\t2", "Đã nhập."]
    assert [slip.state for slip in slips(office)] == ["used"] * 3 + ["issued", "used", "revoked"]
    content = "\n".join(office.content())
    assert "gọi •••" in content
    assert "0912345678" not in content
    again = office.motcua("paper", "import", "p.csv", "--round", ROUND)
    assert (again.code, again.err.count("đã có câu trả lời")) == (1, 3)
    assert "\n".join(office.content()) == content


@pytest.mark.parametrize(
    ("text", "numbers"), [("12", [12]), ("12,15-17", [12, 15, 16, 17]), (" 3 - 4 , 3", [3, 4]), ("007", [7])]
)
def test_numbers_are_read_as_people_write_them(text: str, numbers: list[int]) -> None:
    """Single ones and ranges, each once, in order."""
    assert serials(text) == numbers


@pytest.mark.parametrize("text", ["", "a", "5-3", "0", "1,,2", "-1", "1-2-3", "1234567", "١"])
def test_what_is_no_number_is_refused(text: str) -> None:
    """With an example of what is."""
    with pytest.raises(Refused, match="12,15-20"):
        serials(text)
