"""The table of what admins did about unanswered questions."""

from datetime import date

from sqlalchemy import JSON, UniqueConstraint
from sqlmodel import Field, SQLModel


class MissHandlingRow(SQLModel, table=True):
    """What an admin of a unit did about a group of questions (`reports.missed.groups.Handling`); at most once a day.

    `gist` is what the group's first question tells, `gists` what all of them do; `count` is how often they came.
    """

    __tablename__ = "miss_handling"
    __table_args__ = (UniqueConstraint("unit", "gist", "day"),)
    id: int | None = Field(default=None, primary_key=True)
    unit: str = Field(foreign_key="unit.code")
    gist: str
    day: date
    what: str
    text: str
    target: str
    gists: list[str] = Field(sa_type=JSON)
    count: int
