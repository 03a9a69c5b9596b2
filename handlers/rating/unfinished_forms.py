"""Unfinished forms: the wording in which they are finished, and what happens if that wording is lost."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from handlers.world import World
from surveys.questionnaire import DefinitionError, Questionnaire, parse
from surveys.responses import Opened, Response
from surveys.slips import Slip


class UnfinishedFormsTx(Protocol):
    """A transaction as unfinished forms need it."""

    async def responses(self, ids: Sequence[str]) -> dict[str, Response]:
        """Return stored responses with their answers by id."""

    async def drop_unfinished(self, ids: Sequence[str]) -> None:
        """Delete responses that were not sent off yet."""

    async def wordings(self) -> dict[tuple[str, int], str]:
        """Return the sources of all questionnaire versions ever used, by code and version."""


def wording_on(world: World, opened: Opened) -> Questionnaire | None:
    """Return the wording that a slip is answered in: the one it was started in, else that of its round."""
    unfinished = opened.unfinished
    return world.form(unfinished.form, unfinished.version) if unfinished else world.wording_of(opened.round)


def is_lost(world: World, response: Response | None) -> bool:
    """Tell whether a form was started in a wording that this world does not know."""
    return response is not None and not response.complete and world.form(response.form, response.version) is None


async def lost_forms(tx: UnfinishedFormsTx, world: World, identifiers: Sequence[str]) -> list[str]:
    """Return which forms can never be finished: started in a wording that is not kept, or cannot be read any more.

    A wording that another process stored a moment ago is not in the world yet, but it is not lost.
    """
    unknown = [one for one in (await tx.responses(identifiers)).values() if is_lost(world, one)]
    kept = await tx.wordings() if unknown else {}
    return [one.id for one in unknown if not _is_kept(kept, one)]


async def free_slips(tx: UnfinishedFormsTx, world: World, slips: Sequence[Slip], *, drop: bool = True) -> list[Slip]:
    """Return slips as they are after the lost forms on them are dropped.

    With `drop` those forms are deleted; without it this only looks.
    """
    lost = await lost_forms(tx, world, [slip.response for slip in slips if slip.response])
    if lost and drop:
        await tx.drop_unfinished(lost)
    return [replace(slip, response="") if slip.response in lost else slip for slip in slips]


def _is_kept(kept: Mapping[tuple[str, int], str], response: Response) -> bool:
    source = kept.get((response.form, response.version))
    try:
        return source is not None and parse(source, response.form).version == response.version
    except DefinitionError:
        return False
