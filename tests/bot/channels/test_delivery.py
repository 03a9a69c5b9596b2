"""Delivery of committed replies by a scripted sender: in order, until it works, each once, nobody held up."""

import asyncio
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, nullcontext, suppress
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from sqlalchemy import text
from structlog.testing import capture_logs
from structlog.typing import EventDict

from bot.channels.delivery import MOST_ON_THEIR_WAY, Delivery, SendError
from bot.nursery import Nursery
from handlers.messages import Button, Incoming, Reply, Text
from handlers.ports import Membership, Outgoing, Recorded
from handlers.session import Session
from handlers.world import Unit
from storage.conversations.outbox import LEASE
from storage.store import SqlStore, SqlTx
from tests.sample import NOW
from tests.storage import conftest as databases

pytestmark = pytest.mark.usefixtures("threads")

PATIENCE = 60.0
FIRST_PAUSE = 0.05
POLL = 0.1
QUIET = 0.15
LATER = SendError("502", retryable=True)
NEVER = SendError("403 bị chặn", retryable=False)


def soon(seconds: float) -> SendError:
    """A refusal that says when to come back."""
    return SendError("429", retryable=True, retry_after=seconds)


class Scripted:
    """A sender that does with each chat what its script says, and remembers what arrived when."""

    def __init__(self) -> None:
        self.script: dict[str, deque[SendError | Exception | float]] = defaultdict(deque)
        self.arrived: list[tuple[str, str]] = []
        self.tried: list[tuple[str, float]] = []
        self.together: dict[str, int] = defaultdict(int)
        self.most_together: dict[str, int] = defaultdict(int)

    async def send(self, outgoing: Outgoing) -> None:
        """Send, or fail as the chat's script says; a number is a pause."""
        user = outgoing.user
        self.tried.append((user, asyncio.get_running_loop().time()))
        self.together[user] += 1
        self.most_together[user] = max(self.most_together[user], self.together[user])
        try:
            step = self.script[user].popleft() if self.script[user] else 0.0
            await asyncio.sleep(0)
            if isinstance(step, Exception):
                raise step
            await asyncio.sleep(step)
            self.arrived.append((user, outgoing.reply.text.plain))
        finally:
            self.together[user] -= 1

    def to(self, user: str) -> list[str]:
        """What arrived in a chat, in order."""
        return [words for chat, words in self.arrived if chat == user]

    def pauses(self, user: str) -> list[float]:
        """The seconds between the attempts in a chat."""
        times = [at for chat, at in self.tried if chat == user]
        return [later - earlier for earlier, later in pairwise(times)]

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait until a condition holds."""
        async with asyncio.timeout(PATIENCE):
            while not condition():  # noqa: ASYNC110 -- any condition, not an event's
                await asyncio.sleep(0.005)


class Process:
    """A delivery with its nursery, as one process has it."""

    def __init__(self, store: SqlStore, sender: Scripted, *, first_pause: float = FIRST_PAUSE) -> None:
        self.store = store
        self.sender = sender
        self.nursery = Nursery()
        self.now = NOW
        self.delivery = Delivery(store, {"chat": sender}, self.nursery, lambda: self.now, first_pause=first_pause)
        self.running: asyncio.Task[None] | None = None

    def run(self) -> None:
        """Look for replies in the background, as a started process does."""
        self.running = asyncio.create_task(self.delivery.run())  # noqa: TID251 -- cancelled by `die`

    async def die(self) -> None:
        """End between two writes; tests/test_crash.py kills real processes in the middle of one.

        A driver that is cancelled in a write may keep SQLite locked for the other processes of this one program.
        """
        turnstile = self.store._turnstile
        async with turnstile.passed() if turnstile else nullcontext():
            if self.running:
                self.running.cancel()
            for task in self.nursery._tasks:
                task.cancel()
        if self.running:
            await asyncio.gather(self.running, return_exceptions=True)
        await self.nursery.close(grace=0)


class Post:
    """The store, and what was put into its outbox."""

    def __init__(self, store: SqlStore) -> None:
        self.store = store
        self.sender = Scripted()
        self.processes: list[Process] = []
        self._messages = 0
        self._versions: dict[str, int] = defaultdict(int)

    def process(self, *, first_pause: float = FIRST_PAUSE) -> Process:
        """A new process on the store."""
        self.processes.append(Process(self.store, self.sender, first_pause=first_pause))
        return self.processes[-1]

    async def commit(self, user: str, *texts: str, channel: str = "chat", now: datetime = NOW) -> list[Outgoing]:
        """Commit a turn with replies, as the shell does."""
        self._messages += 1
        replies = tuple(Reply(Text.of(words), (Button("help", "Trợ giúp"),)) for words in texts)
        incoming = Incoming(channel, user, str(self._messages))
        turn = Recorded(incoming, Session(), self._versions[user], replies)
        self._versions[user] += 1
        async with self.store.transaction() as tx:
            (sent,) = await tx.record([turn], now)
        return sent

    async def states(self) -> list[tuple[str, str, str]]:
        """Chat, state and problem of every row of the outbox, oldest first."""
        async with self.store.engine.connect() as connection:
            rows = await connection.execute(text("SELECT person, state, problem FROM outbox ORDER BY id"))
            return [(row.person, row.state, row.problem) for row in rows]

    async def settled(self, count: int) -> None:
        """Wait until so many have arrived and none waits; running processes that look once more send none too many."""
        await self.sender.until(lambda: len(self.sender.arrived) >= count)
        async with asyncio.timeout(PATIENCE):
            while await self.store.waiting():  # noqa: ASYNC110 -- rows, not an event
                await asyncio.sleep(0.005)
        for process in self.processes:
            if process.running and not process.running.done():
                await process.delivery._look()
        await self.sender.until(lambda: not any(process.nursery._tasks for process in self.processes))
        assert len(self.sender.arrived) == count


@pytest.fixture
async def post(servers: databases.Servers) -> AsyncIterator[Post]:
    """An empty outbox on SQLite."""
    async with servers.sqlite_with_tables() as url:
        store = SqlStore.open(url)
        post = Post(store)
        yield post
        for process in post.processes:
            await process.die()
        await store.close()


# One process


async def test_a_reply_is_sent_and_marked(post: Post) -> None:
    """What was pushed arrives as it was committed, and waits no longer."""
    process = post.process()
    process.delivery.push(await post.commit("lan", "Dạ."))
    await post.settled(1)
    assert post.sender.arrived == [("lan", "Dạ.")]
    assert await post.states() == [("lan", "sent", "")]


async def test_a_chat_gets_its_replies_in_order(post: Post) -> None:
    """Thirty replies of ten turns, the first ones slow: one after the other, never two at once."""
    process = post.process()
    post.sender.script["lan"].extend([0.05, 0.0, 0.03, 0.01])
    wanted = []
    for number in range(10):
        texts = [f"{number}.{piece}" for piece in range(3)]
        wanted += texts
        process.delivery.push(await post.commit("lan", *texts))
    await post.settled(30)
    assert post.sender.to("lan") == wanted
    assert post.sender.most_together["lan"] == 1


async def test_the_order_holds_through_failures(post: Post) -> None:
    """The second reply waits until the first has arrived, however often that takes."""
    process = post.process()
    post.sender.script["lan"].extend([LATER, soon(0.05), soon(0.02), soon(0)])
    process.delivery.push(await post.commit("lan", "một", "hai"))
    process.delivery.push(await post.commit("lan", "ba"))
    await post.settled(3)
    assert post.sender.to("lan") == ["một", "hai", "ba"]
    assert len(post.sender.tried) == 3 + 4


async def test_a_failed_reply_is_sent_again_after_a_pause_that_grows(post: Post) -> None:
    """The second is twice the first, each shortened by a fifth at most; then it arrives, once."""
    process = post.process()
    post.sender.script["lan"].extend([LATER, LATER])
    process.delivery.push(await post.commit("lan", "Dạ."))
    await post.settled(1)
    first, second = post.sender.pauses("lan")
    assert first >= 0.8 * FIRST_PAUSE
    assert second >= 0.8 * 2 * FIRST_PAUSE


@pytest.mark.parametrize("seconds", [0.0, 0.05, 0.2])
async def test_the_channels_own_pause_is_kept(post: Post, seconds: float) -> None:
    """Not before the time it names, and without the pause of ours, which would outlast the test."""
    process = post.process(first_pause=10 * PATIENCE)
    post.sender.script["lan"].append(soon(seconds))
    process.delivery.push(await post.commit("lan", "Dạ."))
    await post.settled(1)
    (pause,) = post.sender.pauses("lan")
    assert pause >= seconds


async def test_a_refused_reply_is_given_up_with_its_reason(post: Post) -> None:
    """Whoever blocked the bot is not tried again; the chat's next reply and other chats go their way."""
    process = post.process()
    post.sender.script["lan"].append(NEVER)
    process.delivery.push(await post.commit("lan", "một", "hai"))
    process.delivery.push(await post.commit("tư", "ba"))
    await post.settled(2)
    assert (post.sender.to("lan"), post.sender.to("tư")) == (["hai"], ["ba"])
    assert await post.states() == [("lan", "refused", "403 bị chặn"), ("lan", "sent", ""), ("tư", "sent", "")]


async def test_a_refusal_after_failures_ends_the_attempts(post: Post) -> None:
    """Out of reach, then refused: two attempts, none more."""
    process = post.process()
    post.sender.script["lan"].extend([soon(0), NEVER])
    process.delivery.push(await post.commit("lan", "một"))
    await post.settled(0)
    assert len(post.sender.tried) == 2
    assert await post.states() == [("lan", "refused", "403 bị chặn")]


async def test_a_slow_chat_holds_up_nobody(post: Post) -> None:
    """While one chat's send takes its time, fifty others have got theirs."""
    process = post.process()
    post.sender.script["chậm"].append(600.0)
    process.delivery.push(await post.commit("chậm", "một"))
    for number in range(50):
        process.delivery.push(await post.commit(f"{number}", "Dạ."))
    await post.sender.until(lambda: len(post.sender.arrived) == 50)
    assert post.sender.to("chậm") == []


async def test_a_failing_chat_holds_up_nobody(post: Post) -> None:
    """One chat is out of reach for long: the others arrive meanwhile."""
    process = post.process()
    post.sender.script["hỏng"].extend([LATER] * 20)
    process.delivery.push(await post.commit("hỏng", "một"))
    process.delivery.push(await post.commit("lan", "hai"))
    await post.sender.until(lambda: post.sender.to("lan") == ["hai"])
    assert post.sender.to("hỏng") == []
    async with asyncio.timeout(PATIENCE):
        while await post.states() != [("hỏng", "waiting", ""), ("lan", "sent", "")]:  # noqa: ASYNC110 -- rows
            await asyncio.sleep(0.005)


async def test_replies_pushed_twice_are_sent_once(post: Post) -> None:
    """The same committed replies handed over again while they are on their way."""
    process = post.process()
    post.sender.script["lan"].append(0.1)
    sent = await post.commit("lan", "một", "hai")
    for _ in range(3):
        process.delivery.push(sent)
        await asyncio.sleep(0)
    await post.settled(2)
    assert post.sender.to("lan") == ["một", "hai"]


async def test_replies_of_a_channel_that_is_off_are_left_alone(post: Post) -> None:
    """They stay committed until the channel is on."""
    process = post.process()
    process.run()
    process.delivery.push(await post.commit("lan", "một", channel="zalo"))
    process.delivery.push(await post.commit("lan", "hai"))
    await post.sender.until(lambda: post.sender.to("lan") == ["hai"])
    async with asyncio.timeout(PATIENCE):
        while [state for _, state, _ in await post.states()] != ["waiting", "sent"]:  # noqa: ASYNC110 -- rows
            await asyncio.sleep(0.005)


async def test_a_single_reply_to_a_quiet_chat_is_known_as_such(post: Post) -> None:
    """One reply may travel in the webhook's response; not where another is on its way or where there are two."""
    process = post.process()
    post.sender.script["lan"].append(0.2)
    one, two = await post.commit("lan", "một"), await post.commit("tư", "hai", "ba")
    assert [process.delivery.idle(replies) for replies in (one, two, [])] == [True, False, False]
    process.delivery.push(one)
    later = await post.commit("lan", "bốn")
    assert not process.delivery.idle(later)
    assert process.delivery.idle(two[:1])
    await post.sender.until(lambda: post.sender.to("lan") == ["một"])
    async with asyncio.timeout(PATIENCE):
        while not process.delivery.idle(later):  # noqa: ASYNC110 -- a state, not an event
            await asyncio.sleep(0.005)


async def test_what_went_another_way_can_be_marked(post: Post) -> None:
    """A reply that travelled in a response is not sent again."""
    process = post.process()
    (outgoing,) = await post.commit("lan", "một")
    await process.delivery.settle(outgoing)
    process.run()
    await post.settled(0)
    assert await post.states() == [("lan", "sent", "")]


async def test_many_marks_share_commits_and_lose_none(post: Post) -> None:
    """Two hundred chats at once: each arrives once and is marked."""
    process = post.process()
    everything: list[Outgoing] = []
    for number in range(200):
        everything += await post.commit(f"{number}", "Dạ.")
    process.delivery.push(everything)
    await post.settled(200)
    assert {state for _, state, _ in await post.states()} == {"sent"}


class Unmarking(SqlStore):
    """A store that takes no marks: whatever is sent would be sent again after a crash."""

    @asynccontextmanager
    async def transaction(self, *, urgent: bool = False) -> AsyncIterator[SqlTx]:
        """Open a transaction, but for one that marks."""
        if urgent:
            raise OSError(28, "No space left on device")
        async with super().transaction() as tx:
            yield tx


async def test_no_more_than_so_many_can_arrive_twice(post: Post) -> None:
    """Two hundred chats at once, and no mark can be written: the rest is not sent, and what was is bounded."""
    process = post.process()
    store = Unmarking(post.store.engine, post.store._holder)
    process.delivery = Delivery(store, {"chat": post.sender}, process.nursery, lambda: process.now)
    everything: list[Outgoing] = []
    for number in range(200):
        everything += await post.commit(f"{number}", "Dạ.")
    with capture_logs():
        process.delivery.push(everything)
        await post.sender.until(lambda: len(post.sender.arrived) >= MOST_ON_THEIR_WAY)
        await asyncio.sleep(QUIET)
    assert len(post.sender.arrived) == MOST_ON_THEIR_WAY


# Beyond one process


async def test_what_nobody_pushed_is_found(post: Post) -> None:
    """The weekly job only writes to the outbox; a running delivery sends it, in order."""
    process = post.process()
    member = Membership("chat", "77", "sa-dec", "staff")
    async with post.store.transaction() as tx:
        await tx.add_unit(Unit("sa-dec", "Phường Sa Đéc"), NOW)
        await tx.enqueue(member, [Reply(Text.of("Tuần 47")), Reply(Text.of("tiếp"))], NOW, pushed=True)
    process.run()
    await post.settled(2)
    assert post.sender.to("77") == ["Tuần 47", "tiếp"]


async def test_after_a_restart_the_rows_are_released_and_sent(post: Post) -> None:
    """Committed, and the process died before sending: the next one does not wait for the lease to run out."""
    first = post.process()
    post.sender.script["lan"].extend([LATER] * 50)
    first.delivery.push(await post.commit("lan", "một", "hai"))
    first.delivery.push(await post.commit("tư", "ba"))
    await post.sender.until(lambda: post.sender.to("tư") == ["ba"])
    await asyncio.sleep(QUIET)
    await first.die()
    post.sender.script["lan"].clear()
    second = post.process()
    second.run()
    await post.settled(3)
    assert (post.sender.to("lan"), post.sender.to("tư")) == (["một", "hai"], ["ba"])


async def test_a_reply_that_never_left_before_the_crash_is_sent_once(post: Post) -> None:
    """Two processes die one after the other in the middle of a slow send; the third sends."""
    sent = await post.commit("lan", "một")
    for _ in range(2):
        post.sender.script["lan"].append(30.0)
        process = post.process()
        process.run()
        process.delivery.push(sent)
        await post.sender.until(lambda: sum(post.sender.together.values()) == 1)
        await process.die()
    post.process().run()
    await post.settled(1)


async def test_what_was_sent_before_a_restart_is_not_sent_again(post: Post) -> None:
    """Marked is marked."""
    first = post.process()
    first.delivery.push(await post.commit("lan", "một", "hai"))
    await post.settled(2)
    await first.die()
    post.process().run()
    await post.settled(2)


async def test_looking_for_rows_does_not_send_what_is_on_its_way(post: Post) -> None:
    """A send that outlasts the lease many times over is still one send: the claim is renewed meanwhile."""
    process = post.process()
    post.sender.script["lan"].append(0.3)
    process.delivery.push(await post.commit("lan", "một"))
    for _ in range(5):
        process.now += LEASE / 2
        await process.delivery._look()
    process.now += LEASE - timedelta(seconds=1)
    other = post.process()
    other.now = process.now
    await other.delivery._look()
    await post.settled(1)
    assert len(post.sender.tried) == 1


async def test_a_row_whose_process_is_gone_is_taken_over_after_its_lease(post: Post) -> None:
    """Not before, since its process may live; after it at once."""
    await post.commit("lan", "một")
    process = post.process()
    process.now = NOW + LEASE
    assert await process.delivery._look() == 0
    assert (process.nursery._tasks, post.sender.tried) == (set(), [])
    process.now = NOW + LEASE + timedelta(microseconds=1)
    await process.delivery._look()
    await post.settled(1)


async def test_a_sender_that_breaks_keeps_the_reply(post: Post) -> None:
    """An error nobody foresaw in the channel's code ends the attempt, not the reply: it is tried again, in order."""
    process = post.process()
    post.sender.script["lan"].append(ZeroDivisionError())
    with capture_logs() as log:
        process.delivery.push(await post.commit("lan", "một", "hai"))
        await post.settled(2)
    assert [event["event"] for event in log] == ["send_broke"]
    assert post.sender.to("lan") == ["một", "hai"]


class Stumbling(SqlStore):
    """A store of which the transaction with one number fails, as on a disk that is full for a moment."""

    failing = -1

    @asynccontextmanager
    async def transaction(self, *, urgent: bool = False) -> AsyncIterator[SqlTx]:
        """Open a transaction, or fail."""
        self.failing -= 1
        if self.failing == -1:
            raise OSError(28, "No space left on device")
        async with super().transaction(urgent=urgent) as tx:
            yield tx


@pytest.mark.parametrize("failing", [0, 1], ids=["at its start", "later"])
async def test_a_database_that_fails_for_a_moment_does_not_end_the_delivery(post: Post, failing: int) -> None:
    """What failed is logged, and the next look finds what waits."""
    await post.commit("lan", "một", now=NOW - LEASE * 2)
    process = post.process()
    store = Stumbling(post.store.engine, post.store._holder)
    store.failing = failing
    process.delivery = Delivery(store, {"chat": post.sender}, process.nursery, lambda: process.now, poll=POLL)
    with capture_logs() as log:
        process.run()
        await post.settled(1)
    assert [event["event"] for event in log] in (["outbox_not_read"], ["delivery_not_marked"])


async def test_failures_are_logged_without_the_words_of_the_reply(post: Post) -> None:
    """The operator reads channel, number and reason; what was said to whom is nobody's business."""
    process = post.process()
    events: Sequence[EventDict]
    with capture_logs() as events:
        post.sender.script["lan-0912345678"].extend([soon(0), NEVER])
        process.delivery.push(await post.commit("lan-0912345678", "chuyện riêng"))
        await post.settled(0)
    assert [(event["event"], event["channel"], event["reason"]) for event in events] == [
        ("send_failed", "chat", "429"),
        ("reply_refused", "chat", "403 bị chặn"),
    ]
    assert "chuyện riêng" not in repr(events)
    assert "0912345678" not in repr(events)


async def test_a_new_reply_does_not_overtake_a_long_backlog(post: Post) -> None:
    """More waits than one look takes: a chat at the end of it reads the old reply before the new one."""
    for number in range(230):
        await post.commit(f"người {number}", "cũ", now=NOW - LEASE * 2)
    process = post.process()
    await process.delivery.catch_up()
    process.delivery.push(await post.commit("người 229", "mới"))
    await post.settled(231)
    assert post.sender.to("người 229") == ["cũ", "mới"]


async def test_a_reply_behind_one_that_nobody_holds_goes_after_it(post: Post) -> None:
    """A bulletin was just put into the outbox: the answer to the same chat's next message does not overtake it."""
    process = post.process()
    process.run()
    member = Membership("chat", "lan", "sa-dec", "staff")
    async with post.store.transaction() as tx:
        await tx.enqueue(member, [Reply(Text.of("bản tin")), Reply(Text.of("tệp"))], NOW, pushed=True)
    sent = await post.commit("lan", "trả lời")
    assert not process.delivery.idle(sent)
    process.delivery.push(sent)
    await post.settled(3)
    assert post.sender.to("lan") == ["bản tin", "tệp", "trả lời"]


async def test_a_reply_in_the_response_holds_back_the_next(post: Post) -> None:
    """While one reply is being written into a response, the chat's next one waits; a broken response is sent anew."""
    process = post.process()
    for broken in (False, True):
        post.sender.arrived.clear()
        (one,) = await post.commit("lan", "một")
        with suppress(ConnectionError):
            async with process.delivery.carried(one):
                process.delivery.push(await post.commit("lan", "hai"))
                assert not process.delivery.idle([one])
                await asyncio.sleep(0)
                assert post.sender.arrived == []
                if broken:
                    raise ConnectionResetError
        await post.settled(2 if broken else 1)
        assert post.sender.to("lan") == ["một", "hai"][not broken :]


async def test_marks_are_written_before_new_work(post: Post) -> None:
    """A hundred turns wait for the file when a reply has arrived: its mark is the next thing that is written."""
    process = post.process()
    (outgoing,) = await post.commit("lan", "một")
    order: list[str] = []

    async def work() -> None:
        async with post.store.transaction():
            order.append("turn")

    async def mark() -> None:
        await process.delivery.settle(outgoing)
        order.append("mark")

    async with asyncio.TaskGroup() as group:
        for _ in range(20):
            group.create_task(work())
        group.create_task(mark())
    assert order.index("mark") <= 2


class Crossed:
    """Two processes on one PostgreSQL."""

    def __init__(self, posts: list[Post]) -> None:
        self.posts = posts
        self.processes = [post.process() for post in posts]

    async def lapse(self) -> None:
        """Let all leases run out."""
        async with self.posts[0].store.engine.begin() as connection:
            await connection.execute(text("UPDATE outbox SET leased_until = leased_until - interval '1 minute'"))


@pytest.fixture
async def crossed(servers: databases.Servers) -> AsyncIterator[Crossed]:
    """Two processes whose messages go to one sender."""
    async with servers.postgresql_with_tables() as url:
        posts = [Post(SqlStore.open(url)) for _ in range(2)]
        posts[1].sender, posts[1]._versions = posts[0].sender, posts[0]._versions
        posts[1].processes = posts[0].processes
        posts[1]._messages = 1000
        crossed = Crossed(posts)
        yield crossed
        for process in crossed.processes:
            await process.die()
        for post in posts:
            await post.store.close()


async def test_no_process_overtakes_another_that_waits_to_send(crossed: Crossed) -> None:
    """After a 429 one process waits; what another answers to the same chat meanwhile comes after it."""
    (one, two), (first, second) = crossed.posts, crossed.processes
    one.sender.script["lan"].append(soon(0.5))
    first.delivery.push(await one.commit("lan", "một"))
    await one.sender.until(lambda: len(one.sender.tried) == 1)
    second.run()
    second.delivery.push(await two.commit("lan", "hai"))
    await one.settled(2)
    assert one.sender.to("lan") == ["một", "hai"]


async def test_what_a_dead_process_held_comes_before_new_replies(crossed: Crossed) -> None:
    """It died in the middle of a send: the chat's new reply waits until its lease has run out, then both go."""
    (one, two), (first, second) = crossed.posts, crossed.processes
    one.sender.script["lan"].append(600.0)
    first.delivery.push(await one.commit("lan", "một", "hai"))
    await one.sender.until(lambda: len(one.sender.tried) == 1)
    await first.die()
    second.run()
    second.delivery.push(await two.commit("lan", "ba"))
    second.delivery.push(await two.commit("tư", "bốn"))
    await one.sender.until(lambda: one.sender.to("tư") == ["bốn"])
    assert one.sender.to("lan") == []
    await crossed.lapse()
    await one.settled(4)
    assert one.sender.to("lan") == ["một", "hai", "ba"]


async def test_a_process_that_stood_still_sends_nothing_that_was_taken_over(crossed: Crossed) -> None:
    """Its leases ran out while it waited after a 429: when it wakes up it finds them gone, and sends nothing twice."""
    (one, two), (first, second) = crossed.posts, crossed.processes
    one.sender.script["lan"].append(soon(0.3))
    first.delivery.push(await one.commit("lan", "một", "hai"))
    await one.sender.until(lambda: len(one.sender.tried) == 1)
    await crossed.lapse()
    for identifier in list(first.delivery._held):
        first.delivery._held[identifier] -= 60
    second.run()
    await two.settled(2)
    async with asyncio.timeout(PATIENCE):
        while first.delivery._held:  # noqa: ASYNC110 -- a state, not an event
            await asyncio.sleep(0.005)
    assert one.sender.to("lan") == ["một", "hai"]
