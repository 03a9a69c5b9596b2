"""Digits as phones offer them are digits."""

import pytest

from surveys.digits import plain_digits
from surveys.masking import MASK, mask


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("1️⃣", "1"), ("1⃣", "1"), ("🔟", "10"), ("０９", "09"), ("٣", "3"), ("1️⃣2️⃣ câu", "12 câu"),
        ("❤️ 5", "❤️ 5"), ("①", "①"), ("Đường 3/2", "Đường 3/2"), ("", ""),
    ],
)  # fmt: skip
def test_keycaps_and_other_scripts_become_digits(typed: str, plain: str) -> None:
    """And nothing else changes."""
    assert plain_digits(typed) == plain


def test_a_telephone_in_keycaps_is_masked() -> None:
    """It can be read by everybody, so it is no less personal."""
    assert mask("Gọi 0️⃣9️⃣1️⃣2️⃣3️⃣4️⃣5️⃣6️⃣7️⃣8️⃣ nhé") == f"Gọi {MASK} nhé"
