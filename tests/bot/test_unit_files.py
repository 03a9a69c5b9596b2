"""A unit's own questionnaires and languages are loaded beside the shipped ones, or the program refuses to start."""

from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest

import locales
from bot.unit_files import OwnFileError, load, load_offices
from surveys.questionnaire import shipped, words_in
from tests.bot.installation import Installation

NHANH = files("surveys").joinpath("definitions", "nhanh.toml").read_text("utf-8")
ADDED = NHANH.replace('code = "nhanh"', 'code = "rieng"')
KHMER = '[language]\nname = "ខ្មែរ"\n'


@pytest.fixture(autouse=True)
def _shipped_again() -> Iterator[None]:
    """The languages of the process are those that are shipped again."""
    yield
    locales.install({})


def put(folder: Path, name: str, text: str) -> None:
    """Write a file of the unit."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def test_without_files_there_is_what_is_shipped(tmp_path: Path) -> None:
    """An installation that adds nothing needs no folders."""
    assert load(tmp_path) == shipped()
    assert list(locales.installed()) == ["vi", "en"]


def test_a_questionnaire_is_added_and_another_replaced(tmp_path: Path) -> None:
    """By its code; the others stay."""
    put(tmp_path, "forms/them.toml", ADDED)
    put(tmp_path, "forms/nhanh.toml", NHANH.replace("version = 1", "version = 2"))
    forms = load(tmp_path)
    assert sorted(forms) == ["nhanh", "phuong9", "rieng", "tieuchi22"]
    assert (forms["nhanh"].version, forms["rieng"].version) == (2, 1)
    assert forms["phuong9"] == shipped()["phuong9"]


def test_a_language_says_shipped_and_own_questionnaires(tmp_path: Path) -> None:
    """The sections of the language file reach both, and the language can be chosen."""
    put(tmp_path, "forms/them.toml", ADDED)
    put(tmp_path, "locales/km.toml", KHMER + '[forms.nhanh]\ntitle = "a"\n[forms.rieng]\ntitle = "b"\n')
    forms = load(tmp_path)
    assert [words_in(forms[code].title, "km") for code in ("nhanh", "rieng")] == ["a", "b"]
    assert locales.installed()["km"] == "ខ្មែរ"


BROKEN = {
    "a questionnaire": ("forms/them.toml", ADDED.replace('kind = "text"', 'kind = "txt"'), "them.toml: câu comment: "),
    "a questionnaire twice": ("forms/x.toml", ADDED, "x.toml: code 'rieng' đã có trong them.toml"),
    "a language": ("locales/km.toml", KHMER + '[button]\nakk = "x"', "km.toml: button.akk: vi.toml không có khóa này"),
    "an unknown questionnaire": (
        "locales/km.toml",
        KHMER + '[forms.ngan]\ntitle = "x"',
        "km.toml: forms.ngan: không có mẫu phiếu này; có: nhanh, phuong9, rieng, tieuchi22",
    ),
    "an unknown question": (
        "locales/km.toml",
        KHMER + '[forms.rieng.question.q9]\ntext = "x"',
        "km.toml: forms.rieng.question: không có mục 'q9'",
    ),
}


@pytest.mark.parametrize(("name", "text", "said"), BROKEN.values(), ids=BROKEN)
def test_a_broken_file_is_refused_and_nothing_is_installed(name: str, text: str, said: str, tmp_path: Path) -> None:
    """File, place and reason; the languages stay as they were."""
    put(tmp_path, "forms/them.toml", ADDED)
    put(tmp_path, name, text)
    with pytest.raises(OwnFileError) as refusal:
        load(tmp_path)
    assert said in str(refusal.value)
    assert list(locales.installed()) == ["vi", "en"]


@pytest.mark.parametrize("command", [["run"], ["chat"], ["counter", "add", "q", "Quầy", "--unit", "u"]], ids=" ".join)
def test_a_command_refuses_with_the_file_and_the_reason(command: list[str], empty: Installation) -> None:
    """Exit code 1 and one sentence on standard error, before anybody is served."""
    put(empty.folder, "locales/km.toml", KHMER + '[button]\nakk = "x"')
    done = empty.motcua(*command)
    assert (done.code, done.out) == (1, "")
    assert "km.toml: button.akk: vi.toml không có khóa này" in done.reason


def test_a_unit_names_its_own_offices(tmp_path: Path) -> None:
    """Before the shipped ones, which stay."""
    put(tmp_path, "offices.toml", '[[office]]\nname = "Điểm A"\ncodes = ["1.001456"]\n')
    found = load_offices(tmp_path)
    assert (found.of("1.001456"), found.of("3.000346")) == ("Điểm A", "Cục Cảnh sát giao thông")
    assert load_offices(tmp_path / "none").of("1.001456") != "Điểm A"


@pytest.mark.parametrize(("content", "expected"), [(b"[[office]]\n", "thiếu name"), (b"\xff", "UTF-8")])
def test_offices_that_cannot_be_read_are_refused(content: bytes, expected: str, tmp_path: Path) -> None:
    """With the file's name."""
    (tmp_path / "offices.toml").write_bytes(content)
    with pytest.raises(OwnFileError, match=r"offices\.toml") as failure:
        load_offices(tmp_path)
    assert expected in str(failure.value)
