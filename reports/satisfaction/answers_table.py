"""Answers as a table for analysis elsewhere: a row for each form, and nothing that leads to a person."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import locales
from reports.office.safe_cells import Cell
from surveys.answers import Answer
from surveys.questionnaire import MAIN_LANGUAGE, Question, Questionnaire, words_in
from surveys.slips import Stratum

SHORT = 60
FIXED = (
    *("number", "form", "version", "unit", "counter", "field", "source", "stratum", "day", "round", "occasion"),
    *("assisted", "hasty", "complete"),
)


@dataclass(frozen=True, slots=True)
class FilledForm:
    """A form as it is exported: what surveys.responses.Response holds, without the id."""

    form: str
    version: int
    unit: str
    counter: str
    field: str
    source: str
    stratum: Stratum
    day: date
    round: str
    occasion: str
    assisted: bool
    hasty: bool
    complete: bool
    answers: Mapping[str, Answer]


@dataclass(frozen=True, slots=True, order=True)
class Asked:
    """A question that was answered in a version of a form; `question` is empty for a form without any answer."""

    form: str
    version: int
    question: str


@dataclass(frozen=True, slots=True)
class Column:
    """A question's column. `text` is its wording, shortened."""

    form: str
    question: str
    text: str


def shuffled(identifiers: Iterable[str]) -> list[str]:
    """Return the ids of a day's forms in an order that does not tell when each came, and is the same every time."""
    return sorted(identifiers, key=lambda identifier: hashlib.sha256(identifier.encode()).digest())


def columns(asked: Sequence[Asked], wordings: Mapping[tuple[str, int], Questionnaire]) -> list[Column]:
    """Return the columns of all forms that have answers, with the questions in the order of the newest wording.

    Questions that only older versions have come after them; those that no known wording has come last, by their ids.
    """
    found: list[Column] = []
    for form in sorted({one.form for one in asked}):
        versions = sorted({one.version for one in asked if one.form == form}, reverse=True)
        known: dict[str, str] = {}
        for version in versions:
            wording = wordings.get((form, version))
            for question in wording.questions.values() if wording else ():
                known.setdefault(question.id, _short(question))
        unknown = sorted({one.question for one in asked if one.form == form and one.question} - known.keys())
        found += [Column(form, question, text) for question, text in {**known, **dict.fromkeys(unknown, "")}.items()]
    return found


def header(listed: Sequence[Column], language: str, *, several: bool) -> list[str]:
    """Return the first row; `several`: there are columns of more than one form."""
    questions = [f"{column.form}.{column.question}" if several else column.question for column in listed]
    titles = [f"{code}: {column.text}" if column.text else code for code, column in zip(questions, listed, strict=True)]
    return [*(locales.text(language, f"export.column.{name}") for name in FIXED), *titles]


def row(number: int, filled: FilledForm, listed: Sequence[Column]) -> list[Cell]:
    """Return a form's row: levels as numbers, chosen options as their values, flags as 1 and 0, the day as a date."""
    fixed: list[Cell] = [number, filled.form, filled.version, filled.unit, filled.counter, filled.field, filled.source]
    fixed += [filled.stratum, filled.day, filled.round, filled.occasion]
    fixed += [int(flag) for flag in (filled.assisted, filled.hasty, filled.complete)]
    answers = (filled.answers.get(column.question) if column.form == filled.form else None for column in listed)
    return [*fixed, *(",".join(answer) if isinstance(answer, tuple) else answer for answer in answers)]


def notes(
    language: str, unit: str, days: str, rows: int, names: Mapping[str, str], *, sample: bool = False
) -> list[str]:
    """Return what readers of the table must know, beginning with the `sample` mark; `names`: form titles by code."""
    lines = [locales.text(language, "sample.mark")] if sample else []
    lines += [locales.text(language, "export.about", unit=unit, days=days, rows=rows)]
    lines += [locales.text(language, "export.form", code=code, title=title) for code, title in sorted(names.items())]
    keys = ("export.levels", "export.options", "export.flags", "export.strata", "export.masked", "export.order")
    return [*lines, *(locales.text(language, key) for key in keys)]


def _short(question: Question) -> str:
    text = " ".join(words_in(question.text, MAIN_LANGUAGE).split())
    return text if len(text) <= SHORT else f"{text[: SHORT - 1].rstrip()}…"
