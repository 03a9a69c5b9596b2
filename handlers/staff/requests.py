"""What members of staff ask for in words after a command."""

import re

from handlers.session import Session
from handlers.staff.case_words import LONGEST_NOTE
from handlers.turn import Effect, JoinStaff, OnCase, ShowCases, ShowFigures, Turn, reply
from handlers.wording import say
from handlers.world import World
from surveys.masking import mask

_CASE = re.compile(r"#?([0-9]{1,9})(?:[\s:,.]+(.*))?", re.DOTALL)
# A commune's code has five digits; whatever else begins with four is meant as a period.
_PERIOD = re.compile(r"[0-9]{4}(?![0-9]$)")


def join(world: World, session: Session, code: str = "") -> Turn:
    """Join a chat to a unit and a role by an invitation code."""
    if not code:
        return reply(session, say(session.language, "staff.need_code"))
    return Turn(session, effects=(JoinStaff(code),))


def figures(words: str = "") -> ShowFigures:
    """Show satisfaction figures; the words are a period and a unit code in any order, both optional."""
    period = unit = ""
    for word in words.split():
        if _PERIOD.match(word):
            period = word
        else:
            unit = word
    return ShowFigures(unit, period)


def on_case(words: str = "") -> Effect:
    """Show a case by its number ("12"), or finish it with what was done ("12 Đã thêm người"); else list them."""
    match = _CASE.fullmatch(words.strip())
    if match is None:
        return ShowCases()
    note = " ".join(mask(match[2] or "").split())[:LONGEST_NOTE]
    return OnCase(int(match[1]), "handled" if note else "show", note)
