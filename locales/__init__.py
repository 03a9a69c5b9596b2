"""What the product says, by key: Vietnamese complete, English second."""

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

DEFAULT = "vi"
LANGUAGES = ("vi", "en")


def _flatten(tree: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for key, value in tree.items():
        if isinstance(value, Mapping):
            yield from _flatten(value, f"{prefix}{key}.")
        else:
            yield prefix + key, str(value).strip("\n")


@cache
def texts(language: str) -> Mapping[str, str]:
    """Return all texts of a language by dotted key; a language that is not shipped raises KeyError."""
    if language not in LANGUAGES:
        raise KeyError(language)
    source = files(__package__).joinpath(f"{language}.toml").read_text("utf-8")
    return dict(_flatten(tomllib.loads(source)))


def text(language: str, key: str, **values: object) -> str:
    """Return one text with its {placeholders} filled in; Vietnamese where the language is unknown."""
    table = texts(language if language in LANGUAGES else DEFAULT)
    return table[key].format(**values)
