"""Files that go with replies: uploads to Telegram one by one, links on the chat page, names in the terminal."""

import asyncio
import io
import zipfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path

import aiohttp
import pytest
import telegram

from bot.app import App
from bot.channels.console import write_reply as in_terminal
from bot.channels.telegram import MAX_CAPTION, MAX_FILE, MAX_PHOTO, write_file
from bot.channels.telegram_wire import TRAITS
from handlers.channel import Traits, pieces
from handlers.messages import Attachment, Reply, Text
from handlers.ports import Chat, Role
from surveys.responses import Response
from tests.bot_api import BotApi, Trouble, message, tap, visible_text
from tests.clock import FAR_OFF
from tests.running import post_update, running, telegram_on, telegram_settings
from tests.web.conftest import Visitor
from web.citizen import chat

LONG = 600.0
WEEK = "2026-W47"
CHART = Attachment("photo", "sa-dec.png", "live:sa-dec:2026-W47:levels.png", "Biểu đồ tuần 47")
TABLE = Attachment("document", "sa-dec.csv", "live:sa-dec:2026-W47:csv", "Bảng số liệu tuần 47")
SHEET = Attachment("document", "sa-dec.xlsx", "live:sa-dec:2026-W47:xlsx", "Phụ lục <tuần> 47 & 48")
SAID = Reply(Text.of("Số liệu tuần 47"), files=(CHART, SHEET, TABLE))


async def employ(app: App, channel: str, user: str, role: Role = "staff", unit: str = "sa-dec") -> None:
    """Make a chat one of a member of staff, with ratings of a week and of today."""
    days = (date.fromisocalendar(2026, 47, 5), app.clock().date())
    given = [
        Response(f"{number}{level}", "sa-dec", "quay1", "nhanh", 1, "0" * 64, "web", day, answers={"overall": level})
        for number, day in enumerate(days)
        for level in range(1, 6)
    ]
    async with app.store.transaction() as tx:
        await tx.create_token("invitation", unit, role, f"CODE{user}", FAR_OFF)
        await tx.redeem(f"CODE{user}", channel, user, app.clock())
        await tx.keep_responses(given)


async def put(app: App, channel: str, user: str, said: Reply = SAID) -> None:
    """Put a reply into the outbox, as a job does, and let the delivery look at once."""
    traits = app.channels[channel]
    async with app.store.transaction() as tx:
        await tx.enqueue(Chat(channel, user), pieces(traits, said), app.clock(), pushed=traits.pushed)
    app.delivery._wake.set()


@asynccontextmanager
async def in_telegram(api: BotApi, folder: Path, *, apart: bool = False) -> AsyncIterator[App]:
    """The application with Telegram on, 77 being staff there; documents are made `apart` as the product makes them."""
    async with running(telegram_settings(folder, api, "webhook"), apart=apart) as app:
        await telegram_on(api)
        await employ(app, "telegram", "77")
        yield app


async def delivered(app: App) -> None:
    """Wait until nothing waits."""
    async with asyncio.timeout(60):
        while await app.store.waiting():  # noqa: ASYNC110 -- rows, not an event
            await asyncio.sleep(0.02)


def kinds(api: BotApi) -> list[tuple[str, str]]:
    """What was uploaded: the method and the file's name."""
    return [(call.method, call.values["file"].name) for call in api.uploads]


THREE = [("sendPhoto", "sa-dec.png"), ("sendDocument", "sa-dec.xlsx"), ("sendDocument", "sa-dec.csv")]


async def test_text_then_files_reach_telegram_in_their_order(api: BotApi, tmp_path: Path) -> None:
    """One message, one photo, two documents, each with its words; python-telegram-bot reads what came of them."""
    async with in_telegram(api, tmp_path, apart=True) as app:
        await put(app, "telegram", "77")
        await api.until(lambda: len(api.uploads) == 3)
        assert [call.method for call in api.calls if "chat_id" in call.values] == [
            "sendMessage",
            "sendPhoto",
            "sendDocument",
            "sendDocument",
        ]
        assert kinds(api) == THREE
        assert [call.values["caption"] for call in api.uploads] == [file.alt for file in SAID.files]
        photo, sheet, table = (call.values["file"].content for call in api.uploads)
        assert photo.startswith(b"\x89PNG")
        assert "xl/workbook.xml" in zipfile.ZipFile(io.BytesIO(sheet)).namelist()
        assert "2026-W47" in table.decode("utf-8-sig")
        for call in api.uploads:
            parsed = telegram.InputFile(call.values["file"].content, filename=call.values["file"].name)
            assert parsed.mimetype in ("image/png", "text/csv") or "spreadsheetml" in parsed.mimetype
            assert len(call.values["caption"]) <= telegram.constants.MessageLimit.CAPTION_LENGTH
        await delivered(app)


@pytest.mark.parametrize(
    "trouble",
    [Trouble(status=500), Trouble(drop_before=True), Trouble(garbage=True), Trouble(status=429, retry_after=1)],
    ids=["500", "dropped", "garbage", "429"],
)
async def test_a_failed_upload_is_tried_again_alone(trouble: Trouble, api: BotApi, tmp_path: Path) -> None:
    """The second file fails twice: it comes in its place, nothing before it comes again."""
    async with in_telegram(api, tmp_path) as app:
        api.trouble["sendDocument"].extend([trouble, trouble])
        await put(app, "telegram", "77")
        await api.until(lambda: len(api.uploads) == 3)
        assert kinds(api) == THREE
        assert len(api.sent_to(77)) == 1
        await delivered(app)


async def test_a_restart_between_two_files_loses_none(api: BotApi, tmp_path: Path) -> None:
    """Text and photo arrive, then the process ends; the next one sends the documents and nothing else."""
    async with in_telegram(api, tmp_path) as app:
        app.delivery._first_pause = LONG
        api.trouble["sendDocument"].extend([Trouble(status=502)] * 50)
        await put(app, "telegram", "77")
        await api.until(lambda: api.refused >= 1)
        assert kinds(api) == THREE[:1]
    api.trouble["sendDocument"].clear()
    async with running(app.settings):
        await api.until(lambda: len(api.uploads) == 3)
    assert kinds(api) == THREE
    assert len(api.sent_to(77)) == 1


async def test_a_file_that_cannot_be_had_is_told_in_words_and_holds_up_nothing(api: BotApi, tmp_path: Path) -> None:
    """Of another unit, of a statement that is not there, of an unknown kind: what it says, and where else to look."""
    bad = [
        Attachment("document", "a.csv", source, f"Tệp {number}")
        for number, source in enumerate(
            ("live:dong-thap:2026-W47:csv", "statement:999:csv", "live:sa-dec:2026-W47:exe", "/etc/passwd", ""), 1
        )
    ]
    async with in_telegram(api, tmp_path) as app:
        await put(app, "telegram", "77", Reply(Text.of("Tệp"), files=(*bad, TABLE)))
        await api.until(lambda: len(api.uploads) == 1)
        messages = [visible_text(call.text).split("\n") for call in api.sent_to(77)[1:]]
        assert [lines[0] for lines in messages] == [file.alt for file in bad]
        assert all("/dangnhap" in lines[-1] for lines in messages)
        await delivered(app)


async def test_staff_ask_for_a_document_by_a_button(api: BotApi, tmp_path: Path) -> None:
    """The button under the figures brings the file, with the moment its figures are of where the period goes on."""
    async with in_telegram(api, tmp_path) as app:
        await post_update(app, message(1, 77, f"/baocao {WEEK}"))
        await api.until(lambda: len(api.sent_to(77)) == 1)
        ids = {button["text"]: button["callback_data"] for button in api.sent_to(77)[0].buttons}
        await post_update(app, tap(2, 77, ids["Tải Excel"]))
        await api.until(lambda: len(api.uploads) == 1)
        assert kinds(api) == [("sendDocument", f"sa-dec_{WEEK}.xlsx")]
        await post_update(app, tap(3, 77, f"get:csv:sa-dec:{app.clock().year}"))
        await api.until(lambda: len(api.uploads) == 2)
        words = (api.sent_to(77)[-1].text, api.uploads[-1].values["caption"])
        assert ["tạm tính đến" in said for said in words] == [True, True]
        await post_update(app, tap(4, 78, ids["Tải Excel"]))
        await api.until(lambda: bool(api.sent_to(78)))
        await delivered(app)
        assert [call.values["chat_id"] for call in api.uploads] == [77, 77]


def test_a_file_is_cut_to_what_telegram_takes() -> None:
    """A photo over 10 MB goes as a document, a file over 50 MB not at all; a long caption is cut at 1,024 units."""
    png = b"\x89PNG\r\n\x1a\n"
    small = write_file("77", CHART, png)
    large = write_file("77", CHART, png + b"0" * MAX_PHOTO)
    assert [type(call).__name__ for call in (small, large)] == ["SendPhoto", "SendDocument"]
    assert write_file("77", TABLE, b"0" * (MAX_FILE + 1)) is None
    for letter in ("ố ", "😄 "):
        long = write_file("77", Attachment("document", "a.csv", "", letter * 1500), b"x")
        assert long is not None
        assert long.caption is not None
        assert 0 < len(long.caption.encode("utf-16-le")) // 2 <= MAX_CAPTION
    assert telegram.constants.FileSizeLimit.PHOTOSIZE_UPLOAD == MAX_PHOTO
    assert telegram.constants.FileSizeLimit.FILESIZE_UPLOAD == MAX_FILE


# The chat page


@asynccontextmanager
async def on_the_page(folder: Path, api: BotApi) -> AsyncIterator[tuple[App, Visitor, str]]:
    """The application, a browser on its chat page that is staff, and who it is there."""
    settings = telegram_settings(folder, api, "webhook")
    async with running(settings) as app, aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as client:
        visitor = Visitor(client, settings.address)
        await visitor.get("/")
        await visitor.post("/chat", {"text": "xin chào"})
        async with app.store.engine.connect() as connection:
            found = await connection.exec_driver_sql("SELECT person FROM session WHERE channel = 'webchat'")
            user = str(found.scalar_one())
        await employ(app, chat.CHANNEL, user)
        await put(app, chat.CHANNEL, user)
        yield app, visitor, user


async def test_the_chat_page_shows_the_picture_and_links_to_the_documents(api: BotApi, tmp_path: Path) -> None:
    """Under their message: an image with its words, and links with the files' names, that bring the bytes."""
    async with on_the_page(tmp_path, api) as (_, visitor, _user):
        last = (await visitor.get("/")).page.all("li", class_="theirs")[-1]
        image = last.one("img")
        assert image["alt"] == CHART.alt
        links = [anchor for anchor in last.all("a") if "download" in anchor.attributes]
        assert [anchor["download"] for anchor in links] == ["sa-dec.xlsx", "sa-dec.csv"]
        got = [
            await visitor.client.get(visitor.address + address)
            for address in [image["src"], *(a["href"] for a in links)]
        ]
        assert [response.status for response in got] == [200] * 3
        assert [response.content_type for response in got] == [
            "image/png",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "text/csv",
        ]
        assert got[1].headers["Content-Disposition"] == 'attachment; filename="sa-dec.xlsx"'
        assert (await got[0].read()).startswith(b"\x89PNG")


async def test_a_file_is_for_its_own_chat_alone(api: BotApi, tmp_path: Path) -> None:
    """Another browser, a line without files, numbers that are none: not found. Nor for who left the staff."""
    async with on_the_page(tmp_path, api) as (app, visitor, user):
        address = (await visitor.get("/")).page.all("li", class_="theirs")[-1].one("img")["src"]
        message, number = address.split("/")[-2:]
        async with aiohttp.ClientSession() as stranger:
            assert (await stranger.get(visitor.address + address)).status == 404
        wrong = [
            f"{message}/3",
            f"{int(message) - 1}/{number}",
            f"{message}/99999999999999999999",
            f"{'9' * 40}/0",
            "a/b",
        ]
        for path in wrong:
            assert (await visitor.client.get(f"{visitor.address}/chat/files/{path}")).status == 404
        async with app.store.transaction() as tx:
            await tx.leave(chat.CHANNEL, user)
        assert (await visitor.client.get(visitor.address + address)).status == 404


# Other channels


def test_the_terminal_names_files_and_says_what_they_show() -> None:
    """Nothing is saved; the words stand there."""
    assert in_terminal(SAID).split("\n")[1:] == [f"[{file.name}] {file.alt}" for file in SAID.files]


def test_a_channel_without_files_says_what_there_is_and_where() -> None:
    """The words of each file under the text, and one link with their names."""
    (piece,) = pieces(Traits(size=2000, pushed=True, files_at="https://motcua.example.vn/staff"), SAID)
    assert piece.text.plain.split("\n") == ["Số liệu tuần 47", *(file.alt for file in SAID.files)]
    assert piece.links == (("sa-dec.png, sa-dec.xlsx, sa-dec.csv", "https://motcua.example.vn/staff"),)
    assert piece.files == ()


def test_files_stand_apart_where_replies_are_delivered() -> None:
    """Text in its pieces with the buttons under the last, then each file alone; fetched replies stay whole."""
    assert [(bool(piece.text), piece.files) for piece in pieces(TRAITS, SAID)] == [
        (True, ()),
        *((False, (file,)) for file in SAID.files),
    ]
    assert pieces(chat.TRAITS, SAID) == [SAID]
    assert [Reply.from_json(piece.to_json()) for piece in pieces(TRAITS, SAID)] == pieces(TRAITS, SAID)
