"""Which catalog an admin publishes, and which of its texts only a unit above may change."""

from collections.abc import Mapping

from catalog.entries import OWN_KEYS, TEXT_KEYS, Entry, from_mapping
from catalog.preview.planning import Preview
from handlers.ports import Membership
from handlers.rights import visible
from handlers.world import World

_GIVEN = frozenset((*OWN_KEYS, "code", "decision", "updated", "url"))


def publishes(world: World, member: Membership | None) -> list[str]:
    """Return the units whose catalog a member may change: an admin's own and those below."""
    return visible(world, member) if member and member.role == "admin" else []


def scope_of(world: World, unit: str) -> str:
    """Return the catalog that a unit's admins change: the common one ("") if the unit stands above all others."""
    tops = [one.code for one in world.units.values() if not one.parent and not one.successor]
    return "" if tops == [unit] else unit


def scopes_above(world: World, unit: str) -> list[str]:
    """Return the catalogs under a unit's own, nearest first."""
    changed = scope_of(world, unit)
    return [scope for scope in world.lineage(unit) if scope not in (unit, changed)] if changed else []


def published_by(world: World, unit: str) -> str:
    """Return the name of the topmost unit above a unit, which publishes what is common to all below."""
    return world.unit(world.lineage(unit)[-2]).name


def leave_above(made: Preview, above: Mapping[str, Entry], publisher: str) -> None:
    """Take out of a preview what would change the text of a unit above, except the parts that a unit may add."""
    same: set[int] = set()
    for line in made.lines:
        if line.kind in ("unclear", "refused"):
            continue
        touched = [code for code in (line.code, *line.replaces) if code in above]
        if not touched:
            continue
        if line.kind in ("abolished", "replaced"):
            line.doubt("refused", f"{', '.join(touched)} do {publisher} công bố; đơn vị không bãi bỏ, thay thế được")
            continue
        known, stated = above[line.code], line.entry()
        other = [key for key in TEXT_KEYS if key not in _GIVEN and _says_else(getattr(stated, key), known, key)]
        added = {key: getattr(stated, key) for key in OWN_KEYS if getattr(stated, key) != getattr(known, key)}
        if not any(added.values()):
            if other:
                line.doubt("refused", f"do {publisher} công bố, nội dung khác; đơn vị chỉ thêm được phần của mình")
            else:
                same.add(id(line))
            continue
        if other:
            line.notes.append(f"nội dung do {publisher} công bố được giữ nguyên; chỉ nhận phần của đơn vị")
        line.texts = {"name": known.name, "level": known.level, **{key: text for key, text in added.items() if text}}
        # Without a name, the record states its parts over what is published above, whatever name that gets later.
        line.record = from_mapping({"code": line.code, "name": "", **added})
    if same:
        made.lines = [line for line in made.lines if id(line) not in same]
        made.skipped += len(same)
        made.notes.say(f"Bỏ qua {len(same)} dòng như {publisher} đã công bố, không có phần riêng của đơn vị.")


def _says_else(text: str, known: Entry, key: str) -> bool:
    return bool(text) and " ".join(text.split()) != " ".join(str(getattr(known, key)).split())
