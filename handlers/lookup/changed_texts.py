"""Answers keep to the text of the open procedure that the conversation began with, and say if it has changed since.

A button of a part, and a question about the open procedure, are answered from that text. Whoever asks for the procedure
again gets the new text. If the procedure was abolished meanwhile, that is said at once.
"""

from catalog.entries import Entry
from handlers.messages import Button, Text
from handlers.session import Session
from handlers.wording import button, say
from handlers.world import World


def as_opened(world: World, session: Session, entry: Entry) -> Entry:
    """Return the open procedure with the text it had when it was opened, if that is kept; any other unchanged."""
    if not _moved_on(world, session, entry.code):
        return entry
    return world.catalogs.earlier_texts.entry(entry.code, session.began) or entry


def version(world: World, session: Session, entry: Entry) -> str:
    """Return the version of a procedure's text that the conversation keeps to after an answer from `entry`."""
    return session.began if _is_earlier(world, session, entry) else world.catalog(session.unit).version(entry.code)


def change_notice(world: World, session: Session, entry: Entry) -> Text:
    """Say that the open procedure has changed, and whether `entry` is the earlier text; empty if it has not."""
    if not _moved_on(world, session, entry.code):
        return Text()
    return say(session.language, "card.as_begun" if _is_earlier(world, session, entry) else "card.updated")


def way_to_new(world: World, session: Session, entry: Entry) -> list[Button]:
    """Return the button to the new text, for an answer from the earlier one."""
    earlier = _is_earlier(world, session, entry)
    return [button(session.language, f"p:{entry.code}", "card.see_updated")] if earlier else []


def _moved_on(world: World, session: Session, code: str) -> bool:
    catalog = world.catalog(session.unit)
    return bool(session.began) and session.topic == code and session.began != catalog.version(code)


def _is_earlier(world: World, session: Session, entry: Entry) -> bool:
    return _moved_on(world, session, entry.code) and entry != world.catalog(session.unit).entry(entry.code)
