"""Staff in browsers: a session ends by time, by idleness, and with the membership that it stands for."""

from datetime import UTC, datetime, timedelta

import pytest

from handlers.ports import Chat, Role
from handlers.world import Unit
from storage.store import SqlStore

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
HOUR, TICK = timedelta(hours=1), timedelta(seconds=1)
IDLE, LIFE = 2 * HOUR, 12 * HOUR
OFFICER = Chat("telegram", "77")


@pytest.fixture(autouse=True)
async def units(store: SqlStore) -> None:
    """Two units, and an officer of the first as an admin."""
    async with store.transaction() as tx:
        for unit in ("sa-dec", "cao-lanh"):
            await tx.add_unit(Unit(unit, unit), NOW)
    await join(store, "sa-dec", "admin")


async def join(store: SqlStore, unit: str, role: Role) -> None:
    """Have the officer redeem an invitation."""
    async with store.transaction() as tx:
        await tx.create_token("invitation", unit, role, f"{unit}{role}", NOW + HOUR)
        await tx.redeem(f"{unit}{role}", OFFICER.channel, OFFICER.user, NOW)


async def log_in(store: SqlStore, browser: str = "b", owner: Chat | None = OFFICER, unit: str = "sa-dec") -> bool:
    """Open a session by a fresh link."""
    async with store.transaction() as tx:
        await tx.create_token("login", unit, "admin", f"link-{browser}", NOW + HOUR, owner=owner)
        return await tx.begin_session(f"link-{browser}", browser, NOW, IDLE, LIFE)


async def seen(store: SqlStore, browser: str = "b", now: datetime = NOW) -> tuple[str, Role] | None:
    """Whose session a browser has."""
    async with store.reading() as tx:
        return await tx.find_token("browser", browser, now)


async def test_a_link_opens_one_session(store: SqlStore) -> None:
    """Used up, unknown and expired links open none."""
    assert await log_in(store)
    assert await seen(store) == ("sa-dec", "admin")
    async with store.transaction() as tx:
        assert not await tx.begin_session("link-b", "c", NOW, IDLE, LIFE)
        await tx.create_token("login", "sa-dec", "admin", "old", NOW)
        assert not await tx.begin_session("old", "c", NOW, IDLE, LIFE)
    assert await seen(store, "c") is None


async def test_a_session_ends_when_it_is_not_used_and_lasts_when_it_is(store: SqlStore) -> None:
    """Two hours idle; use moves that on, but never beyond twelve hours; only what is about to end needs it."""
    await log_in(store)
    assert (await seen(store, now=NOW + IDLE - TICK), await seen(store, now=NOW + IDLE)) == (("sa-dec", "admin"), None)
    async with store.transaction() as tx:
        assert not await tx.ends_before("b", NOW + IDLE)
        assert await tx.ends_before("b", NOW + IDLE + TICK)
        await tx.keep_session("b", NOW + 3 * HOUR)
    assert await seen(store, now=NOW + 3 * HOUR - TICK) is not None
    async with store.transaction() as tx:
        await tx.keep_session("b", NOW + 99 * HOUR)
        assert not await tx.ends_before("b", NOW + 99 * HOUR)
    assert await seen(store, now=NOW + LIFE - TICK) is not None
    assert await seen(store, now=NOW + LIFE) is None


async def test_a_session_has_the_role_that_its_officer_has_today(store: SqlStore) -> None:
    """Lowered in chat, lowered in the browser; in another unit, shut out."""
    await log_in(store)
    await join(store, "sa-dec", "staff")
    assert await seen(store) == ("sa-dec", "staff")
    await join(store, "cao-lanh", "admin")
    assert await seen(store) is None


async def test_who_is_removed_is_out_at_once(store: SqlStore) -> None:
    """Sessions end and unused links are void; those of others and of the command line go on."""
    await log_in(store)
    await log_in(store, "own", owner=None)
    async with store.transaction() as tx:
        await tx.create_token("login", "sa-dec", "admin", "unused", NOW + HOUR, owner=OFFICER)
        removed = await tx.remove_member(OFFICER.channel, OFFICER.user)
        assert removed is not None
        assert (removed.unit, removed.role) == ("sa-dec", "admin")
        assert await tx.remove_member(OFFICER.channel, OFFICER.user) is None
        assert not await tx.begin_session("unused", "c", NOW, IDLE, LIFE)
    assert (await seen(store), await seen(store, "own")) == (None, ("sa-dec", "admin"))


async def test_who_erases_the_own_chat_is_out_too(store: SqlStore) -> None:
    """Nothing of the chat stays, not even in a session."""
    await log_in(store)
    async with store.transaction() as tx:
        await tx.erase(OFFICER.channel, OFFICER.user, NOW.date())
    assert await seen(store) is None


async def test_a_units_sessions_end_together(store: SqlStore) -> None:
    """All of one unit, none of another; invitations stay."""
    await log_in(store)
    await log_in(store, "own", owner=None)
    await log_in(store, "other", owner=None, unit="cao-lanh")
    async with store.transaction() as tx:
        await tx.create_token("invitation", "sa-dec", "staff", "ABCDE", NOW + HOUR)
        assert await tx.end_sessions("sa-dec") == 2
        assert await tx.find_token("invitation", "ABCDE", NOW) == ("sa-dec", "staff")
    assert [await seen(store, one) for one in ("b", "own", "other")] == [None, None, ("cao-lanh", "admin")]
