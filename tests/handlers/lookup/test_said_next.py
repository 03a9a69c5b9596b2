"""What is said next is heard in the light of what is open, offered, or was told before."""

from dataclasses import replace

import pytest

from catalog.catalogs import Catalog, Catalogs
from catalog.entries import Entry
from handlers.turn import About
from handlers.world import World
from tests.sample import Talk, world

LOST, SCAM = "con tôi đi lạc ở chợ", "có người gọi nói là công an bắt chuyển tiền"
BEATEN = "chồng tôi đánh tôi chảy máu"


def held(*said: str, using: World | None = None) -> Talk:
    """A conversation of these messages."""
    talk = Talk(using)
    talk.say("", "start")
    for text in said:
        talk.say(text)
    return talk


def about(*said: str, using: World | None = None) -> About:
    """What the last of these messages is answered with."""
    return held(*said, using=using).turns[-1].about


@pytest.mark.parametrize("said", ["mấy tuổi thì làm được", "mấy bản", "lệ phí với thời gian luôn"])
def test_one_word_that_hints_at_another_matter_does_not_leave_the_open_procedure(said: str) -> None:
    """Likeness to talk or to another office's matter counts from two telling words on."""
    assert about("làm lại căn cước bị mất", said).code == "1.014064"


@pytest.mark.parametrize("said", ["còn ly hôn", "tối nay MU đá mấy giờ"])
def test_a_matter_of_its_own_leaves_the_open_procedure(said: str) -> None:
    """The record is not searched for what no catalog has."""
    assert about("đăng ký kết hôn cần gì", said).outcome == "outside"


def test_the_way_back_is_found_after_another_matter() -> None:
    """What was open is meant, although other procedures have words in common with it."""
    assert about("đăng ký kết hôn cần gì", "còn ly hôn", "quay lại cái kết hôn, mất tiền không").code == "1.000894"


@pytest.mark.parametrize(
    ("first", "then", "outcome"),
    [
        (LOST, "no 5 tuoi mac ao do", "lost_child"),
        (SCAM, "họ đọc đúng số căn cước của tôi mà", "scam"),
        ("cán bộ đòi tui 500 ngàn mới chịu ký", "bà đó ở quầy 2", "bribe"),
        ("bị cán bộ chửi, muốn khiếu nại", "gửi ở đâu", "complaint"),
        ("bị cán bộ chửi, muốn khiếu nại", "tên cán bộ là Hùng", "complaint"),
        ("hồ sơ của tôi tới đâu rồi", "nộp tuần trước mà chưa có", "status"),
        ("Cho tôi xem hộ khẩu nhà ông Nguyễn Văn Bảy", "Tôi là hàng xóm, muốn biết thôi", "refuse_id"),
    ],
)
def test_what_follows_a_wrong_or_a_danger_is_about_the_same(first: str, then: str, outcome: str) -> None:
    """An age, a counter or a name leads to no card, to no survey, and to no slip's code."""
    assert about(first, then).outcome == outcome


@pytest.mark.parametrize("first", ["hồ sơ của tôi tới đâu rồi", "bị cán bộ chửi, muốn khiếu nại"])
def test_a_procedure_named_leaves_what_was_held(first: str) -> None:
    """A matter is held for what names nothing else."""
    assert about(first, "đăng ký kết hôn cần gì").code == "1.000894"


def test_a_place_among_the_alternatives_is_counted_without_the_card_above_them() -> None:
    """The second is the second that was offered."""
    talk = held("tôi muốn làm lại căn cước")
    offered = talk.turns[-1].about.offered
    assert len(offered) > 1
    assert talk.say("cái thứ hai").about.code == offered[1]


def test_an_age_alone_changes_among_those_that_ages_tell_apart() -> None:
    """Another age opens the other card; where no sibling is for an age, the open procedure stays."""
    assert about("làm căn cước cho con 16 tuổi", "còn bé út 4 tuổi").code == "1.116410"
    assert about("giấy chứng nhận khuyết tật cho con tôi", "cháu 7 tuổi").code == "1.001699"


@pytest.mark.parametrize(
    "whose", ["còn con chị nó mười sáu thì răng", "thế con 16 tuổi của em thì sao", "còn con chị tui 16 tuổi"]
)
def test_whose_child_it_is_names_nothing_beside_the_age(whose: str) -> None:
    """Words for the family tell of no matter, whatever likeness they have to names."""
    assert about("làm thẻ căn cước cho thằng nhỏ 9 tuổi", whose).code == "1.014061"


def test_two_parts_asked_before_a_choice_are_both_answered_after_it() -> None:
    """The buttons carry them."""
    talk = held("xin giay phep xay dung moi can gi va mat may ngay")
    answer = talk.say("1").replies[0].text.plain
    assert "giấy tờ, thời hạn" in answer.splitlines()[0]


@pytest.mark.parametrize("said", ["mệ tui mất sáng ni, chừ mần răng", "mẹ tôi mất sáng nay, giờ làm sao"])
def test_a_death_told_with_no_question_is_met_with_condolences_and_the_first_things(said: str) -> None:
    """The search knows no procedure by such words."""
    turn = held(said).turns[-1]
    assert "chia buồn" in turn.replies[0].text.plain
    assert turn.about.offered[0] == "1.000656"


def recorded(**values: str) -> World:
    """The sample, where the marriage registration is such a record."""
    entry = Entry(code="1.000894", name="Đăng ký kết hôn", documents="Tờ khai.", time="5 ngày", **values)
    return replace(world(), catalogs=Catalogs({"": Catalog.build([entry])}, {}))


def test_the_surest_words_are_quoted_and_not_what_stands_everywhere() -> None:
    """What a record says on coming in person is found by "có mặt" before "trực tiếp"."""
    steps = "Người nộp trực tiếp nộp hồ sơ tại quầy.\nHai bên nam, nữ phải có mặt khi ký."
    answer = held("đăng ký kết hôn", "cả hai phải đi hả", using=recorded(steps=steps)).turns[-1].replies[0].text.plain
    assert "Hai bên nam, nữ phải có mặt khi ký." in answer
    assert "trực tiếp nộp" not in answer


def test_words_of_ones_own_are_quoted_as_they_are_spelled() -> None:
    """The word "con" is not found in "còn"; what the record has not is said to be missing."""
    using = recorded(steps="Giấy tờ còn giá trị sử dụng.")
    said = held("đăng ký kết hôn", "cho con luôn", using=using).turns[-1].replies[0].text.plain
    assert "không nói riêng về trường hợp này" in said


def test_a_paper_that_may_have_to_be_brought_is_looked_up_in_the_open_record() -> None:
    """It is no question for the procedure of that paper."""
    assert about("đăng ký kết hôn cần gì", "có cần mang hộ chiếu không").code == "1.000894"
    assert about("How do I register a marriage?", "Do I need to bring my passport?").code == "1.000894"


def test_free_is_a_fee_while_a_procedure_is_open() -> None:
    """And not legal aid, which is free by name."""
    assert about("I lost my ID card", "is it free?") == About("procedure", "1.014064", "fee")


def test_what_is_said_beside_a_choice_is_met_with_the_same_choice() -> None:
    """A circumstance or a question names none of the procedures offered."""
    talk = held("làm căn cước")
    offered = talk.turns[-1].about.offered
    assert talk.say("gửi về nhà được không").about.offered == offered


def test_the_one_hit_that_was_offered_is_shown_with_the_others_under_it() -> None:
    """A choice is taken by what it shares with the answer."""
    talk = held("giấy tờ về đất")
    assert "1.013831" in talk.turns[-1].about.offered
    found = talk.say("sang tên").about
    assert found.code == "1.013831"
    assert found.offered


def test_to_want_no_rating_begins_none() -> None:
    """A survey is for those who ask for it."""
    assert about("đánh giá ở đâu").outcome == "rate"
    assert about("tôi không muốn đánh giá").outcome == "bye"
    assert about("cán bộ đòi tui 500 ngàn mới chịu ký", "làm sao tố cáo", "bà đó ở quầy 2").outcome == "procedure"


@pytest.mark.parametrize(
    ("first", "then", "code"),
    [
        ("đăng ký kết hôn cần gì", "Nhưng tôi đã ly hôn một lần rồi", "1.000894"),
        ("sao y bản chính cần gì", "bằng lái xe với giấy đăng ký xe có sao được không", "2.000815"),
        ("làm lại căn cước bị mất", "nhặt lại được thẻ cũ thì có phải nộp không", "1.014064"),
        ("làm căn cước cho cháu 9 tuổi", "còn chị nó mười sáu thì sao", "1.014061"),
        ("làm căn cước cho cháu 9 tuổi", "à quên, thằng bé vừa tròn 14 hôm kia", "1.014061"),
        ("làm lại căn cước bị mất", "không mất, bị hết hạn thôi", "1.014063"),
    ],
)
def test_what_the_open_record_tells_of_stays_and_another_circumstance_goes_to_the_sibling(
    first: str, then: str, code: str
) -> None:
    """An office or a court that is named in passing leads away no more than a likeness does."""
    assert about(first, then).code == code


def test_the_unit_can_be_called_after_a_swindle() -> None:
    """Its telephone is told; the swindler's wishes are not taken up."""
    assert about("công an gọi đòi mã otp", "số điện thoại phường là gì").outcome == "contact"


@pytest.mark.parametrize("insult", ["đồ ngu", "đm bọn mày"])
def test_after_a_word_in_passing_a_question_is_about_what_was_open(insult: str) -> None:
    """Anger does not end the matter."""
    talk = held("đăng ký kết hôn cần gì", insult)
    assert talk.turns[-1].about.outcome == "insult"
    assert talk.say("mất bao nhiêu tiền").about == About("procedure", "1.000894", "fee")


def test_after_a_bribe_the_papers_are_those_of_what_was_open() -> None:
    """How long it takes may be asked of either; papers and fees only a procedure has."""
    talk = held("đăng ký thường trú cần gì", "cán bộ đòi tui 500 ngàn mới chịu ký")
    assert talk.turns[-1].about.outcome == "bribe"
    assert talk.say("vậy cần mang giấy tờ gì").about.code == "1.004222"


def test_what_was_said_not_to_be_meant_is_not_taken_up_again() -> None:
    """A question of asking words alone then asks which procedure."""
    assert about("đăng ký kết hôn cần gì", "không phải việc này", "mất bao nhiêu tiền").outcome == "clarify"


@pytest.mark.parametrize("said", ["mất mây ngyaf", "còn tiền?", "tốn cỡ nhiêu"])
def test_asking_words_with_nothing_open_are_asked_back(said: str) -> None:
    """However they are typed."""
    assert about(said).outcome == "clarify"


@pytest.mark.parametrize(("said", "part"), [("giấy tờ", "documents"), ("phí sao", "fee"), ("bao giờ xong", "time")])
def test_a_part_asked_for_before_choosing_stands_behind_the_choices(said: str, part: str) -> None:
    """Also where it is asked for in one word, or in words that ask for a part of what is open alone."""
    talk = held("giấy phép xây dựng", said)
    (first, *_) = talk.turns[-1].replies[0].buttons
    assert first.id.endswith(f":{part}")


def test_what_tells_nothing_of_a_choice_is_not_answered_as_a_new_question() -> None:
    """The same choices stand, in the order they had, with the request to take one."""
    talk = held("giấy phép xây dựng")
    offered = talk.turns[-1].about.offered
    turn = talk.say("ai đi thay được")
    assert turn.about.offered == offered
    assert "chọn giúp" in turn.replies[0].text.plain


def test_the_way_back_is_found_from_a_choice() -> None:
    """What was open alone is meant where nothing else is named."""
    talk = held("chứng thực chữ ký giấy ủy quyền", "cho hỏi thêm vụ giấy tờ xe")
    assert talk.turns[-1].about.offered
    assert talk.say("nãy cái ủy quyền cần mấy người").about.code == "2.000884"


def test_a_surely_named_procedure_is_no_choice_among_others() -> None:
    """One of the choices that is like it is not taken for it."""
    talk = held("giấy tờ hộ tịch của bà")
    assert "1.000656" not in talk.turns[-1].about.offered
    assert talk.say("đăng ký khai tử cho bà ngoại").about.code == "1.000656"


def test_a_paper_that_the_record_does_not_name_is_said_not_to_stand_there() -> None:
    """With the papers that it names."""
    talk = held("đăng ký kết hôn cần gì", "có cần giấy khám sức khỏe không")
    text = talk.turns[-1].replies[0].text.plain
    assert "Danh mục không ghi điều này" in text
    assert "Tờ khai" in text


def test_a_question_beside_a_choice_is_no_other_office_s_matter() -> None:
    """Likeness to a dispute in court leads nowhere while a choice is open."""
    talk = held("giấy phép xây dựng")
    offered = talk.turns[-1].about.offered
    assert talk.say("hàng xóm có phải ký không").about.offered == offered


def test_who_names_the_open_procedure_again_gets_its_card() -> None:
    """Nothing was asked of it that the record might not tell."""
    talk = held("làm lại căn cước bị mất", "mất bao nhiêu tiền", "làm lại căn cước bị mất")
    assert talk.turns[-1].about == About("procedure", "1.014064")
    assert "Danh mục không ghi" not in talk.turns[-1].replies[0].text.plain


def test_a_choice_is_taken_by_the_case_it_is_for() -> None:
    """The words of the case are those of no name."""
    assert about("giấy khuyết tật", "chưa có, làm mới").code == "1.001699"


@pytest.mark.parametrize("said", ["hả", "không hiểu gì hết", "khong hieu", "dài quá đọc không nổi", "nói lại coi"])
def test_what_was_not_understood_is_said_again_in_few_words(said: str) -> None:
    """Time, fee and place, and which parts there are; never that the record does not say it."""
    talk = held("đăng ký tạm trú", said)
    (reply,) = talk.turns[-1].replies
    assert talk.turns[-1].about.code == "1.004194"
    assert "Ông/Bà muốn biết phần nào?" in reply.text.plain
    assert {"p:1.004194:documents", "p:1.004194:steps", "person"} <= {button.id for button in reply.buttons}


@pytest.mark.parametrize(("said", "outcome"), [("ừ đúng rồi", "thanks"), ("dạ đúng ạ", "thanks"), ("không", "clarify")])
def test_the_question_whether_it_is_meant_is_answered_in_words(said: str, outcome: str) -> None:
    """As by its buttons; what is confirmed stays open."""
    talk = held("đăng ký tạm trú", said)
    assert talk.turns[-1].about.outcome == outcome
    assert talk.session.topic == ("1.004194" if outcome == "thanks" else "")


def test_a_yes_that_nothing_was_asked_for_confirms_nothing() -> None:
    """The question stands under the first answer alone."""
    talk = held("đăng ký tạm trú", "mất bao nhiêu tiền", "có")
    assert talk.turns[-1].about.code == "1.004194"


def test_what_another_office_does_is_told_when_it_alone_is_put_as_another_case() -> None:
    """It is no question of what is open."""
    assert about("làm lại căn cước bị mất", "còn bằng lái xe thì sao").outcome == "outside"


def test_a_yes_or_no_question_chooses_nothing() -> None:
    """Although its words stand in one of the names."""
    talk = held("làm căn cước")
    offered = talk.turns[-1].about.offered
    assert talk.say("có phải dẫn trẻ đi cùng không").about.offered == offered


@pytest.mark.parametrize(
    ("first", "then", "code"),
    [
        ("xin xác nhận", "độc thân để cưới vợ", "1.004873"),
        ("làm sổ đỏ", "đất ông bà để lại chưa có sổ", "1.013978"),
        ("giấy phép xây dựng", "nhà cũ của tôi, muốn sửa lại mái", "1.013229"),
        ("làm lại giấy tờ", "thẻ căn cước bị gãy", "1.014063"),
        ("hỗ trợ tiền", "hằng tháng cho con tôi bị khuyết tật nặng", "1.001776"),
        ("xin trợ cấp", "mẹ tôi 82 tuổi không có lương hưu", "1.014027"),
        ("tạm trú", "cái gia hạn ấy", "1.002755"),
    ],
)
def test_what_comes_while_a_question_waits_for_more_is_read_with_it(first: str, then: str, code: str) -> None:
    """Half of the matter stands in the one, half in the other."""
    talk = held(first)
    assert talk.turns[-1].about.outcome == "choose"
    assert talk.say(then).about.code == code


def test_a_death_just_now_is_answered_with_condolences_though_a_question_waits() -> None:
    """One of some time ago is a circumstance of what waits."""
    waiting = held("giấy phép xây dựng")
    assert waiting.turns[-1].about.outcome == "choose"
    turn = waiting.say("bố em vừa mất tối qua")
    assert "chia buồn" in turn.replies[0].text.plain
    assert turn.about.offered[0] == "1.000656"
    assert held("sang tên đất", "bố em mất rồi").turns[-1].about.code != "1.000656"


@pytest.mark.parametrize("then", ["đăng ký kết hôn cần gì", "à mà đăng ký kết hôn"])
def test_another_matter_is_not_read_with_a_question_that_waits(then: str) -> None:
    """It is asked by itself."""
    assert about("làm thẻ căn cước", then).code == "1.000894"


def test_a_circumstance_does_not_leave_the_question_that_waits() -> None:
    """That somebody is not married is said of the birth that was asked about."""
    talk = held("con tôi sinh ở bệnh viện tỉnh khác thì làm khai sinh ở đây được không")
    subject = talk.say("chưa đăng ký kết hôn thì sao").about
    assert "1.001193" in (subject.code, *subject.offered[:1])


@pytest.mark.parametrize(
    "said", ["cảm ơn, phiền các cháu quá", "oki tks ad", "thôi đươc, cam ơn", "thôi để mai con lên, con cám ơn bác"]
)
def test_thanks_are_heard_whatever_is_said_beside_them(said: str) -> None:
    """Where nothing is asked; the procedure stays open."""
    talk = held("đăng ký kết hôn cần gì", said)
    assert talk.turns[-1].about.outcome == "thanks"
    assert talk.say("mất phí không").about.code == "1.000894"


@pytest.mark.parametrize("said", ["cảm ơn, mất mấy ngày", "cám ơn em, vậy lệ phí bao nhiêu"])
def test_thanks_before_a_question_do_not_answer_it(said: str) -> None:
    """The question is what is answered."""
    assert about("đăng ký kết hôn cần gì", said).code == "1.000894"


@pytest.mark.parametrize("said", ["mất bao lâu hả cháu", "mất mấy ngày vậy con", "bác ơi mất mấy ngày vậy bác"])
def test_whom_a_question_is_said_to_is_no_matter(said: str) -> None:
    """It chooses none of the procedures for children."""
    talk = held("làm thẻ căn cước")
    offered = talk.turns[-1].about.offered
    assert talk.say(said).about.offered == offered


def test_a_circumstance_that_was_told_is_not_refused() -> None:
    """Nothing was asked that the record could lack."""
    talk = held("đăng ký khai sinh", "con tôi 5 tuổi")
    said = talk.turns[-1].replies[0].text.plain
    assert talk.turns[-1].about.code == "1.001193"
    assert "Danh mục không nói riêng về trường hợp này." in said


@pytest.mark.parametrize(
    ("first", "then", "code"),
    [
        ("đăng ký tạm trú", "khách tới chơi có hai bữa thôi", "2.001159"),
        ("đăng ký tạm trú", "nguoi thue don di roi", "1.010028"),
        ("nhập hộ khẩu về nhà chồng", "à tôi chỉ ở trọ tới cuối năm", "1.004194"),
        ("đổi căn cước hết hạn", "lục tung nhà mất luôn rồi", "1.014064"),
        ("mở hộ kinh doanh bán bún", "ế quá, dẹp tiệm luôn", "1.001266"),
        ("đăng ký khai sinh cho con", "chồng em người Úc thì khác gì không", "2.000528"),
        ("đăng ký kết hôn cần gì", "giấy với sổ ở xã cháy hết", "1.004746"),
        ("làm lại căn cước bị mất", "con tôi 16 tuổi chưa làm lần nào", "1.014061"),
    ],
)
def test_a_changed_circumstance_leads_to_the_one_that_it_is_told_of(first: str, then: str, code: str) -> None:
    """Also where the two names have no word in common, and nothing says that something changes."""
    assert about(first, then).code == code


@pytest.mark.parametrize(
    "said", ["mẹ nó đi làm ăn xa không về được", "ba mẹ nó ly thân, mỗi người một nơi", "bà nội đi thay được không"]
)
def test_a_circumstance_of_what_is_open_stays(said: str) -> None:
    """Who is told of in passing is neither insulted nor another matter."""
    assert about("đăng ký khai sinh cho con", said).code == "1.001193"


def test_who_wants_a_procedure_after_a_refusal_is_not_refused_again() -> None:
    """What is wanted is named, and has to do with an account as the deal had."""
    talk = held("có người hỏi mua tài khoản vneid của mình, bán được giá không")
    assert talk.turns[-1].about.outcome == "refuse_id"
    assert talk.say("thôi sợ quá, mình muốn khóa tài khoản vneid lại").about.outcome in ("procedure", "choose")


@pytest.mark.parametrize(
    ("said", "outcome", "code"),
    [
        ((LOST, "thấy bé rồi, cảm ơn nhiều lắm"), "thanks", ""),
        ((LOST, "trời ơi chưa thấy, giúp tôi với"), "lost_child", ""),
        ((BEATEN, "tôi dọn đi rồi, giờ đăng ký tạm trú chỗ mới thì cần gì"), "procedure", "1.004194"),
        (("đăng ký tạm trú", SCAM, "vậy phí đúng là bao nhiêu"), "procedure", "1.004194"),
        (("đăng ký tạm trú", SCAM, "tôi lỡ chuyển tiền cho họ rồi"), "scam", ""),
        (("đăng ký kết hôn", SCAM, "quay lại cái kết hôn đi"), "procedure", "1.000894"),
        (("mua căn cước giả ở đâu", "cháu 16 tuổi, làm căn cước thật thì sao"), "choose", "1.014061"),
    ],
)
def test_after_a_danger_comes_thanks_or_another_matter_or_the_one_before(
    said: tuple[str, ...], outcome: str, code: str
) -> None:
    """What tells more of the danger stays with it."""
    found = about(*said)
    assert found.outcome == outcome
    assert code in (found.code, *found.offered)


@pytest.mark.parametrize(
    ("said", "aspect"),
    [
        ("làm xong được giấy gì", "result"),
        ("nhan lai giay gi vay", "result"),
        ("bao ngày thì có", "time"),
        ("nộp qua mạng có rẻ hơn không", "fee"),
        ("gửi bưu điện thì mất mấy ngày", "time"),
        ("o xa khong ve duoc thi nop o dau", "where"),
        ("ai ký vào tờ đó, chủ tịch xã hả", "where"),
    ],
)
def test_what_is_asked_of_the_open_procedure_opens_the_answer(said: str, aspect: str) -> None:
    """The fee and the time of one way to hand in stand before the ways; who signs is not who is in charge."""
    found = about("đăng ký kết hôn cần gì", said)
    assert (found.code, found.aspect) == ("1.000894", aspect)


@pytest.mark.parametrize(
    ("first", "then", "code"),
    [
        ("I want to open a small coffee shop", "and if I close it later?", "1.001266"),
        ("birth registration for my baby", "my husband is Korean", "2.000528"),
        ("how do I get my first ID card", "what if my son is 9", "1.014062"),
        ("birth registration for my baby", "is my passport needed", "1.001193"),
    ],
)
def test_another_circumstance_is_told_in_english_too(first: str, then: str, code: str) -> None:
    """It leads to the sibling, or that is among the choices; a paper stays."""
    found = about(first, then)
    assert code in (found.code, *found.offered)


@pytest.mark.parametrize(
    ("said", "outcome"),
    [
        ("cán bộ tư pháp nay có ở xã không", "person"),
        ("can I talk to the officer on the phone", "person"),
        ("he claims to be from the police and wants me to transfer money", "scam"),
    ],
)
def test_who_is_at_work_and_who_claims_to_be_police(said: str, outcome: str) -> None:
    """While a procedure is open, too."""
    assert about("đăng ký kết hôn cần gì", said).outcome == outcome


@pytest.mark.parametrize(
    ("first", "then", "code"),
    [
        ("đăng ký kết hôn", "tôi cũng mất luôn thẻ căn cước rồi", "1.014064"),
        ("đăng ký khai sinh", "hai đứa em chưa đăng ký kết hôn, ba bé muốn đứng tên", "1.000689"),
        ("đăng ký khai tử", "ba có căn nhà đứng tên, mấy anh em chia sao cho đúng", "2.001406"),
        ("đăng ký khai sinh", "ok thanks nha", ""),
    ],
)
def test_what_is_named_besides_and_what_a_case_leads_to(first: str, then: str, code: str) -> None:
    """A second thing lost is another matter; a case told is a sibling, whatever it names; thanks name nothing."""
    found = about(first, then)
    assert code in (found.code, *found.offered)


@pytest.mark.parametrize(
    "said",
    [
        "em chào anh chị ạ, em muốn đăng ký kết hôn",
        "dạ chào cán bộ, cho em hỏi thủ tục kết hôn",
        "chao ca nha, cho minh hoi dang ky ket hon",
        "hello ad, đăng ký kết hôn cần gì",
    ],
)
def test_a_greeting_before_a_question_makes_it_no_less_sure(said: str) -> None:
    """Whom it is said to tells nothing of the matter."""
    assert about(said).code == "1.000894"
