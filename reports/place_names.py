"""How reports name units and counters that were renamed, merged or closed since."""

from datetime import date

import locales
from handlers.world import Unit, World
from reports import periods


def unit_name(world: World, code: str, seen_from: str, language: str, on: date) -> str:
    """Name a unit as it was called on a day, in the report of a unit; its code if it is unknown.

    A merged unit is named with the last day it stood by itself, once that day is over, and always in a report of the
    unit it was merged into.
    """
    unit = world.units.get(code)
    if unit is None:
        return code
    if day := _last_day(world, unit, seen_from, on):
        return locales.text(language, "place.until", unit=unit.name_on(on), day=day)
    return unit.name_on(on)


def counter_name(world: World, code: str, seen_from: str, language: str, on: date) -> str:
    """Name a counter in the report of a unit, with the counter's unit if it is another; its code if it is unknown."""
    counter = world.counter(code)
    if counter is None:
        return code or locales.text(language, "report.no_counter")
    if counter.unit == seen_from:
        return counter.name
    unit = world.unit(counter.unit)
    name = unit.name_on(on)
    if day := _last_day(world, unit, seen_from, on):
        return locales.text(language, "place.counter_until", counter=counter.name, unit=name, day=day)
    return f"{counter.name} ({name})"


def _last_day(world: World, unit: Unit, seen_from: str, on: date) -> str:
    """Return the last day of a merged unit, empty if it is not shown: earlier reports of a province must not change."""
    if unit.valid_to is None or not (unit.is_over(on) or seen_from in world.successors(unit.code)):
        return ""
    return periods.day(unit.valid_to)


def place_name(world: World, code: str, unit: str, language: str, on: date) -> str:
    """Return the name of a counter, or for "@unit", the name that forms without a counter have at that unit."""
    if not code.startswith("@"):
        return counter_name(world, code, unit, language, on)
    return locales.text(language, "integrity.no_counter", unit=unit_name(world, code[1:], unit, language, on))
