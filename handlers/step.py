"""One turn of the conversation as a function: what was heard goes to the first rule that takes it."""

from dataclasses import replace
from datetime import datetime

import locales
from handlers import groups, talk
from handlers.heard import hear
from handlers.lookup.unchosen import with_unchosen
from handlers.messages import Incoming
from handlers.question_language import in_its_language
from handlers.rating import contact
from handlers.rules import RULES
from handlers.session import Session
from handlers.turn import About, Turn
from handlers.unit_settings.announcing import announced
from handlers.world import World
from surveys.digits import plain_digits


def step(world: World, session: Session, incoming: Incoming, now: datetime) -> Turn:
    """Return the turn of one message. Pure: no input or output, time and randomness are given.

    `now` is an aware time in the unit's own zone.
    """
    if (text := plain_digits(incoming.text)) != incoming.text:
        incoming = replace(incoming, text=text)
    if session.language not in locales.installed():
        session = replace(session, language=locales.DEFAULT)
    if session.unit not in world.units:
        speaks = incoming.unit if incoming.unit in world.units else world.home
        session = Session(unit=speaks, language=session.language, greeted=session.greeted)
    if (standing := world.standing(session.unit)) != session.unit:
        session = replace(session, unit=standing)
    heard = hear(world, in_its_language(contact.current(session, now.date()), incoming), incoming, now)
    turn = next(turn for rule in RULES if (turn := rule(heard)))
    if not turn.about.outcome:
        turn = replace(turn, about=About("rate" if turn.session.survey else "clarify"))
    turn = with_unchosen(world, session, turn)
    turn = announced(world, turn, now.date())
    return talk.introduced(world, groups.guarded(world, session, turn) if incoming.shared else turn)
