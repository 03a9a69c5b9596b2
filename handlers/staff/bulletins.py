"""Bulletins to staff: showing which are on, turning them off and on, and leaving the staff."""

import typing

from handlers import talk
from handlers.messages import Button, Reply, Text
from handlers.ports import Bulletin, Membership
from handlers.session import Session
from handlers.turn import LeaveStaff, Turn, reply
from handlers.wording import button, plain, say
from handlers.world import World

BULLETINS: tuple[Bulletin, ...] = typing.get_args(Bulletin)
LEAVE, STAY = "leave:yes", "leave:no"


def ask_leaving(world: World, session: Session) -> Turn:
    """Say what leaving the staff means, and ask whether it is meant."""
    offered = (button(session.language, LEAVE, "staff.leave"), button(session.language, STAY, "staff.stay"))
    return reply(session, say(session.language, "staff.leaving"), offered)


def leave(world: World, session: Session) -> Turn:
    """Leave the staff if that was the last question; after a tap on an old message, ask again."""
    if LEAVE not in dict(session.offered):
        return ask_leaving(world, session)
    return Turn(session, effects=(LeaveStaff(),))


def stay(world: World, session: Session) -> Turn:
    """Leave everything as it is."""
    return reply(session, say(session.language, "staff.stayed"), talk.home_buttons(session.language))


def shown(member: Membership, language: str, changed: Text | None = None) -> Reply:
    """Say which bulletins a member gets, with a button for each; `changed` says first what was just done."""
    lines = [
        Text.of("• ", say(language, f"staff.bulletin_{'off' if name in member.muted else 'on'}", name=title))
        for name in BULLETINS
        for title in (plain(language, f"staff.bulletin.{name}"),)
    ]
    offered = tuple(_switch(name, language, muted=name in member.muted) for name in BULLETINS)
    text = Text.lines((changed or "", say(language, "staff.bulletins"), *lines, say(language, "staff.how_to_leave")))
    return Reply(text, offered)


def mute_button(name: Bulletin, language: str) -> Button:
    """Return the button under a bulletin that turns it off."""
    return _switch(name, language, muted=False)


def _switch(name: Bulletin, language: str, *, muted: bool) -> Button:
    title = plain(language, f"staff.bulletin.{name}")
    what, key = ("hear", "staff.hear") if muted else ("mute", "staff.mute")
    return button(language, f"{what}:{name}", key, name=title)
