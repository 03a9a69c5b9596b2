"""Taking in survey forms: one per slip, one per person, counter and day; and withdrawing them."""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy import delete, select

from handlers.limit_metrics import acted
from storage.counts.rows import RESPONSE
from storage.forms.answers import VOTE, Answers
from storage.forms.arrivals import KEY, Integrity
from storage.forms.rounds import ROUND, Rounds, round_of
from surveys.responses import Filing, Opened, Refusal, week_of
from surveys.signs import arrivals


class Votes(Answers, Rounds, Integrity):
    """The part of a transaction that decides which forms are taken."""

    async def file(self, filings: Sequence[Filing]) -> dict[str, Refusal]:
        """Store forms, or replace those with the same ids; returns by id why the others were refused.

        A form on a slip is stored under the id that the slip is tied to. A form that was stored once is refused
        later only if its slip was used or revoked meanwhile.
        """
        ids = [filing.response.id for filing in filings]
        known = set((await self._connection.execute(select(RESPONSE.c.id).where(RESPONSE.c.id.in_(ids)))).scalars())
        refused: dict[str, Refusal] = {}
        taken: dict[str, Filing] = {}
        finished: set[str] = set()
        for filing in filings:
            outcome: Filing | Refusal = "used"
            if filing.slip not in finished:
                outcome = await self._admitted(filing, known=filing.response.id in known)
            if isinstance(outcome, Filing):
                taken[outcome.response.id] = outcome
                finished |= {filing.slip} if filing.slip and filing.response.complete else set()
            else:
                refused[filing.response.id] = outcome
        apart = await self.note_arrivals(arrivals(one for one in taken.values() if one.response.id not in known))
        if apart:
            acted("budget", len(apart))
        responses = [filing.response for filing in taken.values()]
        await self.keep_responses([replace(one, apart="waiting") if one.id in apart else one for one in responses])
        for filing in taken.values():
            if filing.slip and filing.response.complete:
                await self.use_slips([filing.slip], week_of(filing.response.day))
        return refused

    async def _admitted(self, filing: Filing, *, known: bool) -> Filing | Refusal:
        if filing.slip:
            filing_or_refusal = await self._on_slip(filing)
            if isinstance(filing_or_refusal, Filing) and not known:
                await self._vote(filing_or_refusal)
            return filing_or_refusal
        if not known and not await self.count_tap(filing):
            return "crowded"
        if known or not filing.voter or filing.response.stratum != "open":
            return filing
        return filing if await self._vote(filing) else "voted"

    async def _on_slip(self, filing: Filing) -> Filing | Refusal:
        opened = (await self.opened([filing.slip])).get(filing.slip)
        if opened is None:
            return "unknown"
        if refusal := opened.refusal(filing.response.day):
            return refusal
        if opened.differs(filing.response):
            return "changed"
        tie = (await self.take_slips({filing.slip: filing.response.id})).get(filing.slip)
        return filing.on(opened.unfinished, tie) if tie else "used"

    async def _vote(self, filing: Filing) -> bool:
        """Use a person's one vote for a form; False if another form of that person has used it."""
        if not filing.voter:
            return True
        response = filing.response
        week = week_of(response.day)
        key = await self.week_key(week)
        place = f"slip|{response.id}" if filing.slip else f"open|{response.counter}|{response.day}"
        row = {
            "digest": _digest(key, f"{place}|{filing.voter}"),
            "person": _digest(key, f"person|{filing.voter}"),
            "week": week,
            "response": response.id,
        }
        await self._connection.execute(self._insert(VOTE).on_conflict_do_nothing(), [row])
        holder = await self._connection.execute(select(VOTE.c.response).where(VOTE.c.digest == row["digest"]))
        return bool(holder.scalar_one() == response.id)

    async def opened(self, codes: Sequence[str]) -> dict[str, Opened]:
        """Return slips by code with their rounds and the answers given on them so far."""
        slips = await self.slips(codes)
        if not slips:
            return {}
        rows = await self._connection.execute(select(ROUND).where(ROUND.c.name.in_({s.round for s in slips.values()})))
        rounds = {row.name: round_of(row) for row in rows}
        stored = await self.responses([slip.response for slip in slips.values() if slip.response])
        return {code: Opened(slip, rounds[slip.round], stored.get(slip.response)) for code, slip in slips.items()}

    async def vote_of(self, voter: str, counter: str, day: date) -> str:
        """Return the id of the form that somebody gave at a counter on a day; empty where there is none."""
        if not (key := await self._key(week_of(day))):
            return ""
        digest = _digest(key, f"open|{counter}|{day}|{voter}")
        found = await self._connection.execute(select(VOTE.c.response).where(VOTE.c.digest == digest))
        return found.scalar_one_or_none() or ""

    async def votes_of(self, voter: str, day: date) -> list[str]:
        """Return the ids of the forms that somebody gave in the week of a day."""
        if not (key := await self._key(week_of(day))):
            return []
        person = _digest(key, f"person|{voter}")
        rows = await self._connection.execute(select(VOTE.c.response).where(VOTE.c.person == person))
        return sorted(rows.scalars())

    async def forget_votes(self, week: str) -> int:
        """Delete the keys of all weeks before one, and the votes of those weeks; returns how many votes."""
        await self._connection.execute(delete(KEY).where(KEY.c.week < week))
        return (await self._connection.execute(delete(VOTE).where(VOTE.c.week < week))).rowcount


def _digest(key: bytes, text: str) -> str:
    return hmac.new(key, text.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()
