"""The tables. Identity (who chats) and answers (what was said of the service) never meet in one row."""

from datetime import UTC, date, datetime
from typing import Any, cast

from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    Dialect,
    Index,
    Integer,
    Table,
    Text,
    TextClause,
    TypeDecorator,
    UniqueConstraint,
    false,
    text,
)
from sqlmodel import Field, SQLModel

BIG = BigInteger().with_variant(Integer, "sqlite")


class Instant(TypeDecorator[datetime]):
    """An aware moment: UTC in the database and when read back, on SQLite as on PostgreSQL."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a naive time, store the others in UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a moment needs a time zone: {value}")
        return value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Give back an aware UTC time, which SQLite drops."""
        if value is None:
            return None
        moment: datetime = value
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _only(rows: TextClause) -> dict[str, Any]:
    """The options of an index over some rows alone."""
    return {"sqlite_where": rows, "postgresql_where": rows}


class UnitRow(SQLModel, table=True):
    """A people's committee; merged or renamed units keep their row, with an end and a successor."""

    __tablename__ = "unit"
    code: str = Field(primary_key=True)
    name: str
    kind: str = ""
    parent: str = Field(default="", index=True)
    phone: str = ""
    address: str = ""
    hours: str = ""
    demo: bool = False
    valid_from: date | None = None
    valid_to: date | None = None
    successor: str = ""
    created_at: datetime = Field(sa_type=Instant)


class CounterRow(SQLModel, table=True):
    """A counter of a unit and the questionnaire that its code opens."""

    __tablename__ = "counter"
    code: str = Field(primary_key=True)
    name: str
    unit: str = Field(foreign_key="unit.code", index=True)
    form: str
    active: bool = True


class ProcedureRow(SQLModel, table=True):
    """A procedure of the common catalog (unit "") or of a unit's own; `payload` is the whole entry as JSON."""

    __tablename__ = "procedure"
    unit: str = Field(primary_key=True)
    code: str = Field(primary_key=True)
    name: str
    field: str
    payload: str = Field(sa_type=Text)
    import_id: int = Field(foreign_key="catalog_import.id")


class CatalogImportRow(SQLModel, table=True):
    """One import of a catalog file; the greatest id says which catalog is in force."""

    __tablename__ = "catalog_import"
    id: int | None = Field(default=None, primary_key=True)
    unit: str
    file: str
    sha256: str
    at: datetime = Field(sa_type=Instant)
    added: int
    changed: int
    unchanged: int
    refused: int


class QuestionnaireRow(SQLModel, table=True):
    """A questionnaire's exact wording in one version, so that old answers can be read."""

    __tablename__ = "questionnaire"
    code: str = Field(primary_key=True)
    version: int = Field(primary_key=True)
    digest: str
    source: str = Field(sa_type=Text)


class ResponseRow(SQLModel, table=True):
    """A filled-in survey without identity. `digest` names the wording and the notice agreed to.

    `round` is empty for the open code at a counter; `occasion` says what a slip was handed out with;
    `hasty`: answered in less time than reading the question takes. `field` is that of the procedure, where known.
    `apart`: "waiting" or "discarded" where it is in no figure (docs/decisions/0027).
    """

    __tablename__ = "response"
    __table_args__ = (
        Index("ix_response_unit_day", "unit", "day"),
        Index(
            "ix_response_apart",
            "unit",
            "day",
            sqlite_where=text("apart != ''"),
            postgresql_where=text("apart != ''"),
        ),
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


class AnswerRow(SQLModel, table=True):
    """One answer as given: a level 1 to 5, the values of chosen options (comma separated), or masked text."""

    __tablename__ = "answer"
    response: str = Field(primary_key=True, foreign_key="response.id", ondelete="CASCADE")
    question: str = Field(primary_key=True)
    level: int | None = None
    chosen: str | None = None
    text: str | None = Field(default=None, sa_type=Text)


class RoundRow(SQLModel, table=True):
    """A survey round: so many slips of one form for a unit, within a period; `version` 0: in the wording in use."""

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
    """A one-time slip. `response` is set while it is being answered and forgotten at submission.

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
    """That somebody rated a counter on a day, by keyed hashes; dropped with the week's key."""

    __tablename__ = "vote"
    digest: str = Field(primary_key=True)
    person: str = Field(index=True)
    week: str = Field(index=True)
    response: str = Field(index=True)


class TempoRow(SQLModel, table=True):
    """How many forms came in at a counter in ten minutes (`slot` 0 to 143 of the day); tied to no form.

    Of them `slips` on slips, `apart` in no figure, and `hasty` counted though answered too fast to have been read.
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
    """A form of the last hour that is counted, with its ten minutes: what a flood's beginning is found by."""

    __tablename__ = "recent_form"
    __table_args__ = (Index("ix_recent_form_counter", "counter", "day", "slot"),)
    response: str = Field(primary_key=True)
    counter: str
    day: date
    slot: int
    at: datetime = Field(sa_type=Instant, index=True)


class ApartRow(SQLModel, table=True):
    """What was decided about the forms of a counter and day that were kept apart, and by whom.

    `who` is the command line, or the role on the staff page, there with the chat that its login link was for.
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


class AlertPaceRow(SQLModel, table=True):
    """When a staff chat was last alerted, and what waits to be told since: how many cases, and the first of them."""

    __tablename__ = "alert_pace"
    channel: str = Field(primary_key=True)
    person: str = Field(primary_key=True)
    told_at: datetime | None = Field(default=None, sa_type=Instant)
    since: datetime | None = Field(default=None, sa_type=Instant)
    waiting: int = 0
    contacts: int = 0
    cases: list[int] = Field(default_factory=list, sa_type=JSON)


class DeviceRow(SQLModel, table=True):
    """How many forms one device sent at a counter on a day, by a keyed hash; tied to no form."""

    __tablename__ = "device"
    __table_args__ = (Index("ix_device_unit_day", "unit", "day"),)
    digest: str = Field(primary_key=True)
    counter: str
    day: date
    unit: str
    count: int


class ScreenRow(SQLModel, table=True):
    """A device at a counter; only the SHA-256 of its secret is kept. `state`: waiting, paired, revoked."""

    __tablename__ = "screen"
    id: int | None = Field(default=None, primary_key=True)
    digest: str = Field(unique=True)
    counter: str = Field(foreign_key="counter.code", index=True)
    state: str
    name: str = ""
    asked_at: datetime = Field(sa_type=Instant)
    seen_at: datetime = Field(sa_type=Instant)
    paired_at: datetime | None = Field(default=None, sa_type=Instant)
    paired_by: str = ""


class ScreenTempoRow(SQLModel, table=True):
    """How many taps of a screen were made in ten minutes, and how many of them came in late; tied to no form."""

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
    """A badly rated service with a comment or a reason. `state`: open, passed_on, handled.

    `reasons`: the options that were ticked for it ("form.question.option", comma separated). `channel` and `person`
    are there only where the citizen agreed to be written to once, and until that was done.
    """

    __tablename__ = "service_case"
    __table_args__ = (
        Index("ix_service_case_person", "channel", "person"),
        Index("ix_service_case_state", "unit", "state", "day"),
        Index("ix_service_case_day", "unit", "day"),
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


class RequestRow(SQLModel, table=True):
    """The register of requests about personal data, with the law's clocks (NĐ 356/2025/NĐ-CP)."""

    __tablename__ = "data_request"
    id: int | None = Field(default=None, primary_key=True)
    kind: str
    received_on: date
    answer_by: date
    carry_out_by: date
    answered_on: date | None = None
    carried_out_on: date | None = None
    note: str = Field(default="", sa_type=Text)


class SessionRow(SQLModel, table=True):
    """One person's conversation; `version` grows by one with each turn."""

    __tablename__ = "session"
    channel: str = Field(primary_key=True)
    person: str = Field(primary_key=True)
    version: int
    state: dict[str, Any] = Field(sa_type=JSON)
    at: datetime = Field(sa_type=Instant)


class InboxRow(SQLModel, table=True):
    """A message that has been answered."""

    __tablename__ = "inbox"
    channel: str = Field(primary_key=True)
    message: str = Field(primary_key=True)
    at: datetime = Field(sa_type=Instant, index=True)


class OutboxRow(SQLModel, table=True):
    """A reply. `state`: held (the channel fetches it), waiting, sent, refused. `mine`: what the person said.

    One that waits is leased to the process `holder` until `leased_until`.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_person", "channel", "person", "id"),
        Index("ix_outbox_message", "channel", "message"),
        Index("ix_outbox_waiting", "state", "leased_until"),
        Index("ix_outbox_queue", "channel", "person", "id", **_only(text("state = 'waiting'"))),
        # Without it SQLite would give the ids of deleted rows again, and an open page asks for ids above the last.
        {"sqlite_autoincrement": True},
    )
    id: int | None = Field(default=None, primary_key=True, sa_type=BIG)
    channel: str
    person: str
    message: str
    mine: bool = False
    payload: dict[str, Any] = Field(sa_type=JSON)
    state: str
    attempts: int = 0
    leased_until: datetime | None = Field(default=None, sa_type=Instant)
    holder: str = Field(default="", sa_column_kwargs={"server_default": text("''")})
    at: datetime = Field(sa_type=Instant)
    problem: str = ""


class StaffRow(SQLModel, table=True):
    """A chat that belongs to a member of staff. `muted`: the kinds of summaries it does not want, comma separated.

    `seen_at`: when the chat was last looked at, where the channel can tell (the chat page).
    """

    __tablename__ = "staff"
    channel: str = Field(primary_key=True)
    person: str = Field(primary_key=True)
    unit: str = Field(foreign_key="unit.code", index=True)
    role: str
    joined_at: datetime = Field(sa_type=Instant)
    seen_at: datetime | None = Field(default=None, sa_type=Instant)
    muted: str = Field(default="", sa_column_kwargs={"server_default": text("''")})


class TokenRow(SQLModel, table=True):
    """An invitation, a login link or a logged-in browser; only the SHA-256 of its secret is kept.

    `channel` and `person` are those of the chat that asked for it, empty where the command line did: what its
    membership loses, the link and the browser lose. A browser's `expires_at` moves on with its use, to `ends_at`.
    """

    __tablename__ = "token"
    __table_args__ = (Index("ix_token_person", "channel", "person"),)
    digest: str = Field(primary_key=True)
    kind: str
    unit: str = Field(foreign_key="unit.code")
    role: str
    expires_at: datetime = Field(sa_type=Instant, index=True)
    ends_at: datetime | None = Field(default=None, sa_type=Instant)
    channel: str = Field(default="", sa_column_kwargs={"server_default": text("''")})
    person: str = Field(default="", sa_column_kwargs={"server_default": text("''")})


class RunRow(SQLModel, table=True):
    """A report that was compiled and put into the outbox, once per unit, period and kind."""

    __tablename__ = "report_run"
    __table_args__ = (UniqueConstraint("unit", "period", "kind"),)
    id: int | None = Field(default=None, primary_key=True)
    unit: str = Field(foreign_key="unit.code")
    period: str
    kind: str
    at: datetime = Field(sa_type=Instant, index=True)


class PulseRow(SQLModel, table=True):
    """One row: the last moment at which the store was written to, and where its clock jumped (decision 26)."""

    __tablename__ = "pulse"
    id: int | None = Field(default=None, primary_key=True)
    seen: datetime = Field(sa_type=Instant)
    before: datetime | None = Field(default=None, sa_type=Instant)
    since: datetime | None = Field(default=None, sa_type=Instant)


class MissRow(SQLModel, table=True):
    """A question the catalog had no answer to (numbers masked), counted by day."""

    __tablename__ = "search_miss"
    unit: str = Field(primary_key=True)
    day: date = Field(primary_key=True)
    text: str = Field(primary_key=True)
    count: int


class HeartbeatRow(SQLModel, table=True):
    """A row that is written, and taken away in the same commit, to see whether rows can be written."""

    __tablename__ = "heartbeat"
    name: str = Field(primary_key=True)
    at: datetime = Field(sa_type=Instant)


def table(model: type[SQLModel]) -> Table:
    """Return the table of a model, for statements that work on many rows at once."""
    return cast(Table, model.__table__)  # type: ignore[attr-defined]
