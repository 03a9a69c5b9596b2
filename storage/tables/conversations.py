"""The tables of chats, of staff and of sent messages; they hold nothing that was answered on a form."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Index, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from storage.tables.base import BIG, Instant, only


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
    """A reply. `state`: held (the channel fetches it), waiting, sent, refused, aside (until the person writes again).

    `mine`: what the person said.

    A waiting reply is leased to the process `holder` until `leased_until`.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_person", "channel", "person", "id"),
        Index("ix_outbox_message", "channel", "message"),
        Index("ix_outbox_waiting", "state", "leased_until"),
        Index("ix_outbox_queue", "channel", "person", "id", **only(text("state = 'waiting'"))),
        Index("ix_outbox_aside", "channel", "person", **only(text("state = 'aside'"))),
        # Without it SQLite would reuse the ids of deleted rows, but an open page asks for ids above its last one.
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

    `channel` and `person` are those of the chat that asked for it, empty if the command line did. If that chat's
    membership ends or loses a right, so do its links and browsers. Use extends a browser's `expires_at`, up to
    `ends_at`.
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


class AlertPaceRow(SQLModel, table=True):
    """When a staff chat was last alerted, and which cases wait to be sent since: how many, and the first of them."""

    __tablename__ = "alert_pace"
    channel: str = Field(primary_key=True)
    person: str = Field(primary_key=True)
    told_at: datetime | None = Field(default=None, sa_type=Instant)
    since: datetime | None = Field(default=None, sa_type=Instant)
    waiting: int = 0
    contacts: int = 0
    cases: list[int] = Field(default_factory=list, sa_type=JSON)


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


class MissRow(SQLModel, table=True):
    """What somebody did not find (numbers masked) and why (`handlers.turn.MissKind`), counted by day."""

    __tablename__ = "search_miss"
    unit: str = Field(primary_key=True)
    day: date = Field(primary_key=True)
    kind: str = Field(default="missed", primary_key=True, sa_column_kwargs={"server_default": text("'missed'")})
    text: str = Field(primary_key=True)
    count: int
