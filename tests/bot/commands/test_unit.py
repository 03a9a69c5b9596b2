"""`motcua unit` and `motcua counter` as they change places, and reports of the time before."""

import json
import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest

from surveys.responses import Response
from tests.bot.installation import Installation, Warm
from tests.clock import Moment, today


@pytest.fixture(scope="module")
def template(run_moment: Moment, tmp_path_factory: pytest.TempPathFactory, sample_database: Path, warm: Warm) -> Path:
    """Two communes with a counter each, and ten forms at each in June 2025."""
    folder = tmp_path_factory.mktemp("template")
    shutil.copy(sample_database, folder / "motcua.db")
    made = Installation(folder, warm)
    for code, name in (("ba-bich", "Xã Ba Bích"), ("ba-to", "Thị trấn Ba Tơ")):
        made.did("unit", "add", code, name, "--parent", "dong-thap")
        made.did("counter", "add", f"q-{code}", f"Quầy {code}", "--unit", code)
        given = [
            Response(f"{code}{n}", code, f"q-{code}", "nhanh", 1, "d", "web", date(2025, 6, 10), answers={"overall": 5})
            for n in range(10)
        ]
        made.asked(lambda tx, given=given: tx.keep_responses(given))  # type: ignore[misc]
    return folder


@pytest.fixture
def office(template: Path, tmp_path: Path, warm: Warm) -> Installation:
    """An installation with those communes."""
    shutil.copy(template / "motcua.db", tmp_path / "motcua.db")
    return Installation(tmp_path, warm)


def listed(office: Installation, code: str) -> list[str]:
    """A unit's line of the list."""
    lines = [line.split("\t") for line in office.did("unit", "list").splitlines()]
    return next(line for line in lines if line[0] == code)


def test_a_report_of_the_time_before_bears_the_former_name(office: Installation) -> None:
    """One that ends later bears the new one."""
    office.did("unit", "rename", "ba-to", "Xã Ba Tơ", "--from", "2025-07-01")
    assert listed(office, "ba-to")[1:] == ["Xã Ba Tơ", "dong-thap", "đến ngày 30/6/2025: Thị trấn Ba Tơ"]
    before = office.did("report", "--unit", "ba-to", "--period", "2025-06")
    after = office.did("report", "--unit", "ba-to", "--period", "2025")
    assert "Thị trấn Ba Tơ" in before
    assert "Xã Ba Tơ" not in before
    assert "Thị trấn Ba Tơ" not in after
    assert "Xã Ba Tơ" in after


def test_a_slip_of_the_pen_leaves_no_former_name(office: Installation) -> None:
    """A name that was borne for no day is forgotten; a third name comes after the second."""
    office.did("unit", "rename", "ba-to", "Xã Ba Tô", "--from", "2025-07-01")
    office.did("unit", "rename", "ba-to", "Xã Ba Tơ", "--from", "2025-07-01")
    office.did("unit", "rename", "ba-to", "Phường Ba Tơ", "--from", "2026-01-01")
    assert listed(office, "ba-to")[3:] == ["đến ngày 30/6/2025: Thị trấn Ba Tơ", "đến ngày 31/12/2025: Xã Ba Tơ"]


def test_a_merged_units_figures_count_for_its_successor(office: Installation) -> None:
    """Its own report of the time stays as it was; its counter keeps its name there and takes no more answers."""
    office.did("staff", "invite", "--unit", "ba-bich", "--role", "staff")
    said = office.did("unit", "merge", "ba-bich", "--into", "ba-to", "--on", "2025-07-01")
    assert "Xã Ba Bích (ba-bich) nhập vào Thị trấn Ba Tơ (ba-to) từ ngày 01/7/2025" in said
    assert listed(office, "ba-bich")[3:] == ["nhập vào Thị trấn Ba Tơ (ba-to) từ ngày 01/7/2025"]

    def report(unit: str) -> dict[str, object]:
        found: dict[str, object] = json.loads(
            office.did("report", "--unit", unit, "--period", "2025-06", "--format", "json")
        )
        return found

    assert (report("ba-to")["forms"], report("ba-bich")["forms"]) == (20, 10)
    assert "Quầy ba-bich (Xã Ba Bích, đến ngày 30/6/2025)" in json.dumps(report("ba-to"), ensure_ascii=False)
    assert "q-ba-bich" not in office.did("counter", "list")
    assert "q-ba-bich\tQuầy ba-bich\tba-bich\tnhanh\tđã đóng" in office.did("counter", "list", "--closed")


def test_a_merger_by_mistake_is_taken_back(office: Installation) -> None:
    """The unit stands again, and its counter can be opened again; not before."""
    before = office.content()
    office.did("unit", "merge", "ba-bich", "--into", "ba-to")
    assert office.motcua("counter", "reopen", "q-ba-bich").code == 1
    office.did("unit", "unmerge", "ba-bich")
    office.did("counter", "reopen", "q-ba-bich")
    assert office.content() == before


def test_a_units_addresses_are_changed_one_by_one(office: Installation) -> None:
    """What is not named stays; an empty text takes it away."""
    office.did("unit", "set", "ba-to", "--phone", "0255 1", "--hours", "sáng")
    office.did("unit", "set", "ba-to", "--hours", "", "--address", "Tổ 1")
    unit = office.asked(lambda tx: tx.units())["ba-to"]
    assert (unit.phone, unit.hours, unit.address) == ("0255 1", "", "Tổ 1")
    assert office.motcua("unit", "set", "ba-to").code == 2


def test_a_counter_is_renamed_and_closed(office: Installation) -> None:
    """Its figures keep its name."""
    office.did("counter", "rename", "q-ba-to", "Quầy Hộ tịch")
    office.did("counter", "close", "q-ba-to")
    assert "Quầy Hộ tịch" in office.did("report", "--unit", "ba-to", "--period", "2025-06", "--format", "json")
    assert "q-ba-to" not in office.did("counter", "list")


TOMORROW = "{tomorrow}"
REFUSED: dict[str, tuple[tuple[str, ...], str]] = {
    "rename: no such unit": (("unit", "rename", "la", "Xã"), "'la'"),
    "rename: no name": (("unit", "rename", "ba-to", " "), "tên"),
    "rename: the same name": (("unit", "rename", "ba-to", "Thị trấn Ba Tơ"), "đúng tên đó"),
    "rename: a day to come": (("unit", "rename", "ba-to", "Xã", "--from", TOMORROW), TOMORROW),
    "merge: no such unit": (("unit", "merge", "ba-bich", "la", "--into", "ba-to"), "'la'"),
    "merge: no such successor": (("unit", "merge", "ba-bich", "--into", "la"), "'la'"),
    "merge: into itself": (("unit", "merge", "ba-bich", "ba-to", "--into", "ba-to"), "chính nó"),
    "merge: into one that is merged": (("unit", "merge", "ba-to", "--into", "da-nhap"), "đã nhập vào ba-to"),
    "merge: a day to come": (("unit", "merge", "ba-bich", "--into", "ba-to", "--on", TOMORROW), TOMORROW),
    "merge: a round is open": (("unit", "merge", "sa-dec", "--into", "ba-to"), "Quý này"),
    "unmerge: not merged": (("unit", "unmerge", "ba-to"), "ba-to"),
    "set: a name that cannot be shown": (("unit", "set", "ba-to", "--phone", "1\x07"), "không in được"),
    "set: a telephone without a number": (("unit", "set", "ba-to", "--phone", "hỏi tại quầy"), "“hỏi tại quầy”"),
    "add: a telephone without a number": (("unit", "add", "moi", "Xã mới", "--phone", "x"), "“x”"),
    "add: an address that cannot be shown": (("unit", "add", "moi", "Xã mới", "--address", "1\x07"), "không in được"),
    "counter: a merged unit": (("counter", "add", "q9", "Quầy 9", "--unit", "da-nhap"), "đã nhập vào ba-to"),
    "round: a merged unit": (("round", "open", "Đ", "--unit", "da-nhap", "--target", "5"), "đã nhập vào ba-to"),
    "close: no such counter": (("counter", "close", "la"), "'la'"),
    "close: closed before": (("counter", "close", "q-dong"), "đã đóng"),
    "reopen: open": (("counter", "reopen", "q-ba-to"), "đang mở"),
    "rename: a closed counter": (("counter", "rename", "q-dong", "Tên"), "đã đóng"),
}


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        pytest.param(*case, id=name, marks=pytest.mark.calendar if TOMORROW in case[0] else ())
        for name, case in REFUSED.items()
    ],
)
def test_what_cannot_be_changed_is_refused(office: Installation, arguments: tuple[str, ...], expected: str) -> None:
    """Exit code 1, one sentence, nothing changed."""
    office.did("unit", "add", "da-nhap", "Xã đã nhập")
    office.did("unit", "merge", "da-nhap", "--into", "ba-to")
    office.did("counter", "add", "q-dong", "Quầy đóng", "--unit", "ba-to")
    office.did("counter", "close", "q-dong")
    office.did("round", "open", "Quý này", "--unit", "sa-dec", "--target", "5")
    before = office.content()
    tomorrow = (today() + timedelta(days=1)).isoformat()
    done = office.motcua(*(argument.format(tomorrow=tomorrow) for argument in arguments))
    assert (done.code, done.out) == (1, "")
    assert expected.format(tomorrow=tomorrow) in done.reason
    assert office.content() == before
