"""What a record says on a part, as it is written out."""

import pytest

from catalog.entries import Entry, Way
from handlers.lookup.record_parts import each_once, tidy, value_of
from handlers.session import Session

FREE = "Miễn phí (Phí cấp bản sao theo quy định.)"


@pytest.mark.parametrize(
    ("published", "tidied"),
    [
        ("7,000 Việt Nam Đồng( - Nộp qua cổng: 7.000 đồng/lần.)", "7.000 đồng (Nộp qua cổng: 7.000 đồng/lần.)"),
        ("2,000 Việt Nam Đồng(/trang)", "2.000 đồng/trang"),
        ("Miễn phí((Miễn lệ phí.))", "Miễn phí (Miễn lệ phí.)"),
        ("12 Ngày làm việc", "12 ngày làm việc"),
        ("Ngày hẹn ghi trên giấy", "Ngày hẹn ghi trên giấy"),
        ("10.000 đồng/người", "10.000 đồng/người"),
    ],
)
def test_amounts_units_and_brackets_are_written_as_usual(published: str, tidied: str) -> None:
    """Nothing else of the text changes."""
    assert tidy(published) == tidied


def test_ways_that_say_the_same_are_told_in_one_line() -> None:
    """However the publication joined them."""
    ways = tuple(
        Way(channel=channel, fee=fee)
        for channel, fee in (("Trực tuyến", FREE), ("Bưu chính", FREE.replace(" (", "((")), ("Trực tiếp", "8 đồng"))
    )
    joined = "; ".join(f"{way.channel}: {way.fee}" for way in ways)
    entry = Entry(code="1", name="Một việc", fee=joined, ways=ways)
    assert value_of(Session(), entry, "fee") == f"Trực tuyến, Bưu chính: {FREE}\nTrực tiếp: 8 đồng"


def test_an_office_that_is_named_twice_is_told_once() -> None:
    """In the order in which they are named."""
    assert each_once("Phòng y tế.; Ủy ban; Phòng y tế") == "Phòng y tế; Ủy ban"
