"""The chat page: works as plain forms, and without reloading where JavaScript runs."""

import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from aiohttp import web as http

from handlers.channel import Traits
from handlers.gate import LONGEST
from handlers.limits import told
from handlers.messages import Incoming, Reply
from handlers.ports import NoFile, Outgoing
from handlers.session import Session
from handlers.step import step
from reports.documents import media
from web.limits import held_chat
from web.names import give_name, name_of
from web.site import SITE, Site, page, see_other, sent_form

CHANNEL = "webchat"
TRAITS = Traits(size=100_000, remembers=True)
COOKIE = "motcua_chat"
COOKIE_LIFE = timedelta(days=30)
MAX_BODY_TEXT, MAX_BUTTON = LONGEST + 1, 64
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


async def show(request: http.Request) -> http.Response:
    """GET /: the conversation so far, or the greeting."""
    return await _page(request, _prefill(request))


async def _page(request: http.Request, prefill: str, told: str = "", status: int = 200) -> http.Response:
    """Show the conversation with a text that is to be sent, and why it was not."""
    site = request.app[SITE]
    user = name_of(request, COOKIE)
    said = await site.store.history(CHANNEL, user) if user else []
    response = page(
        "chat.html",
        await _language(site, user),
        status,
        unit=site.world().unit(""),
        messages=views(said) or [_greeting(site)],
        last=said[-1].id if said else 0,
        nonce=site.signer.fresh("message")[0],
        prefill=prefill,
        told=told,
    )
    if not user:
        give_name(request, response, COOKIE, COOKIE_LIFE)
    return response


async def send(request: http.Request) -> http.Response:
    """POST /chat: a text or a tapped button; answers with HTML, or with JSON where that is asked for."""
    site = request.app[SITE]
    form = await sent_form(request)
    user, fresh = name_of(request, COOKIE), ""
    if not user:
        user, fresh = site.signer.fresh(COOKIE)
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
        return await _limited(request, user, handled.limit, form.get("text", ""))
    if "application/json" in request.headers.get("Accept", ""):
        response = await _since(request, user, _number(form.get("last", "")))
    else:
        response = see_other("/#newest")
    if fresh:
        give_name(request, response, COOKIE, COOKIE_LIFE, fresh)
    return response


async def _limited(request: http.Request, user: str, limit: str, typed: str) -> http.Response:
    """Say which limit a message went beyond, and give back what was typed; nothing of it is stored."""
    site = request.app[SITE]
    (recalled,) = await site.store.recall([Incoming(CHANNEL, user, "", "")])
    said = told(site.world(), recalled.session, limit).text.plain
    if "application/json" in request.headers.get("Accept", ""):
        return http.json_response({"told": said}, status=429)
    return await _page(request, typed, said, status=429)


async def messages(request: http.Request) -> http.Response:
    """GET /chat/messages?after=N: what was said since, as JSON with rendered HTML."""
    user = name_of(request, COOKIE)
    if not user:
        return http.json_response({"html": "", "last": 0, "clear": False})
    return await _since(request, user, _number(request.query.get("after", "")))


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


async def _since(request: http.Request, user: str, after: int) -> http.Response:
    """What was said after a line; where that line is gone (the person had their data deleted), all that there is."""
    site = request.app[SITE]
    said = await site.store.history(CHANNEL, user, max(after - 1, 0))
    clear = after > 0 and (not said or said[0].id != after)
    if clear:
        said, after = await site.store.history(CHANNEL, user), 0
    elif after:
        said = said[1:]
    last = said[-1].id if said else after
    rendered = page(
        "messages.html",
        await _language(site, user),
        messages=views(said),
        nonce=site.signer.fresh("message")[0],
        last=last,
    )
    return http.json_response({"html": rendered.text, "last": last, "clear": clear})


def views(said: Sequence[Outgoing]) -> list[dict[str, Any]]:
    """Return what the template shows of messages; the person's last one is where the newest answer begins."""
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
    return {
        "mine": mine,
        "newest": newest,
        "text": reply.text,
        "buttons": reply.buttons,
        "links": reply.links,
        "files": files,
    }


async def _language(site: Site, user: str) -> str:
    """The language that the conversation is in."""
    (recalled,) = await site.store.recall([Incoming(CHANNEL, user, "", "")])
    return recalled.session.language


def _greeting(site: Site) -> dict[str, Any]:
    turn = step(site.world(), Session(), Incoming(CHANNEL, "", "", "", "start"), site.clock())
    return _view(turn.replies[0])


def _prefill(request: http.Request) -> str:
    """An invitation link brings its code along; the person still sends it."""
    code = request.query.get("moi", "")
    return f"/thamgia {code[:40]}" if code else ""


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 16 else 0
