"""One procedure on the staff's page of their own unit: its committed time, names, forms, and where it is done."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from aiohttp import web as http
from multidict import MultiDictProxy

from catalog.entries import Entry
from handlers.staff.catalog.current_catalog import stated_at
from handlers.unit_settings.commitments import committed_time
from handlers.unit_settings.forms import MOST_BYTES, file_name, typed_form
from handlers.unit_settings.notices import Wrong, one_line
from handlers.unit_settings.settings import FORM, LEFT_OUT, PROCEDURE
from web.pages import sent_form
from web.site import SITE
from web.staff.access import closed
from web.staff.office import typed_place
from web.staff.office_changes import (
    Change,
    admins_office,
    done,
    kept,
    kept_with_file,
    key_of,
    office_of,
    put,
    refused,
    seen_number,
)
from web.staff.office_view import Draft, Office, procedure_shown
from web.staff.unit_entries import state
from web.uploads import sent_upload

LONGEST_NAME, MOST_NAMES = 100, 30


async def show(request: http.Request) -> http.Response:
    """GET /staff/office/{code}?unit=…: what a unit sets of one procedure."""
    office = await office_of(request, request.query.get("unit", ""))
    if office is None:
        return closed()
    return await procedure_shown(request, office)


async def set_terms(request: http.Request) -> http.Response:
    """POST /staff/office/{code}/terms: the committed time, and what people call it."""
    sent = await sent_form(request)
    office = await admins_office(request, sent.get("unit", ""))
    if office is None:
        return closed()
    code = request.match_info["code"]
    entry = request.app[SITE].world().catalog(office.unit.code).entry(code)
    if entry is None:
        raise http.HTTPNotFound
    site, unit = request.app[SITE], office.unit.code
    draft = Draft(f"{PROCEDURE}:{code}", sent)
    try:
        terms = {"committed": committed_time(sent.get("committed", ""), entry), "also": typed_names(sent)}
    except Wrong as wrong:
        return await refused(request, office, draft, procedure_shown, wrong)

    async with site.store.transaction() as tx:
        await tx.hold_catalogs()
        stated = await stated_at(tx, unit, site.world().lineage(unit), code)
        own_entry = stated.own or Entry(code, "")
        is_so = terms == {"committed": own_entry.committed, "also": own_entry.also}
        # The catalog's page, a file, or a name for a missed question may change the same; they share this version.
        if stated.version == sent.get("seen") and not is_so:
            numbers = {one.subject: one.number for one in await tx.settings(unit)}
            await put(request, tx, office, [Change(draft.subject, numbers.get(draft.subject, 0), terms)])
            await state(request, tx, office, {code: terms})
            is_so = True
    if not is_so:
        return await procedure_shown(request, office, replace(draft, conflict=True), 409)
    return await done(request, office, draft.subject)


def typed_names(sent: MultiDictProxy[str]) -> str:
    """Return the names that people use, one a line, each once."""
    lines = sent.get("also", "").replace(";", "\n").splitlines()
    names = dict.fromkeys(filter(None, (one_line(line, LONGEST_NAME) for line in lines)))
    if len(names) > MOST_NAMES:
        raise Wrong("rows", most=MOST_NAMES)
    return "\n".join(names)


async def set_left_out(request: http.Request) -> http.Response:
    """POST /staff/office/{code}/left-out: say where it is done instead, or that the unit carries it out after all."""
    sent = await sent_form(request)
    office = await admins_office(request, sent.get("unit", ""))
    if office is None:
        return closed()
    draft = Draft(f"{LEFT_OUT}:{_held(request, office)}", sent)
    value: Mapping[str, Any] = {}
    if sent.get("action") != "remove":
        try:
            value = {"where": typed_place(sent.get("where", ""))}
        except Wrong as wrong:
            return await refused(request, office, draft, procedure_shown, wrong)
    change = Change(draft.subject, seen_number(sent.get("seen", "")), value)
    return await kept(request, office, change, draft, procedure_shown)


async def set_form(request: http.Request) -> http.Response:
    """POST /staff/office/{code}/form: offer a form as a file or by its address, or offer it no more."""
    sent = await sent_upload(request, MOST_BYTES)
    office = await admins_office(request, sent.fields.get("unit", ""))
    if office is None:
        return closed()
    code = _held(request, office)
    draft = Draft(f"{FORM}:{key_of(sent.fields)}", sent.fields)
    seen = seen_number(sent.fields.get("seen", ""))
    if sent.fields.get("action") == "remove":
        return await kept(request, office, Change(draft.subject, seen, {}), draft, procedure_shown)
    try:
        value = typed_form(code, sent.fields, sent.content)
        name = file_name(value["name"], sent.content) if sent.content else ""
    except Wrong as wrong:
        return await refused(request, office, draft, procedure_shown, wrong)
    change = Change(draft.subject, seen, value)
    if not name:
        return await kept(request, office, change, draft, procedure_shown)
    return await kept_with_file(request, office, change, (name, sent.content), draft, procedure_shown)


def _held(request: http.Request, office: Office) -> str:
    """Return the code in the address; HTTPNotFound if the unit's catalog does not have it."""
    code = request.match_info["code"]
    if code not in request.app[SITE].world().catalog(office.unit.code):
        raise http.HTTPNotFound
    return code
