"""The self-score of administrative reform (PAR Index): areas, criteria, and the survey's points still to come."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import locales
from reports.self_score.points import pair, points

AREAS = tuple(str(number) for number in range(1, 9))
COLUMNS = ("area", "criterion", "maximum", "score", "survey", "survey_score", "note")
ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Criterion:
    """One criterion, or an area that is scored as a whole (then `name` and `number` are empty).

    `maximum` includes `survey`, the points that the sociological survey decides. `score` is the self-score of the
    other points, `survey_score` what the survey gave; None means not determined yet.
    """

    number: str
    name: str
    maximum: Decimal
    score: Decimal | None
    survey: Decimal = ZERO
    survey_score: Decimal | None = None
    note: str = ""

    @property
    def pending(self) -> Decimal:
        """The survey's points that are not determined yet."""
        return self.survey if self.survey_score is None else ZERO


@dataclass(frozen=True, slots=True)
class Area:
    """An area with its criteria."""

    name: str
    criteria: tuple[Criterion, ...]

    @property
    def score(self) -> Decimal | None:
        """The points determined so far, including the survey's; None if there are none."""
        given = [p for one in self.criteria for p in (one.score, one.survey_score) if p is not None]
        return sum(given, ZERO) if given else None

    @property
    def maximum(self) -> Decimal:
        """The greatest score."""
        return sum((one.maximum for one in self.criteria), ZERO)

    @property
    def pending(self) -> Decimal:
        """The survey's points that are not determined yet."""
        return sum((one.pending for one in self.criteria), ZERO)


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums over all areas, with the unit's own points and the survey's points apart."""

    score: Decimal
    maximum: Decimal
    survey_score: Decimal
    survey: Decimal


def totals(areas: Sequence[Area]) -> Totals:
    """Return the sums over all areas."""
    listed = [one for area in areas for one in area.criteria]
    survey = sum((one.survey for one in listed), ZERO)
    return Totals(
        score=sum((one.score for one in listed if one.score is not None), ZERO),
        maximum=sum((one.maximum for one in listed), ZERO) - survey,
        survey_score=sum((one.survey_score for one in listed if one.survey_score is not None), ZERO),
        survey=survey,
    )


def total_line(areas: Sequence[Area]) -> str:
    """Return the totals as a text: "57,96 điểm/70 điểm; 0/30 điểm ĐTXHH"."""
    found = totals(areas)
    score, maximum = pair(found.score, found.maximum).split("/")
    of_survey = pair(found.survey_score, found.survey)
    return locales.text(locales.DEFAULT, "par.total", score=score, maximum=maximum, survey=of_survey)


def sentence(area: Area, subject: str) -> str:
    """Say how many points an area has; `subject` is who scored it ("Thành phố", "xã")."""
    if area.score is None:
        said = [locales.text(locales.DEFAULT, "par.unknown", maximum=points(area.maximum))]
    else:
        said = [locales.text(locales.DEFAULT, "par.reached", subject=subject, points=pair(area.score, area.maximum))]
    if area.pending:
        numbers = ", ".join(f"({one.number})" for one in area.criteria if one.pending and one.number)
        key = "par.pending" if numbers else "par.pending_whole"
        said.append(locales.text(locales.DEFAULT, key, numbers=numbers, points=points(area.pending)))
    return " ".join(said)
