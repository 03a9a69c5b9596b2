"""Telegram's groups against an emulated Bot API: topics, anonymous admins, supergroups, and who is spoken to."""

from datetime import timedelta
from typing import Any

import pytest

from bot.channels.telegram import ALLOWED
from bot.channels.telegram_wire import NotUnderstood, read_move, read_update
from handlers.messages import Incoming
from handlers.wording import say
from tests.bot_api import BOT, Call, Trouble, message, tap
from tests.channels.conftest import Line

GROUP = {"id": -9000002, "type": "group", "title": "Tổ một cửa"}
FORUM = {"id": -1009000001, "type": "supergroup", "title": "Tổ một cửa", "is_forum": True}
ANONYMOUS = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
PERSON = {"id": 7001, "is_bot": False, "first_name": "Lan"}
PHOTO = [{"file_id": "a", "file_unique_id": "b", "width": 1, "height": 1}]
NOTICE = {"text": "Trả lời", "callback_data": "answer:12"}
NEWER = {"reply_markup": {"inline_keyboard": "a shape to come"}}


def read(update: dict[str, Any]) -> Incoming | None:
    """What the channel makes of an update."""
    return read_update(update, "motcua_test_bot", 4200)


def ours(**more: Any) -> dict[str, Any]:
    """A message of the bot's own in the group."""
    return {"message_id": 5, "date": 1, "chat": GROUP, "from": BOT, "text": "x", **more}


HEARD: dict[str, tuple[dict[str, Any], Incoming]] = {
    "a command": (
        message(1, 7001, "/DangNhap", chat=GROUP),
        Incoming("telegram", "-9000002", "1", "/DangNhap", sender="7001", shared=True),
    ),
    "a command with the bot's name": (
        message(1, 7001, "/dangnhap@MOTCUA_test_bot\nnhé", chat=GROUP),
        Incoming("telegram", "-9000002", "1", "/dangnhap@MOTCUA_test_bot\nnhé", sender="7001", shared=True),
    ),
    "a start in capitals": (
        message(1, 7001, "/START@motcua_test_bot i_ABCDE", chat=GROUP),
        Incoming("telegram", "-9000002", "1", "i_ABCDE", "start", sender="7001", shared=True),
    ),
    "a reply to the bot": (
        message(1, 7001, "2", chat=GROUP, reply_to_message=ours()),
        Incoming("telegram", "-9000002", "1", "2", sender="7001", shared=True),
    ),
    "a reply to a notice of the bot's, whose buttons say what it answers": (
        message(1, 7001, "Được.", reply_to_message=ours(reply_markup={"inline_keyboard": [[NOTICE]]})),
        Incoming("telegram", "7001", "1", "Được.", quoted=("answer:12",)),
    ),
    "a reply to such a notice by another bot": (
        message(
            1, 7001, "Được.", reply_to_message=ours(**{"from": ANONYMOUS}, reply_markup={"inline_keyboard": [[NOTICE]]})
        ),
        Incoming("telegram", "7001", "1", "Được."),
    ),
    "a caption": (
        message(1, 7001, caption="/trogiup", photo=PHOTO, chat=GROUP),
        Incoming("telegram", "-9000002", "1", "/trogiup", sender="7001", shared=True),
    ),
    "an edited command": (
        {"update_id": 1, "edited_message": message(1, 7001, "/dangnhap", chat=GROUP, edit_date=2)["message"]},
        Incoming("telegram", "-9000002", "1", "/dangnhap", "edited", sender="7001", shared=True),
    ),
    "in a topic": (
        message(1, 7001, "/trogiup", chat=FORUM, message_thread_id=42, is_topic_message=True),
        Incoming("telegram", "-1009000001", "1", "/trogiup", sender="7001", shared=True, thread="42"),
    ),
    "a thread of replies, which is no topic": (
        message(1, 7001, "/trogiup", chat={**FORUM, "is_forum": False}, message_thread_id=42),
        Incoming("telegram", "-1009000001", "1", "/trogiup", sender="7001", shared=True),
    ),
    "an anonymous admin": (
        message(1, 7001, "/trogiup", chat=FORUM, sender_chat=FORUM, **{"from": ANONYMOUS}),
        Incoming("telegram", "-1009000001", "1", "/trogiup", shared=True),
    ),
    "a tap": (
        tap(1, 7001, "rate", message=ours(chat=FORUM, message_thread_id=42, is_topic_message=True)),
        Incoming("telegram", "-1009000001", "1", "rate", "button", sender="7001", shared=True, thread="42"),
    ),
    "a tap on a message that is not accessible": (
        tap(1, 7001, "rate", message={"message_id": 1, "date": 0, "chat": GROUP}),
        Incoming("telegram", "-9000002", "1", "rate", "button", sender="7001", shared=True),
    ),
    "a person alone": (message(1, 7001, "/dangnhap"), Incoming("telegram", "7001", "1", "/dangnhap")),
}


@pytest.mark.parametrize("case", HEARD)
def test_who_wrote_where_is_understood(case: str) -> None:
    """The chat to answer, the person, the topic; also where the update holds what is newer than the channel."""
    update, expected = HEARD[case]
    assert read(update) == expected
    assert read({**update, "brain_wave": {"id": 1}}) == expected


UNHEARD = {
    "talk": message(1, 7001, "khai sinh ở đâu", chat=GROUP),
    "a reply to somebody else": message(1, 7001, "2", chat=GROUP, reply_to_message=ours(**{"from": PERSON})),
    "the first message of a topic that the bot made": message(
        1, 7001, "xin chào", chat=FORUM, message_thread_id=42, is_topic_message=True,
        reply_to_message=ours(chat=FORUM, text=None, forum_topic_created={"name": "x", "icon_color": 1}),
    ),
    "a command to another bot": message(1, 7001, "/trogiup@other_bot", chat=GROUP),
    "another bot": message(1, 8, "/trogiup", chat=GROUP, **{"from": {"id": 8, "is_bot": True, "first_name": "B"}}),
    "a post of the channel": message(1, 7, "/trogiup", chat=FORUM, is_automatic_forward=True, sender_chat=FORUM),
}  # fmt: skip


@pytest.mark.parametrize("case", UNHEARD)
def test_what_is_not_said_to_the_bot_is_left_alone(case: str) -> None:
    """People talk to each other in a group."""
    assert read(UNHEARD[case]) is None


MISSHAPEN: dict[str, dict[str, Any]] = {
    "nothing": {},
    "a chat in words": {"update_id": 1, "message": {"chat": "nonsense"}},
    "a message in words": {"update_id": 1, "message": "nonsense"},
    "a text in numbers": message(1, 7001, 5),  # type: ignore[arg-type]
    "a chat without a kind": message(1, 7001, "x", chat={"id": 7001}),
    "a chat whose id is a word": message(1, 7001, "x", chat={"id": "lan", "type": "private"}),
    "a press by nobody": {"update_id": 1, "callback_query": {"id": "1", "data": "rate"}},
    "a press without a number": {"update_id": 1, "callback_query": {"from": PERSON, "data": "rate"}},
}


@pytest.mark.parametrize("case", MISSHAPEN)
def test_what_has_another_shape_than_an_update_is_said_not_to_be_understood(case: str) -> None:
    """Instead of failing in the midst of a turn, which Telegram would bring again and again."""
    with pytest.raises(NotUnderstood):
        read(MISSHAPEN[case])


def test_a_move_to_a_word_is_not_understood() -> None:
    """A chat's new address is a number."""
    with pytest.raises(NotUnderstood):
        read_move(message(1, 7001, chat=GROUP, migrate_to_chat_id="there"))


def test_buttons_of_a_shape_to_come_are_none() -> None:
    """The reply under them is read all the same."""
    update = message(1, 7001, "Được.", reply_to_message=ours(**NEWER))
    assert read(update) == Incoming("telegram", "7001", "1", "Được.")


def test_both_sides_of_a_move_are_understood() -> None:
    """The old group tells where it went, the new one where it came from."""
    went = message(1, 7001, chat=GROUP, migrate_to_chat_id=-1009000099)
    came = message(2, 7001, chat={**FORUM, "id": -1009000099}, migrate_from_chat_id=-9000002)
    for update in (went, came):
        assert read_move(update) == ("-9000002", "-1009000099")
    assert "message" in ALLOWED


async def test_a_login_link_is_never_posted_in_a_group(line: Line) -> None:
    """Not to the group's own membership either: the answer asks to be written to alone."""
    await joined(line)
    await line.bring(message(2, 7001, "/DangNhap", chat=GROUP))
    await line.api.until(lambda: len(line.api.sent) == 2)
    assert line.api.sent[1].text.endswith(say("vi", "staff.privately").plain)
    assert "/staff/login" not in str(line.api.sent)


async def test_an_answer_goes_to_the_topic_it_was_asked_in(line: Line) -> None:
    """To the group where the topic was closed meanwhile."""
    topic = {"chat": FORUM, "message_thread_id": 42, "is_topic_message": True}
    await line.bring(message(1, 7001, "/trogiup", **topic))
    await line.api.until(lambda: len(line.api.sent) == 1)
    assert int(line.api.sent[0].values["message_thread_id"]) == 42
    line.api.trouble["sendMessage"].append(Trouble(status=400, reason="Bad Request: message thread not found"))
    await line.bring(message(2, 7001, "/linhvuc", **topic))
    await line.api.until(lambda: len(line.api.sent) == 2)
    assert line.api.sent[1].values["chat_id"] == FORUM["id"]
    assert "message_thread_id" not in line.api.sent[1].values


async def joined(line: Line) -> None:
    """The group joins the staff of the sample's unit."""
    async with line.app.store.transaction() as tx:
        await tx.create_token("invitation", "sa-dec", "staff", "ABCDEFGHJK", line.app.clock() + timedelta(days=1))
    await line.bring(message(1, 7001, "/thamgia ABCDE-FGHJK", chat=GROUP))
    await line.api.until(lambda: len(line.api.sent) == 1)


def sent_to(line: Line, chat: int) -> list[Call]:
    """What was accepted for a chat."""
    return [call for call in line.api.sent if call.values["chat_id"] == chat]


async def test_a_group_that_became_a_supergroup_is_followed_by_what_it_says(line: Line) -> None:
    """Its membership moves, and what was refused meanwhile is sent to the new id."""
    await joined(line)
    line.api.trouble["sendMessage"].append(Trouble(status=403, reason="Forbidden: the group chat was deleted"))
    await line.bring(message(2, 7001, "/trogiup", chat=GROUP))
    await line.api.until(lambda: line.api.refused == 1)
    await line.bring(message(3, 7001, chat=GROUP, migrate_to_chat_id=-1009000099))
    await line.api.until(lambda: len(sent_to(line, -1009000099)) == 1)
    async with line.app.store.reading() as tx:
        assert await tx.membership("telegram", "-9000002") is None
        assert (await tx.membership("telegram", "-1009000099")) is not None


async def test_a_group_that_became_a_supergroup_is_followed_by_a_refusal(line: Line) -> None:
    """The error names the new id: the reply goes there, and all that comes after it."""
    await joined(line)
    reason = "Bad Request: group chat was upgraded to a supergroup chat"
    line.api.trouble["sendMessage"].append(Trouble(status=400, reason=reason, moved_to=-1009000099))
    await line.bring(message(2, 7001, "/trogiup", chat=GROUP))
    await line.api.until(lambda: len(sent_to(line, -1009000099)) == 1)
    async with line.app.store.reading() as tx:
        assert (await tx.membership("telegram", "-1009000099")) is not None
    assert len(line.api.sent) == 2


async def test_two_people_in_a_group_rate_one_counter(line: Line) -> None:
    """Each has one vote there and alone; the comment of a bad mark is asked for in no group."""
    number = 0
    for sender, where in ((7001, GROUP), (7002, GROUP), (7001, GROUP), (7001, None)):
        about = {"chat": where} if where else {}
        for step, wanted in enumerate(("/start k_quay1", ":agree", ":overall:5", ":send")):
            number += 1
            seen = len(line.api.sent)
            if step == 0:
                await line.bring(message(number, sender, wanted, **about))
            else:
                found = [b["callback_data"] for b in line.api.sent[-1].buttons if b["callback_data"].endswith(wanted)]
                if not found:
                    break
                shown = {"message": ours(**about)} if where else {}
                await line.bring(tap(number, sender, found[0], **shown))
            await line.api.until(lambda seen=seen: len(line.api.sent) > seen)
    today = line.app.clock().date()
    async with line.app.store.reading() as tx:
        tallies, _ = await tx.tallies(["sa-dec"], today, today)
    assert sum(tally.count for tally in tallies) == 2
