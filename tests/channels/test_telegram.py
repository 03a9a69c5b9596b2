"""Telegram by polling and by webhook against an emulated Bot API, with everything that goes wrong there."""

import asyncio
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import telegram

from bot.app import App
from tests.bot_api import BOT, BotApi, Trouble, labels, message, tap, visible_text
from tests.channels.conftest import Line, at_rest
from tests.running import post_update, running, telegram_on, telegram_settings


async def settled(app: App, api: BotApi, count: int) -> None:
    """Wait for so many messages, and until there is no more to come: not one too many."""
    await api.until(lambda: len(api.sent) >= count)
    await at_rest(app, api)
    assert len(api.sent) == count


async def test_a_citizen_asks_and_gets_one_answer(line: Line) -> None:
    """Greeting, question, button: one reply each, in order, and the press is answered."""
    api = line.api
    await line.bring(message(1, 77, "/start"))
    await settled(line.app, api, 1)
    assert "trợ lý tự động" in api.sent[0].text
    await line.bring(message(2, 77, "dang ky khai sinh can gi"))
    await settled(line.app, api, 2)
    assert visible_text(api.sent[1].text).startswith("Khai sinh cho trẻ mới sinh · giấy tờ")
    fee = next(button for button in api.sent[1].buttons if button["text"] == "Lệ phí")
    await line.bring(tap(3, 77, fee["callback_data"]))
    await settled(line.app, api, 3)
    assert visible_text(api.sent[2].text).startswith("Khai sinh cho trẻ mới sinh · lệ phí")
    await api.until(lambda: any(call.method == "answerCallbackQuery" for call in api.calls))


async def test_a_code_scanned_at_the_counter_leads_through_the_survey(line: Line) -> None:
    """The deep link starts the survey of its counter, and its answers are stored as given."""
    api, chat = line.api, 501
    await line.bring(message(1, chat, "/start k_quay1"))
    await settled(line.app, api, 1)
    for number, wanted in ((2, "Đồng ý, bắt đầu"), (3, "😄 5 Rất hài lòng"), (4, "Gửi luôn")):
        button = next(button for button in api.sent[-1].buttons if button["text"] == wanted)
        await line.bring(tap(number, chat, button["callback_data"]))
        await settled(line.app, api, number)
    assert "Đã ghi nhận" in api.sent[-1].text
    async with line.app.store.reading() as tx:
        today = line.app.clock().date()
        tallies, forms = await tx.tallies(["sa-dec"], today, today)
    assert [(t.counter, t.source, t.question, t.level, t.count) for t in tallies] == [
        ("quay1", "telegram", "overall", 5, 1)
    ]
    assert [form.count for form in forms] == [1]


async def test_an_old_button_cannot_answer_a_finished_survey(line: Line) -> None:
    """A late tap on the level buttons of a finished survey changes nothing and says so."""
    api, chat = line.api, 502
    await line.bring(message(1, chat, "/start k_quay1"))
    await settled(line.app, api, 1)
    await line.bring(tap(2, chat, api.sent[0].buttons[0]["callback_data"]))
    await settled(line.app, api, 2)
    levels = api.sent[1].buttons
    await line.bring(tap(3, chat, levels[4]["callback_data"]))
    await settled(line.app, api, 3)
    send = next(button for button in api.sent[2].buttons if button["text"] == "Gửi luôn")
    await line.bring(tap(4, chat, send["callback_data"]))
    await settled(line.app, api, 4)
    await line.bring(tap(5, chat, levels[0]["callback_data"]))
    await settled(line.app, api, 5)
    assert "đã gửi rồi" in api.sent[4].text
    async with line.app.store.reading() as tx:
        today = line.app.clock().date()
        tallies, _ = await tx.tallies(["sa-dec"], today, today)
    assert [t.level for t in tallies] == [5]


ODD: dict[str, tuple[dict[str, Any], int]] = {
    "a photo": (message(1, 9, photo=[{"file_id": "a", "file_unique_id": "b", "width": 1, "height": 1}]), 1),
    "a photo with a caption": (
        message(1, 9, photo=[{"file_id": "a", "file_unique_id": "b", "width": 1, "height": 1}], caption="giấy này"),
        1,
    ),
    "a sticker": (
        message(
            1,
            9,
            sticker={
                "file_id": "a",
                "file_unique_id": "b",
                "type": "regular",
                "width": 1,
                "height": 1,
                "is_animated": False,
                "is_video": False,
            },
        ),
        1,
    ),
    "a voice message": (message(1, 9, voice={"file_id": "a", "file_unique_id": "b", "duration": 3}), 1),
    "a place": (message(1, 9, location={"latitude": 10.0, "longitude": 105.0}), 1),
    "a telephone number": (message(1, 9, contact={"phone_number": "+84900000000", "first_name": "Lan"}), 1),
    "somebody joins": (
        message(
            1,
            9,
            new_chat_members=[{"id": 5, "is_bot": False, "first_name": "Tư"}],
            chat={"id": -100, "type": "group", "title": "x"},
        ),
        0,
    ),
    "a pinned message": (
        message(1, 9, pinned_message={"message_id": 1, "date": 0, "chat": {"id": 9, "type": "private"}}),
        0,
    ),
    "a channel post": (
        {
            "update_id": 1,
            "channel_post": {
                "message_id": 1,
                "date": 1,
                "chat": {"id": -5, "type": "channel", "title": "x"},
                "text": "khai sinh",
            },
        },
        0,
    ),
    "chat in a group": (message(1, 9, "khai sinh ở đâu", chat={"id": -100, "type": "group", "title": "x"}), 0),
    "a command in a group": (
        message(1, 9, "/start@motcua_test_bot", chat={"id": -100, "type": "group", "title": "x"}),
        1,
    ),
    "a command to another bot": (
        message(1, 9, "/start@other_bot", chat={"id": -100, "type": "group", "title": "x"}),
        0,
    ),
    "another bot": (message(1, 9, "hello", **{"from": {"id": 8, "is_bot": True, "first_name": "B"}}), 0),
    "an update of a kind to come": ({"update_id": 1, "brain_wave": {"id": 1}}, 0),
    "unknown fields": (message(1, 9, "đăng ký khai sinh", hologram={"depth": 3}, effect_level=9), 1),
    "a message without a date": (
        {"update_id": 1, "message": {"message_id": 1, "chat": {"id": 9, "type": "private"}}},
        0,
    ),
    "an unknown button": (tap(1, 9, "something:else:entirely"), 1),
    "a button of an inaccessible message": (
        tap(1, 9, "p:1.001193:fee", message={"message_id": 1, "date": 0, "chat": {"id": 9, "type": "private"}}),
        1,
    ),
    "a button without its message": (
        {
            "update_id": 1,
            "callback_query": {
                "id": "1",
                "from": {"id": 9, "is_bot": False, "first_name": "Lan"},
                "chat_instance": "1",
                "data": "help",
            },
        },
        1,
    ),
    "an edited question": (
        {
            "update_id": 1,
            "edited_message": {**message(1, 9, "đăng ký khai sinh")["message"], "edit_date": 1_790_000_001},
        },
        1,
    ),
    "an empty start payload": (message(1, 9, "/start "), 1),
    "a start payload of nobody": (message(1, 9, "/start zzz"), 1),
    "an unknown counter": (message(1, 9, "/start k_khongco"), 1),
    "signs of markup": (message(1, 9, "<b>đăng ký</i> & khai sinh </b>"), 1),
    "a part that the library does not know yet": (
        message(1, 9, "khai sinh", forward_origin={"type": "brand_new_origin", "date": 1}),
        1,
    ),
    "a question under a picture": (
        message(1, 9, photo=[{"file_id": "a", "file_unique_id": "b", "width": 1, "height": 1}], caption="khai sinh"),
        1,
    ),
    "a login asked for in a group": (
        message(1, 9, "/dangnhap", chat={"id": -100, "type": "group", "title": "x"}),
        1,
    ),
    "only spaces": (message(1, 9, "   "), 1),
    "4,096 characters": (message(1, 9, "x" * 4096), 1),
}


@pytest.mark.parametrize("case", ODD)
async def test_odd_updates_get_their_one_answer_or_none(case: str, line: Line) -> None:
    """Every update is read by python-telegram-bot too, answered at most once, and the next one still works."""
    update, expected = ODD[case]
    if case not in ("a message without a date", "a part that the library does not know yet"):
        assert telegram.Update.de_json(dict(update), None).update_id == 1
    await line.bring(update)
    await line.bring(message(2, 10, "/help"))
    await settled(line.app, line.api, expected + 1)
    assert len(line.api.sent_to(10)) == 1


async def test_an_update_without_a_number_ends_nothing(api: BotApi, tmp_path: Path) -> None:
    """A Bot API server of somebody else sends nonsense: the next update is answered all the same."""
    async with running(telegram_settings(tmp_path, api, "polling")) as app:
        await telegram_on(api)
        api.queue({"update_id": 1, "message": {"chat": "nonsense"}}, message(2, 9, "/help"))
        await settled(app, api, 1)


async def test_an_album_gets_one_answer(line: Line) -> None:
    """Three pictures sent together are three updates and one message."""
    picture = [{"file_id": "a", "file_unique_id": "b", "width": 1, "height": 1}]
    await line.bring(*(message(n, 9, photo=picture, media_group_id="77") for n in (1, 2, 3)))
    await settled(line.app, line.api, 1)


async def test_repeated_and_reordered_updates_are_answered_once(line: Line) -> None:
    """The same update four times and others out of order: one reply to each."""
    updates = [message(n, 100 + n, "đăng ký khai sinh") for n in range(1, 7)]
    await line.bring(*updates[::-1], *updates, updates[2], updates[2])
    await settled(line.app, line.api, 6)
    assert sorted(call.values["chat_id"] for call in line.api.sent) == [101, 102, 103, 104, 105, 106]


async def test_429_is_waited_out_and_the_reply_arrives_once(line: Line) -> None:
    """retry_after is honoured."""
    line.api.trouble["sendMessage"].append(Trouble(status=429, retry_after=1))
    started = asyncio.get_running_loop().time()
    await line.bring(message(1, 77, "/help"))
    await settled(line.app, line.api, 1)
    assert asyncio.get_running_loop().time() - started >= 1


@pytest.mark.parametrize(
    "trouble",
    [Trouble(status=500), Trouble(drop_before=True), Trouble(garbage=True)],
    ids=["500", "dropped", "garbage"],
)
async def test_a_failed_send_is_tried_again_until_it_works(trouble: Trouble, line: Line) -> None:
    """Two failures in a row, then success: nothing is lost and nothing is double."""
    line.api.trouble["sendMessage"].extend([trouble, trouble])
    await line.bring(message(1, 77, "/help"))
    await settled(line.app, line.api, 1)


async def test_a_person_who_blocked_the_bot_holds_up_nobody(line: Line) -> None:
    """403 ends the attempts for that message alone."""
    line.api.trouble["sendMessage"].append(Trouble(status=403))
    await line.bring(message(1, 77, "/help"))
    await line.api.until(lambda: line.api.refused == 1)
    await line.bring(message(2, 78, "/help"), message(3, 77, "/help"))
    await settled(line.app, line.api, 2)


async def test_one_slow_chat_does_not_hold_up_another(line: Line) -> None:
    """A send that takes as long as it likes leaves the next citizen's answer alone."""
    line.api.held_chats[77] = asyncio.Event()
    await line.bring(message(1, 77, "/help"), message(2, 78, "/help"))
    await line.api.until(lambda: bool(line.api.sent_to(78)))
    assert line.api.sent_to(77) == []
    line.api.held_chats[77].set()
    await settled(line.app, line.api, 2)


async def test_replies_to_one_chat_keep_their_order(line: Line) -> None:
    """Five questions at once are answered in their order, also when the first send fails."""
    line.api.trouble["sendMessage"].append(Trouble(status=500))
    wanted = ["fields", "/help", "/start", "gặp cán bộ", "/english"]
    await line.bring(*(message(n, 77, text) for n, text in enumerate(wanted, 1)))
    await settled(line.app, line.api, 5)
    first_words = [visible_text(call.text).split()[0] for call in line.api.sent]
    assert first_words[1:] == ["Tôi", "Xin", "Gặp", "I"]


async def test_every_call_is_read_by_python_telegram_bot(line: Line) -> None:
    """An independent reading of the Bot API finds our keyboards and texts in order."""
    await line.bring(message(1, 77, "/start"), message(2, 77, "xem theo lĩnh vực"), message(3, 77, "/start k_quay1"))
    await settled(line.app, line.api, 3)
    for call in line.api.sent:
        keyboard = telegram.InlineKeyboardMarkup.de_json(call.values["reply_markup"], None)
        assert [[button.text for button in row] for row in keyboard.inline_keyboard] != []
        assert call.values["parse_mode"] == telegram.constants.ParseMode.HTML
        assert len(call.text) <= telegram.constants.MessageLimit.MAX_TEXT_LENGTH
    assert labels(line.api.sent)[0][0] == "Hỏi thủ tục"


async def test_the_webhook_wants_its_secret(api: BotApi, tmp_path: Path) -> None:
    """Without the header, with a wrong one or an empty one nothing is read."""
    async with running(telegram_settings(tmp_path, api, "webhook")) as app:
        await telegram_on(api)
        for secret in ("", "wrong", "webhook-secret-and-more"):
            assert await post_update(app, message(1, 77, "/help"), secret) == 401
        async with aiohttp.ClientSession() as client:
            address = f"{app.settings.address}/telegram/webhook"
            assert (await client.post(address, json=message(1, 77, "/help"))).status == 401
        await at_rest(app, api)
        assert api.sent == []


async def test_the_webhook_refuses_what_is_not_an_update(api: BotApi, tmp_path: Path) -> None:
    """Bad JSON and JSON of another shape are refused; an update that cannot be understood is taken and logged."""
    async with running(telegram_settings(tmp_path, api, "webhook")) as app:
        await telegram_on(api)
        async with aiohttp.ClientSession(headers={"X-Telegram-Bot-Api-Secret-Token": "webhook-secret"}) as client:
            address = f"{app.settings.address}/telegram/webhook"
            assert (await client.post(address, data=b"{")).status == 400
            assert (await client.post(address, json=[1, 2])).status == 400
            assert (await client.post(address, json={})).status == 200
            assert (await client.post(address, data=b"x" * 1_000_000)).status == 413


async def test_the_webhook_is_registered_with_its_secret(api: BotApi, tmp_path: Path) -> None:
    """Telegram is told the address, the secret and which updates to send."""
    async with running(telegram_settings(tmp_path, api, "webhook")) as app:
        await api.until(lambda: bool(api.webhook))
        assert api.webhook["url"] == f"{app.settings.address}/telegram/webhook"
        assert api.webhook["secret_token"] == "webhook-secret"
        assert api.webhook["allowed_updates"] == ["message", "edited_message", "callback_query"]


async def test_a_reply_may_travel_in_the_webhooks_response(api: BotApi, tmp_path: Path) -> None:
    """With TELEGRAM_REPLY_IN_RESPONSE the reply comes back at once, and is not sent a second time."""
    async with running(telegram_settings(tmp_path, api, "webhook", telegram_reply_in_response=True)) as app:
        await telegram_on(api)
        headers = {"X-Telegram-Bot-Api-Secret-Token": "webhook-secret"}
        async with aiohttp.ClientSession(headers=headers) as client:
            address = f"{app.settings.address}/telegram/webhook"
            async with client.post(address, json=message(1, 77, "/help")) as response:
                body = await response.json()
            assert body["method"] == "sendMessage"
            assert body["chat_id"] == 77
            async with client.post(address, json=message(1, 77, "/help")) as response:
                assert await response.read() == b""
        await at_rest(app, api)
        assert api.sent == []


async def test_replies_committed_before_a_restart_are_delivered_after_it(api: BotApi, tmp_path: Path) -> None:
    """The Bot API is down while the answer is committed; after a restart it arrives once."""
    settings = telegram_settings(tmp_path, api, "webhook")
    api.trouble["sendMessage"].extend([Trouble(status=502)] * 50)
    async with running(settings) as app:
        await telegram_on(api)
        app.delivery._first_pause = 600.0
        assert await post_update(app, message(1, 77, "/help")) == 200
        await api.until(lambda: api.refused >= 1)
    api.trouble["sendMessage"].clear()
    async with running(settings):
        await settled(app, api, 1)


async def test_an_unreachable_bot_api_does_not_stop_the_pages(tmp_path: Path) -> None:
    """The web answers while Telegram is out of reach."""
    api = await BotApi().start()
    settings = telegram_settings(tmp_path, api, "polling")
    await api.stop()
    async with running(settings) as app, aiohttp.ClientSession() as client:
        assert (await client.get(f"{app.settings.address}/healthz")).status == 200


def test_the_bot_is_nobody_else() -> None:
    """The emulated bot's record is one that python-telegram-bot accepts."""
    assert telegram.User.de_json(dict(BOT), None).username == "motcua_test_bot"
