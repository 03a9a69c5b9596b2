"""The weekly summary: on Monday at half past seven, each week once, whatever happens, on every store."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from handlers.channel import Traits
from handlers.ports import Membership, Outgoing
from handlers.world import Unit, World
from reports.jobs import WEEKLY, due_weeks, send_weekly
from surveys.responses import Response
from tests.memory_store import AnyStore
from tests.sample import ZONE, world
from tests.storage import conftest as databases

servers = databases.servers
store = databases.store
twin = databases.twin

CHANNELS = {"telegram": Traits(size=4096, pushed=True), "webchat": Traits(size=100_000, remembers=True)}
TICK = timedelta(microseconds=1)
WEEK = timedelta(days=7)
MONDAY = datetime(2026, 11, 23, 7, 30, tzinfo=ZONE)
WEDNESDAY = datetime(2026, 11, 18, 10, 0, tzinfo=ZONE)
OFFICER = Membership("telegram", "77", "sa-dec", "staff")


def local(text: str) -> datetime:
    """A moment of the unit's own clock: "2026-11-23 07:30"."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


async def prepared(store: AnyStore, *members: Membership, since: datetime = WEDNESDAY) -> None:
    """Add the sample's units, and members of staff who have redeemed their codes."""
    async with store.transaction() as tx:
        for unit in world().units.values():
            await tx.add_unit(unit, since)
        for number, member in enumerate(members):
            code = f"AAAA{number}"
            await tx.create_token("invitation", member.unit, member.role, code, since + WEEK)
            await tx.redeem(code, member.channel, member.user, since)


async def rate(store: AnyStore, *levels: int, day: str, counter: str = "quay1") -> None:
    """Store ratings given at a counter on a day."""
    given = [
        Response(
            id=f"{day}{counter}{number:03d}".replace("-", "").ljust(32, "0"),
            unit="sa-dec",
            counter=counter,
            form="nhanh",
            version=1,
            digest="0" * 64,
            source="web",
            day=datetime.fromisoformat(day).date(),
            complete=True,
            answers={"overall": level},
        )
        for number, level in enumerate(levels)
    ]
    async with store.transaction() as tx:
        await tx.keep_responses(given)


async def send(store: AnyStore, now: datetime, using: World | None = None) -> int:
    """Run the job."""
    return await send_weekly(store, using or world(), CHANNELS, now)


async def waiting(store: AnyStore, now: datetime = MONDAY) -> list[Outgoing]:
    """The messages that wait for delivery; each is seen once in the hour after."""
    async with store.transaction() as tx:
        return await tx.claim(["telegram", "zalo"], now)


async def runs(store: AnyStore, unit: str = "sa-dec") -> list[str]:
    """The weeks that had their summary."""
    async with store.reading() as tx:
        return sorted(await tx.runs(unit, WEEKLY))


def headings(messages: Sequence[Outgoing]) -> list[str]:
    """The first lines of messages."""
    return [outgoing.reply.text.plain.split("\n")[0] for outgoing in messages]


WEEK_47 = "Tuần 47 (16/11/2026 đến 22/11/2026) · Phường Sa Đéc"

# When


@pytest.mark.parametrize(
    ("since", "now", "expected"),
    [
        ("2026-11-18 10:00", "2026-11-18 10:00", []),
        ("2026-11-18 10:00", "2026-11-22 23:59", []),
        ("2026-11-18 10:00", "2026-11-23 07:29:59.999999", []),
        ("2026-11-18 10:00", "2026-11-23 07:30", ["2026-W47"]),
        ("2026-11-18 10:00", "2026-11-23 07:30:00.000001", ["2026-W47"]),
        ("2026-11-18 10:00", "2026-11-29 23:59", ["2026-W47"]),
        ("2026-11-18 10:00", "2026-11-30 07:29", ["2026-W47"]),
        ("2026-11-18 10:00", "2026-11-30 07:30", ["2026-W47", "2026-W48"]),
        ("2026-11-18 10:00", "2026-12-09 12:00", ["2026-W47", "2026-W48", "2026-W49"]),
        ("2026-11-23 07:29:59", "2026-11-23 07:30", ["2026-W47"]),
        ("2026-11-23 07:30", "2026-11-23 07:30", []),
        ("2026-11-23 07:30", "2026-11-30 07:30", ["2026-W48"]),
        ("2026-11-23 00:00", "2026-11-23 08:00", ["2026-W47"]),
        ("2026-11-22 23:59", "2026-11-23 08:00", ["2026-W47"]),
        ("2026-12-30 10:00", "2027-01-04 07:30", ["2026-W53"]),
        ("2026-12-30 10:00", "2027-01-11 07:30", ["2026-W53", "2027-W01"]),
        ("2026-11-18 10:00", "2026-11-10 10:00", []),
    ],
)
def test_a_week_is_due_from_the_monday_after_it_at_half_past_seven(since: str, now: str, expected: list[str]) -> None:
    """Between when the unit was added and now, oldest first; to the microsecond."""
    assert [week.name for week in due_weeks(local(since), local(now))] == expected


async def test_nothing_is_sent_before_half_past_seven(store: AnyStore) -> None:
    """A microsecond early nothing goes out; at the moment itself one message goes out."""
    await prepared(store, OFFICER)
    assert await send(store, MONDAY - TICK) == 0
    assert await waiting(store) == []
    await send(store, MONDAY)
    assert headings(await waiting(store)) == [WEEK_47]


@pytest.mark.parametrize("clock", [UTC, ZONE], ids=["utc", "local"])
async def test_a_unit_added_on_wednesday_gets_its_first_summary_on_monday(store: AnyStore, clock: Any) -> None:
    """Nothing for the weeks before it came, whichever zone its birth was noted in."""
    await prepared(store, OFFICER, since=WEDNESDAY.astimezone(clock))
    for day in range(18, 23):
        assert await send(store, local(f"2026-11-{day} 20:00")) == 0
    assert await send(store, MONDAY) == len(world().units)
    assert await runs(store) == ["2026-W47"]


@pytest.mark.parametrize(
    ("added", "expected"),
    [
        ("2026-11-23 00:29:59", ["2026-W47"]),
        ("2026-11-23 00:30:00", []),
        ("2026-11-22 17:00:00", ["2026-W47"]),
        ("2026-11-22 16:59:59", ["2026-W47"]),
        ("2026-11-16 00:29:59", ["2026-W46", "2026-W47"]),
        ("2026-11-16 00:30:01", ["2026-W47"]),
    ],
)
async def test_the_local_clock_counts_although_the_store_keeps_utc(
    store: AnyStore, added: str, expected: list[str]
) -> None:
    """Half past seven in Sa Đéc is half past midnight in UTC, and its Monday begins on Sunday afternoon."""
    await prepared(store, since=datetime.fromisoformat(added).replace(tzinfo=UTC))
    await send(store, MONDAY)
    assert await runs(store) == expected


# Once


async def test_a_week_is_sent_once_however_often_the_job_runs(store: AnyStore) -> None:
    """At half past seven, five minutes later, and all week long: one message."""
    await prepared(store, OFFICER)
    counts = [await send(store, MONDAY + timedelta(minutes=5 * number)) for number in range(30)]
    counts.append(await send(store, MONDAY + WEEK - TICK))
    assert counts == [len(world().units)] + [0] * 30
    assert len(await waiting(store)) == 1


async def test_after_three_weeks_of_downtime_each_missed_week_is_sent_once(store: AnyStore) -> None:
    """The weeks come in their order, with the figures of their own days, and a second run adds none."""
    await prepared(store, OFFICER)
    await rate(store, 5, 5, 5, 5, 5, 5, day="2026-11-20")
    await rate(store, 1, 1, 1, 1, 5, 5, 5, 5, day="2026-12-02")
    back = local("2026-12-09 14:00")
    await send(store, back)
    await send(store, back + timedelta(minutes=5))
    messages = await waiting(store, back)
    assert headings(messages) == [
        WEEK_47,
        "Tuần 48 (23/11/2026 đến 29/11/2026) · Phường Sa Đéc",
        "Tuần 49 (30/11/2026 đến 06/12/2026) · Phường Sa Đéc",
    ]
    told = [outgoing.reply.text.plain for outgoing in messages]
    assert ["6 phiếu" in told[0], "Chưa có phiếu nào" in told[1], "8 phiếu" in told[2]] == [True] * 3


async def test_twenty_simultaneous_runs_send_once(store: AnyStore, twin: AnyStore) -> None:
    """Two processes, ten runs each at the same moment: every unit's week is compiled by one of them."""
    await prepared(store, OFFICER)
    counts = await asyncio.gather(*(send(one, MONDAY) for one in (store, twin) * 10))
    assert sum(counts) == len(world().units)
    assert len(await waiting(store)) == 1


async def test_a_clock_set_back_sends_nothing_twice(store: AnyStore) -> None:
    """Back by a day, by two weeks, and forward again."""
    await prepared(store, OFFICER)
    await send(store, MONDAY + WEEK)
    assert headings(await waiting(store, MONDAY + WEEK)) == [
        WEEK_47,
        "Tuần 48 (23/11/2026 đến 29/11/2026) · Phường Sa Đéc",
    ]
    for now in (MONDAY + WEEK - timedelta(days=1), MONDAY - WEEK, MONDAY, MONDAY + WEEK):
        assert await send(store, now) == 0
    assert await runs(store) == ["2026-W47", "2026-W48"]


class Interrupted(Exception):
    """The process ends in the middle."""


async def test_a_run_that_breaks_off_is_made_up_for(store: AnyStore) -> None:
    """The claim on the week and the messages stand or fall together: what was not sent is sent by the next run."""
    await prepared(store, OFFICER)

    class Ending(dict[str, Traits]):
        """Channels that end the process when the message is about to be written."""

        def __getitem__(self, key: str) -> Traits:
            raise Interrupted

    with pytest.raises(Interrupted):
        await send_weekly(store, world(), Ending(CHANNELS), MONDAY)
    assert await runs(store) == []
    await send(store, MONDAY)
    assert headings(await waiting(store)) == [WEEK_47]


# To whom


async def test_every_member_in_a_channel_that_is_on_gets_the_summary(store: AnyStore) -> None:
    """For a messenger it waits, on the web page it is there to be seen; a channel that is off gets nothing."""
    web, off = Membership("webchat", "b1", "sa-dec", "staff"), Membership("zalo", "z1", "sa-dec", "staff")
    other = Membership("telegram", "88", "sa-dec", "admin")
    await prepared(store, OFFICER, web, off, other)
    await send(store, MONDAY)
    assert sorted(outgoing.user for outgoing in await waiting(store)) == ["77", "88"]
    assert headings(await store.history("webchat", "b1")) == [WEEK_47]
    assert await store.history("zalo", "z1") == []


async def test_a_unit_without_staff_is_done_with_too(store: AnyStore) -> None:
    """Nobody to tell: the week counts as compiled, and nothing waits."""
    await prepared(store)
    assert await send(store, MONDAY) == len(world().units)
    assert await runs(store) == ["2026-W47"]
    assert await waiting(store) == []


async def test_members_get_their_own_units_figures(store: AnyStore) -> None:
    """The province's staff read of it with what is below it, and only its admin may go on to the commune."""
    province = [Membership("telegram", user, "dong-thap", role) for user, role in (("88", "admin"), ("99", "staff"))]
    await prepared(store, OFFICER, *province)
    await rate(store, 5, 5, 5, 5, 5, day="2026-11-19")
    await send(store, MONDAY)
    told = {outgoing.user: outgoing for outgoing in await waiting(store)}
    assert {user: headings([one])[0].partition(" · ")[2] for user, one in told.items()} == {
        "77": "Phường Sa Đéc",
        "88": "Tỉnh Đồng Tháp",
        "99": "Tỉnh Đồng Tháp",
    }
    assert "5 phiếu" in told["88"].reply.text.plain
    assert [(button.id, button.label) for button in told["88"].reply.buttons] == [
        ("figures:sa-dec:2026-W47", "Phường Sa Đéc")
    ]
    assert (told["77"].reply.buttons, told["99"].reply.buttons) == ((), ())


async def test_a_unit_that_the_snapshot_does_not_know_yet_waits(store: AnyStore) -> None:
    """Added by another process a moment ago: no error, no claim; the next run knows it."""
    await prepared(store, OFFICER)
    async with store.transaction() as tx:
        await tx.add_unit(Unit("moi", "Xã Mới"), WEDNESDAY)
    assert await send(store, MONDAY) == len(world().units)
    assert await runs(store, "moi") == []


# What


async def test_a_unit_that_was_merged_gets_its_last_week_and_no_more(store: AnyStore) -> None:
    """The week in which it was merged is told; those after it are its successor's."""
    await prepared(store, OFFICER, since=WEDNESDAY - WEEK)
    unit = replace(world().units["sa-dec"], valid_to=WEDNESDAY.date(), successor="dong-thap")
    using = replace(world(), units={**world().units, "sa-dec": unit})
    await send_weekly(store, using, CHANNELS, MONDAY + 3 * WEEK)
    async with store.transaction() as tx:
        assert await tx.runs("sa-dec", WEEKLY) == {"2026-W46", "2026-W47"}
        assert len(await tx.runs("dong-thap", WEEKLY)) == 5


async def test_the_text_names_unit_week_n_and_rate_with_its_rule(store: AnyStore) -> None:
    """Counted by hand: 40 ratings, 30 of level 4 or 5, against 32 of 40 the week before."""
    await prepared(store, OFFICER)
    await rate(store, *[5] * 20, *[4] * 10, *[3] * 4, *[2] * 4, *[1] * 2, day="2026-11-18")
    await rate(store, *[5] * 32, *[1] * 8, day="2026-11-13")
    await send(store, MONDAY)
    (message,) = await waiting(store)
    lines = message.reply.text.plain.split("\n")
    assert lines == [
        WEEK_47,
        "40 phiếu qua mã QR đặt tại quầy (kỳ trước 40).",
        "Hài lòng (mức 4 và 5): 75% (khoảng tin cậy 95%: 59,81 đến 85,81; 40 câu trả lời được tính).",
        "Rất hài lòng 50,00 · Hài lòng 25,00 · Bình thường 10,00 · Không hài lòng 10,00 · Rất không hài lòng 5,00",
        "Kỳ trước 80%: chưa đủ để nói là khác.",
    ]


@pytest.mark.parametrize(("day", "forms"), [("2026-11-15", 0), ("2026-11-16", 1), ("2026-11-22", 1), ("2026-11-23", 0)])
async def test_the_week_has_its_seven_days(store: AnyStore, day: str, forms: int) -> None:
    """Monday to Sunday count; the Sunday before and the Monday after do not."""
    await prepared(store, OFFICER)
    await rate(store, 4, day=day)
    await send(store, MONDAY)
    (message,) = await waiting(store)
    assert ("1 phiếu" in message.reply.text.plain) == bool(forms)


async def test_a_summary_too_long_for_the_channel_is_cut(store: AnyStore) -> None:
    """Several messages, none longer than the channel takes, the buttons under the last."""
    await prepared(store, Membership("telegram", "88", "dong-thap", "admin"))
    await rate(store, 5, 4, 5, 4, 5, 2, day="2026-11-18")
    await send_weekly(store, world(), {"telegram": Traits(size=60, pushed=True)}, MONDAY)
    messages = await waiting(store)
    assert len(messages) > 1
    assert max(len(outgoing.reply.text.plain) for outgoing in messages) <= 60
    assert [bool(outgoing.reply.buttons) for outgoing in messages] == [False] * (len(messages) - 1) + [True]
