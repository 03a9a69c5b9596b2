"""What an office may write as its telephone, address and hours."""

import pytest

from handlers.unit_settings.contact import LONGEST, checked
from handlers.unit_settings.notices import Wrong


@pytest.mark.parametrize(
    "phone", ["0277 3851 234", "113", "(0277) 3.851.234 - máy lẻ 5", "giờ hành chính: 18001096", ""]
)
def test_a_number_may_have_words_around_it_or_be_blank(phone: str) -> None:
    """Offices write extensions and hours beside it."""
    assert checked({"phone": phone}) == {"phone": phone}


@pytest.mark.parametrize("phone", ["không có", "hỏi tại quầy", "12", "a@b.vn"])
def test_a_telephone_without_a_number_is_refused(phone: str) -> None:
    """Citizens would be told to call it."""
    with pytest.raises(Wrong) as refused:
        checked({"phone": phone})
    assert (refused.value.key, refused.value.values) == ("phone", {"text": phone})


def test_what_is_typed_stands_in_one_line() -> None:
    """Of the three alone, and not longer than a line of chat."""
    assert checked({"hours": " sáng\n 7:30 ", "address": "Tổ 1", "name": "x"}) == {
        "hours": "sáng 7:30",
        "address": "Tổ 1",
    }
    with pytest.raises(Wrong) as refused:
        checked({"address": "a" * (LONGEST + 1)})
    assert refused.value.key == "long"
