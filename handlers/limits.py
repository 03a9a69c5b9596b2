"""What a chat reads where a message went beyond a limit: what to do, kindly."""

from handlers.messages import Reply
from handlers.session import Session
from handlers.wording import say
from handlers.world import World


def told(world: World, session: Session, limit: str) -> Reply:
    """Say which limit acted and what to do; the conversation stays where it is."""
    return Reply(say(session.language, f"limit.chat.{limit}", unit=world.unit(session.unit).name))
