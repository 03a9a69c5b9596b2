"""Finding a counter by the code that a citizen gives, or the reason why it takes no answers."""

import locales
from handlers.world import Counter, World


def find_counter(world: World, code: str) -> Counter | None:
    """Return the open counter with a code; upper and lower case are equal unless that is ambiguous."""
    if counter := world.counters.get(code):
        return counter
    alike = [counter for known, counter in world.counters.items() if known.casefold() == code.casefold()]
    return alike[0] if len(alike) == 1 and code not in world.closed else None


def no_counter(world: World, code: str, language: str) -> str:
    """Say why a counter takes no answers: it is closed, its unit was merged (and into which), or it does not exist."""
    closed = world.closed.get(code)
    if closed is None:
        return locales.text(language, "survey.unknown_counter")
    former, now = world.unit(closed.unit), world.standing(closed.unit)
    if now == closed.unit:
        return locales.text(language, "survey.closed_counter", counter=closed.name, unit=former.name)
    return locales.text(language, "place.moved", counter=closed.name, former=former.name, unit=world.units[now].name)
