"""The table of the register of petitions."""

from datetime import date

from sqlalchemy import Index, Text
from sqlmodel import Field, SQLModel


class PetitionRow(SQLModel, table=True):
    """A complaint or proposal, without its sender; `text` and `note` are emptied after a time, the entry stays."""

    __tablename__ = "petition"
    __table_args__ = (
        Index("ix_petition_day", "unit", "received_on"),
        Index("ix_petition_state", "unit", "state", "due"),
    )
    id: int | None = Field(default=None, primary_key=True)
    unit: str = Field(foreign_key="unit.code")
    kind: str
    source: str
    text: str = Field(sa_type=Text)
    received_on: date
    due: date
    who: str
    raised: bool = False
    state: str = "open"
    note: str = Field(default="", sa_type=Text)
    answered_on: date | None = None
    answered_by: str = ""
