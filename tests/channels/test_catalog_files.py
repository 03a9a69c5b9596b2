"""A catalog file sent in Telegram: received, shown, confirmed once, and citizens are answered from it."""

from datetime import timedelta
from pathlib import Path

from bot.app import App
from handlers.ports import Role
from tests.bot_api import BotApi, Trouble, message, sent_document, tap, visible_text
from tests.catalog.books import workbook
from tests.catalog.preview.files import HEADER
from tests.channels.conftest import Line
from tests.clock import FAR_OFF

FILE = "phu-luc.xlsx"
NAME = "Đăng ký nuôi chim yến trong khu dân cư"
ADMIN, OFFICER, CITIZEN = 77, 78, 79


async def employ(app: App, person: int, role: Role) -> None:
    """Make a chat one of a member of staff of the province."""
    async with app.store.transaction() as tx:
        await tx.create_token("invitation", "dong-thap", role, f"CODE{person}", FAR_OFF)
        await tx.redeem(f"CODE{person}", "telegram", str(person), app.clock())


async def message_text(api: BotApi, person: int, count: int) -> str:
    """The last words to a chat once it got so many messages."""
    await api.until(lambda: len(api.sent_to(person)) >= count)
    return visible_text(api.sent_to(person)[count - 1].text)


async def test_an_admin_sends_a_file_and_citizens_are_answered_from_it(line: Line, tmp_path: Path) -> None:
    """At once that it came, then what it would change; nothing changes before the button; the button works once."""
    app, api = line.app, line.api
    rows = [[1, "1.900001", NAME, "3 ngày làm việc", "Không"], [2, 1.00361, "Hai", "", ""]]
    api.files[FILE] = workbook(tmp_path / FILE, {"PL": [HEADER, *rows]}).read_bytes()
    await employ(app, ADMIN, "admin")
    await line.bring(sent_document(1, ADMIN, FILE, len(api.files[FILE]), "Phụ lục"))
    assert await message_text(api, ADMIN, 1) == (
        f"Đã nhận {FILE}, đang đọc. Đọc xong tôi gửi bản xem trước; chưa có gì thay đổi."
    )
    shown = await message_text(api, ADMIN, 2)
    assert "1 mới" in shown
    assert "1 cần xem lại" in shown
    assert "1.00361" in shown
    ids = {button["text"]: button.get("callback_data", "") for button in api.sent_to(ADMIN)[1].buttons}
    await app.live.refresh()
    assert "1.900001" not in app.live().catalog("sa-dec")
    await line.bring(tap(2, ADMIN, ids["Xác nhận"]))
    assert "1 thủ tục mới" in await message_text(api, ADMIN, 3)
    await line.bring(tap(3, ADMIN, ids["Xác nhận"]))
    assert "đã được xác nhận rồi" in await message_text(api, ADMIN, 4)
    await app.live.refresh()
    await line.bring(message(4, CITIZEN, NAME))
    assert "3 ngày làm việc" in await message_text(api, CITIZEN, 1)
    async with app.store.reading() as tx:
        (version, *_) = await tx.versions("", 9)
    assert (version.channel, version.person, version.by_unit) == ("telegram", str(ADMIN), "dong-thap")


async def test_others_are_told_kindly_and_bad_files_in_a_sentence(line: Line) -> None:
    """Citizens, staff without the right, a kind that is not read, a file that Telegram does not give, a broken one."""
    app, api = line.app, line.api
    await employ(app, ADMIN, "admin")
    await employ(app, OFFICER, "staff")
    await line.bring(sent_document(1, CITIZEN, FILE, 10))
    assert "Tôi chỉ đọc được chữ" in await message_text(api, CITIZEN, 1)
    await line.bring(sent_document(2, OFFICER, FILE, 10))
    assert "người quản trị" in await message_text(api, OFFICER, 1)
    await line.bring(sent_document(3, ADMIN, "virus.exe", 10))
    assert "tôi nhận tệp .xlsx" in await message_text(api, ADMIN, 1)
    await line.bring(sent_document(4, ADMIN, FILE, 30_000_000))
    assert "lớn hơn 20 MB" in await message_text(api, ADMIN, 2)
    api.trouble["getFile"].append(Trouble(status=400, reason="wrong file_id"))
    await line.bring(sent_document(5, ADMIN, FILE, 10))
    assert "Không tải được tệp từ Telegram" in await message_text(api, ADMIN, 4)
    assert [button["text"] for button in api.sent_to(ADMIN)[3].buttons] == ["Mở trang cán bộ"]
    api.files[FILE] = b"PK\x03\x04 broken"
    await line.bring(sent_document(6, ADMIN, FILE, 10))
    assert "Không đọc được tệp" in await message_text(api, ADMIN, 6)
    async with app.store.reading() as tx:
        assert await tx.versions("", 9, 2) == await tx.versions("", 9)
        assert await tx.pending("", app.clock() + timedelta(days=1, minutes=1)) is None
