"""What is due and overdue: the list, the text that staff read and copy, the morning's message, apologies."""

import asyncio
import io
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from importlib.resources import files

import docx
import pytest

from handlers.channel import Traits
from handlers.world import World
from reports.bulletins.morning_dossiers import send_due_lists
from reports.dossiers import apology_template
from reports.dossiers.apology_letter import apology_letter, apology_name
from reports.dossiers.dossier import Dossier
from reports.dossiers.due_list import IN_CHAT, WAITS, DueList, due_list, due_text
from reports.working_days import working_days_between
from storage.store import SqlStore
from tests.reports.dossier_samples import at, dossier, prepared, some, take
from tests.reports.due_samples import OVERDUE
from tests.reports.plain_dossiers import PlainDossiers
from tests.sample import NOW, world
from tests.storage import conftest as databases

store = databases.store
twin = databases.twin

CHANNELS = {"telegram": Traits(size=4096, pushed=True), "webchat": Traits(size=100_000, remembers=True)}
MORNING = at("2026-11-20 07:45")
UNHANDED = dossier(
    "H20-2", "2026-11-02 08:00", "2026-11-19 23:59:59", "2026-11-18 09:00", handed_at=None, closed_at=None
)
UNCLOSED = dossier("H20-3", "2026-11-02 08:00", "2026-11-27 17:00", "2026-11-18 09:00", closed_at=None, field="")
TODAY = dossier("H20-4", "2026-11-18 08:00", "2026-11-20 15:30", field="Đất đai")
# Tuesday 24/11 is a public holiday: the second working day after Friday is Wednesday.
SOON = dossier("H20-5", "2026-11-18 08:00", "2026-11-25 23:59:59")
LATER = dossier("H20-6", "2026-11-18 08:00", "2026-11-26 00:00:01")
FREE = dossier("H20-7", "2026-11-18 08:00")
DONE = dossier("H20-8", "2026-11-02 08:00", "2026-11-06 17:00", "2026-11-09 08:00")
ALL = (OVERDUE, UNHANDED, UNCLOSED, TODAY, SOON, LATER, FREE, DONE)


async def due(store: SqlStore, now: datetime = NOW, most: int = IN_CHAT, days: int = 2) -> DueList:
    """What is due in Sa Đéc."""
    async with store.reading() as tx:
        return await due_list(tx, "sa-dec", "Phường Sa Đéc", now, days, most)


@pytest.mark.parametrize(
    ("day", "later", "days"),
    [
        ("2026-11-20", "2026-11-20", 0),
        ("2026-11-20", "2026-11-22", 0),
        ("2026-11-20", "2026-11-23", 1),
        ("2026-11-12", "2026-11-20", 6),
        ("2026-11-23", "2026-11-20", 0),
        ("2026-08-31", "2026-09-03", 1),
    ],
)
def test_lateness_is_counted_in_working_days(day: str, later: str, days: int) -> None:
    """Weekends and the National Day are none; the first day is not counted."""
    assert working_days_between(date.fromisoformat(day), date.fromisoformat(later)) == days


async def test_dossiers_wait_for_what_they_lack(store: SqlStore) -> None:
    """Each in its group; what is finished, has no limit, or is due after two working days, in none."""
    await prepared(store)
    await take(store, *ALL)
    found = await due(store)
    assert {kind: [one.dossier for one in listed] for kind, listed in found.first.items()} == {
        "overdue": [OVERDUE],
        "not_handed": [UNHANDED],
        "not_closed": [UNCLOSED],
        "due_soon": [TODAY, SOON],
    }
    assert found.counts["due_soon"] == {"Hộ tịch": 1, "Đất đai": 1}


async def test_the_list_in_words(store: SqlStore) -> None:
    """Codes, procedures, fields, due days with the hour where there is one, how late; apologies; nobody's name."""
    await prepared(store)
    await take(store, *ALL)
    assert due_text(await due(store)).plain == (
        "Hồ sơ đến hạn và quá hạn · Phường Sa Đéc, ngày 20/11/2026\n"
        "\nQuá hạn, chưa có kết quả: 01 hồ sơ (Hộ tịch 1)\n"
        "• H20-1 · Đăng ký khai sinh (Hộ tịch) · hẹn trả 17:00 12/11/2026 · trễ 06 ngày làm việc, chưa có thư xin lỗi\n"
        "\nCó kết quả, quá hạn chưa trả: 01 hồ sơ (Hộ tịch 1)\n"
        "• H20-2 · Hộ tịch · hẹn trả 19/11/2026 · trễ 01 ngày làm việc\n"
        "\nĐã trả giấy, chưa kết thúc trên phần mềm: 01 hồ sơ (Không ghi lĩnh vực 1)\n"
        "• H20-3 · hẹn trả 17:00 27/11/2026\n"
        "\nSắp đến hạn: 02 hồ sơ (Hộ tịch 1, Đất đai 1)\n"
        "• H20-4 · Đất đai · hẹn trả 15:30 20/11/2026 · hôm nay\n"
        "• H20-5 · Hộ tịch · hẹn trả 25/11/2026"
    )
    evening = due_text(await due(store, at("2026-11-20 18:00"))).plain
    assert "• H20-4 · Đất đai · hẹn trả 15:30 20/11/2026 · quá giờ hẹn, chưa có thư xin lỗi" in evening


async def test_an_apology_is_drafted_and_sent_once(store: SqlStore) -> None:
    """Each day stays the first; one may be sent that was never drafted here."""
    await prepared(store)
    await take(store, OVERDUE, replace(OVERDUE, code="H20-9"))
    said = []
    for step in range(3):
        async with store.transaction() as tx:
            if step:
                await tx.note_apologies("sa-dec", ["H20-1"], NOW.date() + timedelta(days=step))
            if step > 1:
                await tx.send_apology("sa-dec", "H20-1", NOW.date())
                await tx.send_apology("sa-dec", "H20-1", NOW.date() + timedelta(days=9))
                await tx.send_apology("sa-dec", "H20-9", NOW.date())
        said.append([line.rpartition(", ")[2] for line in due_text(await due(store)).plain.splitlines()[3:]])
    none, drafted, sent = "chưa có thư xin lỗi", "chưa gửi", "đã gửi thư xin lỗi ngày 20/11/2026"
    assert said == [[none, none], [drafted, none], [sent, sent]]
    first = (await due(store)).first["overdue"][0]
    assert first.drafted_on == NOW.date() + timedelta(days=1)


async def test_a_long_list_is_cut_with_a_count(store: SqlStore) -> None:
    """The longest overdue stay."""
    await prepared(store)
    await take(store, *(replace(OVERDUE, code=f"H{n:04d}") for n in range(1500)))
    lines = due_text(await due(store, most=3)).plain.splitlines()
    assert [line.split(" · ")[0] for line in lines[3:]] == ["• H0000", "• H0001", "• H0002", "… và 1.497 hồ sơ nữa."]


async def test_nothing_due_no_list_and_an_old_list_are_said(store: SqlStore) -> None:
    """Three different things."""
    await prepared(store)
    assert "Chưa nhập danh sách hồ sơ" in due_text(await due(store)).plain
    await take(store, DONE)
    assert due_text(await due(store)).plain.endswith("\nKhông có hồ sơ quá hạn hay sắp đến hạn.")
    old = await due(store, NOW + timedelta(days=8))
    assert old.age == 8
    assert old.stale
    assert "Danh sách hồ sơ đã cũ 8 ngày" in due_text(old).plain
    assert not (await due(store, NOW + timedelta(days=7))).stale


async def test_a_database_finds_what_the_plain_rules_find(store: SqlStore) -> None:
    """Hundreds of dossiers in every state, looked at on several days."""
    made = some(11, 400)
    await prepared(store)
    await take(store, *made)
    plain = PlainDossiers({"sa-dec": (NOW, made)})
    for day in (-20, -3, 0, 9):
        now = NOW + timedelta(days=day)
        found = await due(store, now, 15)
        assert found == await due_list(plain, "sa-dec", "Phường Sa Đéc", now, 2, 15)
        assert not found.is_empty
    assert set(found.counts) <= set(WAITS)


# The morning


async def with_staff(store: SqlStore, *people: tuple[str, str]) -> None:
    """Units with staff in channels."""
    await prepared(store)
    async with store.transaction() as tx:
        for number, (channel, user) in enumerate(people):
            await tx.create_token("invitation", "sa-dec", "staff", f"AAAA{number}", NOW)
            await tx.redeem(f"AAAA{number}", channel, user, NOW - timedelta(days=1))


async def waiting_texts(store: SqlStore, now: datetime) -> list[str]:
    """What waits for delivery by Telegram."""
    async with store.transaction() as tx:
        return [one.reply.text.plain for one in await tx.claim(["telegram"], now)]


async def send(store: SqlStore, now: datetime, using: World | None = None) -> int:
    """Run the job."""
    return await send_due_lists(store, using or world(), CHANNELS, now)


async def test_each_working_morning_staff_get_the_list_once(store: SqlStore, twin: SqlStore) -> None:
    """By whichever process comes first, however often it is asked; the next working day again."""
    await with_staff(store, ("telegram", "77"), ("webchat", "lan"), ("zalo", "x"))
    await take(store, OVERDUE)
    assert sum(await asyncio.gather(*(send(each, MORNING) for each in (store, twin) * 3))) == 1
    (message,) = await waiting_texts(store, MORNING)
    assert message.startswith("Hồ sơ đến hạn và quá hạn · ")
    assert "H20-1" in message
    assert len(await store.history("webchat", "lan")) == 1
    assert await send(store, at("2026-11-20 16:59")) == 0
    assert await send(store, MORNING + timedelta(days=3)) == 1


@pytest.mark.parametrize("moment", ["2026-11-20 07:44:59", "2026-11-20 17:00", "2026-11-21 08:00", "2026-09-02 08:00"])
async def test_nothing_is_sent_out_of_hours(moment: str, store: SqlStore) -> None:
    """Before the hour, in the evening, on a Saturday, on the National Day; and no run is used up."""
    await with_staff(store, ("telegram", "77"))
    await take(store, OVERDUE, now=at(moment) - timedelta(days=1))
    assert await send(store, at(moment)) == 0
    async with store.reading() as tx:
        assert await tx.runs(at(moment) - timedelta(days=30)) == set()


async def test_a_process_that_was_down_in_the_morning_catches_up(store: SqlStore) -> None:
    """At eleven the list is still of use."""
    await with_staff(store, ("telegram", "77"))
    await take(store, OVERDUE)
    assert await send(store, at("2026-11-20 11:00")) == 1


@pytest.mark.parametrize("dossiers", [(), (DONE,), (LATER,)], ids=["no list", "all done", "due later"])
async def test_who_has_nothing_due_is_left_alone(dossiers: Sequence[Dossier], store: SqlStore) -> None:
    """No message says that there is nothing to say."""
    await with_staff(store, ("telegram", "77"))
    if dossiers:
        await take(store, *dossiers)
    assert await send(store, MORNING) == 0
    assert await waiting_texts(store, MORNING) == []


async def test_an_old_list_is_not_shown_and_named_once_a_week(store: SqlStore) -> None:
    """Staff are asked for a new one; after two months nobody is bothered any more."""
    await with_staff(store, ("webchat", "lan"))
    await take(store, OVERDUE)
    days = [at("2026-11-27 08:00") + timedelta(days=n) for n in range(90)]
    sent = {
        day.date().isoformat(): (await store.history("webchat", "lan"))[-1].reply.text.plain
        for day in days
        if await send(store, day)
    }
    assert list(sent)[:3] == ["2026-11-27", "2026-11-30", "2026-12-07"]
    assert "H20-1" in sent["2026-11-27"]
    assert sent["2026-11-30"] == (
        f"{world().units['sa-dec'].name}: danh sách hồ sơ đã cũ 10 ngày nên không gửi hồ sơ đến hạn. "
        "Xin xuất lại từ phần mềm một cửa và nhập.\n\nMẪU THỬ - không dùng để đánh giá thật"
    )
    assert max(sent) == "2027-01-18"


# Apologies


def paragraphs(letter: bytes) -> str:
    """The text of a letter, tables included."""
    document = docx.Document(io.BytesIO(letter))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*cells, *(paragraph.text for paragraph in document.paragraphs)])


def test_a_letter_names_the_dossier_and_leaves_blank_what_is_not_known() -> None:
    """Unit, code, procedure, days; number, date, citizen, reason and the new day are for the clerk."""
    text = paragraphs(apology_letter(OVERDUE, "UBND phường Sa Đéc", "0277 123 456"))
    assert "UBND PHƯỜNG SA ĐÉC" in text
    assert "Kính gửi: Ông/Bà ……" in text
    assert (
        "Ngày 02/11/2026, UBND phường Sa Đéc tiếp nhận hồ sơ mã số H20-1 của Ông/Bà về thủ tục Đăng ký khai sinh; "
        "hẹn trả kết quả ngày 12/11/2026."
    ) in text
    assert "Lý do: ……" in text
    assert "Thời gian hẹn trả kết quả mới: …… giờ ……, ngày …… tháng …… năm ……" in text
    assert "Bộ phận Một cửa (0277 123 456)." in text
    assert "thông cảm./." in text


def test_the_letters_template_is_what_its_script_writes() -> None:
    """Whoever changes the letter runs the script; nobody edits the file by hand."""
    shipped = files("reports.dossiers").joinpath(apology_template.SHIPPED).read_bytes()
    with zipfile.ZipFile(io.BytesIO(apology_template.build())) as built, zipfile.ZipFile(io.BytesIO(shipped)) as kept:
        assert {name: built.read(name) for name in built.namelist()} == {n: kept.read(n) for n in kept.namelist()}


def test_a_letter_is_made_of_the_same_bytes_each_time() -> None:
    """Nothing in it tells when or by whom it was made, and what a spreadsheet holds is text."""
    letter = apology_letter(OVERDUE, "UBND phường Sa Đéc", "")
    assert letter == apology_letter(OVERDUE, "UBND phường Sa Đéc", "")
    with zipfile.ZipFile(io.BytesIO(letter)) as packed:
        assert {part.date_time for part in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    odd = replace(OVERDUE, name="{unit} <w:p/> & {code.__class__}")
    assert "về thủ tục {unit} <w:p/> & {code.__class__};" in paragraphs(apology_letter(odd, "X", ""))


def test_a_file_is_named_after_its_dossier_and_as_a_draft() -> None:
    """No code leaves the folder, and two codes have two names."""
    codes = ["H20.34-261120-0001", "H20/34", "H20-34", "../../etc/passwd", "Hồ sơ số 5", "..", "a" * 100, "A" * 100]
    names = [apology_name(replace(OVERDUE, code=code)) for code in codes]
    assert names[0] == "du-thao-xin-loi_H20.34-261120-0001.docx"
    assert len({name.lower() for name in names}) == len(codes)
    assert [name for name in names if "/" in name or not name.isascii() or len(name) > 120] == []
