"""The lexicon is data that people write: every mistake they can make is caught here."""

import tomllib
import unicodedata
from collections import Counter
from importlib.resources import files

import pytest

from catalog.entries import is_code
from catalog.lexicon import goes_on, lexicon, smalltalk
from catalog.text import words

SOURCES = sorted(
    (item for item in files("catalog.lexicon").joinpath("procedures").iterdir() if item.name.endswith(".toml")),
    key=lambda item: item.name,
)
LISTED = [item for source in SOURCES for item in tomllib.loads(source.read_text("utf-8"))["procedure"]]


def test_no_procedure_stands_twice() -> None:
    """A code belongs to one block in one file."""
    assert [code for code, count in Counter(item["code"] for item in LISTED).items() if count > 1] == []


def test_labels_tell_procedures_apart() -> None:
    """Every label is short enough for a button and belongs to one procedure."""
    assert [item["label"] for item in LISTED if not 0 < len(item["label"]) <= 45] == []
    assert [label for label, count in Counter(item["label"] for item in LISTED).items() if count > 1] == []


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
def test_every_block_is_well_formed(source: object) -> None:
    """Codes, how common, and at least five sayings of two words or more in NFC, none twice."""
    for item in tomllib.loads(source.read_text("utf-8"))["procedure"]:  # type: ignore[attr-defined]
        assert is_code(item["code"])
        assert item["common"] in (0, 1, 2, 3)
        assert len(item["said"]) >= 5
        assert len(set(item["said"])) == len(item["said"])
        assert all(unicodedata.is_normalized("NFC", said) and said == said.strip() for said in item["said"])
        assert all(len(words(said)) >= 2 for said in item["said"]), item["code"]


def test_families_and_topics_point_at_known_procedures() -> None:
    """Nothing leads to a code that the lexicon does not know."""
    known = lexicon().known
    assert [code for family in lexicon().families for code in family.codes if not is_code(code)] == []
    assert [topic.name for topic in lexicon().outside.values() if topic.see and topic.see not in known] == []


@pytest.mark.parametrize(
    ("text", "small"),
    [
        ("xin chào", True),
        ("Cảm ơn bạn!", True),
        ("xin chào, khai sinh cần gì", False),
        ("nấu cháo", False),
        ("cháo", False),
        ("", False),
    ],
)
def test_smalltalk_is_a_greeting_and_nothing_else(text: str, small: bool) -> None:
    """A greeting before a question does not hide the question."""
    assert bool(smalltalk(text)) == small


@pytest.mark.parametrize(
    ("text", "on"),
    [
        ("còn con dưới 14 tuổi?", True),
        ("thế còn lệ phí", True),
        ("con dưới 14 tuổi thì sao", False),
        ("khai sinh", False),
    ],
)
def test_a_question_that_takes_up_the_last_one_is_known(text: str, on: bool) -> None:
    """By how it begins."""
    assert goes_on(text) == on
