"""What a person can do about their own data in chat: read how it is kept, see it, have it deleted."""

from datetime import datetime

from handlers import talk
from handlers.messages import Text
from handlers.ports import Held, Membership
from handlers.rating import survey
from handlers.retention import CHAT_PAGE, COUNTS, MESSENGERS, MISSES
from handlers.session import Session
from handlers.turn import DropResponse, Effect, EraseChat, NoteRequest, ShowStored, Turn, reply
from handlers.wording import button, buttons, day_text, plain, say
from handlers.world import World
from surveys.questions_left import CONTACT_KEPT as QUESTION_KEPT

CONFIRM, KEEP = "erase:yes", "erase:no"


def kept(world: World, session: Session) -> Turn:
    """Return the notice: what is stored, for how long, and what rights the person has."""
    text = say(
        session.language,
        "privacy.kept",
        unit=world.unit(session.unit).name,
        days=CHAT_PAGE.days,
        messenger_days=MESSENGERS.days,
        misses=MISSES.days,
        question_days=QUESTION_KEPT.days,
        counts=COUNTS.days,
    )
    return survey.aside(
        world, session, text, buttons(session.language, ("stored", "privacy.see"), ("erase", "privacy.erase"))
    )


def stored(world: World, session: Session) -> Turn:
    """Show what is stored about this chat."""
    return Turn(session, effects=(NoteRequest("access"), ShowStored()))


def ask_erasure(world: World, session: Session) -> Turn:
    """Explain what will be deleted, and ask whether it is meant."""
    offered = (button(session.language, CONFIRM, "privacy.confirm"), button(session.language, KEEP, "privacy.refrain"))
    return reply(session, say(session.language, "privacy.explain"), offered)


def erase(world: World, session: Session) -> Turn:
    """Delete what is stored about this chat if that was the last question; after a tap on an old message, ask again.

    The session keeps its language until the night, for the page that shows the confirmation.
    """
    if CONFIRM not in dict(session.offered):
        return ask_erasure(world, session)
    effects: tuple[Effect, ...] = (NoteRequest("erase"), EraseChat())
    if session.survey and session.survey.to_drop:
        effects = (DropResponse(session.survey.to_drop), *effects)
    return reply(Session(language=session.language, greeted=True), say(session.language, "privacy.erased"), (), effects)


def refrain(world: World, session: Session) -> Turn:
    """Leave everything as it is, and go on where the person was."""
    text = say(session.language, "privacy.unchanged")
    return survey.aside(world, session, text, talk.home_buttons(session.language))


def inventory(world: World, session: Session, held: Held, member: Membership | None, days: int, now: datetime) -> Turn:
    """Return a reply that lists what is stored about a chat; `held.lines` counts both sides before this turn."""
    language = session.language
    unit = world.unit(session.unit).name
    lines = [say(language, "privacy.memory", unit=unit, days=days)]
    if session.topic:
        lines.append(say(language, "privacy.topic", code=session.topic))
    if session.survey:
        lines.append(say(language, "privacy.running", count=len(session.survey.answers)))
    if held.since:
        first = day_text(held.since.astimezone(now.tzinfo))
        lines.append(say(language, "privacy.lines", count=held.lines, first=first, days=days))
    else:
        lines.append(say(language, "privacy.no_lines", days=days))
    if member:
        role = plain(language, f"staff.role.{member.role}")
        lines.append(say(language, "privacy.member", role=role, unit=world.unit(member.unit).name))
    if member and member.muted:
        names = ", ".join(plain(language, f"staff.bulletin.{name}") for name in member.muted)
        lines.append(say(language, "staff.muted_list", names=names))
    if held.contacts:
        lines.append(say(language, "privacy.contacts", count=held.contacts))
    if held.questions:
        lines.append(say(language, "privacy.questions", count=held.questions))
    lines.append(say(language, "privacy.forms", count=held.forms))
    text = Text.lines((say(language, "privacy.heading"), *(Text.of("• ", line) for line in lines)))
    return survey.aside(world, session, text, buttons(language, ("erase", "privacy.erase"), ("kept", "privacy.button")))
