"""The tables of what units set themselves."""

from datetime import datetime

from sqlalchemy import Text
from sqlmodel import Field, SQLModel

from storage.tables.base import Instant


class UnitSettingRow(SQLModel, table=True):
    """One change of a unit's setting; the greatest number of a subject is in force, an empty value took it away.

    That two people cannot change the same number is what keeps one from overwriting the other.
    """

    __tablename__ = "unit_setting"
    unit: str = Field(primary_key=True)
    subject: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    value: str = Field(sa_type=Text)
    who: str
    channel: str = ""
    person: str = ""
    at: datetime = Field(sa_type=Instant)


class FormFileRow(SQLModel, table=True):
    """A form to download; `content` is in Base64, as backups are lines of JSON."""

    __tablename__ = "form_file"
    id: int | None = Field(default=None, primary_key=True)
    unit: str
    name: str
    sha256: str
    content: str = Field(sa_type=Text)
    at: datetime = Field(sa_type=Instant)
