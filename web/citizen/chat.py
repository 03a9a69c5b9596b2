"""The chat page: works as plain forms, and without reloading where JavaScript runs."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import groupby
from typing import Any

from aiohttp import web as http

from catalog.files.limits import MOST_BYTES
from handlers.channel import Traits
from handlers.gate import LONGEST, limit_reply
from handlers.limit_metrics import Limit
from handlers.messages import Button, Incoming, Reply, Span, Text
from handlers.ports import NoFile, Outgoing
from handlers.retention import CHAT_PAGE
from handlers.session import Session
from handlers.staff.catalog.rights import publishes
from handlers.step import step
from reports.documents import media
from web.browser_names import give_name, name_of
from web.limits import held_chat
from web.pages import page, see_other, sent_file, sent_form
from web.site import SITE, Site

CHANNEL = "webchat"
TRAITS = Traits(size=100_000, remembers=True)
COOKIE = "motcua_chat"
# Counted from the last use: each load of the page sets the cookie again.
COOKIE_LIFE = CHAT_PAGE
# The kinds of buttons that are chosen from, and those that answer "is this it?" (handlers/actions.py).
LISTED, ANSWERS = ("p", "field", "counter"), ("right", "other")
# The number of parts in the id of a procedure's button that names no part of the record.
WHOLE = 2
NOTED_EVERY = timedelta(hours=1)
MAX_BODY_TEXT, MAX_BUTTON = LONGEST + 1, 64
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


async def show(request: http.Request) -> http.Response:
    """GET /: the conversation so far, or the greeting."""
    if user := name_of(request, COOKIE):
        response = await _whole(request, user, prefill=_prefill(request))
        give_name(request, response, COOKIE, COOKIE_LIFE, request.app[SITE].signer.sign(COOKIE, user))
        await _note_seen(request.app[SITE], user)
        return response
    # The page holds the name too: a browser that keeps no cookie sends it back with the message.
    _, signed = request.app[SITE].signer.fresh(COOKIE)
    response = await _whole(request, "", signed, prefill=_prefill(request))
    give_name(request, response, COOKIE, COOKIE_LIFE, signed)
    return response


async def send(request: http.Request) -> http.Response:
    """POST /chat: a text or a tapped button; answers with HTML, or with JSON if that is asked for.

    A browser that does not send its cookie back gets the answer in this response, without a redirect.
    """
    site = request.app[SITE]
    form = await sent_form(request)
    user, fresh = name_of(request, COOKIE), ""
    carried = "" if user else site.signer.read(COOKIE, form.get("who", "")) or ""
    if carried:
        user, fresh = carried, form["who"]
    elif not user:
        user, _ = site.signer.fresh(COOKIE)
    if not await site.store.history(CHANNEL, user, most=1):
        if held := held_chat(request, form.items()):
            return held
        await site.conversation.handle(Incoming(CHANNEL, user, f"{user}:hello", "", "start"))
    button = form.get("button", "")[:MAX_BUTTON]
    text = form.get("text", "")[:MAX_BODY_TEXT]
    given = form.get("id", "")
    identifier = f"{user}:{given if _ID.fullmatch(given) else site.signer.fresh('message')[0]}"
    incoming = Incoming(CHANNEL, user, identifier, button or text, "button" if button else "text")
    handled = await site.conversation.handle(incoming)
    if handled.limit:
        response = await _limited(request, user, fresh, handled.limit, form.get("text", ""))
    elif "application/json" in request.headers.get("Accept", ""):
        response = await _since(request, user, _number(form.get("last", "")), form.get("language", ""))
    elif carried:
        response = await _whole(request, user, fresh, prefill=_prefill(request))
    else:
        response = see_other("/#newest")
    give_name(request, response, COOKIE, COOKIE_LIFE, site.signer.sign(COOKIE, user))
    await _note_seen(site, user)
    return response


async def send_file(request: http.Request) -> http.Response:
    """POST /chat/file: a file from an admin (only their page has the field for it), answered as in every channel."""
    site = request.app[SITE]
    user = name_of(request, COOKIE)
    if not user or not await _is_admin(site, user):
        raise http.HTTPForbidden
    fields, file = await sent_file(request, MOST_BYTES)
    if file:
        given = fields.get("id", "")
        identifier = f"{user}:{given if _ID.fullmatch(given) else site.signer.fresh('message')[0]}"
        await site.conversation.handle(Incoming(CHANNEL, user, identifier, kind="file", file=file))
    return see_other("/#newest")


async def _is_admin(site: Site, user: str) -> bool:
    async with site.store.reading() as tx:
        member = await tx.membership(CHANNEL, user)
    return bool(publishes(site.world(), member))


async def _whole(
    request: http.Request, user: str, who: str = "", *, prefill: str = "", problem: str = "", status: int = 200
) -> http.Response:
    """Return the page with the conversation so far; `who` is the signed name for a browser that sent no cookie.

    `prefill` is the text in the input field, `problem` says why it was refused.
    """
    site = request.app[SITE]
    said = await site.store.history(CHANNEL, user) if user else []
    return _page(
        site,
        await _language(site, user),
        status,
        messages=views(said) or [_greeting(site)],
        last=said[-1].id if said else 0,
        nonce=site.signer.fresh("message")[0],
        prefill=prefill,
        problem=problem,
        who=who,
        forgetful=bool(who and user),
        takes_files=bool(user) and await _is_admin(site, user),
    )


def _page(
    site: Site,
    language: str,
    status: int = 200,
    *,
    prefill: str = "",
    problem: str = "",
    forgetful: bool = False,
    takes_files: bool = False,
    **values: Any,
) -> http.Response:
    unit = site.world().unit("")
    values |= {"unit": unit, "emblem": site.world().emblem(unit.code), "prefill": prefill, "told": problem}
    values |= {"forgetful": forgetful, "takes_files": takes_files}
    return page("chat.html", language, status, **values)


async def _limited(request: http.Request, user: str, who: str, limit: Limit, typed: str) -> http.Response:
    """Say which limit a message exceeded, and return what was typed; none of it is stored."""
    site = request.app[SITE]
    (recalled,) = await site.store.recall([Incoming(CHANNEL, user, "", "")])
    said = limit_reply(site.world(), recalled.session, limit).text.plain
    if "application/json" in request.headers.get("Accept", ""):
        return http.json_response({"told": said}, status=429)
    return await _whole(request, user, who, prefill=typed, problem=said, status=429)


async def messages(request: http.Request) -> http.Response:
    """GET /chat/messages?after=N: what was said since, as JSON with rendered HTML."""
    user = name_of(request, COOKIE)
    if not user:
        return http.json_response({"html": "", "last": 0, "clear": False})
    return await _since(request, user, _number(request.query.get("after", "")), request.query.get("language", ""))


async def file(request: http.Request) -> http.Response:
    """GET /chat/files/{message}/{number}: a file that came with a message of this very chat."""
    site = request.app[SITE]
    user = name_of(request, COOKIE)
    message, number = int(request.match_info["message"]), int(request.match_info["number"])
    said = await site.store.line(CHANNEL, user, message) if user else None
    if said is None or number >= len(said.reply.files):
        raise http.HTTPNotFound
    wanted = said.reply.files[number]
    try:
        content = await site.files.content(wanted.source, said)
    except NoFile:
        raise http.HTTPNotFound from None
    placed = "inline" if wanted.kind == "photo" else "attachment"
    return http.Response(
        body=content,
        headers={"Content-Type": media(wanted.name), "Content-Disposition": f'{placed}; filename="{wanted.name}"'},
    )


async def _since(request: http.Request, user: str, after: int, shown: str) -> http.Response:
    """Return the messages after a line as JSON; all messages if that line is gone (the person had their data deleted).

    If the page is `shown` in another language than the conversation now has, the answer also holds the page in the new
    language, without messages.
    """
    site = request.app[SITE]
    said = await site.store.history(CHANNEL, user, max(after - 1, 0))
    clear = after > 0 and (not said or said[0].id != after)
    if clear:
        said, after = await site.store.history(CHANNEL, user), 0
    elif after:
        said = said[1:]
    last = said[-1].id if said else after
    language = await _language(site, user)
    given: dict[str, Any] = {"messages": views(said), "nonce": site.signer.fresh("message")[0], "last": last, "who": ""}
    answer = {"html": page("messages.html", language, **given).text, "last": last, "clear": clear}
    if shown and shown != language:
        answer["page"] = _page(site, language, **{**given, "messages": []}).text
    return http.json_response(answer)


def views(said: Sequence[Outgoing]) -> list[dict[str, Any]]:
    """Return what the template shows of messages; the person's last one is marked as where the newest answer begins."""
    asked = [outgoing.id for outgoing in said if outgoing.mine]
    return [_view(one.reply, one.id, mine=one.mine, newest=one.mine and one.id == asked[-1]) for one in said]


def _view(reply: Reply, identifier: int = 0, *, mine: bool = False, newest: bool = False) -> dict[str, Any]:
    files = [
        {
            "name": one.name,
            "alt": one.alt,
            "photo": one.kind == "photo",
            "address": f"/chat/files/{identifier}/{number}",
        }
        for number, one in enumerate(reply.files)
    ]
    parts = paragraphs(reply.text)
    # Links are shown at the paragraph that names the source of the answer.
    sources = [number for number, paragraph in enumerate(parts) if any(span.small for span in paragraph)]
    return {
        "mine": mine,
        "newest": newest,
        "paragraphs": parts,
        "linked": sources[-1] if sources else len(parts) - 1,
        "options": options(reply.buttons),
        "links": reply.links,
        "files": files,
    }


def paragraphs(text: Text) -> list[Text]:
    """Return the paragraphs of a text, which empty lines separate."""
    parted: list[list[Span]] = [[]]
    for span in text:
        first, *others = span.text.split("\n\n")
        parted[-1].append(replace(span, text=first))
        parted += [[replace(span, text=other)] for other in others]
    return [whole for spans in parted if (whole := Text.of(*spans)).plain.strip()]


def options(buttons: Sequence[Button]) -> list[tuple[str, list[Button]]]:
    """Group buttons that follow each other by how they look: a list to choose from, answers to "is this it?", chips.

    Buttons of several procedures, also those for a part of each, are a list; buttons for parts of one procedure are
    chips. Without procedures, fields of work or counters are the list.
    """
    named = [button.id.split(":") for button in buttons]
    procedures = [parts for parts in named if parts[0] == "p"]
    whole = any(len(parts) == WHOLE for parts in procedures)
    several = not whole and len({parts[1] for parts in procedures}) > 1
    kind = next((kind for kind in LISTED if any(parts[0] == kind for parts in named)), "")

    def look(button: Button) -> str:
        of, *parts = button.id.split(":")
        if of == kind and (of != "p" or several or len(parts) < WHOLE):
            return "list"
        return "answers" if button.id in ANSWERS else "chips"

    return [(name, list(group)) for name, group in groupby(buttons, look)]


async def _note_seen(site: Site, user: str) -> None:
    """Remember that a member of staff looked at the page, at most once an hour."""
    now = site.clock()
    async with site.store.reading() as tx:
        member = await tx.membership(CHANNEL, user)
    if member and (member.seen is None or now - member.seen >= NOTED_EVERY or member.seen > now):
        async with site.store.transaction() as tx:
            await tx.note_seen(CHANNEL, user, now)


async def _language(site: Site, user: str) -> str:
    """Return the language of the conversation."""
    (recalled,) = await site.store.recall([Incoming(CHANNEL, user, "", "")])
    return recalled.session.language


def _greeting(site: Site) -> dict[str, Any]:
    turn = step(site.world(), Session(), Incoming(CHANNEL, "", "", "", "start"), site.clock())
    return _view(turn.replies[0])


def _prefill(request: http.Request) -> str:
    """Return the text for the input field: the command with an invitation link's code, which the person still sends."""
    code = request.query.get("moi", "")
    return f"/thamgia {code[:40]}" if code else ""


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 16 else 0
