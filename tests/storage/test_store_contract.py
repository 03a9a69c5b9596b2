"""What every store promises: the same tests on SQLite and PostgreSQL."""

import asyncio
from collections import Counter as Counted
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, StatementError

from catalog.entries import Entry, Way, from_json
from handlers.messages import Button, Incoming, Reply, Text, bold
from handlers.ports import Conflict, FormCount, Membership, Outgoing, Recorded, Tally
from handlers.session import Running, Session
from handlers.turn import NoteMiss
from handlers.world import Counter, Unit
from storage.catalog import ImportRecord
from storage.conversations.outbox import LEASE
from storage.store import SqlStore, SqlTx
from surveys.answers import Answer
from surveys.questionnaire import Questionnaire
from surveys.responses import Response
from tests.storage.conftest import Servers

pytestmark = pytest.mark.usefixtures("threads")
HANOI = timezone(timedelta(hours=7))
NOW = datetime(2026, 11, 20, 8, 30, 15, 123456, tzinfo=HANOI)
TICK = timedelta(microseconds=1)
MOMENT = timedelta(seconds=3)
DAY = date(2026, 11, 20)
UNIT = Unit("31000", "UBND xã Cẩm Thạch", phone="0236 123 456", address="Thôn Đông, xã Cẩm Thạch", hours="7:30–17:00")
OFFICER = Membership("zalo", "cán-bộ-1", UNIT.code, "staff")
REFUSED = (IntegrityError, LookupError)


def message(identifier: str, user: str = "lan", channel: str = "zalo") -> Incoming:
    """A message as a channel brings it."""
    return Incoming(channel, user, identifier, "Làm giấy khai sinh ở đâu?")


def says(text: str) -> Reply:
    """A reply of one plain text."""
    return Reply(Text.of(text))


def turn(identifier: str, *texts: str, user: str = "lan", version: int = 0, pushed: bool = True) -> Recorded:
    """A finished turn that replies with texts."""
    replies = tuple(map(says, texts))
    return Recorded(message(identifier, user), Session(topic=identifier), version, replies, pushed)


def response(identifier: str = "a1", **changes: object) -> Response:
    """A filled-in survey; `changes` replace parts of it."""
    given = Response(identifier, UNIT.code, "quay-1", "nhanh", 1, "0" * 64, "web", DAY, complete=True)
    return replace(given, **{"answers": {"service": 4}, **changes})  # type: ignore[arg-type]


def form(version: int = 1, digest: str = "d1") -> Questionnaire:
    """A questionnaire of which only the name, version and digest matter."""
    return Questionnaire("nhanh", version, {"vi": "Đánh giá"}, {}, {}, (), digest, "code = 'nhanh'")


def entry(code: str, name: str, **more: str) -> Entry:
    """A procedure."""
    return Entry(code, name, field="Hộ tịch", **more)


def texts(replies: Sequence[Outgoing]) -> list[str]:
    """The texts of replies, in order."""
    return [outgoing.reply.text.plain for outgoing in replies]


async def give_time(event: asyncio.Event) -> None:
    """Wait for another task to get on; where it waits for us, as with one writer at a time, go on without."""
    with suppress(TimeoutError):
        async with asyncio.timeout(0.3):
            await event.wait()
    await asyncio.sleep(0.1)


class Broken(Exception):
    """Something goes wrong in the middle of a transaction."""


async def carry_out(store: SqlStore, work: Callable[[Any], Awaitable[None]]) -> None:
    """Do work in a transaction of its own."""
    async with store.transaction() as tx:
        await work(tx)


async def record(store: SqlStore, *turns: Recorded, now: datetime = NOW) -> list[list[Outgoing]]:
    """Commit turns in a transaction of their own."""
    async with store.transaction() as tx:
        return await tx.record(turns, now)


async def answered(store: SqlStore, identifier: str, user: str = "lan") -> bool:
    """Tell whether a message counts as answered."""
    return (await store.recall([message(identifier, user)]))[0].answered


async def claim(store: SqlStore, now: datetime, most: int = 200) -> list[Outgoing]:
    """Take over waiting replies in a transaction of its own."""
    async with store.transaction() as tx:
        return await tx.claim(["telegram", "zalo"], now, most)


async def later(store: SqlStore, now: datetime, span: timedelta) -> datetime:
    """Let time pass, and return the moment after it.

    PostgreSQL goes by its own clock, whatever moment it is told: there what is leased is dated back.
    """
    if not store.single_process:
        async with store.engine.begin() as connection:
            await connection.execute(
                text("UPDATE outbox SET leased_until = leased_until - CAST(:span AS interval)"), {"span": span}
            )
    return now + span


async def add_unit(store: SqlStore, unit: Unit = UNIT, now: datetime = NOW) -> bool:
    """Add a unit in a transaction of its own."""
    async with store.transaction() as tx:
        return await tx.add_unit(unit, now)


async def keep(store: SqlStore, *responses: Response) -> None:
    """Store responses in a transaction of their own."""
    async with store.transaction() as tx:
        await tx.keep_responses(responses)


async def kept(store: SqlStore, *identifiers: str) -> dict[str, Response]:
    """Read responses back, in another transaction."""
    async with store.reading() as tx:
        return await tx.responses(identifiers)


async def outcomes(work: Callable[[int], Awaitable[object]], times: int) -> Counted[object]:
    """Do something many times at once and count what came out: the values, and the types of the errors."""
    done = await asyncio.gather(*(work(number) for number in range(times)), return_exceptions=True)
    return Counted(type(outcome) if isinstance(outcome, BaseException) else outcome for outcome in done)


# Turns


async def test_a_stranger_has_an_empty_session(store: SqlStore) -> None:
    """Whoever never wrote starts from nothing, unanswered."""
    (recalled,) = await store.recall([message("m1")])
    assert recalled.session == Session()
    assert recalled.version == 0
    assert not recalled.answered


async def test_a_recorded_turn_is_recalled(store: SqlStore) -> None:
    """Session, version and inbox come back as they were committed, tuples inside the answers included."""
    running = Running(
        response="ab" * 16,
        source="zalo",
        unit=UNIT.code,
        counter="quầy 1",
        form="nhanh",
        version=2,
        agreed=True,
        answers={"service": 2, "why": ("slow", "rude"), "note": "Chờ lâu quá ạ 😔"},
        passed=("age",),
        chosen=("slow",),
    )
    session = Session(UNIT.code, "en", greeted=True, offered=(("fee:1.001193", "Lệ phí"),), topic="x", survey=running)
    await record(store, Recorded(message("m1"), session, 0, (says("Vâng."),)))
    again, other = await store.recall([message("m1"), message("m2")])
    assert again.session == session
    assert again.answered
    assert other.session == session
    assert not other.answered
    assert other.version == again.version
    assert again.version > 0


async def test_recall_keeps_the_order_of_the_messages(store: SqlStore) -> None:
    """Every message gets the session of its own sender, in the order asked, strangers and repeats included."""
    await record(store, turn("m1", user="lan"), turn("m2", user="bình"))
    asked = [message("m9", "bình"), message("m8", "an"), message("m1", "lan"), message("m9", "bình")]
    recalled = await store.recall(asked)
    assert [(found.session.topic, found.answered) for found in recalled] == [
        ("m2", False),
        ("", False),
        ("m1", True),
        ("m2", False),
    ]
    assert await store.recall([]) == []


async def test_people_of_two_channels_are_two_people(store: SqlStore) -> None:
    """The same user and message names in two channels do not meet."""
    await record(store, Recorded(message("m1", channel="zalo"), Session(topic="a"), 0, (says("Zalo"),)))
    await record(store, Recorded(message("m1", channel="telegram"), Session(topic="b"), 0, (says("Telegram"),)))
    zalo, telegram = await store.recall([message("m1", channel="zalo"), message("m1", channel="telegram")])
    assert (zalo.session.topic, telegram.session.topic) == ("a", "b")
    assert texts(await store.history("zalo", "lan")) == ["Zalo"]
    assert texts(await store.replies_to(message("m1", channel="telegram"))) == ["Telegram"]


async def test_a_message_is_answered_once(store: SqlStore) -> None:
    """The same message again is a conflict, even with the session's current version, and changes nothing."""
    await record(store, turn("m1", "Chào Ông/Bà."))
    (recalled,) = await store.recall([message("m1")])
    with pytest.raises(Conflict):
        await record(store, turn("m1", "Chào lần nữa.", version=recalled.version))
    assert texts(await store.history("zalo", "lan")) == ["Chào Ông/Bà."]
    assert await store.recall([message("m1")]) == [recalled]


async def test_a_message_that_stands_twice_in_a_batch_is_refused(store: SqlStore) -> None:
    """A batch cannot answer one message twice; nothing of it remains."""
    with pytest.raises(Conflict):
        await record(store, turn("m1", "một"), turn("m1", "hai"))
    assert not await answered(store, "m1")
    assert await store.waiting() == 0


async def test_a_stale_session_version_rolls_everything_back(store: SqlStore) -> None:
    """When a session was overtaken, nothing of the transaction remains: answers, misses, people, replies, inbox."""
    await add_unit(store)
    await record(store, turn("m1", "một"))

    async def work(tx: SqlTx) -> None:
        await tx.keep_responses([response("a1")])
        await tx.note_misses([NoteMiss(UNIT.code, "xin phép nuôi voi")], DAY)
        await tx.create_token("login", UNIT.code, "admin", "bí mật", NOW + timedelta(hours=1))
        await tx.start_run(UNIT.code, "2026-W47", "weekly", NOW)
        await tx.enqueue(OFFICER, [says("thư")], NOW, pushed=True)
        await tx.add_counter(Counter("quay-1", "Quầy 1", UNIT.code))
        await tx.record([turn("m2", "hai", version=0)], NOW)

    with pytest.raises(Conflict):
        await carry_out(store, work)
    assert not await answered(store, "m2")
    assert texts(await store.history("zalo", "lan")) == ["một"]
    assert await store.waiting() == 1
    async with store.reading() as tx:
        assert await tx.responses(["a1"]) == {}
        assert await tx.misses(10) == []
        assert await tx.find_token("login", "bí mật", NOW) is None
        assert await tx.runs(NOW) == set()
        assert await tx.counters() == {}


async def test_one_stale_turn_undoes_its_whole_batch(store: SqlStore) -> None:
    """A batch of turns of different people is committed as one."""
    await record(store, turn("m1", user="lan"))
    with pytest.raises(Conflict):
        await record(store, turn("m2", "hai", user="bình"), turn("m3", "ba", user="lan", version=0))
    assert not await answered(store, "m2", "bình")
    assert await store.history("zalo", "bình") == []


async def test_an_error_inside_a_transaction_undoes_it(store: SqlStore) -> None:
    """What was done before an error is not kept, the error comes through, and the store goes on working."""

    async def work(tx: SqlTx) -> None:
        await tx.record([turn("m1", "một")], NOW)
        await tx.keep_responses([response()])
        raise Broken

    with pytest.raises(Broken):
        await carry_out(store, work)
    assert not await answered(store, "m1")
    assert await kept(store, "a1") == {}
    await record(store, turn("m1", "một"))
    assert texts(await store.history("zalo", "lan")) == ["một"]


async def test_a_cancelled_transaction_is_undone(store: SqlStore) -> None:
    """A task that is cancelled half way leaves nothing, and the next writer gets its turn."""
    inside = asyncio.Event()

    async def stuck() -> None:
        async with store.transaction() as tx:
            await tx.record([turn("m1", "một")], NOW)
            inside.set()
            await asyncio.sleep(3600)

    async with asyncio.TaskGroup() as group:
        task = group.create_task(stuck())
        await inside.wait()
        task.cancel()
    async with asyncio.timeout(60):
        await record(store, turn("m1", "hai"))
    assert texts(await store.history("zalo", "lan")) == ["hai"]


async def test_what_a_database_refuses_undoes_the_transaction(store: SqlStore) -> None:
    """A row that points to a unit which does not exist takes the rest of its transaction along."""

    async def work(tx: SqlTx) -> None:
        await tx.keep_responses([response()])
        await tx.add_counter(Counter("quay-1", "Quầy 1", "không-có"))

    with pytest.raises(REFUSED):
        await carry_out(store, work)
    assert await kept(store, "a1") == {}
    assert await add_unit(store)


async def test_a_reader_sees_only_what_is_committed(store: SqlStore) -> None:
    """Reading does not wait for a writer and does not see its unfinished work."""
    async with store.transaction() as tx:
        await tx.record([turn("m1", "một")], NOW)
        await tx.keep_responses([response()])
        async with asyncio.timeout(60):
            before = (await answered(store, "m1"), await store.waiting(), await kept(store, "a1"))
    assert before == (False, 0, {})
    assert await answered(store, "m1")
    assert await store.waiting() == 1
    assert list(await kept(store, "a1")) == ["a1"]


async def test_reading_never_writes(store: SqlStore) -> None:
    """What is written in a transaction for reading alone is gone afterwards."""
    async with store.reading() as tx:
        await tx.keep_responses([response()])
    assert await kept(store, "a1") == {}


async def test_two_tasks_record_the_same_message_and_one_succeeds(store: SqlStore, twin: SqlStore) -> None:
    """Two processes that answer a redelivered message at once: one answer is kept, the other gets Conflict."""

    async def answer(number: int) -> str:
        await record((store, twin)[number % 2], turn("m1", f"câu {number}"))
        return "recorded"

    assert await outcomes(answer, 2) == {"recorded": 1, Conflict: 1}
    assert len(await store.history("zalo", "lan")) == 1


async def test_two_messages_of_one_person_do_not_overwrite_each_other(store: SqlStore, twin: SqlStore) -> None:
    """Of turns that were decided on the same session, exactly one is kept."""

    async def answer(number: int) -> str:
        await record((store, twin)[number % 2], turn(f"m{number}", f"câu {number}"))
        return "recorded"

    assert await outcomes(answer, 10) == {"recorded": 1, Conflict: 9}
    (outgoing,) = await store.history("zalo", "lan")
    (recalled,) = await store.recall([message("next")])
    assert outgoing.reply.text.plain == f"câu {recalled.session.topic[1:]}"


async def test_no_turn_is_lost_when_those_who_met_a_conflict_try_again(store: SqlStore, twin: SqlStore) -> None:
    """Eight tasks in two processes append to one session; every addition arrives once, in the order of the replies."""

    async def append(number: int) -> None:
        where = (store, twin)[number % 2]
        while True:
            (recalled,) = await where.recall([message(f"m{number}")])
            topic = f"{recalled.session.topic} {number}".strip()
            try:
                await record(
                    where, Recorded(message(f"m{number}"), Session(topic=topic), recalled.version, (says(topic),))
                )
            except Conflict:
                continue
            return

    async with asyncio.timeout(30):
        await asyncio.gather(*map(append, range(8)))
    (recalled,) = await store.recall([message("next")])
    assert sorted(recalled.session.topic.split()) == [str(number) for number in range(8)]
    said = texts(await store.history("zalo", "lan"))
    assert said == [" ".join(recalled.session.topic.split()[:count]) for count in range(1, 9)]


async def test_two_turns_of_one_person_in_a_batch_follow_each_other(store: SqlStore) -> None:
    """The later turn's session stands, and the next turn continues from it."""
    await record(store, turn("m1", "một", version=0), turn("m2", "hai", version=1))
    (recalled,) = await store.recall([message("m3")])
    assert recalled.session.topic == "m2"
    await record(store, turn("m3", "ba", version=recalled.version))
    assert texts(await store.history("zalo", "lan")) == ["một", "hai", "ba"]
    with pytest.raises(Conflict):
        await record(store, turn("m4", "bốn", version=recalled.version))


# Replies


async def test_replies_keep_their_order(store: SqlStore) -> None:
    """In a batch of 600 turns every turn gets its own replies back, in order, with ids that grow."""
    turns = [turn(f"m{n:03}", f"{n} a", f"{n} b", user=f"người {n % 600}") for n in range(600)]
    sent = await record(store, *turns)
    assert [texts(outgoing) for outgoing in sent] == [[f"{n} a", f"{n} b"] for n in range(600)]
    assert [outgoing.user for part in sent for outgoing in part] == [f"người {n}" for n in range(600) for _ in "ab"]
    identifiers = [outgoing.id for part in sent for outgoing in part]
    assert identifiers == sorted(set(identifiers))
    for n in (0, 299, 599):
        assert await store.replies_to(message(f"m{n:03}", f"người {n}")) == sent[n]


async def test_a_turn_without_replies_is_answered_too(store: SqlStore) -> None:
    """Some messages deserve no reply and must still not be handled again."""
    assert await record(store, turn("m1"), turn("m2", "hai", user="bình")) != []
    assert await answered(store, "m1")
    assert await store.replies_to(message("m1")) == []


async def test_a_reply_survives_the_database(store: SqlStore) -> None:
    """Styles, buttons with faces, links, line breaks, quotes and decomposed Vietnamese come back unchanged."""
    reply = Reply(
        Text.of(
            "Lệ phí: ", bold("7.000 đồng/lần"), "\n\"Giấy khai sinh\" — d\u0323a\u0302\u0301u tách rời 👵🏽 \\ '%s' {x}"
        ),
        buttons=(Button("s:1a2b:service:5", "Rất hài lòng", "😀"), Button("fee:1.001193", "Lệ phí")),
        links=(("Cổng Dịch vụ công", "https://dichvucong.gov.vn/?a=1&b=ô"),),
    )
    ((outgoing,),) = await record(store, Recorded(message("m1"), Session(), 0, (reply,)))
    assert outgoing.reply == reply
    assert await store.replies_to(message("m1")) == [outgoing]
    assert await store.history("zalo", "lan") == [outgoing]
    assert await claim(store, await later(store, NOW, LEASE + TICK)) == [outgoing]


async def test_what_the_person_said_stands_before_the_replies(store: SqlStore) -> None:
    """History shows both sides; what the person said is no reply and is never sent."""
    said = replace(turn("m1", "Chào Ông/Bà.", "Mời chọn."), said="Xin chào")
    sent, _ = await record(store, said, turn("m2", "hai", user="bình"))
    history = await store.history("zalo", "lan")
    assert [(outgoing.mine, outgoing.reply.text.plain) for outgoing in history] == [
        (True, "Xin chào"),
        (False, "Chào Ông/Bà."),
        (False, "Mời chọn."),
    ]
    assert await store.replies_to(message("m1")) == sent
    assert texts(await claim(store, await later(store, NOW, LEASE + TICK))) == ["Chào Ông/Bà.", "Mời chọn.", "hai"]


async def test_history_is_in_order_and_starts_after_what_was_seen(store: SqlStore) -> None:
    """Oldest first, one chat only, from a given id on; where there is more than asked for, the last ones."""
    for number, version in enumerate([0, 1, 2]):
        await record(store, turn(f"m{number}", f"{number} a", f"{number} b", version=version, pushed=False))
    await record(store, turn("x", "của người khác", user="bình", pushed=False))
    everything = await store.history("zalo", "lan")
    assert texts(everything) == ["0 a", "0 b", "1 a", "1 b", "2 a", "2 b"]
    assert await store.history("zalo", "lan", everything[2].id) == everything[3:]
    assert await store.history("zalo", "lan", everything[-1].id) == []
    assert await store.history("zalo", "lan", most=2) == everything[4:]
    assert await store.history("zalo", "lan", everything[0].id, most=3) == everything[3:]


async def test_a_page_that_asks_again_and_again_misses_nothing(store: SqlStore, twin: SqlStore) -> None:
    """Two transactions write to a chat at once; whoever asks for what came after the last one seen sees both."""
    started, written, done = asyncio.Event(), asyncio.Event(), asyncio.Event()
    seen: list[Outgoing] = []

    async def first() -> None:
        async with store.transaction() as tx:
            await tx.enqueue(OFFICER, [says("báo cáo tuần")], NOW, pushed=False)
            started.set()
            await give_time(written)

    async def second() -> None:
        await started.wait()
        async with twin.transaction() as tx:
            await tx.enqueue(OFFICER, [says("cảnh báo")], NOW, pushed=False)
        written.set()

    async def write() -> None:
        await asyncio.gather(first(), second())
        done.set()

    async def ask() -> None:
        last_time = False
        while not last_time:
            last_time = done.is_set()
            seen.extend(await store.history(OFFICER.channel, OFFICER.user, seen[-1].id if seen else 0))
            await asyncio.sleep(0.02)

    await asyncio.gather(write(), ask())
    assert sorted(texts(seen)) == ["báo cáo tuần", "cảnh báo"]


async def test_a_fresh_reply_belongs_to_who_recorded_it_until_the_lease_runs_out(store: SqlStore) -> None:
    """The process that answered delivers; another may take over only when it has fallen silent."""
    ((first, second),) = await record(store, turn("m1", "một", "hai"))
    assert await store.waiting() == 2
    assert await claim(store, NOW) == []
    assert await claim(store, now := await later(store, NOW, LEASE - MOMENT)) == []
    assert await claim(store, await later(store, now, MOMENT + TICK)) == [first, second]


async def test_a_claimed_reply_is_not_claimed_again_until_the_lease_runs_out(store: SqlStore, twin: SqlStore) -> None:
    """A second process leaves alone what a first one holds; holding on renews the claim."""
    async with store.transaction() as tx:
        await tx.enqueue(OFFICER, [says("thư")], NOW, pushed=True)
    (mine,) = await claim(store, NOW)
    assert await claim(twin, now := await later(store, NOW, LEASE - MOMENT)) == []
    async with store.transaction() as tx:
        assert await tx.hold([mine.id, mine.id + 1], now) == {mine.id}
    assert await claim(twin, now := await later(store, now, LEASE - MOMENT)) == []
    assert await claim(twin, now := await later(store, now, MOMENT + TICK)) == [mine]
    assert await claim(store, now) == []


@pytest.mark.parametrize("ahead", [timedelta(minutes=1), timedelta(days=9)])
async def test_a_lease_from_a_clock_that_was_ahead_holds_nothing_up(store: SqlStore, ahead: timedelta) -> None:
    """Written an hour ahead, it counts by the database's own clock, or not at all: nobody waits an hour for it."""
    ((sent,),) = await record(store, turn("m1", "một"), now=NOW + ahead)
    assert await claim(store, await later(store, NOW, LEASE + TICK)) == [sent]


@asynccontextmanager
async def two_processes(servers: Servers) -> AsyncIterator[tuple[SqlStore, SqlStore]]:
    """The stores of two processes on one PostgreSQL database."""
    async with servers.postgresql_with_tables() as url:
        first, second = SqlStore.open(url), SqlStore.open(url)
        try:
            yield first, second
        finally:
            await first.close()
            await second.close()


async def test_a_clock_that_is_ahead_takes_nothing_from_a_living_process(servers: Servers) -> None:
    """On PostgreSQL a lease is a matter of the database's clock, not of the process that looks."""
    async with two_processes(servers) as (first, second):
        await record(first, turn("m1", "một"))
        assert await claim(second, NOW + timedelta(days=9)) == []


async def test_a_reply_behind_an_older_one_elsewhere_is_nobodys(store: SqlStore) -> None:
    """While a report waits that no process holds, the chat's next reply is nobody's either; they go together."""
    async with store.transaction() as tx:
        await tx.enqueue(replace(OFFICER, user="lan"), [says("báo cáo tuần")], NOW, pushed=True)
    (replies, free) = await record(store, turn("m1", "một", "hai"), turn("m2", "ba", user="bình"))
    assert [outgoing.behind for outgoing in (*replies, *free)] == [True, True, False]
    assert texts(await claim(store, NOW)) == ["báo cáo tuần", "một", "hai"]
    ((more,),) = await record(store, turn("m3", "bốn", version=1))
    assert not more.behind


async def test_nothing_is_taken_over_behind_what_another_process_holds(servers: Servers) -> None:
    """One process waits to send the first reply of a chat; another that answers the same chat leaves its own alone."""
    async with two_processes(servers) as (first, second):
        ((one, two),) = await record(first, turn("m1", "một", "hai"))
        ((three,), (other,)) = await record(second, turn("m2", "ba", version=1), turn("m3", "khác", user="bình"))
        assert [outgoing.behind for outgoing in (one, two, three, other)] == [False, False, True, False]
        assert await claim(second, NOW) == []
        async with first.transaction() as tx:
            await tx.sent([one.id, other.id])
        assert await claim(second, NOW) == []
        ((four,),) = await record(first, turn("m4", "bốn", version=2))
        assert four.behind
        await later(second, NOW, LEASE - MOMENT)
        async with first.transaction() as tx:
            assert await tx.hold([one.id, two.id], NOW) == {two.id}
        await later(second, NOW, MOMENT + TICK)
        assert await claim(second, NOW) == []
        await later(second, NOW, LEASE)
        assert texts(await claim(second, NOW)) == ["hai", "ba", "bốn"]
        async with first.transaction() as tx:
            assert await tx.hold([two.id], NOW) == set()
            await tx.let_go([two.id])
        assert await claim(first, NOW) == []


async def test_what_was_sent_or_refused_is_never_claimed_again(store: SqlStore) -> None:
    """A delivered reply stays delivered, whatever is held or released afterwards; so does a refused one."""
    ((sent, refused, open_),) = await record(store, turn("m1", "đã gửi", "bị từ chối", "còn chờ"))
    async with store.transaction() as tx:
        await tx.sent([sent.id])
        await tx.refused(refused.id, "người nhận đã chặn")
    async with store.transaction() as tx:
        await tx.hold([sent.id, refused.id], NOW)
        await tx.release()
    assert await store.waiting() == 1
    assert await claim(store, await later(store, NOW, timedelta(days=365))) == [open_]
    assert texts(await store.history("zalo", "lan")) == ["đã gửi", "bị từ chối", "còn chờ"]


async def test_releasing_frees_what_a_dead_process_held(store: SqlStore) -> None:
    """After a restart of the only process, waiting replies can be claimed at once."""
    (sent,) = await record(store, turn("m1", "một", "hai"))
    assert await claim(store, NOW) == []
    async with store.transaction() as tx:
        await tx.release()
    assert await claim(store, NOW) == sent


async def test_replies_that_a_channel_fetches_are_never_claimed(store: SqlStore) -> None:
    """A web page fetches its history; nothing waits there, and nothing is delivered."""
    await record(store, turn("m1", "một", pushed=False))
    async with store.transaction() as tx:
        await tx.enqueue(replace(OFFICER, user="lan"), [says("hai")], NOW, pushed=False)
        await tx.release()
    assert await store.waiting() == 0
    assert await claim(store, NOW + timedelta(days=1)) == []
    assert texts(await store.history("zalo", "lan")) == ["một", "hai"]


async def test_claims_take_the_oldest_first_of_the_channels_asked_for(store: SqlStore) -> None:
    """A claim takes at most as many as asked, the oldest, and leaves other channels to others."""
    async with store.transaction() as tx:
        await tx.enqueue(OFFICER, [says(str(n)) for n in range(5)], NOW, pushed=True)
        await tx.enqueue(replace(OFFICER, channel="sms"), [says("kênh khác")], NOW, pushed=True)
        await tx.enqueue(replace(OFFICER, channel="telegram"), [says("5")], NOW, pushed=True)
    assert [texts(await claim(store, NOW, most=3)) for _ in range(3)] == [["0", "1", "2"], ["3", "4", "5"], []]


async def test_many_claimers_share_the_replies_without_a_second_copy(store: SqlStore, twin: SqlStore) -> None:
    """Ten claimers in two processes at once take every reply exactly once."""
    async with store.transaction() as tx:
        await tx.enqueue(OFFICER, [says(f"thư {n:02}") for n in range(40)], NOW, pushed=True)

    async def take(number: int) -> list[Outgoing]:
        where = (store, twin)[number % 2]
        return [*await claim(where, NOW, most=3), *await claim(where, NOW, most=3)]

    taken = [outgoing for part in await asyncio.gather(*map(take, range(10))) for outgoing in part]
    rest = await claim(store, NOW)
    assert sorted(texts([*taken, *rest])) == [f"thư {n:02}" for n in range(40)]


async def test_marking_nothing_is_allowed(store: SqlStore) -> None:
    """Empty and unknown ids change nothing."""
    await record(store, turn("m1", "một"))
    async with store.transaction() as tx:
        await tx.sent([])
        await tx.hold([], NOW)
        await tx.sent([987654])
        await tx.refused(987654, "không có")
        assert await tx.claim([], NOW + timedelta(days=1)) == []
    assert await store.waiting() == 1


# Survey answers


@pytest.mark.parametrize(
    "answers",
    [
        {},
        {"service": 1, "time": 5},
        {"why": ("slow", "rude", "far")},
        {"why": ("slow",)},
        {"level": 5, "single": "5", "multiple": ("5",)},
        {"note": "Chờ lâu,\n\nxin cảm ơn 🙏 \"cán bộ\" 'Hoa'; DROP TABLE answer; -- \\"},
        {"note": "Ô\u0323ng ba\u0300"},
        {"note": "x" * 4000},
    ],
    ids=["none", "levels", "several", "one-of-several", "digits", "text", "decomposed", "long"],
)
async def test_answers_survive_a_round_trip(store: SqlStore, answers: dict[str, Answer]) -> None:
    """Levels stay numbers, choices stay choices in their order, texts stay texts, to the letter."""
    given = response(answers=answers, assisted=True, complete=False, version=7, source="paper", counter="")
    await keep(store, given)
    assert await kept(store, "a1", "không-có") == {"a1": given}
    (found,) = (await kept(store, "a1")).values()
    assert {key: type(value) for key, value in found.answers.items()} == {k: type(v) for k, v in answers.items()}


async def test_a_response_is_replaced_under_its_id(store: SqlStore) -> None:
    """A changed answer takes the place of the old one; follow-ups that no longer apply disappear."""
    await keep(store, response(complete=False, answers={"service": 1, "why": ("slow",), "note": "Chậm"}))
    await keep(store, response(complete=True, answers={"service": 5}))
    assert await kept(store, "a1") == {"a1": response(complete=True, answers={"service": 5})}
    async with store.reading() as tx:
        counted, forms = await tx.tallies([UNIT.code], DAY, DAY)
    assert [(tally.question, tally.level, tally.count) for tally in counted] == [("service", 5, 1)]
    assert [count.count for count in forms] == [1]


async def test_the_first_day_and_source_of_a_response_stay(store: SqlStore) -> None:
    """A survey that is finished after midnight counts on the day it was begun."""
    await keep(store, response(complete=False))
    await keep(store, response(day=DAY + timedelta(days=1), source="zalo", complete=True, answers={"service": 3}))
    assert await kept(store, "a1") == {"a1": response(complete=True, answers={"service": 3})}


async def test_responses_are_kept_together_and_apart(store: SqlStore) -> None:
    """Replacing one response leaves its neighbours alone."""
    await keep(store, *(response(f"a{n}", answers={"service": n}) for n in range(1, 6)))
    await keep(store, response("a2", answers={"service": 5}), response("a9", answers={"service": 1}))
    found = await kept(store, *(f"a{n}" for n in range(10)))
    levels = {key: given.answers["service"] for key, given in found.items()}
    assert levels == {"a1": 1, "a2": 5, "a3": 3, "a4": 4, "a5": 5, "a9": 1}


async def test_dropped_responses_leave_nothing(store: SqlStore) -> None:
    """Whoever breaks a survey off is not counted, and leaves no answer under an id that comes again."""
    await keep(store, response("a1", answers={"service": 1, "note": "Chậm"}), response("a2", answers={"service": 5}))
    async with store.transaction() as tx:
        await tx.drop_responses(["a1", "không-có"])
    assert list(await kept(store, "a1", "a2")) == ["a2"]
    async with store.reading() as tx:
        counted, forms = await tx.tallies([UNIT.code], DAY, DAY)
    assert ([tally.level for tally in counted], [count.count for count in forms]) == ([5], [1])
    await keep(store, response("a1", answers={}))
    assert await kept(store, "a1") == {"a1": response("a1", answers={})}


async def test_a_response_written_twice_at_once_is_one_of_the_two(store: SqlStore, twin: SqlStore) -> None:
    """Two processes that replace the same response never mix their answers."""
    await keep(store, response(answers={"service": 1}))

    async def rewrite(number: int) -> None:
        await keep((store, twin)[number % 2], response(answers={"a": number, "b": number, f"only_{number}": number}))

    assert await outcomes(rewrite, 10) == {None: 10}
    (found,) = (await kept(store, "a1")).values()
    number = found.answers["a"]
    assert found.answers == {"a": number, "b": number, f"only_{number}": number}


OTHER = "31001"


@pytest.mark.parametrize(
    ("units", "first", "last", "levels", "forms"),
    [
        ([UNIT.code], date(2026, 11, 2), date(2026, 11, 8), {4: 1, 5: 2}, 3),
        ([UNIT.code], date(2026, 11, 2), date(2026, 11, 2), {5: 1}, 1),
        ([UNIT.code], date(2026, 11, 8), date(2026, 11, 8), {4: 1}, 1),
        ([UNIT.code], date(2026, 11, 1), date(2026, 11, 9), {1: 1, 2: 1, 4: 1, 5: 2}, 5),
        ([OTHER], date(2026, 11, 2), date(2026, 11, 8), {3: 1}, 2),
        ([UNIT.code, OTHER], date(2026, 11, 2), date(2026, 11, 8), {3: 1, 4: 1, 5: 2}, 5),
        ([UNIT.code], date(2026, 12, 1), date(2026, 12, 31), {}, 0),
        (["không-có"], date(2026, 11, 1), date(2026, 11, 30), {}, 0),
        ([], date(2026, 11, 1), date(2026, 11, 30), {}, 0),
        ([UNIT.code], date(2026, 11, 8), date(2026, 11, 2), {}, 0),
    ],
    ids=["week", "first", "last", "wider", "other", "both", "later", "unknown", "no-unit", "backwards"],
)
async def test_tallies_count_days_with_both_ends(
    store: SqlStore, units: list[str], first: date, last: date, levels: dict[int, int], forms: int
) -> None:
    """A period includes its first and its last day, and only the units asked for. Counted by hand."""
    await keep(
        store,
        response("a1", day=date(2026, 11, 1), answers={"service": 1}),
        response("a2", day=date(2026, 11, 2), answers={"service": 5}),
        response("a3", day=date(2026, 11, 5), answers={"service": 5}, complete=False),
        response("a4", day=date(2026, 11, 8), answers={"service": 4}),
        response("a5", day=date(2026, 11, 9), answers={"service": 2}),
        response("b1", unit=OTHER, day=date(2026, 11, 2), answers={"service": 3}),
        response("b2", unit=OTHER, day=date(2026, 11, 8), answers={"note": "Tốt", "why": ("5",), "single": "5"}),
    )
    async with store.reading() as tx:
        counted, came = await tx.tallies(units, first, last)
    found: Counted[int] = Counted()
    for tally in counted:
        found[tally.level] += tally.count
    assert dict(found) == levels
    assert sum(count.count for count in came) == forms


async def test_tallies_keep_places_sources_forms_and_questions_apart(store: SqlStore) -> None:
    """Each combination has its own count; a form is counted once, however many questions it has."""
    await keep(
        store,
        response("a1", answers={"service": 5, "time": 5}),
        response("a2", answers={"service": 5, "time": 2, "note": "Hơi lâu"}),
        response("a3", counter="quay-2", answers={"service": 5}),
        response("a4", source="paper", answers={"service": 5}),
        response("a5", form="dai", answers={"service": 5}),
        response("a6", answers={}),
        response("a7", round="quy-4", answers={"service": 4}),
        response("a8", round="quy-4", assisted=True, answers={"service": 4}),
    )
    async with store.reading() as tx:
        counted, forms = await tx.tallies([UNIT.code], DAY, DAY)
    here = (UNIT.code, "quay-1")
    assert set(counted) == {
        Tally(*here, "web", "nhanh", "service", 5, 2),
        Tally(*here, "web", "nhanh", "time", 5, 1),
        Tally(*here, "web", "nhanh", "time", 2, 1),
        Tally(UNIT.code, "quay-2", "web", "nhanh", "service", 5, 1),
        Tally(*here, "paper", "nhanh", "service", 5, 1),
        Tally(*here, "web", "dai", "service", 5, 1),
        Tally(*here, "web", "nhanh", "service", 4, 1, "slip"),
        Tally(*here, "web", "nhanh", "service", 4, 1, "assisted"),
    }
    assert len(counted) == 8
    assert set(forms) == {
        FormCount(*here, "web", 4),
        FormCount(UNIT.code, "quay-2", "web", 1),
        FormCount(*here, "paper", 1),
        FormCount(*here, "web", 1, "slip"),
        FormCount(*here, "web", 1, "assisted"),
    }
    assert len(forms) == 5


async def test_miss_counts_add_up(store: SqlStore, twin: SqlStore) -> None:
    """What was not found is counted by kind over batches, days, units and processes; the most frequent comes first."""
    async with store.transaction() as tx:
        await tx.note_misses(
            [
                NoteMiss("", "nuôi voi"),
                NoteMiss("", "nuôi voi"),
                NoteMiss(UNIT.code, "nuôi voi"),
                NoteMiss("", "lái tàu"),
            ],
            DAY,
        )
        await tx.note_misses([NoteMiss("", "lái tàu", "not_this")] * 2, DAY)
        await tx.note_misses([NoteMiss("", "nuôi voi")], DAY + timedelta(days=1))

    async def note(number: int) -> None:
        async with (store, twin)[number % 2].transaction() as tx:
            await tx.note_misses([NoteMiss("", "xây lăng"), NoteMiss("", "lái tàu")], DAY)

    assert await outcomes(note, 20) == {None: 20}
    async with store.reading() as tx:
        assert await tx.misses(10) == [
            ("missed", "lái tàu", 21),
            ("missed", "xây lăng", 20),
            ("missed", "nuôi voi", 4),
            ("not_this", "lái tàu", 2),
        ]
        assert await tx.misses(1) == [("missed", "lái tàu", 21)]
        assert await tx.misses(5, "not_this") == [("not_this", "lái tàu", 2)]


# Staff and secrets


async def test_a_one_time_token_is_used_once_by_fifty_tasks(store: SqlStore, twin: SqlStore) -> None:
    """A login link that is opened fifty times at once in two processes lets one in."""
    await add_unit(store)
    async with store.transaction() as tx:
        await tx.create_token("login", UNIT.code, "admin", "bí-mật", NOW + timedelta(hours=1))

    async def use(number: int) -> object:
        async with (store, twin)[number % 2].transaction() as tx:
            return await tx.use_token("login", "bí-mật", NOW)

    assert await outcomes(use, 50) == {(UNIT.code, "admin"): 1, None: 49}


async def test_an_invitation_is_redeemed_once_by_many_chats(store: SqlStore, twin: SqlStore) -> None:
    """Of twenty chats that send the same code at once, one becomes staff."""
    await add_unit(store)
    async with store.transaction() as tx:
        await tx.create_token("invitation", UNIT.code, "staff", "ABCD-2345", NOW + timedelta(days=7))

    async def redeem(number: int) -> bool:
        async with (store, twin)[number % 2].transaction() as tx:
            return await tx.redeem("ABCD-2345", "zalo", f"người {number}", NOW) is not None

    assert await outcomes(redeem, 20) == {True: 1, False: 19}
    async with store.reading() as tx:
        assert len(await tx.members(UNIT.code)) == 1


@pytest.mark.parametrize(
    ("later", "works"),
    [(timedelta(hours=1) - TICK, True), (timedelta(hours=1), False), (timedelta(days=9), False)],
    ids=["last-moment", "at-the-end", "long-after"],
)
@pytest.mark.parametrize("kind", ["invitation", "login", "browser"])
async def test_an_expired_token_opens_nothing(store: SqlStore, kind: str, later: timedelta, works: bool) -> None:
    """A secret works until the moment it expires, in whatever zone that moment was written."""
    await add_unit(store)
    async with store.transaction() as tx:
        await tx.create_token(kind, UNIT.code, "staff", "abcd", NOW + timedelta(hours=1))  # type: ignore[arg-type]
    expected = (UNIT.code, "staff") if works else None
    async with store.transaction() as tx:
        moment = (NOW + later).astimezone(UTC)
        assert await tx.find_token(kind, "abcd", moment) == expected  # type: ignore[arg-type]
        assert await tx.use_token(kind, "abcd", moment) == expected  # type: ignore[arg-type]


async def test_a_token_opens_only_its_own_door(store: SqlStore) -> None:
    """Kinds do not stand in for each other, secrets are compared to the letter, and trying uses nothing up."""
    await add_unit(store)
    async with store.transaction() as tx:
        await tx.create_token("login", UNIT.code, "admin", "aB-c", NOW + timedelta(hours=1))
        for kind, secret in (("browser", "aB-c"), ("invitation", "aB-c"), ("login", "ab-c"), ("login", "aBc")):
            assert await tx.use_token(kind, secret, NOW) is None
        assert await tx.redeem("aB-c", "zalo", "lan", NOW) is None
        for _ in range(2):
            assert await tx.find_token("login", "aB-c", NOW) == (UNIT.code, "admin")
        assert await tx.find_token("login", "", NOW) is None


async def test_a_forgotten_token_is_gone(store: SqlStore) -> None:
    """Logging out ends this browser's secret and no other."""
    await add_unit(store)
    async with store.transaction() as tx:
        for secret in ("một", "hai"):
            await tx.create_token("browser", UNIT.code, "staff", secret, NOW + timedelta(hours=1))
        await tx.forget_token("browser", "một")
        await tx.forget_token("browser", "không có")
    async with store.reading() as tx:
        assert await tx.find_token("browser", "một", NOW) is None
        assert await tx.find_token("browser", "hai", NOW) == (UNIT.code, "staff")


async def test_a_token_that_was_used_in_a_failed_transaction_still_works(store: SqlStore) -> None:
    """A login that broke off half way did not cost the link."""
    await add_unit(store)
    async with store.transaction() as tx:
        await tx.create_token("login", UNIT.code, "admin", "một", NOW + timedelta(hours=1))

    async def work(tx: SqlTx) -> None:
        assert await tx.use_token("login", "một", NOW) == (UNIT.code, "admin")
        raise Broken

    with pytest.raises(Broken):
        await carry_out(store, work)
    async with store.transaction() as tx:
        assert await tx.use_token("login", "một", NOW) == (UNIT.code, "admin")
        assert await tx.use_token("login", "một", NOW) is None


@pytest.mark.parametrize(
    "typed", ["KMTH-7P2X", "kmth-7p2x", "kmth7p2x", " KMTH 7P2X ", "k-m-t-h – 7 p 2 x", "KMTH_7P2X."]
)
async def test_an_invitation_code_ignores_case_spaces_and_dashes(store: SqlStore, typed: str) -> None:
    """People copy codes from paper; how they space them does not matter."""
    await add_unit(store)
    async with store.transaction() as tx:
        await tx.create_token("invitation", UNIT.code, "admin", "KMTH-7P2X", NOW + timedelta(days=7))
        assert await tx.redeem("KMTH-7P2", "zalo", "lan", NOW) is None
        assert await tx.redeem(typed, "zalo", "lan", NOW) == Membership("zalo", "lan", UNIT.code, "admin")
        assert await tx.redeem("KMTH-7P2X", "zalo", "bình", NOW) is None


async def test_staff_belong_to_the_unit_that_invited_them_last(store: SqlStore) -> None:
    """A chat has one membership; a new invitation moves it, and other chats stay where they are."""
    await add_unit(store)
    await add_unit(store, Unit("31001", "UBND xã Bình Minh"))
    async with store.transaction() as tx:
        for unit, role, code in (
            (UNIT.code, "staff", "A1"),
            (UNIT.code, "admin", "A2"),
            ("31001", "admin", "B1"),
        ):
            await tx.create_token("invitation", unit, role, code, NOW + timedelta(days=7))  # type: ignore[arg-type]
        await tx.redeem("A1", "zalo", "lan", NOW)
        await tx.redeem("A2", "telegram", "lan", NOW)
        await tx.redeem("B1", "zalo", "lan", NOW)
    async with store.reading() as tx:
        assert await tx.membership("zalo", "lan") == Membership("zalo", "lan", "31001", "admin")
        assert await tx.membership("telegram", "lan") == Membership("telegram", "lan", UNIT.code, "admin")
        assert await tx.membership("zalo", "bình") is None
        assert await tx.members(UNIT.code) == [Membership("telegram", "lan", UNIT.code, "admin")]
        assert await tx.members("không-có") == []


async def test_a_report_runs_once_under_twenty_tasks(store: SqlStore, twin: SqlStore) -> None:
    """Two processes that wake up at once send a week's report once."""
    await add_unit(store)

    async def start(number: int) -> bool:
        async with (store, twin)[number % 2].transaction() as tx:
            return await tx.start_run(UNIT.code, "2026-W47", "weekly", NOW)

    assert await outcomes(start, 20) == {True: 1, False: 19}
    async with store.reading() as tx:
        assert await tx.runs(NOW) == {(UNIT.code, "2026-W47", "weekly")}


async def test_a_report_that_failed_is_run_again(store: SqlStore) -> None:
    """The claim on a run and its messages are one: where they fail, the next process compiles it."""
    await add_unit(store)

    async def work(tx: SqlTx) -> None:
        assert await tx.start_run(UNIT.code, "2026-W47", "weekly", NOW)
        await tx.enqueue(OFFICER, [says("Tuần 47")], NOW, pushed=True)
        raise Broken

    with pytest.raises(Broken):
        await carry_out(store, work)
    assert await store.waiting() == 0
    async with store.transaction() as tx:
        assert await tx.start_run(UNIT.code, "2026-W47", "weekly", NOW)


async def test_runs_of_other_units_periods_and_kinds_are_other_runs(store: SqlStore) -> None:
    """Only unit, period and kind together name a run."""
    await add_unit(store)
    await add_unit(store, Unit("31001", "UBND xã Bình Minh"))
    wanted = [
        (UNIT.code, "2026-W47", "weekly"),
        (UNIT.code, "2026-W48", "weekly"),
        (UNIT.code, "2026-W47", "alert"),
        ("31001", "2026-W47", "weekly"),
    ]
    async with store.transaction() as tx:
        assert [await tx.start_run(*run, NOW) for run in wanted] == [True] * 4
        assert [await tx.start_run(*run, NOW) for run in wanted] == [False] * 4
        assert await tx.runs(NOW) == set(wanted)


async def test_runs_are_told_from_a_moment_on(store: SqlStore) -> None:
    """Those of the moment and later ones, whichever zone it is written in; a second claim does not make one younger."""
    await add_unit(store)
    second = timedelta(seconds=1)
    async with store.transaction() as tx:
        await tx.start_run(UNIT.code, "2026-W46", "weekly", NOW - second)
        await tx.start_run(UNIT.code, "2026-W47", "weekly", NOW)
        assert not await tx.start_run(UNIT.code, "2026-W46", "weekly", NOW + second)
        for moment in (NOW, NOW.astimezone(UTC)):
            assert await tx.runs(moment) == {(UNIT.code, "2026-W47", "weekly")}
        assert {period for _, period, _ in await tx.runs(NOW - second)} == {"2026-W46", "2026-W47"}


async def test_a_bulletin_that_is_muted_leaves_its_member_out(store: SqlStore) -> None:
    """Of this bulletin alone, until it is wanted again; joining another unit keeps the choice, leaving forgets it."""
    await add_unit(store)
    async with store.transaction() as tx:
        for number, user in enumerate(("an", "lan")):
            await tx.create_token("invitation", UNIT.code, "staff", f"MUTE{number}", NOW + timedelta(days=1))
            await tx.redeem(f"MUTE{number}", "zalo", user, NOW)
        await tx.mute("zalo", "lan", ("weekly", "alerts"))
        await tx.mute("zalo", "nobody", ("weekly",))
        assert [member.user for member in await tx.members(UNIT.code, "weekly")] == ["an"]
        assert [member.user for member in await tx.members(UNIT.code, "monthly")] == ["an", "lan"]
        assert [member.user for member in await tx.members(UNIT.code)] == ["an", "lan"]
        await tx.create_token("invitation", UNIT.code, "admin", "AGAIN", NOW + timedelta(days=1))
        again = await tx.redeem("AGAIN", "zalo", "lan", NOW)
        assert again == Membership("zalo", "lan", UNIT.code, "admin", ("alerts", "weekly"))
        assert await tx.membership("zalo", "lan") == again
        await tx.mute("zalo", "lan", ())
        assert len(await tx.members(UNIT.code, "weekly")) == 2
        assert [await tx.leave("zalo", "lan") for _ in range(2)] == [True, False]
        assert await tx.membership("zalo", "lan") is None


# Units, counters, questionnaires


async def test_units_refuse_duplicates(store: SqlStore, twin: SqlStore) -> None:
    """A code is given once, also when two processes give it at once; the first unit stays as it was."""

    async def add(number: int) -> bool:
        return await add_unit((store, twin)[number % 2], replace(UNIT, name=f"tên {number}"))

    assert await outcomes(add, 6) == {True: 1, False: 5}
    assert not await add_unit(store, replace(UNIT, name="tên khác"))
    async with store.reading() as tx:
        (unit,) = (await tx.units()).values()
    assert unit.name != "tên khác"


async def test_units_come_back_whole_and_oldest_first(store: SqlStore) -> None:
    """All that is known of a unit is kept; the order is that of their coming."""
    ward = Unit("10001", "UBND phường Đống Đa", parent="31000", demo=True)
    await add_unit(store, UNIT, NOW)
    await add_unit(store, ward, NOW + TICK)
    await add_unit(store, Unit("20000", "UBND tỉnh Quảng Nam"), NOW - timedelta(days=1))
    async with store.reading() as tx:
        units = await tx.units()
    assert list(units) == ["20000", "31000", "10001"]
    assert (units["31000"], units["10001"]) == (UNIT, ward)


async def test_counters_refuse_duplicates_and_unknown_units(store: SqlStore) -> None:
    """A counter's printed code opens one counter for good; it must belong to a unit."""
    await add_unit(store)
    counter = Counter("quay-1", "Quầy Tư pháp – Hộ tịch", UNIT.code, "dai")
    async with store.transaction() as tx:
        assert await tx.add_counter(counter)
        assert not await tx.add_counter(replace(counter, name="Quầy khác"))
        assert await tx.add_counter(Counter("quay-0", "Quầy 0", UNIT.code))
    with pytest.raises(REFUSED):
        async with store.transaction() as tx:
            await tx.add_counter(Counter("quay-2", "Quầy 2", "không-có"))
    async with store.reading() as tx:
        counters = await tx.counters()
    assert list(counters) == ["quay-0", "quay-1"]
    assert counters["quay-1"] == counter


@pytest.mark.parametrize(
    "work",
    [
        lambda tx: tx.create_token("login", "không-có", "admin", "một", NOW),
        lambda tx: tx.start_run("không-có", "2026-W47", "weekly", NOW),
    ],
    ids=["token", "run"],
)
async def test_secrets_and_runs_need_their_unit(store: SqlStore, work: Callable[[Any], Awaitable[None]]) -> None:
    """Nothing is kept for a unit that does not exist."""
    with pytest.raises(REFUSED):
        await carry_out(store, work)


async def test_a_wording_may_not_change_under_its_version(store: SqlStore) -> None:
    """A known version with another text is named; new versions and the same text again are welcome."""
    async with store.transaction() as tx:
        assert await tx.keep_forms([form(1, "d1")]) == []
    async with store.transaction() as tx:
        assert await tx.keep_forms([form(1, "d1"), form(2, "d2")]) == []
    async with store.transaction() as tx:
        assert await tx.keep_forms([form(1, "khác"), form(2, "d2")]) == ["nhanh"]
    async with store.transaction() as tx:
        assert await tx.keep_forms([form(1, "d1"), form(2, "d2"), form(3, "d3")]) == []


async def test_two_processes_that_start_at_once_both_remember_the_forms(store: SqlStore, twin: SqlStore) -> None:
    """Replicas are often started together; none of them may fail over a form that the other just kept."""
    started, ready = asyncio.Event(), asyncio.Event()

    async def first() -> list[str]:
        async with store.transaction() as tx:
            clashing = await tx.keep_forms([form()])
            started.set()
            await give_time(ready)
        return clashing

    async def second() -> list[str]:
        await started.wait()
        async with twin.transaction() as tx:
            ready.set()
            return await tx.keep_forms([form()])

    assert await asyncio.gather(first(), second()) == [[], []]


# Catalog


def imported(unit: str = "", **counts: int) -> ImportRecord:
    """What an import is remembered by."""
    numbers = {"added": 0, "changed": 0, "unchanged": 0, "refused": 0, **counts}
    return ImportRecord(unit, "phụ-lục.xlsx", "f" * 64, **numbers)


async def payloads(store: SqlStore, *units: str) -> list[Entry]:
    """The entries of a chain of units, as an index is built from them."""
    async with store.reading() as tx:
        return [from_json(payload) async for payload in tx.payloads(units)]


async def test_an_empty_catalog_is_generation_zero(store: SqlStore) -> None:
    """Before the first import there is nothing to build from."""
    async with store.reading() as tx:
        assert (await tx.generation(), list(await tx.imports()), await tx.states()) == (0, [], {})
        assert await tx.stored("") == {}
    assert await payloads(store, "") == []


async def test_an_import_adds_and_changes_and_leaves_the_rest(store: SqlStore) -> None:
    """New entries come, changed ones are replaced whole, the others stay; every import has a greater number."""
    birth = entry("1.001193", "Đăng ký khai sinh", fee="Miễn phí", time="Trong ngày")
    death = entry("1.000656", "Đăng ký khai tử")
    marriage = entry("1.000894", "Đăng ký kết hôn")
    ways = (Way("Trực tiếp", "5 ngày", "7.000 đồng", "bản giấy"), Way("Trực tuyến"))
    changed = replace(birth, fee="8.000 đồng", time="", ways=ways, unchecked=("fee", "time"))
    async with store.transaction() as tx:
        first = await tx.import_entries(imported(added=2), [birth, death], NOW)
    async with store.transaction() as tx:
        second = await tx.import_entries(imported(added=1, changed=1), [changed, marriage], NOW)
        assert await tx.generation() == second
    assert second > first > 0
    async with store.reading() as tx:
        assert await tx.stored("") == {found.code: found for found in (changed, death, marriage)}
        assert await tx.states() == {"": (3, second)}
        assert await tx.stamps([""]) == {"": {birth.code: second, death.code: first, marriage.code: second}}
        assert await tx.stamps([]) == {}
    assert await payloads(store, "") == [death, marriage, changed]


async def test_a_procedure_that_is_taken_away_changes_the_state(store: SqlStore) -> None:
    """Although no procedure that is left has a new number."""
    birth, death = entry("1.001193", "Đăng ký khai sinh"), entry("1.000656", "Đăng ký khai tử")
    async with store.transaction() as tx:
        first = await tx.import_entries(imported(added=2), [birth, death], NOW)
    async with store.transaction() as tx:
        await tx.import_entries(imported(), [], NOW, removed=[death.code])
        assert await tx.states() == {"": (1, first)}


async def test_imports_are_remembered_oldest_first(store: SqlStore) -> None:
    """Who asks later sees which file came when, and what it did, for each unit."""
    async with store.transaction() as tx:
        await tx.import_entries(imported(added=3, refused=1), [], NOW)
        await tx.import_entries(imported(UNIT.code, changed=2, unchanged=5), [], NOW + timedelta(hours=1))
    async with store.reading() as tx:
        rows = await tx.imports()
    assert [(row.unit, row.file, row.sha256) for row in rows] == [
        ("", "phụ-lục.xlsx", "f" * 64),
        (UNIT.code, "phụ-lục.xlsx", "f" * 64),
    ]
    assert [(row.added, row.changed, row.unchanged, row.refused) for row in rows] == [(3, 0, 0, 1), (0, 2, 5, 0)]
    assert [row.at for row in rows] == [NOW, NOW + timedelta(hours=1)]


async def test_a_units_own_version_wins(store: SqlStore) -> None:
    """Along a chain of units the nearest version of each procedure is taken, in the order of the codes."""
    common = [entry(code, f"chung {code}") for code in ("1.000001", "1.000002", "1.000003", "1.000004")]
    province = [entry(code, f"tỉnh {code}") for code in ("1.000002", "1.000003", "1.000005")]
    commune = [entry(code, f"xã {code}") for code in ("1.000003", "1.000000")]
    async with store.transaction() as tx:
        for unit, entries in (("31000", commune), ("", common), ("31", province), ("99", [entry("1.000001", "khác")])):
            await tx.import_entries(imported(unit), entries, NOW)
        assert sorted(await tx.states()) == ["", "31", "31000", "99"]
        assert sorted(await tx.stamps(["31", "99", "khác"])) == ["31", "99"]
        texts = await tx.texts(["31000", "31"], ["1.000003", "1.000004", "1.000005"])
        names = {(code, unit): from_json(one).name for code, stated in texts.items() for unit, one in stated.items()}
        assert names == {
            ("1.000003", "31000"): "xã 1.000003",
            ("1.000003", "31"): "tỉnh 1.000003",
            ("1.000005", "31"): "tỉnh 1.000005",
        }
        assert set(await tx.stored("31")) == {"1.000002", "1.000003", "1.000005"}
    assert [found.name for found in await payloads(store, "31000", "31", "")] == [
        "xã 1.000000",
        "chung 1.000001",
        "tỉnh 1.000002",
        "xã 1.000003",
        "chung 1.000004",
        "tỉnh 1.000005",
    ]
    assert [found.name for found in await payloads(store, "31")] == [found.name for found in province]
    assert await payloads(store) == []


async def test_a_large_catalog_arrives_whole(store: SqlStore) -> None:
    """Twelve hundred entries, more than one chunk, are stored and read in the order of their codes."""
    entries = [entry(f"1.{number:06}", f"Thủ tục số {number}") for number in range(1200)]
    async with store.transaction() as tx:
        await tx.import_entries(imported(added=1200), entries[::-1], NOW)
        await tx.import_entries(imported(UNIT.code, added=1), [replace(entries[600], name="Của xã")], NOW)
    assert await payloads(store, "") == entries
    names = [found.name for found in await payloads(store, UNIT.code, "")]
    assert names == [f"Thủ tục số {n}" if n != 600 else "Của xã" for n in range(1200)]


async def test_an_import_that_fails_leaves_the_old_catalog(store: SqlStore) -> None:
    """A broken import changes neither entries nor the generation."""
    async with store.transaction() as tx:
        before = await tx.import_entries(imported(), [entry("1.001193", "Đăng ký khai sinh")], NOW)

    async def work(tx: SqlTx) -> None:
        await tx.import_entries(imported(), [entry("1.001193", "Sai"), entry("1.000002", "Mới")], NOW)
        raise Broken

    with pytest.raises(Broken):
        await carry_out(store, work)
    async with store.reading() as tx:
        assert (await tx.generation(), len(await tx.imports())) == (before, 1)
    assert [found.name for found in await payloads(store, "")] == ["Đăng ký khai sinh"]


# Time


async def test_forgetting_keeps_what_still_waits(store: SqlStore) -> None:
    """Old chats are deleted with their sessions and message ids; waiting replies and young chats stay."""
    old, young = NOW - timedelta(days=40), NOW - timedelta(days=1)
    await add_unit(store)
    ((sent, refused, _),) = await record(store, turn("m1", "đã gửi", "bị từ chối", "còn chờ"), now=old)
    await record(store, replace(turn("w1", "đã xem", user="an", pushed=False), said="câu hỏi"), now=old)
    await record(store, turn("m2", "mới", user="bình", pushed=False), now=young)
    await keep(store, response(day=date(2020, 1, 1)))
    async with store.transaction() as tx:
        await tx.sent([sent.id])
        await tx.refused(refused.id, "chặn")
        await tx.create_token("login", UNIT.code, "admin", "hết hạn", NOW - TICK)
        await tx.create_token("login", UNIT.code, "admin", "còn hạn", NOW + TICK)
    async with store.transaction() as tx:
        # Replies sent, refused, seen and what was said; two messages; two sessions; one secret.
        assert await tx.forget_before(NOW - timedelta(days=30), NOW) == 4 + 2 + 2 + 1
    assert texts(await store.history("zalo", "lan")) == ["còn chờ"]
    assert texts(await claim(store, await later(store, NOW, LEASE))) == ["còn chờ"]
    assert await store.history("zalo", "an") == []
    assert texts(await store.history("zalo", "bình")) == ["mới"]
    lan, binh = await store.recall([message("m1", "lan"), message("m2", "bình")])
    assert lan.session == Session()
    assert lan.version == 0
    assert not lan.answered
    assert binh.session.topic == "m2"
    assert binh.answered
    assert list(await kept(store, "a1")) == ["a1"]
    async with store.transaction() as tx:
        assert await tx.find_token("login", "còn hạn", NOW) == (UNIT.code, "admin")
        assert await tx.forget_before(NOW - timedelta(days=30), NOW) == 0


async def test_what_is_exactly_as_old_as_the_limit_stays(store: SqlStore) -> None:
    """Forgetting takes what is older than the limit, not what is as old, in whatever zone the limit is given."""
    limit = (NOW - timedelta(days=30)).astimezone(UTC)
    await record(store, turn("m1", "một", pushed=False), now=NOW - timedelta(days=30))
    async with store.transaction() as tx:
        assert await tx.forget_before(limit, NOW) == 0
        assert await tx.forget_before(limit + TICK, NOW) == 3


async def test_a_page_left_open_sees_replies_after_old_ones_were_forgotten(store: SqlStore) -> None:
    """Ids are not given twice: who asks for what came after the last id seen gets the new replies."""
    ((seen,),) = await record(store, turn("m1", "cũ", pushed=False), now=NOW - timedelta(days=40))
    async with store.transaction() as tx:
        await tx.forget_before(NOW - timedelta(days=30), NOW)
    await record(store, turn("m2", "mới", pushed=False))
    assert texts(await store.history("zalo", "lan", seen.id)) == ["mới"]


@pytest.mark.parametrize("zone", [UTC, HANOI, timezone(timedelta(hours=-11))], ids=["utc", "hanoi", "west"])
async def test_times_come_back_aware_and_in_utc(store: SqlStore, zone: timezone) -> None:
    """The same moment, to the microsecond, with a zone, whatever zone it came in."""
    moment = NOW.astimezone(zone)
    await add_unit(store, UNIT, moment)
    async with store.transaction() as tx:
        await tx.import_entries(imported(), [], moment)
    async with store.reading() as tx:
        found = [(await tx.unit_since())[UNIT.code], (await tx.imports())[0].at]
    assert [(time, time.utcoffset()) for time in found] == [(NOW, timedelta(0))] * 2


async def test_a_time_without_a_zone_is_refused(store: SqlStore) -> None:
    """A naive time could be any moment; no store guesses."""
    with pytest.raises((ValueError, StatementError), match="time zone"):
        await record(store, turn("m1", "một"), now=NOW.replace(tzinfo=None))
    assert not await answered(store, "m1")


async def test_sent_forms_without_an_answer_are_counted(store: SqlStore) -> None:
    """Only those that were sent: one that was begun may be empty."""
    blank = Response("a", "sa-dec", "quay1", "nhanh", 1, "0" * 64, "web", NOW.date(), complete=True)
    given = [blank, replace(blank, id="b", complete=False), replace(blank, id="c", answers={"overall": 5})]
    async with store.transaction() as tx:
        await tx.keep_responses(given)
        assert await tx.without_answers() == 1


async def test_a_store_that_keeps_what_it_is_given_is_healthy(store: SqlStore) -> None:
    """Looking for trouble leaves no row behind."""
    assert (await store.health(NOW)).keeps
    async with store.transaction() as tx:
        await tx.beat(NOW)
    assert (await store.health(NOW)).keeps


async def test_a_write_that_is_cancelled_again_and_again_holds_up_nobody(store: SqlStore) -> None:
    """Whoever stops a program cancels what runs, and then what is still ending."""
    started = asyncio.Event()

    async def write() -> None:
        async with store.transaction() as tx:
            await tx.beat(NOW)
            started.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(write())  # noqa: TID251 -- it is cancelled below
    await started.wait()
    while not task.done():
        task.cancel()
        await asyncio.sleep(0)
    async with asyncio.timeout(10), store.transaction() as tx:
        await tx.beat(NOW)
