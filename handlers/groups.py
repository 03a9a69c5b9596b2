"""What is not done where others read along: decided when a message is understood, whichever way it came."""

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

# Whatever is not named here is for one person's eyes: an effect to come is refused in groups until somebody decides.
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
    """Return what a turn comes to in a group: the same, or the request to write alone, with nothing done."""
    if not all(map(_among_others, turn.effects)) or _offers_erasure(turn) or _on_a_slip(before, turn):
        return talk.privately(world, before)
    replies = tuple(
        replace(said, buttons=tuple(button for button in said.buttons if button.id not in _PRIVATE_BUTTONS))
        for said in turn.replies
    )
    offered = tuple(pair for pair in turn.session.offered if pair[0] not in _PRIVATE_BUTTONS)
    return replace(turn, replies=replies, session=replace(turn.session, offered=offered))


def _among_others(effect: Effect) -> bool:
    """Whether others may read what an effect answers; of a case that is its state alone."""
    if isinstance(effect, OnCase):
        return effect.what in ("handled", "passed_on")
    return isinstance(effect, AMONG_OTHERS)


def _offers_erasure(turn: Turn) -> bool:
    return any(button.id == privacy.CONFIRM for said in turn.replies for button in said.buttons)


def _on_a_slip(before: Session, turn: Turn) -> bool:
    """Whether the code of a slip was told to all who read along."""
    now, then = turn.session.survey, before.survey
    return bool(now and now.slip and not (then and then.slip == now.slip))
