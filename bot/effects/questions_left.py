"""Effects on questions for a person: a citizen leaves one, the office in charge answers it once."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from bot.effects.naming import Naming, Tap
from bot.nursery import Nursery
from catalog.gist import gist
from catalog.naming import nearest
from handlers.messages import Button, Incoming, Reply, Text
from handlers.ports import Chat, Membership
from handlers.rights import may_see, visible
from handlers.session import Session
from handlers.split import shorten
from handlers.staff import questions_left as words
from handlers.staff.alerts import Alerts
from handlers.staff.questions_left import AnswerQuestion, LeaveQuestion, NameQuestion
from handlers.unit_settings.casework import ANSWER_HOURS
from handlers.wording import buttons, say
from handlers.world import World
from reports.missed.handling import handled_by, name_for
from reports.working_hours import working_hours_after
from storage.store import SqlTx
from surveys.questions_left import LeftQuestion

NEAREST, LISTED, MOST_LOOKED_AT, LONGEST_LABEL = 3, 5, 30, 60


class QuestionEffects:
    """Carries out effects on questions that were left; staff never learn who asked."""

    def __init__(self, world: Callable[[], World], alerts: Alerts, naming: Naming, nursery: Nursery) -> None:
        self._world = world
        self._alerts = alerts
        self._naming = naming
        self._nursery = nursery

    async def leave(
        self, tx: SqlTx, effect: LeaveQuestion, incoming: Incoming, session: Session, now: datetime
    ) -> Sequence[Reply]:
        """Keep a question and tell the office in charge, or the unit's staff if that office has no chat."""
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
        """Ask a member for the answer, or send the answer to the chat that the question came from, once."""
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
        sentence = say(language, "left.sent" if sent else "left.kept")
        if member.role != "admin":
            return [Reply(sentence)]
        return [await self._to_name(member, question, sentence, language)]

    async def name(
        self, tx: SqlTx, effect: NameQuestion, incoming: Incoming, session: Session, now: datetime
    ) -> Sequence[Reply]:
        """Let an admin make an answered question a procedure's name: list questions, offer procedures, name it."""
        language, world = session.language, self._world()
        member = await tx.membership(incoming.channel, incoming.user)
        if member is None or member.role != "admin":
            return [Reply(say(language, "web.missed.admins_only" if member else "staff.only_staff"))]
        if not effect.number:
            return [await self._answered(tx, member, language)]
        question = await tx.left_question(effect.number)
        if question is None or not question.answered_at or not may_see(world, member, question.unit):
            return [Reply(say(language, "left.gone"))]
        if not effect.code:
            return [await self._to_name(member, question, Text(), language)]
        tap = Tap(f"left:{question.id}", effect.code, effect.seal, question=question.text)
        chat = Chat(incoming.channel, incoming.talk)
        self._nursery.start(self._naming.name(chat, member, tap, language), name="check-name")
        return [Reply(say(language, "handling.looking", name=name_for(question.text)))]

    async def _answered(self, tx: SqlTx, member: Membership, language: str) -> Reply:
        """Return the last answered questions that gave no name yet, each with a button to its nearest procedures."""
        world = self._world()
        seen = visible(world, member)
        found = await tx.questions_left(seen, MOST_LOOKED_AT, answered=True)
        handled = {one.gist for one in await tx.handlings(handled_by(world, seen))}
        shown = [one for one in found if gist(one.text) not in handled][:LISTED]
        sentence = say(language, "handling.answered_list" if shown else "handling.none_answered")
        offered = tuple(Button(f"left:{one.id}:show", shorten(one.text, LONGEST_LABEL)) for one in shown)
        return Reply(sentence, offered)

    async def _to_name(self, member: Membership, question: LeftQuestion, sentence: Text, language: str) -> Reply:
        """Return the nearest procedures to a question as buttons; a tap makes the question a name of that one."""
        catalog = self._world().catalog(member.unit)
        codes = await asyncio.to_thread(nearest, catalog, [question.text], NEAREST)
        asked = say(language, "handling.ask", name=name_for(question.text)) if codes else Text()
        offered = tuple(
            Button(f"left:{question.id}:name:{code}", shorten(catalog.label(code), LONGEST_LABEL)) for code in codes
        )
        return Reply(Text.lines((sentence, asked)), offered)
