"""Sharing one unit of work: order, everybody's own outcome, and nobody left hanging whatever happens to others."""

import asyncio
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.gathering import Gathering

PATIENCE = 60.0


class Refused(Exception):
    """One item that cannot be worked on."""


class Desk:
    """Work that refuses items with a bang in them. Where it is `held` each batch waits until it is let through."""

    def __init__(self, *, held: bool = False) -> None:
        self.batches: list[list[str]] = []
        self.running = 0
        self.most_running = 0
        self._held = held
        self._let = asyncio.Semaphore(0)

    async def work(self, items: Sequence[str]) -> list[str]:
        """Answer each item, all or none."""
        self.batches.append(list(items))
        self.running += 1
        self.most_running = max(self.most_running, self.running)
        try:
            if self._held:
                await self._let.acquire()
            await asyncio.sleep(0)
            for item in items:
                if "!" in item:
                    raise Refused(item)
            return [f"{item} xong" for item in items]
        finally:
            self.running -= 1

    def let(self, batches: int = 1000) -> None:
        """Let so many batches through."""
        for _ in range(batches):
            self._let.release()

    async def reached(self, count: int) -> list[str]:
        """Wait until so many batches have begun; returns the items of the last."""
        async with asyncio.timeout(PATIENCE):
            while len(self.batches) < count:  # noqa: ASYNC110 -- a count, not an event
                await asyncio.sleep(0)
        return self.batches[-1]

    @property
    def seen(self) -> list[str]:
        """Every item in the order in which it was first worked on."""
        return list(dict.fromkeys(item for batch in self.batches for item in batch))


def adding(gathering: Gathering[str, str], items: Sequence[str]) -> dict[str, "asyncio.Task[str]"]:
    """Add items at the same time, each by somebody of their own."""
    return {item: asyncio.create_task(gathering.add(item)) for item in items}  # noqa: TID251 -- awaited by the test


async def outcomes(tasks: Sequence["asyncio.Task[str]"]) -> list[object]:
    """What each got: an outcome or the type of an error; whoever hangs fails the test."""
    async with asyncio.timeout(PATIENCE):
        done = await asyncio.gather(*tasks, return_exceptions=True)
    return [type(one) if isinstance(one, BaseException) else one for one in done]


async def a_moment() -> None:
    """Let everybody run until they wait."""
    for _ in range(10):
        await asyncio.sleep(0)


async def test_everybody_gets_the_own_outcome() -> None:
    """A hundred people at once: each is told about the own item."""
    desk = Desk()
    names = [f"phiếu {number}" for number in range(100)]
    tasks = adding(Gathering(desk.work), names)
    assert await outcomes(list(tasks.values())) == [f"{name} xong" for name in names]


async def test_a_single_item_is_worked_on_at_once() -> None:
    """Nobody waits for company."""
    desk = Desk()
    async with asyncio.timeout(PATIENCE):
        assert await Gathering(desk.work).add("khai sinh") == "khai sinh xong"
    assert desk.batches == [["khai sinh"]]


async def test_who_comes_during_a_batch_shares_the_next() -> None:
    """The first works alone; the nine who come meanwhile are worked on together, in the order they came."""
    desk = Desk(held=True)
    gathering = Gathering(desk.work)
    first = adding(gathering, ["0"])
    await desk.reached(1)
    others = adding(gathering, [str(number) for number in range(1, 10)])
    await a_moment()
    desk.let()
    assert await outcomes([*first.values(), *others.values()]) == [f"{number} xong" for number in range(10)]
    assert desk.batches == [["0"], [str(number) for number in range(1, 10)]]


@pytest.mark.parametrize("most", [1, 2, 3, 7, 32])
async def test_a_batch_holds_at_most_so_many_items_in_order(most: int) -> None:
    """Forty items: none twice, none missing, no batch longer than allowed, the order kept over all batches."""
    desk = Desk()
    names = [f"{number:02d}" for number in range(40)]
    tasks = adding(Gathering(desk.work, most=most), names)
    assert await outcomes(list(tasks.values())) == [f"{name} xong" for name in names]
    assert [item for batch in desk.batches for item in batch] == names
    assert max(map(len, desk.batches)) <= most


async def test_a_hundred_and_twenty_eight_share_a_batch_unless_told_otherwise() -> None:
    """The default bounds how much one commit carries."""
    desk = Desk()
    tasks = adding(Gathering(desk.work), [f"{number}" for number in range(262)])
    await outcomes(list(tasks.values()))
    assert [len(batch) for batch in desk.batches] == [128, 128, 6]


async def test_batches_never_run_side_by_side() -> None:
    """The next batch begins when the one before has ended, so that work on shared rows keeps its order."""
    desk = Desk()
    tasks = adding(Gathering(desk.work, most=3), [f"{number}" for number in range(20)])
    await outcomes(list(tasks.values()))
    assert desk.most_running == 1


async def test_nobody_is_answered_before_the_work_is_done() -> None:
    """While the batch with an item is open its owner waits."""
    desk = Desk(held=True)
    tasks = adding(Gathering(desk.work), ["a", "b"])
    await desk.reached(1)
    await a_moment()
    assert [task.done() for task in tasks.values()] == [False, False]
    desk.let()
    assert await outcomes(list(tasks.values())) == ["a xong", "b xong"]


async def test_a_failing_item_does_not_fail_its_neighbours() -> None:
    """The bad one gets the error, those before and after it their outcomes, in order."""
    desk = Desk(held=True)
    gathering = Gathering(desk.work)
    first = adding(gathering, ["0"])
    await desk.reached(1)
    others = adding(gathering, ["1", "2!", "3", "4!", "5"])
    await a_moment()
    desk.let()
    expected = ["0 xong", "1 xong", Refused, "3 xong", Refused, "5 xong"]
    assert await outcomes([*first.values(), *others.values()]) == expected
    assert desk.seen == ["0", "1", "2!", "3", "4!", "5"]


async def test_the_error_is_the_one_that_the_item_caused() -> None:
    """Two bad items in a batch: each owner reads about the own one."""
    desk = Desk(held=True)
    gathering = Gathering(desk.work)
    tasks = adding(gathering, ["0", "lỗi một!", "lỗi hai!"])
    await desk.reached(1)
    desk.let()
    await outcomes(list(tasks.values()))
    assert str(tasks["lỗi một!"].exception()) == "lỗi một!"
    assert str(tasks["lỗi hai!"].exception()) == "lỗi hai!"


async def test_after_a_failure_work_goes_on() -> None:
    """A bad item alone in its batch leaves the next one alone."""
    gathering = Gathering(Desk().work)
    with pytest.raises(Refused):
        await gathering.add("hỏng!")
    assert await gathering.add("lành") == "lành xong"


async def test_one_who_gives_up_waiting_does_not_disturb_the_others() -> None:
    """A waiting caller is cancelled: it ends, and its neighbours get their outcomes."""
    desk = Desk(held=True)
    tasks = adding(Gathering(desk.work), ["a", "b", "c"])
    await desk.reached(1)
    tasks["b"].cancel()
    await a_moment()
    desk.let()
    assert await outcomes(list(tasks.values())) == ["a xong", asyncio.CancelledError, "c xong"]


async def test_many_who_give_up_leave_nobody_hanging() -> None:
    """As many cancelled callers as a batch holds wait in front of a living one, and nobody comes after it."""
    desk = Desk(held=True)
    tasks = adding(Gathering(desk.work, most=2), ["a", "b", "c", "d"])
    await desk.reached(1)
    for name in ("b", "c"):
        tasks[name].cancel()
    await a_moment()
    desk.let()
    assert await outcomes([tasks["a"], tasks["d"]]) == ["a xong", "d xong"]


async def test_a_cancelled_leader_leaves_those_behind_it_alone() -> None:
    """Whoever works for others is cancelled during its own batch: those who wait for the next get their outcomes."""
    desk = Desk(held=True)
    tasks = adding(Gathering(desk.work), ["a", "b", "c"])
    await desk.reached(1)
    tasks["a"].cancel()
    await a_moment()
    desk.let()
    assert await outcomes(list(tasks.values())) == [asyncio.CancelledError, "b xong", "c xong"]


async def leading(desk: Desk, names: Sequence[str]) -> list["asyncio.Task[str]"]:
    """Bring names into one batch, led by the first of them, that waits to be let through."""
    gathering = Gathering(desk.work)
    before = adding(gathering, ["trước"])
    await desk.reached(1)
    tasks = list(adding(gathering, names).values())
    await a_moment()
    desk.let(1)
    assert await desk.reached(2) == list(names)
    assert await outcomes(list(before.values())) == ["trước xong"]
    return tasks


async def test_a_cancelled_leader_does_not_leave_its_batch_hanging() -> None:
    """Whoever works for others is cancelled with their items in hand: all of them come to an end."""
    desk = Desk(held=True)
    tasks = await leading(desk, ["a", "b", "c"])
    tasks[0].cancel()
    await a_moment()
    desk.let()
    assert (await outcomes(tasks))[0] is asyncio.CancelledError


async def test_who_was_not_cancelled_is_answered_when_the_leader_is() -> None:
    """One caller's timeout must not look like a cancellation of its neighbours, whose items are as good as before."""
    desk = Desk(held=True)
    tasks = await leading(desk, ["a", "b", "c"])
    tasks[0].cancel()
    await a_moment()
    desk.let()
    assert await outcomes(tasks) == [asyncio.CancelledError, "b xong", "c xong"]


async def test_a_leader_cancelled_while_working_one_by_one_leaves_nobody_hanging() -> None:
    """A bad item made the leader go through its batch one by one; cancelled there, the others still get an end."""
    desk = Desk(held=True)
    tasks = await leading(desk, ["a", "b", "hỏng!", "d"])
    desk.let(1)
    assert await desk.reached(3) == ["a"]
    tasks[0].cancel()
    await a_moment()
    desk.let()
    assert (await outcomes(tasks))[1:] == ["b xong", Refused, "d xong"]


async def test_after_a_cancelled_leader_new_items_are_worked_on() -> None:
    """The turn is handed back."""
    desk = Desk(held=True)
    gathering = Gathering(desk.work)
    tasks = adding(gathering, ["a"])
    await desk.reached(1)
    tasks["a"].cancel()
    await a_moment()
    desk.let()
    async with asyncio.timeout(PATIENCE):
        assert await gathering.add("b") == "b xong"


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 3)), min_size=1, max_size=40), st.integers(1, 8))
def test_whoever_comes_whenever_gets_the_own_outcome(arrivals: list[tuple[bool, int]], most: int) -> None:
    """Any pattern of arrivals, good and bad: each its own outcome, and the order of arrival is the order of work."""

    async def run() -> None:
        desk = Desk()
        gathering = Gathering(desk.work, most=most)
        names = [f"{number}{'!' if bad else ''}" for number, (bad, _) in enumerate(arrivals)]
        tasks = []
        for name, (_, pause) in zip(names, arrivals, strict=True):
            tasks.append(adding(gathering, [name])[name])
            for _ in range(pause):
                await asyncio.sleep(0)
        expected = [Refused if name.endswith("!") else f"{name} xong" for name in names]
        assert await outcomes(tasks) == expected
        assert desk.seen == names
        assert max(map(len, desk.batches)) <= most

    asyncio.run(run())
