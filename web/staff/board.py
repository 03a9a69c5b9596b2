"""What each part of the staff page is made from: the view and its statement."""

from collections.abc import Sequence
from dataclasses import dataclass

from handlers.world import World
from reports.satisfaction.report import Report
from reports.statements.statement import Statement
from web.site import Site
from web.staff import option_bars
from web.staff.access import Viewed
from web.staff.view_address import Choices


@dataclass(frozen=True, slots=True)
class Board:
    """A view with its statement."""

    site: Site
    view: Viewed
    choices: Choices
    statement: Statement

    @property
    def report(self) -> Report:
        """The figures."""
        return self.statement.report

    @property
    def world(self) -> World:
        """The installation as it is now."""
        return self.site.world()

    @property
    def units(self) -> Sequence[str]:
        """The codes of the units whose forms are counted."""
        return self.world.below(self.view.unit.code) if self.view.below else [self.view.unit.code]

    @property
    def several(self) -> bool:
        """Whether there are several units, so that each has to be named."""
        return len(self.view.units) > 1

    def ticked(self) -> list[option_bars.Question]:
        """The questions of which an option was ticked; none if the report may not be shown."""
        return option_bars.questions(self.report) if self.report.has_enough else []
