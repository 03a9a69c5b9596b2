"""Answers are accepted or refused by the kind of question; conditions decide what is asked and what is kept."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.answers import Answer, Problem, accept, applies, kept, next_question
from surveys.questionnaire import Condition, Option, Question, Questionnaire, parse, shipped

FORMS = shipped()
SCALE = Question(
    "overall",
    "scale",
    {"vi": "Thế nào?"},
    required=True,
    options=tuple(Option(str(n), {"vi": "x"}) for n in range(1, 6)),
)
SINGLE = Question(
    "age", "single", {"vi": "Tuổi"}, options=(Option("18_24", {"vi": "a"}), Option("over_60", {"vi": "b"}))
)
MULTIPLE = Question(
    "reasons",
    "multiple",
    {"vi": "Điều gì?"},
    options=tuple(Option(value, {"vi": value}) for value in ("wait", "attitude", "papers")),
    limit=2,
)
TEXT = Question("comment", "text", {"vi": "Ý kiến"}, limit=20)
BY_KIND = {"scale": SCALE, "single": SINGLE, "multiple": MULTIPLE, "text": TEXT}


@pytest.mark.parametrize(
    ("kind", "given_", "answer"),
    [
        ("scale", ["1"], 1),
        ("scale", [" 5 "], 5),
        ("scale", ["", "3"], 3),
        ("single", ["over_60"], "over_60"),
        ("single", [" 18_24\n"], "18_24"),
        ("multiple", ["wait"], ("wait",)),
        ("multiple", ["papers", "wait"], ("wait", "papers")),
        ("multiple", ["wait", "wait"], ("wait",)),
        ("multiple", ["", "attitude", " "], ("attitude",)),
        ("text", ["Chờ lâu"], "Chờ lâu"),
        ("text", ["  Chờ lâu \n"], "Chờ lâu"),
        ("text", ["Chờ lâu", "và nóng"], "Chờ lâu\nvà nóng"),
        ("text", ["a" * 20], "a" * 20),
        ("text", ["gọi 0912345678"], "gọi •••"),
        ("text", ["<b>&\"'"], "<b>&\"'"),
    ],
)
def test_an_answer_of_the_right_kind_is_accepted(kind: str, given_: list[str], answer: Answer) -> None:
    """Levels become numbers, choices keep the form's order, texts lose what identifies a person."""
    accepted = accept(BY_KIND[kind], given_)
    assert accepted == answer
    assert type(accepted) is type(answer)


@pytest.mark.parametrize(
    ("kind", "given_", "problem"),
    [
        ("scale", ["0"], Problem("scale")),
        ("scale", ["6"], Problem("scale")),
        ("scale", ["-1"], Problem("scale")),
        ("scale", ["4.0"], Problem("scale")),
        ("scale", ["05"], Problem("scale")),
        ("scale", ["５"], Problem("scale")),
        ("scale", ["hài lòng"], Problem("scale")),
        ("scale", ["4", "5"], Problem("scale")),
        ("scale", [], Problem("required")),
        ("scale", ["", " \n"], Problem("required")),
        ("single", ["60"], Problem("single")),
        ("single", ["18_24", "over_60"], Problem("single")),
        ("single", ["18_2"], Problem("single")),
        ("multiple", ["nothing"], Problem("multiple")),
        ("multiple", ["wait", "nothing"], Problem("multiple")),
        ("multiple", ["wait", "attitude", "papers"], Problem("too_many", 2)),
        ("text", ["a" * 21], Problem("too_long", 20)),
        ("text", ["a" * 10, "b" * 10], Problem("too_long", 20)),
    ],
)
def test_an_answer_of_the_wrong_kind_is_refused_with_the_reason(kind: str, given_: list[str], problem: Problem) -> None:
    """A refusal is a value that names a text and its number, never an exception."""
    assert accept(BY_KIND[kind], given_) == problem


@pytest.mark.parametrize("question", [SINGLE, MULTIPLE, TEXT], ids=lambda question: question.kind)
@pytest.mark.parametrize("left_open", [[], [""], ["  ", "\n"]])
def test_an_optional_question_may_be_left_open(question: Question, left_open: list[str]) -> None:
    """Nothing given to an optional question is no answer and no problem."""
    assert accept(question, left_open) is None


def test_an_accepted_text_holds_nothing_that_a_database_refuses() -> None:
    """PostgreSQL takes no zero character in a text; one in a form field must not cost the answer."""
    assert "\x00" not in str(accept(TEXT, ["Chờ\x00 lâu"]))


@given(st.sampled_from(list(BY_KIND)), st.lists(st.text(max_size=30) | st.sampled_from("12345"), max_size=4))
def test_anything_given_ends_in_an_answer_a_problem_or_none(kind: str, given_: list[str]) -> None:
    """No input from a person raises, and what is accepted belongs to the question."""
    question = BY_KIND[kind]
    answer = accept(question, given_)
    known = {option.value for option in question.options}
    if isinstance(answer, Problem):
        assert answer.key in {"required", "too_many", "too_long", kind}
    elif isinstance(answer, tuple):
        assert 0 < len(answer) <= question.limit
        assert set(answer) <= known
    elif isinstance(answer, int):
        assert str(answer) in known
    elif answer is not None and kind == "single":
        assert answer in known


@given(
    st.sampled_from(list(BY_KIND)), st.lists(st.sampled_from(["1", "5", "wait", "papers", "18_24", "Chờ"]), max_size=3)
)
def test_an_accepted_answer_given_again_is_accepted_as_the_same(kind: str, given_: list[str]) -> None:
    """Going back on the web page sends the stored answer once more; it stays what it was."""
    answer = accept(BY_KIND[kind], given_)
    if answer is not None and not isinstance(answer, Problem):
        again = [str(answer)] if isinstance(answer, int | str) else list(answer)
        assert accept(BY_KIND[kind], again) == answer


@pytest.mark.parametrize(
    ("when", "answers", "asked"),
    [
        (None, {}, True),
        (Condition("overall", 1, 2), {}, False),
        (Condition("overall", 1, 2), {"overall": 1}, True),
        (Condition("overall", 1, 2), {"overall": 2}, True),
        (Condition("overall", 1, 2), {"overall": 3}, False),
        (Condition("overall", 3, 5), {"overall": 3}, True),
        (Condition("overall", 3, 5), {"overall": 2}, False),
        (Condition("overall", 1, 5), {"other": 4}, False),
        (Condition("overall", 1, 5), {"overall": "4"}, False),
        (Condition("overall", among=("1", "5")), {"overall": 5}, True),
        (Condition("overall", among=("1", "5")), {"overall": 4}, False),
        (Condition("age", among=("over_60",)), {"age": "over_60"}, True),
        (Condition("age", among=("over_60",)), {"age": "18_24"}, False),
        (Condition("age", among=("over_60",)), {}, False),
        (Condition("reasons", among=("wait", "papers")), {"reasons": ("attitude", "papers")}, True),
        (Condition("reasons", among=("wait", "papers")), {"reasons": ("attitude",)}, False),
    ],
)
def test_a_condition_includes_both_of_its_levels_and_each_of_its_options(
    when: Condition | None, answers: dict[str, Answer], asked: bool
) -> None:
    """A follow-up is asked inside the levels and not before its question was answered."""
    assert applies(Question("x", "text", {"vi": "x"}, limit=9, when=when), answers) is asked


def some_answer(question: Question, level: int) -> Answer:
    """Return an answer that the question accepts; scales get the level."""
    if question.kind == "scale":
        return level
    if question.kind == "text":
        return "Không có"
    first = question.options[0].value
    return first if question.kind == "single" else (first,)


def walk(form: Questionnaire, levels: dict[str, int], skipping: bool = False) -> list[str]:
    """Answer a form to its end; returns the questions in the order they were asked."""
    answers: dict[str, Answer] = {}
    passed: list[str] = []
    asked: list[str] = []
    while question := next_question(form, answers, passed):
        assert question.id not in asked
        asked.append(question.id)
        if skipping and not question.required:
            passed.append(question.id)
        else:
            answers[question.id] = some_answer(question, levels.get(question.id, 3))
    return asked


def decisive(form: Questionnaire) -> list[str]:
    """The questions that conditions look at."""
    return sorted({question.when.question for question in form.questions.values() if question.when})


@pytest.mark.parametrize("code", sorted(FORMS))
def test_every_question_of_a_shipped_form_is_reached_by_some_answers(code: str) -> None:
    """No question waits for levels that nobody can give."""
    form = FORMS[code]
    reached: set[str] = set()
    for levels in itertools.product(range(1, 6), repeat=len(decisive(form))):
        reached.update(walk(form, dict(zip(decisive(form), levels, strict=True))))
    assert reached == set(form.questions)


@pytest.mark.parametrize("code", sorted(FORMS))
@pytest.mark.parametrize("level", range(1, 6))
def test_a_walk_asks_what_applies_in_the_order_of_the_form(code: str, level: int) -> None:
    """With every scale on one level, exactly the questions whose conditions hold are asked, in order."""
    form = FORMS[code]
    expected = [q.id for q in form.questions.values() if q.when is None or q.when.least <= level <= q.when.most]
    assert walk(form, dict.fromkeys(form.questions, level)) == expected


@pytest.mark.parametrize(
    ("level", "asked"),
    [
        (1, ["overall", "reasons", "comment"]),
        (2, ["overall", "reasons", "comment"]),
        (3, ["overall", "attitude", "guidance", "waiting", "comment"]),
        (5, ["overall", "attitude", "guidance", "waiting", "comment"]),
    ],
)
def test_the_short_form_asks_the_dissatisfied_for_reasons_and_others_for_details(level: int, asked: list[str]) -> None:
    """The path written out by hand."""
    assert walk(FORMS["nhanh"], {"overall": level}) == asked


@pytest.mark.parametrize("code", sorted(FORMS))
def test_somebody_who_skips_all_that_may_be_skipped_still_answers_what_is_required(code: str) -> None:
    """Skipping never ends a form before its required questions, and never asks twice."""
    form = FORMS[code]
    asked = walk(form, {}, skipping=True)
    assert {q.id for q in form.questions.values() if q.required} <= set(asked)


def test_a_form_that_is_answered_has_no_next_question() -> None:
    """The end is None."""
    form = FORMS["nhanh"]
    assert next_question(form, {"overall": 2, "reasons": ("wait",), "comment": "Chờ lâu"}, ()) is None
    assert next_question(form, {"overall": 2}, ("reasons", "comment")) is None


CHAIN = parse(
    """
code = "chuoi"
version = 1
title = "Chuỗi"
notice = "Thông báo"
thanks = "Cảm ơn"
[scale]
vi = ["1", "2", "3", "4", "5"]
[[page]]
[[page.question]]
id = "first"
kind = "scale"
counted = true
text = "Một"
[[page]]
[[page.question]]
id = "second"
kind = "scale"
when = { question = "first", most = 2 }
text = "Hai"
[[page]]
[[page.question]]
id = "third"
kind = "text"
limit = 99
when = { question = "second", most = 2 }
text = "Ba"
""",
    "chuoi.toml",
)


@pytest.mark.parametrize(
    ("answers", "left"),
    [
        ({"first": 1, "second": 2, "third": "Chờ"}, {"first": 1, "second": 2, "third": "Chờ"}),
        ({"first": 5, "second": 2, "third": "Chờ"}, {"first": 5}),
        ({"first": 1, "second": 4, "third": "Chờ"}, {"first": 1, "second": 4}),
        ({"second": 2, "third": "Chờ"}, {}),
        ({"third": "Chờ", "second": 1, "first": 2}, {"first": 2, "second": 1, "third": "Chờ"}),
        ({"first": 3, "unknown": 5}, {"first": 3}),
        ({}, {}),
    ],
)
def test_a_changed_answer_takes_its_follow_ups_along(answers: dict[str, Answer], left: dict[str, Answer]) -> None:
    """What was asked only because of the old answer goes, also down a chain; the order is the form's."""
    assert kept(CHAIN, answers) == left
    assert list(kept(CHAIN, answers)) == list(left)


@given(
    st.dictionaries(
        st.sampled_from(list(FORMS["nhanh"].questions)), st.integers(1, 5) | st.just("Chờ lâu") | st.just(("wait",))
    )
)
def test_what_is_kept_is_kept_again(answers: dict[str, Answer]) -> None:
    """kept(kept(x)) == kept(x), and nothing is kept that was not given."""
    once = kept(FORMS["nhanh"], answers)
    assert kept(FORMS["nhanh"], once) == once
    assert once.items() <= answers.items()
