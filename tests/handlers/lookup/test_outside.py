"""What looks up nothing is answered with its own words, what is known of the unit, and a way on."""

from dataclasses import replace

import pytest

from catalog.catalogs import Catalog, Catalogs
from catalog.entries import Entry
from catalog.offices import Office, Offices
from catalog.topics import shipped
from handlers.lookup.outside import ELSEWHERE, outcomes
from handlers.world import World
from tests.sample import Talk, world

PHONE, ADDRESS = "0277 3000 111", "12 đường A"


def reachable() -> World:
    """The sample with a telephone and an address."""
    units = {code: replace(unit, phone=PHONE, address=ADDRESS) for code, unit in world().units.items()}
    return replace(world(), units=units)


def said(text: str, using: World | None = None) -> str:
    """What is answered to somebody who was greeted."""
    return text_and_buttons(text, using)[0]


def text_and_buttons(text: str, using: World | None = None) -> tuple[str, list[str]]:
    """What is answered to somebody who was greeted, and the buttons offered."""
    talk = Talk(using)
    talk.say("", "start")
    reply = talk.say(text).replies[0]
    return reply.text.plain, [button.id for button in reply.buttons]


@pytest.mark.parametrize(
    ("text", "words", "button"),
    [
        ("có số lạ xưng công an bắt cài app", "Đừng chuyển tiền, đừng cài đặt", "person"),
        ("chồng tôi đang đánh tôi", "Người lớn bị đánh", "person"),
        ("con tôi đi lạc rồi", "đừng chờ", "person"),
        ("giang hồ tới nhà xiết nợ", "đòi nợ", "person"),
        ("có người tống tiền tôi", "đừng trả tiền", "person"),
        ("cán bộ vòi tiền tôi", "không phải nói lại", "p:2.002396"),
        ("cán bộ quát mắng dân", "phản ánh", "rate"),
        ("tra giùm số căn cước của chị hàng xóm", "không được cho biết", "ask"),
        ("mua căn cước được không", "không mua", "ask"),
        ("cán bộ nhiệt tình quá", "phiếu đánh giá", "rate"),
        ("gửi xe ở đâu khi vô ủy ban", "chỗ gửi xe", "ask"),
        ("chủ tịch phường tên gì", "không giữ tên", "ask"),
        ("quên mật khẩu vneid", "Đừng đọc mật khẩu", "ask"),
        ("hồ sơ tôi nộp tới đâu rồi", "tra cứu hồ sơ", "ask"),
    ],
)
def test_each_topic_has_its_own_words_and_a_way_on(text: str, words: str, button: str) -> None:
    """A danger leads to a person, a wrong to where it is reported, talk back to the matter."""
    answer, offered = text_and_buttons(text, reachable())
    assert words in answer
    assert button in offered


def test_who_tells_of_a_bribe_is_offered_no_rating() -> None:
    """A survey is no denunciation."""
    assert "rate" not in text_and_buttons("cán bộ đòi phong bì mới ký")[1]


def test_in_danger_what_helps_stands_before_the_introduction() -> None:
    """The first words of the first answer."""
    text = Talk().say("có số lạ xưng công an bắt cài app").replies[0].text.plain
    assert text.startswith("Đừng chuyển tiền")
    assert "trợ lý tự động" in text


def test_in_a_survey_a_danger_is_answered_and_a_wrong_is_a_comment() -> None:
    """Who was asked for a bribe writes it into the form."""
    talk = Talk()
    talk.say("k_quay1", "start")
    talk.say("Đồng ý, bắt đầu")
    assert "Đừng chuyển tiền" in talk.say("công an gọi bảo chuyển tiền").replies[0].text.plain
    assert "Không phải đưa thêm tiền" not in talk.say("cán bộ vòi tiền").replies[0].text.plain


@pytest.mark.parametrize(
    ("text", "known", "missing"),
    [
        ("cho xin số điện thoại phường", PHONE, "Điện thoại: đơn vị chưa ghi"),
        ("ủy ban ở đâu", ADDRESS, "Địa chỉ: đơn vị chưa ghi"),
        ("gặp cán bộ", PHONE, "Điện thoại: đơn vị chưa ghi"),
    ],
)
def test_what_a_unit_has_not_entered_is_said_to_be_missing(text: str, known: str, missing: str) -> None:
    """And what it has is told."""
    assert known in said(text, reachable())
    assert missing not in said(text, reachable())
    assert missing in said(text)


def test_the_hours_are_told_and_the_open_procedure_stays() -> None:
    """After an aside the part of the procedure can be asked for."""
    talk = Talk(reachable())
    talk.tap("p:1.001193")
    assert "thứ Hai đến thứ Sáu" in talk.say("thứ bảy có làm không").replies[0].text.plain
    talk.say("cảm ơn nha")
    assert "1.001193" in talk.say("mất phí không").replies[0].text.plain


def test_a_scam_leaves_the_open_procedure() -> None:
    """What comes next is not about it."""
    talk = Talk()
    talk.tap("p:1.001193")
    talk.say("có người gọi bắt tải app")
    assert talk.session.topic == ""


def test_the_code_of_a_dossier_is_repeated_with_the_portal() -> None:
    """In capitals, with the address to open."""
    talk = Talk()
    talk.say("", "start")
    reply = talk.say("h20.34-261120-0001").replies[0]
    assert "Mã hồ sơ H20.34-261120-0001" in reply.text.plain
    assert reply.links[0][1] == "https://dichvucong.gov.vn"


@pytest.mark.parametrize("text", ["tăng tuổi để đăng ký kết hôn", "cho mượn tên làm sổ đỏ? khai sinh cần gì vậy em?"])
def test_what_may_be_a_danger_is_asked_for_in_other_words(text: str) -> None:
    """No procedure is offered for any sentence of it; an officer can be asked."""
    answer, offered = text_and_buttons(text)
    assert "Tôi chưa tìm đúng việc" in answer
    assert "person" in offered
    assert not [one for one in offered if one.startswith("p:")]


def test_a_danger_in_several_sentences_is_one_danger() -> None:
    """No procedure is shown for any of them."""
    replies = Talk().say("làm căn cước cần gì? có người gọi bắt tải app căn cước\nđúng không").replies
    assert len(replies) == 1
    assert "Đừng chuyển tiền" in replies[0].text.plain


@pytest.mark.parametrize("question", ["làm hộ chiếu ở đâu", "cho hỏi hộ chiếu mới"])
def test_what_another_office_does_is_named_with_it(question: str) -> None:
    """Also where the unit has a neighbouring procedure."""
    assert "Phòng Quản lý xuất nhập cảnh" in said(question)


def test_an_absent_procedure_names_its_office() -> None:
    """Under the name that people know it by, and the unit's own office before the shipped one."""
    using = replace(
        world(),
        catalogs=Catalogs({"": Catalog.build([Entry("1.001193", "Đăng ký khai sinh")])}, {}),
        offices=Offices([Office("Phòng X", ("2.001610",))]),
    )
    answer = said("Đăng ký thành lập doanh nghiệp tư nhân", using)
    assert "Phòng X" in answer
    assert "Mở doanh nghiệp tư nhân" in answer


def test_condolence_comes_before_the_card_once() -> None:
    """In one message, so that no channel turns them round; not again for what is asked about it next."""
    talk = Talk()
    first = [reply.text.plain for reply in talk.say("ba tôi mới mất, đăng ký khai tử cần giấy gì").replies]
    assert "chia buồn" in first[0]
    assert len(first) == 1
    assert "Giấy tờ cần mang" in first[0]
    assert "chia buồn" not in talk.say("mất phí không").replies[0].text.plain


def test_every_topic_comes_to_an_outcome() -> None:
    """By the names that whoever reads conversations knows."""
    known = {
        *("thanks", "bye", "hello", "person", "contact", "hours", "rate", "status", "complaint", "bribe", "scam"),
        *("crime", "violence", "lost_child", "crisis", "fire", "medical", "rescue", "outside", "refuse_id"),
        *("identity", "insult", "clarify", "help"),
    }
    assert set(outcomes().values()) <= known
    assert set(shipped().topics) | set(ELSEWHERE) <= set(outcomes())
