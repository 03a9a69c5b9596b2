"""Rounds, slips and votes: what is taken in once, and what is forgotten, on SQLite and PostgreSQL."""

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from handlers.world import Unit
from storage.store import SqlStore
from surveys.questionnaire import shipped
from surveys.responses import Filing, Refusal, Response
from surveys.slips import Counts, Round, fresh

NOW = datetime(2026, 11, 20, 2, 30, tzinfo=UTC)
DAY = date(2026, 11, 20)
UNIT = Unit("31000", "UBND xã Cẩm Thạch")
ROUND = Round("quy-4", UNIT.code, "nhanh", 200, date(2026, 10, 1), date(2026, 12, 31))
FORM = Response("a", UNIT.code, "quay-1", "nhanh", 1, "0" * 64, "web", DAY, answers={"overall": 4})


def form(identifier: str, **changes: Any) -> Response:
    """A form of the open code, not finished."""
    return replace(FORM, id=identifier, **changes)


def on_slip(identifier: str, *, complete: bool = True, **changes: Any) -> Response:
    """A form on a slip."""
    return form(identifier, round=ROUND.name, complete=complete, **changes)


async def opened(store: SqlStore, slips: int = 0) -> list[str]:
    """A round with so many slips; returns their codes."""
    codes = [fresh() for _ in range(slips)]
    async with store.transaction() as tx:
        await tx.add_unit(UNIT, NOW)
        assert await tx.open_round(ROUND, NOW)
        await tx.add_slips(ROUND.name, codes)
    return codes


async def file(store: SqlStore, *filings: Filing) -> dict[str, Refusal]:
    """Take forms in, in a transaction of their own."""
    async with store.transaction() as tx:
        return await tx.file(filings)


async def stored(store: SqlStore, *identifiers: str) -> dict[str, Response]:
    """Read forms back."""
    async with store.reading() as tx:
        return await tx.responses(identifiers)


async def counts(store: SqlStore) -> Counts:
    """The counts of the round."""
    async with store.reading() as tx:
        return (await tx.round_counts([ROUND.name]))[ROUND.name]


async def test_a_round_is_opened_once_and_closed_once(store: SqlStore) -> None:
    """Its name is its own; an unknown one cannot be closed."""
    await opened(store)
    async with store.transaction() as tx:
        assert not await tx.open_round(replace(ROUND, target=5), NOW)
        assert not await tx.close_round("khác", NOW)
        assert [await tx.close_round(ROUND.name, NOW) for _ in range(2)] == [True, False]
    async with store.reading() as tx:
        assert await tx.rounds() == {ROUND.name: replace(ROUND, closed_at=NOW)}


async def test_slips_are_numbered_on(store: SqlStore) -> None:
    """Ten, then five more, from 1 to 15, with what they are handed out for."""
    await opened(store, 10)
    async with store.transaction() as tx:
        await tx.add_slips(ROUND.name, [fresh() for _ in range(5)], "late")
        slips = await tx.slips_of(ROUND.name)
    assert [slip.serial for slip in slips] == list(range(1, 16))
    assert [slip.occasion for slip in slips] == [""] * 10 + ["late"] * 5


async def test_slips_printed_at_once_get_numbers_of_their_own(store: SqlStore) -> None:
    """Two officers print ten each in the same moment."""
    await opened(store)

    async def print_ten() -> None:
        async with store.transaction() as tx:
            await tx.add_slips(ROUND.name, [fresh() for _ in range(10)])

    await asyncio.gather(print_ten(), print_ten())
    async with store.reading() as tx:
        assert [slip.serial for slip in await tx.slips_of(ROUND.name)] == list(range(1, 21))


async def test_a_hundred_at_once_on_one_slip_store_one_form(store: SqlStore) -> None:
    """Each in a transaction of its own; the slip is used, and what was given on it is not known any more."""
    (code,) = await opened(store, 1)
    outcomes = await asyncio.gather(*(file(store, Filing(on_slip(f"r{n}"), code, f"web:{n}")) for n in range(100)))
    assert sorted(len(outcome) for outcome in outcomes) == [0] + [1] * 99
    assert {reason for outcome in outcomes for reason in outcome.values()} == {"used"}
    assert len(await stored(store, *(f"r{n}" for n in range(100)))) == 1
    async with store.reading() as tx:
        slip = (await tx.slips([code]))[code]
    assert (slip.state, slip.response, slip.week) == ("used", "", "2026-W47")


async def test_a_hundred_in_one_batch_on_one_slip_store_one_form(store: SqlStore) -> None:
    """Together in one transaction the first of them counts."""
    (code,) = await opened(store, 1)
    refused = await file(store, *(Filing(on_slip(f"r{n}", answers={"overall": n % 5 + 1}), code) for n in range(100)))
    assert refused == {f"r{n}": "used" for n in range(1, 100)}
    assert (await stored(store, "r0"))["r0"].answers == {"overall": 1}


async def test_a_slip_begun_elsewhere_goes_on_under_the_same_form(store: SqlStore) -> None:
    """First on one phone, then on another: one form, with the later answers."""
    (code,) = await opened(store, 1)
    assert await file(store, Filing(on_slip("one", complete=False), code)) == {}
    assert await counts(store) == Counts(issued=1, used=0, begun=1, revoked=0)
    async with store.reading() as tx:
        unfinished = (await tx.opened([code]))[code].unfinished
    assert unfinished
    assert (unfinished.id, unfinished.answers) == ("one", {"overall": 4})
    assert await file(store, Filing(on_slip("two", answers={"overall": 2}), code)) == {}
    assert {key: form.answers for key, form in (await stored(store, "one", "two")).items()} == {"one": {"overall": 2}}
    assert await counts(store) == Counts(issued=1, used=1, begun=0, revoked=0)


@pytest.mark.parametrize("reason", ["used", "revoked", "closed", "unknown"])
async def test_why_a_slip_is_refused(store: SqlStore, reason: str) -> None:
    """Nothing is stored then."""
    (code,) = await opened(store, 1)
    async with store.transaction() as tx:
        if reason == "used":
            await tx.file([Filing(on_slip("first"), code)])
        if reason == "revoked":
            assert await tx.revoke_slips([code]) == [code]
            assert await tx.revoke_slips([code]) == []
        if reason == "closed":
            await tx.close_round(ROUND.name, NOW)
    wanted = fresh() if reason == "unknown" else code
    assert await file(store, Filing(on_slip("later"), wanted)) == {"later": reason}
    assert await stored(store, "later") == {}


async def test_a_form_given_up_frees_its_slip(store: SqlStore) -> None:
    """Who says stop has answered nothing, and may begin again."""
    (code,) = await opened(store, 1)
    await file(store, Filing(on_slip("one", complete=False), code))
    async with store.transaction() as tx:
        await tx.drop_responses(["one"])
    assert await counts(store) == Counts(issued=1, used=0, begun=0, revoked=0)
    assert await file(store, Filing(on_slip("two"), code)) == {}
    assert list(await stored(store, "one", "two")) == ["two"]


async def test_a_person_has_one_vote_for_a_counter_and_a_day(store: SqlStore) -> None:
    """The same person, counter and day again is refused; another of any of them is not."""
    await opened(store)
    lan, nam = "telegram:1", "telegram:2"
    assert await file(store, Filing(form("a"), voter=lan)) == {}
    assert await file(store, Filing(form("b"), voter=lan)) == {"b": "voted"}
    others = [
        Filing(form("c"), voter=nam),
        Filing(form("d", counter="quay-2"), voter=lan),
        Filing(form("e", day=date(2026, 11, 21)), voter=lan),
        Filing(form("f")),
        Filing(form("g", assisted=True), voter=lan),
        Filing(form("a", complete=True), voter=lan),
    ]
    assert await file(store, *others) == {}
    assert sorted(await stored(store, *"abcdefg")) == list("acdefg")
    assert (await stored(store, "a"))["a"].complete


async def test_fifty_forms_of_one_person_at_once_store_one(store: SqlStore) -> None:
    """However fast they tap."""
    await opened(store)
    outcomes = await asyncio.gather(*(file(store, Filing(form(f"v{n}"), voter="web:x")) for n in range(50)))
    assert sorted(len(outcome) for outcome in outcomes) == [0] + [1] * 49
    assert len(await stored(store, *(f"v{n}" for n in range(50)))) == 1


async def test_what_somebody_gave_is_found_within_its_week_alone(store: SqlStore) -> None:
    """By person and day; a withdrawn form frees the vote; when the week's key is gone nobody is found."""
    (code,) = await opened(store, 1)
    await file(
        store,
        Filing(form("a"), voter="web:x"),
        Filing(form("b", counter="quay-2"), voter="web:x"),
        Filing(on_slip("s"), code, "web:x"),
        Filing(form("c"), voter="web:y"),
    )
    async with store.transaction() as tx:
        assert await tx.votes_of("web:x", DAY) == ["a", "b", "s"]
        assert await tx.vote_of("web:x", "quay-1", DAY) == "a"
        assert await tx.vote_of("web:x", "quay-3", DAY) == ""
        assert await tx.votes_of("web:x", date(2026, 11, 23)) == []
        await tx.drop_responses(["a"])
        assert await tx.votes_of("web:x", DAY) == ["b", "s"]
        assert await tx.file([Filing(form("again"), voter="web:x")]) == {}
        key = await tx.week_key("2026-W47")
        assert len(key) == 32
        assert await tx.week_key("2026-W47") == key
        assert await tx.forget_votes("2026-W47") == 0
        assert await tx.forget_votes("2026-W48") == 4
        assert await tx.votes_of("web:x", DAY) == []
    assert sorted(await stored(store, "b", "s", "c", "again")) == ["again", "b", "c", "s"]


async def test_answers_given_elsewhere_on_a_slip_are_not_lost(store: SqlStore) -> None:
    """A chat knows only what was said in it; what the page stored meanwhile stays beside it."""
    (code,) = await opened(store, 1)
    await file(store, Filing(on_slip("one", complete=False, answers={"overall": 2, "waiting": 3}), code))
    await file(store, Filing(on_slip("two", complete=False, answers={"overall": 5}), code, adds=True))
    assert (await stored(store, "one"))["one"].answers == {"overall": 5, "waiting": 3}
    await file(store, Filing(on_slip("two", answers={"overall": 4}), code))
    assert (await stored(store, "one"))["one"].answers == {"overall": 4}


async def test_a_round_keeps_the_wording_it_is_held_in(store: SqlStore) -> None:
    """As it was opened; 0 where none was named."""
    await opened(store)
    async with store.transaction() as tx:
        await tx.open_round(replace(ROUND, name="quy-3", version=3), NOW)
        assert {name: one.version for name, one in (await tx.rounds()).items()} == {"quy-4": 0, "quy-3": 3}


@pytest.mark.parametrize("change", [{"version": 2}, {"form": "phuong9"}])
async def test_two_wordings_never_meet_in_one_form(store: SqlStore, change: dict[str, Any]) -> None:
    """What comes in another wording than its slip was begun in is refused as that, and the slip stays as it was."""
    (code,) = await opened(store, 1)
    await file(store, Filing(on_slip("one", complete=False), code))
    assert await file(store, Filing(on_slip("two", answers={"q": 2}, **change), code, adds=True)) == {"two": "changed"}
    assert list(await stored(store, "one", "two")) == ["one"]
    assert await counts(store) == Counts(issued=1, used=0, begun=1, revoked=0)


async def test_wordings_that_are_known_are_not_read_again(store: SqlStore) -> None:
    """Each version ever stored comes with its source, but for those named."""
    forms = [replace(shipped()["nhanh"], version=version, source=f"số {version}") for version in (1, 2, 3)]
    async with store.transaction() as tx:
        await tx.keep_forms(forms)
        assert await tx.wordings() == {("nhanh", number): f"số {number}" for number in (1, 2, 3)}
        assert await tx.wordings([("nhanh", 1), ("nhanh", 3), ("khac", 2)]) == {("nhanh", 2): "số 2"}
