"""Writers queue: one at a time, marks of delivery before new work, nobody lost who gave up."""

import asyncio

from storage.database.turnstile import Turnstile


async def test_who_is_in_a_hurry_goes_first() -> None:
    """Behind the one inside; each kind in the order in which it came."""
    turnstile, order, together = Turnstile(), [], []

    async def enter(name: str, *, urgent: bool) -> None:
        async with turnstile.passed(urgent=urgent):
            together.append(name)
            await asyncio.sleep(0)
            assert together.pop() == name
            order.append(name)

    async with asyncio.TaskGroup() as group:
        for name, urgent in [("1", False), ("2", False), ("mark 1", True), ("3", False), ("mark 2", True)]:
            group.create_task(enter(name, urgent=urgent))
    assert order == ["1", "mark 1", "mark 2", "2", "3"]


async def test_who_gives_up_holds_up_nobody() -> None:
    """Given up while waiting, or at the very moment of being let in: the next one goes in."""
    turnstile, entered = Turnstile(), []

    async def enter(name: str) -> None:
        async with turnstile.passed():
            entered.append(name)

    async with turnstile.passed():
        waiting = [asyncio.ensure_future(enter(name)) for name in ("one", "two", "three")]  # noqa: TID251 -- awaited below
        await asyncio.sleep(0)
        waiting[0].cancel()
    waiting[1].cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    await enter("four")
    assert entered == ["three", "four"]
