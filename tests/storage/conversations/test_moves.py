"""A group that becomes a supergroup keeps all it had: the same on SQLite and PostgreSQL."""

from datetime import UTC, datetime, timedelta

from handlers.messages import Incoming, Reply, Text
from handlers.ports import Chat, Erased, Membership, Recorded
from handlers.session import Session
from handlers.world import Unit
from storage.store import SqlStore
from surveys.responses import Response
from surveys.uncounted import Decision

NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
OLD, NEW = "-9000002", "-1009000099"
MEMBER = Incoming("telegram", OLD, "1", "/thamgia", sender="7001", shared=True)


async def settle(store: SqlStore) -> list[int]:
    """A group that joined: one reply sent, one refused, one waiting; returns their numbers."""
    async with store.transaction() as tx:
        await tx.add_unit(Unit("sa-dec", "UBND phường Sa Đéc"), NOW)
        await tx.create_token("invitation", "sa-dec", "staff", "ABCDE", NOW + timedelta(days=1))
        member = await tx.redeem("ABCDE", "telegram", OLD, NOW)
        assert member is not None
        await tx.create_token("login", "sa-dec", "staff", "bi-mat", NOW + timedelta(days=1), owner=member)
        replies = tuple(Reply(Text.of(text), thread="42") for text in ("đã gửi", "bị từ chối", "còn chờ"))
        (sent,) = await tx.record([Recorded(MEMBER, Session(topic="a"), 0, replies)], NOW)
        await tx.sent([sent[0].id])
        await tx.refused(sent[1].id, "TelegramMigrateToChat")
        await tx.enqueue(Chat("telegram", "-90000021"), [Reply(Text.of("của nhóm khác"))], NOW, pushed=True)
        return [outgoing.id for outgoing in sent]


async def test_a_group_is_followed_to_its_new_address(store: SqlStore) -> None:
    """Membership, login links, sessions of its people, replies; what was refused waits again, in its topic."""
    _, refused, waiting = await settle(store)
    for again in (1, 0):
        async with store.transaction() as tx:
            assert await tx.move_chat("telegram", OLD, NEW) == again
    async with store.transaction() as tx:
        await tx.release()
        assert await tx.membership("telegram", OLD) is None
        assert await tx.membership("telegram", NEW) == Membership("telegram", NEW, "sa-dec", "staff")
        assert await tx.find_token("login", "bi-mat", NOW) == ("sa-dec", "staff")
        found = await tx.claim(["telegram"], NOW + timedelta(hours=1))
    assert [(one.id, one.user, one.reply.thread) for one in found[:2]] == [(refused, NEW, "42"), (waiting, NEW, "42")]
    assert [one.user for one in found[2:]] == ["-90000021"]
    there = Incoming("telegram", NEW, "2", sender="7001", shared=True)
    (recalled,) = await store.recall([there])
    assert recalled.session == Session(topic="a")


async def test_what_waits_to_be_told_and_what_was_decided_go_along(store: SqlStore) -> None:
    """Alerts that wait reach the group; who decided about forms is found where the group is now."""
    await settle(store)
    day = NOW.date()
    form = Response("a", "sa-dec", "quay1", "nhanh", 1, "0" * 64, "web", day, apart="waiting")
    async with store.transaction() as tx:
        pace = await tx.pace(Chat("telegram", OLD))
        await tx.keep_pace(pace.with_cases([7, 8], NOW))
        await tx.keep_responses([form])
        await tx.decide_apart(Decision("sa-dec", "quay1", day, "count", "staff sa-dec", NOW, "telegram", OLD))
        await tx.move_chat("telegram", OLD, NEW)
    async with store.transaction() as tx:
        assert [(one.user, one.waiting, one.cases) for one in await tx.due_paces(NOW)] == [(NEW, 2, (7, 8))]
        assert [(one.person, one.forms) for one in await tx.decisions(["sa-dec"], day, day)] == [(NEW, 1)]


async def test_what_the_new_address_has_already_stays(store: SqlStore) -> None:
    """Who joined again there, and talked there, is not thrown back to what was before."""
    await settle(store)
    there = Incoming("telegram", NEW, "2", sender="7001", shared=True)
    async with store.transaction() as tx:
        await tx.create_token("invitation", "sa-dec", "admin", "FGHJK", NOW + timedelta(days=1))
        await tx.redeem("FGHJK", "telegram", NEW, NOW)
        await tx.record([Recorded(there, Session(topic="b"), 0, ())], NOW)
        await tx.move_chat("telegram", OLD, NEW)
    async with store.transaction() as tx:
        assert await tx.membership("telegram", NEW) == Membership("telegram", NEW, "sa-dec", "admin")
        assert await tx.membership("telegram", OLD) is None
    (recalled,) = await store.recall([there])
    assert recalled.session == Session(topic="b")


async def test_each_person_in_a_group_has_a_session_that_goes_with_them(store: SqlStore) -> None:
    """Two people do not share one, and who asks to be forgotten is forgotten in groups too."""
    await settle(store)
    other = Incoming("telegram", OLD, "3", sender="7002", shared=True)
    async with store.transaction() as tx:
        await tx.record([Recorded(other, Session(topic="b"), 0, ())], NOW)
    first, second = await store.recall([MEMBER, other])
    assert (first.session.topic, second.session.topic) == ("a", "b")
    async with store.transaction() as tx:
        assert await tx.erase("telegram", "7001", NOW.date()) == Erased(sessions=1)
    first, second = await store.recall([MEMBER, other])
    assert (first.version, second.session.topic) == (0, "b")
