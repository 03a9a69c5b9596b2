"""What the staff's page of their own unit shows: settings in words, forms to change them, and who changed what."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from aiohttp import web as http
from multidict import MultiDictProxy

from catalog.entries import Entry
from handlers.ports import Membership
from handlers.rights import visible
from handlers.staff.catalog.current_catalog import stated_at
from handlers.unit_settings.announcing import notice_text
from handlers.unit_settings.casework import DAYS, PETITION_DAYS, Casework
from handlers.unit_settings.forms import MOST_BYTES
from handlers.unit_settings.notices import KINDS, Notice
from handlers.unit_settings.settings import (
    CASEWORK,
    CONTACT,
    EMBLEM,
    FORM,
    LEFT_OUT,
    LEFT_OUT_FIELD,
    NOTICE,
    PROCEDURE,
    PUBLISHED,
    Setting,
)
from handlers.world import Unit
from reports.published.reading import STEPS
from web.pages import language_of
from web.site import SITE
from web.staff.menu import staff_page
from web.staff.office_wording import Wording

COMMITTED = "committed"
MOST_FOUND = 8
MOST_CHANGES = 30
# What the form of a new notice shows.
EMPTY_NOTICE: Mapping[str, Any] = dict.fromkeys(("kind", "text", "first", "last", "field", "below"), "") | {
    "weekdays": []
}


@dataclass(frozen=True, slots=True)
class Office:
    """The unit that a member of staff looks at, and the fields of work of its catalog."""

    member: Membership
    unit: Unit
    fields: tuple[str, ...]

    @property
    def may_change(self) -> bool:
        """Whether the member may change the unit's settings."""
        return self.member.role == "admin"


@dataclass(frozen=True, slots=True)
class Draft:
    """What was typed for a subject and not stored: it has a `problem`, or somebody changed the subject meanwhile."""

    subject: str
    typed: MultiDictProxy[str]
    problem: str = ""
    conflict: bool = False
    rows: "tuple[Row, ...]" = ()
    stamp: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table of committed times; `before` and `after`: the unit's committed time before and after storing."""

    code: str
    name: str
    published: str
    before: str
    after: str
    seen: int


@dataclass(frozen=True, slots=True)
class Item:
    """A setting as the page shows it; `values` fill its form, `stored` says what is stored, `by` says who stored it.

    `seen` is the number of the setting, or the version of the procedure.
    """

    key: str
    seen: int | str
    stored: str
    values: Mapping[str, Any]
    by: str = ""
    over: bool = False
    problem: str = ""
    conflict: bool = False


async def shown(request: http.Request, office: Office, draft: Draft | None = None, status: int = 200) -> http.Response:
    """Return the page of a unit; a draft's texts are shown in place of the stored ones."""
    site, language = request.app[SITE], language_of(request)
    unit = office.unit
    async with site.store.reading() as tx:
        settings = {one.subject: one for one in await tx.settings(unit.code)}
        changes = await tx.setting_changes(unit.code, MOST_CHANGES)
    wording = Wording(language, site.world(), site.clock())
    done = settings.get(request.query.get("done", ""))
    return staff_page(
        site.world(),
        office.member,
        "office.html",
        language,
        status,
        unit=unit,
        units=[site.world().units[code] for code in visible(site.world(), office.member)],
        may_change=office.may_change,
        fields=office.fields,
        kinds=KINDS,
        contact=_contact(wording, unit, settings.get(CONTACT), draft),
        published=_published(wording, settings.get(PUBLISHED), draft),
        emblem=_emblem(wording, settings.get(EMBLEM), draft),
        picture=site.world().emblem(unit.code),
        steps=list(STEPS),
        casework=_casework(wording, settings.get(CASEWORK), draft),
        notices=_notices(wording, settings, draft),
        fresh=_fresh(draft, settings),
        changes=[_change(wording, *one) for one in changes],
        done=bool(done),
        table=_table(draft),
        found=found_procedures(wording, unit, request.query.get("find", "")),
        find=request.query.get("find", ""),
        listed=_listed(wording, unit, settings),
        left_out=[_plain(wording, one) for one in settings.values() if one.kind == LEFT_OUT_FIELD and one.value],
        left_out_problem=draft.problem if draft and draft.subject == LEFT_OUT_FIELD else "",
        left_out_conflict=draft.conflict if draft and draft.subject == LEFT_OUT_FIELD else False,
        typed_where=draft.typed.get("where", "") if draft and draft.subject == LEFT_OUT_FIELD else "",
    )


async def procedure_shown(
    request: http.Request, office: Office, draft: Draft | None = None, status: int = 200
) -> http.Response:
    """Return the page of one procedure of a unit."""
    site, language, code = request.app[SITE], language_of(request), request.match_info["code"]
    unit, world = office.unit, site.world()
    entry = world.catalog(unit.code).entry(code)
    if entry is None:
        raise http.HTTPNotFound
    async with site.store.reading() as tx:
        settings = {one.subject: one for one in await tx.settings(unit.code)}
        stated = await stated_at(tx, unit.code, world.lineage(unit.code), code)
    wording = Wording(language, world, site.clock())
    own_entry = stated.own or Entry(code, "")
    terms = {"committed": own_entry.committed, "also": own_entry.also}
    left_out = settings.get(f"{LEFT_OUT}:{code}")
    where = {"where": left_out.value.get("where", "") if left_out else ""}
    forms = [
        _item(wording, subject, one, one.value, wording.value(FORM, one.key, one.value), draft)
        for subject, one in settings.items()
        if one.kind == FORM and one.value.get("code") == code
    ]
    subject = f"{PROCEDURE}:{code}"
    kept = settings.get(subject)
    # Changes made elsewhere, by a file or on the catalog's page, are in the catalog's history.
    here = kept if kept and kept.value == terms else None
    written = _item(wording, subject, here, terms, wording.value(PROCEDURE, code, terms), draft)
    return staff_page(
        site.world(),
        office.member,
        "office_procedure.html",
        language,
        status,
        unit=unit,
        may_change=office.may_change,
        entry=entry,
        name=world.catalog(unit.code).label(code),
        terms=replace(written, seen=stated.version),
        left_out=_item(wording, f"{LEFT_OUT}:{code}", left_out, where, where["where"], draft),
        field_elsewhere=(world.settings[unit.code].fields.get(entry.field, "") if unit.code in world.settings else ""),
        forms=forms,
        fresh=_fresh_form(draft, settings),
        done=bool(settings.get(request.query.get("done", ""))),
        megabytes=MOST_BYTES // 1024 // 1024,
    )


def _fresh_form(draft: Draft | None, settings: Mapping[str, Setting]) -> Item:
    """Return the empty entry for a new form to download, or what was typed into it."""
    if draft and draft.subject.startswith(f"{FORM}:"):
        known = settings.get(draft.subject)
        values = {"name": draft.typed.get("name", ""), "address": draft.typed.get("address", "")}
        seen = known.number if known else 0
        key = draft.subject.partition(":")[2]
        return Item(key, seen, "", values, problem=draft.problem, conflict=draft.conflict)
    return Item(secrets.token_hex(4), 0, "", {"name": "", "address": ""})


def found_procedures(wording: Wording, unit: Unit, words: str) -> list[tuple[str, str]]:
    """Return code and name of the procedures that words or a code find, the likeliest first."""
    catalog, words = wording.world.catalog(unit.code), words.strip()[:200]
    codes = [words] if words in catalog else [hit.code for hit in catalog.index.search(words, MOST_FOUND).hits]
    return [(code, catalog.label(code)) for code in codes] if words else []


def _listed(wording: Wording, unit: Unit, settings: Mapping[str, Setting]) -> list[tuple[str, str, list[str]]]:
    """Return the procedures with settings: code, name, and what is set, in the order of their codes."""
    said: dict[str, list[str]] = {}
    for one in settings.values():
        code = one.value.get("code", "") if one.kind == FORM else one.key
        value = wording.value(one.kind, one.key, one.value)
        if one.kind in (PROCEDURE, LEFT_OUT, FORM) and value:
            said.setdefault(code, []).append(f"{wording.say(f'web.office.kind.{one.kind}')}: {value}")
    catalog = wording.world.catalog(unit.code)
    return [(code, catalog.label(code) if code in catalog else code, said[code]) for code in sorted(said)]


def _table(draft: Draft | None) -> dict[str, Any]:
    """Return the table of committed times: what was typed, and what it would change."""
    mine = draft if draft and draft.subject == COMMITTED else None
    typed = mine.typed.get("table", "") if mine else ""
    rows = mine.rows if mine else ()
    changing = sum(row.before != row.after for row in rows)
    return {
        "typed": typed,
        "rows": rows,
        "changing": changing,
        "stamp": mine.stamp if mine else "",
        "problem": mine.problem if mine else "",
        "conflict": mine.conflict if mine else False,
    }


def _plain(wording: Wording, one: Setting) -> Item:
    said = wording.value(one.kind, one.key, one.value)
    return Item(one.key, one.number, said, one.value, wording.by(one))


def _contact(wording: Wording, unit: Unit, setting: Setting | None, draft: Draft | None) -> Item:
    stored = unit.contact | dict(setting.value if setting else {})
    said = wording.value(CONTACT, "", stored)
    return _item(wording, CONTACT, setting, stored, said, draft)


def _emblem(wording: Wording, setting: Setting | None, draft: Draft | None) -> Item:
    said = wording.value(EMBLEM, "", setting.value) if setting else ""
    return _item(wording, EMBLEM, setting, {}, said, draft)


def _published(wording: Wording, setting: Setting | None, draft: Draft | None) -> Item:
    stored = {"step": "", **(setting.value if setting else {})}
    said = wording.value(PUBLISHED, "", setting.value) if setting else ""
    return _item(wording, PUBLISHED, setting, stored, said, draft)


def _casework(wording: Wording, setting: Setting | None, draft: Draft | None) -> Item:
    shipped = Casework.from_json({})
    usual = {"notes": "\n".join(shipped.notes), "offices": "", "days": DAYS, "petition_days": PETITION_DAYS}
    stored = {**usual, **(setting.value if setting else {})}
    return _item(wording, CASEWORK, setting, stored, wording.value(CASEWORK, "", stored), draft)


def _notices(wording: Wording, settings: Mapping[str, Setting], draft: Draft | None) -> list[Item]:
    """Return the stored notices; future and current ones come before those that are over."""
    found = []
    for subject, one in settings.items():
        if one.kind == NOTICE and one.value:
            notice = Notice.from_json(one.key, one.value)
            said = notice_text(wording.language, notice).plain
            item = _item(wording, subject, one, {**EMPTY_NOTICE, **one.value}, said, draft)
            found.append(replace(item, over=notice.is_over(wording.now.date())))
    return sorted(found, key=lambda item: item.over)


def _item(
    wording: Wording, subject: str, setting: Setting | None, stored: Mapping[str, Any], said: str, draft: Draft | None
) -> Item:
    mine = draft if draft and draft.subject == subject else None
    return Item(
        key=subject.partition(":")[2],
        seen=setting.number if setting else 0,
        stored=said,
        values={**stored, **typed_values(mine.typed)} if mine else stored,
        by=wording.by(setting) if setting else "",
        problem=mine.problem if mine else "",
        conflict=mine.conflict if mine else False,
    )


def _fresh(draft: Draft | None, settings: Mapping[str, Setting]) -> Item:
    """Return the empty form of a new notice, or what was typed into it; also if its notice was removed meanwhile."""
    known = settings.get(draft.subject) if draft else None
    if draft and draft.subject.startswith(f"{NOTICE}:") and not (known and known.value):
        key = draft.subject.partition(":")[2]
        seen = known.number if known else 0
        return Item(
            key, seen, "", {**EMPTY_NOTICE, **typed_values(draft.typed)}, "", False, draft.problem, draft.conflict
        )
    return Item(secrets.token_hex(4), 0, "", EMPTY_NOTICE)


def typed_values(typed: MultiDictProxy[str]) -> dict[str, Any]:
    """Return what was typed in the shape of stored values."""
    days = [int(one) for one in typed.getall("weekday", []) if one in "0123456" and one]
    return {**{name: typed[name] for name in typed}, "weekdays": days}


def _change(wording: Wording, setting: Setting, before: Mapping[str, Any]) -> dict[str, str]:
    kind = wording.say(f"web.office.kind.{setting.kind}")
    code = setting.key if setting.kind in (PROCEDURE, LEFT_OUT) else (setting.value or before).get("code", "")
    kind = f"{kind} {code}".strip()
    values = (wording.value(setting.kind, setting.key, one) for one in (before, setting.value))
    earlier, later = values
    return {"kind": kind, "by": wording.by(setting), "before": earlier, "after": later}
