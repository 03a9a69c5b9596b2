"""Rates, intervals and shares are right to the printed digit, checked against publications and slow methods."""

import math
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from reports import rates
from reports.dossiers.dossier import Flow

# The Ba Bích report of April 2023: 84,80% very satisfied, 13,43% satisfied, 1,77% neutral.
BA_BICH = {5: 240, 4: 38, 3: 5}
Z95 = 1.959963984540054
LEVELS = st.dictionaries(st.integers(1, 5), st.integers(0, 3000), max_size=5)


def test_the_shares_of_the_report_are_reproduced() -> None:
    """240, 38 and 5 of 283 print as the report printed them."""
    printed = {level: rates.number(share) for level, share in rates.shares(BA_BICH).items()}
    assert printed == {5: "84,80", 4: "13,43", 3: "1,77", 2: "0,00", 1: "0,00"}


@pytest.mark.parametrize(("rule", "percent"), [("top2", "98,23"), ("top3", "100"), ("three", "100")])
def test_the_rate_of_the_report_depends_on_the_rule(rule: str, percent: str) -> None:
    """The report's 100% counts neutral as satisfied; the strict rule gives 98,23%."""
    found = rates.rate(BA_BICH, rule)
    assert found is not None
    assert rates.percent(found.percent) == percent
    assert found.answers == 283


@pytest.mark.parametrize(
    ("percent", "target", "printed"),
    [("100", 90, "111"), ("98.23", 90, "109"), ("80", 60, "133"), ("90", 90, "100"), ("0", 90, "0"), ("45", 90, "50")],
)
def test_the_share_of_the_target_is_printed_whole(percent: str, target: int, printed: str) -> None:
    """Printed "Đạt 111% chỉ tiêu (Chỉ tiêu 90%)" as the Ba Bích report has it; the strict rule gives 109%."""
    found = rates.of_target(Decimal(percent), target)
    assert found is not None
    assert rates.number(found) == printed


def test_without_a_target_there_is_no_share_of_it() -> None:
    """0 is none."""
    assert rates.of_target(Decimal(100), 0) is None


@pytest.mark.parametrize(("dossiers", "forms"), [(1553, 318), (289, 168), (1, 1), (400, 200), (15_776, 390)])
def test_the_sample_wanted_is_that_of_the_formula(dossiers: int, forms: int) -> None:
    """N = N/(1 + N·e²) with e = 5%, to the nearest whole form."""
    assert rates.wanted_sample(dossiers) == forms
    exact = Fraction(dossiers) / (1 + dossiers * Fraction(1, 400))
    assert abs(exact - forms) <= Fraction(1, 2)


@pytest.mark.parametrize(
    ("part", "whole", "printed"),
    [
        (15, 25, "60%"),
        (5, 8, "62,5%"),
        (1551, 1553, "99,87%"),
        (15_775, 15_776, "99,99%"),
        (175, 289, "60,55%"),
        (0, 289, "0%"),
        (8, 8, "100%"),
        (100, 1000, "10%"),
        (0, 0, ""),
    ],
)
def test_ratios_of_the_source_reports_are_printed_as_they_print_them(part: int, whole: int, printed: str) -> None:
    """Decimal comma, at most two decimals, whole ones bare."""
    assert rates.ratio(part, whole) == printed


@pytest.mark.parametrize(
    ("flow", "received", "resolved", "in_time", "printed"),
    [
        (Flow(direct=1730, on_time=1551, late=2, pending_in_time=177), "1.730", "1.553", "1.551", "99,87%"),
        (Flow(direct=15_780, on_time=15_775, late=1, pending_in_time=4), "15.780", "15.776", "15.775", "99,99%"),
        (Flow(online=8, direct=281, early=175, late=114), "289", "289", "175", "60,55%"),
    ],
)
def test_the_dossiers_of_the_source_reports(
    flow: Flow, received: str, resolved: str, in_time: str, printed: str
) -> None:
    """1.730 = 1.553 + 177; 15.780 = 15.776 + 4; 289 = 175 + 0 + 114 = 8 + 281."""
    assert [rates.number(n) for n in (flow.received, flow.resolved, flow.in_time)] == [received, resolved, in_time]
    assert flow.received == flow.resolved + flow.pending
    assert rates.ratio(flow.in_time, flow.resolved) == printed


@pytest.mark.parametrize(
    ("count", "written"), [(0, "0"), (1, "01"), (9, "09"), (10, "10"), (177, "177"), (1553, "1.553")]
)
def test_numbers_under_ten_in_a_sentence_have_a_zero_before(count: int, written: str) -> None:
    """As in "02 hồ sơ trễ hạn"."""
    assert rates.padded(count) == written


def test_three_levels_sum_to_100_and_make_up_the_rate() -> None:
    """240 very satisfied, 38 and 5 satisfied: the parts are rounded so that they sum to 100."""
    parts = rates.three_shares({**BA_BICH, 2: 1, 1: 1})
    assert list(parts) == ["very_satisfied", "satisfied", "dissatisfied"]
    assert [rates.number(part) for part in parts.values()] == ["84,21", "15,09", "0,70"]
    found = rates.rate({**BA_BICH, 2: 1, 1: 1}, "three")
    assert found is not None
    assert found.percent == parts["very_satisfied"] + parts["satisfied"]
    assert sum(rates.three_shares({}).values()) == 0


@pytest.mark.parametrize("total", range(1, 13))
def test_wilson_against_every_proportion_of_a_fine_grid(total: int) -> None:
    """By exact fractions: it holds just the proportions that the score test does not reject."""
    z2 = Fraction(Z95) ** 2
    for successes in range(total + 1):
        low, high = rates.wilson(successes, total)
        for step in range(401):
            proportion = Fraction(step, 400)
            off = (Fraction(successes, total) - proportion) ** 2 * total
            kept = off <= z2 * proportion * (1 - proportion)
            assert kept == (low <= proportion <= high) or min(abs(proportion - low), abs(proportion - high)) < 1e-12


@pytest.mark.parametrize(("total", "least"), [(10, "0.83"), (50, "0.89"), (200, "0.91")])
def test_the_intervals_hold_the_truth_about_as_often_as_they_say(total: int, least: str) -> None:
    """Every count with its exact binomial probability, over a grid of truths: 95% on average, never far below."""
    held = []
    for step in range(1, 100):
        truth = Fraction(step, 100)
        share = Fraction(0)
        for count in range(total + 1):
            low, high = rates.wilson(count, total)
            if low <= truth <= high:
                share += math.comb(total, count) * truth**count * (1 - truth) ** (total - count)
        held.append(share)
    assert min(held) > Fraction(least)
    assert Fraction("0.945") < sum(held) / len(held) < Fraction("0.965")


def test_the_strict_rule_is_the_default() -> None:
    """Nobody gets the flattering figure without asking for it."""
    assert rates.DEFAULT_RULE == "top2"
    assert rates.rate(BA_BICH) == rates.rate(BA_BICH, "top2")


@pytest.mark.parametrize(
    ("levels", "rule", "percent"),
    [
        ({1: 1}, "top2", "0.00"),
        ({5: 1}, "top2", "100.00"),
        ({3: 1, 4: 1}, "top2", "50.00"),
        ({3: 1, 4: 1}, "top3", "100.00"),
        ({1: 1, 2: 1, 3: 1}, "top2", "0.00"),
        ({1: 1, 2: 1, 3: 1}, "top3", "33.33"),
        ({1: 1, 5: 2}, "top2", "66.67"),
        ({1: 7999, 5: 1}, "top2", "0.01"),
        ({2: 15999, 4: 1}, "top2", "0.01"),
        ({1: 20001, 4: 1}, "top2", "0.00"),
        ({5: 1551, 1: 2}, "top2", "99.87"),
    ],
)
def test_a_rate_is_the_share_of_the_satisfied_to_two_decimals(
    levels: Mapping[int, int], rule: str, percent: str
) -> None:
    """Half a hundredth goes up, as people round."""
    found = rates.rate(levels, rule)
    assert found is not None
    assert found.percent == Decimal(percent)


@pytest.mark.parametrize("levels", [{}, {1: 0, 5: 0}, {0: 9, 6: 9}])
def test_no_answers_have_no_rate(levels: Mapping[int, int]) -> None:
    """None is not 0%."""
    assert rates.rate(levels) is None


# Newcombe, R. G. (1998), Statistics in Medicine 17, 857-872, table I, method 3 (score interval).
PUBLISHED = [
    (81, 263, 0.2553, 0.3662),
    (15, 148, 0.0624, 0.1605),
    (0, 20, 0.0000, 0.1611),
    (1, 29, 0.0061, 0.1718),
]


@pytest.mark.parametrize(("successes", "total", "low", "high"), PUBLISHED)
def test_the_interval_is_the_published_one(successes: int, total: int, low: float, high: float) -> None:
    """Four decimals as printed in the paper that compared the methods."""
    found = rates.wilson(successes, total)
    assert (round(found[0], 4), round(found[1], 4)) == (low, high)


@pytest.mark.parametrize("total", [1, 5, 20, 200, 1553])
def test_the_interval_of_all_or_none_is_known_in_closed_form(total: int) -> None:
    """At 100% the lower end is n / (n + z²), at 0% the upper end is z² / (n + z²), and the other end is exact."""
    assert rates.wilson(total, total) == (pytest.approx(total / (total + Z95**2)), 1.0)
    assert rates.wilson(0, total) == (0.0, pytest.approx(Z95**2 / (total + Z95**2)))


def test_two_hundred_satisfied_forms_are_at_least_98_1_percent() -> None:
    """The lower bound that stands in the domain notes."""
    assert round(rates.wilson(200, 200)[0] * 100, 1) == 98.1


def inverted(successes: int, total: int, *, upper: bool) -> float:
    """Find by bisection the proportion at which the score test just does not reject."""
    share = successes / total

    def rejected(proportion: float) -> bool:
        spread = math.sqrt(proportion * (1 - proportion) / total)
        return abs(share - proportion) > Z95 * spread

    inside, outside = share, float(upper)
    if not rejected(outside):
        return outside
    for _ in range(100):
        middle = (inside + outside) / 2
        inside, outside = (inside, middle) if rejected(middle) else (middle, outside)
    return inside


@given(st.integers(1, 2000).flatmap(lambda total: st.tuples(st.integers(0, total), st.just(total))))
def test_the_interval_holds_what_the_score_test_does_not_reject(counts: tuple[int, int]) -> None:
    """The formula against the definition, found by trying proportions."""
    successes, total = counts
    low, high = rates.wilson(successes, total)
    assert low == pytest.approx(inverted(successes, total, upper=False), abs=1e-9)
    assert high == pytest.approx(inverted(successes, total, upper=True), abs=1e-9)


@pytest.mark.parametrize(("successes", "total"), [(1, 0), (0, 0), (5, 4), (-1, 4)])
def test_an_interval_of_no_proportion_is_an_error(successes: int, total: int) -> None:
    """A wrong count is found here, not printed."""
    with pytest.raises(ValueError, match="is no proportion"):
        rates.wilson(successes, total)


@given(LEVELS, st.sampled_from(["top2", "top3"]))
def test_a_rate_lies_inside_its_interval_and_both_inside_0_to_100(levels: dict[int, int], rule: str) -> None:
    """Also after rounding to what is printed."""
    found = rates.rate(levels, rule)
    assume(found is not None)
    assert found is not None
    assert 0 <= found.low <= found.percent <= found.high <= 100


@given(LEVELS)
def test_the_looser_rule_never_gives_less(levels: dict[int, int]) -> None:
    """Counting neutral as satisfied cannot lower a rate."""
    strict, loose = rates.rate(levels, "top2"), rates.rate(levels, "top3")
    assume(strict is not None)
    assert strict is not None
    assert loose is not None
    assert strict.percent <= loose.percent


@given(LEVELS)
def test_shares_always_sum_to_100(levels: dict[int, int]) -> None:
    """The five printed parts make 100,00 whatever the counts, and 0 where there are none."""
    parts = rates.shares(levels)
    assert list(parts) == [1, 2, 3, 4, 5]
    assert sum(parts.values()) == (Decimal("100.00") if sum(levels.values()) else Decimal("0.00"))
    assert {part.as_tuple().exponent for part in parts.values()} == {-2}


@given(LEVELS)
def test_a_share_is_less_than_a_hundredth_from_the_truth(levels: dict[int, int]) -> None:
    """Making the sum right bends no part by more than the last printed digit, and no empty level gets anything."""
    total = sum(levels.values())
    assume(total)
    for level, part in rates.shares(levels).items():
        exact = Fraction(levels.get(level, 0) * 100, total)
        assert abs(Fraction(part) - exact) < Fraction(1, 100)
        assert part > 0 or exact < Fraction(1, 100)
        assert exact > 0 or part == 0


@given(LEVELS)
def test_more_answers_never_print_a_smaller_share(levels: dict[int, int]) -> None:
    """The order of the counts is the order of the printed shares; equal counts differ by a hundredth at most."""
    parts = rates.shares(levels)
    for one in parts:
        for other in parts:
            if levels.get(one, 0) > levels.get(other, 0):
                assert parts[one] >= parts[other]
            elif levels.get(one, 0) == levels.get(other, 0):
                assert abs(parts[one] - parts[other]) <= Decimal("0.01")


@pytest.mark.parametrize(
    ("levels", "printed"),
    [
        ({1: 1, 3: 1, 5: 1}, {1: "33.33", 3: "33.33", 5: "33.34"}),
        ({1: 1, 2: 1, 3: 1, 4: 1, 5: 2}, {1: "16.66", 2: "16.67", 3: "16.67", 4: "16.67", 5: "33.33"}),
        ({4: 1, 5: 6}, {4: "14.29", 5: "85.71"}),
    ],
)
def test_the_missing_hundredths_go_to_the_greatest_remainders(
    levels: Mapping[int, int], printed: Mapping[int, str]
) -> None:
    """Worked out by hand; ties go to the greater count, then to the higher level."""
    assert {level: part for level, part in rates.shares(levels).items() if part} == {
        level: Decimal(text) for level, text in printed.items()
    }


# z of the pooled two-proportion test worked out by hand: 90/100 against 80/100 gives z = 1.98,
# 90/100 against 81/100 gives z = 1.81.
@pytest.mark.parametrize(
    ("now", "before", "verdict"),
    [
        ({5: 90, 1: 10}, {5: 80, 1: 20}, 1),
        ({5: 80, 1: 20}, {5: 90, 1: 10}, -1),
        ({5: 90, 1: 10}, {5: 81, 1: 19}, 0),
        ({5: 90, 1: 10}, {5: 90, 1: 10}, 0),
        ({5: 900, 1: 100}, {5: 870, 1: 130}, 1),
        ({5: 4}, {1: 4}, 1),
        ({5: 3}, {1: 3}, 0),
        ({5: 29, 1: 9}, {5: 32}, -1),
        ({5: 98, 1: 2}, {5: 99, 1: 1}, 0),
        ({5: 200}, {5: 200}, 0),
        ({1: 200}, {1: 200}, 0),
        ({}, {5: 90, 1: 10}, 0),
        ({5: 90, 1: 10}, {}, 0),
        ({5: 30, 1: 1}, {5: 1000, 1: 30}, 0),
    ],
)
def test_a_change_is_named_only_beyond_chance(now: Mapping[int, int], before: Mapping[int, int], verdict: int) -> None:
    """Few answers or a small step say nothing."""
    assert rates.differs(now, before) == verdict


@given(LEVELS, LEVELS, st.sampled_from(["top2", "top3"]))
def test_a_comparison_turned_round_says_the_opposite(now: dict[int, int], before: dict[int, int], rule: str) -> None:
    """Better than before means before was worse."""
    assert rates.differs(now, before, rule) == -rates.differs(before, now, rule)


@given(LEVELS, LEVELS)
def test_a_verdict_never_contradicts_the_rates(now: dict[int, int], before: dict[int, int]) -> None:
    """Higher is said only of a rate that is higher."""
    verdict = rates.differs(now, before)
    assume(verdict)
    first, second = rates.rate(now), rates.rate(before)
    assert first is not None
    assert second is not None
    assert (first.percent - second.percent) * verdict > 0


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (0, "0"),
        (8, "8"),
        (999, "999"),
        (1730, "1.730"),
        (15780, "15.780"),
        (1234567, "1.234.567"),
        (-1730, "-1.730"),
        (Decimal("84.80"), "84,80"),
        (Decimal("0.00"), "0,00"),
        (Decimal("590161.540"), "590.161,540"),
    ],
)
def test_numbers_have_a_dot_for_thousands_and_a_comma_for_decimals(value: Decimal | int, written: str) -> None:
    """As Vietnamese official texts write them."""
    assert rates.number(value) == written


@pytest.mark.parametrize(
    ("value", "written"),
    [("98.23", "98,23"), ("100.00", "100"), ("60.00", "60"), ("0.00", "0"), ("94.50", "94,50"), ("0.07", "0,07")],
)
def test_rates_have_two_decimals_or_none(value: str, written: str) -> None:
    """Whole rates are bare, others keep both digits."""
    assert rates.percent(Decimal(value)) == written
