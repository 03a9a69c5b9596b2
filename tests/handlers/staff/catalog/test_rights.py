"""Which catalog an admin publishes, and what of a file goes beyond it."""

from dataclasses import replace

import pytest

from catalog.preview.lines import Kind, Line
from catalog.preview.planning import Preview
from handlers.ports import Membership, Role
from handlers.staff.catalog.rights import leave_above, publishes, scope_of, scopes_above
from handlers.world import Unit
from tests.handlers.staff.catalog.town import BIRTH, UNITS, WORLD

TWO_TOPS = replace(WORLD, units={**UNITS, "khac": Unit("khac", "Tỉnh C")})


def test_the_topmost_unit_publishes_the_common_catalog() -> None:
    """Where there are several, each has its own; a ward's own lies on those above it."""
    assert [scope_of(WORLD, unit) for unit in UNITS] == ["", "xa"]
    assert [scope_of(TWO_TOPS, unit) for unit in TWO_TOPS.units] == ["tinh", "xa", "khac"]
    assert (scopes_above(WORLD, "tinh"), scopes_above(WORLD, "xa")) == ([], ["tinh", ""])


@pytest.mark.parametrize(
    ("unit", "role", "may"), [("tinh", "admin", ["tinh", "xa"]), ("xa", "admin", ["xa"]), ("xa", "staff", [])]
)
def test_admins_publish_for_their_unit_and_those_below(unit: str, role: Role, may: list[str]) -> None:
    """Others publish nothing."""
    assert publishes(WORLD, Membership("telegram", "7", unit, role)) == may


@pytest.mark.parametrize(
    ("kind", "texts", "left"),
    [
        ("amended", {"committed": "3 ngày", "fee": "9.000 đồng"}, ("amended", {"committed": "3 ngày"})),
        ("amended", {"time": BIRTH.time, "also": "nuôi yến"}, ("amended", {"also": "nuôi yến"})),
        ("amended", {"fee": "9.000 đồng"}, ("refused", None)),
        ("abolished", {}, ("refused", None)),
    ],
)
def test_of_a_procedure_from_above_a_units_own_is_taken(
    kind: Kind, texts: dict[str, str], left: tuple[str, dict[str, str] | None]
) -> None:
    """The text that is published above stays as it is."""
    line = Line(kind, BIRTH.code, {"name": BIRTH.name, **texts}, "PL!2", 2, "PL")
    leave_above(Preview([line]), {BIRTH.code: BIRTH}, "Tỉnh A")
    assert line.kind == left[0]
    if left[1] is not None:
        assert line.texts == {"name": BIRTH.name, "level": BIRTH.level, **left[1]}


def test_what_is_as_published_above_is_left_out_and_counted() -> None:
    """A unit that sends the whole list is not told that its rows are refused."""
    made = Preview([Line("amended", BIRTH.code, {"name": BIRTH.name, "time": BIRTH.time}, "PL!2", 2, "PL")])
    leave_above(made, {BIRTH.code: BIRTH}, "Tỉnh A")
    assert (made.lines, made.skipped) == ([], 1)
    assert made.notes.sentences == ["Bỏ qua 1 dòng như Tỉnh A đã công bố, không có phần riêng của đơn vị."]
