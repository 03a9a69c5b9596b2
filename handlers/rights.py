"""What a member of staff may see: their unit, and for an admin also the units below."""

from handlers.ports import Membership
from handlers.world import World


def visible(world: World, member: Membership) -> list[str]:
    """Return the units that a member may see."""
    codes = world.below(member.unit) if member.role == "admin" else [member.unit]
    return [code for code in codes if code in world.units]


def may_see(world: World, member: Membership, unit: str) -> bool:
    """Tell whether a member may see a unit's figures and cases."""
    return unit in visible(world, member)
