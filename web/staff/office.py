"""The staff's page of their own unit: notices, how to reach it, committed times, and what it does not carry out."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from aiohttp import web as http

from catalog.entries import Entry
from handlers.unit_settings import contact
from handlers.unit_settings.casework import typed_casework
from handlers.unit_settings.commitments import committed_time, typed_table
from handlers.unit_settings.notices import Wrong, one_line, typed_notice
from handlers.unit_settings.settings import CASEWORK, CONTACT, LEFT_OUT_FIELD, NOTICE, PROCEDURE
from handlers.world import CONTACT_KEYS
from web.pages import sent_form
from web.site import SITE, PagesTx
from web.staff.access import closed
from web.staff.office_changes import (
    Change,
    Overtaken,
    admins_office,
    done,
    kept,
    key_of,
    office_of,
    put,
    refused,
    seen_number,
)
from web.staff.office_view import COMMITTED, Draft, Office, Row, shown
from web.staff.unit_entries import state

LONGEST_PLACE = 200


async def show(request: http.Request) -> http.Response:
    """GET /staff/office?unit=…&find=…: all settings of a unit, and the procedures that words find."""
    office = await office_of(request, request.query.get("unit", ""))
    return closed() if office is None else await shown(request, office)


async def set_contact(request: http.Request) -> http.Response:
    """POST /staff/office/contact: telephone, address and hours."""
    sent = await sent_form(request)
    office = await admins_office(request, sent.get("unit", ""))
    if office is None:
        return closed()
    draft = Draft(CONTACT, sent)
    try:
        value = contact.checked({key: sent.get(key, "") for key in CONTACT_KEYS})
    except Wrong as wrong:
        return await refused(request, office, draft, shown, wrong)

    async def write(tx: PagesTx) -> None:
        await tx.change_unit(office.unit.code, value)

    change = Change(CONTACT, seen_number(sent.get("seen", "")), value)
    return await kept(request, office, change, draft, shown, write)


async def set_notice(request: http.Request) -> http.Response:
    """POST /staff/office/notice: add, change or take away a notice, or days of reception."""
    sent = await sent_form(request)
    office = await admins_office(request, sent.get("unit", ""))
    if office is None:
        return closed()
    key = key_of(sent)
    draft = Draft(f"{NOTICE}:{key}", sent)
    value: Mapping[str, Any] = {}
    if sent.get("action") != "remove":
        try:
            value = typed_notice(key, sent, sent.getall("weekday", []), office.fields).to_json()
        except Wrong as wrong:
            return await refused(request, office, draft, shown, wrong)
    return await kept(request, office, Change(draft.subject, seen_number(sent.get("seen", "")), value), draft, shown)


async def set_casework(request: http.Request) -> http.Response:
    """POST /staff/office/casework: notes to choose from, offices that work is handed to, and working days."""
    sent = await sent_form(request)
    office = await admins_office(request, sent.get("unit", ""))
    if office is None:
        return closed()
    draft, world = Draft(CASEWORK, sent), request.app[SITE].world()
    try:
        value = typed_casework(sent, office.fields, world.below(office.unit.code))
    except Wrong as wrong:
        return await refused(request, office, draft, shown, wrong)
    return await kept(request, office, Change(CASEWORK, seen_number(sent.get("seen", "")), value), draft, shown)


async def set_field(request: http.Request) -> http.Response:
    """POST /staff/office/field: take a field of work out of what the unit carries out, or put it back."""
    sent = await sent_form(request)
    office = await admins_office(request, sent.get("unit", ""))
    if office is None:
        return closed()
    field, value = sent.get("field", ""), {}
    if not field or len(field) > LONGEST_PLACE:
        raise http.HTTPBadRequest
    draft = Draft(LEFT_OUT_FIELD, sent)
    if sent.get("action") != "remove":
        try:
            value = {"where": typed_place(sent.get("where", ""))}
        except Wrong as wrong:
            return await refused(request, office, draft, shown, wrong)
    async with request.app[SITE].store.reading() as tx:
        numbers = {one.subject: one.number for one in await tx.settings(office.unit.code) if not one.value}
    subject = f"{LEFT_OUT_FIELD}:{field}"
    seen = seen_number(sent["seen"]) if "seen" in sent else numbers.get(subject, 0)
    return await kept(request, office, Change(subject, seen, value), draft, shown)


def typed_place(text: str) -> str:
    """Return the typed place where something is done; Wrong if it is empty."""
    where = one_line(text, LONGEST_PLACE)
    if not where:
        raise Wrong("where")
    return where


async def set_committed(request: http.Request) -> http.Response:
    """POST /staff/office/committed: a table of codes and times; first show what it would change, then store it."""
    sent = await sent_form(request)
    office = await admins_office(request, sent.get("unit", ""))
    if office is None:
        return closed()
    draft = Draft(COMMITTED, sent)
    try:
        rows = await _rows(request, office, sent.get("table", ""))
    except Wrong as wrong:
        return await refused(request, office, draft, shown, wrong)
    changing = [row for row in rows if row.before != row.after]
    stamp = hashlib.sha256(repr(rows).encode()).hexdigest()[:16]
    if sent.get("action") != "save" or not changing:
        return await shown(request, office, Draft(COMMITTED, sent, rows=tuple(rows), stamp=stamp), 200)
    # If a row has changed since it was shown, the table is shown again.
    if sent.get("stamp") != stamp:
        return await shown(request, office, Draft(COMMITTED, sent, conflict=True, rows=tuple(rows), stamp=stamp), 409)
    try:
        async with request.app[SITE].store.transaction() as tx:
            await tx.hold_catalogs()
            changes = await _over_what_was_shown(tx, office, changing)
            await put(request, tx, office, changes)
            await state(request, tx, office, {row.code: {"committed": row.after} for row in changing})
    except Overtaken:
        rows = await _rows(request, office, sent.get("table", ""))
        return await shown(request, office, Draft(COMMITTED, sent, conflict=True, rows=tuple(rows)), 409)
    return await done(request, office, f"{PROCEDURE}:{changing[0].code}")


async def _over_what_was_shown(tx: PagesTx, office: Office, rows: Sequence[Row]) -> list[Change]:
    """Return the changes of rows; Overtaken if the unit states another time by now, by any page or file."""
    stated = await tx.stated(office.unit.code, [row.code for row in rows])
    changes = []
    for row in rows:
        own_entry = stated.get(row.code, Entry(row.code, ""))
        if own_entry.committed != row.before:
            raise Overtaken(row.code)
        changes.append(Change(f"{PROCEDURE}:{row.code}", row.seen, {"committed": row.after, "also": own_entry.also}))
    return changes


async def _rows(request: http.Request, office: Office, table: str) -> list[Row]:
    """Return the rows that a table would change; Wrong names the first invalid row."""
    catalog = request.app[SITE].world().catalog(office.unit.code)
    typed = typed_table(table)
    async with request.app[SITE].store.reading() as tx:
        stated = await tx.stated(office.unit.code, [code for code, _ in typed])
        numbers = {one.subject: one.number for one in await tx.settings(office.unit.code)}
    rows = []
    for code, time in typed:
        entry = catalog.entry(code)
        if entry is None:
            raise Wrong("no_code", code=code)
        before = stated[code].committed if code in stated else ""
        seen = numbers.get(f"{PROCEDURE}:{code}", 0)
        after = committed_time(time, entry)
        rows.append(Row(code, catalog.label(code), entry.published_time, before, after, seen))
    return rows
