"""Background work at the end of a process: what can end in time is waited for, what cannot is not."""

import asyncio

import pytest

from bot.nursery import Nursery

LONG = 600.0


async def at_the_end(nursery: Nursery, grace: float) -> float:
    """End it; returns the seconds that this took."""
    loop = asyncio.get_running_loop()
    started = loop.time()
    await nursery.close(grace)
    return loop.time() - started


async def test_a_rest_that_outlasts_the_end_is_not_waited_for() -> None:
    """One that began before the end, and one that begins after it: both are cancelled, what ends in time is done."""
    nursery, done, seen = Nursery(), [], asyncio.Event()

    async def rests(name: str, *pauses: float) -> None:
        for pause in pauses:
            await nursery.rest(pause)
        done.append(name)

    async def works() -> None:
        await seen.wait()
        await nursery.rest(LONG)
        done.append("worked")

    nursery.start(rests("long", LONG), "long")
    nursery.start(rests("short, then long", 0.01, LONG), "both")
    nursery.start(rests("short", 0.01, 0.01), "short")
    nursery.start(works(), "works")
    await asyncio.sleep(0)
    asyncio.get_running_loop().call_later(0.02, seen.set)
    assert await at_the_end(nursery, grace=LONG / 2) < LONG / 4
    assert done == ["short"]


async def test_work_that_does_not_rest_has_its_grace() -> None:
    """It is cancelled when the time is over, not before."""
    nursery, cancelled = Nursery(), asyncio.Event()

    async def works() -> None:
        try:
            await asyncio.sleep(LONG)
        except asyncio.CancelledError:
            cancelled.set()
            raise

    nursery.start(works(), "works")
    await asyncio.sleep(0)
    assert await at_the_end(nursery, grace=0.05) >= 0.05
    assert cancelled.is_set()


async def test_what_running_work_starts_has_the_same_grace() -> None:
    """A message that was being answered has its reply sent; what takes too long is cancelled, whoever started it."""
    nursery, done = Nursery(), []

    async def works(name: str, seconds: float, *then: str) -> None:
        try:
            await asyncio.sleep(seconds)
            done.append(name)
            for following in then:
                nursery.start(works(following, 0.02), following)
        except asyncio.CancelledError:
            if name == "endless":
                nursery.start(works("too late", LONG), "too late")
            raise

    nursery.start(works("asked", 0.02, "answered", "noted"), "asked")
    nursery.start(works("endless", LONG), "endless")
    await asyncio.sleep(0)
    assert await at_the_end(nursery, grace=0.5) < LONG / 4
    assert done == ["asked", "answered", "noted"]
    assert nursery._tasks == set()


async def test_only_a_task_of_the_nursery_rests_in_it() -> None:
    """Nobody would wake another one."""
    with pytest.raises(ValueError, match="nursery"):
        await Nursery().rest(0)
