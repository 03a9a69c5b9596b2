"""Which unit and period a member of staff asks for, and whether they may see it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, timedelta

from aiohttp import web as http

import locales
from handlers.ports import Membership, Role
from handlers.rights import visible
from handlers.unit_settings.settings import Author
from handlers.world import Unit
from reports import periods
from reports.periods import Period
from web.pages import language_of, page
from web.site import SITE, PagesTx

COOKIE = "motcua_staff"
CLOSED = http.ResponseKey("closed", bool)
SESSION_LIFE = timedelta(hours=12)
# Short, since anybody can use the browser at an unattended desk.
IDLE_LIFE = timedelta(hours=2)
# A session's use is noted no more often than this, or every view of a page would write to the database.
NOTED_EVERY = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Viewed:
    """A unit and a period to be shown to a member, who may choose another of `units`.

    `problem` says what was wrong with the requested period, if another is shown. `asked`: a period was requested.
    """

    member: Membership
    units: list[Unit]
    unit: Unit
    period: Period
    problem: str
    today: date
    asked: bool = True

    @property
    def below(self) -> bool:
        """Whether the units under it are shown with it."""
        return self.member.role == "admin"

    @property
    def earlier(self) -> Period:
        """The period before."""
        return self.period.previous()

    @property
    def later(self) -> Period | None:
        """The period after; None if it has not started."""
        if self.period.last >= self.today:
            return None
        return periods.around(self.period.name, self.period.last + timedelta(days=1))

    @property
    def status(self) -> int:
        """The HTTP status to answer with."""
        return 400 if self.problem else 200


async def viewed(request: http.Request) -> Viewed | None:
    """Read ?unit=…&period=… or &from=…&to=… (this week by default).

    Return None if nobody is logged in, or the member may not see the unit.
    """
    site = request.app[SITE]
    member = await member_of(request)
    if member is None:
        return None
    world = site.world()
    seen = visible(world, member)
    unit = request.query.get("unit") or member.unit
    if unit not in seen:
        return None
    today = site.clock().date()
    problem, asked = "", _period_asked(request)
    try:
        period = periods.parse(asked or periods.week_of(today).name)
    except periods.PeriodError as error:
        period, problem = periods.week_of(today), str(error)
    units = [world.units[code] for code in seen]
    return Viewed(member, units, world.units[unit], period, problem, today, asked=bool(asked))


def _period_asked(request: http.Request) -> str:
    """Return the name of the requested period; if only one of from and to is given, it is both."""
    first, last = (request.query.get(name, "").strip() for name in ("from", "to"))
    if first or last:
        return f"{first or last}{periods.BETWEEN}{last or first}"
    return request.query.get("period", "")


async def member_of(request: http.Request) -> Membership | None:
    """Return the member logged in on this browser, or None; extends the session."""
    site, secret = request.app[SITE], request.cookies.get(COOKIE, "")
    if not secret:
        return None
    until = site.clock() + IDLE_LIFE
    async with site.store.reading() as tx:
        found: tuple[str, Role] | None = await tx.find_token("browser", secret, site.clock())
        used = found is not None and await tx.ends_before(secret, until - NOTED_EVERY)
    if used:
        async with site.store.transaction() as tx:
            await tx.keep_session(secret, until)
    return Membership("staff page", "", *found) if found else None


def closed() -> http.Response:
    """Return the page for visitors who are not logged in: how to get a link."""
    hours, idle = (int(life / timedelta(hours=1)) for life in (SESSION_LIFE, IDLE_LIFE))
    response = page("closed.html", status=403, hours=hours, idle=idle)
    response[CLOSED] = True
    return response


@http.middleware
async def explained(
    request: http.Request, handler: Callable[[http.Request], Awaitable[http.StreamResponse]]
) -> http.StreamResponse:
    """Tell staff who are logged in that a closed page is another unit's or for admins. A login link stays closed."""
    response = await handler(request)
    if not response.get(CLOSED) or request.path.startswith("/staff/login/") or await member_of(request) is None:
        return response
    language = language_of(request)
    return page(
        "message.html",
        language,
        status=403,
        title=locales.text(language, "web.staff.not_yours"),
        text=locales.text(language, "web.staff.not_yours_text"),
        link="/staff",
        link_text=locales.text(language, "web.staff.to_yours"),
        typed=(),
    )


async def author_of(request: http.Request, tx: PagesTx, member: Membership) -> Author:
    """Return the member logged in on this browser as the author of a change."""
    owner = await tx.token_owner("browser", request.cookies.get(COOKIE, ""))
    return Author(f"{member.role} {member.unit}", owner)
