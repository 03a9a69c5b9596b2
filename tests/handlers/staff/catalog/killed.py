"""Processes that confirm a file and are killed at a statement: `killed:main URL TOKEN`.

One child for each number of statements, forked from a process that has everything loaded. It kills itself before that
statement. Prints for each how many versions and files under way there are then, until one child ends by itself.
"""

import asyncio
import os
import signal
import sys
from pathlib import Path

from sqlalchemy import event

from storage.store import SqlStore
from tests.handlers.staff.catalog.town import Town

COUNTS = """SELECT (SELECT count(*) FROM catalog_import), (SELECT count(*) FROM catalog_pending),
    (SELECT count(*) FROM catalog_change), (SELECT count(*) FROM procedure)"""


def child(url: str, token: str, last: int) -> None:
    """Confirm, and end before the statement of a number."""

    async def work() -> None:
        store, count = SqlStore.open(url), 0

        def stop(*_: object) -> None:
            nonlocal count
            count += 1
            if count == last:
                os.kill(os.getpid(), signal.SIGKILL)

        event.listen(store.engine.sync_engine, "before_cursor_execute", stop)
        event.listen(store.engine.sync_engine, "commit", stop)
        await Town(store, Path()).confirm("tinh", token)
        await store.close()

    asyncio.run(work())


async def counts(url: str) -> tuple[int, ...]:
    """How many rows there are of what a confirmation writes, once whoever held them is gone."""
    store = SqlStore.open(url)
    async with store.transaction() as tx:
        await tx.hold_catalogs()
    async with store.engine.connect() as connection:
        found = (await connection.exec_driver_sql(COUNTS)).one()
    await store.close()
    return tuple(found)


def main() -> None:
    """Fork, wait, look."""
    url, token = sys.argv[1:]
    for last in range(1, 100):
        pid = os.fork()
        if not pid:
            child(url, token, last)
            os._exit(0)
        _, status = os.waitpid(pid, 0)
        print(*asyncio.run(counts(url)), flush=True)
        if status == 0:
            return
