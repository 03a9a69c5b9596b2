"""Which responses make a case: a counted answer of 1 or 2 with a comment or a reason, finished or not."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from surveys.answers import Answer
from surveys.cases import CONTACT_KEPT, Case, case_of, may_take_back
from surveys.questionnaire import Questionnaire, parse, shipped
from surveys.responses import Response

DAY = date(2026, 11, 20)
SHIPPED = shipped()
LONG = parse(
    """
code = "dai"
version = 1
title.vi = "Dài"
notice.vi = "Tự nguyện."
thanks.vi = "Cảm ơn."
[scale]
vi = ["1", "2", "3", "4", "5"]
[[page]]
question = [
  { id = "place", kind = "text", required = true, limit = 100, text.vi = "Thủ tục" },
  { id = "staff", kind = "scale", counted = true, text.vi = "Cán bộ" },
  { id = "rooms", kind = "scale", text.vi = "Phòng chờ" },
]
[[page]]
question = [
  { id = "why", kind = "text", limit = 100, text.vi = "Vì sao", when = { question = "staff", most = 2 } },
]
[[page]]
question = [
  { id = "result", kind = "scale", counted = true, text.vi = "Kết quả" },
  { id = "more", kind = "text", limit = 100, text.vi = "Góp ý" },
]
""",
    "dai.toml",
)


REASONS = parse(
    """
code = "ly_do"
version = 1
title.vi = "Lý do"
notice.vi = "Tự nguyện."
thanks.vi = "Cảm ơn."
[scale]
vi = ["1", "2", "3", "4", "5"]
[[page]]
question = [
  { id = "kind", kind = "single", text.vi = "Việc gì", option = [ { value = "copy", label.vi = "Sao y" } ] },
  { id = "staff", kind = "scale", counted = true, text.vi = "Cán bộ" },
]
[[page]]
[[page.question]]
id = "why"
kind = "single"
required = true
text.vi = "Vì sao"
when = { question = "staff", most = 3 }
option = [ { value = "slow", label.vi = "Chậm" }, { value = "rude", label.vi = "Gắt" } ]
[[page.question]]
id = "later"
kind = "multiple"
text.vi = "Lúc nào"
when = { question = "kind", is = ["copy"] }
option = [ { value = "a", label.vi = "Sáng" }, { value = "b", label.vi = "Chiều" } ]
""",
    "ly_do.toml",
)


@pytest.mark.parametrize(
    ("form", "answers", "reasons"),
    [
        (SHIPPED["nhanh"], {"overall": 2, "reasons": ("wait", "other")}, ("nhanh.reasons.wait", "nhanh.reasons.other")),
        (SHIPPED["nhanh"], {"overall": 1, "reasons": ("wait",), "comment": "Gắt"}, ("nhanh.reasons.wait",)),
        (REASONS, {"kind": "copy", "staff": 1, "why": "rude", "later": ("b",)}, ("ly_do.why.rude",)),
    ],
)
def test_a_low_rating_with_a_reason_alone_makes_a_case(
    form: Questionnaire, answers: dict[str, Answer], reasons: tuple[str, ...]
) -> None:
    """What was ticked of the questions that ask for reasons, one option or several, with words or without."""
    case = made(form, answers)
    assert case is not None
    assert (case.reasons, case.comment) == (reasons, answers.get("comment", ""))


def made(form: Questionnaire, answers: dict[str, Answer], *, complete: bool = True) -> Case | None:
    """The case of a response with some answers."""
    return case_of(
        form,
        Response(
            "ab" * 16, "sa-dec", "quay2", form.code, 1, form.digest, "web", DAY, complete=complete, answers=answers
        ),
        DAY + timedelta(days=1),
    )


@pytest.mark.parametrize("complete", [True, False])
@pytest.mark.parametrize(
    ("form", "answers", "level", "comment"),
    [
        (SHIPPED["nhanh"], {"overall": 1, "comment": "Chờ lâu"}, 1, "Chờ lâu"),
        (SHIPPED["nhanh"], {"overall": 2, "reasons": ("wait",), "comment": "Chờ lâu"}, 2, "Chờ lâu"),
        (LONG, {"place": "Khai sinh", "staff": 2, "why": "Gắt"}, 2, "Gắt"),
        (LONG, {"place": "Khai sinh", "staff": 4, "result": 1, "more": "Sai tên"}, 1, "Sai tên"),
        (LONG, {"staff": 2, "why": "Gắt", "result": 1, "more": "Sai tên"}, 1, "Gắt\nSai tên"),
    ],
)
def test_a_low_rating_with_a_comment_makes_a_case(
    form: Questionnaire, answers: dict[str, Answer], level: int, comment: str, complete: bool
) -> None:
    """The lowest counted level and all comments; on the response's day, changed on the day it is noticed."""
    case = made(form, answers, complete=complete)
    assert case is not None
    assert replace(case, reasons=()) == Case(
        0, "sa-dec", "quay2", DAY, level, comment, "ab" * 16, DAY + timedelta(days=1), "open", "", ""
    )


@pytest.mark.parametrize(
    ("form", "answers"),
    [
        (SHIPPED["nhanh"], {}),
        (SHIPPED["nhanh"], {"overall": 1}),
        (SHIPPED["nhanh"], {"overall": 3, "reasons": ("wait",)}),
        (REASONS, {"staff": 1, "kind": "copy"}),
        (REASONS, {"staff": 1, "later": ("b",)}),
        (SHIPPED["nhanh"], {"overall": 3, "comment": "Chờ lâu"}),
        (SHIPPED["nhanh"], {"overall": 5, "waiting": 1, "comment": "Chờ lâu"}),
        (SHIPPED["nhanh"], {"comment": "Chờ lâu"}),
        (SHIPPED["phuong9"], {"field": "Hộ tịch", "q_1": 1}),
        (LONG, {"place": "Khai sinh", "staff": 1}),
        (LONG, {"place": "Khai sinh", "staff": 3, "rooms": 1, "more": "Nóng"}),
    ],
)
def test_other_responses_make_none(form: Questionnaire, answers: dict[str, Answer]) -> None:
    """Without a comment, without a counted answer of 1 or 2, or with a required text alone, which is a fact."""
    assert made(form, answers) is None


@pytest.mark.parametrize(
    ("form", "answers", "expected"),
    [
        (SHIPPED["nhanh"], {"overall": 5}, True),
        (SHIPPED["nhanh"], {"overall": 2}, True),
        (SHIPPED["phuong9"], {"q_1": 1}, False),
        (SHIPPED["nhanh"], {"overall": 5, "comment": "Chờ lâu"}, True),
        (LONG, {"staff": 1}, False),
        (LONG, {"staff": 4}, True),
        (LONG, {"staff": 1, "more": "Nóng"}, True),
    ],
)
def test_only_answers_that_may_correct_a_complaint_need_a_look(
    form: Questionnaire, answers: dict[str, Answer], expected: bool
) -> None:
    """A comment is there, or one is no longer asked for; a form that asks for reasons may have had one ticked."""
    assert may_take_back(form, answers) is expected


@pytest.mark.parametrize(
    ("days", "person", "state", "expected"),
    [
        (0, "77", "open", True),
        (6, "77", "open", True),
        (6, "77", "passed_on", True),
        (CONTACT_KEPT.days, "77", "open", False),
        (0, "", "open", False),
        (0, "77", "handled", False),
    ],
)
def test_a_citizen_can_be_written_to_for_seven_days(days: int, person: str, state: str, expected: bool) -> None:
    """Only one who agreed, and only while the case is unfinished."""
    case = Case(1, "sa-dec", "quay2", DAY, 1, "Chờ", "ab", DAY, state, "telegram", person)  # type: ignore[arg-type]
    assert case.reachable(DAY + timedelta(days=days)) is expected
