"""What the assistant remembers of one conversation between two messages."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from surveys.answers import Answer


@dataclass(frozen=True, slots=True)
class Running:
    """A survey that a person is in the middle of. `response` is the id its answers are stored under.

    `begun_before`: somebody had answered on the slip already, so that who gives up here takes nothing along.
    `slip`, `round` and `occasion` are empty for the open code at a counter; `day` is when it was opened.
    `asked_at` is when its first question was put, in seconds since 1970; 0 before that.
    `shared`: begun where others read along, so that nothing is asked for in words.
    """

    response: str
    source: str
    unit: str
    counter: str
    form: str
    version: int
    agreed: bool = False
    answers: Mapping[str, Answer] = field(default_factory=dict)
    passed: tuple[str, ...] = ()
    chosen: tuple[str, ...] = ()
    slip: str = ""
    begun_before: bool = False
    round: str = ""
    occasion: str = ""
    assisted: bool = False
    day: str = ""
    asked_at: float = 0
    shared: bool = False

    @property
    def own(self) -> str:
        """The stored response that goes when this person gives up; empty where there is none, or it is not theirs."""
        return self.response if self.answers and not self.begun_before else ""

    @property
    def key(self) -> str:
        """The short name that this survey's buttons carry."""
        return self.response[:8]


@dataclass(frozen=True, slots=True)
class Session:
    """One person's conversation. `offered` are the (id, label) pairs of the last buttons shown.

    `contact`: the response (and its day) whose sender is being asked whether staff may write back.
    """

    unit: str = ""
    language: str = "vi"
    greeted: bool = False
    offered: tuple[tuple[str, str], ...] = ()
    topic: str = ""
    survey: Running | None = None
    contact: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the session as JSON values."""
        values: dict[str, Any] = {
            "unit": self.unit,
            "language": self.language,
            "greeted": self.greeted,
            "offered": [list(pair) for pair in self.offered],
            "topic": self.topic,
        }
        if self.contact:
            values["contact"] = list(self.contact)
        if self.survey:
            values["survey"] = {name: getattr(self.survey, name) for name in Running.__dataclass_fields__}
        return values

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "Session":
        """Rebuild what `to_json` gave, also after a trip through JSON text."""
        running = values.get("survey")
        return cls(
            unit=values["unit"],
            language=values["language"],
            greeted=values["greeted"],
            offered=tuple((identifier, label) for identifier, label in values["offered"]),
            topic=values["topic"],
            survey=Running(**{name: _as_stored(value) for name, value in running.items()}) if running else None,
            contact=tuple(values.get("contact", ())),
        )


def _as_stored(value: Any) -> Any:
    """JSON has lists where a session has tuples, also inside the answers."""
    if isinstance(value, list):
        return tuple(value)
    if isinstance(value, dict):
        return {key: _as_stored(item) for key, item in value.items()}
    return value
