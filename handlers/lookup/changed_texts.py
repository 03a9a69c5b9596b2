"""A conversation goes on from the text of the open procedure that it began with, and says where that has changed.

A button of a part, and a question about the open procedure, are answered from that text. Whoever asks for the procedure
anew gets the new one. That it was abolished meanwhile is said at once.
"""

from catalog.entries import Entry
from handlers.messages import Button, Text
from handlers.session import Session
from handlers.wording import button, say
from handlers.world import World


def as_opened(world: World, session: Session, entry: Entry) -> Entry:
    """Return the open procedure as it was when it was opened, as long as that is kept; any other as it is."""
    if not _moved_on(world, session, entry.code):
        return entry
    return world.catalogs.earlier_texts.entry(entry.code, session.began) or entry


def version(world: World, session: Session, entry: Entry) -> str:
    """Return which text of a procedure the conversation is in, now that an answer is given from this one."""
    return session.began if _is_earlier(world, session, entry) else world.catalog(session.unit).version(entry.code)


def change_notice(world: World, session: Session, entry: Entry) -> Text:
    """Say that the open procedure has changed, and whether this is the text before; empty where it has not."""
    if not _moved_on(world, session, entry.code):
        return Text()
    return say(session.language, "card.as_begun" if _is_earlier(world, session, entry) else "card.updated")


def way_to_new(world: World, session: Session, entry: Entry) -> list[Button]:
    """Return the button to the new text under an answer from the one before."""
    earlier = _is_earlier(world, session, entry)
    return [button(session.language, f"p:{entry.code}", "card.see_updated")] if earlier else []


def _moved_on(world: World, session: Session, code: str) -> bool:
    catalog = world.catalog(session.unit)
    return bool(session.began) and session.topic == code and session.began != catalog.version(code)


def _is_earlier(world: World, session: Session, entry: Entry) -> bool:
    return _moved_on(world, session, entry.code) and entry != world.catalog(session.unit).entry(entry.code)
