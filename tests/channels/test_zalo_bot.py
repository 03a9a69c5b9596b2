"""The Zalo Bot platform against an emulated server: by webhook and by polling, once each, with numbered choices."""

import asyncio
import json
from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web as http

from bot.app import App
from bot.settings import Settings
from tests.channels.conftest import at_rest
from tests.loopback import LoopbackServer
from tests.running import free_port, running, settings_for

TOKEN, SECRET = "4711:bot-token-of-a-test", "bot-webhook-secret"


@dataclass
class BotServer(LoopbackServer):
    """The platform: one update a call, 408 when idle; `troubles` are statuses that the next sends get."""

    sent: list[dict[str, Any]] = field(default_factory=list)
    updates: deque[dict[str, Any]] = field(default_factory=deque)
    troubles: deque[int] = field(default_factory=deque)
    webhook: dict[str, Any] = field(default_factory=dict)
    asked_in_vain: int = 0

    def add_routes(self, router: http.UrlDispatcher) -> None:
        """The platform's address, with the token in it."""
        router.add_post(f"/bot{TOKEN}/{{method}}", self._answer)

    async def settled(self, app: App, count: int, kept: int = 0) -> None:
        """Wait for so many messages, and until there is no more to come: not one too many.

        Updates are answered one after the other, so that all are when the bot asks for the next and gets none.
        """
        asked = self.asked_in_vain
        async with asyncio.timeout(30):
            while len(self.sent) < count:  # noqa: ASYNC110 -- any count, not an event's
                await asyncio.sleep(0.01)
            while app.settings.zalo_bot_mode == "polling" and self.asked_in_vain == asked:  # noqa: ASYNC110 -- a count
                await asyncio.sleep(0.01)
        await at_rest(app, kept=kept)
        assert len(self.sent) == count

    async def _answer(self, request: http.Request) -> http.Response:
        values, method = await request.json(), request.match_info["method"]
        if method == "getUpdates":
            assert isinstance(values["timeout"], str)
            if self.updates:
                return http.json_response({"ok": True, "result": self.updates.popleft()})
            self.asked_in_vain += 1
            await asyncio.sleep(0.05)
            return http.json_response({"ok": False, "error_code": 408, "description": "Request timeout"}, status=408)
        if method == "setWebhook":
            self.webhook = values
        if method == "sendMessage":
            if self.troubles:
                code = self.troubles.popleft()
                return http.json_response({"ok": False, "error_code": code, "description": "x"}, status=code)
            assert 0 < len(values["text"]) <= 2000
            self.sent.append(values)
        return http.json_response({"ok": True, "result": {"message_id": "o1", "date": 1}})


@pytest.fixture
async def server() -> AsyncIterator[BotServer]:
    """The platform."""
    server = await BotServer().start()
    yield server
    await server.stop()


def bot_settings(folder: Path, server: BotServer, mode: str) -> Settings:
    """Settings with the Zalo Bot on."""
    port = free_port()
    return settings_for(
        folder,
        zalo_bot_token=TOKEN,
        zalo_bot_api_url=server.url,
        zalo_bot_mode=mode,
        zalo_bot_webhook_secret=SECRET,
        listen_port=port,
        public_url=f"http://127.0.0.1:{port}",
    )


def written(identifier: str, text: str | None, kind: str = "text", **more: Any) -> dict[str, Any]:
    """An event as the platform sends it, without the wrapper."""
    message = {
        "message_id": identifier,
        "date": 1790000000000,
        "from": {"id": "0a1b", "display_name": "An", "is_bot": False},
        "chat": {"id": "0a1b", "chat_type": "PRIVATE"},
        **({} if text is None else {"text": text}),
    }
    return {"event_name": f"message.{kind}.received", "message": message | more}


async def post(app: App, event: object, secret: str = SECRET) -> int:
    """Post an event to the webhook; returns the HTTP status."""
    url, headers = f"{app.settings.address}/zalo-bot/webhook", {"X-Bot-Api-Secret-Token": secret}
    async with aiohttp.ClientSession() as client, client.post(url, json=event, headers=headers) as response:
        return response.status


async def test_events_by_webhook_are_answered_once_with_numbers(server: BotServer, tmp_path: Path) -> None:
    """With the wrapper and without it, repeated, without the right secret, and of kinds that carry nothing."""
    async with running(bot_settings(tmp_path, server, "webhook")) as app:
        wrapped = {"ok": True, "result": written("m1", "lĩnh vực")}
        assert [await post(app, wrapped) for _ in range(2)] == [200, 200]
        await server.settled(app, 1)
        assert server.sent[0]["chat_id"] == "0a1b"
        assert "\n1. " in server.sent[0]["text"]
        assert await post(app, written("m2", "1")) == 200
        await server.settled(app, 2)
        assert await post(app, written("m3", None, "sticker")) == 200
        await server.settled(app, 3)
        assert "chỉ đọc được" in server.sent[2]["text"]
        assert await post(app, written("m4", "chào"), secret="wrong-secret") == 401
        quiet = [
            {},
            {"ok": True, "result": {"event_name": "message.unsupported.received"}},
            written("m5", "chào", chat={"id": "g1", "chat_type": "GROUP"}),
            written("m6", "chào", **{"from": {"id": "b", "is_bot": True}}),
        ]
        assert [await post(app, event) for event in quiet] == [200] * len(quiet)
        assert server.webhook == {"url": f"{app.settings.address}/zalo-bot/webhook", "secret_token": SECRET}
        await server.settled(app, 3)


async def test_events_by_polling_are_answered_in_order(server: BotServer, tmp_path: Path) -> None:
    """One object a call, 408 between; what the server refuses for a moment is sent again, what it refuses is not."""
    async with running(bot_settings(tmp_path, server, "polling")) as app:
        server.troubles.extend([429, 500])
        server.updates.extend([written("m1", "chào"), written("m2", "lệ phí khai sinh")])
        await server.settled(app, 2)
        assert "lệ phí" in server.sent[1]["text"]
        server.troubles.append(400)
        server.updates.append(written("m3", "chào"))
        await server.settled(app, 2)
        assert not server.troubles
        server.updates.append(written("m4", "lệ phí khai sinh"))
        await server.settled(app, 3)


async def test_a_refused_token_wakes_the_operator_and_loses_nothing(server: BotServer, tmp_path: Path) -> None:
    """An admin is told once, the reply waits, and the trouble is over with the first message that goes out."""
    async with running(bot_settings(tmp_path, server, "webhook")) as app:
        async with app.store.transaction() as tx:
            await tx.create_token("invitation", "sa-dec", "admin", "ABCDE", app.clock() + timedelta(days=1))
            await tx.redeem("ABCDE", "webchat", "admin-1", app.clock())
        server.troubles.append(401)
        assert await post(app, written("m1", "chào")) == 200
        async with asyncio.timeout(30):
            while not (messages := await app.store.history("webchat", "admin-1")):  # noqa: ASYNC110 -- rows, not an event
                await asyncio.sleep(0.01)
        assert "ZALO_BOT_TOKEN" in messages[0].reply.text.plain
        assert (server.sent, await app.store.waiting()) == ([], 1)
        assert await post(app, written("m2", "lĩnh vực", chat={"id": "0c2d", "chat_type": "PRIVATE"})) == 200
        await server.settled(app, 1, kept=1)
        async with app.store.reading() as tx:
            notes = await tx.channel_notes("zalo")
        assert [note.text for note in notes if note.account == "bot"] == [""]
        assert len(await app.store.history("webchat", "admin-1")) == 1


async def test_an_event_fetched_by_a_process_that_ended_is_answered_by_the_next(
    server: BotServer, tmp_path: Path
) -> None:
    """GetUpdates gives each once: what was fetched and not answered stands in a file, and is answered once."""
    kept = tmp_path / "zalo-bot-event.json"
    kept.write_text(json.dumps(written("m1", "lệ phí khai sinh")), "utf-8")
    for _ in range(2):
        async with running(bot_settings(tmp_path, server, "polling")) as app:
            await server.settled(app, 1)
            assert not kept.exists()


async def test_an_event_is_written_down_before_it_is_answered(
    server: BotServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the answer cannot be committed the file stands, for its owner alone."""
    async with running(bot_settings(tmp_path, server, "polling")) as app:
        kept = tmp_path / "zalo-bot-event.json"

        async def fail(_message: object) -> None:
            raise OSError(28, "No space left on device")

        with monkeypatch.context() as broken:
            broken.setattr(app.conversation, "handle", fail)
            server.updates.append(written("m1", "lệ phí khai sinh"))
            async with asyncio.timeout(30):
                while not kept.exists():  # noqa: ASYNC110 -- a file, not an event
                    await asyncio.sleep(0.01)
            assert kept.stat().st_mode & 0o777 == 0o600
        await server.settled(app, 1)
        assert not kept.exists()
