"""Storing an admin's change of their own unit: its author, the number it replaces, and the page's answer."""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from aiohttp import web as http
from multidict import MultiDictProxy

import locales
from handlers.rights import may_see
from handlers.unit_settings.notices import Wrong
from web.pages import language_of, see_other
from web.site import SITE, PagesStore, PagesTx
from web.staff.access import author_of, member_of
from web.staff.office_view import Draft, Office

Writing = Callable[[PagesTx], Awaitable[None]]
Shown = Callable[[http.Request, Office, Draft | None, int], Awaitable[http.Response]]
_KEY = re.compile(r"[0-9a-f]{8}")


@dataclass(frozen=True, slots=True)
class Change:
    """A value for a subject that an admin sends, to replace the one with the number `seen`."""

    subject: str
    seen: int
    value: Mapping[str, Any]


class Overtaken(Exception):
    """Somebody else changed the same `subject` meanwhile; nothing of the transaction is stored."""

    def __init__(self, subject: str) -> None:
        super().__init__(subject)
        self.subject = subject


async def office_of(request: http.Request, code: str) -> Office | None:
    """Return the viewed unit; None if nobody is logged in, or the member may not see it."""
    member = await member_of(request)
    world = request.app[SITE].world()
    code = code or (member.unit if member else "")
    if member is None or not may_see(world, member, code):
        return None
    return Office(member, world.unit(code), tuple(world.catalog(code).fields))


async def admins_office(request: http.Request, code: str) -> Office | None:
    """Return the unit to change; None if the member may not see it, HTTPForbidden if they are not an admin."""
    office = await office_of(request, code)
    if office and not office.may_change:
        raise http.HTTPForbidden
    return office


async def kept(
    request: http.Request, office: Office, change: Change, draft: Draft, show: Shown, write: Writing | None = None
) -> http.Response:
    """Store a change and what `write` adds to it; or show it beside what somebody else changed meanwhile."""
    site, unit = request.app[SITE], office.unit.code
    try:
        async with site.store.transaction() as tx:
            await put(request, tx, office, [change])
            if write:
                await write(tx)
    except Overtaken:
        if not await _is_so(site.store, unit, change):
            return await show(request, office, replace(draft, conflict=True), 409)
    return await done(request, office, change.subject)


async def kept_with_file(
    request: http.Request, office: Office, change: Change, file: tuple[str, bytes], draft: Draft, show: Shown
) -> http.Response:
    """Store a change together with its file (name and content); on a conflict show it as `kept` does."""
    site, (name, content) = request.app[SITE], file
    try:
        async with site.store.transaction() as tx:
            number = await tx.keep_form(office.unit.code, name, content, site.clock())
            value = {**change.value, "number": number, "file": name}
            await put(request, tx, office, [replace(change, value=value)])
    except Overtaken:
        return await show(request, office, replace(draft, conflict=True), 409)
    return await done(request, office, change.subject)


async def put(request: http.Request, tx: PagesTx, office: Office, changes: list[Change]) -> None:
    """Store changes in a transaction; Overtaken if somebody else changed one first."""
    author = await author_of(request, tx, office.member)
    now = request.app[SITE].clock()
    for change in changes:
        if not await tx.put_setting(office.unit.code, change.subject, change.seen, change.value, author, now):
            raise Overtaken(change.subject)


async def done(request: http.Request, office: Office, subject: str) -> http.Response:
    """Refresh the world, so that answers use the change, and send the browser back to the page, which confirms it."""
    await request.app[SITE].refresh()
    asked = {"unit": office.unit.code, "done": subject}
    if language_of(request) != locales.DEFAULT:
        asked["lang"] = language_of(request)
    code = request.match_info.get("code", "")
    return see_other(f"/staff/office{f'/{code}' if code else ''}?{urlencode(asked)}#done")


async def refused(request: http.Request, office: Office, draft: Draft, show: Shown, wrong: Wrong) -> http.Response:
    """Show what was typed again, and say why it cannot be kept."""
    return await show(request, office, replace(draft, problem=wrong.sentence(language_of(request))), 400)


def seen_number(text: str) -> int:
    """Return the number of the setting that a form was made from; HTTPBadRequest if it is not a number."""
    if not (text.isdecimal() and len(text) < 9):
        raise http.HTTPBadRequest
    return int(text)


def key_of(sent: MultiDictProxy[str]) -> str:
    """Return the key that a form was given when the page was made; HTTPBadRequest if it is not valid."""
    key = sent.get("key", "")
    if not _KEY.fullmatch(key):
        raise http.HTTPBadRequest
    return key


async def _is_so(store: PagesStore, unit: str, change: Change) -> bool:
    """Tell whether a subject has the value already: the same form was sent twice."""
    async with store.reading() as tx:
        return any(one.subject == change.subject and one.value == change.value for one in await tx.settings(unit))
