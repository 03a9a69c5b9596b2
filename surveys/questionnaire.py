"""A questionnaire as data: pages of questions in several languages, read from TOML."""

import hashlib
import re
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

from locales.system_errors import reason

Kind = Literal["scale", "single", "multiple", "text"]
Words = Mapping[str, str]
SCALE_LEVELS = (1, 2, 3, 4, 5)
MAIN_LANGUAGE = "vi"
_ID = re.compile(r"[a-z0-9_]{1,20}")
_ID_RULE = "dùng 1 đến 20 ký tự a-z, 0-9 và _"
_FORM_KEYS = frozenset(("code", "version", "title", "notice", "thanks", "scale", "page"))
_PAGE_KEYS = frozenset(("title", "question"))
_QUESTION_KEYS = frozenset(("id", "kind", "text", "required", "counted", "unverified", "limit", "option", "when"))
_OPTION_KEYS = frozenset(("value", "label"))
_WHEN_KEYS = frozenset(("question", "least", "most", "is"))


class DefinitionError(ValueError):
    """A questionnaire file that cannot be used; the message names the file, place and reason."""


class _PlacedError(ValueError):
    """A mistake whose message already names the question or page."""


@dataclass(frozen=True, slots=True)
class Option:
    """One possible answer: the stored value, the label, and a face on a scale."""

    value: str
    label: Words
    face: str = ""


@dataclass(frozen=True, slots=True)
class Condition:
    """Ask a question only after certain answers to a question of an earlier page.

    Levels from `least` to `most` (both included), or one of the option values `among`.
    """

    question: str
    least: int = SCALE_LEVELS[0]
    most: int = SCALE_LEVELS[-1]
    among: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """One question. `counted` answers enter the satisfaction rate; a scale has the levels 1 to 5.

    `limit`: how many options may be chosen, or how long a text may be. `unverified`: its wording was not
    compared with the official text yet.
    """

    id: str
    kind: Kind
    text: Words
    required: bool = False
    counted: bool = False
    options: tuple[Option, ...] = ()
    limit: int = 0
    when: Condition | None = None
    unverified: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """Questions that the web shows together, under one title."""

    title: Words
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class Questionnaire:
    """A form in one version. `digest` (SHA-256 of its file) names the exact wording and notice."""

    code: str
    version: int
    title: Words
    notice: Words
    thanks: Words
    pages: tuple[Page, ...]
    digest: str
    source: str

    @cached_property
    def questions(self) -> dict[str, Question]:
        """All questions by id, in order."""
        return {question.id: question for page in self.pages for question in page.questions}

    @cached_property
    def counted(self) -> frozenset[str]:
        """The questions whose answers make up the satisfaction rate."""
        return frozenset(question.id for question in self.questions.values() if question.counted)


def words_in(words: Words, language: str) -> str:
    """Return a wording in a language, or in Vietnamese if that is missing."""
    return words.get(language) or words.get(MAIN_LANGUAGE, "")


def shipped() -> dict[str, Questionnaire]:
    """Return the questionnaires that come with the product, by code."""
    return {form.code: form for form in _shipped()}


@cache
def _shipped() -> tuple[Questionnaire, ...]:
    folder = files("surveys").joinpath("definitions")
    sources = sorted((item for item in folder.iterdir() if item.name.endswith(".toml")), key=lambda item: item.name)
    return tuple(parse(item.read_text("utf-8"), item.name) for item in sources)


def read(path: Path) -> Questionnaire:
    """Read a questionnaire from a file; DefinitionError says what is wrong with it."""
    try:
        source = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise DefinitionError(f"{path.name}: không đọc được ({reason(error)}); lưu lại tệp dạng UTF-8") from error
    return parse(source, path.name)


def parse(source: str, name: str) -> Questionnaire:
    """Read a questionnaire from TOML text; `name` is used in errors."""
    try:
        tree = tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        raise DefinitionError(f"{name}: không phải TOML đúng cách: {error}") from error
    try:
        _no_others(tree, _FORM_KEYS)
        with _at("scale"):
            scale = _scale(tree.get("scale", {}))
        said = {}
        for part, value in ((part, tree[part]) for part in ("title", "notice", "thanks")):
            with _at(part):
                said[part] = _words(value)
        form = Questionnaire(
            code=str(tree["code"]),
            version=_number(tree, "version"),
            title=said["title"],
            notice=said["notice"],
            thanks=said["thanks"],
            pages=tuple(_page(page, number, scale) for number, page in enumerate(tree["page"], 1)),
            digest=hashlib.sha256(source.encode()).hexdigest(),
            source=source,
        )
        _check(form)
    except KeyError as error:
        raise DefinitionError(f"{name}: thiếu {error.args[0]!r}") from error
    except (TypeError, ValueError, AttributeError) as error:
        raise DefinitionError(f"{name}: {error}") from error
    return form


@contextmanager
def _at(place: str, kind: type[ValueError] = ValueError) -> Iterator[None]:
    """Put the place in the file before the message of a mistake, unless the message names one already."""
    try:
        yield
    except _PlacedError:
        raise
    except KeyError as error:
        raise kind(f"{place}: thiếu {error.args[0]!r}") from error
    except (TypeError, ValueError, AttributeError) as error:
        raise kind(f"{place}: {error}") from error


def _page(page: Mapping[str, Any], number: int, scale: tuple[Option, ...]) -> Page:
    with _at(f"trang {number}", _PlacedError):
        _no_others(page, _PAGE_KEYS)
        title = _words(page.get("title", {}))
        return Page(title, tuple(_question(item, scale) for item in page["question"]))


def _no_others(table: Mapping[str, Any], known: frozenset[str]) -> None:
    """Refuse a key that nothing reads; a mistyped `required` would be lost silently."""
    if others := sorted(table.keys() - known):
        raise ValueError(f"không có mục {others[0]!r}; có: {', '.join(sorted(known))}")


def _number(item: Mapping[str, Any], key: str, default: int | None = None) -> int:
    value = item[key] if default is None else item.get(key, default)
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"{key} phải là số nguyên, không phải {value!r}")
    return value


def _flag(item: Mapping[str, Any], key: str) -> bool:
    value = item.get(key, False)
    if not isinstance(value, bool):
        raise TypeError(f"{key} phải là true hoặc false, không phải {value!r}")
    return value


def _words(value: Mapping[str, str] | str) -> Words:
    given = {MAIN_LANGUAGE: value} if isinstance(value, str) else value
    if not isinstance(given, Mapping) or not all(isinstance(text, str) for text in given.values()):
        raise TypeError(f"cần một câu, hoặc mỗi ngôn ngữ một câu, không phải {value!r}")
    words = {key: text.strip() for key, text in given.items()}
    if words and not words.get(MAIN_LANGUAGE):
        raise ValueError("thiếu câu tiếng Việt")
    return words


def _scale(scale: Mapping[str, Any]) -> tuple[Option, ...]:
    if not scale:
        return ()
    faces = scale.get("faces", [""] * len(SCALE_LEVELS))
    labels = {language: listed for language, listed in scale.items() if language != "faces"}
    if any(len(listed) != len(SCALE_LEVELS) for listed in (faces, *labels.values())):
        raise ValueError(f"cần đủ {len(SCALE_LEVELS)} mặt và {len(SCALE_LEVELS)} tên mức")
    if MAIN_LANGUAGE not in labels:
        raise ValueError("thiếu tên mức tiếng Việt")
    return tuple(
        Option(str(level), {language: listed[level - 1] for language, listed in labels.items()}, faces[level - 1])
        for level in SCALE_LEVELS
    )


def _question(item: Mapping[str, Any], scale: tuple[Option, ...]) -> Question:
    identifier = str(item["id"])
    with _at(f"câu {identifier}", _PlacedError):
        return _read_question(identifier, item, scale)


def _read_question(identifier: str, item: Mapping[str, Any], scale: tuple[Option, ...]) -> Question:
    _no_others(item, _QUESTION_KEYS)
    kind: Kind = item["kind"]
    if not _ID.fullmatch(identifier):
        raise ValueError(f"mã câu: {_ID_RULE}")
    if kind not in ("scale", "single", "multiple", "text"):
        raise ValueError(f"không có loại câu {kind!r}")
    options = scale if kind == "scale" else tuple(_option(option) for option in item.get("option", ()))
    if kind == "scale" and "option" in item:
        raise ValueError("câu loại scale dùng các mức ở [scale], không có lựa chọn riêng")
    if (kind == "text") == bool(options):
        raise ValueError(f"câu loại {kind} {'không có' if options else 'cần có'} lựa chọn")
    if len({option.value for option in options}) < len(options):
        raise ValueError("một giá trị lựa chọn viết hai lần")
    return Question(
        id=identifier,
        kind=kind,
        text=_words(item["text"]),
        required=_flag(item, "required"),
        counted=_flag(item, "counted"),
        options=options,
        limit=_number(item, "limit", len(options)),
        when=_condition(item["when"]) if "when" in item else None,
        unverified=_flag(item, "unverified"),
    )


def _option(option: Mapping[str, Any]) -> Option:
    _no_others(option, _OPTION_KEYS)
    value = str(option["value"])
    if not _ID.fullmatch(value):
        raise ValueError(f"giá trị lựa chọn {value!r}: {_ID_RULE}")
    with _at(f"lựa chọn {value}"):
        return Option(value, _words(option["label"]))


def _condition(when: Mapping[str, Any]) -> Condition:
    with _at("when"):
        _no_others(when, _WHEN_KEYS)
        question = str(when["question"])
        if "is" not in when:
            least, most = _number(when, "least", SCALE_LEVELS[0]), _number(when, "most", SCALE_LEVELS[-1])
            return Condition(question, least, most)
        if when.keys() & {"least", "most"}:
            raise ValueError("dùng hoặc is, hoặc least và most")
        if not isinstance(when["is"], list) or not when["is"]:
            raise ValueError('is phải là danh sách lựa chọn, ví dụ ["other"]')
        return Condition(question, among=tuple(str(value) for value in when["is"]))


def _check(form: Questionnaire) -> None:
    """Refuse mistakes that show only when questions are read together."""
    if not _ID.fullmatch(form.code):
        raise ValueError(f"code {form.code!r}: {_ID_RULE}")
    if form.version < 1:
        raise ValueError(f"version phải từ 1 trở lên, không phải {form.version}")
    earlier: dict[str, Question] = {}
    for page in form.pages:
        here: dict[str, Question] = {}
        for question in page.questions:
            if question.id in earlier or question.id in here:
                raise ValueError(f"câu {question.id} viết hai lần")
            if mistake := _mistake(question, earlier):
                raise ValueError(f"câu {question.id}: {mistake}")
            here[question.id] = question
        # Pages are shown whole, so a question that depends on an answer has to be on a later page.
        earlier.update(here)
    if not form.counted:
        raise ValueError("chưa có câu nào được tính vào tỷ lệ hài lòng (counted = true)")


def _mistake(question: Question, earlier: Mapping[str, Question]) -> str:
    if question.counted and question.kind != "scale":
        return "chỉ câu loại scale mới được tính vào tỷ lệ hài lòng"
    if question.kind == "text" and question.limit <= 0:
        return "câu loại text cần limit, số chữ cái nhiều nhất"
    if question.kind != "text" and not 1 <= question.limit <= len(question.options):
        return f"limit phải từ 1 đến {len(question.options)}, không phải {question.limit}"
    if question.kind in ("scale", "single") and question.limit != len(question.options):
        return f"câu loại {question.kind} không dùng limit"
    return _mistake_of_condition(question.when, earlier) if question.when else ""


def _mistake_of_condition(when: Condition, earlier: Mapping[str, Question]) -> str:
    asked = earlier.get(when.question)
    if asked is None or asked.kind == "text":
        return f"when: {when.question!r} không phải câu lựa chọn ở một trang trước"
    known = [option.value for option in asked.options]
    if unknown := [value for value in when.among if value not in known]:
        return f"when: câu {asked.id} không có lựa chọn {unknown[0]!r}"
    if not when.among and asked.kind != "scale":
        return f"when: câu {asked.id} không phải loại scale; viết is = [...]"
    if not SCALE_LEVELS[0] <= when.least <= when.most <= SCALE_LEVELS[-1]:
        return f"when: least và most phải từ {SCALE_LEVELS[0]} đến {SCALE_LEVELS[-1]}, least không lớn hơn most"
    return ""
