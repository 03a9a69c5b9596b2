"""A session is JSON between two messages: whatever state a survey is in, it comes back equal."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.session import Running, Session

RESPONSE = "0123456789abcdef0123456789abcdef"
OPEN = Running(RESPONSE, "telegram", "sadec", "quay1", "nhanh", 1)
STATES = {
    "no survey": None,
    "the notice is shown": OPEN,
    "agreed": replace(OPEN, agreed=True),
    "a level given": replace(OPEN, agreed=True, answers={"overall": 2}),
    "choices ticked, not sent": replace(OPEN, agreed=True, answers={"overall": 2}, chosen=("wait", "papers")),
    "choices sent": replace(OPEN, agreed=True, answers={"overall": 2, "reasons": ("wait", "papers")}),
    "questions skipped": replace(OPEN, agreed=True, answers={"overall": 5}, passed=("attitude", "guidance")),
    "text given": replace(OPEN, agreed=True, answers={"overall": 5, "comment": "Cán bộ “nhiệt tình”\n😀"}),
    "the ward form": replace(
        OPEN,
        form="phuong9",
        version=12,
        agreed=True,
        answers={"field": "Hộ tịch", **{f"q_{n}": 1 + n % 5 for n in range(1, 10)}, "age": "over_60"},
        passed=("gender",),
    ),
}
ANSWERS = st.one_of(
    st.integers(1, 5), st.text(max_size=20), st.lists(st.text(max_size=8), min_size=1, max_size=3).map(tuple)
)
NAMES = st.lists(st.text(max_size=8), max_size=3).map(tuple)
RUNNING = st.builds(
    Running,
    response=st.text("0123456789abcdef", min_size=32, max_size=32),
    source=st.sampled_from(["webchat", "telegram", "zalo", "console"]),
    unit=st.text(max_size=8),
    counter=st.text(max_size=8),
    form=st.sampled_from(["nhanh", "phuong9"]),
    version=st.integers(1, 99),
    agreed=st.booleans(),
    answers=st.dictionaries(st.text(max_size=8), ANSWERS, max_size=5),
    passed=NAMES,
    chosen=NAMES,
)
SESSIONS = st.builds(
    Session,
    unit=st.text(max_size=8),
    language=st.sampled_from(["vi", "en"]),
    greeted=st.booleans(),
    offered=st.lists(st.tuples(st.text(max_size=8), st.text(max_size=8)), max_size=4).map(tuple),
    topic=st.text(max_size=8),
    survey=st.none() | RUNNING,
    contact=st.just(()) | st.tuples(st.text(max_size=8), st.text(max_size=8)),
)


def through_json(session: Session) -> Session:
    """What a session is after it was stored as text and loaded."""
    return Session.from_json(json.loads(json.dumps(session.to_json())))


@pytest.mark.parametrize("survey", STATES.values(), ids=STATES)
def test_a_session_survives_json_in_every_state_of_a_survey(survey: Running | None) -> None:
    """Whatever a person was in the middle of goes on after a restart."""
    session = Session(
        "sadec", "en", True, (("s:01234567:overall:5", "5 Rất hài lòng"), ("ask", "Hỏi")), "1.001193", survey
    )
    again = through_json(session)
    assert again == session
    assert through_json(again) == session


@given(SESSIONS)
def test_any_session_survives_json(session: Session) -> None:
    """No text, number or list changes its kind on the way."""
    again = through_json(session)
    assert again == session
    assert repr(again) == repr(session)


def test_answers_come_back_in_the_kinds_the_core_compares() -> None:
    """A level is a number, several choices are a tuple, as the answer rules give them."""
    again = through_json(Session(survey=STATES["choices sent"]))
    assert again.survey is not None
    assert again.survey.answers == {"overall": 2, "reasons": ("wait", "papers")}
    assert [type(answer) for answer in again.survey.answers.values()] == [int, tuple]
    assert again.offered == ()


def test_answers_keep_their_order() -> None:
    """The order in which a person answered is the order after loading."""
    answers = {"waiting": 3, "overall": 4, "attitude": 5}
    again = through_json(Session(survey=replace(OPEN, answers=answers)))
    assert again.survey is not None
    assert list(again.survey.answers) == ["waiting", "overall", "attitude"]


def test_a_session_is_stored_without_a_survey_it_does_not_have() -> None:
    """Most sessions are five short values."""
    assert Session("sadec").to_json() == {
        "unit": "sadec",
        "language": "vi",
        "greeted": False,
        "offered": [],
        "topic": "",
    }


def test_a_survey_is_known_by_the_start_of_its_response_id() -> None:
    """Its buttons carry eight characters, the same before and after storing."""
    session = Session(survey=OPEN)
    assert OPEN.key == "01234567"
    survey = through_json(session).survey
    assert survey is not None
    assert survey.key == OPEN.key
    assert survey.response == RESPONSE


def test_a_fresh_session_speaks_vietnamese_and_knows_nothing() -> None:
    """The first message of a stranger starts here."""
    assert Session() == Session(unit="", language="vi", greeted=False, offered=(), topic="", survey=None)
