"""Forms to download for a procedure: a stored file, or an address elsewhere."""

import re
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from catalog.files.mistakes import Unreadable
from catalog.files.opening import content_kind
from catalog.text import fold
from handlers.lookup.record_parts import FORM_PART
from handlers.messages import Attachment, Reply
from handlers.turn import Turn
from handlers.unit_settings.notices import Wrong, one_line
from handlers.unit_settings.settings import Form
from handlers.world import World

MOST_BYTES = 5 * 1024 * 1024
KINDS = (".pdf", ".docx", ".xlsx")
LONGEST_NAME, LONGEST_ADDRESS = 120, 500
_MACROS = "vbaproject.bin"
_SOURCE = re.compile(r"form:([0-9]{1,12})")
_ADDRESS = re.compile(r"https://[^\s/]+\.[^\s/.]{2,}(?::\d+)?(?:/\S*)?")


def stored_form(source: str) -> int | None:
    """Return the number of the stored file that an attachment's source names; None for other sources."""
    match = _SOURCE.fullmatch(source)
    return int(match[1]) if match else None


def typed_form(code: str, typed: Mapping[str, str], content: bytes) -> dict[str, Any]:
    """Make the value of a form's setting; the file's number is still to be added. Wrong says what is missing."""
    name = one_line(typed.get("name", ""), LONGEST_NAME)
    address = typed.get("address", "").strip()
    if not name:
        raise Wrong("form_name")
    if bool(address) == bool(content):
        raise Wrong("both")
    if address and (len(address) > LONGEST_ADDRESS or not _ADDRESS.fullmatch(address)):
        raise Wrong("address")
    return {"code": code, "name": name, **({"address": address} if address else {})}


def file_name(name: str, content: bytes) -> str:
    """Return a plain name for a form's file, ending as its content requires; Wrong for content that is not allowed."""
    if len(content) > MOST_BYTES:
        raise Wrong("large", most=MOST_BYTES // 1024 // 1024)
    with tempfile.NamedTemporaryFile(suffix=".pdf") as kept:
        kept.write(content)
        kept.flush()
        path = Path(kept.name)
        try:
            kind = content_kind(path)
        except Unreadable:
            raise Wrong("file") from None
        if kind not in KINDS or (kind != ".pdf" and _has_macros(path)):
            raise Wrong("file")
    plain = re.sub(r"[^a-z0-9]+", "-", fold(name)).strip("-")[:60].strip("-")
    return f"{plain or 'mau'}{kind}"


def _has_macros(path: Path) -> bool:
    with zipfile.ZipFile(path) as packed:
        return any(part.lower().endswith(_MACROS) for part in packed.namelist())


def with_forms(world: World, turn: Turn, shown: tuple[str, ...]) -> Turn:
    """Return a procedure's turn, with its forms if they are asked for."""
    offered = world.forms_to_download(turn.session.unit, turn.about.code) if FORM_PART in shown else []
    if not offered:
        return turn
    *before, last = turn.replies
    links = tuple((form.name, form.address) for form in offered if form.address)
    files = tuple(_attached(world, form) for form in offered if form.number)
    given = Reply(last.text, last.buttons, (*links, *last.links), (*last.files, *files), last.thread)
    return Turn(turn.session, (*before, given), turn.effects, turn.about)


def _attached(world: World, form: Form) -> Attachment:
    address = f"{world.address}/forms/{form.number}/{form.file}"
    return Attachment("document", form.file, f"form:{form.number}", form.name, address)
