"""A typed paper ballot: which slip it is, what its answers are, and every reason against it at once."""

from dataclasses import replace
from datetime import date

import pytest

from handlers.paper.ballot import (
    ASSISTED,
    DAY,
    SLIP,
    Ballot,
    Fault,
    Register,
    given,
    read_answers,
    read_ballot,
    read_day,
)
from surveys.questionnaire import Questionnaire
from surveys.slips import fresh
from tests.handlers.ballot_samples import CHANCE, FORM, OPEN, REVOKED, ROUND, STARTED, TODAY, USED

REGISTER = Register.of([OPEN, USED, REVOKED, STARTED])
FOREIGN = fresh(CHANCE.choice)


@pytest.mark.parametrize(
    ("question", "typed", "values"),
    [
        ("overall", "4", ["4"]),
        ("overall", "hài lòng", ["4"]),
        ("overall", "RAT HAI LONG", ["5"]),
        ("overall", "4.5", ["4.5"]),
        ("why", "1", ["wait"]),
        ("why", "3, 1", ["other", "wait"]),
        ("why", "1;1", ["wait"]),
        ("why", "papers,Chờ lâu", ["papers", "wait"]),
        ("why", "Chờ lâu, Giấy tờ, biểu mẫu, Khác", ["wait", "papers", "other"]),
        ("why", "Chờ lâu, ồn", ["wait", " ồn"]),
        ("age", "Từ 60, trở lên", ["old"]),
        ("age", "2", ["old"]),
        ("comment", "1, 2", ["1, 2"]),
        ("comment", "", [""]),
    ],
)
def test_what_is_typed_names_options_by_number_label_or_value(question: str, typed: str, values: list[str]) -> None:
    """Whoever types writes what is quickest; labels that hold a comma stay whole."""
    assert given(FORM.questions[question], typed) == values


@pytest.mark.parametrize(
    ("typed", "answers", "left_out", "faults"),
    [
        ({"overall": "5"}, {"overall": 5}, (), []),
        ({"overall": "1", "why": "1,3"}, {"overall": 1, "why": ("wait", "other")}, (), []),
        ({"overall": "4", "why": "1"}, {"overall": 4}, ("why",), []),
        ({"overall": "4", "comment": "gọi 0912345678"}, {"overall": 4, "comment": "gọi •••"}, (), []),
        ({}, {}, (), [("overall", "required")]),
        ({"overall": "6"}, {}, (), [("overall", "scale")]),
        ({"overall": "0", "age": "3"}, {}, (), [("overall", "scale"), ("age", "single")]),
        ({"overall": "1", "why": "1,9"}, {"overall": 1}, (), [("why", "multiple")]),
        ({"overall": "1", "why": "1,2,3"}, {"overall": 1}, (), [("why", "too_many")]),
        ({"overall": "3", "comment": "a" * 41}, {"overall": 3}, (), [("comment", "too_long")]),
    ],
)
def test_answers_follow_the_rules_of_the_form(
    typed: dict[str, str], answers: dict[str, object], left_out: tuple[str, ...], faults: list[tuple[str, str]]
) -> None:
    """The same rules as in chat and on the web; what was answered without need is named, not lost in silence."""
    read = read_answers(FORM, typed)
    assert read[:2] == (answers, left_out)
    assert [(fault.place, fault.key) for fault in read[2]] == [(q, f"paper.problem.{key}") for q, key in faults]


def test_a_ballot_without_any_answer_is_refused() -> None:
    """Where nothing is required an empty ballot is still no answer."""
    free = tuple(
        replace(page, questions=tuple(replace(question, required=False) for question in page.questions))
        for page in FORM.pages
    )
    form = Questionnaire("thu", 1, {}, {}, {}, free, "0" * 64, "")
    answers, _, faults = read_answers(form, {"comment": "   "})
    assert (answers, [fault.key for fault in faults]) == ({}, ["paper.problem.blank"])


@pytest.mark.parametrize(
    ("typed", "key", "named"),
    [
        ("", "no_slip", ""),
        ("9", "unknown", "9"),
        (FOREIGN, "unknown", FOREIGN),
        ("12a", "unreadable", "12a"),
        (OPEN.code[:-1] + ("2" if OPEN.code[-1] != "2" else "3"), "unreadable", ""),
        ("9" * 5000, "unknown", "999"),
        ("-1", "unreadable", "-1"),
        ("2", "used", "002"),
        ("003", "revoked", "003"),
        (STARTED.code, "begun", "004"),
    ],
)
def test_a_slip_that_cannot_be_taken_says_why(typed: str, key: str, named: str) -> None:
    """Unknown, mistyped, used, revoked and begun slips are told apart, and named by their number."""
    found = REGISTER.find(typed)
    assert isinstance(found, Fault)
    assert (found.place, found.key) == (SLIP, f"paper.problem.{key}")
    assert named in found.said()
    assert len(found.said()) < 200


@pytest.mark.parametrize("typed", ["1", "001", " 1 ", OPEN.code, OPEN.code.lower(), f"{OPEN.code[:5]}-{OPEN.code[5:]}"])
def test_a_slip_is_found_by_its_number_or_code(typed: str) -> None:
    """As printed, without leading zeros, in any case."""
    assert REGISTER.find(typed) == OPEN


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("", TODAY),
        ("2026-11-19", date(2026, 11, 19)),
        ("1/10/2026", date(2026, 10, 1)),
        ("01.11.2026", date(2026, 11, 1)),
        ("20-11-2026", TODAY),
        ("2026-11-21", "paper.problem.day"),
        ("30/09/2026", "paper.problem.day"),
        ("31/02/2026", "paper.problem.date"),
        ("hôm qua", "paper.problem.date"),
    ],
)
def test_the_day_lies_in_the_round_and_not_ahead(typed: str, day: date | str) -> None:
    """Days are written as people do in Vietnam; without one it is today."""
    read = read_day(ROUND, typed, TODAY)
    assert (read.key if isinstance(read, Fault) else read) == day


@pytest.mark.parametrize(
    ("today", "key"),
    [(date(2027, 1, 5), "paper.problem.day"), (date(2026, 9, 1), "paper.problem.early")],
)
def test_without_a_day_a_round_that_is_over_or_not_begun_takes_nothing(today: date, key: str) -> None:
    """Ballots of a quarter are typed in after its end with the day they were filled in."""
    read = read_day(ROUND, "", today)
    assert isinstance(read, Fault)
    assert read.key == key
    assert isinstance(read_day(ROUND, "31/12/2026", date(2027, 1, 5)), date)


@pytest.mark.parametrize(("typed", "assisted"), [("", False), ("không", False), ("x", True), ("Có", True), ("1", True)])
def test_a_ballot_becomes_a_response_without_its_slip(typed: str, assisted: bool) -> None:
    """Unit, round and occasion come along; number and code stay behind; help decides the stratum."""
    read = read_ballot(FORM, ROUND, REGISTER, {SLIP: "1", "overall": "4", ASSISTED: typed}, TODAY)
    assert isinstance(read, Ballot)
    response = read.response("f" * 32, ROUND, FORM)
    assert (response.unit, response.round, response.occasion, response.source) == (
        "sa-dec",
        "Quý 4",
        "refused",
        "paper",
    )
    assert response.day == TODAY
    assert response.complete
    assert response.assisted == assisted
    assert response.stratum == ("assisted" if assisted else "slip")
    assert OPEN.code not in repr(response)


def test_all_that_is_wrong_is_told_at_once() -> None:
    """Nobody corrects one field after the other."""
    read = read_ballot(FORM, ROUND, REGISTER, {SLIP: "2", DAY: "mai", ASSISTED: "?", "overall": "7"}, TODAY)
    assert isinstance(read, list)
    assert [fault.place for fault in read] == [SLIP, DAY, ASSISTED, "overall"]
