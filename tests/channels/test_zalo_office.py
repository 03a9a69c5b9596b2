"""Zalo's accounts in the office: consent by a button, troubles told once, costs counted."""

import asyncio
import base64
import hashlib
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

import aiohttp
import pytest

from bot.app import App
from bot.channels.zalo.consent import known_accounts
from handlers.messages import Reply, Text
from handlers.ports import Chat
from tests.running import running
from tests.web.conftest import Visitor
from tests.zalo_api import APP_SECRET, OA, OA_SECRET, ZaloServer, post_event, said, zalo_settings

CALLBACK = "/staff/zalo/callback"


@pytest.fixture
async def server() -> AsyncIterator[ZaloServer]:
    """Zalo's servers."""
    server = await ZaloServer().start()
    yield server
    await server.stop()


async def logged_in(app: App, visitor: Visitor, unit: str = "", role: str = "admin") -> None:
    """Log a browser in."""
    link = await app.new_login()
    if unit:
        link = f"{app.settings.address}/staff/login/{role}"
        async with app.store.transaction() as tx:
            await tx.create_token("login", unit, role, role, app.clock() + timedelta(hours=1))  # type: ignore[arg-type]
    done = await visitor.send(await visitor.get(link.removeprefix(app.settings.address)))
    assert done.status == 200, done.body


async def test_an_admin_gets_consent_by_a_button(server: ZaloServer, tmp_path: Path) -> None:
    """Link with challenge and state, callback with code; forged, foreign and repeated ones grant nothing."""
    async with (
        running(zalo_settings(tmp_path, server, zalo_refresh_token=None)) as app,
        aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as client,
        aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as other,
    ):
        visitor = Visitor(client, app.settings.address)
        assert (await visitor.get("/staff/zalo")).status == 403
        assert (await visitor.get(f"{CALLBACK}?code=c&state=x&oa_id={OA}")).status == 400
        await logged_in(app, visitor)
        assert "cần cấp quyền lại" in (await visitor.get("/staff")).body
        shown = await visitor.get("/staff/zalo")
        assert "Chưa được cấp quyền gửi tin" in shown.body
        asked = await visitor.post("/staff/zalo", {"account": OA})
        link = next(a["href"] for a in asked.page.all("a") if "/v4/oa/permission" in a["href"])
        query = {name: values[0] for name, values in parse_qs(urlsplit(link).query).items()}
        assert query["redirect_uri"] == f"{app.settings.address}{CALLBACK}"
        back = f"{CALLBACK}?code=c0de&oa_id={OA}&state={quote(query['state'])}"
        assert (await Visitor(other, app.settings.address).get(back)).status == 403
        refused = [back.replace(OA, "999", 1), back.replace("code=c0de&", ""), back.replace("state=", "state=4")]
        assert [(await visitor.get(path)).status for path in refused] == [400] * 3
        assert server.consents == []
        assert (await visitor.post("/staff/zalo", {"account": "999"})).status == 403
        done = await visitor.get(back)
        assert done.status == 200
        assert "đã được cấp quyền" in done.body
        (consent,) = server.consents
        digest = hashlib.sha256(consent["code_verifier"].encode()).digest()
        assert base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == query["code_challenge"]
        assert len(consent["code_verifier"]) == 43
        pages = [shown.body, asked.body, done.body, (await visitor.get("/staff")).body]
        assert [w for w in (APP_SECRET, OA_SECRET, "access-1", "refresh-1") if w in "".join(pages)] == []
        assert "cần cấp quyền lại" not in pages[-1]
        await post_event(app, said("m1", "lệ phí khai sinh"))
        await server.until(lambda: len(server.sent) == 1)
        await logged_in(app, visitor, "sa-dec", "staff")
        assert "Không có tài khoản" in (await visitor.get("/staff/zalo")).body
        assert (await visitor.post("/staff/zalo", {"account": OA})).status == 403


async def test_a_trouble_is_told_once_and_ends(server: ZaloServer, tmp_path: Path) -> None:
    """Admins hear of it where the channel works, others do not; it is over when a message goes out."""
    async with running(zalo_settings(tmp_path, server)) as app:
        async with app.store.transaction() as tx:
            for person, role in (("admin", "admin"), ("officer", "staff")):
                await tx.create_token("invitation", "sa-dec", role, person, app.clock() + timedelta(hours=1))  # type: ignore[arg-type]
                assert await tx.redeem(person, "webchat", person, app.clock())
        server.refusals.extend([-211, -211])
        for number in (1, 2):
            await post_event(app, said(f"m{number}", "chào", f"33{number}"))
        await server.until(lambda: not server.refusals)
        async with asyncio.timeout(10):
            while not (messages := await app.store.history("webchat", "admin")):  # noqa: ASYNC110 -- no event
                await asyncio.sleep(0.05)
        assert ["-211" in line.reply.text.plain for line in messages] == [True]
        assert await app.store.history("webchat", "officer") == []
        (account,) = await known_accounts(app.store, app.settings, app.clock())
        assert (list(account.troubles), account.signed) == (["code-211"], "app-body")
        server.quota = None
        await post_event(app, said("m3", "chào", "335"))
        await server.until(lambda: len(server.sent) == 1)
        async with asyncio.timeout(10):
            while list(account.troubles) != ["charged"]:
                await asyncio.sleep(0.05)
                (account,) = await known_accounts(app.store, app.settings, app.clock())
        assert account.charged == 1


async def test_what_is_charged_where_it_is_allowed_is_counted(server: ZaloServer, tmp_path: Path) -> None:
    """With ZALO_PAID_MESSAGES it is sent without a word to anybody, and counted."""
    async with running(zalo_settings(tmp_path, server, zalo_paid_messages=True)) as app:
        server.quota = None
        async with app.store.transaction() as tx:
            await tx.enqueue(Chat("zalo", "901"), [Reply(Text.of("Đã lâu."))] * 2, app.clock(), pushed=True)
        await server.until(lambda: len(server.sent) == 2)
        async with asyncio.timeout(10):
            charged, troubles = 0, {"x": ""}
            while charged < 2:
                await asyncio.sleep(0.05)
                (account,) = await known_accounts(app.store, app.settings, app.clock())
                charged, troubles = account.charged, dict(account.troubles)
        assert troubles == {}
