"""What citizens did not find in a week, as admins are told."""

from collections.abc import Sequence

from handlers.messages import Text
from handlers.split import shorten
from handlers.wording import plain, say
from reports import rates
from reports.satisfaction.comments import Missed

MOST_TEXTS, LONGEST_TEXT = 3, 80


def missed_lines(found: Sequence[Missed], language: str) -> Text:
    """One line a kind: how often, and the commonest texts with how often each came; nothing where all was found."""
    if not found:
        return Text()
    lines = [
        say(
            language,
            "missed.line",
            kind=plain(language, f"missed.kind.{one.kind}"),
            count=rates.number(one.count),
            texts=", ".join(_quoted(language, *of_text) for of_text in one.texts[:MOST_TEXTS]),
        )
        for one in found
    ]
    return Text.lines([say(language, "missed.heading"), *lines])


def _quoted(language: str, text: str, count: int) -> str:
    told = shorten(" ".join(text.split()), LONGEST_TEXT)
    return plain(language, "missed.text", text=told, count=rates.number(count))
