"""What an admin reads of a file in chat: places in words, and no more counts than there is something to count."""

import pytest

from handlers.staff.catalog.confirming import Confirmed
from handlers.staff.catalog.replies import confirmed_reply, place_text

PLACES = {
    ("PL 1!6", "a.xlsx"): "Trang «PL 1», dòng 6",
    ("A/B!6", "a.xlsx"): "Trang «A/B», dòng 6",
    ("!6", "a.csv"): "Dòng 6",
    ("1/6", "a.docx"): "Bảng 1, dòng 6",
    ("2/6", "A.PDF"): "Trang 2, dòng 6",
}


@pytest.mark.parametrize("place", PLACES)
def test_a_place_is_told_in_words(place: tuple[str, str]) -> None:
    """As a person would look for it in the file."""
    assert place_text(*place) == PLACES[place]


def test_a_confirmation_tells_what_there_is_to_tell() -> None:
    """Nothing of none abolished; rows that were left out are not passed over."""
    done = Confirmed("done", 7, added=1, changed=2)
    assert confirmed_reply(done, "").text.plain == (
        "Đã xác nhận (lần 7): 1 thủ tục mới, 2 thay đổi. Người dân được trả lời theo danh mục mới sau vài giây."
    )
    more = Confirmed("done", 7, added=1, changed=2, ended=3, waiting=4, left=5)
    assert confirmed_reply(more, "").text.plain.splitlines()[1:] == [
        "Trong đó 3 thủ tục bị bãi bỏ hoặc thay thế.",
        "4 thủ tục chưa đến ngày có hiệu lực; đến ngày sẽ tự thay đổi.",
        "5 dòng chưa nhập vì cần xem lại hoặc bị từ chối; sửa các dòng ấy trong tệp rồi gửi lại.",
    ]
