"""Questions in English: told from Vietnamese ones, and read as what the index has."""

import tomllib
from collections import Counter
from importlib.resources import files

import pytest

from catalog import english
from catalog.lexicon import lexicon
from catalog.question_reading import Word
from tests.questions import index, questions, unmarked

DATA = tomllib.loads(files("catalog.lexicon").joinpath("english.toml").read_text("utf-8"))
FIRST_FLOOR, THREE_FLOOR = 0.85, 0.93


def as_typed(text: str) -> list[Word]:
    """Vietnamese words left as they are."""
    return [Word(word, word, 1.0, marked=False, piece=0) for word in text.split()]


def read(text: str) -> list[str]:
    """The words that a question in English is read as."""
    return [word.folded for word in english.read(text, as_typed)]


@pytest.mark.parametrize(
    "text",
    [
        "hi, how to register birth for my baby",
        "dang ky tam tru for foreigner",
        "i need certifcate of single status",
        "how much is it",
        "can i do it online",
        "my son is 15",
    ],
)
def test_english_is_known_whatever_stands_between(text: str) -> None:
    """Slips, broken English and Vietnamese names of things do not hide the language."""
    assert english.is_english(text)


@pytest.mark.parametrize(
    "text",
    ["lam the nao", "me con an", "me can so do", "hello ad", "ok", "tôi muốn register cho con", "mở pharmacy", ""],
)
def test_vietnamese_without_marks_is_no_english(text: str) -> None:
    """Syllables that English has too, greetings and borrowed words prove nothing."""
    assert not english.is_english(text)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("marriage registration", True),
        ("Birth Certificate", True),
        ("lost passport", True),
        ("visa extension", True),
        ("thank you", False),
        ("good morning", False),
        ("hello shop", False),
        ("check mail", False),
        ("đăng ký marriage", False),
    ],
)
def test_two_words_may_name_a_matter(text: str, names: bool) -> None:
    """Greetings and borrowed words name none."""
    assert english.names_matter(text) is names


@pytest.mark.parametrize("name", ["phuong", "xa"])
def test_no_vietnamese_question_is_taken_for_english(name: str) -> None:
    """Not one of the project's own questions, with marks or without."""
    texts = [form for one in questions(name) for form in (one.text, unmarked(one.text))]
    assert [text for text in texts if english.is_english(text)] == []


def test_all_english_questions_but_a_few_are_known_as_such() -> None:
    """Of the project's own English questions at most one in a hundred is missed."""
    texts = [one.text for one in questions("english")]
    assert sum(not english.is_english(text) for text in texts) <= len(texts) / 100


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("renting a flat", "rents apartments"),
        ("our kids", "a child"),
        ("certifcate", "certificates"),
        ("notarized photocopy", "certified copies"),
        ("citizen of Korea", "citizen in Germany"),
        ("my son is 15", "my daughter, 16 years old"),
    ],
)
def test_what_means_the_same_is_read_alike(one: str, other: str) -> None:
    """Endings, synonyms, slips of one letter, countries and ages do not matter."""
    assert read(one) == read(other) != []


def test_a_duration_is_no_age() -> None:
    """A card for three years is not a card of a child."""
    assert read("card for 3 years") == ["~card", "~3"]


def test_words_that_vietnamese_has_are_read_in_vietnamese_when_both_stand_in_a_question() -> None:
    """After "dang ky tam tru" a "foreigner" is what the Vietnamese names call one."""
    assert read("dang ky tam tru for foreigner") == ["dang", "ky", "tam", "tru", "người", "nước", "ngoài"]


def test_english_questions_find_the_procedure() -> None:
    """The right procedure is first, and among the first three, often enough."""
    asked = [one for one in questions("english") if not one.codes.isdisjoint(lexicon().known)]
    found = [(one.codes, [hit.code for hit in index().search(one.text, 3).hits]) for one in asked]
    assert sum(bool(codes) and codes[0] in right for right, codes in found) / len(asked) >= FIRST_FLOOR
    assert sum(not right.isdisjoint(codes) for right, codes in found) / len(asked) >= THREE_FLOOR


@pytest.mark.parametrize(
    ("text", "aspect"),
    [
        ("how much does a birth certificate cost", "fee"),
        ("what documents do I need for a work permit", "documents"),
        ("how long does the work permit take", "time"),
        ("where do I register my marriage", "where"),
    ],
)
def test_the_part_asked_for_is_known_in_english(text: str, aspect: str) -> None:
    """Fee, papers, time, place."""
    assert index().search(text).aspect == aspect


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("I want to die", "crisis"),
        ("my husband hits me", "violence"),
        ("my house is on fire", "fire"),
        ("how to get a divorce", "court"),
        ("What are your opening hours?", "hours"),
        ("thanks a lot", "thanks"),
    ],
)
def test_what_is_no_procedure_is_known_in_english(text: str, topic: str) -> None:
    """Danger first, then courts, opening hours and thanks."""
    assert index().search(text).topic == topic


def test_an_asking_question_in_english_names_no_matter() -> None:
    """The question "How much is it?" is about what is open, never a search."""
    assert index().search("how much is it").bare


def test_english_names_belong_to_known_procedures_and_topics() -> None:
    """Every code and topic exists, no code and no name stands twice, and names are short enough for a heading."""
    codes, names = ([item[key] for item in DATA["procedure"]] for key in ("code", "name"))
    assert [code for code in codes if code not in lexicon().known] == []
    assert [name for name in DATA["topics"] if name not in lexicon().outside] == []
    assert [one for one, count in Counter([*codes, *names]).items() if count > 1] == []
    assert [name for name in names if len(name) > 80] == []
    assert lexicon().known["1.001193"].english == "Birth registration"


def test_every_english_saying_tells_something() -> None:
    """No saying consists of asking words alone, and no word has two meanings."""
    assert [said for said in lexicon().english.said if not english.read(said, lambda _: [])] == []
    listed = [phrase for phrases in DATA["same"] for phrase in phrases[1:]]
    assert [phrase for phrase, count in Counter(listed).items() if count > 1] == []
