"""What is refused in groups, where others read along: decided by a message's turn, however the message was worded."""

from dataclasses import replace

from handlers import privacy, talk
from handlers.session import Session
from handlers.turn import (
    ChoosePeriod,
    ChooseUnit,
    DropResponse,
    Effect,
    GiveDocument,
    GiveUp,
    JoinStaff,
    KeepResponse,
    LeaveStaff,
    NoteMiss,
    OnCase,
    SetBulletin,
    ShowBulletins,
    ShowDossiers,
    ShowFigures,
    Turn,
)
from handlers.world import World

# Effects that are not named here are refused in groups, new ones too until somebody decides.
AMONG_OTHERS = (
    ChoosePeriod,
    ChooseUnit,
    DropResponse,
    GiveDocument,
    GiveUp,
    JoinStaff,
    KeepResponse,
    LeaveStaff,
    NoteMiss,
    SetBulletin,
    ShowBulletins,
    ShowDossiers,
    ShowFigures,
)
_PRIVATE_BUTTONS = ("stored", "erase", "withdraw")


def guarded(world: World, before: Session, turn: Turn) -> Turn:
    """Return the turn for a group: unchanged, or a request to write in a private chat, without effects."""
    if not all(map(_among_others, turn.effects)) or _offers_erasure(turn) or _on_a_slip(before, turn):
        return talk.privately(world, before)
    replies = tuple(
        replace(said, buttons=tuple(button for button in said.buttons if button.id not in _PRIVATE_BUTTONS))
        for said in turn.replies
    )
    offered = tuple(pair for pair in turn.session.offered if pair[0] not in _PRIVATE_BUTTONS)
    return replace(turn, replies=replies, session=replace(turn.session, offered=offered))


def _among_others(effect: Effect) -> bool:
    """Return whether others may read the answer to an effect; about a case, only changes of its state."""
    if isinstance(effect, OnCase):
        return effect.what in ("handled", "passed_on", "office", "handed_over", "reopen")
    return isinstance(effect, AMONG_OTHERS)


def _offers_erasure(turn: Turn) -> bool:
    return any(button.id == privacy.CONFIRM for said in turn.replies for button in said.buttons)


def _on_a_slip(before: Session, turn: Turn) -> bool:
    """Whether the message showed the code of a slip to the group."""
    now, then = turn.session.survey, before.survey
    return bool(now and now.slip and not (then and then.slip == now.slip))
