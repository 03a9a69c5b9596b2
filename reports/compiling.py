"""Compiling the report of a unit and a period into a statement."""

from datetime import datetime

from handlers.world import World
from reports.figures import Counts, compile_for
from reports.periods import Period
from reports.rates import DEFAULT_RULE
from reports.statements import Statement
from surveys.slips import Stratum


async def statement_of(
    tx: Counts,
    world: World,
    unit: str,
    period: Period,
    now: datetime,
    *,
    rule: str = DEFAULT_RULE,
    stratum: Stratum | None = None,
    below: bool = True,
) -> Statement:
    """Return a unit's report of a period as a statement; `now` is an aware local time."""
    report = await compile_for(tx, world, unit, period, rule, below=below, stratum=stratum)
    return Statement(report, 0, "", now)
