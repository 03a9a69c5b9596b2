"""The preview of a catalog file as a page: what would change, row by row."""

import asyncio
from collections.abc import Mapping
from datetime import date
from typing import Any

from aiohttp import web as http

import locales
from catalog.entries import TEXT_KEYS, Entry, from_json
from catalog.import_plan import merge
from catalog.preview.lines import Line
from catalog.preview.packing import unpacked
from catalog.preview.planning import KINDS, Preview
from catalog.text import fold
from handlers.staff.catalog.desk import shown_name
from handlers.staff.catalog.replies import place_text
from handlers.wording import day_text
from web.pages import language_of, see_other
from web.site import SITE
from web.staff.catalog import LONGEST_LINK, address, desktop, moment, refused
from web.staff.menu import staff_page

ROWS = 50
LONGEST = 1_500
_SHOWN = tuple(key for key in TEXT_KEYS if key not in ("code", "name"))


async def show(request: http.Request) -> http.Response:
    """GET /staff/catalog/preview?unit=…&kind=…&q=…&page=…: the rows of the file under way."""
    view = await desktop(request)
    if view is None:
        return await refused(request)
    site, language = request.app[SITE], language_of(request)
    async with site.store.reading() as tx:
        pending = await tx.pending(view.scope, site.clock())
        payloads = [payload async for payload in tx.payloads(view.scopes)]
    if pending is None or pending.state != "shown":
        return see_other(address(request, view))
    made, stored = await asyncio.to_thread(_opened, pending.made, payloads)
    kind, wanted = request.query.get("kind", ""), request.query.get("q", "").strip()[:200]
    rows = [line for line in made.lines if _fits(line, kind, fold(wanted))]
    number = _number(request.query.get("page", ""), len(rows))
    return staff_page(
        site.world(),
        view.member,
        "catalog_preview.html",
        language,
        unit=site.world().unit(view.unit),
        file=shown_name(pending.file),
        at=moment(pending.at, site.clock()),
        until=moment(pending.expires_at, site.clock()),
        token=pending.token,
        made=made,
        counts=[(one, made.counts[one]) for one in KINDS if made.counts[one]],
        kind=kind,
        wanted=wanted,
        typing=_number(request.query.get("typing", ""), 10**9 * ROWS) if request.query.get("typing") else 0,
        link=request.query.get("link", "")[:LONGEST_LINK],
        total=len(rows),
        rows=[
            _row(line, stored, site.clock().date(), language) | {"place": place_text(line.place, pending.file)}
            for line in rows[number * ROWS - ROWS : number * ROWS]
        ],
        number=number,
        pages=max(1, -(-len(rows) // ROWS)),
    )


def _opened(made: str, payloads: list[str]) -> tuple[Preview, dict[str, Entry]]:
    return unpacked(made), {entry.code: entry for entry in map(from_json, payloads)}


def _fits(line: Line, kind: str, wanted: str) -> bool:
    if kind == "odd" and not (line.notes or line.reason):
        return False
    if kind not in ("", "odd") and line.kind != kind:
        return False
    return not wanted or wanted in fold(f"{line.code} {line.name} {' '.join(line.replaces)}")


def _number(text: str, rows: int) -> int:
    pages = max(1, -(-rows // ROWS))
    return min(max(int(text), 1), pages) if text.isdecimal() and len(text) < ROWS // 4 else 1


def _row(line: Line, stored: Mapping[str, Entry], today: date, language: str) -> dict[str, Any]:
    """Return a row with its fields; as old → new if the catalog has the procedure."""
    known = stored.get(line.code)
    fields = []
    if line.kind not in ("abolished",):
        entry = line.entry() if line.code else Entry("", line.name)
        after = merge(known, entry) if known else entry
        for key in ("name", *_SHOWN) if known else _SHOWN:
            old, new = getattr(known, key) if known else "", getattr(after, key)
            if old != new:
                fields.append((locales.text(language, f"catalog_desk.column.{key}"), _cut(old), _cut(new)))
    return {
        "kind": line.kind,
        "code": line.code,
        "name": line.name or (known.name if known else ""),
        "effective": day_text(date.fromisoformat(line.effective)) if line.effective > today.isoformat() else "",
        "replaces": line.replaces,
        "said": [*filter(None, [line.reason]), *line.notes],
        "fields": fields,
        "known": known is not None,
    }


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
