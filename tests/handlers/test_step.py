"""Which rule wins when a message could mean several things, and that everything offered leads somewhere."""

import re
import sys
import unicodedata
from collections.abc import Callable
from copy import copy
from dataclasses import replace
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

import locales
from bot.channels.telegram import COMMANDS as MENU
from bot.demo import sample_entries
from catalog.catalogs import Catalogs
from catalog.index import Decision, Hit, Index, SearchResult
from catalog.text import fold
from handlers.actions import ACTIONS
from handlers.lookup.procedures import PARTS
from handlers.messages import MAX_BUTTON_ID, Incoming
from handlers.phrases import COMMANDS, PHRASES
from handlers.rules import LONGEST_QUESTION
from handlers.session import Running, Session
from handlers.staff.petitions import OnPetitions
from handlers.staff.questions_left import NameQuestion
from handlers.step import step
from handlers.turn import (
    DropResponse,
    GiveLogin,
    GiveNotice,
    JoinStaff,
    KeepResponse,
    NoteMiss,
    ShowBulletins,
    ShowCases,
    ShowDossiers,
    ShowFigures,
    ShowMisses,
    ShowStored,
    Turn,
    Withdraw,
)
from handlers.world import Counter, Unit
from tests.sample import NONCE, NOW, Talk, world

KEY = NONCE[:8]
BIRTH = "1.001193"
CODES = [entry.code for entry in sample_entries()]
STALE = locales.text("vi", "none.stale")
CLOSED = locales.text("vi", "survey.closed")
UNKNOWN = locales.text("vi", "none.command")
HOME = ("Hỏi thủ tục", "Xem theo lĩnh vực", "Đánh giá phục vụ", "Gặp cán bộ", "English")
NOTICED = ("Đồng ý, bắt đầu", "Không tham gia", "Xem cách chúng tôi giữ thông tin")
SCALE = "Xin chọn một mức từ 1 đến 5"
COMMENT = "Ông/Bà muốn nói thêm điều gì không?"


def words(turn: Turn) -> str:
    """All that a turn says."""
    return "\n\n".join(reply.text.plain for reply in turn.replies)


def labels(turn: Turn) -> tuple[str, ...]:
    """The labels of the buttons that a turn offers."""
    return tuple(button.label for reply in turn.replies for button in reply.buttons)


def effects(turn: Turn) -> list[str]:
    """The names of the effects that a turn asks for."""
    return [type(effect).__name__ for effect in turn.effects]


def greeted() -> Talk:
    """Somebody who was greeted and sees the home buttons."""
    talk = Talk()
    talk.say("", "start")
    return talk


def asked() -> Talk:
    """Somebody who sees the birth registration."""
    talk = greeted()
    talk.tap(f"p:{BIRTH}")
    return talk


def noticed() -> Talk:
    """Somebody who has scanned a code and reads the notice."""
    talk = Talk()
    talk.say("k_quay1", "start")
    return talk


def rating() -> Talk:
    """Somebody in front of the first question, a scale."""
    talk = noticed()
    talk.tap(f"s:{KEY}:agree")
    return talk


def unhappy() -> Talk:
    """Somebody in front of a multiple choice, the first answer given."""
    talk = rating()
    talk.tap(f"s:{KEY}:overall:2")
    return talk


def commenting() -> Talk:
    """Somebody in front of the free text, the last question."""
    talk = unhappy()
    talk.tap(f"s:{KEY}:skip:reasons")
    return talk


class Sure:
    """An index that takes every question for one about birth registration, or for none at all; else as it is."""

    def __init__(self, index: Index, decision: Decision) -> None:
        self._index = index
        self._decision = decision

    def __getattr__(self, name: str) -> object:
        """All but the search is the real one's."""
        return getattr(self._index, name)

    def search(self, text: str, limit: int = 5) -> SearchResult:
        """Find what it always finds."""
        hits = (Hit(BIRTH, "Đăng ký khai sinh", 1.0),) if self._decision == "answer" else ()
        return SearchResult(text, self._decision, None, hits, 0.0, sure=True, tells=1.0)


def searching(talk: Talk, decision: Decision = "answer") -> Talk:
    """The same conversation on a catalog whose search is sure, so that these tests do not depend on how it searches."""
    catalog = copy(talk.world.catalog(""))
    catalog.index = cast(Index, Sure(catalog.index, decision))
    talk.world = replace(talk.world, catalogs=Catalogs({"": catalog}, {}))
    return talk


STATES: dict[str, Callable[[], Talk]] = {
    "new": Talk,
    "greeted": greeted,
    "asked": asked,
    "noticed": noticed,
    "rating": rating,
    "unhappy": unhappy,
    "commenting": commenting,
}


def test_the_states_are_what_they_are_called() -> None:
    """The conversations that the tables below start from."""
    assert labels(greeted().turns[-1]) == HOME
    assert asked().session.topic == BIRTH
    assert labels(noticed().turns[-1]) == NOTICED
    assert words(rating().turns[-1]).startswith("Nhìn chung")
    assert "Điều gì chưa được" in words(unhappy().turns[-1])
    assert words(commenting().turns[-1]).startswith(COMMENT)


# Which rule wins

PRIORITY: dict[str, tuple[str, str, str]] = {
    "a command before the survey's free text": ("commenting", "/trogiup", "Tôi giúp được gì"),
    "a command before the survey's scale": ("rating", "/canbo", "Gặp cán bộ · Phường Sa Đéc"),
    "an unknown command before the survey": ("commenting", "/gop-y cảm ơn", UNKNOWN),
    "an unknown command before search": ("greeted", "/đăng ký khai sinh", UNKNOWN),
    "an offered number before search": ("greeted", "4", "Gặp cán bộ · Phường Sa Đéc"),
    "an offered number before the survey's free text": ("commenting", "1", "Đã ghi nhận phiếu"),
    "an offered label before the survey's free text": ("commenting", "bỏ qua", "Đã ghi nhận phiếu"),
    "an offered number as the answer": ("rating", "1", "Ông/Bà có thể nói thêm"),
    "a phrase before search": ("greeted", "danh mục", "Thủ tục theo lĩnh vực"),
    "the survey's scale before phrases": ("rating", "đánh giá", SCALE),
    "the survey's scale before search": ("rating", "đăng ký khai sinh", SCALE),
    "the survey's choices before search": ("unhappy", "đăng ký khai sinh", "Đã ghi điều Ông/Bà viết"),
    "the survey's free text before phrases": ("commenting", "menu", "Đã ghi nhận phiếu"),
    "the survey's free text before search": ("commenting", "đăng ký khai sinh lâu quá", "Đã ghi nhận phiếu"),
    "stop before the survey's free text": ("commenting", "dừng", "Đã dừng phiếu"),
    "stop before the survey's scale": ("rating", "thôi", "Đã dừng phiếu"),
    "stop in the other language": ("rating", "Stop!", "Đã dừng phiếu"),
    "the stop command in a survey": ("commenting", "/dung", "Đã dừng phiếu"),
    "a number that is not offered is no answer": ("rating", "6", SCALE),
    "nought is not offered": ("rating", "0", SCALE),
    "spaces alone are no question": ("new", "   ", "Tôi chưa thấy nội dung"),
    "signs alone are no choice": ("rating", "...", SCALE),
    "a photo in a survey": ("rating", "", "Tôi chỉ đọc được chữ"),
}


@pytest.mark.parametrize("case", PRIORITY)
def test_the_stronger_rule_wins(case: str) -> None:
    """One message, one state, one meaning."""
    state, sent, expected = PRIORITY[case]
    talk = STATES[state]()
    turn = talk.say(sent, "unreadable" if "photo" in case else "text")
    assert words(turn).removeprefix(introduction(state)).startswith(expected)


def introduction(state: str) -> str:
    """What stands before the first reply to somebody who was not greeted."""
    return locales.text("vi", "greeting.first", unit="Phường Sa Đéc") + "\n\n" if state == "new" else ""


def test_everything_else_is_searched_for() -> None:
    """A message that no rule takes is a question about a procedure."""
    assert searching(greeted()).say("đăng ký khai sinh").session.topic == BIRTH


def greeted_says(text: str) -> Turn:
    """What somebody gets who was greeted and types something."""
    return greeted().say(text)


OFFERED = (("fields:0", "Trợ giúp"), ("person", "10 Gặp cán bộ"), (f"p:{BIRTH}", "Khai sinh"), ("rate", "1"))


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("trợ giúp", "Thủ tục theo lĩnh vực"),
        ("fields:0", "Thủ tục theo lĩnh vực"),
        ("1", "Thủ tục theo lĩnh vực"),
        ("1.", "Thủ tục theo lĩnh vực"),
        ("1)", "Thủ tục theo lĩnh vực"),
        (" 2 ", "Gặp cán bộ"),
        ("２", "Gặp cán bộ"),
        ("gap can bo", "Gặp cán bộ"),
        ("GẶP CÁN BỘ", "Gặp cán bộ"),
        (unicodedata.normalize("NFD", "Gặp cán bộ"), "Gặp cán bộ"),
        ("10 gặp cán bộ", "Gặp cán bộ"),
        ("gặp  cán   bộ.", "Gặp cán bộ"),
        ("khai sinh", "Khai sinh cho trẻ mới sinh"),
        (f"p:{BIRTH}", "Khai sinh cho trẻ mới sinh"),
        ("4", "Ông/Bà muốn đánh giá quầy nào?"),
    ],
)
def test_number_label_and_id_of_an_offered_button_mean_the_same(typed: str, expected: str) -> None:
    """However it is typed, with or without marks; also where the label is a phrase that means something else."""
    talk = greeted()
    talk.session = replace(talk.session, offered=OFFERED)
    assert words(talk.say(typed)).startswith(expected)


@pytest.mark.parametrize(
    "typed", ["language:en", "hello", "stop:", f"s:{KEY}:overall:5", f"p:{BIRTH}:fee", "counter:quay1"]
)
def test_the_id_of_a_button_that_is_not_offered_is_only_a_text(typed: str) -> None:
    """Ids typed by hand work where their button was shown last, and nowhere else."""
    talk = greeted()
    talk.session = replace(talk.session, offered=())
    turn = talk.say(typed)
    assert turn.replies != greeted().tap(typed).replies
    assert (turn.session.language, turn.session.survey) == ("vi", None)


def test_a_long_text_that_begins_like_a_label_is_not_that_button() -> None:
    """A comment of three hundred letters is a comment, whatever its first words are."""
    turn = commenting().say("Bỏ qua " + "chuyện chờ lâu, cán bộ rất tận tình. " * 8)
    kept = [effect.response.answers for effect in turn.effects if isinstance(effect, KeepResponse)]
    assert str(kept[0]["comment"]).startswith("Bỏ qua chuyện chờ lâu")


@pytest.mark.parametrize("mark", ["!", "?", ".", " ", "”", '"'])
@pytest.mark.parametrize("phrase", ["Gặp cán bộ", "gap can bo", "GẶP NGƯỜI THẬT"])
def test_phrases_are_known_with_any_mark_around_them(phrase: str, mark: str) -> None:
    """People end a word with what their keyboard offers."""
    talk = greeted()
    talk.session = replace(talk.session, offered=())
    assert words(talk.say(f"{phrase}{mark}")).startswith("Gặp cán bộ")


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ("/help", "Tôi giúp được gì"),
        ("/HELP", "Tôi giúp được gì"),
        ("/help@motcua_bot", "Tôi giúp được gì"),
        ("/help giúp tôi với", "Tôi giúp được gì"),
        ("/start", "Xin chào Ông/Bà"),
        ("/start@motcua_bot k_quay1", "Ông/Bà vừa làm việc tại Quầy 1"),
        ("/start k_quay1", "Ông/Bà vừa làm việc tại Quầy 1"),
        ("/start  k_quay1 ", "Ông/Bà vừa làm việc tại Quầy 1"),
        ("/start k_khongco", "Mã quầy này không có"),
        ("/start k_", "Mã quầy này không có"),
        ("/start la-la", "Xin chào Ông/Bà"),
        ("/", UNKNOWN),
        ("//help", UNKNOWN),
        ("/ help", UNKNOWN),
    ],
)
def test_commands_are_read_as_messengers_write_them(sent: str, expected: str) -> None:
    """With the bot's name, with arguments, in any case."""
    assert words(greeted_says(sent)).startswith(expected)


def test_a_text_that_is_too_long_is_not_searched_for() -> None:
    """One letter more than is read gets a request, as many as are read get an answer."""
    assert words(greeted_says("x" * (LONGEST_QUESTION + 1))) == locales.text("vi", "greeting.too_long")
    assert words(greeted_says("x" * LONGEST_QUESTION)) != locales.text("vi", "greeting.too_long")


def calls_of(text: str, *before: str) -> int:
    """How many functions are called for a message, those of the interpreter too."""
    talk, calls = Talk(), 0
    for one in before:
        talk.say(one)

    def count(frame: object, event: str, called: object) -> None:
        nonlocal calls
        calls += event.endswith("call")

    sys.setprofile(count)
    try:
        talk.say(text)
    finally:
        sys.setprofile(None)
    return calls


@pytest.mark.parametrize("before", [(), ("đăng ký khai sinh",)], ids=["first", "beside a card"])
@pytest.mark.parametrize(
    "piece",
    ["Thưakínhgửi", "uow", "as", "ấ", "a\u0301", "1", "x ", "dnag ky ", "cầnpải ", "hk ", "không ", "khai sinh và ",
     "a. ", "(a ", '"a ', "1/1/2020 ", "how do I ", "😀", "https://a.vn/ ", "ចុះ"],
)  # fmt: skip
def test_a_message_costs_its_letters_and_no_power_of_them(piece: str, before: tuple[str, ...]) -> None:
    """Whoever sends a thousand letters in a row holds nobody up: four times the letters, not ten times the work."""
    calls_of(piece, *before)
    short, long = (calls_of((piece * size)[:size], *before) for size in (350, 1400))
    assert long < 10 * short


def test_an_edited_question_is_answered_and_an_edited_answer_is_not() -> None:
    """Correcting a typing mistake asks again; in a survey it must not answer the next question."""
    assert searching(greeted()).say("đăng ký khai sinh", "edited").session.topic == BIRTH
    talk = rating()
    before = talk.session
    turn = talk.say("5", "edited")
    assert (turn.replies, turn.effects, talk.session) == ((), (), before)


# Late buttons


@pytest.mark.parametrize(
    "state", [name for name in STATES if name not in ("rating", "unhappy", "commenting", "noticed")]
)
@pytest.mark.parametrize("what", ["agree", "decline", "overall:5", "send", "done:reasons", "skip:comment"])
def test_a_button_of_a_survey_that_is_over_says_so(state: str, what: str) -> None:
    """Nothing is stored, and a way on is offered."""
    turn = STATES[state]().tap(f"s:{KEY}:{what}")
    assert words(turn).endswith(CLOSED)
    assert (effects(turn), labels(turn)) == ([], HOME)


@pytest.mark.parametrize("what", ["agree", "decline", "overall:5", "send", "skip:comment"])
def test_a_button_of_another_survey_leaves_the_running_one_alone(what: str) -> None:
    """Two codes were scanned; a tap under the first message answers nothing in the second."""
    talk = unhappy()
    before = talk.session.survey
    turn = talk.tap(f"s:ffffffff:{what}")
    assert words(turn).startswith(CLOSED)
    assert "Điều gì chưa được?" in words(turn)
    assert (talk.session.survey, effects(turn)) == (before, [])


def test_a_late_level_corrects_its_own_question() -> None:
    """A tap on the first question's levels, while the comment is open, changes the first answer and not the comment."""
    talk = commenting()
    turn = talk.tap(f"s:{KEY}:overall:5")
    assert words(turn).startswith("Đã sửa câu trước.")
    kept = [effect.response.answers for effect in turn.effects if isinstance(effect, KeepResponse)]
    assert kept == [{"overall": 5}]


@pytest.mark.parametrize("what", ["overall:9", "overall", "nosuch:1", "skip:overall", "", "agree:x", "a:b:c:d"])
def test_a_spoilt_button_of_the_running_survey_asks_again(what: str) -> None:
    """What no question offers is no answer: nothing is stored, the open question comes again with its levels."""
    talk = rating()
    turn = talk.tap(f"s:{KEY}:{what}")
    assert effects(turn) == []
    assert words(turn).startswith(SCALE)
    assert labels(turn)[4] == "5 Rất hài lòng"


def test_a_button_before_consent_answers_nothing() -> None:
    """A level tapped before "Đồng ý" brings the notice again."""
    talk = noticed()
    turn = talk.tap(f"s:{KEY}:overall:5")
    assert effects(turn) == []
    assert labels(turn) == NOTICED


@pytest.mark.parametrize(
    "identifier",
    [
        "something:else:entirely",
        "",
        " ",
        "p",
        "p:",
        "p:1.001193:fee:2:3",
        "p:1.001193:fee:two",
        "p:1.001193:fee:²",
        "fields",
        "fields:-1",
        "fields:x",
        "fields:" + "9" * 5000,
        "field:zzz",
        "field:0:" + "9" * 5000,
        f"p:{BIRTH}:fee:" + "9" * 5000,
        "figures",
        "figures:sa-dec",
        "language:fr",
        "s",
        "khai sinh",
        "/help",
    ],
    ids=lambda text: text[:24] or "empty",
)
def test_a_button_that_means_nothing_is_answered_kindly(identifier: str) -> None:
    """Whatever a browser or an old message sends as a button, a way on comes back, and never an error."""
    turn = greeted().tap(identifier)
    assert effects(turn) == []
    assert labels(turn) != ()


@pytest.mark.parametrize(
    ("identifier", "expected"),
    [
        ("p:9.999999", "Thủ tục này không còn trong danh mục."),
        ("p:9.999999:fee", "Thủ tục này không còn trong danh mục."),
        (f"p:{BIRTH}:nosuchpart", "Khai sinh cho trẻ mới sinh\nThời hạn:"),
        (f"p:{BIRTH}:fee:99", "Khai sinh cho trẻ mới sinh · lệ phí"),
        (f"p:{BIRTH}:fee:0", "Khai sinh cho trẻ mới sinh · lệ phí"),
        ("fields:0", "Thủ tục theo lĩnh vực (trang 1/"),
        ("fields:99", "Thủ tục theo lĩnh vực (trang "),
        ("field:nosuch:0", "Thủ tục theo lĩnh vực (trang 1/"),
        ("counter:nosuch", "Mã quầy này không có"),
        ("counter:quay2", "Ông/Bà vừa làm việc tại Quầy 2"),
    ],
)
def test_a_button_whose_thing_has_gone_gets_the_nearest_there_is(identifier: str, expected: str) -> None:
    """Procedures, fields, pages and counters may vanish between the message and the tap."""
    assert words(greeted().tap(identifier)).startswith(expected)


PARTS_OF_IDS = st.sampled_from(
    ["p", "s", "field", "fields", "figures", "counter", "language", KEY, BIRTH, "overall", "5", "fee", "0", "quay1", ""]
)


@given(st.sampled_from(sorted(STATES)), st.lists(PARTS_OF_IDS | st.text(max_size=5), max_size=5).map(":".join))
def test_no_button_whatever_brings_a_turn_down(state: str, identifier: str) -> None:
    """Any id in any state: a turn comes out, its session survives JSON, and somebody who tapped gets an answer."""
    turn = STATES[state]().tap(identifier)
    assert turn.replies != () or turn.effects != ()


@given(st.sampled_from(["rating", "unhappy", "commenting"]), st.text(max_size=60))
def test_no_text_whatever_brings_a_survey_down(state: str, text: str) -> None:
    """Anything typed into a survey gets an answer, and is stored only where a text was asked for."""
    turn = STATES[state]().say(text)
    stored = [set(effect.response.answers) for effect in turn.effects if isinstance(effect, KeepResponse)]
    assert turn.replies != () or turn.effects != ()
    assert all(answers <= {"overall", "reasons", "comment"} for answers in stored)


# What was shown last


def test_after_a_photo_a_number_means_what_was_shown_last() -> None:
    """The reply to a photo offers the home buttons, so that "4" is its fourth, not the fourth of an older list."""
    talk = greeted()
    talk.tap("fields:0")
    shown = labels(talk.say("photo", "unreadable"))
    assert shown == HOME
    assert words(talk.say("4")).startswith("Gặp cán bộ")


def test_a_number_after_a_reply_without_buttons_is_no_choice() -> None:
    """Buttons of an older message are not meant by number any more."""
    talk = greeted()
    talk.tap("ask")
    assert talk.session.offered == ()
    assert not words(talk.say("4")).startswith("Gặp cán bộ")


# Surveys that cannot go on


def test_a_question_typed_at_the_notice_is_not_told_that_the_survey_is_over() -> None:
    """Somebody scanned the code and asks instead of agreeing: nothing was sent or stopped, so nothing says so."""
    talk = searching(noticed())
    turn = talk.say("đăng ký khai sinh cần gì")
    assert talk.session.survey is None
    assert CLOSED not in words(turn)


@pytest.mark.parametrize("typed", ["đồng ý", "Dạ", "vâng", "OK", "ừ", "Có."])
def test_consent_may_be_typed(typed: str) -> None:
    """Whoever types instead of tapping is asked the first question."""
    talk = noticed()
    talk.say(typed)
    assert talk.session.survey
    assert talk.session.survey.agreed


@pytest.mark.parametrize("typed", ["không", "Không đồng ý"])
def test_refusal_may_be_typed(typed: str) -> None:
    """Nothing is asked and nothing stored."""
    talk = noticed()
    turn = talk.say(typed)
    assert (talk.session.survey, effects(turn)) == (None, [])


def test_what_is_neither_consent_nor_a_question_brings_the_notice_again() -> None:
    """A greeting is no consent."""
    talk = noticed()
    before = words(talk.say("xyz qqq"))
    assert talk.session.survey
    assert not talk.session.survey.agreed
    assert labels(talk.say("zzz")) == NOTICED
    assert "mức độ hài lòng" in before


def test_the_language_changes_within_a_survey() -> None:
    """The survey goes on, its open question asked again in English."""
    talk = rating()
    turn = talk.say("/english")
    assert talk.session.language == "en"
    assert talk.session.survey is not None
    assert len(labels(turn)) == len(labels(rating().say("?")))


@pytest.mark.parametrize("tap", ["ask", "fields:0", "person", "hello"])
def test_a_button_for_something_else_leaves_the_survey(tap: str) -> None:
    """What was answered stays; the next text is a question again."""
    talk = unhappy()
    turn = talk.tap(tap)
    assert (talk.session.survey, effects(turn)) == (None, [])


def test_a_foreigner_at_the_notice_gets_english() -> None:
    """The word typed under the Vietnamese notice is understood."""
    talk = noticed()
    talk.say("English")
    assert talk.session.language == "en"


def after_upgrade(talk: Talk) -> Talk:
    """The same person after the process came back with a new version of the form."""
    forms = {code: replace(form, version=form.version + 1) for code, form in talk.world.forms.items()}
    talk.world = replace(talk.world, forms=forms)
    return talk


@pytest.mark.parametrize("state", ["noticed", "rating", "unhappy", "commenting"])
def test_nobody_is_stuck_in_a_survey_whose_form_has_changed(state: str) -> None:
    """The first message may be told that the survey is over; the next question is answered."""
    talk = searching(after_upgrade(STATES[state]()))
    talk.say("đăng ký khai sinh")
    assert talk.say("đăng ký khai sinh").session.topic == BIRTH


def test_a_survey_goes_on_where_its_counter_was_closed_meanwhile() -> None:
    """The person agreed while the counter was there; the answer counts for it."""
    talk = rating()
    talk.world = replace(talk.world, counters={})
    turn = talk.tap(f"s:{KEY}:overall:4")
    kept = [effect.response.counter for effect in turn.effects if isinstance(effect, KeepResponse)]
    assert kept == ["quay1"]


# Units


@pytest.mark.parametrize("unit", ["", "phuong-cu"])
def test_a_unit_that_vanished_is_followed_by_the_home_unit(unit: str) -> None:
    """The chat goes on with the home unit in the same language, and is not greeted anew."""
    talk = Talk()
    running = Running(NONCE, "console", unit, "quay1", "nhanh", 1, agreed=True)
    talk.session = Session(unit, "en", greeted=True, offered=(("person", "x"),), topic=BIRTH, survey=running)
    turn = talk.say("/help")
    assert words(turn).startswith("What I can do")
    assert (talk.session.unit, talk.session.language, talk.session.topic) == ("sa-dec", "en", "")
    assert talk.session.survey is None


def test_a_survey_of_a_vanished_unit_is_over() -> None:
    """A late tap says so instead of counting for another unit."""
    talk = rating()
    talk.session = replace(talk.session, unit="phuong-cu")
    turn = talk.tap(f"s:{KEY}:overall:4")
    assert (words(turn), effects(turn)) == (CLOSED, [])


def test_a_code_of_another_unit_moves_the_chat_there_and_it_stays() -> None:
    """After the survey the person still talks to the unit whose code was scanned."""
    whole = world()
    using = replace(
        whole,
        units={**whole.units, "cao-lanh": Unit("cao-lanh", "Phường Cao Lãnh", "dong-thap")},
        counters={**whole.counters, "cl1": Counter("cl1", "Quầy 1", "cao-lanh")},
    )
    talk = Talk(using)
    talk.say("k_cl1", "start")
    talk.tap(f"s:{KEY}:decline")
    assert words(talk.say("/canbo")).startswith("Gặp cán bộ · Phường Cao Lãnh")
    assert "Phường Cao Lãnh" in words(talk.say("/start"))


# Languages


@pytest.mark.parametrize("switch", ["/english", "english", "English", "tiếng Anh"])
def test_a_language_stays_until_it_is_changed(switch: str) -> None:
    """Every later turn speaks it, through commands, buttons, surveys and a new start; then the way back."""
    talk = greeted()
    assert words(talk.say(switch)).startswith("I will answer in English.")
    assert words(talk.say("/help")).startswith("What I can do")
    assert words(talk.tap("person")).startswith("Talk to an officer")
    assert words(talk.say("", "start")).startswith("Hello. This is the automatic assistant")
    assert labels(talk.say("k_quay1", "start")) == ("I agree, begin", "No, thank you", "How we keep information")
    assert labels(talk.say("1"))[4] == "5 Very satisfied"
    talk.say("stop")
    assert words(talk.say("tiếng Việt")).startswith("Tôi sẽ trả lời bằng tiếng Việt.")
    assert words(talk.say("/help")).startswith("Tôi giúp được gì")


@pytest.mark.parametrize(
    ("said", "language"),
    [
        ("can you speak English?", "en"),
        ("Sorry, I don't understand Vietnamese", "en"),
        ("english please", "en"),
        ("nói tiếng Anh được không em", "en"),
        ("trả lời bằng tiếng Anh giúp tôi", "en"),
        ("Vietnamese please", "vi"),
        ("thôi nói tiếng Việt đi", "vi"),
        ("tôi không biết tiếng Anh", "vi"),
    ],
)
def test_a_language_is_asked_for_in_a_sentence(said: str, language: str) -> None:
    """It is chosen then, and stays for what is typed next in the other."""
    talk = greeted()
    talk.session = replace(talk.session, language="vi" if language == "en" else "en")
    talk.say(said)
    assert (talk.session.language, talk.session.spoken_before) == (language, "")


@pytest.mark.parametrize(("said", "language"), [("marriage registration", "en"), ("thank you", "vi"), ("visa", "vi")])
def test_two_words_of_english_are_answered_in_it_where_they_name_a_matter(said: str, language: str) -> None:
    """Thanks and borrowed words are said by everybody; the next Vietnamese question is answered in Vietnamese."""
    talk = greeted()
    talk.say(said)
    assert talk.session.language == language
    talk.say("đăng ký khai sinh")
    assert talk.session.language == "vi"


@pytest.mark.parametrize("said", ["chứng thực bản dịch tiếng Anh", "english birth certificate", "học tiếng Việt ở đâu"])
def test_what_names_a_language_beside_another_matter_is_a_question(said: str) -> None:
    """The chat's language was not chosen by it."""
    talk = greeted()
    assert not words(talk.say(said)).startswith(("I will answer in English.", "Tôi sẽ trả lời"))


def test_an_open_procedure_is_said_again_in_the_language_asked_for() -> None:
    """It stays open."""
    talk = greeted()
    talk.say("how do I register a birth")
    opened, card = talk.session.topic, words(talk.say("Vietnamese please"))
    assert opened
    assert talk.session.topic == opened
    assert card.startswith("Tôi sẽ trả lời bằng tiếng Việt.")
    assert "Giấy tờ cần mang" in card


def test_the_other_language_is_always_one_tap_away() -> None:
    """The home buttons offer the language that is not spoken."""
    talk = greeted()
    assert labels(talk.say("english"))[-1] == "Tiếng Việt"
    assert labels(talk.say("Tiếng Việt"))[-1] == "English"


def test_a_language_switch_keeps_the_unit() -> None:
    """Only the words change."""
    talk = greeted()
    talk.session = replace(talk.session, unit="dong-thap")
    assert "Tỉnh Đồng Tháp" in words(talk.say("/english"))
    assert talk.session.unit == "dong-thap"


# Introduction


def test_the_first_reply_says_what_speaks_and_the_second_does_not() -> None:
    """Whoever starts with a command or button is told once that this is a machine."""
    talk = Talk()
    assert words(talk.say("/canbo")).startswith(introduction("new") + "Gặp cán bộ")
    assert words(talk.say("/canbo")).startswith("Gặp cán bộ")


def test_a_silent_turn_leaves_the_introduction_for_later() -> None:
    """Where nothing is said, nothing was introduced."""
    talk = Talk()
    assert talk.say("/baocao").replies == ()
    assert words(talk.say("/canbo")).startswith(introduction("new"))


# Staff


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ("/baocao", ShowFigures()),
        ("/baocao 2026-W47", ShowFigures("", "2026-W47")),
        ("/baocao sa-dec", ShowFigures("sa-dec", "")),
        ("/baocao sa-dec 2026-W47", ShowFigures("sa-dec", "2026-W47")),
        ("/baocao 2026-Q3:cchc  sa-dec", ShowFigures("sa-dec", "2026-Q3:cchc")),
        ("/BAOCAO@motcua_bot 2026", ShowFigures("", "2026")),
        ("/baocao 2026-W47 31000", ShowFigures("31000", "2026-W47")),
        ("/baocao 31000 2026-11", ShowFigures("31000", "2026-11")),
        ("/thamgia ABCDE-FGHJK", JoinStaff("ABCDE-FGHJK")),
        ("/thamgia  abcde fghjk ", JoinStaff("abcde fghjk")),
        ("/start i_ABCDE-FGHJK", JoinStaff("ABCDE-FGHJK")),
        ("/dangnhap", GiveLogin()),
    ],
)
def test_staff_commands_ask_for_their_effect(sent: str, expected: object) -> None:
    """Period and unit in any order; commune codes of the state are five digits and must not pass for periods."""
    turn = greeted_says(sent)
    assert (turn.effects, turn.replies) == ((expected,), ())


def test_an_invitation_link_joins() -> None:
    """The payload of the link that `motcua staff invite` prints."""
    assert Talk().say("i_ABCDE-FGHJK", "start").effects == (JoinStaff("ABCDE-FGHJK"),)


def test_joining_without_a_code_asks_for_it() -> None:
    """The word alone tells how the code is written."""
    assert words(greeted_says("/thamgia")) == locales.text("vi", "staff.need_code")


@pytest.mark.parametrize(
    ("identifier", "expected"),
    [
        ("figures:sa-dec:2026-W47", ShowFigures("sa-dec", "2026-W47")),
        ("figures:sa-dec:2026", ShowFigures("sa-dec", "2026")),
        ("figures:31000:2026-W47", ShowFigures("31000", "2026-W47")),
        ("figures:sa-dec:2026-Q3:cchc", ShowFigures("sa-dec", "2026-Q3:cchc")),
    ],
)
def test_a_figures_button_names_unit_and_period(identifier: str, expected: ShowFigures) -> None:
    """For every unit code and every kind of period that such a button is made with."""
    assert greeted().tap(identifier).effects == (expected,)


# Everything leads somewhere

ANSWERED_BY_EFFECTS = (
    *(
        GiveLogin(),
        GiveNotice(),
        ShowFigures(),
        ShowCases(),
        OnPetitions(),
        ShowDossiers(),
        ShowBulletins(),
        Withdraw(),
        ShowStored(),
    ),
    ShowMisses(),
    NameQuestion(),
)


@pytest.mark.parametrize("action", sorted({*filter(str.islower, ACTIONS), *COMMANDS.values(), *PHRASES.values()}))
def test_every_action_answers(action: str) -> None:
    """In every state it is known and says something or asks for an effect."""
    for make in STATES.values():
        turn = make().tap(action)
        assert words(turn) not in (STALE, UNKNOWN)
        assert turn.replies != () or turn.effects[-1] in ANSWERED_BY_EFFECTS


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_every_command_does_what_its_action_does(command: str) -> None:
    """Typed with a slash it is the same as the button."""
    assert greeted().say(f"/{command}") == greeted().tap(COMMANDS[command])


@pytest.mark.parametrize("phrase", sorted(PHRASES))
def test_every_phrase_does_what_its_action_does(phrase: str) -> None:
    """Phrases are written as they are compared, and mean their action where nothing is offered."""
    talk, tapped = greeted(), greeted()
    for one in (talk, tapped):
        one.session = replace(one.session, offered=())
    assert fold(phrase) == phrase
    assert talk.say(phrase) == tapped.tap(PHRASES[phrase])


@pytest.mark.parametrize("command", sorted(MENU))
def test_every_command_of_telegrams_menu_is_known(command: str) -> None:
    """What the menu offers is answered."""
    assert command in COMMANDS


@pytest.mark.parametrize("language", locales.LANGUAGES)
def test_every_command_that_a_text_names_is_known(language: str) -> None:
    """A text that says “gửi /baocao” makes a promise."""
    named = {name for text in locales.texts(language).values() for name in re.findall(r"(?<![\w/}])/([a-z]{3,})", text)}
    assert named != set()
    assert {name for name in named if words(greeted_says(f"/{name}")) == UNKNOWN} == set()


@pytest.mark.parametrize("language", locales.LANGUAGES)
@pytest.mark.parametrize("key", ["greeting.help", "greeting.first", "none.command", "survey.problem.scale"])
def test_every_word_that_a_text_tells_people_to_send_is_understood(language: str, key: str) -> None:
    """In the language of the text, with nothing offered: the word is a phrase of ours and not searched for."""
    text = locales.texts(language)[key]
    named = re.findall(r"(?i:gửi|send) “([^”]+)”", text)
    assert named != []
    assert [word for word in named if fold(word) not in PHRASES] == []


@pytest.mark.parametrize("code", CODES)
def test_every_button_of_a_procedure_leads_to_what_it_says(code: str) -> None:
    """Card and all parts, page by page: ids of at most 64 ASCII bytes, none stale, no part empty."""
    seen = {f"p:{code}", *(f"p:{code}:{part}" for part in PARTS)}
    waiting = sorted(seen)
    while waiting:
        talk = greeted()
        turn = talk.tap(waiting.pop())
        assert words(turn) not in (STALE, locales.text("vi", "card.retired"))
        assert talk.session.topic == code
        for button in turn.replies[0].buttons:
            assert button.id.isascii()
            assert 0 < len(button.id.encode()) <= MAX_BUTTON_ID
            assert button.label.strip() != ""
            if button.id.startswith("p:") and button.id not in seen:
                seen.add(button.id)
                waiting.append(button.id)


def test_every_procedure_is_reached_through_its_field() -> None:
    """From the home buttons by taps alone, all pages of all fields; nothing on the way is stale."""
    seen, waiting, reached = {"fields:0"}, ["fields:0"], set()
    while waiting:
        turn = greeted().tap(waiting.pop())
        assert words(turn) != STALE
        for button in turn.replies[0].buttons:
            if button.id.startswith("p:"):
                reached.add(button.id.removeprefix("p:"))
            elif button.id not in seen:
                seen.add(button.id)
                waiting.append(button.id)
    assert reached == set(CODES)


def test_every_button_of_every_survey_is_ascii_and_short() -> None:
    """All forms, first option of each question, to the end; the longest codes that may be set still fit."""
    for counter in world().counters.values():
        talk = Talk()
        turn = talk.say(f"k_{counter.code}", "start")
        for _ in range(40):
            if talk.session.survey is None:
                break
            ids = [button.id for button in turn.replies[0].buttons]
            assert [i for i in ids if not i.isascii() or len(i) > MAX_BUTTON_ID] == []
            open_text = turn.replies[0].text.plain.startswith(("Lĩnh vực", "Xin viết"))
            turn = (
                talk.say("Hộ tịch") if open_text or not ids else talk.tap(ids[-1] if "Xong" in labels(turn) else ids[0])
            )
        assert talk.session.survey is None


def test_a_turn_is_a_function() -> None:
    """The same world, session, message and time give the same turn, and change nothing they were given."""
    session = unhappy().session
    before = session.to_json()
    incoming = Incoming("console", "lan", "1", f"s:{KEY}:reasons:wait", "button", NONCE)
    assert step(world(), session, incoming, NOW) == step(world(), session, incoming, NOW)
    assert session.to_json() == before


def test_a_survey_that_is_broken_off_is_forgotten_only_if_something_was_stored() -> None:
    """Stopping before the first answer has nothing to delete."""
    assert rating().say("dừng").effects == ()
    assert unhappy().say("dừng").effects == (DropResponse(NONCE),)


def test_a_miss_is_noted_without_numbers_that_identify() -> None:
    """A question that the catalog has no answer to is kept for the staff, masked, under the unit that was asked."""
    turn = searching(Talk(), "none").say("thẻ hội viên câu lạc bộ chim yến số 079123456789")
    assert turn.effects == (NoteMiss("sa-dec", "thẻ hội viên câu lạc bộ chim yến số •••"),)


def test_what_is_not_meant_is_noted_with_the_question() -> None:
    """Who says that the answer is about something else asked a question that found nothing."""
    talk = greeted()
    talk.say("đăng ký khai sinh")
    assert talk.tap("other").effects == (NoteMiss("sa-dec", "đăng ký khai sinh", "not_this"),)


# As citizens write


def answered(*messages: str) -> tuple[str, tuple[str, ...]]:
    """The last words and buttons that somebody gets who was greeted."""
    talk = greeted()
    turns = [talk.say(message) for message in messages]
    return words(turns[-1]), labels(turns[-1])


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ("tôi không muốn sống nữa", "**115**"),
        ("cháy rừng", "**114**"),
        ("lũ lụt ngập nhà", "**114**"),
        ("tai nạn giao thông gấp", "**115**"),
        ("toi muon danh gia thai do phuc vu", "đánh giá quầy nào"),
        ("cán bộ hách dịch", "Tôi rất tiếc"),
        ("góp ý", "đánh giá quầy nào"),
        ("em chào anh chị, cho em hỏi thủ tục khai tử ạ", "Đăng ký khai tử"),
        ("xin chào cho tôi hỏi thủ tục ly hôn", "Tòa án"),
        ("cảm ơn", "không có gì"),
        ("bạn là ai", "trợ lý tự động"),
        ("mấy giờ làm việc", "Gặp cán bộ"),
        ("hồ sơ của tôi tới đâu rồi", "18001096"),
    ],
)
def test_what_people_write_besides_questions(message: str, said: str) -> None:
    """Danger, ratings, greetings before a question, thanks, opening hours: each gets what it is about."""
    assert said.replace("*", "") in answered(message)[0]


def test_a_question_about_the_choices_keeps_them() -> None:
    """Who asks "how much is it?" before choosing is told of each and asked of which; the choice then opens with the
    fee.
    """
    first = greeted().say("căn cước")
    asked_again, shown = answered("căn cước", "phí bao nhiêu")
    assert asked_again.splitlines() == [
        "• Đổi thẻ căn cước (hết hạn, hỏng, sai tên): Mức thu 50.000 đồng/thẻ…",
        "• Làm thẻ căn cước lần đầu (từ 14 tuổi): Cấp thẻ lần đầu: không thu lệ phí",
        "• Thẻ căn cước cho trẻ dưới 14 tuổi: Cấp thẻ lần đầu: không thu lệ phí",
        "• Làm lại thẻ căn cước bị mất: Mức thu 70.000 đồng/thẻ…",
        "Ông/Bà hỏi lệ phí của việc nào?",
    ]
    assert shown == labels(first)
    assert "· lệ phí" in answered("căn cước", "phí bao nhiêu", "1")[0]


def test_a_part_that_no_strip_has_is_only_asked_of_which() -> None:
    """The steps of five procedures are no few words."""
    assert answered("căn cước", "quy trình thế nào")[0] == "Ông/Bà hỏi các bước của việc nào?"


@pytest.mark.parametrize(
    "asked",
    [
        "ở xã mình làm được không",
        "ra phường làm được luôn không",
        "lên xã làm đc k",
        "công an phường làm được không",
        "o xa co lam ko",
    ],
)
def test_who_asks_whether_it_is_done_here_is_told_where(asked: str) -> None:
    """With other procedures offered under a likely card too, and without marks: "minh" quotes no "chứng minh"."""
    assert "· nơi nộp" in answered("làm thẻ căn cước bị mất", asked)[0]


@pytest.mark.parametrize(("before", "kept"), [((), HOME), (("mất cccd",), None)])
def test_a_number_that_is_no_choice_shows_the_choices_again(
    before: tuple[str, ...], kept: tuple[str, ...] | None
) -> None:
    """A slip of the finger starts no search."""
    said, shown = answered(*before, "77")
    assert said == "Không có lựa chọn số 77."
    assert shown == (kept or answered(*before)[1])


def test_two_questions_joined_by_and_get_two_answers() -> None:
    """One reply each, both opening with the part asked for."""
    turn = greeted().say("đăng ký kết hôn và đăng ký tạm trú phí bao nhiêu")
    assert [reply.text.plain.partition(" · lệ phí")[0] for reply in turn.replies] == [
        "Đăng ký kết hôn trong nước",
        "Đăng ký tạm trú",
    ]


def test_a_procedure_with_and_in_its_name_is_one_question() -> None:
    """Birth together with the recognition of a father is one thing; it is not torn into two."""
    assert len(greeted().say("đăng ký khai sinh và nhận cha con").replies) == 1


def test_a_long_story_gets_a_choice() -> None:
    """What an elderly person tells at length is looked through stretch by stretch."""
    story = (
        "chuyện là hồi trước nhà tôi ở quê lên đây làm ăn cũng mấy năm rồi mà hôm qua bà nội tôi mất trong bệnh viện "
        "huyện giờ con cháu ở xa về đông đủ hết không ai rành thủ tục gì nên nhờ chỉ giúp"
    )
    assert "Khai tử (báo tử) cho người đã mất" in answered(story)[1]


def test_words_at_the_reasons_become_the_comment() -> None:
    """A complaint in one's own words is kept; named options are taken as such."""
    free = unhappy().say("cán bộ nói nặng lời, đợi 2 tiếng")
    named = unhappy().say("chờ lâu, thái độ phục vụ")
    (kept,), (taken,) = ([e.response.answers for e in t.effects if isinstance(e, KeepResponse)] for t in (free, named))
    assert kept["comment"] == "cán bộ nói nặng lời, đợi 2 tiếng"
    assert "reasons" not in kept
    assert len(cast(tuple[str, ...], taken["reasons"])) == 2


def test_danger_and_a_person_come_before_a_rating() -> None:
    """Whoever needs help in the middle of a survey gets it, and the question again."""
    assert "114" in words(rating().say("cháy nhà cứu với"))
    assert "Gặp cán bộ" in words(rating().say("gặp cán bộ"))
    assert labels(rating().say("gặp cán bộ")) == labels(rating().say("?"))


def test_the_beginning_of_a_label_is_enough() -> None:
    """Here "Quầy 1" means "Quầy 1, Bộ phận Một cửa"."""
    assert "Quầy 1" in answered("đánh giá", "Quầy 1")[0]
