"""Working hours of an office on working days: the usual ones, where a time to answer is counted in them."""

from datetime import datetime, time, timedelta

from reports.working_days import is_working_day

HALVES = ((time(7, 30), time(11, 30)), (time(13, 30), time(17, 0)))


def working_hours_after(moment: datetime, hours: int) -> datetime:
    """Return the aware local moment so many working hours after another."""
    left, day = timedelta(hours=hours), moment
    while True:
        for begins, ends in HALVES if is_working_day(day.date()) else ():
            first = max(moment, datetime.combine(day.date(), begins, moment.tzinfo))
            last = datetime.combine(day.date(), ends, moment.tzinfo)
            if first + left <= last:
                return first + left
            left -= max(timedelta(0), last - first)
        day += timedelta(days=1)
