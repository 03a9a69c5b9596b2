"""Petitions in chat: a citizen leaves one, staff enter, list and answer them; some go to the head at once."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from catalog.text import fold
from catalog.topics import topic_of
from handlers.messages import Reply, Text
from handlers.session import Session
from handlers.turn import Effect, Turn, reply
from handlers.wording import buttons, day_text, plain, say
from surveys.masking import mask
from surveys.petitions import LONGEST, Petition, PetitionKind, PetitionSource

STAFF_LANGUAGE = "vi"
LONGEST_EXCERPT, MOST_REMINDED = 120, 5
_STOP = "petition:stop"
_CLAUSES = re.compile(r"[.;!?\n]+")
_PROPOSES = re.compile(r"\b(kien nghi|de nghi|de xuat|propose|suggest)\b")
# Papers that no rule asks for; the topic of bribes knows the words about money.
_PAPERS = re.compile(
    r"\b(giay|ho so|thu tuc)\b.{0,40}\b((ngoai|trai) quy dinh|khong co trong (quy dinh|danh muc|thu tuc))\b"
    r"|\b(ve|bat|doi|hanh) .{0,20}\bthem (giay|giay to|thu tuc)\b|\bgiay phep con\b"
)
_SOURCES: dict[str, PetitionSource] = {"dien thoai": "phone", "giay": "paper", "quay": "counter"}
_NUMBERED = re.compile(r"#?([0-9]{1,9})[\s:,.]+(.+)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class LeavePetition(Effect):
    """Enter what a citizen left into the register of their unit; numbers are masked already."""

    unit: str
    text: str


@dataclass(frozen=True, slots=True)
class OnPetitions(Effect):
    """What a member of staff wants of the register: list it (no words), enter a petition, or answer one by `number`."""

    words: str = ""
    number: int = 0


def is_raised(text: str) -> bool:
    """Tell whether words speak of a demand for money, or for papers outside the rules."""
    clauses = [clause for clause in _CLAUSES.split(text) if clause.strip()]
    return any(topic_of(clause) == "bribe" or _PAPERS.search(fold(clause)) for clause in clauses)


def kind_of(text: str) -> PetitionKind:
    """Tell a proposal from a complaint by its words."""
    return "proposal" if _PROPOSES.search(fold(text)) else "complaint"


def ask(world: object, session: Session) -> Turn:
    """Ask a citizen for the petition in one message."""
    return _asked(session, "petition.ask")


def not_left(world: object, session: Session) -> Turn:
    """Say that no petition was left after all."""
    return reply(session, say(session.language, "petition.not_left"), buttons(session.language, ("ask", "button.ask")))


def is_awaited(session: Session) -> bool:
    """Tell whether the next text is a petition."""
    return any(identifier == _STOP for identifier, _ in session.offered)


def written(session: Session, text: str) -> Turn:
    """Take the petition, with numbers masked; one that cannot be taken is asked for again."""
    said = mask(text.strip())
    if not said or len(said) > LONGEST:
        return _asked(session, "petition.too_long" if said else "petition.ask")
    return Turn(session, effects=(LeavePetition(session.unit, said),))


def asked_by_staff(words: str = "") -> OnPetitions:
    """Read what follows the command: a number with the answer, or a petition to enter, or nothing."""
    match = _NUMBERED.fullmatch(words.strip())
    said = mask((match[2] if match else words).strip())[:LONGEST]
    return OnPetitions(said, int(match[1]) if match else 0)


def source_and_text(words: str) -> tuple[PetitionSource, str]:
    """Read how a petition came ("giấy: …", "điện thoại: …") and its words; "counter" if that is not said."""
    head, colon, rest = words.partition(":")
    source = _SOURCES.get(fold(head).strip()) if colon else None
    return (source, rest.strip()) if source and rest.strip() else ("counter", words)


def entered(language: str, number: int, due: date) -> Text:
    """Say under which number a petition was entered, and until when it is answered."""
    return say(language, "petition.entered", number=number, due=day_text(due))


def listed(language: str, found: Sequence[Petition], today: date) -> Reply:
    """Return the open petitions by their due day, and how to enter and answer one."""
    lines = [line(language, one, today) for one in found]
    heading = say(language, "petition.open", count=len(found)) if found else say(language, "petition.none")
    return Reply(Text.lines((heading, *lines, say(language, "petition.how"))))


def line(language: str, petition: Petition, today: date) -> Text:
    """Return one petition in a list."""
    words = " ".join(petition.text.split())
    return say(
        language,
        "petition.line",
        number=petition.id,
        kind=plain(language, f"petition.kind.{petition.kind}"),
        source=plain(language, f"petition.source.{petition.source}"),
        due=plain(language, "petition.late" if petition.due < today else "petition.due", day=day_text(petition.due)),
        text=words if len(words) <= LONGEST_EXCERPT else f"{words[:LONGEST_EXCERPT].rstrip()}…",
    )


def late_reply(late: Sequence[Petition], today: date, *, shared: bool = False) -> Reply:
    """What staff read about petitions whose due day is over: how many, and the first ones; no words in a group."""
    shown = [replace(one, text="") if shared else one for one in late[:MOST_REMINDED]]
    lines = [line(STAFF_LANGUAGE, one, today) for one in shown]
    more = say(STAFF_LANGUAGE, "petition.more", count=len(late) - len(shown)) if len(late) > len(shown) else ""
    heading = say(STAFF_LANGUAGE, "petition.overdue", count=len(late))
    return Reply(Text.lines((heading, *lines, more, say(STAFF_LANGUAGE, "petition.how"))))


def came(number: int, petition: Petition, shared: bool = False) -> Reply:
    """Return what staff read about a petition that was left in chat; in a group without its words."""
    heading = say(STAFF_LANGUAGE, "petition.came", number=number, due=day_text(petition.due))
    return Reply(Text.lines((heading, Text() if shared else Text.of("“", petition.text, "”"))))


def raised(words: str, unit: str, shared: bool = False) -> Reply:
    """What the heads of a unit read at once about words that speak of money or papers outside the rules."""
    said = Text() if shared else Text.of("“", words, "”")
    return Reply(Text.lines((say(STAFF_LANGUAGE, "petition.raised", unit=unit), said)))


def _asked(session: Session, key: str) -> Turn:
    limit = {"limit": LONGEST} if key == "petition.too_long" else {}
    return reply(session, say(session.language, key, **limit), buttons(session.language, (_STOP, "petition.stop")))
