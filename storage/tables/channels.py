"""The tables of what messengers grant to the installation, and of chats in which a person has taken over."""

from datetime import datetime

from sqlalchemy import Text, text
from sqlmodel import Field, SQLModel

from storage.tables.base import Instant


class GrantRow(SQLModel, table=True):
    """The tokens of one account of a messenger, encrypted; `version` grows by one with each new pair.

    `seed` is the digest of the setting that the first pair came from. `leased_until`: until then a process may change
    the pair; a past moment means that the process was broken off. `problem`: why new consent is needed, or empty.
    """

    __tablename__ = "channel_grant"
    account: str = Field(primary_key=True)
    access: str = Field(sa_type=Text)
    refresh: str = Field(sa_type=Text)
    expires_at: datetime = Field(sa_type=Instant)
    refresh_until: datetime = Field(sa_type=Instant)
    version: int
    seed: str = ""
    problem: str = Field(default="", sa_column_kwargs={"server_default": text("''")})
    leased_until: datetime | None = Field(default=None, sa_type=Instant)


class SilenceRow(SQLModel, table=True):
    """A chat in which a person writes for the office, and until when the assistant says nothing there."""

    __tablename__ = "silence"
    channel: str = Field(primary_key=True)
    person: str = Field(primary_key=True)
    until: datetime = Field(sa_type=Instant)


class ChannelNoteRow(SQLModel, table=True):
    """A note about an account of a messenger; one row for each kind.

    `kind`: "heard" (its last event; `text` is how it was signed), "charged:2026-12" (in that month, `count` messages
    cost something), "trouble:…" (`text` describes it; empty: it is over). `at` is when the note was last made.
    """

    __tablename__ = "channel_note"
    channel: str = Field(primary_key=True)
    account: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    text: str = Field(sa_type=Text)
    count: int
    at: datetime = Field(sa_type=Instant)
