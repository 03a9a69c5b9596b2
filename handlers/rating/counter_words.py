"""What a counter's page tells people to write if a link cannot carry its code: "Đánh giá" and the counter's code."""

from catalog.text import fold
from handlers.counters import find_counter
from handlers.world import World

WORDS = "Đánh giá"


def counter_words(code: str) -> str:
    """Return what to write to rate a counter."""
    return f"{WORDS} {code}"


def named_counter(world: World, text: str) -> str:
    """Return the code of the counter that such words name; empty if they name none."""
    said, _, code = text.strip(" .!\"'“”").rpartition(" ")
    if fold(said).strip() != fold(WORDS):
        return ""
    counter = find_counter(world, code)
    return counter.code if counter else ""
