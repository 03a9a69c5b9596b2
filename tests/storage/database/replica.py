"""A process that upgrades a database when it is told to: `tests.storage.database.replica:main URL`."""

import asyncio
import sys

from storage.database import upgrade
from storage.database.engine import create_engine


async def come_up(url: str) -> None:
    """Say that all is ready, wait for a line, upgrade."""
    engine = create_engine(url)
    print("ready", flush=True)
    sys.stdin.readline()
    await upgrade.upgrade(engine)
    await engine.dispose()


def main() -> None:
    """Come up."""
    asyncio.run(come_up(sys.argv[1]))
