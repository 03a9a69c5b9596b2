"""What the assistant remembers of one conversation between two messages."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from surveys.answers import Answer

MOST_REMEMBERED = 5


@dataclass(frozen=True, slots=True)
class Running:
    """A survey that a person is in the middle of. `response` is the id its answers are stored under.

    `begun_before`: somebody had answered on the slip already, so giving up here deletes nothing.
    `slip`, `round` and `occasion` are empty for the open code at a counter; `day` is when it was opened.
    `asked_at` is when its first question was put, in seconds since 1970; 0 before that.
    `shared`: started where others read along, so no question asks for words.
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
    def to_drop(self) -> str:
        """The stored response to delete if this person gives up; empty if there is none, or it is not theirs."""
        return self.response if self.answers and not self.begun_before else ""

    @property
    def key(self) -> str:
        """The short name that this survey's buttons carry."""
        return self.response[:8]


@dataclass(frozen=True, slots=True)
class Session:
    """One person's conversation. `offered` are the (id, label) pairs of the last buttons shown.

    `topic` is the procedure that is open, `earlier` are those that were open before it, the latest last; `further` are
    those that fit the last question too and were not shown. `matter` is the topic of the last answer if that
    showed no procedure; `asked` is the last question, its numbers masked; `question` is the whole question that may be
    left for a person without typing it again. `spoken_before` is the language to go back to after
    questions in English. `contact`: the response (and its day) whose sender is asked whether staff may write back.
    `began` is the version of the open procedure's text that was shown first.
    `incomplete` is the last question, numbers masked, if it was answered with choices or by asking to hear more.
    `noticed` is the last day on which notices of the unit were shown with a procedure, and the keys of those notices.
    """

    unit: str = ""
    language: str = "vi"
    greeted: bool = False
    offered: tuple[tuple[str, str], ...] = ()
    topic: str = ""
    survey: Running | None = None
    contact: tuple[str, ...] = ()
    earlier: tuple[str, ...] = ()
    further: tuple[str, ...] = ()
    matter: str = ""
    asked: str = ""
    question: str = ""
    spoken_before: str = ""
    noticed: tuple[str, ...] = ()
    began: str = ""
    incomplete: str = ""

    def opening(self, code: str = "") -> "Session":
        """Return the session with a procedure open, or none; the one before it is remembered."""
        latest_first = dict.fromkeys(one for one in (self.topic, *reversed(self.earlier)) if one and one != code)
        earlier = tuple(latest_first)[:MOST_REMEMBERED][::-1]
        return replace(self, topic=code, earlier=earlier, further=(), matter="", began="", incomplete="")

    @property
    def choices(self) -> tuple[str, ...]:
        """The procedures to choose from, if the last reply asked the person to choose among several."""
        named = (identifier.split(":") for identifier, _ in self.offered)
        codes = tuple(dict.fromkeys(parts[1] for parts in named if parts[0] == "p" and len(parts) > 1))
        return codes if len(codes) > 1 else ()

    def to_json(self) -> dict[str, Any]:
        """Return the session as JSON values."""
        values: dict[str, Any] = {
            "unit": self.unit,
            "language": self.language,
            "greeted": self.greeted,
            "offered": [list(pair) for pair in self.offered],
            "topic": self.topic,
        }
        for name in ("contact", "earlier", "further", "noticed"):
            if kept := getattr(self, name):
                values[name] = list(kept)
        for name in ("matter", "asked", "question", "spoken_before", "began", "incomplete"):
            if value := getattr(self, name):
                values[name] = value
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
            earlier=tuple(values.get("earlier", ())),
            further=tuple(values.get("further", ())),
            matter=values.get("matter", ""),
            asked=values.get("asked", ""),
            question=values.get("question", ""),
            spoken_before=values.get("spoken_before", ""),
            noticed=tuple(values.get("noticed", ())),
            began=values.get("began", ""),
            incomplete=values.get("incomplete", ""),
        )


def _as_stored(value: Any) -> Any:
    """Turn JSON's lists back into the tuples of a session, also inside the answers."""
    if isinstance(value, list):
        return tuple(value)
    if isinstance(value, dict):
        return {key: _as_stored(item) for key, item in value.items()}
    return value
