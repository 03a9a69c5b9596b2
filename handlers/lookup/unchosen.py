"""Choices that nobody took: a question was answered with choices, and the conversation went on with something else."""

from dataclasses import replace

from handlers.session import Session
from handlers.turn import NoteMiss, Turn
from handlers.world import World


def offered_in_vain(session: Session) -> bool:
    """Tell whether a question of the person waits for a choice among procedures."""
    return bool(session.asked and session.choices and not session.topic and not session.matter)


def with_unchosen(world: World, before: Session, turn: Turn) -> Turn:
    """Note the question whose choices were passed over; while the same choices are offered, the session keeps it.

    If the person said expressly that none is meant, that has been noted already.
    """
    if not offered_in_vain(before):
        return turn
    after = turn.session
    if after.choices == before.choices and not after.topic:
        return replace(turn, session=replace(after, asked=before.asked))
    taken = turn.about.code in before.choices or after.topic in before.choices
    noted = any(isinstance(effect, NoteMiss) and effect.kind == "not_this" for effect in turn.effects)
    if taken or noted:
        return turn
    missed = NoteMiss(before.unit or world.home, before.asked, "not_taken")
    return replace(turn, effects=(*turn.effects, missed))
