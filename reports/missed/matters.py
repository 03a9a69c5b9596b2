"""What admins called the matter of another office, as the offices that answer for it."""

from collections.abc import Sequence

from catalog.offices import Office, Offices
from handlers.world import World
from reports.missed.groups import Handling


def told_offices(world: World, matters: Sequence[Handling]) -> dict[str, Offices]:
    """Return the offices of each unit whose admins told some, with what the units above it told; the latest first."""
    return {
        unit: world.offices.with_more(
            Office(one.target, said=(one.text,))
            for above in world.lineage(unit)
            for one in matters
            if one.unit == above
        )
        for unit in {one.unit for one in matters}
    }
