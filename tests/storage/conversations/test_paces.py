"""The pace of alerts on SQLite and PostgreSQL: held by one, told by one."""

import asyncio
from datetime import UTC, timedelta

from handlers.pace import GAP, Pace
from handlers.ports import Chat, Conflict
from storage.store import SqlStore
from tests.sample import NOW

LAN, TU = Chat("telegram", "lan"), Chat("telegram", "tu")
MOMENT = NOW.astimezone(UTC)


async def test_a_pace_is_kept_as_it_is(store: SqlStore) -> None:
    """A chat that was never told has none; every part comes back."""
    kept = Pace("telegram", "lan", MOMENT, MOMENT, 12, 3, (4, 5, 9))
    async with store.transaction() as tx:
        assert await tx.pace(LAN) == Pace("telegram", "lan")
        await tx.keep_pace(kept)
    async with store.transaction() as tx:
        assert (await tx.pace(LAN), await tx.pace(TU)) == (kept, Pace("telegram", "tu"))
        await tx.forget_pace([LAN])
        assert await tx.pace(LAN) == Pace("telegram", "lan")


async def test_only_chats_that_wait_and_may_be_told_are_due(store: SqlStore) -> None:
    """In the order of their names; a chat that was told a moment ago waits on."""
    paces = [
        Pace("telegram", "quiet", MOMENT - GAP),
        Pace("telegram", "soon", MOMENT - GAP / 2, MOMENT, 2, 0, (1, 2)),
        Pace("telegram", "tu", MOMENT - GAP, MOMENT, 0, 1, (1,)),
        Pace("telegram", "lan", None, MOMENT, 2, 0, (1, 2)),
    ]
    async with store.transaction() as tx:
        for pace in paces:
            await tx.pace(Chat(pace.channel, pace.user))
            assert await tx.any_waits() == any(not one.idle for one in paces[: paces.index(pace)])
            await tx.keep_pace(pace)
        assert await tx.due_paces(NOW) == [paces[3], paces[2]]
        assert await tx.due_paces(NOW + GAP) == [paces[3], paces[1], paces[2]]


async def test_two_processes_tell_a_chat_once(store: SqlStore, twin: SqlStore) -> None:
    """Both look at once: one finds the chat, the other nothing."""
    async with store.transaction() as tx:
        await tx.pace(LAN)
        await tx.keep_pace(Pace("telegram", "lan").with_cases([1, 2], NOW))

    async def tell(one: SqlStore) -> int:
        try:
            async with one.transaction() as tx:
                due = await tx.due_paces(NOW)
                for pace in due:
                    await tx.keep_pace(pace.alerted(NOW))
                return len(due)
        except Conflict:
            return 0

    assert sum(await asyncio.gather(*(tell(one) for one in (store, twin) * 4))) == 1


async def test_cases_of_two_processes_are_counted_together(store: SqlStore, twin: SqlStore) -> None:
    """Whoever comes second waits for the first: no case is lost from the count."""

    async def add(one: SqlStore, case: int) -> None:
        async with one.transaction() as tx:
            pace = await tx.pace(LAN)
            await tx.keep_pace(pace.with_cases([case], NOW + timedelta(seconds=case)))

    await asyncio.gather(*(add((store, twin)[n % 2], n) for n in range(20)))
    async with store.transaction() as tx:
        found = await tx.pace(LAN)
    assert (found.waiting, len(found.cases)) == (20, 3)
