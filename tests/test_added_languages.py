"""A unit adds a language by a file: it is checked as a whole, and what it lacks is said in Vietnamese."""

from collections.abc import Iterator
from pathlib import Path

import pytest

import locales
from locales.added import LanguageError, read, read_folder

KHMER = """
[language]
name = "ខ្មែរ"

[button]
ask = "សួរ"

[person]
phone = "ទូរស័ព្ទ: {phone}"
"""


@pytest.fixture(autouse=True)
def _shipped_again() -> Iterator[None]:
    """The languages of the process are those that are shipped before and after."""
    yield
    locales.install({})


def written(folder: Path, text: str | bytes, name: str = "km.toml") -> Path:
    """A language file."""
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_a_language_file_is_read_by_key(tmp_path: Path) -> None:
    """The code is the file's name; texts of questionnaires stay apart."""
    language = read(written(tmp_path, KHMER + '[forms.nhanh]\ntitle = "x"\n'))
    assert (language.code, language.file) == ("km", "km.toml")
    assert language.texts == {"language.name": "ខ្មែរ", "button.ask": "សួរ", "person.phone": "ទូរស័ព្ទ: {phone}"}
    assert language.forms == {"nhanh": {"title": "x"}}


def test_an_installed_language_falls_back_to_vietnamese_key_by_key(tmp_path: Path) -> None:
    """What the file says is said, what it lacks is said in Vietnamese, and it is among the languages to choose."""
    locales.install({"km": read(written(tmp_path, KHMER)).texts})
    assert locales.installed() == {"vi": "Tiếng Việt", "en": "English", "km": "ខ្មែរ"}
    assert locales.text("km", "button.ask") == "សួរ"
    assert locales.text("km", "person.phone", phone="113") == "ទូរស័ព្ទ: 113"
    assert locales.text("km", "button.person") == "Gặp cán bộ"
    assert locales.texts("km").keys() == locales.texts("vi").keys()


def test_a_language_that_is_taken_away_is_answered_in_vietnamese(tmp_path: Path) -> None:
    """Who chose it before is not left without an answer."""
    locales.install({"km": read(written(tmp_path, KHMER)).texts})
    locales.install({})
    assert locales.installed() == {"vi": "Tiếng Việt", "en": "English"}
    assert locales.text("km", "button.ask") == "Hỏi thủ tục"


def test_every_file_of_the_folder_is_read(tmp_path: Path) -> None:
    """In the order of their names; a folder that is not there has none."""
    for code in ("hre", "km"):
        written(tmp_path, KHMER, f"{code}.toml")
    written(tmp_path, "ghi chú", "doc.txt")
    assert [language.code for language in read_folder(tmp_path)] == ["hre", "km"]
    assert read_folder(tmp_path / "none") == []


BROKEN: dict[str, tuple[str, str | bytes, str]] = {
    "no TOML": ("km.toml", "[language", "km.toml: không phải TOML đúng cách"),
    "another encoding": ("km.toml", b"\xff\xfe", "km.toml: không đọc được"),
    "no name": ("km.toml", '[button]\nask = "សួរ"', "km.toml: thiếu language.name"),
    "an unknown key": ("km.toml", KHMER + 'phon = "x"', "km.toml: person.phon: vi.toml không có khóa này"),
    "a number": ("km.toml", KHMER + "address = 5", "km.toml: person.address: phải là một câu, không phải 5"),
    "a list": ("km.toml", KHMER + 'address = ["x"]', "km.toml: person.address: phải là một câu"),
    "nothing": ("km.toml", KHMER + 'address = " "', "km.toml: person.address: phải là một câu"),
    "a gap of another name": (
        "km.toml",
        KHMER + 'address = "{adress}"',
        "km.toml: person.address: chỗ trống phải như tiếng Việt: {address}",
    ),
    "a gap that is missing": ("km.toml", KHMER + 'address = "x"', "km.toml: person.address: chỗ trống phải như"),
    "a gap too many": ("km.toml", KHMER + 'national = "{x}"', "km.toml: person.national: chỗ trống phải như"),
    "a gap without a name": ("km.toml", KHMER + 'address = "{}"', "km.toml: person.address: chỗ trống phải như"),
    "an attribute": ("km.toml", KHMER + 'address = "{address.x}"', "km.toml: person.address: chỗ trống phải như"),
    "a format": ("km.toml", KHMER + 'address = "{address:>99}"', "km.toml: person.address: chỗ trống phải như"),
    "a conversion": ("km.toml", KHMER + 'address = "{address!r}"', "km.toml: person.address: chỗ trống phải như"),
    "an open brace": ("km.toml", KHMER + 'address = "{address"', "km.toml: person.address: dấu ngoặc nhọn sai"),
    "bold that does not end": ("km.toml", KHMER + 'intro = "**{unit}"', "km.toml: person.intro: dấu ** phải"),
    "bold where none shows": ("km.toml", KHMER + 'national = "**x**"', "km.toml: person.national: câu này không có"),
    "forms that are no tables": ("km.toml", "forms = 5", "km.toml: forms: phải là các bảng"),
    "a shipped language": ("en.toml", KHMER, "en.toml: đặt tên tệp theo mã ngôn ngữ"),
    "no language code": ("Khmer.toml", KHMER, "Khmer.toml: đặt tên tệp theo mã ngôn ngữ"),
}


@pytest.mark.parametrize(("name", "text", "said"), BROKEN.values(), ids=BROKEN)
def test_a_broken_language_file_is_refused_with_file_key_and_reason(
    name: str, text: str | bytes, said: str, tmp_path: Path
) -> None:
    """Every mistake is found when the file is read, none by a citizen."""
    with pytest.raises(LanguageError) as refusal:
        read(written(tmp_path, text, name))
    assert str(refusal.value).startswith(said)


def test_the_shipped_languages_would_pass_the_same_check(tmp_path: Path) -> None:
    """The English texts, offered as a unit's own file, are in order: the check asks nothing we do not keep."""
    english = Path(locales.__file__).with_name("en.toml").read_text("utf-8")
    assert read(written(tmp_path, english, "eng.toml")).texts == locales.texts("en")
