"""Rights in chat: reading how data is kept, seeing it, having it deleted; whole turns of the core and of the shell."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

import locales
from handlers import privacy
from handlers.messages import Incoming, Reply
from handlers.ports import Held, Membership
from handlers.session import Session
from handlers.shell import Conversation, Handled, Traits
from handlers.turn import DropResponse, Effect, EraseChat, NoteMiss, NoteRequest, ShowStored
from tests import stores
from tests.sample import NONCE, NOW, Talk, world
from tests.stores import FileStore

KEY = NONCE[:8]
EXPLAINED = locales.text("vi", "privacy.explain")
ERASED = locales.text("vi", "privacy.erased")
ASKED = (NoteRequest("erase"), EraseChat())


def rating() -> Talk:
    """Somebody who has answered the first question with a 2."""
    talk = Talk()
    talk.say("k_quay1", "start")
    talk.tap(f"s:{KEY}:agree")
    talk.tap(f"s:{KEY}:overall:2")
    return talk


@pytest.mark.parametrize("wish", ["/xoa", "xóa dữ liệu của tôi", "xoa du lieu", "Xóa thông tin.", "delete my data"])
def test_who_asks_for_erasure_is_asked_to_confirm(wish: str) -> None:
    """Nothing happens before the button; it says what will go and what cannot be found."""
    talk = Talk()
    talk.say("", "start")
    turn = talk.say(wish)
    assert (turn.effects, turn.replies[0].text.plain) == ((), EXPLAINED)
    assert [button.label for button in turn.replies[0].buttons] == ["Xóa ngay", "Không xóa"]


@pytest.mark.parametrize("confirmed", ["erase:yes", "1", "xóa ngay"])
def test_on_confirmation_the_chat_is_erased_and_the_request_noted(confirmed: str) -> None:
    """By tap, number or word; of the session the language stays, for the page that shows the confirmation."""
    talk = Talk()
    talk.say("khai sinh")
    talk.say("/xoa")
    turn = talk.say(confirmed)
    assert (turn.effects, turn.replies) == (ASKED, (Reply(turn.replies[0].text),))
    assert turn.replies[0].text.plain == ERASED
    assert turn.session == Session(language="vi", greeted=True)


def test_the_confirmation_speaks_the_persons_language() -> None:
    """English stays English."""
    talk = Talk()
    talk.say("english")
    talk.say("/xoa")
    turn = talk.tap(privacy.CONFIRM)
    assert (turn.replies[0].text.plain, turn.session.language) == (locales.text("en", "privacy.erased"), "en")


@pytest.mark.parametrize("between", [[], ["khai sinh"], ["/xoa", "erase:no"]])
def test_a_tap_on_an_old_confirmation_asks_once_more(between: list[str]) -> None:
    """Only the question that was asked last can be answered."""
    talk = Talk()
    for message in between:
        talk.say(message)
    turn = talk.tap(privacy.CONFIRM)
    assert [effect for effect in turn.effects if not isinstance(effect, NoteMiss)] == []
    assert EXPLAINED in turn.replies[0].text.plain


def test_in_a_survey_its_answers_are_deleted_too() -> None:
    """They are the only ones that can still be found."""
    talk = rating()
    talk.say("xóa dữ liệu của tôi")
    assert talk.session.survey
    assert talk.tap(privacy.CONFIRM).effects == (DropResponse(NONCE), *ASKED)


def test_who_thinks_better_of_it_goes_on_with_the_survey() -> None:
    """The open question comes again, with its buttons."""
    talk = rating()
    talk.say("/xoa")
    turn = talk.tap(privacy.KEEP)
    assert (turn.effects, turn.replies[0].text.plain.split("\n")[0]) == ((), "Vâng, tôi không xóa gì.")
    assert "Điều gì chưa được" in turn.replies[0].text.plain
    assert talk.session.survey
    assert f"s:{KEY}:reasons:" in turn.replies[0].buttons[0].id


def test_who_thinks_better_of_it_outside_a_survey_sees_what_can_be_done() -> None:
    """And nothing is done."""
    talk = Talk()
    talk.say("/xoa")
    turn = talk.say("không xóa")
    assert (turn.effects, turn.replies[0].buttons[0].id) == ((), "ask")


@pytest.mark.parametrize("wish", ["/riengtu", "Xem cách chúng tôi giữ thông tin", "quyền riêng tư"])
def test_how_data_is_kept_can_be_read(wish: str) -> None:
    """For how many days, and how to see or delete it."""
    turn = Talk().say(wish)
    text = turn.replies[0].text.plain
    assert [part for part in ("30 ngày", "7 ngày", "180 ngày", "xóa dữ liệu của tôi") if part not in text] == []
    assert [button.id for button in turn.replies[0].buttons] == ["stored", "erase"]


def test_at_the_notice_how_data_is_kept_comes_with_the_notice_again() -> None:
    """Reading it is no consent, and loses nothing."""
    talk = Talk()
    talk.say("k_quay1", "start")
    turn = talk.tap("kept")
    assert talk.session.survey
    assert not talk.session.survey.agreed
    assert turn.replies[0].buttons[0].id == f"s:{KEY}:agree"
    assert "180 ngày" in turn.replies[0].text.plain


@pytest.mark.parametrize("wish", ["/dulieu", "thông tin của tôi", "du lieu cua toi", "my data"])
def test_who_asks_what_is_stored_is_told(wish: str) -> None:
    """By an effect that looks, and the request is noted; a survey goes on."""
    talk = rating()
    turn = talk.say(wish)
    assert (turn.effects, turn.replies) == ((NoteRequest("access"), ShowStored()), ())
    assert talk.session.survey


MEMBER = Membership("chat", "lan", "sa-dec", "admin")
SINCE = datetime(2026, 11, 1, 20, 0, tzinfo=UTC)  # the 2nd in Vietnam


@pytest.mark.parametrize(
    ("session", "held", "member", "expected"),
    [
        (Session(unit="sa-dec"), Held(0, None, 0), None, ["Phường Sa Đéc", "chưa có tin nào", "sau 7 ngày"]),
        (Session(unit="sa-dec", topic="1.001193"), Held(12, SINCE, 0), None, ["12 tin", "02/11/2026", "mã 1.001193"]),
        (Session(unit="sa-dec"), Held(1, SINCE, 2), MEMBER, ["Tư cách quản trị của Phường Sa Đéc", "2 ý kiến"]),
        (Session(unit="sa-dec", language="en"), Held(1, SINCE, 0), None, ["speaks English", "before this one: 1,"]),
    ],
)
def test_what_is_stored_is_told_in_sentences(
    session: Session, held: Held, member: Membership | None, expected: list[str]
) -> None:
    """Language, unit, procedure, messages with their time, role, ways to write back; and nothing that is not there."""
    (reply,) = privacy.inventory(world(), session, held, member, 7, NOW).replies
    assert [part for part in expected if part not in reply.text.plain] == []
    assert ("Tư cách" in reply.text.plain) == (member is not None)
    assert ("ý kiến" in reply.text.plain) == (held.contacts > 0)


def test_in_a_survey_what_is_stored_comes_with_the_open_question() -> None:
    """And says how many answers the chat still leads to."""
    talk = rating()
    (reply,) = privacy.inventory(talk.world, talk.session, Held(3, SINCE, 0), None, 30, NOW).replies
    assert "1 câu đã trả lời" in reply.text.plain
    assert f"s:{KEY}:reasons:" in reply.buttons[0].id


# The shell

opened, store = stores.opened, stores.store


async def noted(tx: Any, effect: Effect, incoming: Incoming, session: Session, now: datetime) -> Sequence[Reply]:
    """Requests are entered by the program; here they are not looked at."""
    assert isinstance(effect, NoteRequest)
    return []


def shell(store: FileStore) -> Conversation:
    """The shell on a store, with one channel that shows the conversation again."""
    return Conversation(store, world, noted, lambda: NOW, {"web": Traits(size=100_000, remembers=True)})


def message(identifier: str, text: str) -> Incoming:
    """A message of Lan's; its id carries her number, as on the chat page."""
    return Incoming("web", "lan", f"lan:{identifier}", text, "text", NONCE)


async def shown_texts(store: FileStore) -> list[str]:
    """What the chat page shows."""
    return [outgoing.reply.text.plain for outgoing in await store.history("web", "lan")]


async def test_after_the_turn_only_the_confirmation_is_left(store: FileStore) -> None:
    """Not even the word that confirmed it; a redelivered confirmation is answered with the same reply."""
    for number, text in enumerate(("khai sinh", "/xoa")):
        await shell(store).handle(message(str(number), text))
    done = await shell(store).handle(message("2", "xóa ngay"))
    assert await shown_texts(store) == [ERASED]
    assert {(row.channel, row.message) for row in store.rows("inbox")} == {("web", "lan:2")}
    again = await shell(store).handle(message("2", "xóa ngay"))
    assert again.repeated
    assert again.replies == done.replies
    async with store.transaction() as tx:
        assert await tx.forget_before(NOW - timedelta(days=30) + timedelta(hours=5), NOW) == 3
    assert [store.rows(table) for table in ("inbox", "outbox", "session")] == [[], [], []]


async def test_messages_of_the_same_moment_are_erased_or_begin_anew(store: FileStore) -> None:
    """What came before the confirmation in one batch is gone, what came after it stays and is remembered."""
    together = []
    conversation = shell(store)
    await conversation.handle(message("0", "/xoa"))
    for number, text in enumerate(("gặp cán bộ", "/xoa", "xóa ngay", "trợ giúp"), 1):
        together.append(conversation.handle(message(str(number), text)))
    handled: list[Handled] = await asyncio.gather(*together)
    assert [outcome.repeated for outcome in handled] == [False] * 4
    confirmed, word, answer = await shown_texts(store)
    assert (confirmed, word) == (ERASED, "trợ giúp")
    assert answer.startswith("Tôi giúp được gì")
    assert {(row.channel, row.message) for row in store.rows("inbox")} == {("web", "lan:3"), ("web", "lan:4")}
    async with store.transaction() as tx:
        await tx.forget_before(NOW - timedelta(days=29), NOW)
    assert (await shown_texts(store))[0] == "trợ giúp"
    assert [(row.channel, row.person) for row in store.rows("session")] == [("web", "lan")]


async def test_a_survey_that_was_broken_off_by_the_erasure_leaves_no_answers(store: FileStore) -> None:
    """Its response is deleted in the same turn."""
    for number, text in enumerate(("/start k_quay1", "1", "2")):
        await shell(store).handle(message(str(number), text))
    assert list(await store.forms()) == [NONCE]
    for number, text in enumerate(("/xoa", "xóa ngay"), 3):
        await shell(store).handle(message(str(number), text))
    assert await store.forms() == {}


async def test_an_erasure_touches_no_other_chat_of_the_batch(store: FileStore) -> None:
    """Another person's message, answered in the same commit, is kept."""
    conversation = shell(store)
    await conversation.handle(message("0", "/xoa"))
    other = replace(message("9", "trợ giúp"), user="an", id="an:9")
    await asyncio.gather(conversation.handle(message("1", "xóa ngay")), conversation.handle(other))
    assert await shown_texts(store) == [ERASED]
    assert len(await store.history("web", "an")) == 2
