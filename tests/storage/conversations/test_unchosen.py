"""Choices that people left without a word, on SQLite and PostgreSQL: told once, for the day of the question."""

from datetime import timedelta

from handlers.messages import Incoming
from handlers.ports import Recorded
from handlers.session import Session
from handlers.turn import NoteMiss
from storage.store import SqlStore
from tests.sample import NOW

OPEN = Session("sa-dec", offered=(("p:1.001193", "Khai sinh"), ("p:1.004884", "Khai sinh lại")), asked="khai sinh lại")
CHOSEN = Session("sa-dec", offered=OPEN.offered, asked="khai sinh", topic="1.001193")


async def test_a_choice_that_is_left_is_told_once(store: SqlStore) -> None:
    """What was chosen, what is fresh and what is too old is none; the conversation goes on from a new version."""
    async with store.transaction() as tx:
        for number, (session, hours) in enumerate(((OPEN, 5), (CHOSEN, 5), (OPEN, 0), (OPEN, 300))):
            said = Incoming("web", f"người {number}", f"m{number}", "khai sinh")
            await tx.record([Recorded(said, session, 0, ())], NOW - timedelta(hours=hours))
    window = (NOW - timedelta(days=4), NOW - timedelta(hours=1))
    async with store.transaction() as tx:
        assert await tx.take_untaken(*window) == [(NOW.date(), NoteMiss("sa-dec", "khai sinh lại", "not_taken"))]
        assert await tx.take_untaken(*window) == []
    (recalled,) = await store.recall([Incoming("web", "người 0", "m9", "chào")])
    assert (recalled.session.asked, recalled.session.offered) == ("", OPEN.offered)
    assert recalled.version == 2
