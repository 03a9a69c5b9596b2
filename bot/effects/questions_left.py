"""Effects on questions for a person: a citizen leaves one, the office in charge answers it once."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from handlers.messages import Incoming, Reply
from handlers.own.casework import ANSWER_HOURS
from handlers.rights import may_see
from handlers.session import Session
from handlers.staff import questions_left as words
from handlers.staff.alerts import Alerts
from handlers.staff.questions_left import AnswerQuestion, LeaveQuestion
from handlers.wording import buttons, say
from handlers.world import World
from reports.working_hours import working_hours_after
from storage.store import SqlTx
from surveys.questions_left import LeftQuestion


class QuestionEffects:
    """Carries out effects on questions that were left; staff never learn who asked."""

    def __init__(self, world: Callable[[], World], alerts: Alerts) -> None:
        self._world = world
        self._alerts = alerts

    async def leave(
        self, tx: SqlTx, effect: LeaveQuestion, incoming: Incoming, session: Session, now: datetime
    ) -> Sequence[Reply]:
        """Keep a question and tell the office in charge, or the unit's staff where it has no chat of its own."""
        language, world = session.language, self._world()
        on = buttons(language, ("ask", "button.ask"))
        if not self._alerts.reaches(incoming.channel):
            return [Reply(say(language, "left.unreachable"), on)]
        unit = effect.unit or world.home
        entry = world.catalog(unit).entry(effect.code) if effect.code else None
        office = world.casework(unit).office_for(entry.field if entry else "")
        due = working_hours_after(now, office.hours if office else ANSWER_HOURS)
        name = office.name if office else world.unit(unit).name
        below = office.unit if office and office.unit in world.units else unit
        question = LeftQuestion(0, below, name, effect.text, now, due, incoming.channel, incoming.user)
        question = replace(question, id=await tx.leave_question(question))
        await self._alerts.question_left(tx, question)
        return [Reply(words.promised(language, question, due), on)]

    async def answer(
        self, tx: SqlTx, effect: AnswerQuestion, incoming: Incoming, session: Session, now: datetime
    ) -> Sequence[Reply]:
        """Ask a member for the answer, or send it to where the question came from, once."""
        language, world = session.language, self._world()
        member = await tx.membership(incoming.channel, incoming.user)
        question = await tx.left_question(effect.number)
        if member is None or question is None or not may_see(world, member, question.unit):
            return [Reply(say(language, "left.gone"))]
        if question.answered_at:
            return [Reply(say(language, "left.before"))]
        if not effect.text:
            return [words.asking_answer(language, question)]
        kept, sent = await self._alerts.question_answered(tx, question, effect.text, now)
        if not kept:
            return [Reply(say(language, "left.before"))]
        return [Reply(say(language, "left.sent" if sent else "left.kept"))]
