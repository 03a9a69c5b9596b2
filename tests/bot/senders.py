"""Processes that do the reports job on one database and are killed at random: `tests.bot.senders:main`.

Each line of its input is a plan. The program forks a process for each sender (starting Python takes seconds, forking
none), so that many can be killed at moments that matter. A sender opens the store, loads the world and does the
scheduler's job at each moment of its clock, as `motcua run` does when its scheduler wakes up.
"""

import asyncio
import json
import os
import random
import signal
import sys
import tempfile
import threading
import time
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta

from structlog.testing import capture_logs

from bot.live_world import LiveWorld
from bot.schedule import make_scheduler
from handlers.channel import Traits
from handlers.ports import Role
from handlers.world import Unit
from reports.bulletins.timetable import Deadlines
from storage.database.upgrade import upgrade
from storage.store import SqlStore
from surveys.responses import Response
from tests.clock import ZONE, follow

CHANNELS = {"telegram": Traits(size=4096, pushed=True), "webchat": Traits(size=100_000, remembers=True)}
SINCE = datetime(2026, 11, 18, 10, 0, tzinfo=ZONE)
PROVINCE = Unit("tinh", "Tỉnh Đồng Tháp")
COMMUNES = [Unit(f"xa-{number}", f"Xã {number}", PROVINCE.code) for number in range(1, 6)]
MEMBERS: list[tuple[str, str, str, Role]] = [
    ("telegram", "1", "tinh", "admin"),
    ("telegram", "2", "tinh", "staff"),
    ("webchat", "3", "tinh", "staff"),
    *(("telegram", f"{number}0", f"xa-{number}", "staff") for number in range(1, 5)),
    ("webchat", "11", "xa-1", "admin"),
]


@dataclass(frozen=True)
class Plan:
    """One sender for each of `clocks`, the moments at which it wakes up; each is killed so many times, then left alone.

    A life that is to be killed lasts up to `longest` seconds.
    """

    url: str
    clocks: list[list[str]]
    kills: int
    longest: float
    seed: int

    def to_json(self) -> str:
        """Return the plan as a line of the program's input."""
        return json.dumps(asdict(self))


async def prepare(store: SqlStore) -> None:
    """Add units, staff in two channels (the last commune has none), and forms of several weeks."""
    given = [
        Response(
            f"{unit.code}-{week}-{number}", unit.code, "", "nhanh", 1, "0" * 64, "web", day, answers={"overall": 4}
        )
        for unit in COMMUNES
        for week in range(8)
        for day in (date(2026, 11, 18) + timedelta(days=7 * week),)
        for number in range(6)
    ]
    async with store.transaction() as tx:
        for unit in (PROVINCE, *COMMUNES):
            await tx.add_unit(unit, SINCE)
        for channel, user, unit, role in MEMBERS:
            await tx.create_token("invitation", unit, role, f"CODE-{user}", SINCE + timedelta(days=1))
            await tx.redeem(f"CODE-{user}", channel, user, SINCE)
        await tx.keep_responses(given)


async def exercise() -> None:
    """Do the job once on a database of its own: no sender has to make statements and models first."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/motcua.db"
        store = SqlStore.open(url)
        await upgrade(store.engine)
        await prepare(store)
        await store.close()
        assert await send(url, ["2026-11-30T07:30+07:00"]) == 0


async def send(url: str, moments: list[str]) -> int:
    """Do the job at each moment in turn; returns how often it failed."""
    store = SqlStore.open(url)
    live = LiveWorld(store)
    await live.load_places()
    with capture_logs() as log:
        for moment in map(datetime.fromisoformat, moments):
            await make_scheduler(store, live, CHANNELS, lambda now=moment: now, Deadlines()).get_job("reports").func()
    await store.close()
    failed = [event for event in log if event["event"] == "job_failed"]
    for event in failed:
        print(event, file=sys.stderr)
    return len(failed)


def fork(plan: Plan, sender: int) -> int:
    """Start a sender; returns its process id."""
    pid = os.fork()
    if pid:
        return pid
    failed = 1
    try:
        failed = asyncio.run(send(plan.url, plan.clocks[sender]))
    finally:
        os._exit(min(failed, 1))


def carry_out(plan: Plan) -> dict[str, int]:
    """Run all senders at once until each has ended by itself; returns how many lives ended how."""
    chance = random.Random(plan.seed)
    kills = dict.fromkeys(range(len(plan.clocks)), plan.kills)
    ended = {"killed": 0, "done": 0, "failed": 0}
    alive: dict[int, tuple[int, float]] = {}
    waiting = list(kills)
    while waiting or alive:
        for sender in waiting:
            death = time.monotonic() + chance.uniform(0, plan.longest) if kills[sender] else float("inf")
            alive[fork(plan, sender)] = (sender, death)
        waiting = []
        for pid, (sender, death) in list(alive.items()):
            if time.monotonic() >= death:
                os.kill(pid, signal.SIGKILL)
            found, status = os.waitpid(pid, 0 if time.monotonic() >= death else os.WNOHANG)
            if not found:
                continue
            del alive[pid]
            code = os.waitstatus_to_exitcode(status)
            ended["killed" if code < 0 else "failed" if code else "done"] += 1
            # Who came to the end before its death sends again: a process that restarts finds nothing to do.
            if kills[sender]:
                kills[sender] -= 1
                waiting.append(sender)
        time.sleep(0.002)
    return ended


def main() -> None:
    """Carry out plans."""
    asyncio.run(exercise())
    assert threading.active_count() == 1, threading.enumerate()
    for line in sys.stdin:
        follow()
        print(json.dumps(carry_out(Plan(**json.loads(line)))), flush=True)
