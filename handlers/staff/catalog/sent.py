"""A file that an admin sends in a chat, and the admin's answer to its preview."""

import re
from dataclasses import dataclass
from typing import Literal

from catalog.text import fold
from handlers.messages import SentFile
from handlers.session import Session
from handlers.turn import Effect, Turn

_AWAITED = re.compile(r"catalog:([0-9a-f]{12}):no")
_TYPED = re.compile(r"bai bo ([0-9]{1,6})")


@dataclass(frozen=True, slots=True)
class TakeFile(Effect):
    """Take in a file that somebody sent; the replies are whether they may, and then its preview."""

    file: SentFile


@dataclass(frozen=True, slots=True)
class OnFile(Effect):
    """Confirm or cancel the file of a token; `typed` is the number of abolished procedures that an admin typed."""

    token: str
    what: Literal["yes", "no"]
    typed: int | None = None


def sent(session: Session, file: SentFile) -> Turn:
    """Take in a file."""
    return Turn(session, effects=(TakeFile(file),))


def typed(session: Session, text: str) -> Turn | None:
    """Take the typed confirmation of many abolished procedures, if one is awaited."""
    awaited = [match[1] for identifier, _ in session.offered if (match := _AWAITED.fullmatch(identifier))]
    said = _TYPED.fullmatch(fold(text).strip(" .\"“”'"))
    return Turn(session, effects=(OnFile(awaited[0], "yes", int(said[1])),)) if awaited and said else None
