"""What a sent page comes to, decided without a server, a store or a clock."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from surveys.answers import Answers, Problem
from surveys.filling import NOTHING, Ask, Refuse, Sent, Store, decide, first_open, page_number, tapped
from surveys.questionnaire import parse
from surveys.responses import Origin, Response

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
FORM = parse(
    """
code = "thu"
version = 3
title = "Thử"
notice = "Xin chào"
thanks = "Cảm ơn"
[scale]
vi = ["rất kém", "kém", "thường", "tốt", "rất tốt"]
[[page]]
[[page.question]]
id = "overall"
kind = "scale"
text = "Chung?"
required = true
counted = true
[[page]]
[[page.question]]
id = "why"
kind = "multiple"
text = "Vì sao?"
limit = 1
when = { question = "overall", least = 1, most = 2 }
option = [{ value = "wait", label = "Chờ" }, { value = "rude", label = "Thái độ" }]
[[page]]
[[page.question]]
id = "comment"
kind = "text"
text = "Ý kiến"
limit = 10
""",
    "thu.toml",
)
IDENTIFIER = "ab" * 16


def stored(answers: Answers, **changes: Any) -> Response:
    """A form that was begun."""
    response = Response.to(FORM, Origin("sa-dec", "quay1"), IDENTIFIER, "web", NOW.date(), answers=answers)
    return replace(response, **changes)


def sent(**changes: Any) -> Sent:
    """A page as a browser sends it."""
    return Sent(**{"identifier": IDENTIFIER, "given": {}, **changes})


LOW, HIGH = {"overall": ["2"]}, {"overall": ["5"]}


@pytest.mark.parametrize(
    ("before", "page", "outcome"),
    [
        (None, sent(given=LOW), Store({"overall": 2}, frozenset(), 1)),
        (None, sent(given=HIGH), Store({"overall": 5}, frozenset(), 2)),
        (None, sent(given={}), Ask(0, {}, {"overall": Problem("required")})),
        (None, sent(given={"overall": ["9"]}), Ask(0, {}, {"overall": Problem("scale")})),
        (
            stored({"overall": 2}),
            sent(given={"why": ["wait", "rude"]}, page=1),
            Ask(1, {"overall": 2, "why": ("wait", "rude")}, {"why": Problem("too_many", 1)}),
        ),
        (
            stored({"overall": 5}),
            sent(given={"comment": ["x" * 11]}, page=2),
            Ask(2, {"overall": 5, "comment": "x" * 11}, {"comment": Problem("too_long", 10)}),
        ),
        (stored({"overall": 5}), sent(page=2), Store({}, frozenset({"comment"}), None)),
        (
            stored({"overall": 5}),
            sent(given={"comment": ["Tốt"]}, page=2),
            Store({"comment": "Tốt"}, frozenset(), None),
        ),
        (stored({"overall": 2}), sent(page=2, button="back"), Store({}, frozenset({"comment"}), 1)),
        (stored({"overall": 5}), sent(page=2, button="back"), Store({}, frozenset({"comment"}), 0)),
        (stored({"overall": 2}), sent(page=1, button="send"), Store({}, frozenset({"why"}), None)),
        (None, sent(page=2, button="send"), Store({}, frozenset({"comment"}), 0)),
        (None, sent(given=HIGH, shown_at=NOW - timedelta(seconds=1)), Store({"overall": 5}, frozenset(), 2, True)),
        (None, sent(given=HIGH, shown_at=NOW - timedelta(minutes=1)), Store({"overall": 5}, frozenset(), 2, False)),
    ],
)
def test_a_page_is_stored_or_asked_again(before: Response | None, page: Sent, outcome: Ask | Store) -> None:
    """Answers lead to the next page that asks something; a mistake shows the page with all that was given."""
    assert decide(FORM, before, page, NOW) == outcome


@pytest.mark.parametrize(
    ("before", "page", "reason"),
    [
        (None, sent(identifier=""), "expired"),
        (stored({"overall": 5}, complete=True), sent(given=LOW), "complete"),
        (stored({"overall": 5}, version=2), sent(given=LOW), "changed"),
        (stored({"overall": 5}, form="khac"), sent(given=LOW), "changed"),
        (None, sent(given=LOW, closed=True), "late"),
        (None, sent(given=LOW, closed=True, shown_at=NOW - timedelta(hours=25)), "late"),
        (stored({"overall": 5}, day=NOW.date() - timedelta(days=1)), sent(page=2, closed=True), "late"),
    ],
)
def test_a_page_is_refused(before: Response | None, page: Sent, reason: str) -> None:
    """Each reason by its name, so that it can be said truly."""
    assert decide(FORM, before, page, NOW) == Refuse(reason)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("before", "page"),
    [
        (None, sent(given=LOW, closed=True, shown_at=NOW - timedelta(hours=23))),
        (stored({"overall": 5}), sent(page=2, closed=True)),
    ],
)
def test_a_counter_that_closed_takes_what_was_begun(before: Response | None, page: Sent) -> None:
    """A form that was open on a screen when its counter closed is stored for a day."""
    assert isinstance(decide(FORM, before, page, NOW), Store)


def test_a_form_without_any_answer_is_not_sent_off() -> None:
    """Where nothing has to be answered, nothing at all is still no form."""
    (overall,) = FORM.pages[0].questions
    form = replace(FORM, pages=(replace(FORM.pages[0], questions=(replace(overall, required=False),)),))
    assert decide(form, None, sent(), NOW) == Ask(0, {}, {"": NOTHING})


@pytest.mark.parametrize(
    ("answers", "page"), [({}, 0), ({"overall": 1}, 1), ({"overall": 4}, 2), ({"overall": 4, "comment": "a"}, 2)]
)
def test_a_form_is_gone_on_with_where_it_was_left(answers: Answers, page: int) -> None:
    """The first page with an open question, or the last."""
    assert first_open(FORM, answers) == page


@pytest.mark.parametrize(("text", "page"), [("", 0), ("1", 1), ("99", 2), ("-1", 0), ("x", 0), ("9" * 50, 0)])
def test_a_page_number_lies_within_the_form(text: str, page: int) -> None:
    """Whatever an address says."""
    assert page_number(FORM, text) == page


def test_a_tap_keeps_the_page_and_asks_for_nothing_that_is_required() -> None:
    """What was tapped is stored and the same page follows; nothing tapped of a new form makes no form."""
    tap = sent(given={"overall": ["4"]}, button="stay")
    assert decide(FORM, None, tap, NOW) == Store({"overall": 4}, following=0)
    assert decide(FORM, None, sent(button="stay"), NOW) == Ask(0, {}, {"": NOTHING})
    assert decide(FORM, stored({"overall": 4}), sent(button="stay"), NOW) == Store({}, frozenset({"overall"}), 0)


@pytest.mark.parametrize(
    ("page", "before", "tap", "after"),
    [
        (0, [], "overall:4", ["4"]),
        (0, ["2"], "overall:4", ["4"]),
        (0, ["4"], "overall:4", []),
        (1, ["wait"], "why:rude", ["wait", "rude"]),
        (1, ["wait", "rude"], "why:wait", ["rude"]),
    ],
)
def test_a_tap_chooses_or_takes_back(page: int, before: list[str], tap: str, after: list[str]) -> None:
    """Of a scale one level at most, of options each by itself; other fields and pages stay as they are."""
    code = tap.partition(":")[0]
    given = {code: before, "comment": ["x"]}
    assert tapped(FORM.pages[page], given, tap) == {code: after, "comment": ["x"]}
    assert tapped(FORM.pages[2], given, tap) == given
