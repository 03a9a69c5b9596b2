"""Greeting, help, contact with a person and stop."""

from collections.abc import Sequence
from dataclasses import replace

import locales
from handlers.messages import Button, Reply, Text
from handlers.session import Session
from handlers.turn import Turn, reply
from handlers.wording import buttons, plain, say
from handlers.world import CONTACT_KEYS, World


def home_buttons(language: str) -> tuple[Button, ...]:
    """Return buttons for what can be done from the start."""
    return buttons(
        language,
        ("ask", "button.ask"),
        ("fields:0", "button.fields"),
        ("rate", "button.rate"),
        ("person", "button.person"),
    ) + tuple(Button(f"language:{code}", name) for code, name in locales.installed().items() if code != language)


def hello(world: World, session: Session) -> Turn:
    """Say who is speaking, that it is a machine, and what can be asked."""
    unit = world.unit(session.unit)
    text = Text.lines(
        (
            say(session.language, "greeting.hello", unit=unit.name),
            say(session.language, "greeting.demo") if unit.demo else "",
        ),
        between="\n\n",
    )
    greeted = replace(session.opening(), greeted=True, survey=None)
    return reply(greeted, text, home_buttons(session.language), about="hello")


def introduced(world: World, turn: Turn) -> Turn:
    """Put one sentence of introduction before the first reply to somebody who was not greeted."""
    if turn.session.greeted or not turn.replies:
        return turn
    unit = world.unit(turn.session.unit)
    greeting = turn.saying_first(say(turn.session.language, "greeting.first", unit=unit.name))
    return replace(greeting, session=replace(turn.session, greeted=True))


def ask(world: World, session: Session) -> Turn:
    """Invite a question."""
    return reply(session, say(session.language, "greeting.ask"))


def help_(world: World, session: Session) -> Turn:
    """Say what can be done and how."""
    return reply(session, say(session.language, "greeting.help"), home_buttons(session.language))


def person(world: World, session: Session) -> Turn:
    """Say how to reach a human being, and which ways to do so are not known."""
    unit = world.unit(session.unit)
    text = Text.lines(
        (
            say(session.language, "person.intro", unit=unit.name),
            *about_unit(world, session, CONTACT_KEYS, missing=CONTACT_KEYS),
            say(session.language, "person.counter"),
            say(session.language, "person.national"),
        )
    )
    return reply(
        session,
        text,
        buttons(session.language, ("question", "left.leave"), ("ask", "button.ask"), ("fields:0", "button.fields")),
    )


def about_unit(world: World, session: Session, facts: Sequence[str], missing: Sequence[str] = ()) -> list[Text]:
    """Return a line for each known one of a unit's `facts`, and for each unknown one in `missing` one that says so."""
    unit = world.unit(session.unit)
    values = unit.contact
    # Days and hours of reception come below (handlers/unit_settings/announcing.py).
    if any(notice.kind == "reception" for notice in world.notices(session.unit)):
        missing = [key for key in missing if key != "hours"]
    return [
        say(session.language, f"person.{key}", **{key: values[key]})
        if values[key]
        else say(session.language, f"person.no_{key}")
        for key in facts
        if values[key] or key in missing
    ]


def smalltalk(world: World, session: Session) -> Turn:
    """Answer a greeting or thanks and come back to the matter."""
    if not session.greeted:
        return hello(world, session)
    return reply(session, say(session.language, "greeting.smalltalk"), home_buttons(session.language), about="hello")


def stop(world: World, session: Session) -> Turn:
    """Fall silent until the person writes again."""
    return Turn(
        replace(session, topic="", survey=None, offered=()), (Reply(say(session.language, "greeting.stopped")),)
    )


def or_call(world: World, session: Session) -> str:
    """Return the words " or call 0277…" if the unit has a telephone, else an empty text."""
    phone = world.unit(session.unit).phone
    return plain(session.language, "card.or_call", phone=phone) if phone else ""


def privately(world: World, session: Session) -> Turn:
    """Ask for a private chat, as others in the group must not read this; the session stays as it is."""
    return Turn(session, (Reply(say(session.language, "staff.privately")),))
