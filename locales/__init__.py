"""What the product says, by key: Vietnamese complete, English second, others as a unit adds them."""

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

DEFAULT = "vi"
LANGUAGES = ("vi", "en")
NAME_KEY = "language.name"

# The texts of languages that a unit added; set once, before anybody is answered.
_added: dict[str, Mapping[str, str]] = {}


def flatten(tree: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, object]]:
    """Return the values of a tree of tables by dotted key."""
    for key, value in tree.items():
        if isinstance(value, Mapping):
            yield from flatten(value, f"{prefix}{key}.")
        else:
            yield prefix + key, value


@cache
def _shipped(language: str) -> Mapping[str, str]:
    source = files(__package__).joinpath(f"{language}.toml").read_text("utf-8")
    return {key: str(value).strip("\n") for key, value in flatten(tomllib.loads(source))}


def texts(language: str) -> Mapping[str, str]:
    """Return all texts of a language by dotted key; a language that is not installed raises KeyError."""
    if language in _added:
        return _added[language]
    if language not in LANGUAGES:
        raise KeyError(language)
    return _shipped(language)


def install(added: Mapping[str, Mapping[str, str]]) -> None:
    """Make these the added languages; a text that one of them lacks is said in Vietnamese."""
    _added.clear()
    _added.update({language: {**_shipped(DEFAULT), **given} for language, given in added.items()})
    installed.cache_clear()


@cache
def installed() -> Mapping[str, str]:
    """Return the languages people can choose, by code, each with its name in itself."""
    return {language: texts(language)[NAME_KEY] for language in (*LANGUAGES, *sorted(_added))}


def template(language: str, key: str) -> str:
    """Return one text with its {placeholders}; Vietnamese where the language is not installed (any more)."""
    return (_added.get(language) or _shipped(language if language in LANGUAGES else DEFAULT))[key]


def text(language: str, key: str, **values: object) -> str:
    """Return one text with its {placeholders} filled in; Vietnamese where the language is unknown."""
    return template(language, key).format(**values)
