"""The staff's list of cases: what was said of bad service, and what became of it."""

import re
import secrets
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from urllib.parse import urlencode

from aiohttp import web as http
from multidict import MultiDictProxy

from handlers.ports import Membership
from handlers.rights import has_in_hand, may_see, owns, visible
from handlers.staff.case_words import LONGEST_NOTE, LONGEST_OFFICE
from handlers.staff.cases import STAFF_LANGUAGE, counter_name, due_line, reasons, step_line
from handlers.unit_settings.notices import Wrong, one_line, typed_day
from handlers.wording import day_text
from reports.casework.due import due_again, due_from, with_due
from surveys.cases import BEFORE, STATES, UNFINISHED, Case, State, Step
from surveys.masking import mask
from web.pages import see_other, sent_form
from web.site import SITE, PagesTx, Site
from web.staff.access import author_of, closed, member_of
from web.staff.menu import staff_page

MOST = 100
FINISHED: tuple[State, ...] = ("handled",)
# Actions on the note of a handled case; they are not states of a case.
PUBLISHING = ("publish", "hide")
# What staff may do about another unit's case that was handed over to their unit.
IN_HAND = ("handled", "noted")
# The actions that the page confirms.
DONE = ("handled", "handed_over", "passed_on", "open", "noted", *PUBLISHING)


@dataclass(frozen=True, slots=True)
class Draft:
    """What was typed about a case and not stored, with the reason."""

    case: int
    typed: MultiDictProxy[str]
    problem: str


async def show(request: http.Request) -> http.Response:
    """GET /staff/cases?unit=…&state=handled: unfinished cases, oldest first, or handled ones, latest first."""
    member = await member_of(request)
    unit = request.query.get("unit", "")
    if member is None or (unit and not may_see(request.app[SITE].world(), member, unit)):
        return closed()
    done, case = request.query.get("done", ""), request.query.get("case", "")
    outcome = (done, int(case)) if done in DONE and re.fullmatch(r"[0-9]{1,9}", case) else None
    return await _listed(request, member, unit, finished=request.query.get("state") == "handled", done=outcome)


async def move(request: http.Request) -> http.Response:
    """POST /staff/cases/{number}: carry out, once, the action of the button, with the fields that it needs."""
    site, form = request.app[SITE], await sent_form(request)
    member = await member_of(request)
    if member is None:
        return closed()
    number, wanted = request.match_info["number"], form.get("state", "")
    if len(number) > 9 or wanted not in (*STATES, *PUBLISHING, "noted"):
        raise http.HTTPNotFound
    world = site.world()
    unit = form.get("unit", "") if may_see(world, member, form.get("unit", "")) else ""
    async with site.store.transaction() as tx:
        case = await tx.case(int(number))
        if case is None or not (owns(world, member, case) or (wanted in IN_HAND and has_in_hand(world, member, case))):
            raise http.HTTPForbidden
        desk = case.unit if owns(world, member, case) else case.handed_to
        author = await author_of(request, tx, member)
        who = Step("open", site.clock(), author.who, *((author.chat.channel, author.chat.user) if author.chat else ()))
        try:
            moved = await _carry_out(site, tx, (case, desk), who, wanted, form)
        except Wrong as wrong:
            draft = Draft(case.id, form, wrong.sentence(STAFF_LANGUAGE))
            return await _listed(request, member, unit, finished=False, status=400, draft=draft)
    if not moved:
        return await _listed(request, member, unit, finished=False, status=409)
    asked = ([("unit", unit)] if unit else []) + ([("state", "handled")] if wanted in PUBLISHING else [])
    return see_other(f"/staff/cases?{urlencode([*asked, ('done', wanted), ('case', case.id)])}")


async def _carry_out(
    site: Site, tx: PagesTx, of: tuple[Case, str], by: Step, wanted: str, form: MultiDictProxy[str]
) -> bool:
    """Carry out the action that a form asks for; False if the case no longer allows it, Wrong if a field is missing.

    `of` is the case, and the unit that acts: its own, or the one that it was handed over to.
    """
    (case, desk), today = of, by.at.date()
    usual = partial(due_from, site.world(), case.unit, today)
    casework = site.world().casework(desk)
    match wanted:
        case "publish" | "hide":
            return await tx.publish_case(case.id, published=wanted == "publish")
        case "handled" | "noted":
            note = _note(form, casework.notes)
            if wanted == "noted":
                return await tx.move_case(case.id, replace(by, state="noted", note=note))
            public = bool(form.get("public")) and desk == case.unit
            step = replace(by, state="handled", note=note, published=public)
            moved, _ = await site.conversation.alerts.handled(tx, case, step, secrets.token_hex(6))
            return moved
        case "handed_over":
            return await _hand_over(site, tx, case, by, form, usual)
        case "open":
            return await tx.move_case(case.id, replace(by, due=due_again(site.world(), case, today)))
    moved = await tx.move_case(case.id, replace(by, state="passed_on"))
    if moved:
        left = await tx.case(case.id) or case
        await site.conversation.alerts.passed_on(tx, left)
    return moved


def _note(form: MultiDictProxy[str], notes: Collection[str]) -> str:
    """Return the chosen note, the written one, or both joined; raise Wrong if there is neither."""
    chosen = form.get("note", "") if form.get("note", "") in notes else ""
    written = one_line(mask(form.get("written", "")), LONGEST_NOTE)
    note = one_line(f"{chosen.rstrip('.')}. {written}", LONGEST_NOTE) if chosen and written else chosen or written
    if not note:
        raise Wrong("note")
    return note


async def _hand_over(
    site: Site, tx: PagesTx, case: Case, by: Step, form: MultiDictProxy[str], usual: Callable[[], date]
) -> bool:
    """Hand a case over to the office that a form names, and tell its staff if it is a unit of ours."""
    world, today = site.world(), by.at.date()
    office = one_line(form.get("other", ""), LONGEST_OFFICE) or one_line(form.get("office", ""), LONGEST_OFFICE)
    if not office:
        raise Wrong("to_office")
    due = typed_day(form.get("due", "")) or usual()
    if due < today:
        raise Wrong("day", text=day_text(due))
    below = world.casework(case.unit).unit_of(office)
    unit = below if below in world.units else ""
    moved = await tx.move_case(case.id, replace(by, state="handed_over", office=mask(office), due=due, unit=unit))
    if moved:
        await site.conversation.alerts.handed_over(tx, await tx.case(case.id) or case)
    return moved


async def _listed(
    request: http.Request,
    member: Membership,
    unit: str,
    *,
    finished: bool,
    status: int = 200,
    draft: Draft | None = None,
    done: tuple[str, int] | None = None,
) -> http.Response:
    site = request.app[SITE]
    world, today = site.world(), site.clock().date()
    seen = visible(world, member)
    wanted = [unit] if unit else seen
    async with site.store.reading() as tx:
        found = await tx.cases(wanted, FINISHED if finished else UNFINISHED, MOST, latest=finished)
        counts = [await tx.count_cases(wanted, states) for states in (UNFINISHED, FINISHED)]
        steps = await tx.case_steps([case.id for case in found])
    late = {case.id for case in found if not finished and ((due := with_due(world, case).due) and due < today)}
    shown = [
        {
            "case": case,
            "late": case.id in late,
            "steps": [step_line(world, step, STAFF_LANGUAGE) for step in steps.get(case.id, [])],
            "due": due_line(with_due(world, case), STAFF_LANGUAGE, today),
            "own": owns(world, member, case),
            "notes": world.casework(case.unit if owns(world, member, case) else case.handed_to).notes,
            "offices": [office.name for office in world.casework(case.unit).offices],
            "draft": draft if draft and draft.case == case.id else None,
            "unit": world.unit(case.unit).name if len(wanted) > 1 or not owns(world, member, case) else "",
            "counter": counter_name(world, case),
            "reasons": ", ".join(reasons(world, case, STAFF_LANGUAGE)),
            "day": day_text(case.day),
            "since": day_text(case.changed_on),
            "reachable": case.reachable(today) and owns(world, member, case),
        }
        for case in found
    ]
    return staff_page(
        site.world(),
        member,
        "cases.html",
        status=status,
        heading=world.unit(unit or member.unit).name,
        units=[world.units[code] for code in seen],
        unit=unit,
        finished=finished,
        unfinished_count=counts[0],
        finished_count=counts[1],
        late_count=len(late),
        shown=shown,
        most=MOST,
        cut=counts[finished] > len(shown),
        before=BEFORE,
        today=today.isoformat(),
        already=status == 409,
        done=done[0] if done else "",
        done_to=next((case.id for case in found if done and case.id == done[1]), 0),
    )
