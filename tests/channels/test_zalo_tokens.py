"""Zalo's tokens: changed by one process at a time, stored before use, and lost with a clear word to the operator."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.channels.zalo.api import OutOfReach, Refused, ZaloApi
from bot.channels.zalo.tokens import LEASE, NoToken, Tokens
from bot.nursery import Nursery
from storage.database.upgrade import upgrade
from storage.store import SqlStore
from tests.zalo_api import APP_ID, APP_SECRET, OA, SEED, ZaloServer

KEY = b"k" * 32
PATIENCE = 20


class Process:
    """What one process has of its own: a store, a client, and a clock that can be set forward."""

    def __init__(self, url: str, server: ZaloServer, key: bytes = KEY, seed: str = SEED) -> None:
        self.store = SqlStore.open(url)
        self.api = ZaloApi(server.url, server.url, APP_ID, APP_SECRET)
        self.nursery = Nursery()
        self.ahead = timedelta()
        self.tokens = Tokens(self.store, self.api, self.nursery, key, self.clock, {OA: seed})

    def clock(self) -> datetime:
        """The time of this process."""
        return datetime.now(UTC) + self.ahead

    async def close(self) -> None:
        """End it."""
        await self.nursery.close()
        await self.api.close()
        await self.store.close()


@pytest.fixture
async def server() -> AsyncIterator[ZaloServer]:
    """Zalo's servers."""
    server = await ZaloServer().start()
    yield server
    await server.stop()


@pytest.fixture
async def pair(server: ZaloServer, tmp_path: Path) -> AsyncIterator[list[Process]]:
    """Two processes on one database."""
    url = f"sqlite:///{tmp_path / 'motcua.db'}"
    processes = [Process(url, server) for _ in range(2)]
    await upgrade(processes[0].store.engine)
    yield processes
    for process in processes:
        await process.close()


async def test_two_processes_that_refresh_at_once_ask_once(pair: list[Process], server: ZaloServer) -> None:
    """A refresh token is good for one call: one process makes it, the others wait for its pair."""
    server.grant_seconds = 0.3
    asked = [process.tokens.access(OA) for process in pair for _ in range(3)]
    assert await asyncio.gather(*asked) == ["access-1"] * 6
    asked = [process.tokens.renewed(OA, "access-1") for process in pair for _ in range(3)]
    assert set(await asyncio.gather(*asked)) == {"access-2"}
    assert server.refreshed == 2


async def test_the_new_pair_is_stored_before_it_is_used(pair: list[Process], server: ZaloServer) -> None:
    """Another process goes on from it, though this one ends."""
    first, second = pair
    assert await first.tokens.access(OA) == "access-1"
    assert await second.tokens.access(OA) == "access-1"
    second.ahead = timedelta(hours=26)
    assert await second.tokens.access(OA) == "access-2"
    assert server.refreshed == 2


async def test_who_is_cancelled_in_the_middle_loses_no_pair(pair: list[Process], server: ZaloServer) -> None:
    """The answer of a call that was made is stored, whoever waits for it."""
    first, second = pair
    server.grant_seconds = 0.3
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await first.tokens.access(OA)
    assert await second.tokens.access(OA) == "access-1"
    assert server.refreshed == 1


async def test_who_is_cancelled_at_any_moment_holds_nobody_up(
    pair: list[Process], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when a process ends just then: no lease stays that nobody uses, and the next pair is there at once."""
    monkeypatch.setattr("bot.channels.zalo.tokens.WAIT_SECONDS", 0.01)
    first, second = pair
    token = await first.tokens.access(OA)
    for steps in range(60):
        asking = asyncio.ensure_future(first.tokens.renewed(OA, token))  # noqa: TID251 -- cancelled below
        for _ in range(steps):
            await asyncio.sleep(0)
        asking.cancel()
        async with asyncio.timeout(PATIENCE):
            token = await second.tokens.renewed(OA, token)
    assert token != "access-1"


async def test_a_crash_between_the_call_and_the_store_ends_in_a_clear_word(
    pair: list[Process], server: ZaloServer
) -> None:
    """The token is spent and its successor lost: after the lease the next process finds out, and says what to do."""
    first, second = pair
    await first.tokens.access(OA)
    async with first.store.transaction() as tx:
        grant = await tx.grant(OA)
        assert grant
        assert await tx.lease_grant(OA, grant.version, first.clock(), first.clock() + LEASE)
    server.refresh = "successor-that-was-lost"
    second.ahead = LEASE + timedelta(seconds=1)
    with pytest.raises(NoToken, match="xin cấp quyền lại: motcua zalo login") as lost:
        await second.tokens.renewed(OA, "access-1")
    assert lost.value.consent
    calls = server.refreshed
    with pytest.raises(NoToken):
        await second.tokens.renewed(OA, "access-1")
    assert server.refreshed == calls


async def test_a_crash_before_the_call_is_survived(pair: list[Process], server: ZaloServer) -> None:
    """The token is still good when the lease has ended."""
    first, second = pair
    await first.tokens.access(OA)
    async with first.store.transaction() as tx:
        assert await tx.lease_grant(OA, 1, first.clock(), first.clock() + LEASE)
    second.ahead = LEASE + timedelta(seconds=1)
    assert await second.tokens.renewed(OA, "access-1") == "access-2"


@pytest.mark.parametrize(
    "answer", [{"error_name": "Invalid refresh token"}, {"error": 0}, {"access_token": "", "refresh_token": "r"}]
)
async def test_an_answer_without_a_token_is_a_refusal(
    pair: list[Process], server: ZaloServer, answer: dict[str, object]
) -> None:
    """Whatever else it says; the stored pair is not overwritten."""
    await pair[0].tokens.access(OA)
    server.grant_answer = answer
    with pytest.raises(NoToken):
        await pair[0].tokens.renewed(OA, "access-1")
    assert await pair[1].tokens.access(OA) == "access-1"


async def test_too_many_calls_spend_nothing(pair: list[Process], server: ZaloServer) -> None:
    """-32 passes by itself."""
    server.grant_answer = {"error": -32, "error_name": "Rate limited"}
    with pytest.raises(OutOfReach):
        await pair[0].tokens.access(OA)
    server.grant_answer = None
    assert await pair[0].tokens.access(OA) == "access-1"


async def test_new_consent_replaces_what_was_lost(pair: list[Process], server: ZaloServer, tmp_path: Path) -> None:
    """By code, and by another token in the settings; the old setting does not come back at the next start."""
    server.refresh = "lost"
    with pytest.raises(NoToken):
        await pair[0].tokens.access(OA)
    await pair[0].tokens.store(OA, await pair[0].api.grant(code="c", code_verifier="v" * 43))
    assert await pair[1].tokens.access(OA) == "access-1"
    assert server.consents[0]["code_verifier"] == "v" * 43
    server.refresh = "by-hand"
    third = Process(f"sqlite:///{tmp_path / 'motcua.db'}", server, seed="by-hand")
    assert await third.tokens.access(OA) == "access-2"
    await third.close()


async def test_tokens_are_encrypted_with_the_installations_key(
    pair: list[Process], server: ZaloServer, tmp_path: Path
) -> None:
    """The database shows none of them, and another key reads none."""
    await pair[0].tokens.access(OA)
    async with pair[0].store.reading() as tx:
        assert not {"access-1", "refresh-1"} & set(str(await tx.grant(OA)).split("'"))
    other = Process(f"sqlite:///{tmp_path / 'motcua.db'}", server, key=b"x" * 32)
    with pytest.raises(NoToken, match="SECRET_KEY"):
        await other.tokens.access(OA)
    await other.close()


async def test_a_wrong_app_secret_is_told(server: ZaloServer) -> None:
    """Zalo's own words reach whoever asked."""
    api = ZaloApi(server.url, server.url, APP_ID, "wrong")
    with pytest.raises(Refused, match="-14002: Invalid appId"):
        await api.grant(refresh_token=SEED)
    await api.close()
