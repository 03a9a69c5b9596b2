"""Short replies to an admin about a file."""

from collections.abc import Sequence

from catalog.files.mistakes import shortened
from catalog.history import Restoration
from catalog.pending_files import Pending
from catalog.preview.lines import Line
from catalog.preview.planning import KINDS, WORDS, Preview
from handlers.messages import Reply, Text
from handlers.staff.catalog.confirming import Confirmed
from handlers.wording import button, plain, say

LANGUAGE = "vi"
IN_CHAT = 5
_LONGEST = 160


def counts_text(made: Preview) -> str:
    """Return how many rows of each kind a preview has, leaving out kinds without rows."""
    counts = made.counts
    return ", ".join(f"{counts[kind]} {WORDS[kind]}" for kind in KINDS if counts[kind]) or "0"


def odd(made: Preview) -> list[Line]:
    """Return the rows that somebody should look at: doubtful ones first, then those with remarks."""
    doubtful = [line for line in made.lines if line.kind in ("unclear", "refused")]
    return [*doubtful, *(line for line in made.lines if line.notes and line.kind not in ("unclear", "refused"))]


def row_text(line: Line, file: str) -> str:
    """Return what is odd in a row of a file, with its place, and its code or else its name."""
    said = "; ".join(filter(None, [line.reason, *line.notes]))
    named = line.code or (f"“{shortened(line.name)}”" if line.name else "")
    return f"{', '.join(filter(None, [place_text(line.place, file), named]))}: {shortened(said, _LONGEST)}"


def place_text(place: str, file: str) -> str:
    """Return a place of a file in words: "PL!6" is "Trang «PL», dòng 6", "1/6" a table's or a page's row."""
    sheet, parted, row = place.rpartition("/" if place.replace("/", "").isdigit() else "!")
    if not parted:
        return place
    if parted == "!":
        return plain(LANGUAGE, f"catalog_desk.place.{'sheet' if sheet else 'row'}", sheet=shortened(sheet), row=row)
    printed = file.lower().endswith(".pdf")
    return plain(LANGUAGE, f"catalog_desk.place.{'page' if printed else 'table'}", sheet=sheet, row=row)


def preview_reply(pending: Pending, made: Preview, address: str) -> Reply:
    """Return the short preview of a file, with the buttons that confirm and cancel it."""
    rows = odd(made)
    text = Text.lines(
        (
            say(LANGUAGE, "catalog_desk.preview", file=shortened(pending.file), counts=counts_text(made)),
            say(LANGUAGE, "catalog_desk.of_decision", number=made.decision) if made.decision else Text(),
            *(row_text(line, pending.file) for line in rows[:IN_CHAT]),
            say(LANGUAGE, "catalog_desk.more_rows", count=len(rows) - IN_CHAT) if len(rows) > IN_CHAT else Text(),
            say(LANGUAGE, "catalog_desk.nothing_yet"),
        )
    )
    buttons = (
        button(LANGUAGE, f"catalog:{pending.token}:yes", "catalog_desk.confirm"),
        button(LANGUAGE, f"catalog:{pending.token}:no", "catalog_desk.cancel"),
    )
    return Reply(text, buttons, links=((plain(LANGUAGE, "catalog_desk.see_all"), address),))


def progress_reply(pending: Pending, rows: int) -> Reply:
    """Return how many rows were read of a large file."""
    return Reply(say(LANGUAGE, "catalog_desk.progress", file=shortened(pending.file), rows=rows))


def problem_reply(problem: str) -> Reply:
    """Return why a file cannot be used, with a button that gives a link to the page, where it can be uploaded."""
    return Reply(
        say(LANGUAGE, "catalog_desk.not_read", problem=problem), (button(LANGUAGE, "login", "staff.login_button"),)
    )


def confirmed_reply(done: Confirmed, token: str) -> Reply:
    """Return what a confirmation came to."""
    if done.outcome == "typed":
        cancel = button(LANGUAGE, f"catalog:{token}:no", "catalog_desk.cancel")
        return Reply(say(LANGUAGE, "catalog_desk.type_it", count=done.ended), (cancel,))
    key = f"catalog_desk.outcome.{done.outcome}"
    values = {"version": done.version, "added": done.added, "changed": done.changed}
    rest = (
        (done.ended, say(LANGUAGE, "catalog_desk.ended", count=done.ended)),
        (done.waiting, say(LANGUAGE, "catalog_desk.later", count=done.waiting)),
        (done.left, say(LANGUAGE, "catalog_desk.left", count=done.left)),
    )
    said = [text for count, text in rest if count and done.outcome == "done"]
    return Reply(Text.lines((say(LANGUAGE, key, **values), *said)))


def restored_lines(found: Restoration) -> Sequence[str]:
    """Return the result of a restoration in lines: what was reversed, kept, and failed."""
    parts = (("reversed", tuple(found.reversed)), ("kept", found.kept), ("failed", found.failed))
    return [plain(LANGUAGE, f"catalog_desk.restored.{part}", count=len(codes)) + _named(codes) for part, codes in parts]


def _named(codes: Sequence[str]) -> str:
    more = " …" if len(codes) > _MOST_NAMED else ""
    return f" ({', '.join(codes[:_MOST_NAMED])}{more})" if codes else ""


_MOST_NAMED = 20
