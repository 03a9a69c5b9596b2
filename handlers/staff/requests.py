"""What members of staff can ask of the assistant."""

import re

from handlers.session import Session
from handlers.turn import (
    ChoosePeriod,
    ChooseUnit,
    GiveDocument,
    GiveLogin,
    JoinStaff,
    ShowDossiers,
    ShowFigures,
    Turn,
    reply,
)
from handlers.wording import say

# A commune's code has five digits; whatever else begins with four is meant as a period.
_PERIOD = re.compile(r"[0-9]{4}(?![0-9]$)")


def join(session: Session, code: str) -> Turn:
    """Join a chat to a unit and a role by an invitation code."""
    if not code:
        return reply(session, say(session.language, "staff.need_code"))
    return Turn(session, effects=(JoinStaff(code),))


def figures(session: Session, arguments: str) -> Turn:
    """Show satisfaction figures; arguments are a period and a unit code in any order, both optional."""
    period = unit = ""
    for word in arguments.split():
        if _PERIOD.match(word):
            period = word
        else:
            unit = word
    return Turn(session, effects=(ShowFigures(unit, period),))


def choose_period(session: Session, unit: str) -> Turn:
    """Offer other periods of a unit's figures."""
    return Turn(session, effects=(ChoosePeriod(unit),))


def choose_unit(session: Session, period: str, page: int) -> Turn:
    """Offer other units' figures of a period."""
    return Turn(session, effects=(ChooseUnit(period, page),))


def document(session: Session, kind: str, unit: str, period: str) -> Turn:
    """Send a document of a unit's figures."""
    return Turn(session, effects=(GiveDocument(kind, unit, period),))


def dossiers(session: Session, unit: str = "") -> Turn:
    """List due and overdue dossiers, of the own unit by default."""
    return Turn(session, effects=(ShowDossiers(unit),))


def login(session: Session) -> Turn:
    """Give a one-time link to the staff page."""
    return Turn(session, effects=(GiveLogin(),))
