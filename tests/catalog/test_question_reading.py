"""A typed question read as words."""

import pytest

from catalog.question_reading import Reader
from catalog.text import folded_words

VOCABULARY = set(
    folded_words(
        "đăng ký khai sinh kết hôn giấy tờ căn cước công dân làm lại được "
        "không phải bao nhiêu tạm trú nước ngoài có yếu tố"
    )
)
SPELLED = {"khai", "sinh"}


def slip(word: str, _before: str, _after: str) -> tuple[str, float] | None:
    """Knows one slip."""
    return ("khai", 0.8) if word == "kahi" else None


READER = Reader(VOCABULARY, SPELLED, slip)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("dk khai sinh", "dang ky khai sinh"),
        ("ĐKKH", "dang ky ket hon"),
        ("cccd", "can cuoc cong dan"),
        ("cccd 15t", "can cuoc cong dan 15 tuoi"),
        ("ko dc", "khong duoc"),
        ("khai sanh", "khai sinh"),
        ("hổng", "khong"),
        ("a/c", "a c"),
        ("ddawng kys", "dang ky"),
        ("dang9 ky1", "dang ky"),
        ("giaays towf", "giay to"),
        ("dangkykhaisinh", "dang ky khai sinh"),
        ("ĐăngKýKếtHôn", "dang ky ket hon"),
        ("dkkhaisinh", "dang ky khai sinh"),
        ("kahi sinh", "khai sinh"),
        ("khai sinh 2026", "khai sinh 2026"),
        ("", ""),
        ("😀 !!!", ""),
    ],
)
def test_shorthand_codes_and_glue_are_read(typed: str, words: str) -> None:
    """Chat shorthand, abbreviations of the field, regional spelling, Telex, VNI, glued words, slips."""
    assert " ".join(word.folded for word in READER.read(typed)) == words


def test_marks_that_make_no_word_do_not_count() -> None:
    """A word whose marks are a slip is read as typed without marks."""
    (right,), (slip_of_marks,) = READER.read("khai"), READER.read("khải")
    assert not right.marked
    assert not slip_of_marks.marked
    assert slip_of_marks.spelled == "khai"


def test_a_very_long_message_is_read_in_part() -> None:
    """A hundred and sixty words are enough to understand anybody."""
    assert len(READER.read("khai sinh " * 500)) <= 162
