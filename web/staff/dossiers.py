"""The staff's page of dossiers that are due or overdue, with the text to copy and the drafts of apologies."""

from typing import Any

from aiohttp import web as http

from handlers.rights import may_see, visible
from handlers.wording import day_text
from handlers.world import Unit
from reports.dossiers.apology_letter import apology_letter, apology_name
from reports.dossiers.due_list import (
    IN_GROUP,
    WAITS,
    DueList,
    due_counts,
    due_day,
    due_list,
    due_text,
    fields_text,
    lateness,
)
from reports.rates import number, padded
from web.pages import language_of, see_other, sent_form
from web.site import SITE
from web.staff.access import closed, member_of
from web.staff.menu import staff_page

MOST = 50
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


async def show(request: http.Request) -> http.Response:
    """GET /staff/dossiers?unit=…: dossiers due and overdue, by default of one's unit; of units below, their numbers."""
    site, language = request.app[SITE], language_of(request)
    member = await member_of(request)
    world = site.world()
    seen = visible(world, member) if member else []
    asked = request.query.get("unit", "")
    if member is None or (asked and asked not in seen):
        return closed()
    now = site.clock()
    async with site.store.reading() as tx:
        unit = asked or member.unit
        place = world.unit(unit)
        due = await due_list(tx, unit, place.name, now, world.due_days, MOST)
        below = [code for code in world.below(unit) if code != unit and code in seen]
        counts = await due_counts(tx, below, now, world.due_days)
    short = due_text(_cut(due), language)
    return staff_page(
        site.world(),
        member,
        "dossiers.html",
        language,
        unit=place,
        units=[world.units[code] for code in seen],
        due=due,
        imported=day_text(due.imported_at.astimezone(now.tzinfo).date()) if due.imported_at else "",
        groups=[_group(due, kind, language) for kind in WAITS if due.count(kind)],
        fields=_fields(due),
        below=[(world.unit(code), [number(counts[code][kind]) for kind in WAITS]) for code in counts],
        waits=WAITS,
        copied=short.plain,
    )


async def apologize(request: http.Request) -> http.Response:
    """POST /staff/dossiers/apology: download the draft for an overdue dossier, or note that it was sent."""
    site, form = request.app[SITE], await sent_form(request)
    member = await member_of(request)
    if member is None:
        return closed()
    unit, code, world = form.get("unit", ""), form.get("code", ""), site.world()
    if not may_see(world, member, unit):
        raise http.HTTPForbidden
    today = site.clock().date()
    async with site.store.transaction() as tx:
        dossier = (await tx.dossiers(unit, [code])).get(code)
        if dossier is None or form.get("do") not in ("draft", "sent"):
            raise http.HTTPNotFound
        if form["do"] == "sent":
            await tx.send_apology(unit, code, today)
            return see_other(f"/staff/dossiers?unit={unit}")
        await tx.note_apologies(unit, [code], today)
    place: Unit = world.unit(unit)
    return http.Response(
        body=apology_letter(dossier, place.name, place.phone or place.address, sample=place.demo),
        content_type=DOCX,
        headers={"Content-Disposition": f'attachment; filename="{apology_name(dossier)}"'},
    )


def _cut(due: DueList) -> DueList:
    """Return the same list, cut to what fits into a message."""
    first = {kind: listed[:IN_GROUP] for kind, listed in due.first.items()}
    return DueList(due.unit, due.unit_name, due.now, due.until, due.imported_at, due.counts, first)


def _group(due: DueList, kind: Any, language: str) -> dict[str, Any]:
    """Return one kind of waiting with its dossiers as they are shown."""
    return {
        "kind": kind,
        "count": padded(due.count(kind)),
        "fields": fields_text(due.counts[kind], language),
        "rest": number(due.count(kind) - len(due.first[kind])) if due.count(kind) > len(due.first[kind]) else "",
        "rows": [
            {
                "code": one.dossier.code,
                "name": one.dossier.name,
                "field": one.dossier.field,
                "state": one.dossier.state,
                "due": due_day(due, one.dossier, language),
                "late": lateness(due, kind, one, language),
                "sent": one.sent_on is not None,
            }
            for one in due.first[kind]
        ],
    }


def _fields(due: DueList) -> list[tuple[str, list[int]]]:
    """Return by field how many dossiers wait for each thing, fields with most overdue ones first."""
    names = sorted({name for counts in due.counts.values() for name in counts})
    rows = [(name, [due.counts.get(kind, {}).get(name, 0) for kind in WAITS]) for name in names]
    return sorted(rows, key=lambda row: [-count for count in row[1]])
