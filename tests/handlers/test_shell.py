"""The shell: each message answered once, everything of a turn committed together, nobody disturbed by another."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs
from structlog.typing import EventDict

import locales
from catalog.catalogs import Catalog, Catalogs
from handlers.channel import Traits, pieces
from handlers.gate import LONGEST, Gate
from handlers.messages import Button, Incoming, Kind, Reply, Text
from handlers.ports import Conflict, Recalled
from handlers.session import Session
from handlers.shell import RETRIES, CarryOut, Conversation, Handled
from handlers.turn import Effect, JoinStaff
from handlers.world import Counter, Unit, World
from storage.store import SqlTx
from surveys.pacing import Allowances, Rate
from tests import stores
from tests.clock import NOW, ZONE
from tests.sample import NONCE, world
from tests.stores import FileStore, Opener

opened, store = stores.opened, stores.store
KEY = NONCE[:8]
CHANNELS = {
    "chat": Traits(size=100_000, pushed=True),
    "web": Traits(size=100_000, remembers=True),
    "short": Traits(size=120),
}
OOPS = locales.text("vi", "greeting.oops")
HELP = "Tôi giúp được gì"


class Trouble(Exception):
    """Something breaks in the middle of a turn."""


async def no_effects(tx: Any, effect: Effect, incoming: Incoming, session: Session, now: datetime) -> Sequence[Reply]:
    """Carry out nothing; the tests that use it ask for nothing."""
    raise AssertionError(f"nobody asked for {effect}")


def conversation(
    store: FileStore,
    carry_out: CarryOut = no_effects,
    using: Callable[[], World] = world,
    clock: Callable[[], datetime] = lambda: NOW,
) -> Conversation:
    """The shell on a store, as one process has it."""
    return Conversation(store, using, carry_out, clock, CHANNELS)


def message(
    identifier: str, text: str = "trợ giúp", user: str = "lan", kind: Kind = "text", channel: str = "chat"
) -> Incoming:
    """A message as a channel brings it; always with the same nonce, so that the buttons of a survey are known."""
    return Incoming(channel, user, identifier, text, kind, NONCE)


def tapped(identifier: str, button: str, user: str = "lan", channel: str = "chat") -> Incoming:
    """A press on a button."""
    return message(identifier, button, user, "button", channel)


def said(handled: Handled) -> list[str]:
    """The texts a message was answered with."""
    return [outgoing.reply.text.plain for outgoing in handled.replies]


async def session_of(store: FileStore, user: str = "lan", channel: str = "chat") -> Session:
    """What is remembered of a person."""
    return (await store.recall([Incoming(channel, user, "?")]))[0].session


async def together(shell: Conversation, *messages: Incoming) -> list[Handled | BaseException]:
    """Handle messages that come at the same moment, and so in one batch."""
    return await asyncio.gather(*map(shell.handle, messages), return_exceptions=True)


def answered(outcomes: Sequence[Handled | BaseException]) -> list[Handled]:
    """Outcomes of which none is an error."""
    assert [outcome for outcome in outcomes if isinstance(outcome, BaseException)] == []
    return [outcome for outcome in outcomes if isinstance(outcome, Handled)]


class Counting(FileStore):
    """A store that counts how often it is read and written."""

    loads = 0
    commits = 0

    async def recall(self, messages: Sequence[Incoming]) -> list[Recalled]:
        """Load and count it."""
        self.loads += 1
        return await super().recall(messages)

    @asynccontextmanager
    async def transaction(self, *, urgent: bool = False) -> AsyncIterator[SqlTx]:
        """Open a transaction and count it when it is committed."""
        async with super().transaction(urgent=urgent) as tx:
            yield tx
        self.commits += 1


class Overtaken(FileStore):
    """A store on which something else happens between loading and saving: `meanwhile`, so often as there is any."""

    loaded = 0
    _elsewhere = False

    def __init__(self, *opened: Any) -> None:
        super().__init__(*opened)
        self.meanwhile: list[Callable[[], Any]] = []

    async def recall(self, messages: Sequence[Incoming]) -> list[Recalled]:
        """Load, and let the other process be faster."""
        recalled = await super().recall(messages)
        self.loaded += 1
        if self.meanwhile and not self._elsewhere:
            self._elsewhere = True
            await self.meanwhile.pop(0)()
            self._elsewhere = False
        return recalled


# Once


async def test_a_message_sent_ten_times_at_once_is_answered_once(store: FileStore) -> None:
    """Ten copies: one set of replies in the outbox, the same one for all ten, and nine know that it is not new."""
    shell = conversation(store)
    outcomes = await asyncio.gather(*(shell.handle(message("m1")) for _ in range(10)))
    assert len(store.rows("outbox")) == 1
    assert {tuple(out.id for out in outcome.replies) for outcome in outcomes} == {(store.rows("outbox")[0].id,)}
    assert sorted(outcome.repeated for outcome in outcomes) == [False] + [True] * 9


async def test_a_message_sent_ten_times_in_one_batch_is_answered_once(opened: Opener) -> None:
    """Also where no copy is stored before the others are looked at: the person is as new as at the first."""
    store = opened(Counting)
    outcomes = answered(await together(conversation(store), *(message("m1") for _ in range(10))))
    assert (store.loads, store.commits) == (1, 1)
    assert said(outcomes[0])[0].startswith("Đây là trợ lý tự động của Phường Sa Đéc")
    assert len([row for row in store.rows("outbox") if row.person == "lan"]) == 1
    assert [outcome.repeated for outcome in outcomes] == [False] + [True] * 9
    assert {outcome.replies for outcome in outcomes} == {outcomes[0].replies}


async def test_a_choice_brought_twice_in_one_batch_is_one_choice(store: FileStore) -> None:
    """A tap that switches an option on, repeated before it was stored, does not switch it off again."""
    shell = conversation(store)
    for incoming in (message("1", "/start k_quay1"), tapped("2", f"s:{KEY}:agree"), tapped("3", f"s:{KEY}:overall:1")):
        await shell.handle(incoming)
    choice = tapped("4", f"s:{KEY}:reasons:wait")
    outcomes = answered(await together(shell, choice, choice))
    survey = (await session_of(store)).survey
    assert survey is not None
    assert survey.chosen == ("wait",)
    assert ["Đã chọn: Chờ lâu." in said(outcome)[0] for outcome in outcomes] == [True, True]


async def test_a_message_is_answered_once_across_restarts(store: FileStore) -> None:
    """A new process gets the message again: the committed reply comes back, and nothing is stored."""
    first = await conversation(store).handle(message("m1"))
    kept = store.everything()
    again = await conversation(store).handle(message("m1"))
    assert again.replies == first.replies
    assert again.repeated
    assert not first.repeated
    assert store.everything() == kept


async def test_a_repeated_message_does_not_move_the_survey_on(store: FileStore) -> None:
    """A rating whose acknowledgement was lost is sent again after a restart: the same question, one answer."""
    shell = conversation(store)
    for incoming in (message("1", "/start k_quay1"), tapped("2", f"s:{KEY}:agree")):
        await shell.handle(incoming)
    rating = tapped("3", f"s:{KEY}:overall:4")
    first = await shell.handle(rating)
    again = await conversation(store).handle(rating)
    assert said(again) == said(first)
    assert (await store.forms())[NONCE].answers == {"overall": 4}


async def test_two_processes_answer_a_message_once(store: FileStore) -> None:
    """The same message reaches both at the same moment: one answers, the other finds it answered."""
    here, there = conversation(store), conversation(store)
    outcomes = await asyncio.gather(*(shell.handle(message("m1")) for shell in (here, there, here, there)))
    assert len(store.rows("outbox")) == 1
    assert {outcome.replies for outcome in outcomes} == {outcomes[0].replies}


async def test_the_same_id_in_two_channels_is_two_messages(store: FileStore) -> None:
    """Message ids are unique within their channel alone."""
    shell = conversation(store)
    outcomes = await asyncio.gather(
        shell.handle(message("7", channel="chat")), shell.handle(message("7", channel="web"))
    )
    assert [outcome.repeated for outcome in outcomes] == [False, False]
    assert [len(outcome.replies) for outcome in outcomes] == [1, 1]


# Batches


async def test_ten_people_at_once_share_commits(opened: Opener) -> None:
    """One commit carries all ten, and each is told the own thing."""
    store = opened(Counting)
    shell = conversation(store)
    people = [f"người {number}" for number in range(10)]
    wanted = ["/help", "/canbo"] * 5
    outcomes = await asyncio.gather(
        *(shell.handle(message(who, text, who)) for who, text in zip(people, wanted, strict=True))
    )
    assert store.commits == 1
    assert [[out.user for out in outcome.replies] for outcome in outcomes] == [[who] for who in people]
    expected = [HELP if text == "/help" else "Gặp cán bộ" for text in wanted]
    assert [word in said(outcome)[0] for outcome, word in zip(outcomes, expected, strict=True)] == [True] * 10


async def test_messages_of_one_person_in_one_batch_see_each_others_sessions(opened: Opener) -> None:
    """Code, consent and rating arrive together, as after a dead spot: the survey moves on by all three."""
    store = opened(Counting)
    outcomes = answered(
        await together(
            conversation(store),
            message("1", "/start k_quay1"),
            tapped("2", f"s:{KEY}:agree"),
            tapped("3", f"s:{KEY}:overall:5"),
        )
    )
    assert store.commits == 1
    wanted = ("Xin cho biết mức độ hài lòng", "Nhìn chung", "Thái độ của cán bộ?")
    assert [words in said(outcome)[0] for words, outcome in zip(wanted, outcomes, strict=True)] == [True] * 3
    assert (await store.forms())[NONCE].answers == {"overall": 5}
    assert [row.message for row in store.rows("outbox") if row.person == "lan"] == ["1", "2", "3"]


async def test_after_a_batch_the_next_message_goes_on_from_its_last(opened: Opener) -> None:
    """The session that is kept is the one after the person's last message, and no conflict is seen."""
    store = opened(Overtaken)
    shell = conversation(store)
    answered(await together(shell, message("1", "/english"), message("2", "/tiengviet"), message("3", "/english")))
    loaded = store.loaded
    handled = await shell.handle(message("4", "/help"))
    assert "What I can do" in said(handled)[0]
    assert store.loaded == loaded + 1


async def test_two_people_in_one_batch_keep_their_sessions_apart(store: FileStore) -> None:
    """One changes the language, the neighbour does not."""
    await together(conversation(store), message("1", "/english"), message("2", "/help", "tư"))
    assert [(await session_of(store, user)).language for user in ("lan", "tư")] == ["en", "vi"]


async def test_of_several_states_of_a_survey_in_one_batch_the_last_is_kept(store: FileStore) -> None:
    """Two ratings in one batch: the later wins."""
    shell = conversation(store)
    for incoming in (message("1", "/start k_quay1"), tapped("2", f"s:{KEY}:agree")):
        await shell.handle(incoming)
    await together(shell, tapped("3", f"s:{KEY}:overall:1"), tapped("4", f"s:{KEY}:overall:5"))
    assert (await store.forms())[NONCE].answers == {"overall": 5}


async def test_a_survey_broken_off_in_the_same_batch_leaves_nothing(store: FileStore) -> None:
    """A rating and "dừng" together: the answer is forgotten."""
    shell = conversation(store)
    for incoming in (message("1", "/start k_quay1"), tapped("2", f"s:{KEY}:agree")):
        await shell.handle(incoming)
    await together(shell, tapped("3", f"s:{KEY}:overall:1"), message("4", "dừng"))
    assert await store.forms() == {}


async def test_people_without_a_nonce_get_responses_of_their_own(store: FileStore) -> None:
    """The shell draws 32 hexadecimal digits for everybody; two surveys never share a name."""
    shell = conversation(store)
    for user in ("lan", "tư"):
        await shell.handle(Incoming("chat", user, f"{user} 1", "k_quay1", "start"))
        await shell.handle(Incoming("chat", user, f"{user} 2", "1"))
        await shell.handle(Incoming("chat", user, f"{user} 3", "5"))
    assert len(await store.forms()) == 2
    assert all(len(name) == 32 and int(name, 16) >= 0 for name in await store.forms())


# Conflicts


async def test_an_overtaken_turn_is_loaded_and_decided_again(opened: Opener) -> None:
    """Another process changes the language between our loading and our saving: the answer is in that language."""
    store = opened(Overtaken)
    store.meanwhile.append(lambda: conversation(store).handle(message("m0", "/english")))
    handled = await conversation(store).handle(message("m1", "/help"))
    assert "What I can do" in said(handled)[0]
    assert [row.message for row in store.rows("outbox")] == ["m0", "m1"]
    assert (await session_of(store)).language == "en"


async def test_a_message_that_another_process_answered_meanwhile_is_not_answered_again(opened: Opener) -> None:
    """Conflict, load again, found answered: the other's reply is handed over."""
    store = opened(Overtaken)
    store.meanwhile.append(lambda: conversation(store).handle(message("m1")))
    handled = await conversation(store).handle(message("m1"))
    assert handled.repeated
    assert [outgoing.id for outgoing in handled.replies] == [row.id for row in store.rows("outbox")]
    assert len(store.rows("outbox")) == 1


async def test_one_overtaken_person_delays_the_batch_and_loses_nobody(opened: Opener) -> None:
    """Three in a batch, one of them overtaken: all are answered once."""
    store = opened(Overtaken)
    shell = conversation(store)
    store.meanwhile.append(lambda: conversation(store).handle(message("m0", "/english", "tư")))
    outcomes = answered(await together(shell, *(message(f"{user} 1", "/help", user) for user in ("lan", "tư", "năm"))))
    assert ["What I can do" in said(outcome)[0] for outcome in outcomes] == [False, True, False]
    assert sorted(row.message for row in store.rows("outbox")) == ["lan 1", "m0", "năm 1", "tư 1"]


async def test_it_gives_up_where_it_is_overtaken_again_and_again(opened: Opener) -> None:
    """Ten attempts, then Conflict; the message stays unanswered and may come again."""
    store = opened(Overtaken)
    other = conversation(store)
    store.meanwhile = [lambda number=number: other.handle(message(f"x{number}")) for number in range(RETRIES * 2)]
    with pytest.raises(Conflict):
        await conversation(store).handle(message("m1"))
    assert [row.message for row in store.rows("outbox")] == [f"x{number}" for number in range(RETRIES)]
    store.meanwhile.clear()
    handled = await conversation(store).handle(message("m1"))
    assert not handled.repeated
    assert HELP in said(handled)[0]


# Trouble


class Failing(Catalogs):
    """Catalogs of which one unit's cannot be read."""

    def of(self, unit: str) -> Catalog:
        """Return a unit's catalog."""
        if unit == "hong":
            raise Trouble("danh mục hỏng")
        return super().of(unit)


def damaged_world() -> World:
    """The sample with one more unit, whose catalog fails at every question."""
    whole = world()
    return replace(
        whole,
        units={**whole.units, "hong": Unit("hong", "Phường Hỏng")},
        counters={**whole.counters, "quay_hong": Counter("quay_hong", "Quầy hỏng", "hong")},
        catalogs=Failing({"": whole.catalog("")}, {}),
    )


@pytest.fixture
def log() -> Iterator[list[EventDict]]:
    """What is logged meanwhile, instead of printing it."""
    with capture_logs() as events:
        yield events


async def with_damaged_unit(store: FileStore) -> Conversation:
    """A shell whose next question by Lan fails inside the turn."""
    shell = conversation(store, using=damaged_world)
    await shell.handle(message("1", "/start k_quay_hong"))
    await shell.handle(message("2", "/start"))
    return shell


async def test_a_turn_that_fails_is_answered_with_an_apology(log: list[EventDict], store: FileStore) -> None:
    """The person reads that it went wrong; what was remembered of them stays as it was."""
    shell = await with_damaged_unit(store)
    before = await session_of(store)
    handled = await shell.handle(message("3", "lĩnh vực"))
    assert said(handled) == [OOPS]
    assert await session_of(store) == before
    assert before.unit == "hong"


async def test_an_apology_is_given_once(log: list[EventDict], store: FileStore) -> None:
    """The failed message counts as answered: sent again it gets the same apology, not a new one."""
    shell = await with_damaged_unit(store)
    first = await shell.handle(message("3", "lĩnh vực"))
    again = await shell.handle(message("3", "lĩnh vực"))
    assert again.replies == first.replies
    assert again.repeated
    assert [row.message for row in store.rows("outbox")] == ["1", "2", "3"]


async def test_a_failed_turn_is_logged_without_the_persons_words(log: list[EventDict], store: FileStore) -> None:
    """The operator sees that and where it failed; what was typed is nobody's business."""
    shell = await with_damaged_unit(store)
    await shell.handle(message("3", "lĩnh vực"))
    assert [(event["event"], event["log_level"], event["channel"], event["kind"]) for event in log] == [
        ("turn_failed", "error", "chat", "text")
    ]
    assert "lĩnh vực" not in repr(log)


async def test_a_failed_turn_does_not_disturb_its_neighbours(log: list[EventDict], store: FileStore) -> None:
    """In one batch: a neighbour's answer, the apology, and the same person's next message, which works."""
    shell = await with_damaged_unit(store)
    outcomes = answered(
        await together(shell, message("a", "/canbo", "tư"), message("b", "lĩnh vực"), message("c", "/canbo"))
    )
    assert said(outcomes[1]) == [OOPS]
    assert "Gặp cán bộ · Phường Sa Đéc" in said(outcomes[0])[0]
    assert said(outcomes[2])[0].startswith("Gặp cán bộ · Phường Hỏng")


class Unwritable(FileStore):
    """A store whose disk is full while `full`."""

    full = True

    @asynccontextmanager
    async def transaction(self, *, urgent: bool = False) -> AsyncIterator[SqlTx]:
        """Fail at the commit."""
        async with super().transaction(urgent=urgent) as tx:
            yield tx
            if self.full:
                raise OSError(28, "No space left on device")


async def test_nobody_is_answered_where_nothing_can_be_stored(opened: Opener) -> None:
    """A commit that fails is an error for all who wait on it; later the same messages are answered."""
    store = opened(Unwritable)
    shell = conversation(store)
    people = [message(user, user=user) for user in ("lan", "tư", "năm")]
    failed = await asyncio.gather(*map(shell.handle, people), return_exceptions=True)
    assert [type(outcome) for outcome in failed] == [OSError] * 3
    assert store.rows("outbox") == []
    store.full = False
    handled = await asyncio.gather(*map(shell.handle, people))
    assert [(outcome.repeated, len(outcome.replies)) for outcome in handled] == [(False, 1)] * 3


# Effects


class Staffing:
    """Carries out invitations as the real effects do; `failing` people bring it down after the code was used."""

    def __init__(self, *failing: str) -> None:
        self.failing = set(failing)
        self.done: list[tuple[str, str]] = []

    async def __call__(
        self, tx: Any, effect: Effect, incoming: Incoming, session: Session, now: datetime
    ) -> Sequence[Reply]:
        """Use up the code, and say so with a button."""
        assert isinstance(effect, JoinStaff)
        member = await tx.redeem(effect.code, incoming.channel, incoming.user, now)
        self.done.append((incoming.user, effect.code))
        if incoming.user in self.failing:
            raise Trouble(incoming.user)
        welcome = f"Chào {member.role}" if member else "Mã đã dùng"
        return [Reply(Text.of(welcome)), Reply(Text.of("Mời xem."), (Button("figures:sa-dec:2026-W47", "Số liệu"),))]


async def invited(store: FileStore, *codes: str) -> None:
    """Add the unit and its invitations."""
    async with store.transaction() as tx:
        await tx.add_unit(Unit("sa-dec", "Phường Sa Đéc"), NOW)
        for code in codes:
            await tx.create_token("invitation", "sa-dec", "staff", code, NOW + timedelta(days=7))


async def test_an_effects_replies_are_part_of_the_answer(store: FileStore) -> None:
    """They come in order, and their last buttons are the ones that a typed number means."""
    await invited(store, "AAAAA")
    shell = conversation(store, Staffing())
    handled = await shell.handle(message("1", "/thamgia AAAAA"))
    assert said(handled) == ["Chào staff", "Mời xem."]
    assert (await session_of(store)).offered == (("figures:sa-dec:2026-W47", "Số liệu"),)


async def test_an_effect_is_carried_out_once_for_a_message_sent_again(store: FileStore) -> None:
    """The repeated message finds its answer and does nothing."""
    await invited(store, "AAAAA")
    staffing = Staffing()
    shell = conversation(store, staffing)
    outcomes = await asyncio.gather(*(shell.handle(message("1", "/thamgia AAAAA")) for _ in range(5)))
    assert staffing.done == [("lan", "AAAAA")]
    assert {said(outcome)[0] for outcome in outcomes} == {"Chào staff"}


async def test_a_failing_effect_rolls_everything_of_its_turn_back(store: FileStore) -> None:
    """The code is not used up, nobody joined, no session, no reply; the same message works once the trouble is over."""
    await invited(store, "AAAAA")
    staffing = Staffing("lan")
    shell = conversation(store, staffing)
    before = store.everything()
    with pytest.raises(Trouble):
        await shell.handle(message("1", "/thamgia AAAAA"))
    assert store.everything() == before
    staffing.failing.clear()
    handled = await shell.handle(message("1", "/thamgia AAAAA"))
    assert said(handled)[0] == "Chào staff"
    assert not handled.repeated


async def test_a_failing_effect_does_not_fail_its_neighbours(store: FileStore) -> None:
    """Three invitations in one batch, the second fails: the others have joined, each once, and its code is unused."""
    await invited(store, "AAAAA", "BBBBB", "CCCCC")
    shell = conversation(store, Staffing("tư"))
    people = {"lan": "AAAAA", "tư": "BBBBB", "năm": "CCCCC"}
    outcomes = await together(shell, *(message(user, f"/thamgia {code}", user) for user, code in people.items()))
    assert [type(outcome).__name__ for outcome in outcomes] == ["Handled", "Trouble", "Handled"]
    assert sorted(row.person for row in store.rows("staff")) == ["lan", "năm"]
    async with store.reading() as tx:
        assert await tx.find_token("invitation", "BBBBB", NOW) == ("sa-dec", "staff")
    assert len(store.rows("token")) == 1
    assert sorted({row.message for row in store.rows("outbox")}) == ["lan", "năm"]


async def test_answers_and_the_reply_are_committed_together(opened: Opener) -> None:
    """A rating whose reply cannot be stored is not stored either."""
    store = opened(Unwritable)
    store.full = False
    shell = conversation(store)
    for incoming in (message("1", "/start k_quay1"), tapped("2", f"s:{KEY}:agree")):
        await shell.handle(incoming)
    store.full = True
    with pytest.raises(OSError, match="No space"):
        await shell.handle(tapped("3", f"s:{KEY}:overall:4"))
    assert await store.forms() == {}
    store.full = False
    await shell.handle(tapped("3", f"s:{KEY}:overall:4"))
    assert (await store.forms())[NONCE].answers == {"overall": 4}


async def test_a_rating_belongs_to_the_local_day(store: FileStore) -> None:
    """Half past midnight in Sa Đéc is still the day before in UTC; the rating counts for the new day."""
    night = datetime(2026, 11, 21, 0, 30, tzinfo=ZONE)
    shell = conversation(store, clock=lambda: night)
    for incoming in (message("1", "/start k_quay1"), tapped("2", f"s:{KEY}:agree"), tapped("3", f"s:{KEY}:overall:4")):
        await shell.handle(incoming)
    assert (await store.forms())[NONCE].day == night.date()


# What is handed over


async def test_a_long_reply_is_cut_by_the_channels_size(store: FileStore) -> None:
    """No piece is longer than the channel takes, no word is lost, and the buttons are under the last piece."""
    shell = conversation(store)
    whole = (await shell.handle(message("1", "/start", channel="web"))).replies[0].reply
    handled = await shell.handle(message("1", "/start", channel="short"))
    found = [outgoing.reply for outgoing in handled.replies]
    assert len(found) > 2
    assert max(len(reply.text.plain) for reply in found) <= CHANNELS["short"].size
    assert " ".join(reply.text.plain for reply in found).split() == whole.text.plain.split()
    assert [reply.buttons for reply in found] == [()] * (len(found) - 1) + [whole.buttons]
    assert [row.message for row in store.rows("outbox") if row.channel == "short"] == ["1"] * len(found)


async def test_numbers_mean_the_buttons_of_a_reply_that_was_cut(store: FileStore) -> None:
    """The second option is the second option, however many pieces the text took."""
    shell = conversation(store)
    await shell.handle(message("1", "/start", channel="short"))
    handled = await shell.handle(message("2", "4", channel="short"))
    assert said(handled)[0].startswith("Gặp cán bộ · Phường Sa Đéc")


def test_the_channels_own_measure_decides_where_to_cut() -> None:
    """Counted in UTF-16 units, a face counts double; links and buttons go with the last piece."""

    def units(text: Text) -> int:
        return len(text.plain.encode("utf-16-le")) // 2

    buttons, links = (Button("help", "Trợ giúp"),), (("Cổng", "https://dichvucong.gov.vn"),)
    cut = pieces(Traits(size=10, measure=units), Reply(Text.of("😀 " * 12), buttons, links))
    assert [units(piece.text) <= 10 for piece in cut] == [True] * len(cut)
    assert "".join(piece.text.plain for piece in cut).count("😀") == 12
    assert [(piece.buttons, piece.links) for piece in cut] == [((), ())] * (len(cut) - 1) + [(buttons, links)]


def test_a_reply_that_fits_is_left_as_it_is() -> None:
    """One piece, with everything."""
    reply = Reply(Text.of("Dạ."), (Button("help", "Trợ giúp"),), (("Cổng", "https://dichvucong.gov.vn"),))
    assert pieces(Traits(size=3), reply) == [reply]


@pytest.mark.parametrize(("channel", "state"), [("chat", "waiting"), ("web", "held")])
async def test_replies_wait_for_delivery_only_where_they_are_pushed(channel: str, state: str, store: FileStore) -> None:
    """A page fetches its replies, a messenger is sent them."""
    await conversation(store).handle(message("1", channel=channel))
    assert [row.state for row in store.rows("outbox") if not row.mine] == [state]


SAID: dict[str, tuple[list[Incoming], list[str]]] = {
    "words as they were typed": ([message("1", "Tôi cần gặp cán bộ ạ", channel="web")], ["Tôi cần gặp cán bộ ạ"]),
    "numbers masked": (
        [message("1", "/canbo Gọi tôi 0912 345 678, căn cước 079123456789", channel="web")],
        ["/canbo Gọi tôi •••, căn cước •••"],
    ),
    "a button by its label": (
        [message("1", "/start", channel="web"), tapped("2", "person", channel="web")],
        ["/start", "Gặp cán bộ"],
    ),
    "a survey's button by its label": (
        [message("1", "/start k_quay1", channel="web"), tapped("2", f"s:{KEY}:agree", channel="web")],
        ["/start k_quay1", "Đồng ý, bắt đầu"],
    ),
    "nothing for a button that was not offered": ([tapped("1", "person", channel="web")], []),
    "nothing for an opened page": ([message("1", "", kind="start", channel="web")], []),
    "nothing for a photo": ([message("1", "photo", kind="unreadable", channel="web")], []),
}


@pytest.mark.parametrize("case", SAID)
async def test_what_the_person_said_is_remembered(case: str, store: FileStore) -> None:
    """A channel that shows the conversation finds the person's own lines in it, without numbers that identify."""
    messages, expected = SAID[case]
    shell = conversation(store)
    for incoming in messages:
        await shell.handle(incoming)
    history = await store.history("web", "lan")
    assert [outgoing.reply.text.plain for outgoing in history if outgoing.mine] == expected


async def test_a_line_stands_before_its_answer(store: FileStore) -> None:
    """The history reads as it was spoken, also where several lines came in one batch."""
    shell = conversation(store)
    await together(
        shell, *(message(str(n), text, channel="web") for n, text in enumerate(("/help", "/canbo", "/help")))
    )
    history = await store.history("web", "lan")
    assert [outgoing.mine for outgoing in history] == [True, False] * 3
    assert [outgoing.reply.text.plain for outgoing in history if outgoing.mine] == ["/help", "/canbo", "/help"]


async def test_a_button_in_one_batch_with_its_offer_is_remembered_by_its_label(store: FileStore) -> None:
    """The label is looked up in what the person saw before the press, not in what was stored before the batch."""
    shell = conversation(store)
    await together(shell, message("1", "/start", channel="web"), tapped("2", "person", channel="web"))
    history = await store.history("web", "lan")
    assert [outgoing.reply.text.plain for outgoing in history if outgoing.mine] == ["/start", "Gặp cán bộ"]


@pytest.mark.parametrize("channel", ["chat", "short"])
async def test_channels_that_show_no_history_keep_no_words(channel: str, store: FileStore) -> None:
    """What was typed there is answered and not stored."""
    shell = conversation(store)
    await shell.handle(message("1", "/canbo tôi là Nguyễn Thị Lan", channel=channel))
    await shell.handle(tapped("2", "ask", channel=channel))
    assert [row for row in store.rows("outbox") if row.mine] == []
    assert "Nguyễn Thị Lan" not in store.everything()


async def test_a_repeated_message_is_remembered_once(store: FileStore) -> None:
    """The person's line does not appear twice in the conversation, nor in the replies handed over."""
    shell = conversation(store)
    outcomes = await asyncio.gather(*(shell.handle(message("1", "/canbo", channel="web")) for _ in range(5)))
    history = await store.history("web", "lan")
    assert [outgoing.mine for outgoing in history] == [True, False]
    assert {tuple(out.id for out in outcome.replies) for outcome in outcomes} == {(history[1].id,)}


# Limits


async def employed(store: FileStore, user: str, channel: str) -> None:
    """Have somebody join the commune."""
    async with store.transaction() as tx:
        await tx.add_unit(world().units["sa-dec"], NOW)
        await tx.create_token("invitation", "sa-dec", "staff", "ABCDE", NOW + timedelta(days=1))
        await tx.redeem("ABCDE", channel, user, NOW)


def strict(store: FileStore) -> Conversation:
    """A shell whose chats may send two messages."""
    gate = Gate()
    gate._messengers = gate._pages = Allowances(Rate(2, 0.001))
    return Conversation(store, world, no_effects, lambda: NOW, CHANNELS, "", gate)


async def test_who_writes_too_fast_in_a_messenger_is_told_once(store: FileStore) -> None:
    """Then nothing is answered and nothing kept, until some time has passed."""
    shell = strict(store)
    answers = [said(await shell.handle(message(str(n)))) for n in range(5)]
    assert [bool(answer) for answer in answers] == [True, True, True, False, False]
    assert answers[2] == [locales.text("vi", "limit.chat.pace")]
    assert len(store.rows("inbox")) == 3
    assert said(await shell.handle(message("9", user="tư"))) == answers[0]


async def test_a_page_is_told_without_a_trace(store: FileStore) -> None:
    """The page says it itself; nothing is stored."""
    shell = strict(store)
    handled = [await shell.handle(message(str(n), channel="web")) for n in range(4)]
    assert [one.limit for one in handled] == [None, None, "pace", "pace"]
    assert len(store.rows("inbox")) == 2


@pytest.mark.parametrize("channel", ["chat", "web"])
async def test_staff_are_let_through(channel: str, store: FileStore) -> None:
    """However fast they write, and however much."""
    await employed(store, "lan", channel)
    shell = strict(store)
    handled = [await shell.handle(message(str(n), channel=channel)) for n in range(6)]
    assert [(one.limit, bool(one.replies)) for one in handled] == [(None, True)] * 6


async def test_a_limit_leaves_a_survey_where_it_is(store: FileStore) -> None:
    """A comment that is too long is asked for again, and nothing of the survey is lost."""
    shell = conversation(store)
    await shell.handle(message("1", "k_quay1", kind="start"))
    await shell.handle(tapped("2", f"s:{KEY}:agree"))
    before = (await session_of(store)).survey
    handled = await shell.handle(message("3", "x" * (LONGEST + 1)))
    assert said(handled) == [locales.text("vi", "limit.chat.length")]
    assert (await session_of(store)).survey == before
    await shell.handle(tapped("4", f"s:{KEY}:overall:4"))
    assert len(await store.forms()) == 1
