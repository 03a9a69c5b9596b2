"""What is asked on: points, choosing in words, none of these, back to what was before."""

import pytest

from catalog import follow_ups
from catalog.ages import with_age


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("mẹ tôi nộp thay được không", ["proxy"]),
        ("nho em gai di nop ho duoc ko", ["proxy"]),
        ("gửi bưu điện có nhận không", ["post"]),
        ("nộp trên đt dc k", ["online"]),
        ("để lâu quá có bị phạt không", ["late"]),
        ("giấy này có giá trị mấy tháng", ["validity"]),
        ("lấy liền được không, tốn nhiêu", ["hurry", "cost"]),
        ("bản photo có được không", ["copies"]),
        ("can my wife go on behalf of me", ["proxy"]),
        ("tốn cỡ nhiêu", ["cost"]),
        ("còn tiền thì sao", ["cost"]),
        ("mất mây ngày", ["collect"]),
        ("nộp cho trường hay cho xã", ["place"]),
        ("không cần mang sổ hả", ["this_paper"]),
        ("ai đứng ra khai", ["who"]),
        ("giấy nước ngoài có phải dịch không", ["abroad"]),
        ("người làm chứng là con được không", ["witness"]),
        ("hai vợ chồng làm chung được không", []),
        ("đăng ký khai sinh", []),
        ("làm hộ chiếu", []),
        ("xin xét hộ nghèo", []),
        ("tôi trú ở phường này", []),
    ],
)
def test_points_are_found_in_the_order_in_which_they_are_asked(text: str, names: list[str]) -> None:
    """With marks, without them, and in shorthand."""
    assert [point.name for point in follow_ups.points(text)] == names


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("cái đầu tiên", 1),
        ("cai thu hai nha", 2),
        ("số 2", 2),
        ("chọn số 3 đi", 3),
        ("cái cuối cùng á", -1),
        ("the second one please", 2),
        ("con thứ hai mới sinh", None),
        ("lần đầu tiên làm căn cước cho con", None),
        ("cái cho trẻ em", None),
        ("thứ hai phường có làm không", None),
        ("xin chào", None),
    ],
)
def test_a_place_is_chosen_by_words_that_say_nothing_else(text: str, place: int | None) -> None:
    """A sentence that tells more is no choice by place."""
    assert follow_ups.ordinal(text) == place


@pytest.mark.parametrize(
    ("text", "rejected"),
    [
        ("không phải mấy cái đó", True),
        ("khong phai may cai nay dau a", True),
        ("cái khác", True),
        ("none of these", True),
        ("không phải mất, bị gãy thôi", False),
        ("không phải khai sinh mà là khai tử", False),
        ("đúng rồi", False),
    ],
)
def test_what_only_says_no_rejects_what_is_shown(text: str, rejected: bool) -> None:
    """A no that names something else is a question of its own."""
    assert follow_ups.rejects(text) is rejected


def test_words_that_lead_back_are_taken_off() -> None:
    """What is left names the procedure; without such words there is nothing to go back to."""
    assert follow_ups.back("quay lại cái khai sinh") == "cái khai sinh"
    assert follow_ups.back("còn cái hộ kinh doanh lúc nãy") == "còn cái hộ kinh doanh"
    assert follow_ups.back("khai sinh cần gì") is None


def test_words_that_ask_about_a_point_name_no_procedure() -> None:
    """They are left out when it is asked whether a message names another procedure."""
    assert follow_ups.without_points("nhờ con trai đi nộp hộ") == "trai đi"
    assert follow_ups.without_points("đăng ký tạm trú") == "đăng ký tạm trú"


def test_sentences_of_a_record_are_quoted_as_they_stand() -> None:
    """Only those that hold the words, no headings, and no more than asked for."""
    part = "Hồ sơ gồm:\n- Văn bản ủy quyền (bản chính); giấy khác\nTrường hợp ủy quyền:\nNgười được ủy quyền ký."
    assert follow_ups.sentences(part, ("ủy quyền",)) == ["Văn bản ủy quyền (bản chính);", "Người được ủy quyền ký."]
    assert follow_ups.sentences(part, ("ủy quyền", "ký")) == ["Người được ủy quyền ký."]
    assert follow_ups.sentences(part, ("bưu chính",)) == []


def test_a_yes_or_no_and_a_change_are_heard_as_typed() -> None:
    """Words that ask nothing at the end ("kết hôn", "ạ") are none; a change stands first or is "thì sao"."""
    asked = ["có cần bản gốc không ạ", "nop duoc ko ad", "do we both have to come"]
    statements = ["đăng ký kết hôn", "tôi hỏi căn cước ạ", "vợ tôi người Lào thì khác gì ko"]
    assert [follow_ups.asks_yes_or_no(text) for text in (*asked, *statements)] == [True] * 3 + [False] * 3
    changed = [
        follow_ups.changes(text) for text in ("còn bé út", "chồng em người Hàn thì sao", statements[2], "mất bao lâu")
    ]
    assert changed == [True, True, True, False]


@pytest.mark.parametrize(
    ("text", "aged"),
    [
        ("còn chị nó mười sáu thì sao", True),
        ("thằng bé vừa tròn 14 hôm kia", True),
        ("đợi 16 ngày à", False),
        ("nộp tròn 14 ngày rồi", False),
    ],
)
def test_a_bare_number_is_an_age_where_nothing_is_counted_by_it(text: str, aged: bool) -> None:
    """What follows the number tells."""
    assert ("tuổi" in with_age(text)) is aged


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("tờ này mấy ngàn", ("fee",)),
        ("hai bữa nữa mới rảnh", ("time",)),
        ("photo màu thì họ có cầm luôn không", ("documents",)),
        ("chủ nhà không chịu ký", ()),
        ("bạn tôi đi xa", ()),
    ],
)
def test_a_single_word_hints_at_a_part(text: str, parts: tuple[str, ...]) -> None:
    """Typed with marks, a word that looks like one only without them is none ("bạn", "bản")."""
    assert follow_ups.hinted(text) == parts


@pytest.mark.parametrize(
    ("text", "supposed"),
    [("lỡ trễ hẹn", True), ("nếu chồng không về được", True), ("chưa có giấy thì sao", True), ("mấy ngày có", False)],
)
def test_a_case_is_supposed_at_the_beginning_or_at_the_end(text: str, supposed: bool) -> None:
    """By "nếu …" or "… thì sao"."""
    assert follow_ups.supposes(text) is supposed


@pytest.mark.parametrize(
    ("text", "may"),
    [
        ("muốn nhờ chị gái nộp giùm được không", True),
        ("tôi muốn biết nếu trễ hạn thì sao", True),
        ("không có sổ mà xin giấy", True),
        ("tôi muốn đăng ký tạm trú", False),
        ("xin cấp thẻ căn cước cho con", False),
    ],
)
def test_what_may_be_said_of_the_open_procedure_is_known(text: str, may: bool) -> None:
    """A point, a case, a yes or no, a change or a lack; not the bare wish for a procedure."""
    assert follow_ups.may_be_of_the_open(text) == may


@pytest.mark.parametrize(
    ("text", "point"),
    [
        ("do I need his passport?", "this_paper"),
        ("need to bring photo?", "this_paper"),
        ("must my wife come too", "in_person"),
        ("how I pay", "cost"),
        ("copy is ok?", "copies"),
        ("must I translate it", "abroad"),
        ("it is free?", "cost"),
    ],
)
def test_points_are_asked_for_in_plain_english(text: str, point: str) -> None:
    """As people ask who speak little of it."""
    assert [one.name for one in follow_ups.points(text)] == [point]


def test_what_stands_in_brackets_belongs_to_the_sentence_before() -> None:
    """The number of copies is no sentence."""
    assert follow_ups.sentences("Tờ khai. (1 bản chính) Ảnh.", ["bản chính"]) == ["Tờ khai. (1 bản chính) Ảnh."]
