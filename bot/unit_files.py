"""The files that a unit adds to the shipped ones: DATA_DIR/forms, DATA_DIR/locales, DATA_DIR/offices.toml."""

from pathlib import Path

import locales
from catalog import offices
from locales.added import Language, LanguageError, read_folder
from surveys.questionnaire import DefinitionError, Questionnaire, read, shipped
from surveys.translations import translated


class OwnFileError(Exception):
    """A file added by the unit that cannot be used; the message names the file, place and reason."""


def load(data_dir: Path) -> dict[str, Questionnaire]:
    """Install the unit's languages and return all questionnaires by code, the unit's in place of shipped ones."""
    try:
        forms = {**shipped(), **_own_forms(data_dir / "forms")}
        languages = read_folder(data_dir / "locales")
        for language in languages:
            forms.update(_said_in(language, forms))
    except DefinitionError as error:
        raise OwnFileError(f"mẫu phiếu trong {data_dir}: {error}") from error
    except LanguageError as error:
        raise OwnFileError(f"tệp ngôn ngữ trong {data_dir / 'locales'}: {error}") from error
    locales.install({language.code: language.texts for language in languages})
    return forms


def load_offices(data_dir: Path) -> offices.Offices:
    """Return the offices that do what no catalog holds, the unit's before the shipped ones."""
    path = data_dir / "offices.toml"
    try:
        unit_offices = offices.parse(path.read_text("utf-8"), str(path)) if path.exists() else ()
    except (OSError, UnicodeDecodeError) as error:
        raise OwnFileError(f"{path}: không đọc được ({error}); lưu lại tệp dạng UTF-8") from error
    except offices.OfficeError as error:
        raise OwnFileError(str(error)) from error
    return offices.Offices(unit_offices)


def _own_forms(folder: Path) -> dict[str, Questionnaire]:
    found: dict[str, Questionnaire] = {}
    places: dict[str, str] = {}
    for path in sorted(folder.glob("*.toml")):
        form = read(path)
        if form.code in found:
            raise DefinitionError(f"{path.name}: code {form.code!r} đã có trong {places[form.code]}")
        found[form.code], places[form.code] = form, path.name
    return found


def _said_in(language: Language, forms: dict[str, Questionnaire]) -> dict[str, Questionnaire]:
    said = {}
    for code, given in language.forms.items():
        place = f"{language.file}: forms.{code}"
        if code not in forms:
            raise LanguageError(f"{place}: không có mẫu phiếu này; có: {', '.join(sorted(forms))}")
        if not isinstance(given, dict):
            raise LanguageError(f"{place}: phải là một bảng [forms.{code}]")
        said[code] = translated(forms[code], language.code, given, place)
    return said
