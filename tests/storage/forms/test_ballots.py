"""Paper ballots in the database: a slip once, a batch whole or not at all, sums that match what was typed."""

import asyncio
import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest

from handlers.paper.ballot import Ballot, Fault, Register
from handlers.paper.batch import Taken, Totals, add_up, keep_ballots, totals_of
from handlers.world import Unit
from storage.store import SqlStore
from surveys.questionnaire import shipped
from surveys.slips import Counts, Round, Slip, fresh
from tests.sample import NOW, world

FORM = shipped()["nhanh"]
DAY = date(2026, 11, 20)
ROUND = Round("Quý 4", "sa-dec", "nhanh", 5, date(2026, 10, 1), date(2026, 12, 31), "quay1")
LEVELS = (5, 5, 4, 1)


async def opened(store: SqlStore, count: int = 6) -> list[Slip]:
    """A round with slips."""
    async with store.transaction() as tx:
        await tx.add_unit(Unit("sa-dec", "Phường Sa Đéc"), NOW)
        await tx.open_round(ROUND, NOW)
        return await tx.add_slips(ROUND.name, [fresh() for _ in range(count)], "late")


def typed(slips: Sequence[Slip], levels: Sequence[int] = LEVELS, day: date = DAY) -> dict[str, Ballot]:
    """Ballots with one answer each."""
    return {
        secrets.token_hex(16): Ballot(slip, {"overall": level}, day) for slip, level in zip(slips, levels, strict=False)
    }


async def keep(store: SqlStore, ballots: dict[str, Ballot]) -> None:
    """Store ballots in a transaction of their own."""
    async with store.transaction() as tx:
        await keep_ballots(tx, world(), ROUND, FORM, ballots)


async def summed(store: SqlStore, day: date = DAY) -> Totals:
    """What a round's paper ballots of a day add up to."""
    async with store.reading() as tx:
        return await totals_of(tx, ROUND, day)


async def test_a_batch_is_stored_and_its_slips_are_used(store: SqlStore, twin: SqlStore) -> None:
    """Responses carry round, counter and occasion; the slips carry the week and no tie."""
    slips = await opened(store)
    ballots = typed(slips)
    await keep(store, ballots)
    async with twin.reading() as tx:
        stored = await tx.responses(list(ballots))
        after = await tx.slips_of(ROUND.name)
        counts = await tx.round_counts([ROUND.name, "không có"])
    assert {key: response.answers["overall"] for key, response in stored.items()} == {
        key: ballot.answers["overall"] for key, ballot in ballots.items()
    }
    assert {(r.round, r.counter, r.occasion, r.source, r.complete) for r in stored.values()} == {
        ("Quý 4", "quay1", "late", "paper", True)
    }
    assert [(slip.state, slip.week, slip.response) for slip in after] == [("used", "2026-W47", "")] * 4 + [
        ("issued", "", "")
    ] * 2
    assert counts == {"Quý 4": Counts(6, 4, 0, 0)}


async def test_the_week_of_a_slip_is_that_of_its_ballot(store: SqlStore) -> None:
    """Not that of the day on which it was typed in."""
    slips = await opened(store)
    await keep(store, {**typed(slips[:1]), **typed(slips[1:2], day=date(2026, 11, 2))})
    async with store.reading() as tx:
        assert [slip.week for slip in await tx.slips_of(ROUND.name)][:2] == ["2026-W47", "2026-W45"]


@pytest.mark.parametrize("state", ["used", "revoked", "begun"])
async def test_one_slip_that_is_not_open_keeps_the_whole_batch_out(store: SqlStore, state: str) -> None:
    """Nothing of the others is stored, and the answers on that slip stay what they were."""
    slips = await opened(store)
    async with store.transaction() as tx:
        if state == "begun":
            await tx.take_slips({slips[2].code: "f" * 32})
        elif state == "used":
            await tx.use_slips([slips[2].code], "2026-W46")
        else:
            await tx.revoke_slips([slips[2].code])
    with pytest.raises(Taken) as caught:
        await keep(store, typed(slips))
    assert [slip.serial for slip in caught.value.slips] == [3]
    assert await summed(store) == Totals(0, {})
    async with store.reading() as tx:
        states = [slip.state for slip in await tx.slips_of(ROUND.name)]
        refused = Register.of(await tx.slips_of(ROUND.name)).find("3")
    assert states.count("issued") == (6 if state == "begun" else 5)
    assert isinstance(refused, Fault)
    assert refused.key == f"paper.problem.{state}"


async def test_a_round_that_was_closed_meanwhile_takes_nothing(store: SqlStore) -> None:
    """Whoever closes a round may rely on its figures."""
    slips = await opened(store)
    async with store.transaction() as tx:
        await tx.close_round(ROUND.name, NOW)
    with pytest.raises(Taken):
        await keep(store, typed(slips))
    assert (await summed(store)).ballots == 0


async def test_ten_people_typing_one_ballot_store_it_once(store: SqlStore, twin: SqlStore) -> None:
    """Two windows, two processes, one slip: one answer."""
    slips = await opened(store)
    done = await asyncio.gather(
        *(keep((store, twin)[n % 2], typed(slips[:1], [1 + n % 5])) for n in range(10)), return_exceptions=True
    )
    assert sorted(type(outcome).__name__ for outcome in done) == ["NoneType"] + ["Taken"] * 9
    assert (await summed(store)).ballots == 1


async def test_sums_count_paper_of_the_round_and_day_alone(store: SqlStore) -> None:
    """What the page shows for checking is what was typed in: no web answers, no other day, no other round."""
    slips = await opened(store)
    ballots = typed(slips)
    await keep(store, ballots)
    await keep(store, typed(slips[4:5], day=date(2026, 11, 19)))
    response = next(iter(typed(slips[5:]).values())).response("e" * 32, ROUND, FORM)
    async with store.transaction() as tx:
        await tx.keep_responses([replace(response, source="web"), replace(response, id="d" * 32, round="Quý 3")])
    assert await summed(store) == Totals(4, {("overall", 5): 2, ("overall", 4): 1, ("overall", 1): 1})
    assert await summed(store) == add_up(list(ballots.values()))
    assert (await summed(store)).rows(FORM) == [("overall", [1, 0, 0, 1, 2])]
    assert (await summed(store, date(2026, 11, 19))).ballots == 1
