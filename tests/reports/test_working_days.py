"""The clocks of requests about personal data: working days around weekends and Tết, dates, reminders."""

from dataclasses import replace
from datetime import date

import pytest

from reports.data_requests import Request, carried_out_at_once, received, reminder
from reports.working_days import is_working_day, working_days_after

MONDAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("day", "works"),
    [
        ("2026-11-20", True),  # a Friday
        ("2026-11-21", False),
        ("2026-11-22", False),
        ("2026-11-24", False),  # Vietnam's day of culture
        ("2027-01-01", False),
        ("2027-02-03", True),  # the last day before Tết
        *((f"2027-02-{day:02d}", False) for day in range(4, 11)),
        ("2027-02-11", True),
        ("2027-04-16", False),  # the Hùng kings, 10th of the 3rd lunar month
        ("2027-05-03", False),  # instead of Saturday 1 May
        ("2027-09-02", False),
    ],
)
def test_offices_work_from_monday_to_friday_but_on_holidays(day: str, works: bool) -> None:
    """Weekends, holidays of the solar and the lunar calendar, and their days in lieu do not count."""
    assert is_working_day(date.fromisoformat(day)) == works


@pytest.mark.parametrize(
    ("day", "answer_by"),
    [
        ("2026-11-16", "2026-11-18"),  # Monday: Tuesday, Wednesday
        ("2026-11-19", "2026-11-23"),  # Thursday: Friday, Monday
        ("2026-11-20", "2026-11-25"),  # Friday: Monday, then a holiday, Wednesday
        ("2026-11-21", "2026-11-25"),  # Saturday is as Friday
        ("2026-11-22", "2026-11-25"),
        ("2027-02-01", "2027-02-03"),  # the last that is answered before Tết
        ("2027-02-02", "2027-02-11"),
        ("2027-02-03", "2027-02-12"),
        ("2027-02-06", "2027-02-12"),  # the first day of Tết
        ("2026-12-31", "2027-01-05"),  # over New Year and a weekend
    ],
)
def test_a_request_is_answered_within_two_working_days(day: str, answer_by: str) -> None:
    """The day it came in is not counted, nor are days without work."""
    assert working_days_after(date.fromisoformat(day), 2) == date.fromisoformat(answer_by)
    assert received("erase", date.fromisoformat(day)).answer_by == date.fromisoformat(answer_by)


@pytest.mark.parametrize(("third_parties", "carry_out_by"), [(False, "2026-12-05"), (True, "2026-12-10")])
def test_a_request_is_carried_out_in_days_of_the_calendar(third_parties: bool, carry_out_by: str) -> None:
    """Fifteen, or twenty where others must stop too."""
    request = received("restrict", date(2026, 11, 20), third_parties=third_parties, note="qua điện thoại")
    assert request.carry_out_by == date.fromisoformat(carry_out_by)
    assert (request.kind, request.note, request.due) == ("restrict", "qua điện thoại", request.answer_by)


def test_the_next_date_of_a_request_is_what_is_still_to_do() -> None:
    """First the answer, then the carrying out, then nothing."""
    request = received("erase", date(2026, 11, 20))
    answered = replace(request, answered_on=MONDAY)
    assert (answered.due, replace(answered, carried_out_on=MONDAY).due) == (request.carry_out_by, None)
    assert replace(request, carried_out_on=MONDAY).due == request.answer_by


def test_what_the_assistant_does_at_once_is_done_the_same_day() -> None:
    """Its dates are those of the law all the same."""
    request = carried_out_at_once("access", date(2026, 11, 20))
    assert (request.received_on, request.answered_on, request.carried_out_on) == (date(2026, 11, 20),) * 3
    assert (request.answer_by, request.due) == (date(2026, 11, 25), None)


def due(*days: str) -> list[Request]:
    """Open requests with a date each."""
    dates = map(date.fromisoformat, days)
    return [Request("erase", date(2026, 11, 1), day, day, answered_on=MONDAY) for day in dates]


@pytest.mark.parametrize(
    ("dates", "counted"),
    [
        (["2026-11-22", "2026-11-01"], ("2 quá hạn", "0 đến hạn")),
        (["2026-11-23", "2026-11-30"], ("0 quá hạn", "2 đến hạn")),
        (["2026-11-22", "2026-11-23", "2026-12-01"], ("1 quá hạn", "1 đến hạn")),
    ],
)
def test_the_reminder_counts_what_is_late_and_what_is_due_this_week(dates: list[str], counted: tuple[str, str]) -> None:
    """Today is not late yet, and next Monday is told already today."""
    line = reminder(due(*dates), MONDAY).plain
    assert [words in line for words in counted] == [True, True]
    assert "\n" not in line


@pytest.mark.parametrize("requests", [[], due("2026-12-01"), [carried_out_at_once("access", date(2026, 11, 2))]])
def test_without_open_requests_nothing_is_said(requests: list[Request]) -> None:
    """No line about nothing."""
    assert reminder(requests, MONDAY).plain == ""
