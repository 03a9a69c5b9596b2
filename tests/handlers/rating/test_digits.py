"""Digits that are typed otherwise are understood wherever the chat reads digits."""

import pytest

from handlers.heard import slip_code
from handlers.messages import Incoming
from handlers.turn import ShowFigures
from surveys.slips import fresh, shown
from tests.sample import Talk

FORMS = {
    "keycap": str.maketrans({str(digit): f"{digit}\ufe0f\u20e3" for digit in range(10)}),
    "wide": str.maketrans({str(digit): chr(0xFF10 + digit) for digit in range(10)}),
}


@pytest.mark.parametrize("form", FORMS)
def test_an_option_is_chosen_by_its_digit(form: str) -> None:
    """In a survey, as the number of a button, and where there is no such number."""
    talk = Talk()
    talk.say("k_quay1", "start")
    talk.say("1".translate(FORMS[form]))
    talk.say("4".translate(FORMS[form]))
    assert talk.session.survey
    assert talk.session.survey.answers == {"overall": 4}
    plain, other = Talk(), Talk()
    assert other.say("77".translate(FORMS[form])).replies == plain.say("77").replies


@pytest.mark.parametrize("form", FORMS)
def test_periods_and_codes_are_read(form: str) -> None:
    """Behind a command, and on a slip."""
    turn = Talk().say("/baocao 2026-11".translate(FORMS[form]))
    assert ShowFigures("", "2026-11") in turn.effects
    code = fresh()
    assert slip_code(Incoming("console", "lan", "1", shown(code).translate(FORMS[form]))) == code
