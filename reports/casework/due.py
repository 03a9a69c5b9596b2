"""Due days of cases and petitions, counted in the working days that their unit set."""

from dataclasses import replace
from datetime import date

from handlers.staff.petitions import is_raised
from handlers.world import World
from reports.working_days import working_days_after
from surveys.cases import Case
from surveys.petitions import Petition, PetitionKind, PetitionSource


def with_due(world: World, case: Case) -> Case:
    """Return a case with its due day: the one that was set, else the unit's number of working days after it came."""
    return case if case.due else replace(case, due=working_days_after(case.day, world.casework(case.unit).days))


def due_from(world: World, unit: str, today: date) -> date:
    """Return the due day of what a unit gives to somebody today."""
    return working_days_after(today, world.casework(unit).days)


def due_again(world: World, case: Case, today: date) -> date:
    """Return the due day of a handled case that its unit opens again.

    The case keeps its former day, so that a late case stays late. It gets a new day only if it was handled in time and
    the day has passed since.
    """
    due_before = with_due(world, case).due or today
    return due_before if today <= due_before or due_before < case.changed_on else due_from(world, case.unit, today)


def new_petition(
    world: World, unit: str, kind: PetitionKind, source: PetitionSource, text: str, received_on: date, who: str
) -> Petition:
    """Return a petition to be entered, with its due day, and with `raised` set by its text."""
    due = working_days_after(received_on, world.casework(unit).petition_days)
    return Petition(0, unit, kind, source, text, received_on, due, who, raised=is_raised(text))
