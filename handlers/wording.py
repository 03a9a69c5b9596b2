"""Locale texts as formatted text: **bold** in a template becomes a bold span, values stay as they are."""

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Any

import locales
from handlers.messages import Button, Span, Text

# More than there are texts in all languages.
TEMPLATES = 10_000


def say(language: str, key: str, **values: Any) -> Text:
    """Return a locale text with its values filled in; a value may itself be formatted text."""
    template = locales.template(language, key)
    return _filled(template, **values) if values else _without_values(template)


def _filled(template: str, /, **values: Any) -> Text:
    return Text.of(*[Span(piece.format(**values), bold=bold) for piece, bold in _pieces(template)])


@lru_cache(maxsize=TEMPLATES)
def _without_values(template: str) -> Text:
    return _filled(template)


@lru_cache(maxsize=TEMPLATES)
def _pieces(template: str) -> Sequence[tuple[str, bool]]:
    """The pieces of a template, and whether each is bold."""
    split = enumerate(template.split("**"))
    return [(piece, position % 2 == 1) for position, piece in split if piece]


def plain(language: str, key: str, **values: Any) -> str:
    """Return a locale text without styles, for buttons and values."""
    return locales.text(language, key, **values)


def button(language: str, identifier: str, key: str, **values: Any) -> Button:
    """Return a button whose label is a locale text."""
    return Button(identifier, plain(language, key, **values))


def buttons(language: str, *pairs: tuple[str, str]) -> tuple[Button, ...]:
    """Return buttons from (id, text key) pairs."""
    return tuple(button(language, identifier, key) for identifier, key in pairs)


def ways_on(language: str) -> Sequence[Button]:
    """Return the buttons shown when the catalog has no answer: ask again, leave the question, browse, or a person."""
    return buttons(
        language,
        ("ask", "button.again"),
        ("question", "left.leave"),
        ("fields:0", "button.fields"),
        ("person", "button.person"),
    )


def day_text(day: date) -> str:
    """Return a day as it is said in chat and on pages: 02/09/2026."""
    return f"{day:%d/%m/%Y}"
