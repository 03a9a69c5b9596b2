"""What keys of an input method and swapped letters leave in a word."""

import pytest

from catalog.keys import without_keys


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("tiefn", "tiền"), ("caanf", "cần"), ("dduwowcj", "được"), ("phis", "phí"), ("gia61y", "giấy"), ("to72", "tờ"),
        ("ngyaf", "ngày"), ("ngyà", "ngày"), ("hkông", "không"), ("nhieuu", "nhiêu"), ("thuongf", "thuong"),
    ],
)  # fmt: skip
def test_a_word_is_what_was_meant(typed: str, meant: str) -> None:
    """Telex and VNI keys anywhere, a key pressed twice, two letters swapped; no marks where they are unsure."""
    assert without_keys(typed) == meant


@pytest.mark.parametrize(
    "word", ["gas", "tax", "fees", "cccd", "zalo", "xe", "15t", "t7", "b2", "dkkh", "ngày", "shop"]
)
def test_other_words_stay(word: str) -> None:
    """English, shorthand, numbers and what may be Vietnamese."""
    assert without_keys(word) == word
