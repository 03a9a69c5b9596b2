"""A separate consent after a complaint: whether staff may write back once, through the assistant."""

from dataclasses import replace
from datetime import date

from handlers.messages import Text
from handlers.session import Session
from handlers.turn import AgreeToContact, Turn, reply
from handlers.wording import buttons, say
from surveys.cases import case_of
from surveys.questionnaire import Questionnaire
from surveys.responses import Response


def asked(form: Questionnaire, response: Response, thanked: Turn) -> Turn:
    """Add the question to the thanks for a complaint; other thanks stay unchanged.

    The session keeps which response is meant until the question is answered, another survey begins, or the day is over.
    """
    if case_of(form, response, response.day) is None:
        return thanked
    session, first = thanked.session, thanked.replies[0]
    text = Text.lines((first.text, say(session.language, "contact.ask")), between="\n\n")
    key = response.id[:8]
    offered = buttons(
        session.language, (f"contact:{key}:yes", "contact.agree"), (f"contact:{key}:no", "contact.decline")
    )
    waiting = replace(session, contact=(response.id, response.day.isoformat()))
    return reply(waiting, text, offered, thanked.effects)


def current(session: Session, today: date) -> Session:
    """Drop a question of an earlier day, or one followed by a new survey."""
    stale = session.contact and (session.survey or session.contact[1] != today.isoformat())
    return replace(session, contact=()) if stale else session


def is_open(session: Session) -> bool:
    """Tell whether this question was asked last."""
    return any(identifier.startswith("contact:") for identifier, _ in session.offered)


def answered(session: Session, key: str, answer: str) -> Turn:
    """Take the answer. A button of another response's question, or of one answered before, changes nothing."""
    on = buttons(session.language, ("ask", "button.ask"))
    if not session.contact or session.contact[0][:8] != key or answer not in ("yes", "no"):
        return reply(session, say(session.language, "contact.closed"), on)
    response, session = session.contact[0], replace(session, contact=())
    if answer == "no":
        return reply(session, say(session.language, "contact.declined"), on)
    return Turn(session, effects=(AgreeToContact(response),))
