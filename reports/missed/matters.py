"""Which offices answer for the matters that admins named as another office's."""

from collections.abc import Sequence

from catalog.offices import Office, Offices
from handlers.world import World
from reports.missed.groups import Handling


def offices_by_unit(world: World, matters: Sequence[Handling]) -> dict[str, Offices]:
    """Return the offices that admins of each unit named, and those that units above it named; the latest first."""
    return {
        unit: world.offices.with_more(
            Office(one.target, said=(one.text,))
            for above in world.lineage(unit)
            for one in matters
            if one.unit == above
        )
        for unit in {one.unit for one in matters}
    }
