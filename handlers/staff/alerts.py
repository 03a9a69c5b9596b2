"""Bad service is noticed: staff are written to in the transaction that stores what a citizen said of it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from catalog.catalogs import lineage
from handlers.channel import Traits, pieces
from handlers.messages import Reply
from handlers.ports import Addressee, Membership, Tx
from handlers.staff.cases import alert, contact_news, passed_on
from handlers.world import World
from surveys.cases import Case, case_of, may_take_back
from surveys.responses import Response


class Alerts:
    """Opens cases and writes to those who have to know; whatever is written is committed with its cause."""

    def __init__(
        self, world: Callable[[], World], channels: Mapping[str, Traits], clock: Callable[[], datetime]
    ) -> None:
        self._world = world
        self._channels = channels
        self._clock = clock

    async def stored(self, tx: Tx, responses: Sequence[Response]) -> None:
        """Open a case for each response just stored that needs one, and alert its unit's staff.

        Once a response; and once more where words come after reasons that were ticked first.
        """
        world, today = self._world(), self._clock().date()
        cases, taken_back = [], []
        for response in responses:
            form = world.forms.get(response.form)
            if form is None or response.unit not in world.units:
                continue
            if case := case_of(form, response, today):
                cases.append(case)
            elif may_take_back(form, response.answers):
                taken_back.append(response.id)
        if taken_back:
            await tx.drop_cases(taken_back)
        if cases:
            # A form on a slip that somebody else began is kept under the other's id, not under its own.
            kept = await tx.responses([case.response for case in cases])
            for case in await tx.keep_cases([case for case in cases if case.response in kept]):
                await self._tell(tx, await tx.members(case.unit, "alerts"), alert(world, case, today))

    async def agreed(self, tx: Tx, case: Case) -> None:
        """Tell whoever deals with a case that its citizen may be written to."""
        world = self._world()
        readers = await tx.members(case.unit, "alerts")
        if case.state == "passed_on":
            readers = list(dict.fromkeys([*readers, *await self._leaders(tx, case.unit)]))
        await self._tell(tx, readers, contact_news(world, case, self._clock().date()))

    async def passed_on(self, tx: Tx, case: Case, by: Addressee | None = None) -> int:
        """Alert the admins of a case's unit and of those above, but for the one who did it; returns how many."""
        here = (by.channel, by.user) if by else None
        leaders = [one for one in await self._leaders(tx, case.unit) if (one.channel, one.user) != here]
        return await self._tell(tx, leaders, passed_on(self._world(), case, self._clock().date()))

    def reaches(self, channel: str) -> bool:
        """Tell whether somebody in a channel can be written to outside a turn."""
        return channel in self._channels and self._channels[channel].reachable

    async def write(self, tx: Tx, person: Addressee, reply: Reply) -> bool:
        """Put a message to one chat into the outbox; False where its channel is off or cannot be written to."""
        if not self.reaches(person.channel):
            return False
        traits = self._channels[person.channel]
        await tx.enqueue(person, pieces(traits, reply), self._clock(), pushed=traits.pushed)
        return True

    async def _tell(self, tx: Tx, readers: Iterable[Membership], said: Reply) -> int:
        # In one order everywhere, so that two transactions that write to the same chats wait instead of locking up.
        ordered = sorted(readers, key=lambda one: (one.channel, one.user))
        return sum([await self.write(tx, reader, said) for reader in ordered])

    async def _leaders(self, tx: Tx, unit: str) -> list[Membership]:
        parents = {code: one.parent for code, one in self._world().units.items()}
        chain = [code for code in lineage(unit, parents) if code]
        return [member for code in chain for member in await tx.members(code, "alerts") if member.role == "admin"]
