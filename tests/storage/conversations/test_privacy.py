"""What every store promises about people's rights: erasure, access, the register, and what is kept too long."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import insert, select
from sqlmodel import SQLModel

from handlers.messages import Incoming, Reply, Text
from handlers.ports import Erased, Farewell, Held, Membership, Recorded
from handlers.session import Running, Session
from handlers.turn import NoteMiss
from handlers.world import Unit
from reports.data_requests import Request, received
from storage.store import SqlStore
from storage.tables.base import table
from storage.tables.forms import CaseRow
from surveys.responses import Response
from tests.sample import NOW

UNIT = Unit("sa-dec", "Phường Sa Đéc")
DAY = date(2026, 11, 20)
RUNNING = Running("r1", "webchat", "sa-dec", "quay1", "nhanh", 1, agreed=True, answers={"overall": 2})
OLD = NOW - timedelta(days=40)


async def say(store: SqlStore, user: str, number: int = 0, session: Session | None = None, now: datetime = NOW) -> int:
    """Have a person say something in the web chat and be answered; returns the id of the reply."""
    turn = Recorded(
        Incoming("webchat", user, f"{user}:{number}"),
        session or Session(topic="1.001193"),
        number,
        (Reply(Text.of("Dạ.")),),
        pushed=False,
        said="hỏi",
    )
    async with store.transaction() as tx:
        ((sent,),) = await tx.record([turn], now)
    return sent.id


async def employ(store: SqlStore, user: str) -> None:
    """Make a chat a member of staff."""
    async with store.transaction() as tx:
        await tx.add_unit(UNIT, NOW)
        await tx.create_token("invitation", "sa-dec", "admin", f"CODE{user}", NOW + timedelta(days=1))
        await tx.redeem(f"CODE{user}", "webchat", user, NOW)


async def erase(store: SqlStore, user: str, farewell: Farewell | None = None) -> Erased:
    """Erase a chat in a transaction of its own."""
    async with store.transaction() as tx:
        return await tx.erase("webchat", user, DAY, farewell)


async def known(store: SqlStore, user: str, number: int = 0) -> tuple[int, bool, bool]:
    """How many lines of a chat are kept, whether a message counts as answered, whether its session is known."""
    (recalled,) = await store.recall([Incoming("webchat", user, f"{user}:{number}")])
    return len(await store.history("webchat", user)), recalled.answered, recalled.version > 0


async def test_an_erased_chat_is_gone_everywhere(store: SqlStore) -> None:
    """Lines of both sides, marks, session, membership and the unfinished survey; it says how much that was."""
    await employ(store, "lan")
    async with store.transaction() as tx:
        await tx.keep_responses([Response("r1", "sa-dec", "quay1", "nhanh", 1, "0" * 64, "webchat", DAY)])
    await say(store, "lan")
    await say(store, "lan", 1, Session(survey=RUNNING))
    assert await erase(store, "lan") == Erased(lines=4, messages=2, sessions=1, memberships=1)
    assert (await known(store, "lan"), await known(store, "lan", 1)) == ((0, False, False),) * 2
    async with store.reading() as tx:
        assert await tx.membership("webchat", "lan") is None
        assert await tx.responses(["r1"]) == {}
        assert await tx.held("webchat", "lan", DAY) == Held(0, None)


async def test_erasing_a_chat_touches_no_other(store: SqlStore) -> None:
    """Not one whose number begins alike, not the same number in another channel, no finished survey."""
    await employ(store, "lan1")
    async with store.transaction() as tx:
        await tx.keep_responses([Response("r2", "sa-dec", "quay1", "nhanh", 1, "0" * 64, "webchat", DAY)])
        await tx.record([Recorded(Incoming("zalo", "lan", "lan:0"), Session(), 0, (Reply(Text.of("Dạ.")),))], NOW)
    await say(store, "lan1")
    await say(store, "lan")
    await erase(store, "lan")
    assert await known(store, "lan1") == (2, True, True)
    assert len(await store.history("zalo", "lan")) == 1
    async with store.reading() as tx:
        assert await tx.membership("webchat", "lan1") == Membership("webchat", "lan1", "sa-dec", "admin")
        assert list(await tx.responses(["r2"])) == ["r2"]


async def test_nothing_is_erased_of_an_unknown_chat(store: SqlStore) -> None:
    """And it says so."""
    assert await erase(store, "ai") == Erased()


async def test_replies_that_wait_are_erased_too(store: SqlStore) -> None:
    """Who asks to be forgotten is not written to any more."""
    async with store.transaction() as tx:
        await tx.record([Recorded(Incoming("zalo", "lan", "7"), Session(), 0, (Reply(Text.of("Dạ.")),))], NOW)
    async with store.transaction() as tx:
        assert (await tx.erase("zalo", "lan", DAY)).lines == 1
    async with store.transaction() as tx:
        assert await tx.claim(["zalo"], NOW + timedelta(hours=1)) == []
    (recalled,) = await store.recall([Incoming("zalo", "lan", "7")])
    assert recalled.answered, "a messenger's number names nobody; without it the message would be answered again"


async def test_a_farewell_stays_until_the_night(store: SqlStore) -> None:
    """The confirmation, its message's mark and the session it left, all dated back; what was before is gone."""
    await say(store, "lan")
    last = await say(store, "lan", 1, Session(greeted=True))
    await erase(store, "lan", Farewell(["lan:1"], last, 2, OLD))
    assert [outgoing.id for outgoing in await store.history("webchat", "lan")] == [last]
    assert (await known(store, "lan", 1), await known(store, "lan")) == ((1, True, True), (1, False, True))
    async with store.transaction() as tx:
        assert await tx.forget_before(NOW - timedelta(days=30), NOW) == 3
    assert await known(store, "lan", 1) == (0, False, False)


async def test_a_chat_that_goes_on_after_its_farewell_is_kept_from_there(store: SqlStore) -> None:
    """A message of the same moment, after the confirmation, begins a new conversation."""
    last = await say(store, "lan")
    await say(store, "lan", 1, Session(topic="2.000355"))
    await erase(store, "lan", Farewell(["lan:0", "lan:1"], last, 1, OLD))
    async with store.transaction() as tx:
        assert await tx.forget_before(NOW - timedelta(days=30), NOW) == 2
    assert await known(store, "lan", 1) == (2, True, True)


async def test_what_is_held_is_counted(store: SqlStore) -> None:
    """Lines of both sides and since when."""
    await say(store, "lan", now=OLD)
    await say(store, "lan", 1)
    async with store.reading() as tx:
        assert await tx.held("webchat", "lan", DAY) == Held(4, OLD)


async def test_a_way_to_write_back_is_counted_and_erased(store: SqlStore) -> None:
    """The case itself stays, without who spoke."""
    await employ(store, "lan")
    cases = table(CaseRow)
    row = {"unit": "sa-dec", "counter": "quay1", "day": DAY, "level": 1, "comment": "Chờ lâu", "response": "r1"}
    more: dict[str, Any] = {"state": "open", "changed_on": DAY, "channel": "webchat"}
    async with store.engine.begin() as connection:
        await connection.execute(insert(cases), [{**row, **more, "person": user} for user in ("lan", "an")])
    async with store.reading() as tx:
        assert (await tx.held("webchat", "lan", DAY)).contacts == 1
    assert (await erase(store, "lan")).contacts == 1
    async with store.engine.connect() as connection:
        found = (await connection.execute(select(cases.c.channel, cases.c.person, cases.c.comment))).all()
    assert sorted(map(tuple, found)) == [("", "", "Chờ lâu"), ("webchat", "an", "Chờ lâu")]


# The register


async def entered(store: SqlStore, *days: str, **changes: Any) -> list[int]:
    """Enter requests received on some days; returns their numbers."""
    async with store.transaction() as tx:
        return [await tx.add_request(replace(received("erase", date.fromisoformat(day)), **changes)) for day in days]


async def register(store: SqlStore, *, open_only: bool = False) -> list[Request]:
    """What the register holds."""
    async with store.reading() as tx:
        return await tx.requests(open_only=open_only)


async def test_a_request_comes_back_as_it_was_entered(store: SqlStore) -> None:
    """With its number, in the order of the days."""
    late, early = await entered(store, "2026-11-20", "2026-11-16", note="qua điện thoại")
    expected = [
        replace(received("erase", date(2026, 11, day), note="qua điện thoại"), id=number)
        for day, number in ((16, early), (20, late))
    ]
    assert await register(store) == expected


async def test_a_request_is_answered_and_carried_out_once(store: SqlStore) -> None:
    """Each step is noted with its first day; carrying out what was not answered answers it."""
    first, second = await entered(store, "2026-11-16", "2026-11-17")
    async with store.transaction() as tx:
        assert [await tx.answer_request(first, day) for day in (DAY, date(2026, 11, 23))] == [True, False]
        assert [await tx.finish_request(first, date(2026, 11, 23)), await tx.finish_request(second, DAY)] == [True] * 2
        assert [await tx.finish_request(first, DAY), await tx.answer_request(second, DAY)] == [False] * 2
        assert [await tx.answer_request(4711, DAY), await tx.finish_request(4711, DAY)] == [False] * 2
    found = [(request.answered_on, request.carried_out_on) for request in await register(store)]
    assert found == [(DAY, date(2026, 11, 23)), (DAY, DAY)]


async def test_open_requests_are_those_with_something_to_do(store: SqlStore) -> None:
    """Answered is not yet carried out."""
    numbers = await entered(store, "2026-11-16", "2026-11-17", "2026-11-18")
    async with store.transaction() as tx:
        await tx.answer_request(numbers[0], DAY)
        await tx.finish_request(numbers[1], DAY)
    assert [request.id for request in await register(store, open_only=True)] == [numbers[0], numbers[2]]


# What is kept too long


async def test_requests_are_forgotten_once_they_are_long_done(store: SqlStore) -> None:
    """An open one stays however old, and so does what was done on the very day of the limit."""
    done = date(2024, 11, 20)
    (gone,) = await entered(store, "2024-11-04", answered_on=done, carried_out_on=done)
    kept = await entered(store, "2024-11-04", answered_on=DAY, carried_out_on=done)
    kept += await entered(store, "2020-01-02", answered_on=date(2020, 1, 3))
    async with store.transaction() as tx:
        assert [await tx.forget_requests(done), await tx.forget_requests(done + timedelta(days=1))] == [0, 1]
    assert sorted(request.id for request in await register(store)) == kept
    assert gone not in kept


async def test_missed_questions_are_forgotten_by_their_day(store: SqlStore) -> None:
    """Those from before the limit go, the others stay."""
    async with store.transaction() as tx:
        await tx.note_misses([NoteMiss("sa-dec", "cũ")], date(2026, 5, 1))
        await tx.note_misses([NoteMiss("sa-dec", "mới")], date(2026, 5, 2))
        assert await tx.forget_misses(date(2026, 5, 2)) == 1
        assert await tx.misses(5) == [("missed", "mới", 1)]


async def test_chats_of_spared_channels_are_not_forgotten(store: SqlStore) -> None:
    """What pages show again stays longer than what messengers are sent."""
    await say(store, "lan", now=OLD)
    async with store.transaction() as tx:
        await tx.record(
            [Recorded(Incoming("zalo", "an", "1"), Session(), 0, (Reply(Text.of("Dạ.")),), pushed=False)], OLD
        )
        assert await tx.forget_before(NOW, NOW, ["webchat"]) == 3
    assert (await known(store, "lan"), await store.history("zalo", "an")) == ((2, True, True), [])


async def everywhere(store: SqlStore) -> list[str]:
    """Every value of every column of every table, as text."""
    found: list[str] = []
    async with store.engine.connect() as connection:
        for one in SQLModel.metadata.sorted_tables:
            found.extend(str(value) for row in await connection.execute(select(one)) for value in row)
    return found


async def test_after_an_erasure_no_table_holds_the_chats_number(store: SqlStore) -> None:
    """Every column of every table is looked through, before and after."""
    await employ(store, "0a1b2c3d4e5f")
    await say(store, "0a1b2c3d4e5f", session=Session(survey=RUNNING))
    assert sum("0a1b2c3d4e5f" in value for value in await everywhere(store)) == 7
    await erase(store, "0a1b2c3d4e5f")
    assert [value for value in await everywhere(store) if "0a1b2c3d4e5f" in value] == []
