"""The staff's list of questions that citizens left: read and answered here, and turned into names of procedures."""

import asyncio
from typing import Any

from aiohttp import web as http

from catalog.catalogs import Catalog
from catalog.gist import gist
from catalog.naming import nearest
from handlers.ports import Membership
from handlers.rights import may_see, visible
from handlers.staff.petitions import STAFF_LANGUAGE
from reports.missed.handling import group_of_question, handled_by, missed_of, name_for
from surveys.masking import mask
from surveys.questions_left import LONGEST, LeftQuestion
from web.pages import see_other, sent_form
from web.site import SITE, PagesTx
from web.staff.access import closed, member_of
from web.staff.menu import staff_page
from web.staff.missed import admin_of
from web.staff.naming import Way, label, named

MOST, MOST_ANSWERED, NEAREST = 100, 30, 3
HERE = "/staff/questions"
ANSWERED = f"{HERE}?state=answered"
DONE = ("sent", "kept", "name")


async def show(request: http.Request) -> http.Response:
    """GET /staff/questions?unit=…&state=answered: open questions by the time they are due, or answered ones."""
    member = await member_of(request)
    unit = request.query.get("unit", "")
    if member is None or (unit and not may_see(request.app[SITE].world(), member, unit)):
        return closed()
    done = request.query.get("done", "")
    return await _listed(
        request, member, unit, answered=request.query.get("state") == "answered", done=done if done in DONE else ""
    )


async def answer(request: http.Request) -> http.Response:
    """POST /staff/questions/{number}: send the answer to where the question was asked, once."""
    site, form = request.app[SITE], await sent_form(request)
    member = await member_of(request)
    if member is None:
        return closed()
    number, typed = int(request.match_info["number"]), form.get("answer", "")
    said = mask(typed.strip())
    async with site.store.transaction() as tx:
        question = await _asked(request, tx, member, number)
        if not said or len(said) > LONGEST:
            return await _listed(request, member, "", status=400, draft=(number, typed), problem="wrong")
        kept, sent = await site.conversation.alerts.question_answered(tx, question, said, site.clock())
    if not kept:
        return await _listed(request, member, "", status=409, problem="already")
    return see_other(f"{HERE}?done={'sent' if sent else 'kept'}")


async def name(request: http.Request) -> http.Response:
    """POST /staff/questions/{number}/name: an admin makes an answered question a name of a procedure."""
    site, form = request.app[SITE], await sent_form(request)
    member = await admin_of(request)
    if member is None:
        return closed()
    number, (what, _, code) = int(request.match_info["number"]), form.get("do", "").partition(":")
    async with site.store.reading() as tx:
        question = await _asked(request, tx, member, number)
        missed = await missed_of(tx, site.world(), member, site.clock())
    if what != "name" or not question.answered_at:
        raise http.HTTPBadRequest
    group = group_of_question(missed, question.text)
    way = Way("questions", f"{HERE}/{number}/name", ANSWERED)
    given = await named(request, member, (missed, group), code, name_for(question.text), way)
    if isinstance(given, http.Response):
        return given
    done = f"{ANSWERED}&done=name"
    return see_other(done) if given else await _listed(request, member, "", answered=True, status=409, problem="named")


async def _asked(request: http.Request, tx: PagesTx, member: Membership, number: int) -> LeftQuestion:
    """Return a question that a member may see; HTTPForbidden if there is none."""
    question = await tx.left_question(number)
    if question is None or not may_see(request.app[SITE].world(), member, question.unit):
        raise http.HTTPForbidden
    return question


async def _listed(
    request: http.Request,
    member: Membership,
    unit: str,
    *,
    answered: bool = False,
    status: int = 200,
    draft: tuple[int, str] = (0, ""),
    problem: str = "",
    done: str = "",
) -> http.Response:
    site = request.app[SITE]
    world, now, seen = site.world(), site.clock(), visible(site.world(), member)
    wanted = [unit] if unit else seen
    async with site.store.reading() as tx:
        found = await tx.questions_left(wanted, MOST_ANSWERED if answered else MOST, answered=answered)
        count, _ = await tx.open_questions(wanted, now)
        handlings = await tx.handlings(handled_by(world, seen)) if answered else []
    catalog = world.catalog(member.unit)
    targets = {one.gist: label(catalog, one.target) for one in handlings if one.what == "name"}
    near = await asyncio.to_thread(_near, catalog, found) if answered and member.role == "admin" else {}
    return staff_page(
        site.world(),
        member,
        "questions_left.html",
        STAFF_LANGUAGE,
        status,
        heading=world.unit(unit or member.unit).name,
        unit=unit,
        units=[world.units[code] for code in seen],
        answered=answered,
        open_count=count,
        shown=[_row(one, targets, near, request) for one in found],
        draft=draft,
        problem=problem,
        done=done,
        limit=LONGEST,
    )


def _near(catalog: Catalog, questions: list[LeftQuestion]) -> dict[int, list[tuple[str, str]]]:
    return {
        one.id: [(code, catalog.label(code)) for code in nearest(catalog, [one.text], NEAREST)] for one in questions
    }


def _row(
    question: LeftQuestion, targets: dict[str, str], near: dict[int, list[tuple[str, str]]], request: http.Request
) -> dict[str, Any]:
    """Return what the page shows of a question, with times in the unit's zone."""
    site = request.app[SITE]
    now = site.clock()
    moments = (question.at, question.due, question.answered_at)
    at, due, answered = (one and f"{one.astimezone(now.tzinfo):%H:%M %d/%m/%Y}" for one in moments)
    return {
        "question": question,
        "at": at,
        "due": due,
        "answered": answered,
        "late": not question.answered_at and question.due < now,
        "unit": site.world().unit(question.unit).name,
        "name_of": targets.get(gist(question.text), ""),
        "near": near.get(question.id, []),
    }
