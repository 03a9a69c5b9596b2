"""What everybody may read of kept reports: nothing of fewer than five, also not by taking one from another."""

from decimal import Decimal

import pytest

from reports.published.result import result_of, result_of_versions
from reports.satisfaction.choices import Asking, Choice, ChoiceRow, Ticked
from reports.statements.statement import Statement
from tests.reports.documents.sample import dossiers, report, statement

LEVELS = {1: 2, 2: 10, 3: 8, 4: 30, 5: 50}


def reasons(asked: int, **forms: int | None) -> Choice:
    """A question for reasons: so many forms were asked, so many ticked each; None is hidden."""
    ticked = [Ticked(key, key.title(), count, count and Decimal(100 * count) / asked) for key, count in forms.items()]
    return Choice("f.r", "Vì sao?", Asking("dissatisfied", single=False, reason=True), ChoiceRow("", "", asked, ticked))


def made(number: int, levels: dict[int, int], *choices: Choice, forms: int = 0) -> Statement:
    """A statement of a number, of a form an answer."""
    return statement(report(levels, forms=forms or sum(levels.values()), by_choice=choices), number=number)


def test_it_tells_the_rate_with_its_n_the_response_and_the_reasons_that_are_shown() -> None:
    """80 of 100, of 1.700 dossiers that came in; an option that few ticked is not there."""
    kept = report(LEVELS, forms=100, dossiers=dossiers(), by_choice=[reasons(12, wait=9, other=None)])
    result = result_of(statement(kept))
    assert (result.satisfied, result.answers, result.rate and result.rate.percent) == (80, 100, 80)
    assert (result.dossiers, result.response) == (1700, Decimal("5.88"))
    assert [(one.asked, [(t.key, t.forms) for t in one.ticked]) for one in result.reasons] == [(12, [("wait", 9)])]


@pytest.mark.parametrize(("levels", "forms"), [({5: 4}, 4), ({5: 36}, 4)], ids=["4 answers", "4 forms, 9 answers each"])
def test_of_fewer_than_five_it_tells_nothing(levels: dict[int, int], forms: int) -> None:
    """Neither a rate nor a number; four people are four people, however much each was asked."""
    result = result_of(made(1, {1: 0, 2: 0, 3: 0, 4: 0, **levels}, reasons(4, wait=4), forms=forms))
    assert (result.rate, result.forms, result.answers, result.satisfied, result.reasons) == (None, 0, 0, 0, ())


@pytest.mark.parametrize(
    ("levels", "choice", "number"),
    [
        ({**LEVELS, 5: 53}, reasons(12, wait=9), 1),
        ({**LEVELS, 5: 55}, reasons(12, wait=9), 2),
        ({**LEVELS, 1: 4, 5: 54}, reasons(14, wait=11), 1),
        ({**LEVELS, 1: 7, 5: 54}, reasons(17, wait=11), 2),
        (LEVELS, reasons(12, wait=8), 1),
        (LEVELS, reasons(12, wait=9), 2),
    ],
    ids=["3 late forms", "5", "6, of which 2 were asked", "9, of which 5", "a tick corrected", "else changed"],
)
def test_a_restatement_is_told_where_the_difference_gives_nobody_away(
    levels: dict[int, int], choice: Choice, number: int
) -> None:
    """Who wrote down the old page and reads the new one cannot tell what fewer than five forms said."""
    shown = result_of_versions([made(1, LEVELS, reasons(12, wait=9)), made(2, levels, choice)])
    assert shown is not None
    assert shown.number == number
    assert result_of_versions([]) is None
