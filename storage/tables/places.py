"""The tables of units, counters and their screens, and of what is asked there."""

from datetime import date, datetime

from sqlalchemy import Text
from sqlmodel import Field, SQLModel

from storage.tables.base import Instant


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


class FormerNameRow(SQLModel, table=True):
    """The name that a unit had up to a day (included)."""

    __tablename__ = "former_name"
    unit: str = Field(primary_key=True, foreign_key="unit.code")
    until: date = Field(primary_key=True)
    name: str


class CounterRow(SQLModel, table=True):
    """A counter of a unit and the questionnaire that its code opens."""

    __tablename__ = "counter"
    code: str = Field(primary_key=True)
    name: str
    unit: str = Field(foreign_key="unit.code", index=True)
    form: str
    active: bool = True


class QuestionnaireRow(SQLModel, table=True):
    """A questionnaire's exact wording in one version, so that old answers can be read."""

    __tablename__ = "questionnaire"
    code: str = Field(primary_key=True)
    version: int = Field(primary_key=True)
    digest: str
    source: str = Field(sa_type=Text)


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
