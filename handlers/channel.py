"""What the core must know of a channel, and how a reply is cut for it."""

from dataclasses import dataclass, replace

from handlers.messages import Reply
from handlers.split import Measure, length, split


@dataclass(frozen=True, slots=True)
class Traits:
    """What the shell must know of a channel.

    `size` is its longest message as `measure` counts; `pushed`: replies are delivered to it, not
    fetched by it; `remembers`: it shows the conversation so far, with what the person said.
    """

    size: int
    measure: Measure = length
    pushed: bool = False
    remembers: bool = False

    @property
    def reachable(self) -> bool:
        """Whether a person gets what is written to them later, outside any turn."""
        return self.pushed or self.remembers


def pieces(traits: Traits, said: Reply) -> list[Reply]:
    """Cut a reply to the channel's longest message; buttons and links go with the last piece."""
    *before, last = split(said.text, traits.size, traits.measure)
    return [*(Reply(text) for text in before), replace(said, text=last)]
