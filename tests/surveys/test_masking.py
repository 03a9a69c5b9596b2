"""Numbers that identify a person are taken out of free text; dates, money, codes and years stay."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locales.characters import readable
from surveys.masking import MASK, mask


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


GONE = [
    "0084912345678",
    "0084 912 345 678",
    "00 84 912 345 678",
    "+84.912.345.678",
    "(+84) 912 345 678",
    "0912\n345678",
    "0912 345\n678",
    "0912/345/678",
    "0912-345-678",
    "0912  345   678",
    "0912 . 345 . 678",
    "09 12 34 56 78",
    "0912'345'678",
    "0912|345|678",
    "0912~345~678",
    "o912345678",
    "O912 345 678",
    "không chín một hai ba bốn năm sáu bảy tám",
    "Khong chin mot hai ba bon nam sau bay tam",
    "0 chín một 2 ba bốn 5 sáu bảy tám",
    "CCCD 001 099 012 345",
    "cccd: 001099012345",
    "001.099.012.345",
    "001099 012345",
    "CMND 341.234.567",
    "cmnd 341-234-567",
    "341-234-567",
    "CMND số 341234567",
    "341 234 567",
    "STK 1903456789012",
    "stk: 0071 0012 34567",
    "số tài khoản Vietcombank là 0071001234567",
    "tài khoản 711A12345678",
    "chuyển khoản 19034567890123 nhé",
    "số tk 123456789 ACB",
    "9704 1234 5678 9012",
    "BHXH 7912345678",
    "số sổ bảo hiểm xã hội 7912345678",
    "7912345678",
    "BHYT DN4010123456789",
    "DN 4 01 01 234 56789",
    "thẻ bhyt GD4797912345678",
    "HC-4-01-0123456789",
    "bhyt: 0123456789",
    "MST 0314409058",
    "mã số thuế 0314409058-002",
    "0314409058-002",
    "MST: 8012345678",
    "mã số thuế của tôi là 8 012 345 678",
    "hộ chiếu B1234567",
    "C12345678",
    "passport N 1234567",
    "hộ chiếu số P01234567",
    "b1234567",
    "lan.nguyen@gmail.com",
    "lan @ gmail.com",
    "lan(at)gmail.com",
    "LAN+x@xa.gov.vn",
    "gửi về lan_99@yahoo.com.vn.",
    "29A-123.45",
    "29A 12345",
    "51F-12345",
    "30K-123.45",
    "59-X3 123.45",
    "63B9-12345",
    "67-B1 234.56",
    "29H1-1234",
    "xe 66a1-234.56",
    "80A-12345",
    "29LD-123.45",
    "66-P1 1234",
]


@pytest.mark.parametrize("typed", GONE)
@pytest.mark.parametrize("around", ["{}", "gọi {} nhé", "Chờ 3 giờ!\n{}\n", "({}), xin cảm ơn"])
def test_every_form_of_what_identifies_a_person_goes(typed: str, around: str) -> None:
    """Telephones, ID cards, accounts, insurance, taxes, passports, e-mail, plates: at most the plate of words stays."""
    left = mask(readable(around.format(typed)))
    assert MASK in left
    assert sum(ch.isdigit() for ch in left.replace("3 giờ", "")) == 0
    assert "@" not in left


STAYING = [
    "ngày 20/11/2026",
    "20-11-2026",
    "từ 7.30-11.30, 13.30-17.00",
    "07.30-11.30, 13.30-17.00",
    "07:30-11:30, 13:30-17:00",
    "từ 08:00 đến 17:00",
    "8h30",
    "08h30 - 11h30",
    "phí 150000000",
    "nộp 150000000 đồng",
    "1500000000đ",
    "150 000 000 đồng",
    "12.000.000 VNĐ",
    "2,5 tỷ",
    "lệ phí 8.000 đồng",
    "500k",
    "H44.12.250101-0001",
    "000.00.12.H17-250101-0001",
    "H17-251130-0012",
    "mã hồ sơ H44-251120-0001",
    "hồ sơ số 000.00.02.H44-251120-0001",
    "G22.99.8-250101-0001",
    "1.001193",
    "2.001765.000.00.00.H44",
    "1.001193, 2.000815",
    "Quyết định 1234/QĐ-UBND",
    "số 61/2018/NĐ-CP",
    "Nghị định 118/2025/NĐ-CP ngày 09/06/2025",
    "Luật BHXH số 41/2024/QH15",
    "Luật bảo hiểm y tế 51/2024/QH15",
    "BHXH giai đoạn 2021-2025",
    "bhyt từ ngày 01/07/2025",
    "đã đóng BHXH 1.500.000 đồng",
    "tài khoản 500.000 đồng",
    "số nhà 123/45/67",
    "123/4/56/7 đường Nguyễn Huệ",
    "hẻm 12/3",
    "số 12A-14 Trần Phú",
    "tổng đài 18001096",
    "19001234",
    "1900 1234",
    "113",
    "thửa 123 tờ bản đồ số 45, 120,5 m2",
    "45 m2 1500",
    "quầy 2, số thứ tự 1024",
    "năm 2024, 2025, 2026",
    "2021 2022 2023 2024",
    "điện thoại không ai nghe",
    "tôi không biết một hai ba gì",
    "không một ai hai ba bốn năm",
    "QĐ 1351/QĐ-BHXH",
    "hộ chiếu 30 ngày",
    "TT 17/2024/TT-BCA",
    "gọi 3 lần từ 8 giờ 15 đến 10 giờ 45",
    "biển số xe làm 3 ngày",
    "phiếu A4, A3",
    "mã số B12",
    "Mẫu 01/ĐK",
    "tờ khai CT01",
    "đơn 11/ĐK",
    "zalo của xã 24 giờ",
    "chờ 30-45 phút",
    "đtb 8,5",
    "căn cước cấp 20/11/2021 chờ 7 ngày",
    "đợt 1: 12 người, 15 người, 20 người",
    "bao hiem 2025",
]


@pytest.mark.parametrize("said", STAYING)
def test_what_identifies_nobody_stays(said: str) -> None:
    """Dates, times, money, decisions, laws, dossiers, procedures, addresses, telephone numbers of the state."""
    assert mask(said) == said
    assert mask(f"{said}. Gọi 0912345678") == f"{said}. Gọi {MASK}"


UNSEEN = ["\u200b", "\u200e", "\u202e", "\u2066", "\u2069", "\u061c", "\ufeff", "\u00ad", "\u2060", "\U000e0041",
          "\u180e", "\u3164", "\u115f", "\u2800", "\x7f", "\x9f", "\u034f"]  # fmt: skip


@pytest.mark.parametrize("unseen", UNSEEN, ids=ascii)
def test_characters_that_nobody_sees_are_taken_out(unseen: str) -> None:
    """They turn what stands around them, or part a number without being seen."""
    assert readable(f"Quầy{unseen} 1") == "Quầy 1"
    assert mask(readable(f"0912{unseen}345678")) == MASK


def test_a_picture_made_of_several_stays_one() -> None:
    """A joiner between pictures is part of what is seen; between letters it is not."""
    assert readable("👨‍👩‍👧 cảm ơn\u200d") == "👨‍👩‍👧 cảm ơn"
    assert readable("một\u2028hai\r\nba") == "một\nhai\nba"
