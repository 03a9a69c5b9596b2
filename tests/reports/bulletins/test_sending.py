"""The weekly summary: on Monday at half past seven, each week once, whatever happens, on every store."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from handlers.channel import Traits
from handlers.ports import Membership, Outgoing
from handlers.turn import NoteMiss
from handlers.world import Unit
from reports.bulletins.sending import send_due
from reports.bulletins.timetable import Deadlines, Kind, due
from reports.periods import label, parse
from storage.store import SqlStore
from surveys.responses import Response
from tests.clock import ZONE
from tests.reports.officers import (
    CHANNELS,
    DEADLINES,
    MONDAY,
    OFFICER,
    WEDNESDAY,
    WEEK,
    everything,
    prepared,
    send,
    waiting,
)
from tests.sample import world
from tests.storage import conftest as databases

store = databases.store
twin = databases.twin

TICK = timedelta(microseconds=1)
BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)


def local(text: str) -> datetime:
    """A moment of the unit's own clock: "2026-11-23 07:30"."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


async def rate(store: SqlStore, *levels: int, day: str, counter: str = "quay1") -> None:
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


async def runs(store: SqlStore, unit: str = "sa-dec", kind: Kind = "weekly") -> list[str]:
    """The periods that had their report."""
    async with store.reading() as tx:
        return sorted(period for where, period, what in await tx.runs(BEGINNING) if (where, what) == (unit, kind))


def headings(messages: Sequence[Outgoing]) -> list[str]:
    """The first lines of messages."""
    return [outgoing.reply.text.plain.split("\n")[0] for outgoing in messages]


SAMPLE = "MẪU THỬ - không dùng để đánh giá thật"
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
    assert [week.name for week in due("weekly", local(since), local(now), DEADLINES)] == expected


@pytest.mark.parametrize(
    ("kind", "since", "now", "expected"),
    [
        ("monthly", "2026-11-18 10:00", "2026-12-01 07:29:59.999999", []),
        ("monthly", "2026-11-18 10:00", "2026-12-01 07:30", ["2026-11"]),
        ("monthly", "2026-12-01 07:30", "2027-01-01 07:30", ["2026-12"]),
        ("monthly", "2026-12-01 07:29", "2027-03-31 10:00", ["2026-11", "2026-12", "2027-01", "2027-02"]),
        ("monthly", "2026-11-18 10:00", "2026-11-01 10:00", []),
        ("periodic", "2026-01-01 00:00", "2026-03-17 07:29:59.999999", []),
        ("periodic", "2026-01-01 00:00", "2026-03-17 07:30", ["2026-Q1:cchc"]),
        ("periodic", "2026-03-17 07:30", "2026-06-17 07:30", ["2026-H1:cchc"]),
        ("periodic", "2026-06-17 07:30", "2026-09-17 07:30", ["2026-Q3:cchc"]),
        ("periodic", "2026-09-17 07:30", "2026-12-17 07:30", ["2026:cchc"]),
        (
            "periodic",
            "2025-12-17 07:29",
            "2026-12-17 07:29",
            ["2025:cchc", "2026-Q1:cchc", "2026-H1:cchc", "2026-Q3:cchc"],
        ),
    ],
)
def test_months_and_reform_reports_have_their_moments(kind: Kind, since: str, now: str, expected: list[str]) -> None:
    """The first of the month; three days before the 20th of a reform period's last month; to the microsecond."""
    assert [period.name for period in due(kind, local(since), local(now), DEADLINES)] == expected


@pytest.mark.parametrize(
    ("day", "before", "period", "wanted", "sent"),
    [
        (20, 3, "2026-Q3:cchc", "2026-09-20", "2026-09-17"),
        (20, 5, "2026-Q3:cchc", "2026-09-20", "2026-09-15"),
        (20, 6, "2026-Q3:cchc", "2026-09-20", "2026-09-15"),
        (10, 3, "2026-Q3:cchc", "2026-09-10", "2026-09-15"),
        (31, 3, "2026-H1:cchc", "2026-06-30", "2026-06-27"),
        (31, 0, "2026:cchc", "2026-12-31", "2026-12-31"),
        (15, 60, "2026-Q1:cchc", "2026-03-15", "2026-03-15"),
    ],
)
def test_a_reform_report_is_sent_before_its_deadline_with_all_of_its_figures(
    day: int, before: int, period: str, wanted: str, sent: str
) -> None:
    """Never before the 15th, when the cut-off's last day is over; a day that the month lacks is its last."""
    deadlines = Deadlines(day, before)
    found = (deadlines.of(parse(period)), deadlines.sending(parse(period)))
    assert found == (date.fromisoformat(wanted), date.fromisoformat(sent))


async def test_nothing_is_sent_before_half_past_seven(store: SqlStore) -> None:
    """A microsecond early nothing goes out; at the moment itself one message goes out."""
    await prepared(store, OFFICER)
    assert await send(store, MONDAY - TICK) == 0
    assert await waiting(store) == []
    await send(store, MONDAY)
    assert headings(await waiting(store)) == [WEEK_47]


@pytest.mark.parametrize("clock", [UTC, ZONE], ids=["utc", "local"])
async def test_a_unit_added_on_wednesday_gets_its_first_summary_on_monday(store: SqlStore, clock: Any) -> None:
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
    store: SqlStore, added: str, expected: list[str]
) -> None:
    """Half past seven in Sa Đéc is half past midnight in UTC, and its Monday begins on Sunday afternoon."""
    await prepared(store, since=datetime.fromisoformat(added).replace(tzinfo=UTC))
    await send(store, MONDAY)
    assert await runs(store) == expected


# Once


async def test_a_week_is_sent_once_however_often_the_job_runs(store: SqlStore) -> None:
    """At half past seven, five minutes later, and all week long: one message."""
    await prepared(store, OFFICER)
    counts = [await send(store, MONDAY + timedelta(minutes=5 * number)) for number in range(30)]
    counts.append(await send(store, MONDAY + WEEK - TICK))
    assert counts == [len(world().units)] + [0] * 30
    assert len(await waiting(store)) == 1


async def test_after_three_weeks_of_downtime_each_missed_report_is_sent_once(store: SqlStore) -> None:
    """The weeks come in their order, then the month, with the figures of their own days; a second run adds none."""
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
        "Tháng 11/2026 (01/11/2026 đến 30/11/2026) · Phường Sa Đéc",
    ]
    texts = [outgoing.reply.text.plain for outgoing in messages]
    assert "6 phiếu" in texts[0]
    assert "Chưa có phiếu nào" in texts[1]
    assert "8 phiếu" in texts[2]
    assert "6 phiếu" in texts[3]


@pytest.mark.parametrize(
    ("since", "now", "kind", "sent", "said"),
    [
        ("2026-11-18 10:00", "2026-12-16 08:00", "weekly", ["W47", "W48", "W49", "W50"], ""),
        ("2026-11-18 10:00", "2026-12-23 08:00", "weekly", ["W48", "W49", "W50", "W51"], "1 bản tin cũ hơn"),
        (
            "2026-10-01 10:00",
            "2026-12-16 08:00",
            "weekly",
            ["W47", "W48", "W49", "W50"],
            "7 bản tin cũ hơn (từ 28/9/2026 đến 15/11/2026) không gửi nữa. Xem từng kỳ bằng /baocao, ví dụ: "
            "/baocao 2026-W46.",
        ),
        (
            "2026-01-15 10:00",
            "2026-05-02 08:00",
            "monthly",
            ["03", "04"],
            "2 bản tin cũ hơn (từ 01/01/2026 đến 28/02/2026)",
        ),
        (
            "2026-01-15 10:00",
            "2026-09-20 08:00",
            "periodic",
            ["Q3:cchc"],
            "2 bản tin cũ hơn (từ 15/12/2025 đến 14/6/2026)",
        ),
    ],
)
async def test_after_a_long_downtime_the_latest_are_sent_and_the_older_ones_are_named_once(
    store: SqlStore, since: str, now: str, kind: Kind, sent: list[str], said: str
) -> None:
    """Four weeks, two months, one reform report; the first of them says how many older ones are not sent any more."""
    await prepared(store, OFFICER, since=local(since))
    await send(store, local(now))
    messages = [one for one in await waiting(store, local(now)) if one.reply.buttons[-1].id == f"mute:{kind}"]
    ends = [period.name for period in due(kind, local(since), local(now), DEADLINES)][-len(sent) :]
    assert [name.removeprefix("2026-") for name in ends] == sent
    labels = [label(parse(name), "vi") for name in ends]
    assert [heading.partition(" · ")[0] for heading in headings(messages)] == labels
    assert ["cũ hơn" in one.reply.text.plain for one in messages] == [bool(said)] + [False] * (len(sent) - 1)
    assert said in messages[0].reply.text.plain
    assert len(await runs(store, kind=kind)) == len(due(kind, local(since), local(now), DEADLINES))
    assert await send(store, local(now)) == 0


async def test_twenty_simultaneous_runs_send_once(store: SqlStore, twin: SqlStore) -> None:
    """Two processes, ten runs each at the same moment: every unit's week is compiled by one of them."""
    await prepared(store, OFFICER)
    counts = await asyncio.gather(*(send(one, MONDAY) for one in (store, twin) * 10))
    assert sum(counts) == len(world().units)
    assert len(await waiting(store)) == 1


async def test_what_a_clock_that_was_ahead_sent_is_sent_again(store: SqlStore) -> None:
    """Claims that lie in the future are void: set right, each week that is due goes out again, and then once."""
    await prepared(store, OFFICER)
    await send(store, MONDAY + WEEK)
    week_48 = "Tuần 48 (23/11/2026 đến 29/11/2026) · Phường Sa Đéc"
    assert headings(await waiting(store, MONDAY + WEEK)) == [WEEK_47, week_48]
    assert await send(store, MONDAY) == 2  # week 47 of the ward and of the province
    assert await send(store, MONDAY) == 0
    assert await send(store, MONDAY + WEEK) == 0
    assert await runs(store) == ["2026-W47", "2026-W48"]
    await send(store, MONDAY + WEEK * 2)
    assert await runs(store) == ["2026-W47", "2026-W48", "2026-W49"]


class Interrupted(Exception):
    """The process ends in the middle."""


async def test_a_run_that_breaks_off_is_made_up_for(store: SqlStore) -> None:
    """The claim on the week and the messages stand or fall together: what was not sent is sent by the next run."""
    await prepared(store, OFFICER)

    class Ending(dict[str, Traits]):
        """Channels that end the process when the message is about to be written."""

        def __getitem__(self, key: str) -> Traits:
            raise Interrupted

    with pytest.raises(Interrupted):
        await send_due(store, world(), Ending(CHANNELS), MONDAY, DEADLINES)
    assert await runs(store) == []
    await send(store, MONDAY)
    assert headings(await waiting(store)) == [WEEK_47]


# To whom


async def test_every_member_in_a_channel_that_is_on_gets_the_summary(store: SqlStore) -> None:
    """For a messenger it waits, on the web page it is there to be seen; a channel that is off gets nothing."""
    web, off = Membership("webchat", "b1", "sa-dec", "staff"), Membership("zalo", "z1", "sa-dec", "staff")
    other = Membership("telegram", "88", "sa-dec", "admin")
    await prepared(store, OFFICER, web, off, other)
    await send(store, MONDAY)
    assert sorted(outgoing.user for outgoing in await waiting(store)) == ["77", "88"]
    assert headings(await store.history("webchat", "b1")) == [WEEK_47]
    assert await store.history("zalo", "z1") == []


async def test_admins_alone_read_what_citizens_did_not_find(store: SqlStore) -> None:
    """Of the week and the unit, by kind: how often, and the commonest texts."""
    admin, staff = (Membership("telegram", user, "sa-dec", role) for user, role in (("88", "admin"), ("99", "staff")))
    await prepared(store, admin, staff)
    day = datetime.fromisoformat("2026-11-18").date()
    async with store.transaction() as tx:
        asked = [NoteMiss("sa-dec", text) for text in ("nuôi yến", "nuôi yến", "bán\ntrời")]
        await tx.note_misses([*asked, NoteMiss("sa-dec", "1.000 Tên", "name_only"), NoteMiss("khác", "xa")], day)
        await tx.note_misses([NoteMiss("sa-dec", "tuần trước")], day - timedelta(days=7))
    await send(store, MONDAY)
    texts = {outgoing.user: outgoing.reply.text.plain for outgoing in await waiting(store)}
    assert (
        "Người dân hỏi trong tuần, chưa có lời đáp:\n"
        "1. “nuôi yến”: 2 lượt\n"
        "2. “bán trời”: 1 lượt\n"
        "• Thủ tục mới chỉ có tên: 1 lượt (“1.000 Tên” 1)\n"
    ) in texts["88"]
    assert "Người dân hỏi trong tuần" not in texts["99"]


async def test_a_unit_without_staff_is_done_with_too(store: SqlStore) -> None:
    """Nobody to tell: the week counts as compiled, and nothing waits."""
    await prepared(store)
    assert await send(store, MONDAY) == len(world().units)
    assert await runs(store) == ["2026-W47"]
    assert await waiting(store) == []


async def test_members_get_their_own_units_figures(store: SqlStore) -> None:
    """The province's staff read of it with what is below it, and only its admin may go on to the commune."""
    province = [Membership("telegram", user, "dong-thap", role) for user, role in (("88", "admin"), ("99", "staff"))]
    await prepared(store, OFFICER, *province)
    await rate(store, 5, 5, 5, 5, 5, day="2026-11-19")
    await send(store, MONDAY)
    by_user = {outgoing.user: outgoing for outgoing in await waiting(store)}
    assert {user: headings([one])[0].partition(" · ")[2] for user, one in by_user.items()} == {
        "77": "Phường Sa Đéc",
        "88": "Tỉnh Đồng Tháp",
        "99": "Tỉnh Đồng Tháp",
    }
    assert "5 phiếu" in by_user["88"].reply.text.plain
    assert [(button.id, button.label) for button in by_user["88"].reply.buttons] == [
        ("figures:sa-dec:2026-W47", "Phường Sa Đéc"),
        ("mute:weekly", "Ngừng nhận bản tin tuần"),
    ]
    assert [[button.id for button in by_user[user].reply.buttons] for user in ("77", "99")] == [["mute:weekly"]] * 2


async def test_a_unit_that_the_snapshot_does_not_know_yet_waits(store: SqlStore) -> None:
    """Added by another process a moment ago: no error, no claim; the next run knows it."""
    await prepared(store, OFFICER)
    async with store.transaction() as tx:
        await tx.add_unit(Unit("moi", "Xã Mới"), WEDNESDAY)
    assert await send(store, MONDAY) == len(world().units)
    assert await runs(store, "moi") == []


async def test_a_member_who_turned_a_bulletin_off_gets_the_others(store: SqlStore) -> None:
    """No week, but the month; the unit's run is the same."""
    await prepared(store, OFFICER, Membership("telegram", "88", "sa-dec", "staff"))
    async with store.transaction() as tx:
        await tx.mute("telegram", "77", ["weekly"])
    await send(store, MONDAY)
    assert [outgoing.user for outgoing in await waiting(store)] == ["88"]
    first = local("2026-12-01 07:30")
    await send(store, first)
    months = [one.user for one in await waiting(store, first) if "Tháng 11" in headings([one])[0]]
    assert sorted(months) == ["77", "88"]


# What


@pytest.mark.parametrize(
    ("kind", "when", "chart"),
    [
        ("weekly", "2026-11-23 07:30", "levels.png"),
        ("monthly", "2026-12-01 07:30", "trend.png"),
        ("periodic", "2026-12-17 07:30", "trend.png"),
    ],
)
async def test_a_chart_a_word_file_and_a_workbook_come_after_the_text(
    store: SqlStore, kind: Kind, when: str, chart: str
) -> None:
    """Each a message of its own where replies are delivered, with its words; on the chat page under the text."""
    await prepared(store, OFFICER, Membership("webchat", "b1", "sa-dec", "admin"))
    await rate(store, 5, 4, 4, 3, 2, day="2026-11-19")
    now = local(when)
    (period,) = due(kind, WEDNESDAY, now, DEADLINES)
    await send(store, now)
    found = await everything(store, now)
    start = next(n for n, one in enumerate(found) if one.reply.buttons and one.reply.buttons[-1].id == f"mute:{kind}")
    files = [one.reply.files[0] for one in found[start + 1 : start + 4]]
    named = f"sa-dec_{period.name.replace(':', '-')}"
    assert [(file.kind, file.name) for file in files] == [
        ("photo", f"{named}.{chart}"),
        ("document", f"{named}.docx"),
        ("document", f"{named}.xlsx"),
    ]
    assert found[start].reply.files == ()
    assert [file.source.rpartition(":")[2] for file in files] == [chart, "docx", "xlsx"]
    assert all(file.alt for file in files)
    page = [one.reply for one in await store.history("webchat", "b1") if one.reply.buttons[-1].id == f"mute:{kind}"]
    assert [file.name for file in page[0].files] == [file.name for file in files]


async def test_a_reform_report_names_its_deadline(store: SqlStore) -> None:
    """Under the figures of the cut-off, the day by which the province wants it."""
    await prepared(store, OFFICER, since=local("2026-09-01 10:00"))
    await rate(store, 5, 5, 4, day="2026-09-14")
    await rate(store, 1, day="2026-09-15")
    now = local("2026-09-17 07:30")
    await send(store, now)
    (report,) = [one for one in await waiting(store, now) if one.reply.buttons[-1].id == "mute:periodic"]
    lines = report.reply.text.plain.split("\n")
    assert lines[0].startswith("Quý 3/2026 (15/6/2026 đến 14/9/2026), kỳ số liệu báo cáo cải cách hành chính")
    assert lines[1].startswith("3 phiếu")
    assert "trước hoặc trong ngày 20/9/2026" in lines[-3]


async def test_a_unit_that_was_merged_gets_its_last_week_and_no_more(store: SqlStore) -> None:
    """The week in which it was merged is told; those after it are its successor's."""
    await prepared(store, OFFICER, since=WEDNESDAY - WEEK)
    unit = replace(world().units["sa-dec"], valid_to=WEDNESDAY.date(), successor="dong-thap")
    using = replace(world(), units={**world().units, "sa-dec": unit})
    await send(store, MONDAY + 3 * WEEK, using)
    async with store.transaction() as tx:
        weekly = [(unit, period) for unit, period, kind in await tx.runs(WEDNESDAY - WEEK) if kind == "weekly"]
    assert sorted(period for unit, period in weekly if unit == "sa-dec") == ["2026-W46", "2026-W47"]
    assert len([period for unit, period in weekly if unit == "dong-thap"]) == 5


async def test_the_text_names_unit_week_n_and_rate_with_its_rule(store: SqlStore) -> None:
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
        "Kỳ trước 80%; thay đổi −5 điểm phần trăm (khoảng tin cậy 95%: −22,92 đến +13,29): "
        "chưa khác biệt rõ, còn trong sai số.",
        "",
        SAMPLE,
    ]


async def test_mondays_summary_names_screens_that_wait(store: SqlStore) -> None:
    """A tablet that an upgrade left without a pairing is not forgotten."""
    await prepared(store, OFFICER)
    async with store.transaction() as tx:
        await tx.add_counter(world().counters["quay1"])
        await tx.ask_pairing("0" * 64, "quay1", MONDAY)
    await send(store, MONDAY)
    (message,) = await waiting(store)
    assert "1 quầy có màn hình chưa ghép: Quầy 1, Bộ phận Một cửa." in message.reply.text.plain


async def test_only_bulletins_of_the_sample_say_that_they_are(store: SqlStore) -> None:
    """A real unit's text and that of a real unit with the sample below it, which counts the sample's forms."""
    await prepared(store, OFFICER)
    await rate(store, 5, day="2026-11-18")
    real = {code: replace(unit, demo=False) for code, unit in world().units.items()}
    await send(store, MONDAY, replace(world(), units=real))
    (message,) = await waiting(store)
    assert SAMPLE not in message.reply.text.plain
    mixed = replace(world(), units={**real, "sa-dec": world().units["sa-dec"]})
    assert mixed.is_sample("dong-thap", below=True)
    assert not mixed.is_sample("dong-thap", below=False)


@pytest.mark.parametrize(("day", "forms"), [("2026-11-15", 0), ("2026-11-16", 1), ("2026-11-22", 1), ("2026-11-23", 0)])
async def test_the_week_has_its_seven_days(store: SqlStore, day: str, forms: int) -> None:
    """Monday to Sunday count; the Sunday before and the Monday after do not."""
    await prepared(store, OFFICER)
    await rate(store, 4, day=day)
    await send(store, MONDAY)
    (message,) = await waiting(store)
    assert ("1 phiếu" in message.reply.text.plain) == bool(forms)


async def test_a_summary_too_long_for_the_channel_is_cut(store: SqlStore) -> None:
    """Several messages, none longer than the channel takes, the buttons under the last."""
    await prepared(store, Membership("telegram", "88", "dong-thap", "admin"))
    await rate(store, 5, 4, 5, 4, 5, 2, day="2026-11-18")
    await send_due(store, world(), {"telegram": Traits(size=60, pushed=True)}, MONDAY, DEADLINES)
    messages = await waiting(store)
    assert len(messages) > 1
    assert max(len(outgoing.reply.text.plain) for outgoing in messages) <= 60
    assert [bool(outgoing.reply.buttons) for outgoing in messages] == [False] * (len(messages) - 1) + [True]
