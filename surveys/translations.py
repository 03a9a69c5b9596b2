"""Adds a language to a questionnaire whose own file does not have it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from surveys.questionnaire import SCALE_LEVELS, DefinitionError, Option, Page, Question, Questionnaire, Words

_FORM_KEYS = frozenset(("title", "notice", "thanks", "scale", "pages", "question"))
_QUESTION_KEYS = frozenset(("text", "labels"))


def translated(form: Questionnaire, language: str, given: Mapping[str, Any], place: str) -> Questionnaire:
    """Return the form with the wordings of a language added; what is not given stays Vietnamese.

    `given` is the table [forms.CODE] of a language file: title, notice, thanks, scale (five names), pages (a
    title for each) and question.ID with text and labels. DefinitionError begins with `place` and the key.
    """
    _known(given, _FORM_KEYS, place)
    questions = _table(given, "question", place)
    _known(questions, form.questions.keys(), f"{place}.question")
    titles = _listed(given, "pages", len(form.pages), place)
    levels = _listed(given, "scale", len(SCALE_LEVELS), place)

    def said(words: Words, text: str) -> Words:
        return {**words, language: text} if text else words

    def option(question: Question, one: Option, labels: Mapping[str, Any], where: str) -> Option:
        text = levels[int(one.value) - 1] if question.kind == "scale" else _text(labels, one.value, where)
        return replace(one, label=said(one.label, text))

    def asked(question: Question) -> Question:
        where = f"{place}.question.{question.id}"
        table = _table(questions, question.id, f"{place}.question")
        _known(table, _QUESTION_KEYS, where)
        labels = _table(table, "labels", where)
        values = () if question.kind == "scale" else tuple(one.value for one in question.options)
        _known(labels, values, f"{where}.labels")
        return replace(
            question,
            text=said(question.text, _text(table, "text", where)),
            options=tuple(option(question, one, labels, f"{where}.labels") for one in question.options),
        )

    pages = tuple(
        Page(said(page.title, title), tuple(asked(question) for question in page.questions))
        for page, title in zip(form.pages, titles, strict=True)
    )
    return replace(
        form,
        title=said(form.title, _text(given, "title", place)),
        notice=said(form.notice, _text(given, "notice", place)),
        thanks=said(form.thanks, _text(given, "thanks", place)),
        pages=pages,
    )


def _known(table: Mapping[str, Any], known: Any, place: str) -> None:
    if others := sorted(table.keys() - set(known)):
        raise DefinitionError(f"{place}: không có mục {others[0]!r}; có: {', '.join(sorted(known)) or 'không mục nào'}")


def _table(table: Mapping[str, Any], key: str, place: str) -> Mapping[str, Any]:
    value = table.get(key, {})
    if not isinstance(value, Mapping):
        raise DefinitionError(f"{place}.{key}: phải là một bảng, không phải {value!r}")
    return value


def _text(table: Mapping[str, Any], key: str, place: str) -> str:
    value = table.get(key, "")
    if not isinstance(value, str):
        raise DefinitionError(f"{place}.{key}: phải là một câu, không phải {value!r}")
    return value.strip()


def _listed(table: Mapping[str, Any], key: str, count: int, place: str) -> list[str]:
    value = table.get(key, [""] * count)
    if not isinstance(value, list) or len(value) != count or not all(isinstance(text, str) for text in value):
        raise DefinitionError(f"{place}.{key}: phải là danh sách {count} câu, không phải {value!r}")
    return [text.strip() for text in value]
