"""Choices that nobody took are noted once, with the question they were offered on."""

import pytest

from handlers.turn import NoteMiss
from tests.sample import Talk


def asked() -> Talk:
    """A conversation in which a choice is open."""
    talk = Talk()
    turn = talk.say("giấy tờ đất")
    assert turn.about.outcome == "choose", turn.about
    return talk


NOTED = NoteMiss("sa-dec", "giấy tờ đất", "not_taken")


@pytest.mark.parametrize("said", ["cảm ơn", "đăng ký khai sinh cho con", "/linhvuc"])
def test_what_goes_on_with_something_else_leaves_the_choice(said: str) -> None:
    """Another question, thanks, a command: the question before is noted, once."""
    talk = asked()
    assert NOTED in talk.say(said).effects
    assert NOTED not in talk.say("cảm ơn").effects


def test_a_choice_that_is_taken_or_refused_is_not_noted() -> None:
    """A tap on one of them; a tap on none of them is a kind of its own."""
    talk = asked()
    code = talk.session.choices[0]
    assert talk.tap(f"p:{code}").effects == () or NOTED not in talk.turns[-1].effects
    assert talk.say("cảm ơn").effects == ()
    refused = asked().tap("other")
    assert refused.effects == (NoteMiss("sa-dec", "giấy tờ đất", "not_this"),)
