"""Which unit and period a member of staff looks at, and whether they may."""

from dataclasses import dataclass
from datetime import date, timedelta

from aiohttp import web as http

from handlers.ports import Membership, Role
from handlers.world import Unit, World
from reports import periods
from reports.periods import Period
from web.site import SITE

COOKIE = "motcua_staff"


@dataclass(frozen=True, slots=True)
class Viewed:
    """A unit and a period to be shown; `units` may be chosen instead, `below`: with the units under it.

    `problem` says what was wrong with the period that was asked for, where another is shown.
    """

    units: list[Unit]
    unit: Unit
    below: bool
    period: Period
    problem: str
    today: date

    @property
    def earlier(self) -> Period:
        """The period before."""
        return self.period.previous()

    @property
    def later(self) -> Period | None:
        """The period after, None where that has not begun."""
        if self.period.last >= self.today:
            return None
        return periods.around(self.period.name, self.period.last + timedelta(days=1))

    @property
    def status(self) -> int:
        """The HTTP status to answer with."""
        return 400 if self.problem else 200


async def viewed(request: http.Request) -> Viewed | None:
    """Read ?unit=…&period=… (this week by default); None for who is not logged in or asks for another's unit."""
    site = request.app[SITE]
    member = await member_of(request)
    if member is None:
        return None
    world = site.world()
    visible = units_of(member, world)
    unit = request.query.get("unit") or member.unit
    if unit not in visible or unit not in world.units:
        return None
    today = site.clock().date()
    problem = ""
    try:
        period = periods.parse(request.query.get("period") or periods.week_of(today).name)
    except periods.PeriodError as error:
        period, problem = periods.week_of(today), str(error)
    units = [world.units[code] for code in visible]
    return Viewed(units, world.units[unit], member.role == "admin", period, problem, today)


def units_of(member: Membership, world: World) -> list[str]:
    """The units whose figures and slips a member of staff may see: the own one, admins also those below."""
    return world.below(member.unit) if member.role == "admin" else [member.unit]


async def member_of(request: http.Request) -> Membership | None:
    """Return who is logged in on this browser, if anybody."""
    site, secret = request.app[SITE], request.cookies.get(COOKIE, "")
    if not secret:
        return None
    async with site.store.reading() as tx:
        found: tuple[str, Role] | None = await tx.find_token("browser", secret, site.clock())
    return Membership("staff page", "", *found) if found else None
