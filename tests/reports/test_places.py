"""Reports name places as they were called at the time."""

from datetime import date

from reports.places import counter_name, unit_name
from tests.handlers.test_world import LAST, merged


def test_merged_units_are_named_with_their_last_day() -> None:
    """In lists of units and of counters; a unit's own counters go without."""
    using = merged()
    assert unit_name(using, "a", "vi") == "Xã A (đến ngày 30/6/2025)"
    assert unit_name(using, "a", "en") == "Xã A (until 30/6/2025)"
    assert unit_name(using, "c", "vi", LAST) == "Thị trấn C"
    assert counter_name(using, "qa", "c", "vi") == "Quầy A (Xã A, đến ngày 30/6/2025)"
    assert counter_name(using, "qa", "a", "vi") == "Quầy A"
    assert counter_name(using, "qc", "p", "vi", LAST) == "Quầy C (Thị trấn C)"
    assert counter_name(using, "qc", "p", "vi", date(2025, 7, 1)) == "Quầy C (Xã C)"
    assert counter_name(using, "la", "p", "vi") == "la"
