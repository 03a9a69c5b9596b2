"""Reports name places as they were called at the time."""

from datetime import date, timedelta

from reports.place_names import counter_name, unit_name
from tests.handlers.merged_world import LAST, merged


def test_merged_units_are_named_with_their_last_day() -> None:
    """In reports of their successor, and in those of a time when they stood no more."""
    using, after = merged(), LAST + timedelta(days=1)
    assert unit_name(using, "a", "c", "vi", LAST) == "Xã A (đến ngày 30/6/2025)"
    assert unit_name(using, "a", "c", "en", LAST) == "Xã A (until 30/6/2025)"
    assert unit_name(using, "b", "c", "vi", date(2019, 1, 1)) == "Xã B (đến ngày 01/01/2020)"
    assert unit_name(using, "a", "p", "vi", after) == "Xã A (đến ngày 30/6/2025)"
    assert counter_name(using, "qa", "c", "vi", LAST) == "Quầy A (Xã A, đến ngày 30/6/2025)"


def test_a_provinces_report_of_the_time_before_stays_as_it_was() -> None:
    """And a unit's own counters go without its name."""
    using = merged()
    assert unit_name(using, "a", "p", "vi", LAST) == "Xã A"
    assert counter_name(using, "qa", "p", "vi", LAST) == "Quầy A (Xã A)"
    assert counter_name(using, "qa", "a", "vi", LAST) == "Quầy A"
    assert unit_name(using, "c", "p", "vi", LAST) == "Thị trấn C"
    assert counter_name(using, "qc", "p", "vi", LAST) == "Quầy C (Thị trấn C)"
    assert counter_name(using, "qc", "p", "vi", date(2025, 7, 1)) == "Quầy C (Xã C)"
    assert counter_name(using, "la", "p", "vi", LAST) == "la"
    assert unit_name(using, "la", "p", "vi", LAST) == "la"
