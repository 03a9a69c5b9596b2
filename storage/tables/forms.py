"""The tables of filled-in forms, of slips and votes, of how fast forms come in, and of cases."""

from datetime import date, datetime

from sqlalchemy import Index, Text, UniqueConstraint, false, text
from sqlmodel import Field, SQLModel

from storage.tables.base import Instant, only


class ResponseRow(SQLModel, table=True):
    """A filled-in survey without identity. `digest` names the wording and the notice agreed to.

    `round` is empty for the open code at a counter; `occasion` says what a slip was handed out with;
    `hasty`: answered in less time than reading the question takes. `field` is that of the procedure, where known.
    `apart`: "waiting" or "discarded" if it is not in the figures (docs/decisions/0027). `half`: "am", "pm" if known.
    """

    __tablename__ = "response"
    __table_args__ = (
        Index("ix_response_unit_day", "unit", "day"),
        Index("ix_response_apart", "unit", "day", **only(text("apart != ''"))),
    )
    id: str = Field(primary_key=True)
    unit: str
    counter: str
    form: str
    version: int
    digest: str
    source: str
    assisted: bool
    day: date
    complete: bool
    round: str = Field(default="", sa_column_kwargs={"server_default": text("''")})
    occasion: str = Field(default="", sa_column_kwargs={"server_default": text("''")})
    hasty: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    field: str = Field(default="", sa_column_kwargs={"server_default": text("''")})
    apart: str = Field(default="", sa_column_kwargs={"server_default": text("''")})
    half: str = Field(default="", sa_column_kwargs={"server_default": text("''")})


class AnswerRow(SQLModel, table=True):
    """One answer as given: a level 1 to 5, the values of chosen options (comma separated), or masked text."""

    __tablename__ = "answer"
    response: str = Field(primary_key=True, foreign_key="response.id", ondelete="CASCADE")
    question: str = Field(primary_key=True)
    level: int | None = None
    chosen: str | None = None
    text: str | None = Field(default=None, sa_type=Text)


class RoundRow(SQLModel, table=True):
    """A survey round: a number of slips of one form for a unit, within a period; `version` 0: the wording in use."""

    __tablename__ = "survey_round"
    name: str = Field(primary_key=True)
    unit: str = Field(foreign_key="unit.code", index=True)
    counter: str = ""
    form: str
    target: int
    first: date
    last: date
    opened_at: datetime = Field(sa_type=Instant)
    closed_at: datetime | None = Field(default=None, sa_type=Instant)
    version: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})


class SlipRow(SQLModel, table=True):
    """A one-time slip. `response` is set while the slip is being answered, and emptied at submission.

    `state`: issued, used, revoked. `week` is the ISO week of the submission.
    """

    __tablename__ = "slip"
    __table_args__ = (UniqueConstraint("round", "serial"),)
    code: str = Field(primary_key=True)
    round: str = Field(foreign_key="survey_round.name")
    serial: int
    occasion: str = ""
    state: str = "issued"
    response: str | None = Field(default=None, index=True)
    week: str = ""


class VoteKeyRow(SQLModel, table=True):
    """The key of an ISO week's votes; without it nobody can tell who voted."""

    __tablename__ = "vote_key"
    week: str = Field(primary_key=True)
    key: str


class VoteRow(SQLModel, table=True):
    """A vote: somebody rated a counter on a day. It holds keyed hashes, and is deleted with the week's key."""

    __tablename__ = "vote"
    digest: str = Field(primary_key=True)
    person: str = Field(index=True)
    week: str = Field(index=True)
    response: str = Field(index=True)


class TempoRow(SQLModel, table=True):
    """How many forms came in at a counter in ten minutes (`slot` 0 to 143 of the day); tied to no form.

    Of these, `slips` are on slips, `apart` are in no figure, and `hasty` count though answered too fast to be read.
    """

    __tablename__ = "tempo"
    __table_args__ = (Index("ix_tempo_unit_day", "unit", "day"),)
    counter: str = Field(primary_key=True)
    day: date = Field(primary_key=True)
    slot: int = Field(primary_key=True)
    unit: str
    count: int
    slips: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})
    apart: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})
    hasty: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})


class RecentRow(SQLModel, table=True):
    """A counted form of the last hour, with its ten minutes; the first forms of a flood are found by it."""

    __tablename__ = "recent_form"
    __table_args__ = (Index("ix_recent_form_counter", "counter", "day", "slot"),)
    response: str = Field(primary_key=True)
    counter: str
    day: date
    slot: int
    at: datetime = Field(sa_type=Instant, index=True)


class ApartRow(SQLModel, table=True):
    """What was decided about the forms of a counter and day that were kept apart, and by whom.

    `who` is the command line or the role on the staff page; there, the chat is the one that asked for the login link.
    """

    __tablename__ = "apart_decision"
    id: int | None = Field(default=None, primary_key=True)
    unit: str = Field(foreign_key="unit.code", index=True)
    counter: str
    day: date
    verdict: str
    forms: int
    who: str
    channel: str = ""
    person: str = ""
    at: datetime = Field(sa_type=Instant)


class DeviceRow(SQLModel, table=True):
    """How many forms one device sent at a counter on a day, by a keyed hash; tied to no form."""

    __tablename__ = "device"
    __table_args__ = (Index("ix_device_unit_day", "unit", "day"),)
    digest: str = Field(primary_key=True)
    counter: str
    day: date
    unit: str
    count: int


class ScreenTempoRow(SQLModel, table=True):
    """How many taps a screen made in ten minutes, and how many of them came in late; tied to no form."""

    __tablename__ = "screen_tempo"
    __table_args__ = (Index("ix_screen_tempo_unit_day", "unit", "day"),)
    screen: int = Field(primary_key=True)
    day: date = Field(primary_key=True)
    slot: int = Field(primary_key=True)
    counter: str
    unit: str
    count: int
    late: int


class CaseRow(SQLModel, table=True):
    """A badly rated service with a comment or a reason. `state`: open, passed_on, handed_over, handled.

    `reasons`: the options that were ticked for it ("form.question.option", comma separated). `channel` and `person`
    are set only if the citizen agreed to be written to once, and until that is done. `asked` is the key of the question
    to the citizen whether the case is mended, until it is answered; `reminded` is the due day that staff were reminded
    of. `handed_to`: the unit of ours to which the case is or was handed over, if any.
    """

    __tablename__ = "service_case"
    __table_args__ = (
        Index("ix_service_case_person", "channel", "person"),
        Index("ix_service_case_state", "unit", "state", "day"),
        Index("ix_service_case_day", "unit", "day"),
        Index("ix_service_case_asked", "asked", **only(text("asked != ''"))),
        Index("ix_service_case_handed_to", "handed_to", "state", **only(text("handed_to != ''"))),
    )
    id: int | None = Field(default=None, primary_key=True)
    unit: str = Field(foreign_key="unit.code")
    counter: str
    day: date
    level: int
    comment: str = Field(sa_type=Text)
    response: str = Field(index=True)
    state: str = "open"
    changed_on: date
    channel: str = ""
    person: str = ""
    reasons: str = Field(default="", sa_type=Text, sa_column_kwargs={"server_default": text("''")})
    note: str = Field(default="", sa_type=Text, sa_column_kwargs={"server_default": text("''")})
    published: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    office: str = Field(default="", sa_column_kwargs={"server_default": text("''")})
    due: date | None = None
    reminded: date | None = None
    asked: str = Field(default="", sa_column_kwargs={"server_default": text("''")})
    handed_to: str = Field(default="", sa_column_kwargs={"server_default": text("''")})


class CaseStepRow(SQLModel, table=True):
    """What was done about a case, by whom and when; `channel` and `person` are the chat of who did it, where known."""

    __tablename__ = "case_step"
    __table_args__ = (Index("ix_case_step_person", "channel", "person"),)
    id: int | None = Field(default=None, primary_key=True)
    case: int = Field(foreign_key="service_case.id", ondelete="CASCADE", index=True)
    state: str
    at: datetime = Field(sa_type=Instant)
    who: str
    channel: str = ""
    person: str = ""
    note: str = Field(default="", sa_type=Text)
    office: str = ""
    due: date | None = None
