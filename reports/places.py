"""How reports name units and counters that were renamed, merged or closed since."""

from datetime import date

import locales
from handlers.world import World
from reports import periods


def unit_name(world: World, code: str, language: str, on: date = date.max) -> str:
    """Name a unit as it was called on a day; one that was merged with the last day it stood by itself."""
    unit = world.unit(code)
    name = unit.name_on(on)
    if unit.valid_to is None:
        return name
    return locales.text(language, "place.until", unit=name, day=periods.day(unit.valid_to))


def counter_name(world: World, code: str, seen_from: str, language: str, on: date = date.max) -> str:
    """Name a counter, with its unit where that is not the one it is seen from; by its code where it is unknown."""
    counter = world.counter(code)
    if counter is None:
        return code or locales.text(language, "report.no_counter")
    unit = world.unit(counter.unit)
    if counter.unit == seen_from:
        return counter.name
    if unit.valid_to is None:
        return f"{counter.name} ({unit.name_on(on)})"
    day = periods.day(unit.valid_to)
    return locales.text(language, "place.counter_until", counter=counter.name, unit=unit.name_on(on), day=day)
