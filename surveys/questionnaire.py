"""A questionnaire as data: pages of questions in several languages, read from TOML."""

import hashlib
import re
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

Kind = Literal["scale", "single", "multiple", "text"]
Words = Mapping[str, str]
SCALE_LEVELS = (1, 2, 3, 4, 5)
MAIN_LANGUAGE = "vi"
_ID = re.compile(r"[a-z0-9_]{1,20}")


class DefinitionError(ValueError):
    """A questionnaire file that cannot be used; the message names the file, place and reason."""


@dataclass(frozen=True, slots=True)
class Option:
    """One possible answer: what is stored, what is read, and a face for a scale."""

    value: str
    label: Words
    face: str = ""


@dataclass(frozen=True, slots=True)
class Condition:
    """Ask a question only if an earlier answer lies between two levels (both included)."""

    question: str
    least: int
    most: int


@dataclass(frozen=True, slots=True)
class Question:
    """One question. `counted` answers enter the satisfaction rate; a scale has the levels 1 to 5."""

    id: str
    kind: Kind
    text: Words
    required: bool = False
    counted: bool = False
    options: tuple[Option, ...] = ()
    limit: int = 0
    when: Condition | None = None


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
    """Return a wording in a language, or in Vietnamese where that is missing."""
    return words.get(language) or words.get(MAIN_LANGUAGE, "")


def shipped() -> dict[str, Questionnaire]:
    """Read the questionnaires that come with the product, by code."""
    folder = files("surveys").joinpath("definitions")
    sources = sorted((item for item in folder.iterdir() if item.name.endswith(".toml")), key=lambda item: item.name)
    forms = [parse(item.read_text("utf-8"), item.name) for item in sources]
    return {form.code: form for form in forms}


def read(path: Path) -> Questionnaire:
    """Read a questionnaire from a file; DefinitionError says what is wrong with it."""
    return parse(path.read_text("utf-8"), path.name)


def parse(source: str, name: str) -> Questionnaire:
    """Read a questionnaire from TOML text; `name` is used in errors."""
    try:
        tree = tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        raise DefinitionError(f"{name}: not valid TOML: {error}") from error
    try:
        scale = _options(tree.get("scale", {}))
        pages = tuple(_page(page, number, scale) for number, page in enumerate(tree["page"], 1))
        form = Questionnaire(
            code=str(tree["code"]),
            version=_number({"version": tree["version"]}, "version", 0),
            title=_words(tree["title"], "title"),
            notice=_words(tree["notice"], "notice"),
            thanks=_words(tree["thanks"], "thanks"),
            pages=pages,
            digest=hashlib.sha256(source.encode()).hexdigest(),
            source=source,
        )
    except KeyError as error:
        raise DefinitionError(f"{name}: {error.args[0]!r} is missing") from error
    except (TypeError, ValueError, AttributeError) as error:
        raise DefinitionError(f"{name}: {error}") from error
    _check(form, name)
    return form


@contextmanager
def _at(place: str) -> Iterator[None]:
    """Say where in the file a mistake stands."""
    try:
        yield
    except KeyError as error:
        raise ValueError(f"{place}: {error.args[0]!r} is missing") from error
    except (TypeError, AttributeError) as error:
        raise ValueError(f"{place}: {error}") from error


def _page(page: Mapping[str, Any], number: int, scale: tuple[Option, ...]) -> Page:
    with _at(f"page {number}"):
        title = _words(page.get("title", {}), f"page {number}")
        questions = [_question(item, scale) for item in page["question"]]
        return Page(title, tuple(questions))


def _number(item: Mapping[str, Any], key: str, default: int) -> int:
    value = item.get(key, default)
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"{key} must be a whole number, not {value!r}")
    return value


def _words(value: Mapping[str, str] | str, place: str) -> Words:
    words = (
        {MAIN_LANGUAGE: value} if isinstance(value, str) else {key: str(text).strip() for key, text in value.items()}
    )
    if words and not words.get(MAIN_LANGUAGE):
        raise ValueError(f"{place}: the Vietnamese text is missing")
    return words


def _options(scale: Mapping[str, Any]) -> tuple[Option, ...]:
    faces = scale.get("faces", [""] * len(SCALE_LEVELS))
    labels = {language: labels for language, labels in scale.items() if language != "faces"}
    if scale and any(len(listed) != len(SCALE_LEVELS) for listed in (faces, *labels.values())):
        raise ValueError(f"scale: {len(SCALE_LEVELS)} faces and labels are needed")
    if not scale:
        return ()
    if MAIN_LANGUAGE not in labels:
        raise ValueError("scale: the Vietnamese labels are missing")
    return tuple(
        Option(str(level), {language: listed[level - 1] for language, listed in labels.items()}, faces[level - 1])
        for level in SCALE_LEVELS
    )


def _question(item: Mapping[str, Any], scale: tuple[Option, ...]) -> Question:
    identifier = str(item["id"])
    with _at(f"question {identifier}"):
        return _checked_question(identifier, item, scale)


def _checked_question(identifier: str, item: Mapping[str, Any], scale: tuple[Option, ...]) -> Question:
    kind: Kind = item["kind"]
    if not _ID.fullmatch(identifier):
        raise ValueError(f"question id {identifier!r}: use 1 to 20 of a-z, 0-9 and _")
    if kind not in ("scale", "single", "multiple", "text"):
        raise ValueError(f"question {identifier}: unknown kind {kind!r}")
    options = (
        scale
        if kind == "scale"
        else tuple(
            Option(str(option["value"]), _words(option["label"], identifier)) for option in item.get("option", ())
        )
    )
    if (kind == "text") == bool(options):
        raise ValueError(f"question {identifier}: a {kind} question {'takes no' if options else 'needs'} options")
    for option in options:
        if not _ID.fullmatch(option.value):
            raise ValueError(f"question {identifier}: option value {option.value!r}: use 1 to 20 of a-z, 0-9 and _")
    if len({option.value for option in options}) < len(options):
        raise ValueError(f"question {identifier}: an option value stands twice")
    when = item.get("when")
    return Question(
        id=identifier,
        kind=kind,
        text=_words(item["text"], identifier),
        required=bool(item.get("required", False)),
        counted=bool(item.get("counted", False)),
        options=options,
        limit=_number(item, "limit", len(options)),
        when=Condition(str(when["question"]), _number(when, "least", 1), _number(when, "most", 5)) if when else None,
    )


def _check(form: Questionnaire, name: str) -> None:
    seen: dict[str, Question] = {}
    for question in (question for page in form.pages for question in page.questions):
        if question.id in seen:
            raise DefinitionError(f"{name}: question {question.id} stands twice")
        if question.counted and question.kind != "scale":
            raise DefinitionError(f"{name}: question {question.id}: only a scale can be counted")
        if question.kind == "text" and question.limit <= 0:
            raise DefinitionError(f"{name}: question {question.id}: a text needs a limit")
        if question.when and (question.when.question not in seen or seen[question.when.question].kind != "scale"):
            raise DefinitionError(f"{name}: question {question.id}: its condition needs an earlier scale question")
        seen[question.id] = question
    if not any(question.counted for question in seen.values()):
        raise DefinitionError(f"{name}: no question is counted")
