"""Text of old fonts is told from Unicode and turned into it."""

import pytest

from catalog.files.legacy_fonts import TCVN3, VNI, recognized


@pytest.mark.parametrize(
    ("text", "encoding", "unicode"),
    [
        ("§¨ng ký khai sinh kh«ng ®óng h¹n", TCVN3, "Đăng ký khai sinh không đúng hạn"),
        ("Hé tÞch", TCVN3, "Hộ tịch"),
        ("3 ngµy", TCVN3, "3 ngày"),
        ("Ñaêng kyù khai sinh", VNI, "Đăng ký khai sinh"),
        ("UÛy ban nhaân daân phöôøng", VNI, "Ủy ban nhân dân phường"),
    ],
)
def test_an_old_font_is_recognized(text: str, encoding: str, unicode: str) -> None:
    """By its words, which are none as they stand."""
    assert recognized(text) == (encoding, unicode)


@pytest.mark.parametrize(
    "text",
    ["Đăng ký khai sinh", "Hồ sơ", "à la carte", "Café Ý", "Điều 5 § 3", "25 °C ± 2", "«Không»", "Müller", "abc", ""],
)
def test_other_text_is_left_alone(text: str) -> None:
    """Unicode, signs, foreign names."""
    assert recognized(text) is None
