"""The list of unfinished cases in words: how many there are, and the oldest."""

from collections.abc import Sequence

from handlers.messages import Text
from handlers.ports import Tx
from handlers.staff.cases import line
from handlers.wording import say
from handlers.world import World
from surveys.cases import UNFINISHED, Case


async def unfinished(tx: Tx, units: Sequence[str], most: int) -> tuple[int, list[Case]]:
    """Return how many cases of units are unfinished, and the oldest of them."""
    count = await tx.count_cases(units, UNFINISHED)
    return count, await tx.cases(units, UNFINISHED, most) if count else []


def listed(world: World, count: int, oldest: Sequence[Case], language: str = "vi") -> Text:
    """Return the list as a text; empty where there is none."""
    if not count:
        return Text()
    return Text.lines(
        (
            say(language, "case.count", count=count),
            *(line(world, case, language) for case in oldest),
            say(language, "case.rest", count=count - len(oldest)) if count > len(oldest) else "",
        )
    )
