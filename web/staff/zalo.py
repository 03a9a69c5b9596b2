"""The staff page of Zalo accounts: what is wrong with them, what they cost, and asking for consent (OAuth, PKCE)."""

import base64
import hashlib
from datetime import UTC, datetime, timedelta

from aiohttp import web as http

import locales
from handlers.ports import Membership
from handlers.rights import visible
from web.pages import language_of, page, see_other, sent_form
from web.site import SITE, Account
from web.staff.access import COOKIE, closed, member_of
from web.staff.menu import staff_page

CALLBACK = "/staff/zalo/callback"
# Zalo's code is valid for ten minutes; giving consent takes time too.
LONGEST = timedelta(minutes=20)
ASKING, PROVING = "zalo consent", "zalo verifier"
WORDED = ("consent", "ends", "charged", "bot_token")


async def show(request: http.Request) -> http.Response:
    """GET /staff/zalo: the accounts that the member's units have."""
    member = await member_of(request)
    if member is None:
        return closed()
    return await _listed(request, member, done=request.query.get("done", ""))


async def ask(request: http.Request) -> http.Response:
    """POST /staff/zalo: the link to Zalo where an account's admin agrees."""
    sent, member = await sent_form(request), await member_of(request)
    if member is None:
        return closed()
    site, account = request.app[SITE], sent.get("account", "")
    if site.zalo is None or account not in [one.id for one in await visible_accounts(request, member)]:
        raise http.HTTPForbidden
    state = _state(request, account)
    link = site.zalo.link(f"{site.address}{CALLBACK}", _verifier(request, state), state)
    return await _listed(request, member, link=link, asked=account)


async def accept(request: http.Request) -> http.Response:
    """GET /staff/zalo/callback?code=…&oa_id=…&state=…: where Zalo sends the browser after consent."""
    site, state = request.app[SITE], request.query.get("state", "")
    account, problem = _asked(request, state)
    if site.zalo is None or not account:
        language = language_of(request)
        return page(
            "message.html",
            language,
            400,
            title=locales.text(language, "web.zalo.title"),
            text=locales.text(language, "web.zalo.by_hand"),
            link="/staff/zalo",
            link_text=locales.text(language, "web.again"),
            typed=(),
        )
    member = await member_of(request)
    if member is None or account not in [one.id for one in await visible_accounts(request, member)]:
        return closed()
    if not problem and request.query.get("oa_id", account) != account:
        problem = "other"
    if not problem and not request.query.get("code"):
        problem = "refused"
    if problem:
        return await _listed(request, member, problem=locales.text(language_of(request), f"web.zalo.problem.{problem}"))
    refused = await site.zalo.accept(account, request.query["code"], _verifier(request, state))
    if refused:
        words = locales.text(language_of(request), "web.zalo.problem.zalo", reason=refused)
        return await _listed(request, member, problem=words)
    return see_other(f"/staff/zalo?done={account}")


async def visible_accounts(request: http.Request, member: Membership) -> list[Account]:
    """Return the accounts of the units that an admin may see; none for others."""
    site = request.app[SITE]
    if site.zalo is None or member.role != "admin":
        return []
    world = site.world()
    units = visible(world, member)
    return [one for one in await site.zalo.accounts() if world.unit(one.unit).code in units]


def trouble_words(language: str, account: str, kind: str, reason: str) -> str:
    """Say what is wrong with an account, and what to do."""
    known = kind if kind in WORDED else "code"
    return locales.text(language, f"zalo.trouble.{known}", account=account, reason=reason)


def trouble_lines(accounts: list[Account], language: str) -> list[str]:
    """Say what is wrong with accounts, a line each."""
    return [trouble_words(language, one.id, kind, reason) for one in accounts for kind, reason in one.troubles.items()]


async def _listed(
    request: http.Request, member: Membership, *, link: str = "", asked: str = "", done: str = "", problem: str = ""
) -> http.Response:
    site, language = request.app[SITE], language_of(request)
    accounts = await visible_accounts(request, member)
    return staff_page(
        site.world(),
        member,
        "zalo.html",
        language,
        400 if problem else 200,
        unit=site.world().unit(member.unit),
        accounts=[(one, site.world().unit(one.unit).name, trouble_lines([one], language)) for one in accounts],
        webhook=f"{site.address}/zalo/webhook",
        callback=f"{site.address}{CALLBACK}",
        link=link,
        asked=asked,
        done=done if done in [one.id for one in accounts] else "",
        problem=problem,
        told=lambda moment: f"{moment.astimezone(site.clock().tzinfo):%H:%M %d/%m/%Y}",
    )


def _browser(request: http.Request) -> str:
    return hashlib.sha256(request.cookies.get(COOKIE, "").encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _state(request: http.Request, account: str) -> str:
    """Return the signed text that Zalo sends back: which account was asked, when, and by which browser."""
    site = request.app[SITE]
    return site.signer.sign(ASKING, f"{account}-{int(site.clock().timestamp())}-{_browser(request)}")


def _asked(request: http.Request, state: str) -> tuple[str, str]:
    """Return the account of a state, and what is wrong with it; no account if we did not sign it."""
    site = request.app[SITE]
    account, _, rest = (site.signer.read(ASKING, state) or "").partition("-")
    if not account:
        return "", ""
    at, _, browser = rest.partition("-")
    late = site.clock() - datetime.fromtimestamp(int(at), UTC) > LONGEST
    return account, "late" if late or browser != _browser(request) else ""


def _verifier(request: http.Request, state: str) -> str:
    """Return the 43 characters that prove to Zalo who asked; they can only be made with the installation's key."""
    signed = request.app[SITE].signer.sign(PROVING, state)
    return base64.urlsafe_b64encode(hashlib.sha256(signed.encode()).digest()).rstrip(b"=").decode()
