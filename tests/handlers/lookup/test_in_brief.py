"""A record in few words: what it says is shortened, never changed or guessed."""

import pytest

from catalog.entries import Entry, Way
from handlers.lookup import in_brief


def record(**values: object) -> Entry:
    """A record that holds what a test is about."""
    return Entry(code="1.000001", name="Đăng ký việc mẫu", **values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("fee", "brief"),
    [
        ("7,000 Việt Nam Đồng(- Nộp qua cổng: 7.000 đồng/lần.)", "7.000 đồng"),
        ("2,000 Việt Nam Đồng(/trang)", "2.000 đồng/trang"),
        ("Miễn phí(Theo quy định của Luật phí và lệ phí)", "miễn phí"),
        ("Miễn phí(Mức lệ phí cụ thể do Hội đồng nhân dân tỉnh quy định)", ""),
        ("Miễn phí. Cấp lại lần hai: 20.000 đồng.", ""),
        ("Phí : 0 Đồng", "miễn phí"),
        ("Phí : Không Đồng", "miễn phí"),
        ("150.000 đồng/hồ sơ", "150.000 đồng/hồ sơ"),
        ("700 VNĐ(Phí thẩm định: 700.000 đồng/cơ sở.)", ""),
        ("Theo quy định của tỉnh. Xem nghị quyết.", "Theo quy định của tỉnh…"),
        ("70,000 Việt Nam Đồng(Đến hết năm mức thu bằng 50% mức trên.)", "70.000 đồng (xem chi tiết)"),
        ("10,000 Việt Nam Đồng(Đăng ký theo danh sách: 10.000 đồng/người)", "10.000 đồng (xem chi tiết)"),
        ("Miễn phí(Phí cấp bản sao trích lục theo quy định)", "miễn phí (xem chi tiết)"),
        ("Do tỉnh quy định, mỗi nơi một mức, xin xem nghị quyết của hội đồng nhân dân.", ""),
        ("", ""),
    ],
)
def test_a_fee_is_said_in_few_words(fee: str, brief: str) -> None:
    """Amounts as they are spoken; one that lost its zeros is not repeated."""
    assert in_brief.fee_in_brief(record(fee=fee)) == brief


def test_fees_that_differ_by_way_are_told_apart() -> None:
    """One amount for all ways is said once."""
    dear, cheap = Way("Trực tiếp", fee="10,000 VNĐ"), Way("Trực tuyến", fee="Miễn phí")
    assert in_brief.fee_in_brief(record(ways=(cheap, dear))) == "trực tuyến miễn phí, trực tiếp 10.000 đồng"
    assert in_brief.fee_in_brief(record(ways=(dear, Way("Bưu chính", fee="10,000 VNĐ")))) == "10.000 đồng"


def test_a_fee_that_the_province_sets_is_free_by_no_way() -> None:
    """What the ways of handing in say as one text is not cut after its first "free"."""
    set_by_province = "Miễn phí(Mức thu do Hội đồng nhân dân tỉnh quyết định.)"
    ways = (Way("Trực tuyến", fee=set_by_province), Way("Trực tiếp", fee=set_by_province))
    entry = record(ways=ways, fee=f"Trực tuyến: {set_by_province}; Trực tiếp: {set_by_province}")
    assert in_brief.fee_in_brief(entry) == ""


def test_papers_of_two_cases_stay_apart() -> None:
    """A long line that introduces papers is their heading, also where the record counts it as a paper."""
    first = f"a) Trường hợp {'chỉ có hợp đồng ' * 8}thì hồ sơ gồm:"
    second = "Ngoài ra, tùy trường hợp phải nộp: (1 bản chính)"
    found = in_brief.papers(f"{first}\nHợp đồng. (1 bản chính)\n{second}\nSổ đỏ. (1 bản chính)")
    assert [group.lines for group in found] == [("Hợp đồng (1 bản chính)",), ("Sổ đỏ (1 bản chính)",)]
    assert len(found[0].heading) <= in_brief.ONE_LINE
    assert found[1].heading == "Ngoài ra, tùy trường hợp phải nộp"


def test_a_number_without_a_unit_is_completed_from_the_record_alone() -> None:
    """One unit in the steps is taken; none or two are no answer."""
    entry = record(time="3", steps="Trong thời hạn 03 ngày làm việc kể từ ngày nhận đủ hồ sơ, cơ quan trả kết quả.")
    assert in_brief.time_in_brief(entry) == "3 ngày làm việc"
    assert in_brief.time_in_brief(record(time="3", steps="Nộp hồ sơ.")) == ""
    both = record(time="3", steps="Trong 3 ngày thông báo. Trong 3 ngày làm việc trả kết quả.")
    assert in_brief.time_in_brief(both) == ""
    assert in_brief.time_in_brief(record(time="3", steps="Sau 13 ngày thì trả kết quả.")) == ""


def test_an_hour_of_the_day_is_no_time_limit() -> None:
    """The first clause is told as it stands, and a sign says that more follows."""
    time = "Ngay trong ngày làm việc. Hồ sơ nhận sau 15 giờ thì trả kết quả vào ngày làm việc tiếp theo."
    assert in_brief.time_in_brief(record(time=time)) == "Ngay trong ngày làm việc…"


def test_times_that_differ_by_way_are_told_apart() -> None:
    """None of them is told as that of all."""
    ways = (Way("Trực tuyến", time="20 Ngày"), Way("Trực tiếp", time="15 Ngày"))
    assert in_brief.time_in_brief(record(ways=ways)) == "trực tuyến 20 ngày, trực tiếp 15 ngày"
    two = (Way("Trực tiếp", time="1 Ngày"), Way("Trực tiếp", time="3 Ngày"))
    assert in_brief.time_in_brief(record(time="Trực tiếp: 1 Ngày / 3 Ngày", ways=two)) == "Trực tiếp: 1 ngày / 3 ngày"


def test_the_time_that_the_unit_promises_is_the_one_told() -> None:
    """It is shorter than the published one."""
    assert in_brief.time_in_brief(record(time="15 ngày", committed="10 ngày")) == "10 ngày"


@pytest.mark.parametrize(
    ("agency", "place"),
    [
        ("Ủy ban nhân dân cấp xã; Ủy ban nhân dân cấp xã", "UBND cấp xã"),
        ("Sở Xây dựng, Uỷ ban Nhân dân cấp xã, phường, thị trấn", "UBND cấp xã, phường, thị trấn"),
        ("Công an cấp Xã", "Công an cấp xã"),
        ("Công an tỉnh", "cấp xã, Công an tỉnh"),
    ],
)
def test_the_commune_s_own_office_comes_first(agency: str, place: str) -> None:
    """Where the commune takes part, that is where its citizens go."""
    assert in_brief.place_in_brief(record(agency=agency, level="Cấp xã")) == place


def test_papers_stand_one_a_line_with_the_form_first() -> None:
    """Counts are kept, file names and what asks for nothing are left out, long lines are cut between words."""
    value = """* Giấy tờ phải nộp:
- Giấy chứng sinh; trường hợp không có thì nộp văn bản của người làm chứng. (1 bản chính)
- Trường hợp mang thai hộ phải có văn bản xác nhận (1 bản chính)
Tờ khai đăng ký khai sinh theo mẫu;1.Mautokhai.doc (1 bản chính,2 bản sao)
Phiếu này là biểu mẫu điện tử. (0 bản chính)
* Giấy tờ phải xuất trình:
- Hộ chiếu (1 bản chính)
Lưu ý:
- Bản sao phải rõ."""
    assert in_brief.papers(value) == [
        in_brief.Group(
            "Giấy tờ phải nộp",
            (
                "Tờ khai đăng ký khai sinh theo mẫu (1 bản chính, 2 bản sao)",
                "Giấy chứng sinh (1 bản chính)",
                "Trường hợp mang thai hộ phải có văn bản xác nhận (1 bản chính)",
            ),
        ),
        in_brief.Group("Giấy tờ phải xuất trình", ("Hộ chiếu (1 bản chính)",)),
    ]
    assert in_brief.is_cut(value, 8), "the witnesses are left out"
    assert not in_brief.is_cut("- Đơn đề nghị\n- Ảnh thẻ", 8)
    assert in_brief.is_cut("- Đơn đề nghị\n- Ảnh thẻ", 1)


def test_lines_without_a_count_head_the_cases_where_the_others_have_one() -> None:
    """The portal's records name each case between its papers."""
    value = "Vào nhà của mình\nTờ khai (1 bản chính)\nVào nhà thuê\nHợp đồng thuê (1 bản chính)\nẢnh (2 bản chính)"
    assert [(group.heading, len(group.lines)) for group in in_brief.papers(value)] == [
        ("Vào nhà của mình", 1),
        ("Vào nhà thuê", 2),
    ]


def test_no_line_is_longer_than_a_phone_shows_in_three() -> None:
    """However long the record's sentence is."""
    [group] = in_brief.papers("Giấy tờ " + "chứng minh " * 40 + "(1 bản chính)")
    assert len(group.lines[0]) <= in_brief.ONE_LINE
    assert group.lines[0].endswith("… (1 bản chính)")


def test_a_paper_that_is_listed_twice_is_told_once() -> None:
    """Once for each case that a heading tells of."""
    form = "Tờ khai theo mẫu (1 bản chính)"
    assert [group.lines for group in in_brief.papers(f"{form}\nẢnh (1 bản chính)\n{form}\nNếu ở trọ:\n{form}")] == [
        (form, "Ảnh (1 bản chính)"),
        (form,),
    ]


@pytest.mark.parametrize(
    ("line", "quoted"),
    [
        ("(1 bản chính,1 bản sao)", "(1 bản chính, 1 bản sao)"),
        ("Tờ khai (Bản chính: 1, Bản sao: 0)", "Tờ khai (1 bản chính)"),
        ("Hộ chiếu (Bản chính: 0, Bản sao: 0)", "Hộ chiếu"),
    ],
)
def test_a_line_is_quoted_with_the_number_of_copies(line: str, quoted: str) -> None:
    """In few words, and never empty."""
    assert in_brief.as_quoted(line) == quoted
