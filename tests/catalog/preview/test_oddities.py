"""What cannot be a time limit or a fee is taken as it is written, and the admin is told before anything is kept."""

from pathlib import Path

import pytest

from catalog.preview.oddities import no_fee, no_time
from catalog.preview.planning import preview


@pytest.mark.parametrize("text", ["-5 ngày", "- 5 ngày làm việc", "−3", "abc", "xem file", "Đang cập nhật"])
def test_what_is_no_time_is_told(text: str) -> None:
    """Below zero, or words that no time is told with."""
    assert no_time(text)


@pytest.mark.parametrize(
    "text", ["5 ngày", "Ngay khi nhận đủ hồ sơ", "Không quy định", "- 5 ngày với A; 7 ngày với B", "-"]
)
def test_what_may_be_a_time_is_not(text: str) -> None:
    """A number, a word, a list whose lines begin with a dash, and a dash that stands for nothing."""
    assert not no_time(text)


@pytest.mark.parametrize("text", ["-8.000 đồng", "abc", "xem file"])
def test_what_is_no_fee_is_told(text: str) -> None:
    """Below zero, or words that no fee is told with."""
    assert no_fee(text)


@pytest.mark.parametrize("text", ["8.000 đồng", "Không", "Miễn lệ phí", "Theo Nghị quyết của HĐND", "Thỏa thuận", "–"])
def test_what_may_be_a_fee_is_not(text: str) -> None:
    """An amount, free of charge, or where it is laid down."""
    assert not no_fee(text)


def test_the_preview_shows_what_cannot_be(tmp_path: Path) -> None:
    """The row is taken, with the sentence that names the value."""
    file = tmp_path / "danh-muc.csv"
    file.write_text(
        "Mã thủ tục,Tên thủ tục,Thời hạn giải quyết,Phí\n"
        "1.001193,Đăng ký khai sinh,-5 ngày,abc\n1.000894,Đăng ký kết hôn,5 ngày,Không\n",
        "utf-8",
    )
    birth, marriage = preview(file, {}).lines
    assert birth.notes == [
        "thời hạn «-5 ngày» không phải một thời hạn; xin xem lại",
        "mức phí «abc» không có số tiền, cũng không ghi là không thu; xin xem lại",
    ]
    assert (birth.kind, marriage.notes) == ("new", [])
