"""Rights about one's data through the whole program: chat, register, nightly job, reminder, and no trace left."""

from collections.abc import AsyncIterator
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import insert, select
from sqlmodel import SQLModel
from structlog.testing import capture_logs

import locales
from bot.effects.dispatch import Effects
from bot.live_world import LiveWorld
from bot.nursery import Nursery
from bot.schedule import make_scheduler
from handlers.messages import Incoming
from handlers.ports import Membership
from handlers.retention import CHAT_PAGE, MESSENGERS, MISSES, REQUESTS
from handlers.shell import Conversation, Traits
from handlers.turn import NoteMiss
from reports.bulletins.sending import send_due
from reports.bulletins.timetable import Deadlines
from reports.data_requests import Request, carried_out_at_once, received
from storage.store import SqlStore
from storage.tables.base import table
from storage.tables.forms import CaseRow
from tests.clock import NOW, ZONE
from tests.desks import desk_of, naming_of
from tests.sample import world
from tests.storage import conftest as databases
from web.citizen import chat

PERSON = "7f3a9c51e2"
CHANNELS = {chat.CHANNEL: chat.TRAITS, "telegram": Traits(size=4000, pushed=True)}
MONDAY = datetime(2026, 11, 23, 7, 30, tzinfo=ZONE)
TODAY = NOW.date()


class Process:
    """The assistant on a database, with a clock that the test moves."""

    def __init__(self, store: SqlStore) -> None:
        self.store = store
        self.now = NOW
        self._sent = 0
        desk = desk_of(store, world, self.clock, CHANNELS)
        naming = naming_of(store, world, self.clock, CHANNELS)
        effects = Effects(store, world, "https://motcua.example.vn", CHANNELS, self.clock, desk, Nursery(), naming)
        self.shell = Conversation(store, world, effects, self.clock, CHANNELS)

    def clock(self) -> datetime:
        """The time now."""
        return self.now

    async def answer_to(self, text: str, channel: str = "telegram", user: str = PERSON) -> str:
        """Send a message with an id as its channel makes it; returns the words of the replies."""
        self._sent += 1
        identifier = f"{user}:{self._sent}" if channel == chat.CHANNEL else str(self._sent)
        handled = await self.shell.handle(Incoming(channel, user, identifier, text))
        return "\n".join(outgoing.reply.text.plain for outgoing in handled.replies)

    async def tidy(self) -> None:
        """Do what the nightly job does."""
        live = LiveWorld(self.store)
        await make_scheduler(self.store, live, CHANNELS, self.clock, Deadlines()).get_job("tidy").func()

    async def deliver(self) -> None:
        """Have all replies delivered, also those leased a moment ago by the database's own clock."""
        async with self.store.transaction() as tx:
            await tx.release()
            waiting = await tx.claim(["telegram"], self.now + timedelta(minutes=1))
            await tx.sent([outgoing.id for outgoing in waiting])

    async def traces(self) -> list[str]:
        """Where the person's number stands: table and column of every value that holds it."""
        found = []
        async with self.store.engine.connect() as connection:
            for one in SQLModel.metadata.sorted_tables:
                for row in (await connection.execute(select(one))).mappings():
                    found += [f"{one.name}.{name}" for name, value in row.items() if PERSON in str(value)]
        return found

    async def register(self) -> list[Request]:
        """What the register of requests holds."""
        async with self.store.reading() as tx:
            return await tx.requests()


@pytest.fixture(params=["sqlite_with_tables", "postgresql_with_tables"], ids=["sqlite", "postgresql"])
async def process(request: pytest.FixtureRequest, servers: databases.Servers) -> AsyncIterator[Process]:
    """The assistant on a database of each kind, with the sample's units."""
    async with getattr(servers, request.param)() as url:
        store = SqlStore.open(url)
        async with store.transaction() as tx:
            for unit in world().units.values():
                await tx.add_unit(unit, NOW - timedelta(days=2))
        yield Process(store)
        await store.close()


async def employ(process: Process, channel: str = "telegram", user: str = PERSON, role: str = "admin") -> None:
    """Make a chat a member of staff."""
    code = f"{channel}-{user}"
    async with process.store.transaction() as tx:
        await tx.create_token("invitation", "sa-dec", role, code, process.now + timedelta(days=1))  # type: ignore[arg-type]
        await tx.redeem(code, channel, user, process.now)


async def agree_to_be_written_to(process: Process, channel: str) -> None:
    """Store a case with a way to write back."""
    row = {"unit": "sa-dec", "counter": "quay1", "day": TODAY, "level": 1, "comment": "Chờ lâu", "response": "r"}
    more = {"state": "open", "changed_on": TODAY, "channel": channel, "person": PERSON}
    async with process.store.engine.begin() as connection:
        await connection.execute(insert(table(CaseRow)), [{**row, **more}])


@pytest.mark.parametrize("channel", ["telegram", chat.CHANNEL])
async def test_after_an_erasure_and_a_night_no_table_holds_the_persons_number(process: Process, channel: str) -> None:
    """In between there is only what the confirmation needs; what was answered in the survey is gone too."""
    await employ(process, channel)
    await agree_to_be_written_to(process, channel)
    for text in ("làm khai sinh cần gì", "/baocao", "/start k_quay1", "1", "2", "xóa dữ liệu của tôi"):
        assert await process.answer_to(text, channel) != locales.text("vi", "greeting.oops")
    assert {trace.partition(".")[0] for trace in await process.traces()} >= {
        "session",
        "outbox",
        "staff",
        "service_case",
    }
    assert await process.answer_to("xóa ngay", channel) == locales.text("vi", "privacy.erased")
    needed = ["outbox.person", "session.person"]
    if channel == chat.CHANNEL:
        needed += ["inbox.message", "outbox.message"]
    assert sorted(await process.traces()) == sorted(needed)
    await process.deliver()
    process.now += timedelta(hours=17)
    await process.tidy()
    assert await process.traces() == []
    async with process.store.reading() as tx:
        assert (await tx.tallies(["sa-dec"], TODAY, TODAY))[1] == []


async def test_a_confirmation_that_is_not_delivered_yet_outlives_the_night(process: Process) -> None:
    """It goes when it was sent."""
    await process.answer_to("/xoa")
    await process.answer_to("xóa ngay")
    process.now += timedelta(days=1)
    await process.tidy()
    assert await process.traces() == ["outbox.person"]
    await process.deliver()
    await process.tidy()
    assert await process.traces() == []


async def test_who_writes_again_is_a_stranger(process: Process) -> None:
    """No role, no procedure, no messages; the night takes the confirmation and leaves the new conversation."""
    await employ(process)
    await process.answer_to("/xoa")
    await process.answer_to("xóa ngay")
    assert await process.answer_to("/baocao") == locales.text("vi", "staff.only_staff")
    answer = await process.answer_to("thông tin của tôi")
    assert "Tư cách" not in answer
    assert "có 2 tin được lưu" in answer
    await process.deliver()
    process.now += timedelta(days=1)
    await process.tidy()
    assert "có 2 tin được lưu" in await process.answer_to("thông tin của tôi")


async def test_what_is_asked_in_chat_is_entered_and_done_the_same_day(process: Process) -> None:
    """Without a word of who asked; an erasure that is not confirmed is none."""
    await process.answer_to("thông tin của tôi")
    await process.answer_to("/xoa")
    await process.answer_to("không xóa")
    await process.answer_to("/xoa")
    await process.answer_to("xóa ngay")
    expected = [carried_out_at_once("access", TODAY), carried_out_at_once("erase", TODAY)]
    found = await process.register()
    assert [
        (one.kind, one.received_on, one.answer_by, one.answered_on, one.carried_out_on, one.note) for one in found
    ] == [(one.kind, one.received_on, one.answer_by, one.answered_on, one.carried_out_on, "") for one in expected]


@pytest.mark.parametrize(("channel", "days"), [("telegram", MESSENGERS.days), (chat.CHANNEL, CHAT_PAGE.days)])
async def test_what_is_stored_is_told_from_the_tables(process: Process, channel: str, days: int) -> None:
    """Messages as they are counted, with the channel's own time, role and ways to write back."""
    await employ(process, channel)
    await agree_to_be_written_to(process, channel)
    await process.answer_to("gặp cán bộ", channel)
    answer = await process.answer_to("/dulieu", channel)
    count = 2 if channel == chat.CHANNEL else 1
    parts = (f"có {count} tin được lưu, cũ nhất từ ngày 20/11/2026", f"sau {days} ngày", "quản trị", "1 ý kiến")
    assert [part for part in parts if part not in answer] == []


async def rate(process: Process) -> None:
    """Send a whole survey in chat."""
    for text in ("/start k_quay1", "1", "5", "gửi luôn"):
        await process.answer_to(text)
    async with process.store.reading() as tx:
        assert (await tx.tallies(["sa-dec"], TODAY, TODAY))[1] != []


async def test_a_form_of_this_week_is_told_and_erased(process: Process) -> None:
    """It can still be found; one of the week before cannot, and stays."""
    await rate(process)
    assert "tuần này còn biết là gửi từ đây: 1." in await process.answer_to("/dulieu")
    process.now += timedelta(days=7)
    await process.tidy()
    await rate(process)
    await process.answer_to("/xoa")
    await process.answer_to("xóa ngay")
    async with process.store.reading() as tx:
        (left,) = (await tx.tallies(["sa-dec"], TODAY, process.now.date()))[1]
    assert left.count == 1
    assert "tuần này còn biết là gửi từ đây: 0." in await process.answer_to("/dulieu")


async def test_a_withdrawal_is_entered_where_something_was_withdrawn(process: Process) -> None:
    """Asking twice enters one."""
    await rate(process)
    for _ in range(2):
        await process.answer_to("rút phiếu")
    assert [(request.kind, request.carried_out_on) for request in await process.register()] == [("withdraw", TODAY)]


# The nightly job


async def test_the_nightly_job_says_how_much_it_deleted(process: Process) -> None:
    """Messengers' chats after a week, the page's after thirty days, misses, requests long done; by kind, in the log."""
    start = process.now
    await process.answer_to("gặp cán bộ")
    await process.answer_to("gặp cán bộ", chat.CHANNEL)
    await process.deliver()
    async with process.store.transaction() as tx:
        await tx.note_misses([NoteMiss("sa-dec", "nuôi yến")], TODAY)
        await tx.add_request(carried_out_at_once("erase", TODAY))
        await tx.add_request(received("erase", TODAY))
    found = []
    for age in (MESSENGERS, CHAT_PAGE, MISSES, REQUESTS):
        for moment in (age, age + timedelta(days=1)):
            process.now = start + moment
            with capture_logs() as log:
                await process.tidy()
            found.append(next(entry for entry in log if entry["event"] == "tidied"))
    kinds = ("chats", "messenger_chats", "misses", "requests")
    assert [tuple(entry[kind] for kind in kinds) for entry in found] == [
        (0, 0, 0, 0),
        (0, 3, 0, 0),
        (0, 0, 0, 0),
        (4, 0, 0, 0),
        (0, 0, 0, 0),
        (0, 0, 1, 0),
        (0, 0, 0, 0),
        (0, 0, 0, 1),
    ]
    assert len(await process.register()) == 1


# Monday's summary


async def test_admins_are_reminded_of_open_requests_on_monday(process: Process) -> None:
    """One line, to admins alone, and none where nothing is due."""
    await employ(process, user="quan-tri")
    await employ(process, user="can-bo", role="staff")
    async with process.store.transaction() as tx:
        await tx.add_request(received("erase", date(2026, 11, 2)))
        await tx.add_request(received("access", date(2026, 11, 20)))
    await send_due(process.store, world(), CHANNELS, MONDAY, Deadlines())
    texts = {}
    for user in ("quan-tri", "can-bo"):
        ((outgoing),) = await process.store.history("telegram", user)
        texts[user] = outgoing.reply.text.plain
    line = "Yêu cầu về dữ liệu cá nhân: 1 quá hạn, 1 đến hạn trong 7 ngày tới."
    assert {user: line in text for user, text in texts.items()} == {"quan-tri": True, "can-bo": False}
    async with process.store.transaction() as tx:
        for number in [request.id for request in await tx.requests()]:
            await tx.finish_request(number, MONDAY.date())
    await send_due(process.store, world(), CHANNELS, MONDAY + timedelta(days=7), Deadlines())
    last = (await process.store.history("telegram", "quan-tri"))[-1].reply.text.plain
    assert "dữ liệu cá nhân" not in last
    async with process.store.reading() as tx:
        assert await tx.membership("telegram", "quan-tri") == Membership("telegram", "quan-tri", "sa-dec", "admin")
