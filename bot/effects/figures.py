"""Figures in chat for staff: showing them, choosing period and unit by buttons, sending documents."""

from collections.abc import Callable, Sequence
from datetime import datetime

from handlers.messages import Incoming, Reply, Text
from handlers.ports import Membership
from handlers.rights import may_see
from handlers.session import Session
from handlers.turn import ChoosePeriod, ChooseUnit, GiveDocument, ShowFigures
from handlers.wording import say
from handlers.world import World
from reports import periods
from reports.bulletins.attachments import attached, possible, provisional
from reports.bulletins.buttons import all_periods, document_buttons, quick_periods, unit_buttons, unit_page
from reports.statements.compiling import statement_of, with_trend
from reports.statements.scope import Scope
from reports.statements.summary import report_text
from storage.store import SqlTx


class FigureEffects:
    """Carries out effects on figures, for members who may see them."""

    def __init__(self, world: Callable[[], World]) -> None:
        self._world = world

    async def show(
        self, tx: SqlTx, effect: ShowFigures, incoming: Incoming, session: Session, now: datetime
    ) -> Sequence[Reply]:
        """Show figures, with buttons to other periods, other units and documents."""
        found = await self._asked(tx, effect.unit, effect.period, incoming, session, now)
        if isinstance(found, Reply):
            return [found]
        member, scope = found
        world, language = self._world(), session.language
        statement = await statement_of(tx, world, scope, now)
        offered = (
            *quick_periods(language, scope.unit, scope.period, now.date()),
            *document_buttons(language, statement.report),
            *unit_buttons(world, member, scope.unit, scope.period, language),
        )
        return [Reply(report_text(statement, language), offered)]

    async def choose_period(
        self, tx: SqlTx, effect: ChoosePeriod, incoming: Incoming, session: Session, now: datetime
    ) -> Sequence[Reply]:
        """Offer periods by buttons, and explain how to write others."""
        found = await self._asked(tx, effect.unit, "", incoming, session, now)
        if isinstance(found, Reply):
            return [found]
        _, scope = found
        text = say(session.language, "staff.choose_period", unit=self._world().units[scope.unit].name)
        return [Reply(text, all_periods(session.language, scope.unit, now.date()))]

    async def choose_unit(
        self, tx: SqlTx, effect: ChooseUnit, incoming: Incoming, session: Session, now: datetime
    ) -> Sequence[Reply]:
        """Offer the units that the member may see, a page of them."""
        found = await self._asked(tx, "", effect.period, incoming, session, now)
        if isinstance(found, Reply):
            return [found]
        member, scope = found
        text = say(session.language, "staff.choose_unit", period=periods.label(scope.period, session.language))
        return [Reply(text, unit_page(self._world(), member, scope.period, effect.page, session.language))]

    async def give(
        self, tx: SqlTx, effect: GiveDocument, incoming: Incoming, session: Session, now: datetime
    ) -> Sequence[Reply]:
        """Send a document; while its period is not over, say that the figures are provisional."""
        found = await self._asked(tx, effect.unit, effect.period, incoming, session, now)
        if isinstance(found, Reply):
            return [found]
        _, scope = found
        statement = await statement_of(tx, self._world(), scope, now)
        report, language = statement.report, session.language
        if not possible(report, [effect.kind]):
            return [Reply(say(language, "staff.no_file"))]
        heading = say(language, "report.heading", period=periods.label(scope.period, language), unit=report.unit_name)
        state = provisional(language, now) if not statement.number else ""
        text = Text.lines((heading, state))
        others = tuple(
            one for one in document_buttons(language, report) if not one.id.startswith(f"get:{effect.kind}:")
        )
        shown = await with_trend(tx, self._world(), statement, now)
        return [Reply(text, others, files=attached(shown, [effect.kind], language, now))]

    async def _asked(
        self, tx: SqlTx, unit: str, period: str, incoming: Incoming, session: Session, now: datetime
    ) -> tuple[Membership, Scope] | Reply:
        """Return the member and the scope they ask for if they may see it, else the reply that says why not."""
        member = await tx.membership(incoming.channel, incoming.user)
        if member is None:
            return Reply(say(session.language, "staff.only_staff"))
        world, wanted = self._world(), unit or member.unit
        if wanted not in world.units:
            return Reply(say(session.language, "staff.bad_period", period=wanted))
        if not may_see(world, member, wanted):
            return Reply(say(session.language, "staff.other_unit", unit=unit))
        try:
            named = periods.parse(period) if period else periods.week_of(now.date())
        except periods.PeriodError:
            return Reply(say(session.language, "staff.bad_period", period=period))
        return member, Scope(wanted, named, below=member.role == "admin")
