"""Reading the language files that a unit adds to the shipped ones."""

import re
import string
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import locales
from locales.system_errors import reason

_CODE = re.compile(r"[a-z]{2,3}")
_FORMS = "forms"


class LanguageError(ValueError):
    """A language file that cannot be used; the message names the file, key and reason."""


@dataclass(frozen=True, slots=True)
class Language:
    """One added language: its texts by dotted key, and what it says in questionnaires, as the file has it."""

    code: str
    file: str
    texts: Mapping[str, str]
    forms: Mapping[str, Any]


def read_folder(folder: Path) -> list[Language]:
    """Read every language file of a folder, in the order of their names; LanguageError says what is wrong."""
    return [read(path) for path in sorted(folder.glob("*.toml"))]


def read(path: Path) -> Language:
    """Read one language file, CODE.toml with the keys of vi.toml and the tables [forms.CODE] of questionnaires."""
    name = path.name
    if not _CODE.fullmatch(path.stem) or path.stem in locales.LANGUAGES:
        shipped = ", ".join(locales.LANGUAGES)
        raise LanguageError(f"{name}: đặt tên tệp theo mã ngôn ngữ 2 hoặc 3 chữ cái a-z (km, hre), khác {shipped}")
    try:
        tree = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise LanguageError(f"{name}: không đọc được ({reason(error)}); lưu lại tệp dạng UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise LanguageError(f"{name}: không phải TOML đúng cách: {error}") from error
    forms = tree.pop(_FORMS, {})
    if not isinstance(forms, dict):
        raise LanguageError(f"{name}: {_FORMS}: phải là các bảng [{_FORMS}.MÃ_PHIẾU]")
    texts = {key: _checked(name, key, value) for key, value in locales.flatten(tree)}
    if locales.NAME_KEY not in texts:
        raise LanguageError(f"{name}: thiếu {locales.NAME_KEY}, tên ngôn ngữ mà người dân thấy trên nút chọn")
    return Language(path.stem, name, texts, forms)


def _checked(file: str, key: str, value: object) -> str:
    """Return a text that can replace the Vietnamese one; LanguageError says why it cannot."""
    ours = locales.texts(locales.DEFAULT).get(key)
    if ours is None:
        raise LanguageError(f"{file}: {key}: vi.toml không có khóa này")
    if not isinstance(value, str) or not value.strip():
        raise LanguageError(f"{file}: {key}: phải là một câu, không phải {value!r}")
    try:
        gaps = _gaps(value)
    except ValueError as error:
        raise LanguageError(
            f"{file}: {key}: dấu ngoặc nhọn sai ({error}); viết {{{{ và }}}} cho dấu ngoặc thường"
        ) from error
    if gaps != _gaps(ours):
        wanted = ", ".join(f"{{{gap}}}" for gap in sorted(_gaps(ours))) or "không có chỗ trống nào"
        raise LanguageError(f"{file}: {key}: chỗ trống phải như tiếng Việt: {wanted}")
    if value.count("**") % 2:
        raise LanguageError(f"{file}: {key}: dấu ** phải đi từng cặp")
    if "**" in value and "**" not in ours:
        raise LanguageError(f"{file}: {key}: câu này không có chữ đậm, bỏ dấu **")
    return unicodedata.normalize("NFC", value.strip("\n"))


def _gaps(text: str) -> set[str]:
    """Return the {names} in a text, with their format or conversion, so that no translation can add one."""
    found = set()
    for _, name, form, conversion in string.Formatter().parse(text):
        if name is not None:
            found.add(name + (f"!{conversion}" if conversion else "") + (f":{form}" if form else ""))
    return found
