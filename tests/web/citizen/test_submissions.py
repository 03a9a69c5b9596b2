"""Survey pages are stored also where the database asks to try again, each once and with one alert."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from handlers.channel import Traits
from handlers.ports import Conflict
from handlers.shell import RETRIES
from handlers.staff.alerts import Alerts
from storage.store import SqlTx
from surveys.responses import Response
from tests import stores
from tests.clock import FAR_OFF
from tests.sample import NOW, world
from tests.stores import FileStore, Opener
from web.citizen.submissions import Submission, Submissions

opened = stores.opened
FORM = world().forms["nhanh"]


class Contended(FileStore):
    """A store whose first transactions fail at their end, as a database does that found two of them locked up."""

    failing = 0

    @asynccontextmanager
    async def transaction(self, *, urgent: bool = False) -> AsyncIterator[SqlTx]:
        """Open a transaction, and undo it as long as some are to fail."""
        async with super().transaction(urgent=urgent) as tx:
            yield tx
            if self.failing:
                self.failing -= 1
                raise Conflict("the database asks to try again")


async def prepared(opened: Opener, failing: int) -> tuple[Contended, Submissions, Submission]:
    """A store with an officer in it, and a complaint to be stored."""
    store = opened(Contended)
    async with store.transaction() as tx:
        await tx.add_unit(world().units["sa-dec"], NOW)
        await tx.create_token("invitation", "sa-dec", "staff", "ABCDE", FAR_OFF)
        await tx.redeem("ABCDE", "telegram", "lan", NOW)
    store.failing = failing
    alerts = Alerts(world, {"telegram": Traits(4000, pushed=True)}, lambda: NOW)
    blank = Response("ab" * 16, "sa-dec", "quay2", "nhanh", 1, FORM.digest, "web", NOW.date())
    return (
        store,
        Submissions(lambda: store, world, alerts),
        Submission(blank, FORM, {"overall": 1, "comment": "Chờ"}, finish=True),
    )


@pytest.mark.parametrize("failing", [0, 1, RETRIES - 1])
async def test_a_page_is_stored_after_a_conflict(failing: int, opened: Opener) -> None:
    """The citizen notices nothing; the answer, its case and its alert are there once."""
    store, submissions, submission = await prepared(opened, failing)
    kept = await submissions.add(submission)
    assert kept.complete
    assert await store.forms() == {kept.id: kept}
    assert (len(store.rows("service_case")), [row.person for row in store.rows("outbox")]) == (1, ["lan"])


async def test_a_conflict_without_end_stores_nothing(opened: Opener) -> None:
    """After so many attempts the page fails as a whole."""
    store, submissions, submission = await prepared(opened, RETRIES)
    with pytest.raises(Conflict):
        await submissions.add(submission)
    assert [store.rows(table) for table in ("response", "service_case", "outbox")] == [[], [], []]
