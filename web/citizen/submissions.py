"""Storing sent survey pages: merged with the stored form, many in one commit, each exactly once."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from handlers.gathering import Gathering
from handlers.lookup.response_field import with_field
from handlers.ports import Conflict
from handlers.shell import RETRIES
from handlers.staff.alerts import Alerts
from handlers.world import World
from surveys.answers import Answer, kept
from surveys.questionnaire import Questionnaire
from surveys.responses import Filing, Opened, Refusal, Response
from web.site import PagesStore


@dataclass(frozen=True, slots=True)
class Submission:
    """One page of a form: a response without answers, its questionnaire, and what was answered now.

    `slip` is the code of the slip it is given on; `voter`, `device`, `at`, `screen` and `tapped` are as in Filing.
    `cleared` are the questions of the page that are left open, also if they were answered before.
    """

    response: Response
    form: Questionnaire
    answers: Mapping[str, Answer]
    finish: bool
    cleared: frozenset[str] = frozenset()
    slip: str = ""
    voter: str = ""
    device: str = ""
    at: datetime | None = None
    screen: int = 0
    tapped: datetime | None = None


class Submissions:
    """Takes survey pages; when `add` returns, the answers are on disk."""

    def __init__(self, store: Callable[[], PagesStore], world: Callable[[], World], alerts: Alerts) -> None:
        self._store = store
        self._world = world
        self._alerts = alerts
        self._gathering: Gathering[Submission, Response | Refusal] = Gathering(self._insist)

    async def add(self, submission: Submission) -> Response | Refusal:
        """Store a page; returns the whole response, or why it was refused.

        A finished response is never changed.
        """
        return await self._gathering.add(submission)

    async def _insist(self, batch: Sequence[Submission]) -> list[Response | Refusal]:
        """Retry when the database reports a conflict, as between an alert and an officer's turn."""
        for _ in range(RETRIES - 1):
            with suppress(Conflict):
                return await self._keep(batch)
        return await self._keep(batch)

    async def _keep(self, batch: Sequence[Submission]) -> list[Response | Refusal]:
        world = self._world()
        async with self._store().transaction() as tx:
            opened = await tx.opened(sorted({submission.slip for submission in batch if submission.slip}))
            unfinished = {code: slip.unfinished.id for code, slip in opened.items() if slip.unfinished}
            stored = await tx.responses([submission.response.id for submission in batch] + sorted(unfinished.values()))
            changed: dict[str, Filing] = {}
            outcomes: list[Response | Refusal] = []
            for submission in batch:
                if refusal := _slip_refusal(submission, opened):
                    outcomes.append(refusal)
                    continue
                identifier = submission.response.id
                if submission.slip:
                    identifier = unfinished.setdefault(submission.slip, identifier)
                response = changed[identifier].response if identifier in changed else stored.get(identifier)
                if response and (response.form, response.version) != (submission.form.code, submission.form.version):
                    outcomes.append("changed")
                elif response is None or not response.complete:
                    response = with_field(world, _merged(response or submission.response, submission))
                    changed[identifier] = Filing(
                        response,
                        submission.slip,
                        submission.voter,
                        submission.device,
                        submission.at,
                        screen=submission.screen,
                        tapped=submission.tapped,
                    )
                    outcomes.append(response)
                elif submission.slip and (identifier != submission.response.id or not _repeats(submission, response)):
                    outcomes.append("used")
                else:
                    outcomes.append(response)
            refused = await tx.file(list(changed.values()))
            await self._alerts.stored(
                tx, [filing.response for filing in changed.values() if filing.response.id not in refused]
            )
        return [refused.get(one.id, one) if isinstance(one, Response) else one for one in outcomes]


def _slip_refusal(submission: Submission, opened: Mapping[str, Opened]) -> Refusal | None:
    if not submission.slip:
        return None
    slip = opened.get(submission.slip)
    return slip.refusal(submission.response.day) if slip else "unknown"


def _repeats(submission: Submission, response: Response) -> bool:
    """Tell whether a page holds only answers that are stored already, so that it was sent again."""
    return all(response.answers.get(question) == answer for question, answer in submission.answers.items())


def _merged(response: Response, submission: Submission) -> Response:
    before = {asked: answer for asked, answer in response.answers.items() if asked not in submission.cleared}
    answers = kept(submission.form, {**before, **submission.answers})
    return replace(response, answers=answers, complete=submission.finish)
