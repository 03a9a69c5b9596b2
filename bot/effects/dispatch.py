"""Which worker carries out each effect that needs more than the tables of the conversation."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from bot.effects import bulletins
from bot.effects.cases import CaseEffects
from bot.effects.catalog import CatalogEffects
from bot.effects.figures import FigureEffects
from bot.effects.missed import MissEffects
from bot.effects.naming import Naming
from bot.effects.notices import NoticeEffects
from bot.effects.personal_data import PersonalDataEffects
from bot.effects.petitions import PetitionEffects
from bot.effects.questions_left import QuestionEffects
from bot.effects.staff import StaffEffects
from bot.nursery import Nursery
from handlers.channel import Traits
from handlers.messages import Incoming, Reply
from handlers.session import Session
from handlers.staff.alerts import Alerts
from handlers.staff.catalog.desk import Desk
from handlers.staff.catalog.sent import OnFile, TakeFile
from handlers.staff.petitions import LeavePetition, OnPetitions
from handlers.staff.questions_left import AnswerQuestion, LeaveQuestion, NameQuestion
from handlers.turn import (
    AgreeToContact,
    ChoosePeriod,
    ChooseUnit,
    DropNotice,
    Effect,
    GiveDocument,
    GiveLogin,
    GiveNotice,
    JoinStaff,
    LeaveStaff,
    NoteRequest,
    OnCase,
    OnMiss,
    SayMended,
    SetBulletin,
    ShowBulletins,
    ShowCases,
    ShowDossiers,
    ShowFigures,
    ShowMisses,
    ShowStored,
    Withdraw,
)
from handlers.world import World
from storage.store import SqlStore, SqlTx

Worker = Callable[[SqlTx, Any, Incoming, Session, datetime], Awaitable[Sequence[Reply]]]


class Effects:
    """Carries out effects inside the turn's transaction, and words their outcome."""

    def __init__(
        self,
        store: SqlStore,
        world: Callable[[], World],
        address: str,
        channels: Mapping[str, Traits],
        clock: Callable[[], datetime],
        desk: Desk,
        nursery: Nursery,
        naming: Naming,
    ) -> None:
        cases = CaseEffects(world, Alerts(world, channels, clock, address))
        questions = QuestionEffects(world, Alerts(world, channels, clock, address), naming, nursery)
        petitions = PetitionEffects(world, Alerts(world, channels, clock, address))
        figures, staff = FigureEffects(world), StaffEffects(world, address)
        misses = MissEffects(world, naming, nursery)
        self._catalog = catalog = CatalogEffects(store, world, desk, nursery)
        personal_data, notices = PersonalDataEffects(world), NoticeEffects(world)
        self._workers: dict[type, Worker] = {
            JoinStaff: staff.join,
            ShowFigures: figures.show,
            ChoosePeriod: figures.choose_period,
            ChooseUnit: figures.choose_unit,
            GiveDocument: figures.give,
            ShowBulletins: bulletins.show,
            SetBulletin: bulletins.set_bulletin,
            LeaveStaff: bulletins.leave,
            GiveLogin: staff.give_login,
            GiveNotice: notices.give,
            DropNotice: notices.drop,
            AgreeToContact: cases.agree,
            ShowCases: cases.show,
            ShowDossiers: staff.show_dossiers,
            OnCase: cases.act,
            SayMended: cases.mended,
            LeaveQuestion: questions.leave,
            AnswerQuestion: questions.answer,
            NameQuestion: questions.name,
            LeavePetition: petitions.leave,
            OnPetitions: petitions.staff,
            ShowMisses: misses.show,
            OnMiss: misses.act,
            TakeFile: catalog.take,
            OnFile: catalog.act,
            NoteRequest: personal_data.note_request,
            ShowStored: personal_data.show_stored,
            Withdraw: personal_data.withdraw,
        }

    async def __call__(
        self, tx: SqlTx, effect: Effect, incoming: Incoming, session: Session, now: datetime
    ) -> Sequence[Reply]:
        """Carry out one effect; returns the replies about it."""
        return await self._workers[type(effect)](tx, effect, incoming, session, now)

    async def prepare(self, effect: Effect, incoming: Incoming, now: datetime) -> None:
        """Do the slow, read-only part of an effect before its transaction, which keeps others from writing."""
        await self._catalog.prepare(effect, incoming, now)
