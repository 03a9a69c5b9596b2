"""Working hours of an office on working days: the usual ones, for times to answer that are counted in hours."""

from datetime import date, datetime, time, timedelta, tzinfo

from reports.working_days import is_working_day

HALVES = ((time(7, 30), time(11, 30)), (time(13, 30), time(17, 0)))


def working_hours_after(moment: datetime, hours: int) -> datetime:
    """Return the aware local moment that is `hours` working hours after another."""
    left, day = timedelta(hours=hours), moment
    while True:
        for begins, ends in _halves(day.date(), moment.tzinfo):
            first, last = max(moment, begins), ends
            if first + left <= last:
                return first + left
            left -= max(timedelta(0), last - first)
        day += timedelta(days=1)


def working_time_between(first: datetime, last: datetime) -> timedelta:
    """Return the working time between two aware local moments; zero if the second is not after the first."""
    days = (first.date() + timedelta(days=number) for number in range((last.date() - first.date()).days + 1))
    halves = (half for day in days for half in _halves(day, first.tzinfo))
    spans = (min(last, ends) - max(first, begins) for begins, ends in halves)
    return sum((span for span in spans if span > timedelta(0)), timedelta(0))


def _halves(day: date, zone: tzinfo | None) -> list[tuple[datetime, datetime]]:
    """Return the working times of a day: its two halves."""
    if not is_working_day(day):
        return []
    return [(datetime.combine(day, begins, zone), datetime.combine(day, ends, zone)) for begins, ends in HALVES]
