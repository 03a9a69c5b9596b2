"""Screens and the counts of their taps, on SQLite and PostgreSQL."""

import asyncio
from datetime import timedelta

import pytest

from handlers.world import Counter, Unit
from storage.store import SqlStore
from surveys.responses import Filing, Response
from surveys.screens import (
    LATE,
    MOST_IN_TEN_MINUTES,
    MOST_WAITING,
    PLAUSIBLE_IN_TEN_MINUTES,
    STILL_WAITING,
    Late,
    digest_of,
)
from surveys.signs import Slot
from tests.sample import NOW

DAY = NOW.date()
A, B = digest_of("a", "quay1"), digest_of("b", "quay1")


@pytest.fixture(autouse=True)
async def places(store: SqlStore) -> None:
    """Two counters."""
    async with store.transaction() as tx:
        await tx.add_unit(Unit("sa-dec", "Sa Đéc"), NOW)
        for code in ("quay1", "quay2"):
            await tx.add_counter(Counter(code, code, "sa-dec"))


def tap(number: int, screen: int = 1, *, ago: timedelta = timedelta(), day: timedelta = timedelta()) -> Filing:
    """A tap that was made some time `ago`."""
    tapped = NOW - ago - day
    response = Response(
        *(f"{number:032x}", "sa-dec", "quay1", "nhanh", 1, "0" * 64, "kiosk", tapped.date()),
        complete=True,
        answers={"overall": 4},
    )
    return Filing(response, device="web:x", at=NOW - day, screen=screen, tapped=tapped)


async def file(store: SqlStore, *taps: Filing) -> dict[str, str]:
    """Take taps in."""
    async with store.transaction() as tx:
        return dict(await tx.file(taps))


def test_a_secret_is_worth_something_at_one_counter_alone() -> None:
    """The hash says which; neither it nor another counter's gives the secret away."""
    assert len({A, B, digest_of("a", "quay2"), digest_of("quay1:a", ""), digest_of("\udcff", "quay1")}) == 5
    assert "a" not in digest_of("a", "quay1").split(":")


async def test_a_screen_waits_is_paired_and_revoked(store: SqlStore) -> None:
    """Each step is kept with its moment, once; what was revoked is never paired again."""
    later = NOW + timedelta(hours=1)
    async with store.transaction() as tx:
        assert await tx.screen(A) is None
        assert await tx.ask_pairing(A, "quay1", NOW)
        assert await tx.ask_pairing(A, "quay1", later)
    async with store.reading() as tx:
        (waiting,) = await tx.screens(["quay1", "quay2"])
    assert (waiting.state, waiting.asked_at, waiting.seen_at) == ("waiting", NOW, NOW)
    async with store.transaction() as tx:
        paired = await tx.pair_screen(A, "quay1", "Cửa vào", "staff", later)
        again = await tx.pair_screen(A, "quay1", "khác", "admin", later + LATE)
    assert (paired.number, paired.state) == (waiting.number, "paired")
    assert (paired.name, paired.paired_by) == ("Cửa vào", "staff")
    assert (paired.paired_at, again) == (later, paired)
    async with store.transaction() as tx:
        assert [await tx.revoke_screen(paired.number) for _ in range(2)] == [True, False]
        assert not await tx.revoke_screen(99)
        assert (await tx.pair_screen(A, "quay1", "", "admin", later)).state == "revoked"
        assert await tx.ask_pairing(A, "quay1", later)
    async with store.reading() as tx:
        assert [one.state for one in await tx.screens(["quay1"])] == ["revoked"]
        assert await tx.screens(["quay2"]) == []


async def test_a_device_that_never_asked_can_be_paired(store: SqlStore) -> None:
    """Staff who are logged in on the tablet itself need no code."""
    async with store.transaction() as tx:
        made = await tx.pair_screen(A, "quay1", "", "staff", NOW)
    async with store.reading() as tx:
        assert await tx.screen(A) == made
    assert (made.state, made.counter) == ("paired", "quay1")


async def test_a_screen_is_renamed_and_seen(store: SqlStore) -> None:
    """By its number; one that is not there is said so."""
    async with store.transaction() as tx:
        made = await tx.pair_screen(A, "quay1", "", "staff", NOW)
        assert await tx.rename_screen(made.number, "Cạnh quầy")
        assert not await tx.rename_screen(99, "x")
        await tx.see_screen(made.number, NOW + LATE)
    async with store.reading() as tx:
        found = await tx.screen(A)
    assert found is not None
    assert (found.name, found.seen_at) == ("Cạnh quầy", NOW + LATE)


async def test_only_so_many_wait_and_who_went_away_leaves_the_place(store: SqlStore) -> None:
    """A script that asks without end takes no room from those that are paired, nor for ever from those that wait."""
    async with store.transaction() as tx:
        await tx.pair_screen(A, "quay1", "", "staff", NOW)
        asked = [await tx.ask_pairing(digest_of(str(n), "quay1"), "quay1", NOW) for n in range(MOST_WAITING + 3)]
        assert asked == [True] * MOST_WAITING + [False] * 3
        assert await tx.ask_pairing(digest_of("x", "quay2"), "quay2", NOW)
        assert await tx.ask_pairing(B, "quay1", NOW + STILL_WAITING)
    async with store.reading() as tx:
        assert [one.digest for one in await tx.screens(["quay1"])] == [A, B]


async def test_two_processes_pair_one_screen_once(store: SqlStore, twin: SqlStore) -> None:
    """Two officers press at once: one row, and both are told of it."""

    async def pair(of: SqlStore) -> int:
        async with of.transaction() as tx:
            return (await tx.pair_screen(A, "quay1", "", "staff", NOW)).number

    numbers = await asyncio.gather(*(pair(of) for of in (store, twin) * 3))
    assert len(set(numbers)) == 1


async def test_a_screen_takes_no_more_taps_than_it_can(store: SqlStore) -> None:
    """The surplus of ten minutes is refused, also when it is sent apart; what was stored is never refused later."""
    taps = [tap(n) for n in range(MOST_IN_TEN_MINUTES + 5)]
    refused = await file(store, *taps)
    assert refused == {one.response.id: "crowded" for one in taps[MOST_IN_TEN_MINUTES:]}
    assert await file(store, tap(999)) == {tap(999).response.id: "crowded"}
    assert await file(store, *taps[:50]) == {}
    assert await file(store, tap(1000, ago=timedelta(minutes=20)), tap(1001, screen=2)) == {}
    async with store.reading() as tx:
        found = await tx.signs(["sa-dec"], DAY, DAY)
        apart = await tx.apart(["sa-dec"], DAY, DAY)
    assert found.taps == MOST_IN_TEN_MINUTES + 2
    assert found.crowded == (Slot("quay1", DAY, 54, MOST_IN_TEN_MINUTES),)
    assert sum(group.count for group in found.forms) + sum(group.forms for group in apart) == found.taps


async def test_two_processes_keep_the_bound_together(store: SqlStore, twin: SqlStore) -> None:
    """A script that sends to both gets no more through."""
    numbers = iter(range(MOST_IN_TEN_MINUTES + 40))

    async def some(of: SqlStore) -> int:
        return len(await file(of, *(tap(next(numbers)) for _ in range(14))))

    refused = [await asyncio.gather(*(some(of) for of in (store, twin))) for _ in range(5)]
    assert sum(map(sum, refused)) == 40


async def test_what_comes_late_is_counted_by_the_day_of_the_tap(store: SqlStore) -> None:
    """An hour without a network is nothing; more is a sign, by counter and day, and the slot of arrival has it too."""
    in_time = [tap(n, ago=LATE) for n in range(3)]
    late = [tap(10 + n, ago=timedelta(days=2, seconds=n)) for n in range(7)]
    assert await file(store, *in_time, *late) == {}
    first = DAY - timedelta(days=7)
    async with store.reading() as tx:
        found = await tx.signs(["sa-dec"], first, DAY)
        today = await tx.signs(["sa-dec"], DAY, DAY)
        elsewhere = await tx.signs([], first, DAY)
    assert (found.taps, found.late) == (10, (Late("quay1", DAY - timedelta(days=2), 7),))
    assert (today.taps, today.late, today.rhythm) == (3, (), {"quay1": {10: 1}})
    assert (elsewhere.taps, elsewhere.crowded, elsewhere.late) == (0, (), ())


async def test_plausible_taps_are_no_sign(store: SqlStore) -> None:
    """One every half minute, for ten minutes without a pause."""
    await file(store, *(tap(n) for n in range(PLAUSIBLE_IN_TEN_MINUTES)))
    async with store.reading() as tx:
        assert (await tx.signs(["sa-dec"], DAY, DAY)).crowded == ()


async def test_counts_of_taps_are_deleted_with_the_others(store: SqlStore) -> None:
    """Those of days before the named one; forms and screens stay."""
    await file(store, tap(1, day=timedelta(days=1)), tap(2))
    async with store.transaction() as tx:
        assert await tx.forget_counts(DAY) == 3
    async with store.reading() as tx:
        assert (await tx.signs(["sa-dec"], DAY - timedelta(days=1), DAY)).taps == 1
