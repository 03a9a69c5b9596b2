"""A turn that fails, logged as text and as JSON: `tests.bot.commands.failing:main FOLDER`."""

import asyncio
import os
import sys
from dataclasses import replace
from typing import NoReturn

from bot import logs
from catalog.catalogs import Catalogs
from handlers.channel import Traits
from handlers.messages import Incoming
from handlers.shell import Conversation
from storage.database import upgrade
from storage.store import SqlStore
from tests.sample import NOW, world


class Broken(Catalogs):
    """Catalogs that cannot be read."""

    def of(self, unit: str) -> NoReturn:
        """Fail."""
        raise ValueError("danh mục hỏng")


async def ask(form: str) -> None:
    """Have somebody ask for a service."""
    damaged = replace(world(), catalogs=Broken({}, {}))
    store = SqlStore.open(f"sqlite:///{sys.argv[1]}/{form}.db")
    await upgrade.upgrade(store.engine)
    shell = Conversation(store, lambda: damaged, None, lambda: NOW, {"chat": Traits(1000)})
    await shell.handle(Incoming("chat", "lan", "1", "Tôi là Lan, căn cước 079123456789, làm lại thẻ ở đâu"))
    await store.close()


def main() -> None:
    """Ask in a process for each form of the log."""
    for form in ("text", "json"):
        if not os.fork():
            logs.configure(form)
            asyncio.run(ask(form))
            print("====", file=sys.stderr)
            os._exit(0)
        assert os.wait()[1] == 0
