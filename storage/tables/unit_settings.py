"""The tables of what units set themselves."""

from datetime import datetime

from sqlalchemy import Text
from sqlmodel import Field, SQLModel

from storage.tables.base import Instant


class UnitSettingRow(SQLModel, table=True):
    """One change of a unit's setting; the greatest number of a subject is in force, an empty value means removed.

    A number can be used only once, so that of two people who change a setting neither overwrites the other.
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
    """A form to download; `content` is in Base64, since backups are lines of JSON."""

    __tablename__ = "form_file"
    id: int | None = Field(default=None, primary_key=True)
    unit: str
    name: str
    sha256: str
    content: str = Field(sa_type=Text)
    at: datetime = Field(sa_type=Instant)
