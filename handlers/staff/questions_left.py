"""Questions for a person, in chat: a citizen leaves one in a message, the office in charge answers it in another."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from handlers.messages import Reply, Text
from handlers.session import Session
from handlers.turn import Effect, Turn, reply
from handlers.wording import button, buttons, say
from surveys.masking import mask
from surveys.questions_left import LONGEST, LeftQuestion

STAFF_LANGUAGE = "vi"
_LEAVING, _SENDING = "question:stop", "question:send"
_ANSWERING = re.compile(r"answer:([0-9]{1,9}):stop")
_NOTICE = re.compile(r"answer:([0-9]{1,9})")


@dataclass(frozen=True, slots=True)
class LeaveQuestion(Effect):
    """Hand a citizen's question (numbers masked) to the office in charge of the procedure that is open, if any."""

    unit: str
    text: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class AnswerQuestion(Effect):
    """Answer a question that was left; without words, ask for them."""

    number: int
    text: str = ""


@dataclass(frozen=True, slots=True)
class NameQuestion(Effect):
    """Make an answered question another name of the procedure `code`, for an admin; without `number`, list questions.

    Without a code the nearest procedures are offered; `seal` says that the admin saw what the name takes from others.
    """

    number: int = 0
    code: str = ""
    seal: str = ""


def ask(world: object, session: Session) -> Turn:
    """Ask a citizen for the question in one message; their last question can be sent without typing it again."""
    if not session.question:
        return _asked(session, "left.ask", _LEAVING)
    text = say(session.language, "left.ask_again", question=session.question)
    return reply(session, text, buttons(session.language, (_SENDING, "left.send"), (_LEAVING, "left.stop")))


def sent_as_asked(world: object, session: Session) -> Turn:
    """Leave the last question as it was asked; only once."""
    if not session.question:
        return ask(world, session)
    return Turn(replace(session, question=""), effects=(LeaveQuestion(session.unit, session.question, session.topic),))


def not_left(world: object, session: Session) -> Turn:
    """Say that nothing was sent after all."""
    return reply(session, say(session.language, "left.not_sent"), buttons(session.language, ("ask", "button.ask")))


def not_answered(world: object, session: Session, number: int) -> Turn:
    """Say that no answer was sent after all."""
    return not_left(world, session)


def written(session: Session, text: str, quoted: Sequence[str] = ()) -> Turn | None:
    """Take the text as the question or answer that was asked for; None if none was.

    `quoted` are the buttons of the message that the text replies to: under a notice they name its question.
    """
    identifiers = [identifier for identifier, _ in session.offered]
    answers = _number(_NOTICE, quoted) or _number(_ANSWERING, identifiers)
    if not answers and _LEAVING not in identifiers:
        return None
    said = mask(text.strip())
    if not said or len(said) > LONGEST:
        return _asked(session, "left.again", f"answer:{answers}:stop" if answers else _LEAVING)
    if answers:
        return Turn(session, effects=(AnswerQuestion(int(answers), said),))
    return Turn(replace(session, question=""), effects=(LeaveQuestion(session.unit, said, session.topic),))


def _number(shape: re.Pattern[str], identifiers: Sequence[str]) -> str:
    return next((match[1] for one in identifiers if (match := shape.fullmatch(one))), "")


def asking_answer(language: str, question: LeftQuestion) -> Reply:
    """Ask staff for the answer, with the question above it."""
    stop = button(language, f"answer:{question.id}:stop", "left.stop")
    return Reply(Text.lines((Text.of("“", question.text, "”"), say(language, "left.ask_answer"))), (stop,))


def came(question: LeftQuestion, key: str, shared: bool = False) -> Reply:
    """Return the notice that a question came ("left.came") or is late ("left.late"); in a group without its words."""
    due = f"{question.due:%H:%M %d/%m/%Y}"
    heading = say(STAFF_LANGUAGE, key, number=question.id, office=question.office, due=due)
    offered = () if shared else (button(STAFF_LANGUAGE, f"answer:{question.id}", "left.answer"),)
    return Reply(Text.lines((heading, Text() if shared else Text.of("“", question.text, "”"))), offered)


def answered(unit: str, question: LeftQuestion, answer: str) -> Reply:
    """Return the answer as the citizen reads it, in the chat where they asked."""
    return Reply(say(STAFF_LANGUAGE, "left.reply", unit=unit, question=question.text, answer=answer))


def promised(language: str, question: LeftQuestion, due: datetime) -> Text:
    """Say which office has the question, and until when it answers."""
    return say(language, "left.promised", office=question.office, due=f"{due:%H:%M %d/%m/%Y}")


def _asked(session: Session, key: str, stop: str) -> Turn:
    limit = {"limit": LONGEST} if key == "left.again" else {}
    return reply(session, say(session.language, key, **limit), buttons(session.language, (stop, "left.stop")))
