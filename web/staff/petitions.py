"""The staff's register of petitions received at the counter, by phone and on paper, with their answers."""

from aiohttp import web as http

from handlers.ports import Membership
from handlers.rights import may_see, visible
from handlers.staff.petitions import STAFF_LANGUAGE
from handlers.unit_settings.notices import Wrong, typed_day
from handlers.wording import day_text
from reports.casework.due import new_petition
from surveys.masking import mask
from surveys.petitions import KINDS, LONGEST, SOURCES
from web.pages import see_other, sent_form
from web.site import SITE
from web.staff.access import closed, member_of
from web.staff.menu import staff_page

MOST = 100
DONE = ("entered", "answered")


async def show(request: http.Request) -> http.Response:
    """GET /staff/pakn: the open petitions by their due day, the last answered ones, and a form to enter one."""
    member = await member_of(request)
    done = request.query.get("done", "")
    return closed() if member is None else await _shown(request, member, done=done if done in DONE else "")


async def enter(request: http.Request) -> http.Response:
    """POST /staff/pakn: enter a petition for the member's unit."""
    site, form = request.app[SITE], await sent_form(request)
    member = await member_of(request)
    if member is None:
        return closed()
    today = site.clock().date()
    kind = next((one for one in KINDS if one == form.get("kind")), None)
    source = next((one for one in SOURCES if one == form.get("source")), None)
    text = mask(form.get("text", "").strip())
    if kind is None or source is None:
        raise http.HTTPBadRequest
    try:
        received = typed_day(form.get("received", "")) or today
    except Wrong:
        received = None
    if not text or len(text) > LONGEST or received is None or received > today:
        return await _shown(request, member, status=400, typed=dict(form), problem="wrong")
    who = f"{member.role} {member.unit}"
    petition = new_petition(site.world(), member.unit, kind, source, text, received, who)
    async with site.store.transaction() as tx:
        number = await tx.enter_petition(petition)
        await site.conversation.alerts.petition_entered(tx, member.unit, number, petition)
    return see_other("/staff/pakn?done=entered")


async def answer(request: http.Request) -> http.Response:
    """POST /staff/pakn/{number}: note what was answered, once."""
    site, form = request.app[SITE], await sent_form(request)
    member = await member_of(request)
    if member is None:
        return closed()
    number, note = int(request.match_info["number"]), mask(form.get("note", "").strip())[:LONGEST]
    async with site.store.transaction() as tx:
        petition = await tx.petition(number)
        if petition is None or not may_see(site.world(), member, petition.unit):
            raise http.HTTPForbidden
        who = f"{member.role} {member.unit}"
        done = bool(note) and await tx.answer_petition(number, note, site.clock().date(), who)
    if not done:
        return await _shown(request, member, status=409, problem="already")
    return see_other("/staff/pakn?done=answered")


async def _shown(
    request: http.Request,
    member: Membership,
    status: int = 200,
    typed: dict[str, str] | None = None,
    problem: str = "",
    done: str = "",
) -> http.Response:
    site = request.app[SITE]
    world, today = site.world(), site.clock().date()
    async with site.store.reading() as tx:
        waiting = await tx.petitions(visible(world, member), "open", MOST)
        answered = await tx.petitions(visible(world, member), "answered", MOST)
    return staff_page(
        site.world(),
        member,
        "pakn.html",
        STAFF_LANGUAGE,
        status,
        heading=world.unit(member.unit).name,
        names={code: world.unit(code).name for code in visible(world, member)},
        waiting=waiting,
        answered=answered,
        kinds=KINDS,
        sources=SOURCES,
        typed=typed or {},
        problem=problem,
        done=done,
        limit=LONGEST,
        today=today,
        day_text=day_text,
    )
