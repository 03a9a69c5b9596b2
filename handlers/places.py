"""What citizens are told of a counter that is closed."""

import locales
from handlers.world import World


def no_counter(world: World, code: str, language: str) -> str:
    """Say why a counter takes no answers: its unit was merged (into which), or there is no such counter."""
    closed = world.closed.get(code)
    now = world.standing(closed.unit) if closed else ""
    if closed is None or now == closed.unit:
        return locales.text(language, "survey.unknown_counter")
    former = world.units[closed.unit]
    return locales.text(language, "place.moved", counter=closed.name, former=former.name, unit=world.units[now].name)
