"""What admins called the matter of another office, as the offices that answer for it."""

from collections.abc import Sequence

from catalog.offices import Office, Offices
from handlers.world import World
from reports.missed.groups import Handling


def offices_by_unit(world: World, matters: Sequence[Handling]) -> dict[str, Offices]:
    """Return the offices that admins of each unit named, with those that units above it named; the latest first."""
    return {
        unit: world.offices.with_more(
            Office(one.target, said=(one.text,))
            for above in world.lineage(unit)
            for one in matters
            if one.unit == above
        )
        for unit in {one.unit for one in matters}
    }
