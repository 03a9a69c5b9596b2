"""Files sent to an Official Account: read from the event, fetched from named hosts alone, at every hop."""

import hashlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from aiohttp import web as http

from bot.channels.zalo.wire import incoming, read_event
from bot.channels.zalo_files import ZaloFiles
from handlers.messages import SentFile
from handlers.staff.catalog.ports import NotRead
from tests.running import free_port

SUM = hashlib.md5(b"bang", usedforsecurity=False).hexdigest()


@pytest.fixture
async def host() -> AsyncIterator[str]:
    """A host with a file, and ways to it and away from it."""
    app = http.Application()

    async def file(_: http.Request) -> http.Response:
        return http.Response(body=b"bang")

    async def away(request: http.Request) -> http.Response:
        raise http.HTTPFound(request.query["to"])

    app.router.add_get("/a.xlsx", file)
    app.router.add_get("/away", away)
    runner = http.AppRunner(app, access_log=None)
    await runner.setup()
    port = free_port()
    await http.TCPSite(runner, "127.0.0.1", port).start()
    yield f"127.0.0.1:{port}"
    await runner.cleanup()


@pytest.mark.parametrize(
    ("address", "allowed"),
    [
        ("https://file-stal-1.dlfl.vn/a?x=1", True),
        ("https://f.dlmd.me:443/a", True),
        ("http://file-stal-1.dlfl.vn/a", False),
        ("https://file-stal-1.dlfl.vn:8443/a", False),
        ("https://dlfl.vn.example.com/a", False),
        ("https://evildlfl.vn/a", False),
        ("https://me@f.dlfl.vn/a", False),
        ("https://169.254.169.254/latest", False),
        ("file:///etc/passwd", False),
        ("https://[", False),
    ],
)
def test_named_hosts_alone_are_asked(address: str, allowed: bool) -> None:
    """By TLS, at the usual port."""
    assert ZaloFiles(["*.dlfl.vn", "*.flchat.vn", "*.dlmd.me"]).allows(address) is allowed


async def test_a_file_is_fetched_over_hops_and_held_against_its_checksum(host: str) -> None:
    """A hop to a host that is not named is not made."""
    files = ZaloFiles([host])
    assert await files.fetch(f"http://{host}/a.xlsx#{SUM}") == b"bang"
    assert await files.fetch(f"http://{host}/away?to=/a.xlsx#") == b"bang"
    for source in (
        f"http://{host}/a.xlsx#{'0' * 32}",
        f"http://{host}/away?to=http://127.0.0.1:1/a#",
        f"http://{host}/none#",
    ):
        with pytest.raises(NotRead, match="Không tải được tệp từ Zalo"):
            await files.fetch(source)


def test_a_file_event_is_a_message_with_a_file() -> None:
    """Its size is a text there; without an address it is what cannot be read, as before."""
    payload = {"url": "https://f.dlfl.vn/x", "name": "danh-muc.xlsx", "size": "45120", "checksum": SUM}
    for given, file in ((payload, SentFile("danh-muc.xlsx", 45120, f"https://f.dlfl.vn/x#{SUM}")), ({}, None)):
        raw = {
            "event_name": "user_send_file",
            "sender": {"id": "333"},
            "recipient": {"id": "444"},
            "message": {"msg_id": "f1", "attachments": [{"type": "file", "payload": given}]},
        }
        event = read_event(raw, datetime(2026, 11, 20, tzinfo=UTC))
        assert event is not None
        message = incoming(event, "333", "xa")
        assert (message.file, message.kind) == (file, "file" if file else "unreadable")
