"""What units set themselves: the current settings, every change of them, and forms to download."""

import base64
import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select

from handlers.unit_settings.settings import Author, Setting, to_text
from storage.tables.base import table
from storage.tables.unit_settings import FormFileRow, UnitSettingRow
from storage.transaction import Queries

SETTING = table(UnitSettingRow)
FILE = table(FormFileRow)


class UnitSettings(Queries):
    """The part of a transaction that keeps what units set themselves."""

    async def settings(self, unit: str = "") -> list[Setting]:
        """Return the current settings of a unit, or of all units; removed settings have an empty value."""
        last = select(SETTING.c.unit, SETTING.c.subject, func.max(SETTING.c.number).label("number"))
        if unit:
            last = last.where(SETTING.c.unit == unit)
        newest = last.group_by(SETTING.c.unit, SETTING.c.subject).subquery()
        same = [SETTING.c[name] == newest.c[name] for name in ("unit", "subject", "number")]
        found = select(SETTING).join(newest, same[0] & same[1] & same[2]).order_by(SETTING.c.unit, SETTING.c.subject)
        return [_setting(row) for row in await self._connection.execute(found)]

    async def put_setting(
        self, unit: str, subject: str, seen: int, value: Mapping[str, Any], author: Author, now: datetime
    ) -> bool:
        """Replace the setting with the number `seen` (0: there was none); False if somebody has changed it since."""
        row = {"unit": unit, "subject": subject, "number": seen + 1, "value": to_text(value), "who": author.who}
        row |= {"channel": author.chat.channel, "person": author.chat.user} if author.chat else {}
        statement = self._insert(SETTING).on_conflict_do_nothing().returning(SETTING.c.number)
        made = await self._connection.execute(statement, [{"channel": "", "person": "", **row, "at": now}])
        return made.first() is not None

    async def setting_changes(self, unit: str, most: int) -> list[tuple[Setting, Mapping[str, Any]]]:
        """Return the last changes of a unit's settings, newest first, each with the value before it."""
        before = SETTING.alias("before")
        followed = (before.c.unit == SETTING.c.unit) & (before.c.subject == SETTING.c.subject)
        changed = SETTING.outerjoin(before, followed & (before.c.number == SETTING.c.number - 1))
        found = select(SETTING, before.c.value.label("earlier")).select_from(changed).where(SETTING.c.unit == unit)
        newest = found.order_by(SETTING.c.at.desc(), SETTING.c.subject, SETTING.c.number.desc()).limit(most)
        return [(_setting(row), _value(row.earlier or "")) for row in await self._connection.execute(newest)]

    async def keep_form(self, unit: str, name: str, content: bytes, now: datetime) -> int:
        """Store the file of a form; returns its number."""
        row = {"unit": unit, "name": name, "sha256": hashlib.sha256(content).hexdigest(), "at": now}
        row["content"] = base64.b64encode(content).decode()
        return int((await self._connection.execute(insert(FILE).returning(FILE.c.id), [row])).scalar_one())

    async def form_file(self, number: int) -> tuple[str, bytes] | None:
        """Return the name and the bytes of a form's file by its number; None if there is none."""
        found = await self._connection.execute(select(FILE.c.name, FILE.c.content).where(FILE.c.id == number))
        row = found.one_or_none()
        return (row.name, base64.b64decode(row.content)) if row else None


def _setting(row: Any) -> Setting:
    return Setting(row.unit, row.subject, row.number, _value(row.value), row.who, row.at)


def _value(text: str) -> Mapping[str, Any]:
    value: Mapping[str, Any] = json.loads(text) if text else {}
    return value
