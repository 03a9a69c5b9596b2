"""In a group everybody reads along: what is for one person is refused there, and each person has one vote."""

import typing
from dataclasses import replace

import pytest

from handlers import privacy
from handlers.groups import AMONG_OTHERS, guarded
from handlers.messages import Incoming
from handlers.phrases import COMMANDS, PHRASES
from handlers.session import Running, Session
from handlers.step import step
from handlers.turn import (
    AgreeToContact,
    Effect,
    EraseChat,
    GiveLogin,
    JoinStaff,
    KeepResponse,
    NoteRequest,
    OnCase,
    ShowCases,
    ShowStored,
    Turn,
    Withdraw,
)
from handlers.wording import say
from surveys.responses import Opened
from surveys.slips import Round, Slip
from tests.sample import NOW, world

GROUP = Incoming("telegram", "-1009000001", "1", sender="7001", shared=True)
PRIVATELY = say("vi", "staff.privately").plain
GREETED = Session(unit="sa-dec", greeted=True)


def said(text: str, session: Session = GREETED, **changes: object) -> Turn:
    """What a message in the group comes to."""
    return step(world(), session, replace(GROUP, text=text, **changes), NOW)  # type: ignore[arg-type]


def is_refused(turn: Turn) -> bool:
    """Whether nothing was done but to ask to be written to alone."""
    return turn.effects == () and [reply.text.plain for reply in turn.replies] == [PRIVATELY]


SECRET = ["login", "stored", "erase", "cases", "withdraw"]
WAYS = [f"/{command}" for command, action in COMMANDS.items() if action in SECRET]
WAYS += [phrase for phrase, action in PHRASES.items() if action in SECRET]
SPELLINGS = ["{}", "{} ngay", "{}@MotCua_Test_Bot", "{}@motcua_test_bot\nnhé"]


@pytest.mark.parametrize("command", [way for way in WAYS if way.startswith("/")])
@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("case", [str.lower, str.upper, str.title])
def test_a_secret_is_refused_however_its_command_is_written(
    command: str, spelling: str, case: typing.Callable[[str], str]
) -> None:
    """Capitals, the bot's name, something after it, a line end."""
    assert is_refused(said(spelling.format(case(command))))


@pytest.mark.parametrize("phrase", [way for way in WAYS if not way.startswith("/")])
def test_a_secret_is_refused_where_it_is_asked_for_in_words(phrase: str) -> None:
    """As a reply to what the assistant said."""
    assert is_refused(said(phrase))


@pytest.mark.parametrize("kind", ["text", "edited", "button"])
@pytest.mark.parametrize("action", SECRET)
def test_a_secret_is_refused_by_button_by_number_and_in_an_edited_message(action: str, kind: str) -> None:
    """Also where the button was offered under another name."""
    session = replace(GREETED, offered=((action, "Xem phần riêng"), (privacy.CONFIRM, "Xóa hết")))
    for text in [action] if kind == "button" else ["1", "xem phan rieng", action]:
        assert is_refused(said(text, session, kind=kind))


PRIVATE_BUTTONS = [privacy.CONFIRM, "case:7:show", "case:7:note"]


@pytest.mark.parametrize("button", PRIVATE_BUTTONS)
def test_a_button_about_one_person_is_refused(button: str) -> None:
    """The citizen of a case, the deletion of a chat's data."""
    session = replace(GREETED, offered=((button, "x"),), contact=("r" * 32, NOW.date().isoformat()))
    assert is_refused(said(button, session, kind="button"))


def test_the_state_of_a_case_is_changed_in_a_group() -> None:
    """Who has dealt with it is what the team has to know; nothing about the citizen is in it."""
    assert said("case:7:handled", kind="button").effects == (OnCase(7, "handled"),)


PRIVATE: list[Effect] = [
    GiveLogin(), ShowStored(), EraseChat(), NoteRequest("access"), AgreeToContact("r"), ShowCases(), Withdraw(),
    OnCase(1, "show"), OnCase(1, "note"), OnCase(1, "send", "x"),
]  # fmt: skip


@pytest.mark.parametrize("effect", PRIVATE, ids=repr)
def test_what_is_for_one_person_is_not_done(effect: Effect) -> None:
    """Whatever led to it; the session stays as it was."""
    turn = guarded(world(), GREETED, Turn(replace(GREETED, topic="x"), effects=(effect,)))
    assert is_refused(turn)
    assert turn.session == GREETED


def test_what_groups_may_do_is_named_one_by_one() -> None:
    """An effect that nobody decided about is refused: it is not enough that nobody thought of it."""
    kinds = set(Effect.__subclasses__())
    assert set(AMONG_OTHERS) < kinds
    assert kinds - set(AMONG_OTHERS) >= {type(effect) for effect in PRIVATE} - {OnCase}


def test_a_group_joins_and_its_code_is_used_up_at_once() -> None:
    """An invitation that was read by many is worth nothing any more."""
    assert said("/ThamGia@motcua_test_bot ABCDE-FGHJK").effects == (JoinStaff("ABCDE-FGHJK"),)


def test_how_data_are_kept_is_told_without_the_way_to_ones_own() -> None:
    """The notice is for everybody, what is stored about somebody is not."""
    (reply,) = said("/riengtu").replies
    assert reply.buttons == ()


def test_a_slip_is_not_opened_where_its_code_was_read_by_all() -> None:
    """The code still serves whoever got the slip, alone."""
    day = NOW.date()
    slip = Opened(Slip("ABCDEFGH", "đợt", 1), Round("đợt", "sa-dec", "nhanh", 5, day, day))
    assert is_refused(said("ABCD-EFGH", opened=slip))


def rated(sender: str = "7001", *answers: str) -> Turn:
    """A person in the group opens the form of a counter and answers."""
    turn = said("/start k_quay1", sender=sender, nonce=sender * 8)
    for answer in answers:
        wanted = next(button.id for button in turn.replies[-1].buttons if answer in button.id)
        turn = said(wanted, turn.session, kind="button", sender=sender)
    return turn


def test_in_a_group_no_words_are_asked_for() -> None:
    """After the mark come the reasons to tick and the thanks; a comment or a way to write back is not asked for."""
    turn = rated("7001", "agree", ":1")
    while any(button.id.startswith("s:") for button in turn.replies[-1].buttons):
        assert "viết" not in turn.replies[-1].text.plain.lower()
        done = next(button.id for button in turn.replies[-1].buttons if ":skip:" in button.id or ":send" in button.id)
        turn = said(done, turn.session, kind="button")
    (kept,) = [effect for effect in turn.effects if isinstance(effect, KeepResponse)]
    assert kept.response.complete
    assert turn.session.contact == ()


def test_words_typed_into_a_group_are_no_comment() -> None:
    """They would be read by all, and by staff as if written to them alone."""
    turn = rated("7001", "agree", ":1")
    after = said("Chị Lan ở quầy 1 mắng tôi", turn.session)
    assert not any(isinstance(value, str) for value in (after.session.survey or Running(*"abcde", 1)).answers.values())


def test_a_tap_on_somebody_elses_form_answers_nothing() -> None:
    """The form stays with whoever opened it; the other one is offered an own one."""
    turn = rated("7001", "agree")
    other = said(turn.replies[-1].buttons[0].id, GREETED, kind="button", sender="7002")
    assert other.effects == ()
    assert other.replies[0].text == say("vi", "survey.of_another")


def test_who_writes_as_the_group_has_no_vote() -> None:
    """Nobody can tell whether they voted before."""
    turn = said("/start k_quay1", sender="")
    assert (turn.session.survey, turn.replies[0].text) == (None, say("vi", "survey.anonymous"))
    assert said("/trogiup", sender="").replies[0].text == said("/trogiup").replies[0].text


def test_a_person_is_the_same_in_a_group_and_alone() -> None:
    """One vote in both; each in the group with a session of their own."""
    alone = Incoming("telegram", "7001", "2")
    other = replace(GROUP, sender="7002")
    assert GROUP.person == alone.person != other.person
    assert len({GROUP.talk, other.talk, alone.talk}) == 3
