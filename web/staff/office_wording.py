"""How the settings of a unit are put into words on its page."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import locales
from handlers.unit_settings.announcing import notice_text
from handlers.unit_settings.notices import Notice
from handlers.unit_settings.settings import EMBLEM, FORM, LEFT_OUT_FIELD, NOTICE, PROCEDURE, PUBLISHED, Setting
from handlers.world import World


@dataclass(frozen=True)
class Wording:
    """How settings are put into words in a language, with the names of this world and times of this zone."""

    language: str
    world: World
    now: datetime

    def say(self, key: str, **values: object) -> str:
        """Return a text of the page."""
        return locales.text(self.language, key, **values)

    def by(self, setting: Setting) -> str:
        """Say who changed a setting, and when."""
        role, _, unit = setting.who.partition(" ")
        named = self.say(f"staff.role.{role}") if role in ("admin", "staff") else setting.who
        of = self.world.units.get(unit)
        at = f"{setting.at.astimezone(self.now.tzinfo):%H:%M %d/%m/%Y}"
        return self.say("web.office.by", who=f"{named} {of.name}" if of else named, time=at)

    def value(self, kind: str, key: str, value: Mapping[str, Any]) -> str:
        """Say what a value is; empty for none."""
        if not value:
            return ""
        if kind == NOTICE:
            return notice_text(self.language, Notice.from_json(key, value)).plain
        if kind == FORM:
            return " · ".join(filter(None, (value["name"], value.get("file", ""), value.get("address", ""))))
        if kind == PROCEDURE:
            committed = self.say("brief.committed", time=value["committed"]) if value.get("committed") else ""
            return " · ".join(filter(None, (committed, ", ".join(value.get("also", "").splitlines()))))
        if kind == EMBLEM:
            return self.say("web.office.emblem_kept")
        if kind == PUBLISHED:
            return self.say(f"web.office.step.{value['step']}")
        shown = " · ".join("; ".join(str(part).splitlines()) for part in value.values() if part)
        return f"{key}: {shown}" if kind == LEFT_OUT_FIELD else shown
