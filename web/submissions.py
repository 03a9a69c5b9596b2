"""Storing survey pages as they are sent: merged with what stands, many in one commit, each exactly once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from handlers.gathering import Gathering
from surveys.answers import Answer, kept
from surveys.questionnaire import Questionnaire
from surveys.responses import Response
from web.site import PagesStore


@dataclass(frozen=True, slots=True)
class Submission:
    """One page of a form: a response without answers, its questionnaire, and what was answered now.

    `cleared` are the questions of the page that are left open, also if they were answered before.
    """

    response: Response
    form: Questionnaire
    answers: Mapping[str, Answer]
    finish: bool
    cleared: frozenset[str] = frozenset()


class Submissions:
    """Takes survey pages; when `add` returns, the answers are on disk."""

    def __init__(self, store: Callable[[], PagesStore]) -> None:
        self._store = store
        self._gathering: Gathering[Submission, Response] = Gathering(self._keep)

    async def add(self, submission: Submission) -> Response:
        """Store a page; returns the whole response. A finished response is not changed any more."""
        return await self._gathering.add(submission)

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
        return outcomes


def _merged(response: Response, submission: Submission) -> Response:
    before = {asked: answer for asked, answer in response.answers.items() if asked not in submission.cleared}
    answers = kept(submission.form, {**before, **submission.answers})
    return replace(response, answers=answers, complete=submission.finish)
