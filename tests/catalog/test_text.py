"""Vietnamese text compares equal however it was typed: case, Unicode form, tone placement, marks or none."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.text import fold, fold_word, folded_words, is_syllable, nfc, spelling, words

VIETNAMESE = "aàảãáạăằẳẵắặâầẩẫấậbcdđeèẻẽéẹêềểễếệghiìỉĩíịklmnoòỏõóọôồổỗốộơờởỡớợpqrstuùủũúụưừửữứựvxyỳỷỹýỵ"
SENTENCES = st.text(alphabet=VIETNAMESE + VIETNAMESE.upper() + "0123456789 .,/-\n\t", max_size=60)


def nfd(text: str) -> str:
    """Return text with its marks as characters of their own, as some telephones send it."""
    return unicodedata.normalize("NFD", text)


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("Đăng KÝ Khai Sinh", "dang ky khai sinh"),
        ("đường", "duong"),
        ("ĐƯỜNG", "duong"),
        ("Thủ tục", "thu tuc"),
        ("hoà giải", "hoa giai"),
        ("hòa giải", "hoa giai"),
        ("thuỷ sản", "thuy san"),
        ("thủy sản", "thuy san"),
        ("uỷ ban", "uy ban"),
        ("Nguyễn Quốc Việt", "nguyen quoc viet"),
        ("ệ ỗ ữ ặ ấ", "e o u a a"),
        ("giấy  tờ\n\tnhà   đất ", "giay to nha dat"),
        ("phí\u00a0và\u3000lệ phí", "phi va le phi"),
        ("Phí, lệ phí (đồng/lần)", "phi, le phi (dong/lan)"),
        ("2.001765.000.00.00.H44", "2.001765.000.00.00.h44"),
        ("ＴＨỦ ＴỤＣ", "thu tuc"),
        ("", ""),
        ("   ", ""),
    ],
)
def test_fold_gives_lower_case_ascii_for_vietnamese(typed: str, folded: str) -> None:
    """Folding takes marks, case and extra white space away, and leaves signs and digits."""
    assert fold(typed) == folded


def test_fold_gives_the_base_letter_of_every_vietnamese_letter() -> None:
    """All 89 lower case letters and their capitals fold to a single ASCII letter."""
    expected = {letter: nfd(letter)[0].replace("đ", "d") for letter in VIETNAMESE}
    assert {letter: fold(letter) for letter in VIETNAMESE} == expected
    assert {letter: fold(letter.upper()) for letter in VIETNAMESE} == expected


@given(st.text(max_size=80))
def test_folding_twice_changes_nothing(text: str) -> None:
    """fold(fold(x)) == fold(x) for any text at all, so that stored folds can be folded again."""
    assert fold(fold(text)) == fold(text)


@given(SENTENCES)
def test_fold_is_the_same_for_both_unicode_forms(text: str) -> None:
    """A text typed on one telephone equals the same text typed on another."""
    assert fold(nfd(text)) == fold(nfc(text))


@given(SENTENCES)
def test_fold_leaves_only_ascii_of_vietnamese(text: str) -> None:
    """No Vietnamese letter survives with a mark, and white space is single spaces inside."""
    folded = fold(text)
    assert folded.isascii()
    assert folded == " ".join(folded.split())
    assert folded == folded.lower()


@given(st.text(max_size=80))
def test_nfc_is_the_form_python_calls_nfc(text: str) -> None:
    """Stored text is normalized, and normalizing again changes nothing."""
    assert unicodedata.is_normalized("NFC", nfc(text))
    assert nfc(nfc(text)) == nfc(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Đăng ký khai sinh", ["đăng", "ký", "khai", "sinh"]),
        ("Mất CCCD, làm lại ở đâu?", ["mất", "cccd", "làm", "lại", "ở", "đâu"]),
        ("mã 1.001193", ["mã", "1", "001193"]),
        ("sổ_đỏ/sổ-hồng", ["sổ", "đỏ", "sổ", "hồng"]),
        ("“làm khai sinh”…", ["làm", "khai", "sinh"]),
        ("😞 chờ lâu", ["chờ", "lâu"]),
        ("", []),
        ("?! …", []),
    ],
)
def test_words_are_runs_of_letters_and_digits(text: str, expected: list[str]) -> None:
    """Signs and underscores separate words; marks stay, capitals go."""
    assert words(text) == expected
    assert words(nfd(text)) == expected


@given(SENTENCES)
def test_words_are_the_same_for_both_unicode_forms(text: str) -> None:
    """A decomposed text is not torn apart at its marks."""
    assert words(nfd(text)) == words(nfc(text))


@given(SENTENCES)
def test_folded_words_are_the_words_folded_one_by_one(text: str) -> None:
    """The remembered folds equal fresh ones."""
    assert folded_words(text) == [fold(word) for word in words(text)]
    assert [fold_word(word) for word in words(text)] == folded_words(text)


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("hòa", "hoa2"),
        ("hoà", "hoa2"),
        ("thủy", "thuy3"),
        ("thuỷ", "thuy3"),
        ("khóa", "khoa1"),
        ("khoá", "khoa1"),
        ("đường", "đương2"),
        ("Đường", "đương2"),
        ("ngã", "nga4"),
        ("lệ", "lê5"),
        ("phí", "phi1"),
        ("trọ", "tro5"),
        ("sinh", "sinh"),
        ("cấp", "câp1"),
        ("1", "1"),
        ("", ""),
    ],
)
def test_spelling_writes_the_tone_as_a_digit_at_the_end(word: str, expected: str) -> None:
    """Both tone placements and both Unicode forms give one spelling; the vowel's own mark stays."""
    assert spelling(word) == expected
    assert spelling(nfd(word)) == expected


@pytest.mark.parametrize(("one", "other"), [("hòa", "hóa"), ("hoa", "hòa"), ("cân", "căn"), ("đa", "da"), ("u", "ư")])
def test_spelling_keeps_apart_what_vietnamese_keeps_apart(one: str, other: str) -> None:
    """Different tones, vowels, and d and đ are different words."""
    assert spelling(one) != spelling(other)


@pytest.mark.parametrize("word", ["khai", "sinh", "nghieng", "goa", "quyen", "gi", "uy", "truong", "yeu", "oa", "xoay"])
def test_vietnamese_syllables_are_known_by_their_shape(word: str) -> None:
    """Every initial sound and rime of the language, also of words the catalog does not have."""
    assert is_syllable(word)


@pytest.mark.parametrize("word", ["kahi", "sihn", "kai", "ngien", "cinh", "dnag", "bb", "a1", "", "khaisinh", "wifi"])
def test_slips_and_foreign_words_are_no_syllables(word: str) -> None:
    """What no Vietnamese word looks like."""
    assert not is_syllable(word)
