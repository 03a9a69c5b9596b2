"""The staff's page of their own unit: what its admins set, each change kept and none written over another unseen."""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from aiohttp import web as http
from multidict import MultiDictProxy

import locales
from handlers.own.notices import Wrong, one_line, typed_notice
from handlers.own.settings import CONTACT, NOTICE, Author
from handlers.rights import may_see
from web.pages import language_of, see_other, sent_form
from web.site import SITE, PagesStore, PagesTx
from web.staff.access import COOKIE, closed, member_of
from web.staff.office_view import CONTACT_KEYS, Draft, Office, shown

LONGEST_CONTACT = 200
_KEY = re.compile(r"[0-9a-f]{8}")
Writing = Callable[[PagesTx], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Change:
    """A value for a subject that an admin sends, over the one with the number that they saw."""

    subject: str
    seen: int
    value: Mapping[str, Any]


async def show(request: http.Request) -> http.Response:
    """GET /staff/office?unit=…: all that a unit sets itself."""
    office = await _office(request, request.query.get("unit", ""))
    return closed() if office is None else await shown(request, office)


async def set_contact(request: http.Request) -> http.Response:
    """POST /staff/office/contact: telephone, address and hours."""
    sent = await sent_form(request)
    office = await _admins(request, sent)
    if office is None:
        return closed()
    try:
        value = {key: one_line(sent.get(key, ""), LONGEST_CONTACT) for key in CONTACT_KEYS}
    except Wrong as wrong:
        return await _refused(request, office, Draft(CONTACT, sent), wrong)

    async def write(tx: PagesTx) -> None:
        await tx.change_unit(office.unit.code, value)

    return await _kept(request, office, Change(CONTACT, _seen(sent), value), Draft(CONTACT, sent), write)


async def set_notice(request: http.Request) -> http.Response:
    """POST /staff/office/notice: add, change or take away a notice, or days of reception."""
    sent = await sent_form(request)
    office = await _admins(request, sent)
    if office is None:
        return closed()
    key = _key(sent)
    draft = Draft(f"{NOTICE}:{key}", sent)
    value: Mapping[str, Any] = {}
    if sent.get("action") != "remove":
        try:
            value = typed_notice(key, sent, sent.getall("weekday", []), office.fields).to_json()
        except Wrong as wrong:
            return await _refused(request, office, draft, wrong)
    return await _kept(request, office, Change(draft.subject, _seen(sent), value), draft)


async def _office(request: http.Request, code: str) -> Office | None:
    """Return the unit that is looked at; None for who is not logged in or may not see it."""
    member = await member_of(request)
    world = request.app[SITE].world()
    code = code or (member.unit if member else "")
    if member is None or not may_see(world, member, code):
        return None
    return Office(member, world.unit(code), tuple(world.catalog(code).fields))


async def _admins(request: http.Request, sent: MultiDictProxy[str]) -> Office | None:
    """Return the unit that is changed; None for who is not logged in, HTTPForbidden for who is no admin of it."""
    office = await _office(request, sent.get("unit", ""))
    if office and not office.may_change:
        raise http.HTTPForbidden
    return office


async def _kept(
    request: http.Request, office: Office, change: Change, draft: Draft, write: Writing | None = None
) -> http.Response:
    """Keep a change with what it writes elsewhere, or show what somebody else changed meanwhile beside it."""
    site, unit = request.app[SITE], office.unit.code
    async with site.store.transaction() as tx:
        author = await _author(request, tx, office)
        made = await tx.put_setting(unit, change.subject, change.seen, change.value, author, site.clock())
        if made and write:
            await write(tx)
    if not made and not await _is_so(site.store, unit, change):
        return await shown(request, office, replace(draft, conflict=True), 409)
    asked = {"unit": unit, "done": change.subject}
    if language_of(request) != locales.DEFAULT:
        asked["lang"] = language_of(request)
    return see_other(f"/staff/office?{urlencode(asked)}#done")


async def _is_so(store: PagesStore, unit: str, change: Change) -> bool:
    """Tell whether a subject has the value already: the same form was sent twice."""
    async with store.reading() as tx:
        return any(one.subject == change.subject and one.value == change.value for one in await tx.settings(unit))


async def _author(request: http.Request, tx: PagesTx, office: Office) -> Author:
    owner = await tx.token_owner("browser", request.cookies.get(COOKIE, ""))
    return Author(f"{office.member.role} {office.member.unit}", owner)


async def _refused(request: http.Request, office: Office, draft: Draft, wrong: Wrong) -> http.Response:
    said = locales.text(language_of(request), f"own.wrong.{wrong.key}", **wrong.values)
    return await shown(request, office, replace(draft, problem=said), 400)


def _seen(sent: MultiDictProxy[str]) -> int:
    """The number of the setting that the form was made from."""
    number = sent.get("seen", "")
    if not (number.isdecimal() and len(number) < 9):
        raise http.HTTPBadRequest
    return int(number)


def _key(sent: MultiDictProxy[str]) -> str:
    key = sent.get("key", "")
    if not _KEY.fullmatch(key):
        raise http.HTTPBadRequest
    return key
