"""Browsing the catalog by field, a page at a time."""

import hashlib
from collections.abc import Sequence
from functools import lru_cache

from catalog.text import folded_words
from handlers.messages import Button
from handlers.session import Session
from handlers.turn import About, Turn, reply
from handlers.wording import button, plain, say
from handlers.world import World

PAGE = 8


def listing(world: World, session: Session, page: int = 0) -> Turn:
    """Show the fields (lĩnh vực), those with most commune procedures first."""
    fields = world.carried_out(session.unit)
    items = [
        Button(f"field:{_key(field)}:0", plain(session.language, "fields.item", field=field, count=len(codes)))
        for field, codes in fields.items()
    ]
    shown, page, pages = _page(session, items, page, "fields:")
    title = say(session.language, "fields.title", page=page + 1, pages=pages)
    return reply(session.opening(), title, shown, about="fields")


def one(world: World, session: Session, key: str, page: int) -> Turn:
    """Show the procedures of a field."""
    catalog, fields = world.catalog(session.unit), world.carried_out(session.unit)
    field = next((name for name in fields if _key(name) == key), None)
    if field is None:
        return listing(world, session, 0)
    codes = fields[field]
    items = [Button(f"p:{code}", catalog.label(code)) for code in codes]
    shown, page, pages = _page(session, items, page, f"field:{key}:")
    title = say(session.language, "fields.one", field=field, count=len(codes), page=page + 1, pages=pages)
    back = button(session.language, "fields:0", "button.all_fields")
    offered = tuple(button.id.split(":")[1] for button in shown if button.id.startswith("p:"))
    return reply(session.opening(), title, (*shown, back), about=About("choose", offered=offered))


def named(world: World, session: Session, said: Sequence[str]) -> Turn | None:
    """Show the procedures of the field whose name holds these folded words in a row; None for one word, or no field."""
    phrase = f" {' '.join(said)} "
    fields = world.carried_out(session.unit) if len(said) > 1 else {}
    field = next((name for name in fields if phrase in _padded(name)), None)
    return None if field is None else one(world, session, _key(field), 0)


@lru_cache(maxsize=1000)
def _padded(field: str) -> str:
    """A field's folded words with a space around each."""
    return f" {' '.join(folded_words(field))} "


def _page(session: Session, items: Sequence[Button], page: int, prefix: str) -> tuple[tuple[Button, ...], int, int]:
    pages = max(1, -(-len(items) // PAGE))
    page = min(max(page, 0), pages - 1)
    shown = list(items[page * PAGE : (page + 1) * PAGE])
    if page + 1 < pages:
        shown.append(button(session.language, f"{prefix}{page + 1}", "button.next"))
    if page > 0:
        shown.append(button(session.language, f"{prefix}{page - 1}", "button.back"))
    return tuple(shown), page, pages


def _key(field: str) -> str:
    """A short ASCII name for a field, the same in every process."""
    return hashlib.blake2s(field.encode(), digest_size=5).hexdigest()
