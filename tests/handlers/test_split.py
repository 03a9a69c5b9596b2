"""Long texts are cut at sensible places: nothing is lost, every piece fits, bold stays bold."""

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from handlers.messages import Span, Text, bold
from handlers.split import length, shorten, split

LETTERS = "abcđêôưạệộ.,;:!?()“”–0123456789"
SPANS = st.builds(Span, st.text(alphabet=LETTERS + "    \n\n", min_size=1, max_size=25), st.booleans(), st.booleans())
TEXTS = st.lists(SPANS, max_size=8).map(lambda spans: Text.of(*spans))
LIMITS = st.integers(min_value=2, max_value=40)


def utf16(text: Text) -> int:
    """Count as Telegram does: characters outside the basic plane count double."""
    return len(text.plain.encode("utf-16-le")) // 2


def styled(text: Text) -> list[tuple[str, bool, bool]]:
    """Each visible character with its styles."""
    return [(character, span.bold, span.small) for span in text for character in span.text if not character.isspace()]


@given(TEXTS, LIMITS)
def test_nothing_is_lost_but_white_space(text: Text, limit: int) -> None:
    """All visible characters come in their order, each in its own style."""
    pieces = split(text, limit)
    assert [character for piece in pieces for character in styled(piece)] == styled(text)


@given(TEXTS, LIMITS)
def test_white_space_is_lost_at_the_cuts_alone(text: Text, limit: int) -> None:
    """Each piece is a stretch of the text as it stood, and only white space lies between two of them."""
    plain, position = text.plain, 0
    for piece in split(text, limit):
        found = plain.index(piece.plain, position)
        assert plain[position:found].strip() == ""
        position = found + len(piece.plain)
    assert plain[position:].strip() == ""


@given(TEXTS, LIMITS)
def test_every_piece_fits_and_none_is_empty(text: Text, limit: int) -> None:
    """No channel is handed more than it takes, nor an empty message."""
    assume(text.plain.strip())
    sizes = [length(piece) for piece in split(text, limit)]
    assert [size for size in sizes if not 0 < size <= limit] == []


@given(TEXTS, LIMITS)
def test_no_word_that_fits_is_cut(text: Text, limit: int) -> None:
    """A word of at most the limit stands whole in one piece."""
    pieces = [piece.plain for piece in split(text, limit)]
    words = [word for piece in pieces for word in piece.split()]
    assert [word for word in text.plain.split() if len(word) <= limit and word not in words] == []


@given(TEXTS, LIMITS)
def test_cutting_a_piece_again_changes_nothing(text: Text, limit: int) -> None:
    """A piece fits, so it comes back whole and alone."""
    for piece in split(text, limit):
        if piece.plain.strip():
            assert split(piece, limit) == (piece,)


@given(st.text(alphabet=LETTERS + " \n😀📄", max_size=120), st.integers(min_value=4, max_value=40))
def test_every_piece_fits_as_the_channel_measures(plain: str, limit: int) -> None:
    """Telegram counts a face as two; the pieces obey its count, not ours, and nothing is lost."""
    assume(plain.strip())
    pieces = split(Text.of(plain), limit, utf16)
    assert [utf16(piece) for piece in pieces if not 0 < utf16(piece) <= limit] == []
    assert re.sub(r"\s", "", "".join(piece.plain for piece in pieces)) == re.sub(r"\s", "", plain)


@pytest.mark.parametrize(
    ("plain", "limit", "pieces"),
    [
        ("Đăng ký khai sinh", 40, ["Đăng ký khai sinh"]),
        ("Đăng ký khai sinh", 17, ["Đăng ký khai sinh"]),
        ("Đăng ký khai sinh", 16, ["Đăng ký khai", "sinh"]),
        ("một hai ba bốn", 7, ["một hai", "ba bốn"]),
        ("Đoạn một dài.\n\nĐoạn hai dài. Hết", 30, ["Đoạn một dài.", "Đoạn hai dài. Hết"]),
        ("Dòng một. Dài\nDòng hai. Dài", 22, ["Dòng một. Dài", "Dòng hai. Dài"]),
        ("Câu một ngắn. Câu hai cũng ngắn", 24, ["Câu một ngắn.", "Câu hai cũng ngắn"]),
        ("giấy tờ; lệ phí và thời hạn", 16, ["giấy tờ;", "lệ phí và thời", "hạn"]),
        ("giấy tờ, lệ phí thời hạn", 16, ["giấy tờ,", "lệ phí thời hạn"]),
        ("abcdefghij", 4, ["abcd", "efgh", "ij"]),
        ("ab\nabcdefghi", 10, ["ab", "abcdefghi"]),
        ("a\n\nbcdefghij", 10, ["a", "bcdefghij"]),
        ("a abcdefghijkl", 10, ["a", "abcdefghij", "kl"]),
    ],
)
def test_a_text_is_cut_at_the_best_place(plain: str, limit: int, pieces: list[str]) -> None:
    """Paragraph before line before sentence before clause before word."""
    assert [piece.plain for piece in split(Text.of(plain), limit)] == pieces


def test_a_cut_inside_bold_leaves_both_halves_bold() -> None:
    """A long heading stays a heading in both messages."""
    text = Text.of("Mở đầu ", bold("tên thủ tục rất dài"), " hết")
    assert split(text, 20) == (
        Text.of("Mở đầu ", bold("tên thủ tục")),
        Text.of(bold("rất dài"), " hết"),
    )


@pytest.mark.parametrize("plain", [" " * 30, "\n" * 30])
def test_a_text_of_white_space_alone_is_not_longer_than_the_limit(plain: str) -> None:
    """There is nothing to say in it, and certainly not more than the channel takes."""
    assert [length(piece) for piece in split(Text.of(plain), 10) if length(piece) > 10] == []


def test_a_long_catalog_text_is_cut_quickly() -> None:
    """Field texts reach 51,000 characters; the search for the cut does not walk them letter by letter."""
    counted = 0

    def measure(text: Text) -> int:
        nonlocal counted
        counted += 1
        return utf16(text)

    pieces = split(Text.of("Giấy tờ phải nộp gồm có bản chính. " * 1500), 4096, measure)
    assert len(pieces) == 13
    assert counted < 13 * 20


@pytest.mark.parametrize(
    ("text", "limit", "short"),
    [
        ("Trong ngày", 40, "Trong ngày"),
        ("Trong ngày", 10, "Trong ngày"),
        ("Trong ngày làm việc", 12, "Trong ngày…"),
        ("Trong ngày, làm việc", 13, "Trong ngày…"),
        ("Nộp tại quầy (trực tiếp)", 15, "Nộp tại quầy…"),
        ("abcdefghijklmnop", 10, "abcdefghi…"),
        ("a bcdefghijklmnop", 10, "a bcdefgh…"),
        ("", 5, ""),
    ],
)
def test_a_line_is_shortened_between_words(text: str, limit: int, short: str) -> None:
    """The beginning remains, without a dangling sign, and a mark says that it goes on."""
    assert shorten(text, limit) == short


@given(st.text(alphabet=LETTERS + "     ", max_size=80), st.integers(min_value=3, max_value=60))
def test_a_shortened_line_fits_and_is_a_beginning(text: str, limit: int) -> None:
    """The limit holds, and what is shown stood at the start of the text."""
    short = shorten(text, limit)
    assert len(short) <= limit
    assert short == text or (short.endswith("…") and text.startswith(short[:-1]))
