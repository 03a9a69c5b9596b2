"""What was ticked is ranked with shares of those who were asked, and no few people's ticks can be had from it."""

import random
from collections import Counter
from fractions import Fraction

import pytest

from reports.satisfaction.choices import Asking, Choice, ChoiceNames, as_json, asking, choices
from reports.satisfaction.counts import ChoiceCount, Choosing, Counts, PlaceCount
from surveys.questionnaire import Condition, shipped

NAMES = ChoiceNames(
    question=lambda key: f"Câu {key}",
    option=lambda key: key.rpartition(".")[2].title(),
    counter=lambda code: f"Quầy {code}",
)
SEVERAL = {"nhanh.reasons": Asking("dissatisfied", single=False, reason=True)}
ONE = {"nhanh.reasons": Asking("all", single=True, reason=False)}


def count(counter: str, asked: int, **ticked: int) -> ChoiceCount:
    """What was ticked at a counter."""
    return ChoiceCount("nhanh", "reasons", "open", counter, asked, tuple(sorted(ticked.items())))


def ranked(*counts: ChoiceCount, ways: dict[str, Asking] = SEVERAL, hidden: frozenset[str] = frozenset()) -> Choice:
    """The one question's choice."""
    (found,) = choices(counts, ways, NAMES, {("counter", code) for code in hidden})
    return found


def options_of(found: Choice) -> list[tuple[str, int | None, str]]:
    """The options of the whole as they are told."""
    return [(one.key, one.forms, str(one.share)) for one in found.whole.options]


def test_reasons_are_ranked_with_shares_of_the_forms_that_were_asked() -> None:
    """14 of 31: the first; the shares of several options do not add up to a hundred."""
    found = ranked(count("q1", 31, other=6, wait=14, papers=20))
    assert found.whole.asked == 31
    assert options_of(found) == [("papers", 20, "64.52"), ("wait", 14, "45.16"), ("other", 6, "19.35")]
    assert as_json(found)["asked"] == 31
    assert as_json(found)["of"] == "dissatisfied"


def test_few_are_not_shown() -> None:
    """A question asked of four; an option on four forms; a counter with four."""
    assert ranked(count("q1", 4, wait=4)).whole.asked is None
    assert options_of(ranked(count("q1", 31, wait=14, other=4))) == [("wait", 14, "45.16"), ("other", None, "None")]
    found = ranked(count("q1", 20, wait=9), count("q2", 4, wait=1), count("q3", 12, wait=8))
    assert [row.key for row in found.by_counter if row.asked is None] == ["q2", "q3"]
    assert found.whole.asked == 36


def test_a_counter_that_the_report_hides_is_hidden_here_too() -> None:
    """However many forms were asked there."""
    rows = [count(code, 20, wait=9) for code in ("q1", "q2", "q3")]
    assert [row.asked for row in ranked(*rows, hidden=frozenset({"q2", "q3"})).by_counter] == [20, None, None]


@pytest.mark.parametrize("ways", [SEVERAL, ONE], ids=["several", "one"])
@pytest.mark.parametrize("seed", range(40))
def test_no_number_under_five_can_be_had_by_subtraction(seed: int, ways: dict[str, Asking]) -> None:
    """Random counters: what is left of each option's total, and of each counter's forms, is none or at least five."""
    chance = random.Random(seed)
    rows = []
    for number in range(chance.randint(2, 5)):
        ticked = {option: chance.choice([0, 1, 2, 4, 5, 9, 15]) for option in ("a", "b", "c")}
        asked = sum(ticked.values()) if ways is ONE else max(ticked.values()) + chance.randrange(9)
        rows.append(count(f"q{number}", asked, **{key: n for key, n in ticked.items() if n}))
    found = choices(rows, ways, NAMES)
    for choice in found:
        truth = {row.counter: dict(row.ticked) for row in rows}
        totals = {one.key: one.forms for one in choice.whole.options}
        shown = {row.key: {one.key: one.forms for one in row.options} for row in choice.by_counter}
        left = Counter({option: n for option, n in totals.items() if n is not None})
        for numbers in shown.values():
            assert all(n is None or n >= 5 for n in numbers.values())
            left.subtract({option: n for option, n in numbers.items() if n is not None and totals[option] is not None})
        assert all(n == 0 or n >= 5 for n in left.values())
        assert all(n is None or n >= 5 for n in totals.values())
        if ways is ONE:
            for counter, numbers in shown.items():
                hidden = [truth[counter][option] for option, n in numbers.items() if n is None]
                assert not hidden or sum(hidden) >= 5
            hidden = [sum(of.get(o, 0) for of in truth.values()) for o, n in totals.items() if n is None]
            assert not hidden or sum(hidden) >= 5


def test_the_share_is_rounded_half_up() -> None:
    """1/3 of 24 and 5 of 16: two decimals, compared with exact fractions."""
    found = ranked(count("q1", 16, wait=5))
    share = found.whole.options[0].share
    assert share is not None
    assert abs(Fraction(share) - Fraction(500, 16)) <= Fraction(1, 200)


@pytest.mark.parametrize(
    ("condition", "asked"),
    [
        (None, 12),
        (Condition("overall", 1, 2), 7),
        (Condition("kind", among=("copy", "land")), 5),
        (Condition("overall", among=("1",)), 3),
    ],
)
def test_who_was_asked_is_counted_as_the_condition_says(condition: Condition | None, asked: int) -> None:
    """All forms, those with certain marks, those with certain ticks; taps on a screen were asked one question."""
    adding = Choosing({"nhanh": {"reasons": condition, "kind": None}})
    adding.marked("q1", "nhanh", "open", "overall", (3, 4, 0, 2, 3))
    adding.ticked("q1", "nhanh", "open", "kind", "copy,birth", 3)
    adding.ticked("q1", "nhanh", "open", "kind", "land", 2)
    adding.ticked("q1", "nhanh", "open", "kind", "birth", 4)
    adding.ticked("q1", "nhanh", "open", "reasons", "wait,other", 2)
    adding.ticked("q1", "nhanh", "open", "reasons", "wait", 1)
    levels = (3, 4, 0, 2, 3)
    places = [
        PlaceCount("u", "q1", "web", "", "nhanh", "open", 12, levels),
        PlaceCount("u", "q1", "kiosk", "", "nhanh", "open", 50, levels),
    ]
    found = {one.question: one for one in adding.sums(places)}
    assert found["reasons"] == ChoiceCount("nhanh", "reasons", "open", "q1", asked, (("other", 2), ("wait", 3)))
    counts = Counts([], [], [], list(found.values()))
    assert Counts.from_json(counts.to_json()) == counts


def test_the_shipped_forms_ask_for_reasons_and_for_who_answers() -> None:
    """Reasons of the dissatisfied, several; gender of all, one."""
    forms = shipped()
    assert asking(forms["nhanh"], forms["nhanh"].questions["reasons"]) == Asking("dissatisfied", False, True)
    assert asking(forms["phuong9"], forms["phuong9"].questions["gender"]) == Asking("all", True, False)
