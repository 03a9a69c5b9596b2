"""Storing survey pages as they are sent: merged with what stands, many in one commit, each exactly once."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from handlers.alerts import Alerts
from handlers.gathering import Gathering
from handlers.ports import Conflict
from handlers.shell import RETRIES
from surveys.answers import Answer, kept
from surveys.questionnaire import Questionnaire
from surveys.responses import Response
from web.site import PagesStore


@dataclass(frozen=True, slots=True)
class Submission:
    """One page of a form: a response without answers, its questionnaire, and what was answered now."""

    response: Response
    form: Questionnaire
    answers: Mapping[str, Answer]
    finish: bool


class Submissions:
    """Takes survey pages; when `add` returns, the answers are on disk."""

    def __init__(self, store: Callable[[], PagesStore], alerts: Alerts) -> None:
        self._store = store
        self._alerts = alerts
        self._gathering: Gathering[Submission, Response] = Gathering(self._insist)

    async def add(self, submission: Submission) -> Response:
        """Store a page; returns the whole response. A finished response is not changed any more."""
        return await self._gathering.add(submission)

    async def _insist(self, batch: Sequence[Submission]) -> list[Response]:
        """Try again where the database asks for it: an alert may meet an officer's own turn."""
        for _ in range(RETRIES - 1):
            with suppress(Conflict):
                return await self._keep(batch)
        return await self._keep(batch)

    async def _keep(self, batch: Sequence[Submission]) -> list[Response]:
        async with self._store().transaction() as tx:
            stored = await tx.responses([submission.response.id for submission in batch])
            changed: dict[str, Response] = {}
            outcomes = []
            for submission in batch:
                response = changed.get(submission.response.id) or stored.get(submission.response.id)
                if response is None or not response.complete:
                    response = _merged(response or submission.response, submission)
                    changed[response.id] = response
                outcomes.append(response)
            if changed:
                await tx.keep_responses(list(changed.values()))
                await self._alerts.stored(tx, list(changed.values()))
        return outcomes


def _merged(response: Response, submission: Submission) -> Response:
    answers = kept(submission.form, {**response.answers, **submission.answers})
    return replace(response, answers=answers, complete=submission.finish)
