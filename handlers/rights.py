"""What a member of staff may see: their unit, and for an admin also the units below."""

from handlers.ports import Membership
from handlers.world import World
from surveys.cases import Case


def visible(world: World, member: Membership) -> list[str]:
    """Return the units that a member may see."""
    codes = world.below(member.unit) if member.role == "admin" else [member.unit]
    return [code for code in codes if code in world.units]


def may_see(world: World, member: Membership, unit: str) -> bool:
    """Tell whether a member may see a unit's figures and cases."""
    return unit in visible(world, member)


def owns(world: World, member: Membership, case: Case) -> bool:
    """Tell whether a case came in at a unit that a member may see; such a member may do everything about it."""
    return may_see(world, member, case.unit)


def has_in_hand(world: World, member: Membership, case: Case) -> bool:
    """Tell whether a case was handed over to a unit that a member may see; such a member may see, note and close it."""
    return bool(case.handed_to) and may_see(world, member, case.handed_to)
