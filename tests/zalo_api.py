"""Zalo's servers on loopback: open API, tokens that rotate, and signed events; refuses what Zalo refuses."""

import asyncio
import hashlib
import itertools
import json
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web as http

from bot.app import App
from bot.settings import Settings
from tests.loopback import LoopbackServer
from tests.running import free_port, settings_for

APP_ID, APP_SECRET, OA, SECOND_OA = "111", "app-secret-of-a-test", "444", "445"
OA_SECRET = "oa-secret-of-a-test"
SEED = "seed-refresh-token"


def visible(call: dict[str, Any]) -> str:
    """The text of a message/cs call."""
    return str(call["message"].get("text", ""))


def keys(call: dict[str, Any]) -> list[dict[str, Any]]:
    """The buttons of a message/cs call."""
    found: list[dict[str, Any]] = call["message"].get("attachment", {}).get("payload", {}).get("buttons", [])
    return found


@dataclass
class ZaloServer(LoopbackServer):
    """The server. `sent` are accepted message/cs calls; `refusals` are codes that the next sends get."""

    sent: list[dict[str, Any]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    groups: list[dict[str, Any]] = field(default_factory=list)
    reactions: list[tuple[str, str, str]] = field(default_factory=list)
    refusals: deque[int] = field(default_factory=deque)
    uploads: list[tuple[str, str, bytes]] = field(default_factory=list)
    refresh: str = SEED
    access: str = ""
    refreshed: int = 0
    grant_answer: dict[str, Any] | None = None
    grant_seconds: float = 0.0
    quota: dict[str, Any] | None = field(default_factory=lambda: {"quota_type": "reply"})
    last_interaction: int | None = None
    consents: list[dict[str, str]] = field(default_factory=list)
    _ids: Any = field(default_factory=lambda: itertools.count(1))

    def add_routes(self, router: http.UrlDispatcher) -> None:
        """Zalo's addresses."""
        router.add_post("/v3.0/oa/message/cs", self._message)
        router.add_post("/v2.0/oa/message", self._react)
        router.add_post("/v3.0/oa/group/message", self._group)
        router.add_post("/v3.0/oa/quota/message", self._quota)
        router.add_post("/v2.0/oa/upload/{kind}", self._upload)
        router.add_get("/v2.0/oa/getoa", self._getoa)
        router.add_post("/v4/oa/access_token", self._grant)

    def to(self, user: str) -> list[dict[str, Any]]:
        """The messages that a person got."""
        return [call for call in self.sent if call["recipient"]["user_id"] == user]

    async def until(self, condition: Callable[[], bool], seconds: float = 30.0) -> None:
        """Wait until a condition holds."""
        async with asyncio.timeout(seconds):
            while not condition():  # noqa: ASYNC110 -- any condition, not an event's
                await asyncio.sleep(0.01)

    def expire(self) -> None:
        """Let the access token be refused from now on."""
        self.access = ""

    async def _message(self, request: http.Request) -> http.Response:
        if refused := self._refused(request):
            return refused
        if self.refusals:
            return _error(self.refusals.popleft(), "refused on request")
        body = await request.json()
        if fault := _fault(body):
            self.faults.append(fault)
            return _error(-201, fault)
        self.sent.append(body)
        data = {"message_id": f"o{next(self._ids)}", "user_id": body["recipient"]["user_id"], "sent_time": "1"}
        return _data(data | ({"quota": self.quota} if self.quota else {}))

    async def _group(self, request: http.Request) -> http.Response:
        if refused := self._refused(request):
            return refused
        body = await request.json()
        assert 0 < len(body["message"]["text"]) <= 2000
        self.groups.append(body)
        return _data({"message_id": f"g{len(self.groups)}", "group_id": body["recipient"]["group_id"]})

    async def _react(self, request: http.Request) -> http.Response:
        if refused := self._refused(request):
            return refused
        body = await request.json()
        action = body["sender_action"]
        self.reactions.append((body["recipient"]["user_id"], action["react_message_id"], action["react_icon"]))
        return _data({"message_id": action["react_message_id"]})

    async def _quota(self, request: http.Request) -> http.Response:
        if refused := self._refused(request):
            return refused
        return _data({} if self.last_interaction is None else {"last_interaction": str(self.last_interaction)})

    async def _upload(self, request: http.Request) -> http.Response:
        if refused := self._refused(request):
            return refused
        file = (await request.post())["file"]
        assert isinstance(file, http.FileField)
        kind = request.match_info["kind"]
        self.uploads.append((kind, file.filename, file.file.read()))
        return _data({"attachment_id" if kind == "image" else "token": f"u{len(self.uploads)}"})

    async def _getoa(self, request: http.Request) -> http.Response:
        if refused := self._refused(request):
            return refused
        return _data({"oaid": OA, "name": "UBND", "package_name": "Gói", "package_valid_through_date": "31/12/2027"})

    async def _grant(self, request: http.Request) -> http.Response:
        form = {name: str(value) for name, value in (await request.post()).items()}
        if request.headers.get("secret_key") != APP_SECRET or form.get("app_id") != APP_ID:
            return http.json_response({"error": -14002, "error_name": "Invalid appId"})
        await asyncio.sleep(self.grant_seconds)
        if self.grant_answer is not None:
            return http.json_response(self.grant_answer)
        if form["grant_type"] == "authorization_code":
            self.consents.append(form)
        elif form["refresh_token"] != self.refresh:
            return http.json_response({"error": -14020, "error_name": "Invalid refresh token"})
        self.refreshed += 1
        self.access, self.refresh = f"access-{self.refreshed}", f"refresh-{self.refreshed}"
        pair = {"access_token": self.access, "refresh_token": self.refresh, "expires_in": "90000"}
        return http.json_response(pair)

    def _refused(self, request: http.Request) -> http.Response | None:
        good = self.access and request.headers.get("access_token") == self.access
        return None if good else _error(-216, "Access token is invalid")


def _fault(body: dict[str, Any]) -> str:
    """What Zalo refuses in a message/cs call."""
    message, buttons = body["message"], keys(body)
    if "text" in message and not 0 < len(message["text"]) <= 2000:
        return "text is invalid!"
    if "text" not in message and "attachment" not in message:
        return "message is invalid!"
    if len(buttons) > 5 or any(not 0 < len(button["title"]) <= 100 for button in buttons):
        return "buttons is invalid!"
    return ""


def _data(data: dict[str, Any]) -> http.Response:
    return http.json_response({"error": 0, "message": "Success", "data": data})


def _error(code: int, message: str) -> http.Response:
    return http.json_response({"error": code, "message": message})


def zalo_settings(folder: Path, server: ZaloServer, **changes: object) -> Settings:
    """Settings with Zalo on, its servers emulated."""
    port = free_port()
    values: dict[str, object] = {
        "zalo_app_id": APP_ID,
        "zalo_app_secret": APP_SECRET,
        "zalo_oa_id": OA,
        "zalo_oa_secret": OA_SECRET,
        "zalo_refresh_token": SEED,
        "zalo_api_url": server.url,
        "zalo_oauth_url": server.url,
        "listen_port": port,
        "public_url": f"http://127.0.0.1:{port}",
    }
    return settings_for(folder, **values | changes)


def stamp() -> str:
    """The time now as Zalo writes it."""
    return str(int(time.time() * 1000))


def said(identifier: str, text: str, user: str = "333", account: str = OA, **more: Any) -> dict[str, Any]:
    """An event with a text from a person."""
    return {
        "app_id": APP_ID,
        "user_id_by_app": "222",
        "event_name": "user_send_text",
        "timestamp": stamp(),
        "sender": {"id": user},
        "recipient": {"id": account},
        "message": {"msg_id": identifier, "text": text},
        **more,
    }


def happened(name: str, **fields: Any) -> dict[str, Any]:
    """An event of another kind."""
    return {"app_id": APP_ID, "event_name": name, "timestamp": stamp(), **fields}


def signature(body: bytes, timestamp: str, first: str = APP_ID, secret: str = OA_SECRET) -> str:
    """The header that proves an event."""
    return "mac=" + hashlib.sha256(first.encode() + body + timestamp.encode() + secret.encode()).hexdigest()


async def post_raw(app: App, body: bytes, headers: dict[str, str]) -> int:
    """Post bytes to the webhook; returns the HTTP status."""
    url = f"{app.settings.address}/zalo/webhook"
    async with aiohttp.ClientSession() as client, client.post(url, data=body, headers=headers) as response:
        return response.status


async def post_event(app: App, event: dict[str, Any], **headers: str) -> int:
    """Sign an event as Zalo does, and post it."""
    body = json.dumps(event, ensure_ascii=False).encode()
    signed = {"X-ZEvent-Signature": signature(body, str(event["timestamp"])), "Content-Type": "application/json"}
    return await post_raw(app, body, signed | headers)
