"""Cases in every store: one for a response, moved once, the citizen forgotten as promised."""

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from handlers.world import Unit
from storage.store import SqlStore
from surveys.cases import CONTACT_KEPT, STATES, UNFINISHED, Case, State, Step
from surveys.responses import Response

DAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
CASE = Case(0, "sa-dec", "quay2", DAY, 1, "Chờ từ 8 giờ đến 11 giờ.", "a1" * 16, DAY)
RECENT = DAY - CONTACT_KEPT


@pytest.fixture(autouse=True)
async def units(store: SqlStore) -> None:
    """Two units, whose cases they are."""
    async with store.transaction() as tx:
        for unit in ("sa-dec", "cao-lanh"):
            await tx.add_unit(Unit(unit, unit), NOW)


async def opened(store: SqlStore, *cases: Case) -> list[Case]:
    """Store the responses of cases and open them, in one transaction."""
    async with store.transaction() as tx:
        await tx.keep_responses(
            [Response(one.response, one.unit, one.counter, "nhanh", 1, "0" * 64, "web", one.day) for one in cases]
        )
        return await tx.keep_cases(cases)


async def case_in(store: SqlStore, identifier: int) -> Case | None:
    """A case as it stands."""
    async with store.reading() as tx:
        return await tx.case(identifier)


async def move(store: SqlStore, identifier: int, state: State, day: date = DAY) -> bool:
    """Put a case into a state, in a transaction of its own."""
    async with store.transaction() as tx:
        return await tx.move_case(identifier, Step(state, datetime.combine(day, time(9), UTC), "staff sa-dec"))


async def agree(store: SqlStore, response: str, person: str = "77", after: date = RECENT) -> Case | None:
    """Have a citizen agree to be written to."""
    async with store.transaction() as tx:
        return await tx.agree_to_contact(response, "telegram", person, after)


async def take(store: SqlStore, identifier: int, after: date = RECENT) -> tuple[str, str] | None:
    """Take the contact of a case."""
    async with store.transaction() as tx:
        return await tx.take_contact(identifier, after)


async def test_a_case_comes_back_as_it_was_opened(store: SqlStore) -> None:
    """With a number of its own; another number is nothing."""
    (case,) = await opened(store, CASE)
    assert case.id > 0
    assert await case_in(store, case.id) == case == replace(CASE, id=case.id)
    assert await case_in(store, case.id + 1) is None


async def test_a_response_has_one_case_that_says_what_it_says_now(store: SqlStore) -> None:
    """A second page or a correction opens none; level and words follow, state and day stay."""
    (case,) = await opened(store, CASE)
    await move(store, case.id, "passed_on", DAY + timedelta(days=1))
    assert await opened(store, replace(CASE, level=2, comment="Chờ lâu", day=DAY + timedelta(days=2))) == []
    changed = replace(case, level=2, comment="Chờ lâu", state="passed_on", changed_on=DAY + timedelta(days=1))
    assert await case_in(store, case.id) == changed


async def test_one_response_stored_by_many_at_once_opens_one_case(store: SqlStore, twin: SqlStore) -> None:
    """By two processes too."""
    made = await asyncio.gather(*(opened(one, CASE) for one in (store, twin) * 4))
    assert sum(map(len, made)) == 1
    async with store.reading() as tx:
        assert await tx.count_cases(["sa-dec"], STATES) == 1


async def test_cases_go_with_their_responses(store: SqlStore) -> None:
    """A withdrawn response takes its case along, and no other."""
    first, second = await opened(store, CASE, replace(CASE, response="b2" * 16))
    async with store.transaction() as tx:
        await tx.drop_responses([first.response])
    assert (await case_in(store, first.id), await case_in(store, second.id)) == (None, second)
    async with store.transaction() as tx:
        await tx.drop_cases([second.response])
        assert list(await tx.responses([second.response])) == [second.response]
    assert await case_in(store, second.id) is None


async def test_cases_are_listed_by_unit_and_state(store: SqlStore) -> None:
    """The oldest first, or the latest change first; so many at most, and counted whole."""
    days = (3, 1, 2, 1)
    cases = [replace(CASE, response=f"{n:032x}", day=DAY - timedelta(days=days[n])) for n in range(4)]
    kept = await opened(store, *cases, replace(CASE, unit="cao-lanh", response="f" * 32))
    await move(store, kept[1].id, "handled", DAY)
    await move(store, kept[2].id, "handled", DAY + timedelta(days=1))
    async with store.reading() as tx:
        unfinished = await tx.cases(["sa-dec"], UNFINISHED, 10)
        latest = await tx.cases(["sa-dec"], ("handled",), 10, latest=True)
        first = await tx.cases(["sa-dec", "cao-lanh"], STATES, 1)
        counts = [await tx.count_cases(units, UNFINISHED) for units in (["sa-dec"], ["sa-dec", "cao-lanh"], [])]
    assert [case.id for case in unfinished] == [kept[0].id, kept[3].id]
    assert [case.id for case in latest] == [kept[2].id, kept[1].id]
    assert [case.id for case in first] == [kept[0].id]
    assert counts == [2, 3, 0]


async def test_the_cases_of_a_period_are_counted(store: SqlStore) -> None:
    """Both ends included; other units and other days are left out; the second number is of those handled."""
    cases = [replace(CASE, response=f"{n:032x}", day=DAY - timedelta(days=n)) for n in range(4)]
    kept = await opened(store, *cases, replace(CASE, unit="cao-lanh", response="f" * 32))
    await move(store, kept[1].id, "handled", DAY)
    await move(store, kept[3].id, "handled", DAY)
    await move(store, kept[2].id, "passed_on", DAY)
    async with store.reading() as tx:
        assert await tx.cases_between(["sa-dec"], DAY - timedelta(days=2), DAY) == (3, 1)
        assert await tx.cases_between(["sa-dec", "cao-lanh"], DAY, DAY) == (2, 0)
        assert await tx.cases_between(["sa-dec"], DAY + timedelta(days=1), DAY + timedelta(days=9)) == (0, 0)


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        (("handled",), [True]),
        (("handled", "handled"), [True, False]),
        (("passed_on", "passed_on"), [True, False]),
        (("passed_on", "handled", "passed_on"), [True, True, False]),
        (("open",), [False]),
    ],
)
async def test_a_case_moves_forward_once(store: SqlStore, steps: tuple[State, ...], expected: list[bool]) -> None:
    """Each state is entered once, with its date; what is handled stays handled."""
    (case,) = await opened(store, CASE)
    days = [DAY + timedelta(days=n) for n in range(1, len(steps) + 1)]
    assert [await move(store, case.id, state, day) for state, day in zip(steps, days, strict=True)] == expected
    last = max((n for n, moved in enumerate(expected) if moved), default=None)
    left = await case_in(store, case.id)
    state, day = ("open", DAY) if last is None else (steps[last], days[last])
    assert left is not None
    assert (left.state, left.changed_on) == (state, day)


async def test_of_many_who_press_at_once_one_moves_the_case(store: SqlStore, twin: SqlStore) -> None:
    """Two officers, two processes: one of them did it."""
    (case,) = await opened(store, CASE)
    moved = await asyncio.gather(*(move(one, case.id, "handled") for one in (store, twin) * 4))
    assert sum(moved) == 1


async def test_the_contact_is_there_until_it_is_used_once(store: SqlStore, twin: SqlStore) -> None:
    """Of many who take it at once one gets it, and then it is nowhere."""
    (case,) = await opened(store, CASE)
    assert await agree(store, case.response) == replace(case, channel="telegram", person="77")
    taken = await asyncio.gather(*(take(one, case.id) for one in (store, twin) * 4))
    assert sorted(taken, key=str) == [("telegram", "77"), *[None] * 7]
    assert await case_in(store, case.id) == case


async def test_a_handled_case_forgets_its_citizen(store: SqlStore) -> None:
    """And lets nobody agree any more; one that was passed on goes on."""
    (case,) = await opened(store, CASE)
    await agree(store, case.response)
    await move(store, case.id, "passed_on")
    kept = await case_in(store, case.id)
    await move(store, case.id, "handled")
    left = await case_in(store, case.id)
    assert kept is not None
    assert left is not None
    assert (kept.person, left.person, left.channel) == ("77", "", "")
    assert (await agree(store, case.response), await take(store, case.id)) == (None, None)


async def test_nobody_agrees_to_what_is_not_there(store: SqlStore) -> None:
    """No case, or one from too long ago."""
    (case,) = await opened(store, CASE)
    assert await agree(store, "0" * 32) is None
    assert await agree(store, case.response, after=DAY) is None
    assert await case_in(store, case.id) == case


async def test_contacts_are_forgotten_after_a_week(store: SqlStore) -> None:
    """Up to the given day, counted; the cases stay, and a younger contact too."""
    old, young = await opened(store, replace(CASE, day=DAY - CONTACT_KEPT), replace(CASE, response="b2" * 16))
    early = DAY - CONTACT_KEPT - CONTACT_KEPT
    for case in (old, young):
        assert await agree(store, case.response, after=early)
    assert await take(store, old.id, after=old.day) is None
    async with store.transaction() as tx:
        assert [await tx.forget_contacts(DAY - CONTACT_KEPT) for _ in range(2)] == [1, 0]
    assert await case_in(store, old.id) == old
    assert await take(store, young.id) == ("telegram", "77")
