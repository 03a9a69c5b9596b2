"""A world in which units were merged."""

from datetime import date

from catalog.catalogs import Catalogs
from handlers.world import Counter, Unit, World

LAST = date(2025, 6, 30)


def merged() -> World:
    """Province p over a commune c; a and b went into c, b by way of a; d is under b."""
    units = [
        Unit("p", "Tỉnh P"),
        Unit("c", "Xã C", "p", former=((date(2020, 1, 1), "Làng C"), (LAST, "Thị trấn C"))),
        Unit("a", "Xã A", "p", valid_to=LAST, successor="c"),
        Unit("b", "Xã B", "p", valid_to=date(2020, 1, 1), successor="a"),
        Unit("d", "Ấp D", "b"),
        Unit("x", "Xã X", "p", valid_to=LAST, successor="y"),
        Unit("y", "Xã Y", "p", valid_to=LAST, successor="x"),
    ]
    counters = {"qa": Counter("qa", "Quầy A", "a"), "qx": Counter("qx", "Quầy X", "c")}
    using = {"qc": Counter("qc", "Quầy C", "c")}
    return World({unit.code: unit for unit in units}, using, {}, Catalogs({}, {}), "p", closed=counters)
