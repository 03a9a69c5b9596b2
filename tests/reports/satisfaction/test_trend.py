"""The trend: which weeks or months it has, what each point counts, and where it stays silent."""

from datetime import date, timedelta

import pytest

from reports import periods, rates
from reports.satisfaction.report import Report
from reports.satisfaction.trend import DayCount, trend, windows

TODAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("period", "first", "last", "count"),
    [
        ("2026-W47", "2026-W35", "2026-W47", 13),
        ("2026-W01", "2025-W41", "2026-W01", 13),
        ("2026-11-20", "2026-W35", "2026-W47", 13),
        ("2026-11", "2025-12", "2026-11", 12),
        ("2026-02", "2025-03", "2026-02", 12),
        ("2026-Q3", "2025-10", "2026-09", 12),
        ("2026-Q4", "2025-12", "2026-11", 12),
        ("2026", "2025-12", "2026-11", 12),
        ("2026-Q1:cchc", "2025-04", "2026-03", 12),
        ("2027-W10", "2026-W51", "2027-W10", 13),
    ],
)
def test_a_trend_has_thirteen_weeks_or_twelve_months_up_to_its_period(
    period: str, first: str, last: str, count: int
) -> None:
    """Months from a month on; a period that is not over ends today; they follow one another without a gap."""
    found = windows(periods.parse(period), TODAY)
    assert (found[0].name, found[-1].name, len(found)) == (first, last, count)
    assert [one.last + timedelta(days=1) for one in found[:-1]] == [one.first for one in found[1:]]


def counts(day: date, levels: dict[int, int], stratum: str = "open") -> list[DayCount]:
    """The counts of a day."""
    return [DayCount(day, stratum, level, count) for level, count in levels.items()]  # type: ignore[arg-type]


def about(period: str, answers: int, rule: str = "top2", previous: Report | None = None) -> Report:
    """A report of the open code with so many answers."""
    levels = dict.fromkeys(rates.LEVELS, 0) | {5: answers}
    rate, shares = rates.rate(levels, rule), rates.shares(levels)
    named = ("sa-dec", "Phường Sa Đéc", periods.parse(period), rule, "open", answers)
    return Report(*named, levels, rate, shares, (), (), (), (), previous)  # type: ignore[arg-type]


WEEKS = windows(periods.parse("2026-W47"), TODAY)
MONDAYS = [week.first for week in WEEKS]


def test_each_week_counts_its_days_by_the_rule_in_one_stratum() -> None:
    """Monday and Sunday are in; slips are not mixed with the open code; level 3 counts by one rule alone."""
    counted = [
        *counts(MONDAYS[0], {5: 3, 3: 1}),
        *counts(MONDAYS[0] + timedelta(days=6), {4: 2, 1: 2}),
        *counts(MONDAYS[0], {1: 90}, "slip"),
        *counts(MONDAYS[1], {5: 10}),
    ]
    for rule, percent in (("top2", "62.50"), ("top3", "75.00")):
        first, second, *_ = trend(WEEKS, counted, about("2026-W47", 0, rule), TODAY)
        assert first.rate is not None
        assert (first.rate.answers, str(first.rate.percent)) == (8, percent)
        assert second.rate is not None
        assert str(second.rate.percent) == "100.00"


@pytest.mark.parametrize(("answers", "shown"), [(4, False), (5, True)])
def test_a_week_with_fewer_than_five_answers_is_a_gap(answers: int, *, shown: bool) -> None:
    """Its place stays, its rate and number do not."""
    counted = [*counts(MONDAYS[0], {5: 9}), *counts(MONDAYS[1], {5: answers}), *counts(MONDAYS[2], {5: 9})]
    found = trend(WEEKS, counted, about("2026-W47", 0), TODAY)
    assert [point.rate is not None for point in found[:4]] == [True, shown, True, False]


def test_the_trend_begins_with_the_first_answer_and_knows_the_running_week() -> None:
    """No empty weeks before there was anything to count; the week of today is not final."""
    found = trend(WEEKS, counts(MONDAYS[9], {4: 6}), about("2026-W47", 0), TODAY)
    assert [point.period.first for point in found] == MONDAYS[9:]
    assert [point.running for point in found] == [False, False, False, True]
    assert trend(WEEKS, [], about("2026-W47", 0), TODAY) == []


MONTHS = windows(periods.parse("2026-Q3"), TODAY)


def months(report: Report, sizes: dict[int, int]) -> list[int]:
    """Which months of 2026 have a rate beside a report."""
    counted = [one for month, size in sizes.items() for one in counts(date(2026, month, 10), {5: size})]
    return [point.period.first.month for point in trend(MONTHS, counted, report, TODAY) if point.rate]


def test_a_small_month_cannot_be_had_from_the_quarter() -> None:
    """With two answers in July the next small month is hidden too; with five in the hidden ones it is enough."""
    assert months(about("2026-Q3", 72), {7: 2, 8: 30, 9: 40}) == [9]
    assert months(about("2026-Q3", 75), {7: 2, 8: 3, 9: 70}) == [9]
    assert months(about("2026-Q3", 77), {7: 7, 8: 30, 9: 40}) == [7, 8, 9]


def test_nor_from_the_quarter_before() -> None:
    """Its total stands in the heading as well."""
    before = about("2026-Q2", 72)
    assert months(about("2026-Q3", 40, previous=before), {4: 2, 5: 30, 6: 40, 9: 40}) == [6, 9]


def test_the_rest_of_a_week_cannot_be_had_from_a_day() -> None:
    """A day of 20 answers in a week of 21."""
    counted = [*counts(date(2026, 11, 10), {5: 20}), *counts(date(2026, 11, 12), {1: 1})]
    assert [point.rate for point in trend(WEEKS, counted, about("2026-11-10", 20), TODAY)][:1] == [None]
    more = [*counted, *counts(date(2026, 11, 13), {5: 4})]
    assert trend(WEEKS, more, about("2026-11-10", 20), TODAY)[0].rate is not None
