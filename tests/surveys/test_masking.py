"""Numbers that identify a person are taken out of free text; dates, money, codes and years stay."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.masking import MASK, mask, readable


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("căn cước 079123456789", f"căn cước {MASK}"),
        ("CCCD: 079123456789.", f"CCCD: {MASK}."),
        ("079 123 456 789", MASK),
        ("079.123.456.789 ạ", f"{MASK} ạ"),
        ("0791-2345-6789", MASK),
        ("CMND 341234567 cấp năm 2010", f"CMND {MASK} cấp năm 2010"),
        ("cmnd 341 234 567", f"cmnd {MASK}"),
        ("số079123456789của tôi", f"số{MASK}của tôi"),
        ("(079123456789)", f"({MASK})"),
        ("CCCD 079123456789, 079123456780", f"CCCD {MASK}, {MASK}"),
        ("cccd,079123456789", f"cccd,{MASK}"),
        ("số cccd.079123456789", f"số cccd.{MASK}"),
    ],
)
def test_id_card_numbers_are_masked(text: str, masked: str) -> None:
    """9 and 12 digits, plain or grouped, with whatever stands around them."""
    assert mask(text) == masked


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("gọi 0912345678 giúp tôi", f"gọi {MASK} giúp tôi"),
        ("0912 345 678", MASK),
        ("0912.345.678", MASK),
        ("0912-345-678", MASK),
        ("091 2345 678", MASK),
        ("09 12 34 56 78", MASK),
        ("+84912345678", MASK),
        ("+84 912 345 678", MASK),
        ("84912345678", MASK),
        ("(+84) 912345678", MASK),
        ("sđt:0912345678", f"sđt:{MASK}"),
        ("sđt,0912345678", f"sđt,{MASK}"),
        ("ĐT.0912345678", f"ĐT.{MASK}"),
        ("0277 3861 234", MASK),
        ("02773861234", MASK),
        ("028 3822 1234", MASK),
        ("0912345678/0987654321", f"{MASK}/{MASK}"),
        ("Zalo 0912\u00a0345\u00a0678", f"Zalo {MASK}"),
        ("0912  345  678", MASK),
    ],
)
def test_telephone_numbers_are_masked(text: str, masked: str) -> None:
    """Mobile and land line numbers in the ways people write them."""
    assert mask(text) == masked


@pytest.mark.parametrize("text", ["(0277) 3861 234", "(028) 3822.1234", "(028)38221234"])
def test_a_land_line_with_its_area_code_in_brackets_is_masked(text: str) -> None:
    """The usual print of a land line: no digit of the subscriber's number remains."""
    assert re.sub(r"\D", "", mask(f"nhà tôi {text} nhé")) in ("", "0277", "028")


KEPT = [
    "ngày 20/11/2026",
    "20-11-2026",
    "20.11.2026",
    "ngày 20-11-2026 lúc 8 giờ 30",
    "ngày 20-11-2026 08:30",
    "từ 01/07/2025 đến 31/12/2026",
    "năm 2026",
    "năm 2024, 2025, 2026",
    "giai đoạn 2021-2025, 2026-2030",
    "giai đoạn 2020 - 2025",
    "8.000 đồng",
    "1.500.000 đồng",
    "15.000.000đ",
    "150.000.000 đồng",
    "1.500.000.000 đồng",
    "phạt 7.500.000 - 15.000.000 đồng",
    "15,5 triệu",
    "mã 1.001193",
    "mã 1.001193, 2.000815",
    "mã 2.001765.000.00.00.H44",
    "Nghị định 118/2025/NĐ-CP",
    "Luật 91/2025/QH15",
    "Quyết định số 1001/QĐ-BNV ngày 11/12/2023",
    "tổng đài 18001096",
    "gọi 113 hoặc 111",
    "thửa 123 tờ bản đồ số 45, 120,5 m2",
    "chờ từ 8 giờ đến 11 giờ",
    "quầy 2, số thứ tự 1024",
    "",
]


@pytest.mark.parametrize("text", KEPT)
def test_dates_money_codes_and_years_stay(text: str) -> None:
    """What a citizen says about the matter is still readable afterwards."""
    assert mask(text) == text


def test_a_sentence_keeps_everything_but_the_numbers() -> None:
    """Dates and fees next to a telephone number stay."""
    said = "Ngày 20/11/2026 tôi nộp 8.000 đồng, số 079123456789, gọi lại 0912.345.678 nhé. Chờ 3 giờ!"
    assert mask(said) == f"Ngày 20/11/2026 tôi nộp 8.000 đồng, số {MASK}, gọi lại {MASK} nhé. Chờ 3 giờ!"


TYPED = st.text(alphabet="0123456789 .,-+/()ađ\n•", max_size=60)


@given(TYPED)
def test_masking_twice_changes_nothing(text: str) -> None:
    """What was masked on the way in is not changed on the way out."""
    assert mask(mask(text)) == mask(text)


@given(st.text(alphabet="abcđê ,;:()/\n", max_size=20), st.from_regex(r"0[0-9]{9}|0[0-9]{11}|[0-9]{9}", fullmatch=True))
def test_no_digit_of_a_plain_number_survives_between_words(around: str, number: str) -> None:
    """Whatever letters and signs stand around a number, all of it goes and they stay."""
    assert mask(f"{around}{number}{around}") == f"{around}{MASK}{around}"


@pytest.mark.parametrize(
    "typed",
    ["0913 - 456 - 789", "0916–567–890", "0917/678/901", "0918_789_012", "079199 054321", "0901·234·567",
     "０９１４５５５６６６", "0915\u200b456\u200b789", "079-199012345", "079199012 345"],
)  # fmt: skip
def test_numbers_are_masked_however_they_are_parted(typed: str) -> None:
    """What telephones' keyboards put between digits, digits of other widths, odd groups."""
    assert not any(ch.isdecimal() for ch in mask(readable(f"gọi {typed} nhé")))


@pytest.mark.parametrize(
    "kept", ["ngày 01/02/1990", "phí 15.000 đồng", "1.001193", "từ 2020 đến 2026", "Thông tư 281/2016"]
)
def test_dates_money_and_codes_stay(kept: str) -> None:
    """They identify nobody."""
    assert mask(kept) == kept


def test_a_heap_of_marks_is_cut() -> None:
    """Composing takes the square of their number: a message full of them must not stop everybody."""
    assert len(readable("a" + "\u0301\u0316" * 60_000 + " b")) < 10


@pytest.mark.parametrize("odd", ["một\0hai", "một\x1b[2Jhai", "nửa \ud800 cặp", "hai\r\ndòng"])
def test_control_characters_and_half_pairs_are_left_out(odd: str) -> None:
    """What no database can hold goes; the line end stays."""
    kept = readable(odd)
    assert not any(ch in kept for ch in "\0\x1b\ud800\r")
    kept.encode("utf-8")
