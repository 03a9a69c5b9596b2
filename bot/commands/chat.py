"""motcua chat: the same conversation in the terminal."""

import getpass
import secrets
import sys
from dataclasses import replace
from typing import Annotated

import typer

from bot.app import App, CannotServe
from bot.channels.console import CHANNEL, write_reply
from bot.commands.common import Refused, carry_out, check_unit, open_store
from bot.live_world import NoUnits
from bot.settings import Settings
from handlers.messages import Incoming


def chat(unit: Annotated[str, typer.Option(help="Mã đơn vị")] = "") -> None:
    """Trò chuyện với trợ lý ngay trong cửa sổ dòng lệnh. Kết thúc: Ctrl+D."""

    async def work(settings: Settings) -> None:
        async with open_store(settings) as store:
            if unit:
                async with store.reading() as tx:
                    await check_unit(tx, unit)
            app = App(settings.model_copy(update={"home_unit": unit or settings.home_unit}), store)
            try:
                await app.load()
            except NoUnits:
                raise Refused("chưa có đơn vị nào; thêm: motcua unit add MÃ TÊN, hoặc motcua run --demo") from None
            except CannotServe as error:
                raise Refused(str(error)) from error
            user = f"{getpass.getuser()}-{secrets.token_hex(4)}"
            incoming = Incoming(CHANNEL, user, secrets.token_hex(8), "", "start")
            while True:
                handled = await app.conversation.handle(incoming)
                for outgoing in handled.replies:
                    print(write_reply(outgoing.reply), end="\n\n", flush=True)
                line = _next_line()
                if line is None:
                    return
                incoming = replace(incoming, id=secrets.token_hex(8), text=line, kind="text")

    carry_out(work)


def _next_line() -> str | None:
    """The next non-empty line, None at the end of input."""
    while True:
        if sys.stdin.isatty():
            print("> ", end="", flush=True)
        line = sys.stdin.readline()
        if not line:
            return None
        if line.strip():
            return line.strip()
