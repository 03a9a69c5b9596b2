"""A question in its conversation: what is open and what is shown decide what it means."""

import pytest

from catalog.english import is_vietnamese
from tests.sample import Talk

BIRTH, DEATH, MARRIAGE = "1.001193", "1.000656", "1.000894"
CARD, CHILD_CARD, LOST_CARD = "1.014061", "1.014062", "1.014064"


def talked(*said: str) -> Talk:
    """A conversation in which this was said."""
    talk = Talk()
    for text in ("xin chào", *said):
        talk.say(text)
    return talk


def last_text(talk: Talk) -> str:
    """The words of the last turn."""
    return "\n".join(reply.text.plain for reply in talk.turns[-1].replies)


@pytest.mark.parametrize(
    ("said", "aspect"),
    [
        ("mất phí không", "fee"),
        ("ton nhieu ko", "fee"),
        ("bao lâu thì xong", "time"),
        ("can mang theo gi", "documents"),
        ("nộp ở đâu vậy", "where"),
        ("lấy liền được không", "time"),
        ("có mẫu đơn sẵn không", "form"),
    ],
)
def test_a_question_of_asking_words_is_about_the_open_procedure(said: str, aspect: str) -> None:
    """However short; it opens with the part asked for and is never a search."""
    about = talked("đăng ký khai sinh", said).turns[-1].about
    assert (about.outcome, about.code, about.aspect) == ("procedure", BIRTH, aspect)


@pytest.mark.parametrize("before", [(), ("đăng ký khai sinh",)], ids=["nothing shown", "a card"])
@pytest.mark.parametrize("said", ["cái thứ hai", "số 2", "cái cuối", "the second one"])
def test_a_place_without_a_list_chooses_nothing(said: str, before: tuple[str, ...]) -> None:
    """The list is not there, which is said; what is open stays open."""
    talk = talked(*before, said)
    about = talk.turns[-1].about
    assert (about.outcome, about.code) == ("clarify", "")
    assert talk.session.topic == (BIRTH if before else "")
    assert last_text(talk).startswith(("Hiện chưa có danh sách", "There is no list"))


def test_two_things_asked_at_once_are_both_answered() -> None:
    """In the order in which they were asked."""
    talk = talked("đăng ký khai sinh", "mất bao lâu và tốn bao nhiêu tiền")
    assert talk.turns[-1].about.code == BIRTH
    assert "thời hạn, lệ phí" in last_text(talk).split("\n")[0]


def test_a_point_that_a_record_tells_is_quoted_from_it() -> None:
    """Where it stands in the papers, the answer opens with them."""
    talk = talked("đăng ký khai sinh", "ông ngoại đi nộp thay được không")
    assert talk.turns[-1].about.code == BIRTH
    assert "Danh mục ghi: “" in last_text(talk)
    assert "ủy quyền" in last_text(talk)


def test_what_a_record_does_not_tell_is_said_with_a_way_to_a_person() -> None:
    """No other procedure is shown because one word fits."""
    talk = talked("đăng ký khai sinh", "giấy này có giá trị mấy năm")
    assert talk.turns[-1].about.code == BIRTH
    assert "Danh mục không ghi điều này" in last_text(talk)
    assert "person" in dict(talk.session.offered)


@pytest.mark.parametrize(
    ("said", "position"), [("cái đầu tiên", 0), ("số 2", 1), ("cai thu ba", 2), ("cái cuối cùng á", -1), ("2", 1)]
)
def test_a_choice_is_made_by_its_place_in_words(said: str, position: int) -> None:
    """As if its button were pressed."""
    talk = talked("làm thẻ căn cước")
    choices = talk.session.choices
    assert len(choices) > 2
    assert talk.say(said).about.code == choices[position]


def test_none_of_these_leads_to_other_choices_or_the_way_on() -> None:
    """The same choices are never shown again."""
    talk = talked("làm thẻ căn cước")
    before = set(talk.session.choices)
    after = talk.say("không phải mấy cái đó")
    assert after.about.outcome in ("choose", "clarify")
    assert not before & set(after.about.offered)


def test_a_changed_circumstance_leads_to_the_sibling() -> None:
    """A younger child has another procedure."""
    talk = talked("làm căn cước cho con 15 tuổi")
    if talk.session.topic != CARD:
        talk.tap(f"p:{CARD}")
    assert talk.say("còn bé út 10 tuổi thì sao").about.code == CHILD_CARD


def test_another_procedure_by_its_name_is_a_new_topic_and_the_old_comes_back() -> None:
    """What was open before is remembered."""
    talk = talked("đăng ký khai sinh", "đăng ký khai tử cần gì")
    assert talk.session.topic == DEATH
    back = talk.say("quay lại cái khai sinh, nộp qua mạng được không")
    assert back.about.code == BIRTH


@pytest.mark.parametrize(
    ("said", "code", "aspect"),
    [
        ("con heo thì bao lâu có tiền", "1.013997", "time"),
        ("khai sinh thì tốn bao nhiêu", BIRTH, "fee"),
        ("cần mang giấy gì", MARRIAGE, "documents"),
        ("có cần giấy khai sinh không", MARRIAGE, "documents"),
    ],
)
def test_what_was_open_before_is_asked_for_by_its_name_alone(said: str, code: str, aspect: str) -> None:
    """A question that names nothing stays, and so does one that names a paper which may be needed."""
    about = talked("heo chết dịch có được hỗ trợ không", "đăng ký khai sinh", "đăng ký kết hôn", said).turns[-1].about
    assert (about.code, about.aspect) == (code, aspect)


@pytest.mark.parametrize(
    ("said", "codes"),
    [
        ("tách hộ thì mất bao lâu", ["1.010038"]),
        ("vậy căn cước thì làm ở đây được không", [CARD, CHILD_CARD, LOST_CARD]),
        ("còn con 10 tuổi thì sao", [MARRIAGE]),
        ("chưa có căn cước mới thì sao", [MARRIAGE]),
        ("có cần giấy độc thân không", [MARRIAGE]),
    ],
)
def test_what_is_asked_of_is_what_is_put_first(said: str, codes: list[str]) -> None:
    """A thing named before "thì" is asked of; a case told there is of the open procedure, and so is a paper."""
    about = talked("đăng ký kết hôn", said).turns[-1].about
    assert set(codes) & {about.code, *about.offered}
    assert (about.code == MARRIAGE) == (codes == [MARRIAGE])


@pytest.mark.parametrize(
    ("said", "outcome"),
    [
        ("sao y thì sáng t7 có làm không", "hours"),
        ("mấy giờ nhận hồ sơ khai sinh", "hours"),
        ("quầy chứng thực ở tầng mấy", "contact"),
        ("cuối tuần tôi làm đám cưới, có phải xin phép dựng rạp không", "procedure"),
    ],
)
def test_the_hours_are_asked_for_with_a_procedures_name(said: str, outcome: str) -> None:
    """What was open stays open."""
    talk = talked("đăng ký khai sinh", said)
    assert talk.turns[-1].about.outcome == outcome
    assert (talk.say("mất phí không").about.code == BIRTH) == (outcome != "procedure")


def test_after_a_danger_the_matter_before_it_and_the_wards_leader_may_be_asked_for() -> None:
    """The danger's telephone number is no other matter."""
    scam = "có người gọi bảo là công an, bắt bấm vào đường link đọc mã"
    about = talked("đổi căn cước hết hạn", scam, "thế đổi căn cước phải nộp tiền không").turns[-1].about
    assert (about.code, about.aspect) == ("1.014063", "fee")
    beaten = "chồng tôi đánh tôi chảy máu"
    assert talked(beaten, "tôi muốn gặp lãnh đạo phường").turns[-1].about.outcome == "person"
    assert talked(beaten, "gọi số nào").turns[-1].about.outcome == talked(beaten).turns[-1].about.outcome


def test_where_to_hand_in_is_no_question_for_the_offices_address() -> None:
    """While a procedure is open; else it is."""
    assert talked("đăng ký khai sinh", "nộp ở xã hay ở đâu").turns[-1].about.code == BIRTH
    assert talked("ủy ban xã ở đâu").turns[-1].about.outcome == "contact"


def test_thanks_leave_the_procedure_open() -> None:
    """Who remembers another question can ask it."""
    talk = talked("đăng ký khai sinh", "cảm ơn em nha")
    assert talk.turns[-1].about.outcome == "thanks"
    assert talk.say("mất phí không").about.code == BIRTH


def test_a_danger_stays_the_matter_until_something_else_is_named() -> None:
    """What is asked after a call for help is not looked up."""
    talk = talked("chồng đang đánh tôi")
    assert talk.say("gọi số nào").about.outcome == "violence"
    assert talk.say("giờ làm sao").about.outcome == "violence"
    assert talk.say("đăng ký khai sinh").about.code == BIRTH


def test_a_no_after_an_answer_is_a_question_that_found_nothing() -> None:
    """It is noted as the citizen asked it; a yes notes nothing."""
    talk = talked("đăng ký khai sinh cho cháu số 079123456789")
    [missed] = talk.tap("other").effects
    assert "079123456789" not in str(missed)
    yes = talked("đăng ký khai sinh")
    assert yes.tap("right").effects == ()
    assert yes.session.topic == BIRTH


def test_a_question_in_english_is_answered_in_english_and_vietnamese_comes_back() -> None:
    """Labels, numbers and places in English, the record's own text marked as Vietnamese."""
    talk = talked("what documents do I need for birth registration")
    assert talk.session.language == "en"
    assert "Birth registration" in last_text(talk)
    assert "In Vietnamese, as published" in last_text(talk)
    assert "Where:** commune People's Committee" in last_text(talk) or "commune People's Committee" in last_text(talk)
    talk.say("thế còn lệ phí thì sao ạ")
    assert talk.session.language == "vi"


def test_a_language_that_was_chosen_stays() -> None:
    """Whoever pressed English may well type a Vietnamese name."""
    talk = talked()
    talk.tap("language:en")
    talk.say("đăng ký khai sinh")
    assert talk.session.language == "en"


@pytest.mark.parametrize(
    ("text", "plainly"),
    [("đăng ký", True), ("lam giay khai sinh", True), ("ok", False), ("how much is it", False), ("Nguyen", False)],
)
def test_vietnamese_is_known_by_marks_or_several_words(text: str, plainly: bool) -> None:
    """One word without marks may be a name."""
    assert is_vietnamese(text) is plainly


@pytest.mark.parametrize(
    ("danger", "over", "aspect"),
    [
        (
            "thợ té giàn giáo, máu chảy ra tai, nằm im không cựa",
            "Xe cấp cứu chở đi rồi. Vậy cần những giấy gì",
            "documents",
        ),
        ("có bà tự xưng cán bộ thuế gọi bảo ck 3tr để giữ hồ sơ", "ok e chặn số r. v phí đk là bn", "fee"),
        ("nước lên tới mái rồi, mẹ em kẹt trên nóc", "cano đưa mẹ ra rồi. hồ sơ gồm gì", "documents"),
    ],
)
def test_after_a_danger_that_is_over_a_sentence_of_its_own_goes_on(danger: str, over: str, aspect: str) -> None:
    """With what was open before, at the part asked for."""
    about = talked("đăng ký khai sinh", danger, over).turns[-1].about
    assert (about.outcome, about.code, about.aspect) == ("procedure", BIRTH, aspect)


@pytest.mark.parametrize(
    ("danger", "said"),
    [
        ("chồng đánh em chảy máu đầu", "nó vẫn đập cửa. mang giấy tờ gì trốn đi được"),
        ("nhà tôi cháy rồi cứu với", "cháy to lắm rồi. phải mang giấy tờ gì ra"),
    ],
)
def test_a_danger_that_goes_on_is_said_again(danger: str, said: str) -> None:
    """Though papers are asked for."""
    talk = talked("đăng ký khai sinh", danger)
    outcome = talk.turns[-1].about.outcome
    talk.say(said)
    assert talk.turns[-1].about.outcome == outcome != "procedure"


def test_who_cannot_write_is_helped_with_what_is_open() -> None:
    """The words "làm sao" are no opening that names nothing."""
    about = talked("đăng ký khai sinh", "Em không biết chữ. Em làm sao").turns[-1].about
    assert (about.outcome, about.code) == ("procedure", BIRTH)


@pytest.mark.parametrize("open_one", ["đăng ký khai sinh", "sang tên sổ đỏ cho con"])
@pytest.mark.parametrize("said", ["vợ tôi mới mất hôm qua tôi phải làm gì", "bố tôi vừa mất"])
def test_a_death_told_while_another_matter_is_open_is_heard(open_one: str, said: str) -> None:
    """With our condolences and what is to be done first."""
    talk = talked(open_one, said)
    assert last_text(talk).startswith("Xin chia buồn")
    assert DEATH in talk.turns[-1].about.offered


@pytest.mark.parametrize(
    ("said", "outcome"),
    [
        ("tôi bị cán bộ mắng", "complaint"),
        ("à mà thôi", "bye"),
        ("thôi khỏi", "bye"),
        ("ba nó mới mất thì ai ký", "procedure"),
    ],
)
def test_what_is_said_beside_an_open_card_is_heard_for_itself(said: str, outcome: str) -> None:
    """A scolding, a change of mind; a circumstance that is asked about stays."""
    assert talked("đăng ký khai sinh", said).turns[-1].about.outcome == outcome


def test_an_age_with_a_matter_of_its_own_leaves() -> None:
    """Money for old people is not asked of the birth."""
    about = talked("đăng ký khai sinh", "mẹ tôi 80 tuổi có được trợ cấp gì không").turns[-1].about
    assert about.code != BIRTH
