"""What the core must know of a channel, and how a reply is cut for it."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from handlers.messages import Reply, Text
from handlers.split import Measure, length, split


def _alone(_chat: str) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Traits:
    """What the shell must know of a channel.

    `size` is its longest message as `measure` counts; `pushed`: replies are delivered to it, not
    fetched by it; `remembers`: it shows the conversation so far, with what the person said. A channel
    that carries no files names in `files_at` the address where its people find them. `is_shared` tells by
    a chat's address whether several people read there.
    """

    size: int
    measure: Measure = length
    pushed: bool = False
    remembers: bool = False
    files_at: str = ""
    is_shared: Callable[[str], bool] = _alone

    @property
    def reachable(self) -> bool:
        """Whether messages can be sent to a person outside a turn."""
        return self.pushed or self.remembers


def pieces(traits: Traits, said: Reply) -> list[Reply]:
    """Cut a reply to the channel's longest message; buttons and links go with the last piece.

    If replies are delivered, each file is a separate piece after the text: it is delivered,
    tried again and refused by itself.
    """
    if said.files and traits.files_at:
        said = _without_files(said, traits.files_at)
    *before, last = split(said.text, traits.size, traits.measure)
    texts = [*(Reply(text) for text in before), replace(said, text=last)]
    if not (said.files and traits.pushed):
        return texts
    return [*texts[:-1], replace(texts[-1], files=()), *(Reply(Text(), files=(file,)) for file in said.files)]


def _without_files(said: Reply, address: str) -> Reply:
    text = Text.lines((said.text, *(file.alt for file in said.files if not file.address)))
    public = tuple((file.alt or file.name, file.address) for file in said.files if file.address)
    names = ", ".join(file.name for file in said.files if not file.address)
    return replace(said, text=text, links=(*said.links, *public, *([(names, address)] if names else ())), files=())
