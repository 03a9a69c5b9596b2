"""What keys of an input method and swapped letters leave in a word."""

import pytest

from catalog.keys import hk_written_out, without_keys


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


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("online dc hk", "online dc không"),
        ("cần bản vẽ hk ad", "cần bản vẽ không ad"),
        ("mất tiền hk?", "mất tiền không?"),
        ("e muốn nhập hk", "e muốn nhập hk"),
        ("có phải cắt hk", "có phải cắt hk"),
        ("mất hk", "mất hk"),
        ("giấy tờ nhà hk", "giấy tờ nhà hk"),
        ("hk của con đâu", "hk của con đâu"),
    ],
)
def test_hk_at_the_end_of_a_question_is_no_household_book(typed: str, meant: str) -> None:
    """But where it is what something is done with."""
    assert hk_written_out(typed) == meant
