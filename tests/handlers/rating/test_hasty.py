"""In chat: a first answer that comes sooner than the question can be read is noted with the form."""

import json
from datetime import timedelta

import pytest

from handlers.messages import Incoming
from handlers.session import Session
from handlers.step import step
from handlers.turn import KeepResponse
from tests.sample import NONCE, NOW, world

KEY = NONCE[:8]


def rated(seconds: float, *, forget: bool = False) -> list[bool]:
    """What a form says of its speed, where its first answer came so long after the question."""
    session, noted = Session(), []
    for number, (kind, text, at) in enumerate(
        (("start", "k_quay1", -600.0), ("button", f"s:{KEY}:agree", 0.0), ("button", f"s:{KEY}:overall:4", seconds))
    ):
        message = Incoming("chat", "lan", str(number), text, kind, NONCE)  # type: ignore[arg-type]
        turn = step(world(), session, message, NOW + timedelta(seconds=at))
        values = json.loads(json.dumps(turn.session.to_json()))
        if forget and "survey" in values:
            values["survey"].pop("asked_at")
        session = Session.from_json(values)
        noted += [effect.response.hasty for effect in turn.effects if isinstance(effect, KeepResponse)]
    return noted


@pytest.mark.parametrize(("seconds", "hasty"), [(0, True), (2.9, True), (3, False), (40, False), (86_400, False)])
def test_the_time_runs_from_the_question_not_from_the_notice(seconds: float, hasty: bool) -> None:
    """Reading the notice for ten minutes and then tapping at once is hasty all the same."""
    assert rated(seconds) == [hasty]


def test_a_session_from_before_times_were_kept_is_not_hasty() -> None:
    """What is not known is not held against anybody."""
    assert rated(0, forget=True) == [False]
