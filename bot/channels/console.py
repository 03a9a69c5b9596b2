"""The terminal as a channel: lines in, text and numbered options out."""

from handlers.channel import Traits
from handlers.messages import Reply

CHANNEL = "console"
TRAITS = Traits(size=100_000)


def write_reply(reply: Reply) -> str:
    """Return a reply as plain text, with files as names and descriptions, and buttons as numbers."""
    lines = [reply.text.plain]
    lines += [f"{label}: {url}" for label, url in reply.links]
    lines += [f"[{file.name}] {file.alt}" for file in reply.files]
    lines += [f"  [{n}] {button.label.removeprefix(f'{n} ')}" for n, button in enumerate(reply.buttons, 1)]
    return "\n".join(lines)
