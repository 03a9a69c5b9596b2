"""The table of questions that were left for a person."""

from datetime import datetime

from sqlalchemy import Index, Text, false, text
from sqlmodel import Field, SQLModel

from storage.tables.base import Instant, only


class LeftQuestionRow(SQLModel, table=True):
    """A question for an office; `channel` and `person` are emptied when it is answered, or after a time.

    `head_told`: the unit's admins were told that it is late.
    """

    __tablename__ = "left_question"
    __table_args__ = (
        Index("ix_left_question_person", "channel", "person"),
        Index("ix_left_question_due", "due", **only(text("answered_at IS NULL"))),
    )
    id: int | None = Field(default=None, primary_key=True)
    unit: str = Field(foreign_key="unit.code", index=True)
    office: str
    text: str = Field(sa_type=Text)
    at: datetime = Field(sa_type=Instant)
    due: datetime = Field(sa_type=Instant)
    channel: str = ""
    person: str = ""
    answer: str = Field(default="", sa_type=Text)
    answered_at: datetime | None = Field(default=None, sa_type=Instant)
    head_told: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
