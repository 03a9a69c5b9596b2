"""Long texts cut at sensible places: between paragraphs, lines, sentences, words; never inside a word that fits."""

from collections.abc import Callable
from dataclasses import replace

from handlers.messages import Text

Measure = Callable[[Text], int]
_BREAKS = ("\n\n", "\n", ". ", "; ", ", ", " ")
_LEAST_FILL = 0.4


def length(text: Text) -> int:
    """The number of characters of a text."""
    return sum(len(span.text) for span in text)


def utf16_length(text: Text) -> int:
    """The number of UTF-16 units of a text: two for a letter beyond the first 65,536."""
    return len(text.plain.encode("utf-16-le")) // 2


def split(text: Text, limit: int, measure: Measure = length) -> tuple[Text, ...]:
    """Cut text into pieces of at most `limit` as `measure` counts; a text that fits comes back whole."""
    pieces: list[Text] = []
    rest = _strip(text)
    while measure(rest) > limit:
        size = _fitting(rest, limit, measure)
        cut = _break_before(rest.plain, size)
        pieces.append(_strip(_take(rest, 0, cut)))
        rest = _strip(_take(rest, cut, None))
    pieces.append(rest)
    return tuple(piece for piece in pieces if piece) or (Text(),)


def shorten(text: str, limit: int, more: str = "…") -> str:
    """Return the beginning of a one-line text, cut between words, with a mark that it goes on."""
    if len(text) <= limit:
        return text
    space = text.rfind(" ", 0, limit - len(more) + 1)
    cut = space if space > limit // 3 else limit - len(more)
    return text[:cut].rstrip(" ,;:-(") + more


def _fitting(text: Text, limit: int, measure: Measure) -> int:
    """The greatest number of leading characters that fit."""
    if measure is length:
        return limit
    low, high = 1, min(length(text), limit)
    while low < high:
        middle = (low + high + 1) // 2
        if measure(_take(text, 0, middle)) <= limit:
            low = middle
        else:
            high = middle - 1
    return low


def _break_before(plain: str, size: int) -> int:
    """Where to cut the first `size` characters: at the best mark that leaves a fair piece, else at the last space."""
    for mark in _BREAKS:
        found = plain.rfind(mark, 0, size + 1 if mark.isspace() else size)
        if found >= size * _LEAST_FILL:
            return found + len(mark)
    spaces = [i for i in range(1, min(size + 1, len(plain))) if plain[i].isspace()]
    return spaces[-1] if spaces else size


def _take(text: Text, start: int, stop: int | None) -> Text:
    spans = []
    position = 0
    end = length(text) if stop is None else stop
    for span in text:
        piece = span.text[max(start - position, 0) : max(end - position, 0)]
        if piece:
            spans.append(replace(span, text=piece))
        position += len(span.text)
    return Text(spans)


def _strip(text: Text) -> Text:
    plain = text.plain
    if plain == plain.strip():
        return text
    start = len(plain) - len(plain.lstrip())
    return _take(text, start, len(plain.rstrip()))
