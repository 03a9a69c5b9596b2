"""Conversations at once through a Zalo that fails and is slow: nothing lost, nothing twice, each in its order."""

from pathlib import Path

import aiohttp

from tests.running import running
from tests.zalo_api import zalo_settings
from tests.zalo_load import QUESTIONS, Load, RoughServer


async def test_nobody_misses_or_doubles_an_answer(tmp_path: Path) -> None:
    """Forty people at once, a tenth of the events repeated, every tenth send refused or slow."""
    server = await RoughServer(slow_seconds=0.3).start()
    try:
        async with running(zalo_settings(tmp_path, server)) as app, aiohttp.ClientSession() as client:
            load = Load(app.settings.address, server, conversations=40, questions=QUESTIONS[:3], repeated=20)
            expected = await load.run(client)
            assert len(set(expected)) == 3
            assert await load.finished(expected) == {"lost": 0, "twice": 0, "order": 0}
            assert {(user, message) for user, message, _ in server.reactions} <= {
                (user, f"{user}-{step}") for user in (*load.people, "100") for step in range(3)
            }
            assert len(server.reactions) == len(set(server.reactions))
    finally:
        await server.stop()
    assert server.faults == []
