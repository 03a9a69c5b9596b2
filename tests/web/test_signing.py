"""Signed texts: only this installation's key makes them, and each is good for one purpose."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from web.signing import Signer

KEY = "khóa của phường Sa Đéc".encode()
TEXT = "0123456789abcdef"
PURPOSE = "motcua_chat"


@pytest.fixture
def signer() -> Signer:
    """The signer of one installation."""
    return Signer(KEY)


def test_a_signature_is_128_bits_after_the_text(signer: Signer) -> None:
    """The text stays readable; the signature has 32 hexadecimal digits, always the same ones."""
    signed = signer.sign(PURPOSE, TEXT)
    assert re.fullmatch(rf"{TEXT}\.[0-9a-f]{{32}}", signed)
    assert Signer(KEY).sign(PURPOSE, TEXT) == signed


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), st.text(st.characters(exclude_categories=["Cs"])))
def test_whatever_is_signed_is_read_back(text: str, purpose: str) -> None:
    """Any text comes back whole, also one with dots in it."""
    signer = Signer(KEY)
    assert signer.read(purpose, signer.sign(purpose, text)) == text


@pytest.mark.parametrize("position", range(len(TEXT) + 1 + 32))
def test_one_changed_character_is_refused(position: int, signer: Signer) -> None:
    """No character of the text or its signature may be another."""
    signed = signer.sign(PURPOSE, TEXT)
    other = "0" if signed[position] != "0" else "1"
    assert signer.read(PURPOSE, signed[:position] + other + signed[position + 1 :]) is None


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        ".",
        "{text}",
        "{text}.",
        ".{mark}",
        "{mark}.{text}",
        "{text}.{mark:.31}",
        "{text}.{mark}0",
        "{text}.{mark} ",
        " {text}.{mark}",
        "{text}..{mark}",
        "{text}.chữ ký của phường",
        "{text}.{mark:.31}\udcff",
        "\udcff.{mark}",
    ],
    ids=ascii,
)
def test_what_is_no_signature_of_ours_is_refused_quietly(wrong: str, signer: Signer) -> None:
    """Halves, other lengths and characters that are not even UTF-8 are refused as a value, not by an exception."""
    mark = signer.sign(PURPOSE, TEXT).rpartition(".")[2]
    assert signer.read(PURPOSE, wrong.format(text=TEXT, mark=mark)) is None


def test_a_signature_in_capitals_is_another_text(signer: Signer) -> None:
    """One text has one signed form."""
    text, _, mark = signer.sign(PURPOSE, TEXT).partition(".")
    assert signer.read(PURPOSE, f"{text}.{mark.upper()}") is None


def test_nothing_signed_without_a_text_is_read(signer: Signer) -> None:
    """An empty text is nobody, however well it is signed."""
    assert signer.read(PURPOSE, signer.sign(PURPOSE, "")) is None


def test_a_signature_is_good_for_its_purpose_alone(signer: Signer) -> None:
    """A chat's cookie opens no survey."""
    assert signer.read("survey:quay1:nhanh:1", signer.sign(PURPOSE, TEXT)) is None


def test_purpose_and_text_cannot_be_cut_elsewhere(signer: Signer) -> None:
    """What was signed for one purpose does not read as the end of a longer purpose."""
    mark = signer.sign("survey", "quay1:nhanh:1:0").rpartition(".")[2]
    assert signer.read("survey:quay1:nhanh:1", f"0.{mark}") is None


def test_another_installation_signs_differently(signer: Signer) -> None:
    """A token of the neighbouring commune is refused."""
    assert Signer(KEY + b"!").read(PURPOSE, signer.sign(PURPOSE, TEXT)) is None


def test_fresh_tokens_are_random_and_signed(signer: Signer) -> None:
    """A thousand fresh tokens are all different, 32 hexadecimal digits each, and read back."""
    made = [signer.fresh("message") for _ in range(1000)]
    assert len({text for text, _ in made}) == 1000
    assert all(re.fullmatch(r"[0-9a-f]{32}", text) for text, _ in made)
    assert [signer.read("message", signed) for _, signed in made] == [text for text, _ in made]
