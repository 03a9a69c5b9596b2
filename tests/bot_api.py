"""A Bot API server on loopback that can be slow, refuse, break off, and repeats or reorders updates on request."""

import asyncio
import itertools
import json
from collections import defaultdict, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any, NoReturn

from aiohttp import web as http

TOKEN = "4200:" + "A" * 35
SECRET = "webhook-secret"
BOT = {"id": 4200, "is_bot": True, "first_name": "Một Cửa", "username": "motcua_test_bot"}
MAX_TEXT = 4096
MAX_CALLBACK = 64
MAX_KEYBOARD = 100
MAX_CAPTION = 1024
MAX_PHOTO, MAX_FILE = 10_000_000, 50_000_000
PNG = b"\x89PNG\r\n\x1a\n"


@dataclass(frozen=True)
class Call:
    """One call of a Bot API method, its parameters decoded."""

    method: str
    values: dict[str, Any]

    @property
    def text(self) -> str:
        """The text of a sendMessage."""
        return str(self.values["text"])

    @property
    def buttons(self) -> list[dict[str, Any]]:
        """The inline buttons of a sendMessage, row by row."""
        markup = self.values.get("reply_markup") or {}
        return [button for row in markup.get("inline_keyboard", []) for button in row]


@dataclass
class Trouble:
    """What goes wrong with the next calls of a method."""

    status: int = 0
    retry_after: int | None = None
    reason: str = "trouble"
    moved_to: int | None = None
    drop_before: bool = False
    drop_after: bool = False
    garbage: bool = False

    def before(self, request: http.Request) -> http.Response | None:
        """Fail before the call has an effect, if that is the trouble."""
        if self.drop_before:
            _hang_up(request)
        if self.status:
            return _error(self.status, self.reason, self.retry_after, self.moved_to)
        return http.Response(text="<html>Bad gateway</html>", status=502) if self.garbage else None


class Wrong(AssertionError):
    """The bot sent what Telegram would refuse."""


@dataclass
class BotApi:
    """The server. `calls` are those that were accepted; `refused` counts the others."""

    latency: float = 0.0
    calls: list[Call] = field(default_factory=list)
    refused: int = 0
    faults: list[str] = field(default_factory=list)
    webhook: dict[str, Any] = field(default_factory=dict)
    trouble: dict[str, deque[Trouble]] = field(default_factory=lambda: defaultdict(deque))
    updates: list[dict[str, Any]] = field(default_factory=list)
    held_chats: dict[int, asyncio.Event] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    _ids: Any = field(default_factory=lambda: itertools.count(1))
    _news: asyncio.Event = field(default_factory=asyncio.Event)
    _runner: http.AppRunner | None = None
    url: str = ""

    async def start(self, port: int = 0) -> "BotApi":
        """Listen on loopback."""
        app = http.Application(client_max_size=2 * MAX_FILE)
        app.router.add_route("*", "/bot{token}/{method}", self._answer)
        app.router.add_get("/file/bot{token}/documents/{name}", self._download)
        self._runner = http.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = http.TCPSite(self._runner, "127.0.0.1", port)
        await site.start()
        bound = self._runner.addresses[0][1]
        self.url = f"http://127.0.0.1:{bound}"
        return self

    async def stop(self) -> None:
        """Stop listening."""
        self._news.set()
        if self._runner:
            await self._runner.cleanup()

    @property
    def sent(self) -> list[Call]:
        """The accepted sendMessage calls."""
        return [call for call in self.calls if call.method == "sendMessage"]

    def sent_to(self, chat: int) -> list[Call]:
        """The accepted sendMessage calls to one chat."""
        return [call for call in self.sent if call.values["chat_id"] == chat]

    @property
    def uploads(self) -> list[Call]:
        """The accepted uploads, in order."""
        return [call for call in self.calls if call.method in ("sendPhoto", "sendDocument")]

    def queue(self, *updates: dict[str, Any]) -> None:
        """Put updates where polling finds them."""
        self.updates.extend(updates)
        self._news.set()

    async def until(self, condition: Callable[[], bool], seconds: float = 60.0) -> None:
        """Wait until a condition holds."""
        async with asyncio.timeout(seconds):
            while not condition():  # noqa: ASYNC110 -- any condition, not an event's
                await asyncio.sleep(0.01)

    async def _answer(self, request: http.Request) -> http.StreamResponse:
        if request.match_info["token"] != TOKEN:
            return _error(401, "Unauthorized")
        method = request.match_info["method"]
        values = await _decoded(request)
        if self.latency:
            await asyncio.sleep(self.latency)
        if method == "sendMessage" and (released := self.held_chats.get(int(values.get("chat_id", 0)))):
            await released.wait()
        trouble = self.trouble[method].popleft() if self.trouble[method] else Trouble()
        if failed := trouble.before(request):
            self.refused += 1
            return failed
        return await self._carried_out(request, method, values, trouble)

    async def _carried_out(
        self, request: http.Request, method: str, values: dict[str, Any], trouble: Trouble
    ) -> http.StreamResponse:
        handler = getattr(self, f"_{method}", None)
        if handler is None:
            return _error(404, f"method {method} not found")
        try:
            result = await handler(values)
        except Wrong as wrong:
            self.faults.append(f"{method}: {wrong}")
            return _error(400, str(wrong))
        if method != "getUpdates":
            self.calls.append(Call(method, values))
        if trouble.drop_after:
            _hang_up(request)
        return http.json_response({"ok": True, "result": result})

    async def _getMe(self, values: dict[str, Any]) -> Any:  # noqa: N802 -- Telegram's name
        return BOT

    async def _setMyCommands(self, values: dict[str, Any]) -> Any:  # noqa: N802
        return True

    async def _deleteWebhook(self, values: dict[str, Any]) -> Any:  # noqa: N802
        self.webhook = {}
        return True

    async def _setWebhook(self, values: dict[str, Any]) -> Any:  # noqa: N802
        self.webhook = values
        return True

    async def _answerCallbackQuery(self, values: dict[str, Any]) -> Any:  # noqa: N802
        _need(bool(values.get("callback_query_id")), "no callback_query_id")
        return True

    async def _getFile(self, values: dict[str, Any]) -> Any:  # noqa: N802
        name = values.get("file_id", "")
        _need(name in self.files, "wrong file_id or the file is temporarily unavailable")
        found = {"file_id": name, "file_unique_id": name, "file_size": len(self.files[name])}
        return {**found, "file_path": f"documents/{name}"}

    async def _download(self, request: http.Request) -> http.Response:
        if request.match_info["token"] != TOKEN:
            return _error(401, "Unauthorized")
        return http.Response(body=self.files[request.match_info["name"]])

    async def _getUpdates(self, values: dict[str, Any]) -> Any:  # noqa: N802
        offset = int(values.get("offset") or 0)
        if offset:
            self.updates = [update for update in self.updates if update["update_id"] >= offset]
        if not self.updates:
            self._news.clear()
            try:
                async with asyncio.timeout(float(values.get("timeout") or 0)):
                    await self._news.wait()
            except TimeoutError:
                pass
        return self.updates[:100]

    async def _sendMessage(self, values: dict[str, Any]) -> Any:  # noqa: N802
        check_message(values)
        return {**self._message(values), "text": "x"}

    async def _sendPhoto(self, values: dict[str, Any]) -> Any:  # noqa: N802
        upload = check_upload(values, "photo", MAX_PHOTO)
        _need(upload.content.startswith(PNG), "IMAGE_PROCESS_FAILED")
        size = {"file_id": "a", "file_unique_id": "b", "width": 800, "height": 600}
        return {**self._message(values), "photo": [size], "caption": values.get("caption")}

    async def _sendDocument(self, values: dict[str, Any]) -> Any:  # noqa: N802
        upload = check_upload(values, "document", MAX_FILE)
        document = {"file_id": "a", "file_unique_id": "b", "file_name": upload.name, "file_size": len(upload.content)}
        return {**self._message(values), "document": document, "caption": values.get("caption")}

    def _message(self, values: dict[str, Any]) -> dict[str, Any]:
        chat = {"id": int(values["chat_id"]), "type": "private", "first_name": "X"}
        return {"message_id": next(self._ids), "date": 1_790_000_000, "chat": chat, "from": BOT}


def sent_document(number: int, chat: int, name: str, size: int, caption: str = "") -> dict[str, Any]:
    """An update with a file, whose id is its name."""
    update = message(number, chat, caption)
    del update["message"]["text"]
    document = {"file_id": name, "file_unique_id": name, "file_name": name, "file_size": size}
    update["message"] |= {"document": document, **({"caption": caption} if caption else {})}
    return update


def check_upload(values: dict[str, Any], name: str, most: int) -> "Upload":
    """Return the file of a sendPhoto or sendDocument; Wrong for what the real Bot API refuses."""
    named = values.get(name)
    upload = values.get(named.removeprefix("attach://")) if isinstance(named, str) else named
    _need(isinstance(upload, Upload), f"there is no {name} in the request")
    _need(bool(upload.content), "file must be non-empty")
    _need(len(upload.content) <= most, "Request Entity Too Large")
    _need(bool(upload.name), "a file needs a name")
    _need(len(values.get("caption", "").encode("utf-16-le")) // 2 <= MAX_CAPTION, "message caption is too long")
    _need("parse_mode" not in values or values["parse_mode"] == "", "a caption without markup needs no parse mode")
    values["file"] = upload
    return upload


@dataclass(frozen=True)
class Upload:
    """A file that came with a call."""

    name: str
    content: bytes


def check_message(values: dict[str, Any]) -> None:
    """Raise Wrong for what the real Bot API refuses in a sendMessage."""
    text = values.get("text", "")
    if values.get("parse_mode") == "HTML":
        text = visible_text(text)
    _need(bool(text.strip()), "message text is empty")
    _need(len(text.encode("utf-16-le")) // 2 <= MAX_TEXT, "message is too long")
    keyboard = (values.get("reply_markup") or {}).get("inline_keyboard", [])
    buttons = [button for row in keyboard for button in row]
    _need(len(buttons) <= MAX_KEYBOARD, "too many buttons")
    _need(all(0 < len(row) <= 8 for row in keyboard), "a row has 1 to 8 buttons")
    for button in buttons:
        _need(bool(button["text"].strip()), "button text is empty")
        _need(("callback_data" in button) != ("url" in button), "a button does one thing")
        data = button.get("callback_data")
        _need(data is None or 1 <= len(data.encode()) <= MAX_CALLBACK, "BUTTON_DATA_INVALID")


class _Html(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        _need(tag in {"b", "i", "u", "s", "code", "pre", "a"}, f"can't parse entities: unsupported start tag {tag}")
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        _need(bool(self.open) and self.open.pop() == tag, f"can't parse entities: unexpected end tag {tag}")

    def handle_data(self, data: str) -> None:
        self.text += data


def visible_text(text: str) -> str:
    """Return what a reader sees of Telegram HTML; Wrong where it is not well formed."""
    parser = _Html()
    parser.feed(text)
    parser.close()
    _need(not parser.open, f"can't parse entities: {parser.open} not closed")
    _need("<" not in text.replace("<b>", "").replace("</b>", ""), "a bare < in the text")
    return parser.text


def _need(good: bool, reason: str) -> None:
    if not good:
        raise Wrong(reason)


async def _decoded(request: http.Request) -> dict[str, Any]:
    raw = await request.json() if request.content_type == "application/json" else await request.post()
    values: dict[str, Any] = {
        name: Upload(value.filename, value.file.read()) if isinstance(value, http.FileField) else value
        for name, value in dict(raw).items()
    }
    for key in ("reply_markup", "commands", "allowed_updates"):
        if isinstance(values.get(key), str):
            values[key] = json.loads(values[key])
    if "chat_id" in values:
        values["chat_id"] = int(values["chat_id"])
    return values


def _hang_up(request: http.Request) -> NoReturn:
    if request.transport:
        request.transport.abort()
    raise http.HTTPInternalServerError


def _error(status: int, description: str, retry_after: int | None = None, moved_to: int | None = None) -> http.Response:
    body: dict[str, Any] = {"ok": False, "error_code": status, "description": description}
    if retry_after is not None:
        body["parameters"] = {"retry_after": retry_after}
    if moved_to is not None:
        body["parameters"] = {"migrate_to_chat_id": moved_to}
    return http.json_response(body, status=status)


def message(number: int, user: int, text: str | None = None, **more: Any) -> dict[str, Any]:
    """An update with a message from a person in a private chat; `more` are further or other fields."""
    content: dict[str, Any] = {
        "message_id": number,
        "date": 1_790_000_000,
        "chat": {"id": user, "type": "private", "first_name": "Lan"},
        "from": {"id": user, "is_bot": False, "first_name": "Lan", "language_code": "vi"},
        **({"text": text} if text is not None else {}),
        **more,
    }
    return {"update_id": number, "message": content}


def tap(number: int, chat: int, data: str, **more: Any) -> dict[str, Any]:
    """An update with a press on an inline button."""
    shown = {
        "message_id": 1,
        "date": 1_790_000_000,
        "chat": {"id": chat, "type": "private", "first_name": "Lan"},
        "from": BOT,
        "text": "x",
    }
    query = {
        "id": str(number),
        "from": {"id": chat, "is_bot": False, "first_name": "Lan"},
        "chat_instance": "1",
        "data": data,
        "message": shown,
        **more,
    }
    return {"update_id": number, "callback_query": query}


def labels(calls: Iterable[Call]) -> list[list[str]]:
    """The button labels of each call."""
    return [[button["text"] for button in call.buttons] for call in calls]
