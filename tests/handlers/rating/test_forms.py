"""Questionnaires in chat: a choice with a maximum, conditions on options, nothing answered, added languages."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

import locales
from handlers.messages import Incoming
from handlers.step import step
from handlers.turn import KeepResponse
from surveys.questionnaire import parse
from tests.sample import NONCE, NOW, Talk, world

RIENG = parse(
    """
code = "rieng"
version = 1
title = "Phiếu riêng"
notice = "Thông báo."
thanks = "Xin cảm ơn!"
[scale]
vi = ["1", "2", "3", "4", "5"]
[[page]]
[[page.question]]
id = "wishes"
kind = "multiple"
limit = 2
text = "Ông/Bà mong điều gì?"
option = [{ value = "a", label = "Nhanh" }, { value = "b", label = "Rẻ" }, { value = "c", label = "Gần" }]
[[page]]
[[page.question]]
id = "near"
kind = "scale"
counted = true
when = { question = "wishes", is = ["c"] }
text = "Đi lại thế nào?"
""",
    "rieng.toml",
)
KEY = NONCE[:8]


@pytest.fixture
def talk() -> Talk:
    """Somebody who agreed to the unit's own form."""
    using = world()
    counters = {**using.counters, "quayr": replace(using.counters["quay1"], code="quayr", form="rieng")}
    talking = Talk(replace(using, forms={**using.forms, "rieng": RIENG}, counters=counters))
    talking.say("k_quayr", "start")
    talking.tap(f"s:{KEY}:agree")
    return talking


@pytest.fixture
def _khmer() -> Iterator[None]:
    """A third language with one text of its own."""
    locales.install({"km": {"language.name": "ខ្មែរ", "button.ask": "សួរ"}})
    yield
    locales.install({})


def said(talking: Talk) -> str:
    """What was said last."""
    return "\n".join(reply.text.plain for reply in talking.turns[-1].replies)


def test_a_choice_with_a_maximum_says_it_and_keeps_it(talk: Talk) -> None:
    """Said with the question; three are refused, two are taken."""
    assert "Chọn tối đa 2 ý." in said(talk)
    for value in "abc":
        talk.tap(f"s:{KEY}:wishes:{value}")
    talk.tap(f"s:{KEY}:done:wishes")
    assert "Xin chọn nhiều nhất 2 ý." in said(talk)
    talk.tap(f"s:{KEY}:wishes:b")
    talk.tap(f"s:{KEY}:done:wishes")
    assert "Đi lại thế nào?" in said(talk)


def test_a_question_is_asked_of_whom_it_concerns(talk: Talk) -> None:
    """Without the option that the next question hangs on, the form ends."""
    turn = talk.say("Nhanh, Rẻ")
    assert "Xin cảm ơn!" in said(talk)
    assert [effect.response.answers for effect in turn.effects if isinstance(effect, KeepResponse)] == [
        {"wishes": ("a", "b")}
    ]


def test_who_skips_everything_is_not_told_that_something_was_recorded(talk: Talk) -> None:
    """An empty form is none: nothing is stored, and nothing else is claimed."""
    turn = talk.tap(f"s:{KEY}:skip:wishes")
    assert said(talk) == "Phiếu chưa có câu trả lời nào nên không gửi. Xin cảm ơn Ông/Bà."
    assert (turn.effects, talk.session.survey) == ((), None)


@pytest.mark.usefixtures("_khmer")
@pytest.mark.parametrize("asked", ["ខ្មែរ", "/km"])
def test_a_language_of_the_unit_s_own_is_offered_and_spoken(asked: str) -> None:
    """One button for each other language; its name or its code leads to it, and what it lacks is Vietnamese."""
    talking = Talk()
    talking.say("", "start")
    assert [button.id for button in talking.turns[-1].replies[0].buttons][-2:] == ["language:en", "language:km"]
    talking.say(asked)
    labels = [button.label for button in talking.turns[-1].replies[0].buttons]
    assert (talking.session.language, labels[0], labels[-2:]) == ("km", "សួរ", ["Tiếng Việt", "English"])
    assert "trợ lý tự động" in said(talking)


@pytest.mark.usefixtures("_khmer")
def test_the_added_language_can_be_chosen_within_a_survey(talk: Talk) -> None:
    """The survey goes on where it was."""
    talk.tap("language:km")
    assert talk.session.language == "km"
    assert "Ông/Bà mong điều gì?" in said(talk)


def test_a_session_in_a_language_that_is_gone_is_answered() -> None:
    """The unit took the file away: Vietnamese, no fault."""
    talking = Talk()
    session = replace(talking.session, language="km")
    for text in ("trợ giúp", "đánh giá", "đăng ký khai sinh cần gì"):
        turn = step(world(), session, Incoming("console", "lan", text, text, "text", NONCE), NOW)
        assert turn.replies[0].text.plain != ""
