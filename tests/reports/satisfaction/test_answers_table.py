"""Forms as rows: every answer has its column, and nothing says who or when."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from reports.satisfaction.answers_table import Asked, FilledForm, columns, header, row, shuffled
from surveys.questionnaire import parse, shipped

FORM = """
code = "x"
version = {version}
title.vi = "X"
notice.vi = "N"
thanks.vi = "T"
scale.vi = ["a", "b", "c", "d", "e"]
[[page]]
[[page.question]]
id = "q1"
kind = "scale"
counted = true
text.vi = "{text}"
{more}
"""
OLD = parse(
    FORM.format(version=1, text="Cũ", more='[[page.question]]\nid = "gone"\nkind = "scale"\ntext.vi = "Đã bỏ"'), "x"
)
NEW = parse(FORM.format(version=2, text="Câu " * 40, more=""), "x")


def test_columns_are_those_of_the_newest_wording_then_older_then_unknown() -> None:
    """No answer is left out because its question is not asked any more."""
    asked = [Asked("x", 1, "q1"), Asked("x", 1, "zz"), Asked("x", 2, "q1"), Asked("nhanh", 1, "")]
    found = columns(asked, {("x", 1): OLD, ("x", 2): NEW, ("nhanh", 1): shipped()["nhanh"]})
    assert [column.question for column in found if column.form == "x"] == ["q1", "gone", "zz"]
    assert {column.form for column in found} == {"nhanh", "x"}
    q1 = next(column for column in found if column.question == "q1")
    assert q1.text.startswith("Câu Câu")
    assert len(q1.text) <= 60


def test_a_row_has_levels_as_numbers_and_options_as_values() -> None:
    """Cells of another form's questions stay empty."""
    asked = [Asked("nhanh", 1, "overall"), Asked("x", 1, "q1")]
    listed = columns(asked, {("nhanh", 1): shipped()["nhanh"], ("x", 1): OLD})
    answers = {"overall": 1, "reasons": ("wait", "other"), "comment": "chờ lâu"}
    filled = FilledForm(
        *("nhanh", 1, "sa-dec", "quay1", "Hộ tịch", "web", "slip", date(2026, 11, 2), "Q4", "late"),
        *(False, True, True),
        answers,
    )
    cells = dict(zip(header(listed, "vi", several=True), row(7, filled, listed), strict=True))
    assert list(cells.values())[:14] == [
        *(7, "nhanh", 1, "sa-dec", "quay1", "Hộ tịch", "web", "slip", date(2026, 11, 2), "Q4", "late", 0, 1, 1),
    ]
    values = {head.partition(":")[0]: cell for head, cell in cells.items()}
    assert (values["nhanh.overall"], values["nhanh.reasons"], values["nhanh.comment"]) == (1, "wait,other", "chờ lâu")
    assert values["x.q1"] is None


@given(st.lists(st.uuids().map(lambda u: u.hex), unique=True), st.randoms())
def test_the_order_within_a_day_does_not_depend_on_arrival(identifiers: list[str], chance: object) -> None:
    """The same forms come in the same order, however they came in."""
    mixed = list(identifiers)
    chance.shuffle(mixed)  # type: ignore[attr-defined]
    assert shuffled(mixed) == shuffled(identifiers)
    assert sorted(shuffled(mixed)) == sorted(identifiers)
