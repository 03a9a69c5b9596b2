"""Locale texts as formatted text: **bold** in a template becomes a bold span, values stay as they are."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import locales
from handlers.messages import Button, Span, Text


def say(language: str, key: str, **values: Any) -> Text:
    """Return a locale text with its values filled in; a value may itself be formatted text."""
    template = locales.template(language, key)
    spans: list[str | Span | Text] = []
    for position, piece in enumerate(template.split("**")):
        spans.append(Span(piece.format(**values), bold=position % 2 == 1))
    return Text.of(*spans)


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
