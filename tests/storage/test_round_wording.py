"""Rounds that were open before rounds kept a wording are given the one that was in use."""

from sqlalchemy import Connection, text

from storage.database import upgrade
from storage.store import SqlStore

ROWS = (
    "INSERT INTO unit (code, name, kind, parent, phone, address, hours, demo, successor, created_at)"
    " VALUES ('u', 'U', '', '', '', '', '', false, '', '2026-11-20 00:00:00')",
    *(
        f"INSERT INTO questionnaire (code, version, digest, source) VALUES ('{code}', {version}, '', '')"  # noqa: S608 -- ours
        for code, version in (("nhanh", 1), ("nhanh", 3), ("phuong9", 2))
    ),
    *(
        "INSERT INTO survey_round (name, unit, counter, form, target, first, last, opened_at)"  # noqa: S608 -- ours
        f" VALUES ('{form}', 'u', '', '{form}', 5, '2026-10-01', '2026-12-31', '2026-10-01 00:00:00')"
        for form in ("nhanh", "phuong9", "khac")
    ),
)


async def test_an_open_round_gets_the_last_wording_that_was_stored(empty: str) -> None:
    """That of its form alone; one whose form never had a wording stays with the one in use. Nothing else changes."""

    def before(connection: Connection) -> None:
        upgrade.move(connection, "0003")
        for statement in ROWS:
            connection.execute(text(statement))

    store = SqlStore.open(empty)
    try:
        async with store.engine.begin() as connection:
            await connection.run_sync(before)
        await upgrade.upgrade(store.engine)
        async with store.reading() as tx:
            rounds = await tx.rounds()
        assert {name: one.version for name, one in rounds.items()} == {"nhanh": 3, "phuong9": 2, "khac": 0}
        assert {(one.unit, one.target) for one in rounds.values()} == {("u", 5)}
    finally:
        await store.close()
