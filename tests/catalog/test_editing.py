"""Changing one procedure by hand: a unit's own part alone of what is published above it, all of its own."""

import pytest

from catalog.editing import KEYS, Stated, changed, code_of, new_names, problems
from catalog.entries import Entry

ABOVE = Entry(
    "1.001193", "Đăng ký khai sinh", also="làm giấy khai sinh", fee="Không", where="UBND xã", committed="1 ngày"
)


def test_of_what_is_published_above_a_unit_writes_its_own_part() -> None:
    """What is as above is not stated, so that it follows what is published later; other fields are not taken."""
    stated = Stated("1.001193", None, ABOVE)
    assert stated.keys == ("short", "also", "where", "forms")
    edited = stated.edited({"also": "khai sanh;giấy sanh\r\n", "where": "UBND xã", "fee": "9 đồng", "name": "Khác"})
    assert edited == Entry("1.001193", "", also="khai sanh\ngiấy sanh")
    assert changed(stated, edited) == [
        ("also", "làm giấy khai sinh", "khai sanh\ngiấy sanh\nlàm giấy khai sinh"),
    ]
    assert new_names(stated, edited) == ["khai sanh", "giấy sanh"]
    again = Stated("1.001193", edited, ABOVE)
    assert again.shown()["also"] == "khai sanh\ngiấy sanh"
    assert again.edited({**again.shown(), "also": ""}).also == ""
    assert again.version != stated.version


def test_of_its_own_a_unit_writes_all_and_may_empty_it() -> None:
    """What has no field in the form stays; what was doubtful and is written anew is doubtful no more."""
    entry = Entry("LT.01", "Liên thông", fee="Không", time="3 ngày", committed="2 ngày", unchecked=("fee", "time"))
    stated = Stated("LT.01", entry, None)
    assert stated.keys == KEYS
    edited = stated.edited({**stated.shown(), "fee": "5.000 đồng", "steps": ""})
    assert (edited.fee, edited.committed, edited.unchecked) == ("5.000 đồng", "2 ngày", ("time",))
    assert changed(stated, stated.edited(stated.shown())) == []
    assert stated.edited({**stated.shown(), "time": ""}).time == ""


def test_what_cannot_be_kept_is_named_by_field() -> None:
    """A name that is missing, a link that is none, a text without end."""
    texts = {"name": " ", "url": "javascript:alert(1)", "short": "x" * 501}
    assert problems(Stated("LT.01", None, None), texts) == {"name": "name", "url": "address", "short": "too_long"}


@pytest.mark.parametrize(
    ("typed", "code"),
    [("1.001193", "1.001193"), (" 1.001193.000.00.00.H20 ", "1.001193"), ("LT.KS-01", "LT.KS-01"), ("lt.01", ""),
     ("LT.Ấ", ""), ("LT." + "9" * 30, ""), ("1.00119", ""), ("../x", "")],
)  # fmt: skip
def test_codes_are_national_or_a_units_own(typed: str, code: str) -> None:
    """Nothing else stands in an address."""
    assert code_of(typed) == code
