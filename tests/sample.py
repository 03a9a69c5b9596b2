"""The shipped sample as a world, without a database."""

import tomllib
from functools import cache

from bot.demo import FOLDER, sample_entries
from catalog.catalogs import Catalog, Catalogs
from handlers.messages import Incoming
from handlers.session import Session
from handlers.step import step
from handlers.turn import Turn
from handlers.world import Counter, Unit, World
from surveys.questionnaire import shipped
from tests.clock import NOW

NONCE = "0123456789abcdef0123456789abcdef"


@cache
def world() -> World:
    """The world that `motcua run --demo` starts with."""
    places = tomllib.loads((FOLDER / "units.toml").read_text("utf-8"))
    return World(
        units={item["code"]: Unit(**item, demo=True) for item in places["unit"]},
        counters={item["code"]: Counter(**item) for item in places["counter"]},
        forms=shipped(),
        catalogs=Catalogs({"": Catalog.build(sample_entries())}, {}),
        home="sa-dec",
    )


class Talk:
    """A conversation with the core alone; the session goes through JSON text between turns."""

    def __init__(self, using: World | None = None, channel: str = "console") -> None:
        self.world = using or world()
        self.channel = channel
        self.session = Session()
        self.turns: list[Turn] = []

    def say(self, text: str, kind: str = "text", nonce: str = NONCE) -> Turn:
        """Send one message and return the turn."""
        import json

        message = Incoming(self.channel, "lan", str(len(self.turns)), text, kind, nonce)  # type: ignore[arg-type]
        turn = step(self.world, self.session, message, NOW)
        self.session = Session.from_json(json.loads(json.dumps(turn.session.to_json())))
        self.turns.append(turn)
        return turn

    def tap(self, identifier: str) -> Turn:
        """Press a button."""
        return self.say(identifier, "button")
