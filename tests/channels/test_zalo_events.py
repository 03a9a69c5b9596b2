"""Zalo's events while the database is busy, and after the process was killed: nothing lost, nothing twice, in order."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.app import App
from bot.channels.zalo.event_files import LONGEST, EventFiles, name_of
from bot.channels.zalo.pace import BUSY, Minute, Pace
from bot.channels.zalo.wire import Event, read_event
from handlers.messages import SentFile
from tests.channels.conftest import at_rest
from tests.running import running
from tests.zalo_api import OA, ZaloServer, post_event, post_raw, said, visible, zalo_settings

AT = datetime(2026, 12, 1, 8, tzinfo=UTC)


def written(identifier: str, at: datetime = AT, text: str = "chào 𝒳 ế") -> Event:
    """A message as the webhook reads it."""
    event = read_event(said(identifier, text), at)
    assert event
    return event


@pytest.fixture
async def server() -> AsyncIterator[ZaloServer]:
    """Zalo's servers."""
    server = await ZaloServer().start()
    yield server
    await server.stop()
    assert server.faults == []


@asynccontextmanager
async def busy(app: App) -> AsyncIterator[None]:
    """Another transaction writes as long as the block lasts; the start is over by then."""
    assert await post_raw(app, b"{}", {}) == 200
    async with app.store.transaction() as tx:
        await tx.beat(app.clock())
        yield


async def test_event_files_come_back_whole_and_in_order(tmp_path: Path) -> None:
    """Once each, the oldest first; torn and old ones are deleted, and nobody else may read them."""
    files = EventFiles(tmp_path / "events")
    assert await files.left(AT) == []
    later, sooner = written("m2", AT + timedelta(seconds=1)), written("m1")
    sent = {"url": "https://x/a?t=1", "name": "danh-mục.xlsx", "size": "45120", "type": "xlsx", "checksum": "0" * 32}
    with_file = said("m0", "", event_name="user_send_file")
    with_file["message"]["attachments"] = [{"type": "file", "payload": sent}]
    first = read_event(with_file, AT - timedelta(seconds=1))
    assert first
    assert first.file == SentFile("danh-mục.xlsx", 45120, f"https://x/a?t=1#{'0' * 32}")
    for event in (later, sooner, sooner, first, written("old", AT - LONGEST)):
        await files.keep(event)
    (tmp_path / "events" / "1-torn.json").write_text('{"what": "mess', "utf-8")
    (tmp_path / "events" / "abc.half").write_bytes(b"")
    assert (tmp_path / "events" / name_of(later)).stat().st_mode & 0o777 == 0o600
    assert await files.left(AT + timedelta(seconds=1)) == [first, sooner, later]
    await files.drop(first)
    await files.drop(sooner)
    await files.drop(sooner)
    assert [path.name for path in (tmp_path / "events").iterdir()] == [name_of(later)]


@pytest.mark.parametrize("most", [1, 7, 100])
def test_no_minute_has_more_calls_than_allowed(most: int) -> None:
    """However many are wanted, however they are spread; the first ones at once."""
    now = 0.0
    minute, made = Minute(most, lambda: now), []
    for step in range(3 * most):
        made.append(now + minute.take())
        now += (step % 7) * 0.01
    assert max(sum(at <= other < at + 59.999 for other in made) for at in made) == most
    assert made == pytest.approx(sorted(made))
    assert made[most - 1] < 10


def test_what_may_be_left_out_takes_no_room_from_answers() -> None:
    """Reactions use half of a minute's calls, few in a busy second, and none while Zalo says "too many"."""
    pace = Pace({OA: ""}, 30, lambda: 0.0)
    assert sum(pace.take_spare(OA) for _ in range(100)) == 15
    assert [pace.take(OA) for _ in range(16)] == [0] * 15 + [60]
    busy = Pace({OA: ""}, 100, lambda: 0.0)
    assert sum(busy.take_spare(OA) for _ in range(100)) == BUSY
    pace = Pace({OA: ""}, 100, lambda: 0.0)
    pace.hold(OA, 5)
    assert not pace.take_spare(OA)
    assert pace.take(OA) == 5


async def test_a_busy_database_delays_answers_not_zalo(server: ZaloServer, tmp_path: Path) -> None:
    """200 while the event is in a file alone; answers come later, once each and in order, and the files go."""
    async with running(zalo_settings(tmp_path, server)) as app:
        folder = tmp_path / "zalo-events"
        assert await post_event(app, said("first", "chào", "334")) == 200
        await server.until(lambda: len(server.reactions) == 1)
        async with busy(app):
            events = [said(f"m{n}", text) for n, text in enumerate(("chào", "lệ phí khai sinh", "giấy tờ"))]
            for number, event in enumerate(events, 1):
                assert await post_event(app, event) == 200
                assert len(list(folder.iterdir())) == number
            assert await post_event(app, events[0], num_retry="1") == 200
            assert server.to("333") == []
            await server.until(lambda: {"m0", "m1", "m2"} <= {message for _, message, _ in server.reactions})
        await server.until(lambda: len(server.to("333")) == 3 and not list(folder.iterdir()))
        await at_rest(app)
        first, second, _ = map(visible, server.to("333"))
        assert "trợ lý tự động" in first
        assert "lệ phí" in second
        assert len(server.reactions) == 4


async def test_what_a_killed_process_left_is_answered_by_the_next(server: ZaloServer, tmp_path: Path) -> None:
    """In order and once, though Zalo brings it again."""
    settings = zalo_settings(tmp_path, server)
    event = said("m2", "lệ phí khai sinh")
    now = datetime.now(UTC)
    for one in (written("m1", now - timedelta(minutes=2), "chào"), written("m2", now, "lệ phí khai sinh")):
        await EventFiles(tmp_path / "zalo-events").keep(one)
    async with running(settings) as app:
        await server.until(lambda: len(server.sent) == 2)
        assert await post_event(app, event) == 200
        await at_rest(app)
        assert "trợ lý tự động" in visible(server.sent[0])
        assert "lệ phí" in visible(server.sent[1])
        assert (len(server.sent), list((tmp_path / "zalo-events").iterdir())) == (2, [])


async def test_where_nothing_can_be_kept_zalo_hears_it(server: ZaloServer, tmp_path: Path) -> None:
    """503 brings the event again; it is answered once."""
    (tmp_path / "zalo-events").write_text("not a folder", "utf-8")
    (tmp_path / "zalo-events").chmod(0o600)
    async with running(zalo_settings(tmp_path, server)) as app:
        event = said("m1", "lệ phí khai sinh")
        async with busy(app):
            assert await post_event(app, event) == 503
        assert await post_event(app, event) == 200
        await server.until(lambda: len(server.sent) == 1)
        await at_rest(app)
        assert len(server.sent) == 1


async def test_a_message_is_marked_as_received_once(server: ZaloServer, tmp_path: Path) -> None:
    """At once, not at a press on a button, not again for a repeat; a refused reaction changes nothing."""
    async with running(zalo_settings(tmp_path, server)) as app:
        event = said("m1", "lệ phí khai sinh")
        assert [await post_event(app, one) for one in (event, event, said("m2", "#fields:0"))] == [200] * 3
        await server.until(lambda: len(server.sent) == 2)
        await server.until(lambda: bool(server.reactions))
        await at_rest(app)
        assert server.reactions == [("333", "m1", "/-strong")]
    async with running(zalo_settings(tmp_path, server, zalo_reaction="none")) as app:
        assert await post_event(app, said("m3", json.dumps("chào"))) == 200
        await server.until(lambda: len(server.sent) == 3)
        assert len(server.reactions) == 1
