"""The staff's list of cases: what was said of bad service, and what became of it."""

from dataclasses import replace

from aiohttp import web as http

from handlers.ports import Membership
from handlers.rights import may_see, visible
from handlers.staff.cases import STAFF_LANGUAGE, counter_name, reasons
from handlers.wording import day_text
from surveys.cases import BEFORE, STATES, UNFINISHED, State
from web.pages import page, see_other, sent_form
from web.site import SITE
from web.staff.access import closed, member_of

MOST = 100
FINISHED: tuple[State, ...] = ("handled",)


async def show(request: http.Request) -> http.Response:
    """GET /staff/cases?unit=…&state=handled: unfinished cases, oldest first, or handled ones, latest first."""
    member = await member_of(request)
    unit = request.query.get("unit", "")
    if member is None or (unit and not may_see(request.app[SITE].world(), member, unit)):
        return closed()
    return await _listed(request, member, unit, finished=request.query.get("state") == "handled")


async def move(request: http.Request) -> http.Response:
    """POST /staff/cases/{number}: put a case into the state that the button says, once."""
    site, form = request.app[SITE], await sent_form(request)
    member = await member_of(request)
    if member is None:
        return closed()
    number, unit = request.match_info["number"], form.get("unit", "")
    state = next((known for known in STATES if known == form.get("state") and BEFORE[known]), None)
    if len(number) > 9 or state is None:
        raise http.HTTPNotFound
    world, today = site.world(), site.clock().date()
    async with site.store.transaction() as tx:
        case = await tx.case(int(number))
        if case is None or not may_see(world, member, case.unit):
            raise http.HTTPForbidden
        moved = await tx.move_case(case.id, state, today)
        if moved and state == "passed_on":
            await site.conversation.alerts.passed_on(tx, replace(case, state=state, changed_on=today))
    unit = unit if may_see(world, member, unit) else ""
    if not moved:
        return await _listed(request, member, unit, finished=False, status=409)
    return see_other(f"/staff/cases?unit={unit}" if unit else "/staff/cases")


async def _listed(
    request: http.Request, member: Membership, unit: str, *, finished: bool, status: int = 200
) -> http.Response:
    site = request.app[SITE]
    world, today = site.world(), site.clock().date()
    seen = visible(world, member)
    wanted = [unit] if unit else seen
    async with site.store.reading() as tx:
        found = await tx.cases(wanted, FINISHED if finished else UNFINISHED, MOST, latest=finished)
        counts = [await tx.count_cases(wanted, states) for states in (UNFINISHED, FINISHED)]
    shown = [
        {
            "case": case,
            "unit": world.unit(case.unit).name if len(wanted) > 1 else "",
            "counter": counter_name(world, case),
            "reasons": ", ".join(reasons(world, case, STAFF_LANGUAGE)),
            "day": day_text(case.day),
            "since": day_text(case.changed_on),
            "reachable": case.reachable(today),
        }
        for case in found
    ]
    return page(
        "cases.html",
        status=status,
        heading=world.unit(unit or member.unit).name,
        units=[world.units[code] for code in seen],
        unit=unit,
        finished=finished,
        unfinished_count=counts[0],
        finished_count=counts[1],
        shown=shown,
        most=MOST,
        cut=counts[finished] > len(shown),
        before=BEFORE,
        already=status == 409,
    )
