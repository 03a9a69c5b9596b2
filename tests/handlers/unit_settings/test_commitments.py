"""Times that a unit commits itself to: in answers beside the published ones, and in the reform report."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from catalog.catalogs import Catalog, Catalogs
from catalog.entries import Entry
from catalog.preview.applying import changes
from catalog.preview.planning import preview
from handlers.unit_settings.commitments import committed_time, typed_table
from handlers.unit_settings.notices import Wrong
from reports.documents.details import facts_of
from reports.documents.word_paragraphs import shortened
from tests.sample import Talk, world

# The fifteen procedures of a town's report of 2022, with the days that the law gives and those that the town takes.
FIFTEEN = (
    ("Thay đổi, cải chính, xác định lại dân tộc", "03", "02"),
    ("Đăng ký kinh doanh, thay đổi nội dung đăng ký kinh doanh", "03", "02"),
    ("Cấp giấy phép xây dựng nhà ở riêng lẻ", "15", "10"),
    ("Điều chỉnh giấy phép xây dựng nhà ở riêng lẻ", "05", "03"),
    ("Cấp Giấy phép bán lẻ sản phẩm thuốc lá", "15", "10"),
    ("Cấp Giấy phép bán lẻ rượu", "10", "07"),
    ("Cấp giấy chứng nhận đủ điều kiện cửa hàng bán lẻ LPG chai", "15", "10"),
    ("Cấp điều chỉnh giấy chứng nhận cửa hàng bán lẻ LPG chai", "07", "05"),
    ("Cấp lại giấy chứng nhận cửa hàng bán lẻ LPG chai", "07", "05"),
    ("Cấp Giấy phép đủ điều kiện kinh doanh dịch vụ karaoke", "07", "05"),
    ("Cấp Giấy phép điều chỉnh Giấy phép kinh doanh dịch vụ karaoke", "07", "05"),
    ("Xét tặng danh hiệu khu dân cư văn hóa hằng năm", "05", "03"),
    ("Đăng ký khai thác nước dưới đất", "10", "05"),
    ("Tặng Giấy khen về thành tích thực hiện nhiệm vụ chính trị", "20", "15"),
    ("Kê khai, thẩm định tờ khai phí bảo vệ môi trường đối với nước thải", "10", "05"),
)
PUBLISHED = {
    f"9.{number:06}": Entry(f"9.{number:06}", name, time=f"{law} ngày", documents="Đơn")
    for number, (name, law, _) in enumerate(FIFTEEN)
}
TABLE = "Mã thủ tục\tCam kết\n" + "\n".join(
    f"{code}\t{days}" for code, (_, _, days) in zip(PUBLISHED, FIFTEEN, strict=True)
)


def test_the_fifteen_are_answered_and_reported_with_both_times() -> None:
    """In the strip, where the time is asked for, and as (a ngày còn b ngày)."""
    entries = [
        replace(PUBLISHED[code], committed=committed_time(days, PUBLISHED[code])) for code, days in typed_table(TABLE)
    ]
    catalog = Catalog.build(entries)
    talk = Talk(replace(world(), catalogs=Catalogs({"": catalog}, {})))
    (sentence,) = shortened(facts_of(catalog))
    for entry, (name, law, days) in zip(entries, FIFTEEN, strict=True):
        for button in (f"p:{entry.code}", f"p:{entry.code}:time"):
            assert f"quy định {law} ngày, cam kết {int(days)} ngày" in talk.tap(button).replies[0].text.plain
        assert f"{name} ({law} ngày còn {days} ngày)" in sentence
    assert sentence.startswith("Tổng số 15 thủ tục hành chính được rút ngắn")


@pytest.mark.parametrize(
    ("typed", "published", "kept"),
    [
        ("10", "15 ngày làm việc", "10 ngày làm việc"),
        ("10 ngày", "15 ngày làm việc.", "10 ngày"),
        ("2,5 ngày", "5 ngày", "2,5 ngày"),
        ("4 giờ làm việc", "1 ngày", "4 giờ làm việc"),
        ("Trong ngày", "03 ngày", "Trong ngày"),
        ("", "15 ngày", ""),
        ("7", "", "7 ngày"),
    ],
)
def test_a_bare_number_is_of_the_unit_of_the_published_time(typed: str, published: str, kept: str) -> None:
    """Nothing else is guessed."""
    assert committed_time(typed, Entry("1.000001", "Cấp phép", time=published)) == kept


@pytest.mark.parametrize("typed", ["15", "16 ngày", "15 ngày làm việc", "0", "x" * 200])
def test_what_shortens_nothing_is_refused(typed: str) -> None:
    """A time that is no shorter than the published one, no time at all, a story."""
    with pytest.raises(Wrong):
        committed_time(typed, Entry("1.000001", "Cấp phép", time="15 ngày"))


def test_a_table_is_read_with_any_mark_between_its_columns() -> None:
    """As it is pasted from a spreadsheet or typed; a row that is neither code nor title is named."""
    assert typed_table("1.000001;10 ngày\n\n 2.000002 , 5\n1.000003  3 ngày\n1.000004\t2") == [
        ("1.000001", "10 ngày"),
        ("2.000002", "5"),
        ("1.000003", "3 ngày"),
        ("1.000004", "2"),
    ]
    with pytest.raises(Wrong) as refused:
        typed_table("Mã;Cam kết\n1.000001;10\nKhai sinh;3")
    assert refused.value.values["row"] == 3
    with pytest.raises(Wrong):
        typed_table("1.000001;10\n1.000001;9")


def test_a_file_of_codes_and_committed_times_is_read_by_the_catalogs_own_reading(tmp_path: Path) -> None:
    """Without names, in whatever file lists are sent; nothing but the committed time changes."""
    path = tmp_path / "cam-ket.csv"
    rows = (f"{code};{days} ngày" for code, (_, _, days) in zip(PUBLISHED, FIFTEEN, strict=True))
    path.write_text("\n".join(("Mã thủ tục;Thời hạn cam kết", *rows)), "utf-8")
    plan = changes(preview(path, PUBLISHED), PUBLISHED, date(2026, 11, 20)).plan
    assert [replace(entry, committed="") for entry in plan.changed] == list(PUBLISHED.values())
    assert [entry.committed for entry in plan.changed] == [f"{days} ngày" for _, _, days in FIFTEEN]
